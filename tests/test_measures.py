from dataclasses import replace

import numpy as np
import pytest
from evaluated import results
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures import MEASURES, is_right, measure, summarise, summary_to_json
from eval.resampling import point_values
from eval.results import Result


def test_the_summary_has_a_row_for_each_type_and_one_for_all() -> None:
    rows = summarise(results())
    assert [row.type for row in rows] == ["person", "quantity", "place", "unanswerable", "all"]
    assert [(row.n, row.unanswerable, row.clusters) for row in rows] == [
        (1, 0, 1), (1, 0, 1), (1, 0, 1), (2, 2, 2), (5, 2, 4),
    ]  # fmt: skip


def test_figures_of_all_questions() -> None:
    row = summarise(results())[-1]
    values = {name: (figure.value, figure.n) for name, figure in row.figures.items()}
    assert values == {
        "recall1": (pytest.approx(1 / 3), 3),
        "recall5": (pytest.approx(2 / 3), 3),
        "recall10": (pytest.approx(2 / 3), 3),
        "mrr10": (pytest.approx(0.5), 3),
        "ndcg10": (pytest.approx((1 + 0.6309) / 3, abs=1e-4), 3),
        "evidence1": (pytest.approx(1 / 3), 3),
        "evidence3": (pytest.approx(1 / 3), 3),
        "em": (pytest.approx(1 / 3), 3),
        "f1": (pytest.approx(1 / 3), 3),
        "citation_precision": (pytest.approx(0.5 / 3), 3),
        "citation_recall": (pytest.approx(1 / 3), 3),
        "answered": (pytest.approx(2 / 3), 3),
        "abstention_precision": (0.5, 2),
        "abstention_recall": (0.5, 2),
        # Right at 0.9, wrong at 0.6 and at 0.5.
        "ece": (pytest.approx((0.1 + 0.6 + 0.5) / 3), 3),
        "aurc": (pytest.approx((0 + 1 / 2 + 2 / 3) / 3), 3),
    }
    assert list(row.figures) == list(MEASURES), "in the order of the measures"
    assert (row.median_ms, row.p95_ms) == (30, 50)


def test_every_interval_holds_its_figure() -> None:
    for row in summarise(results()):
        for name, figure in row.figures.items():
            assert 0 <= figure.low <= figure.value <= figure.high <= 1, name


def right_answers(count: int) -> list[Result]:
    return [replace(results()[0], id=str(i), cluster=str(i)) for i in range(count)]


def test_all_right_is_not_taken_for_certain() -> None:
    figure = summarise(right_answers(6))[-1].figures["em"]
    # Clopper and Pearson: 6 of 6 leave 0.025 ** (1 / 6).
    assert (figure.value, figure.high) == (1.0, 1.0)
    assert figure.low == pytest.approx(0.5407, abs=1e-4)
    more = summarise(right_answers(60))[-1].figures["em"]
    assert more.low > 0.93
    wrong = [replace(r, scores=r.scores | {"em": 0.0}) for r in right_answers(6)]
    assert summarise(wrong)[-1].figures["em"].high == pytest.approx(1 - 0.5407, abs=1e-4)


def test_what_was_not_measured_has_no_figure() -> None:
    searched = [
        replace(r, scores={"recall1": 1.0}, answered=False, confidence=None) for r in right_answers(2)
    ]
    assert list(summarise(searched)[-1].figures) == ["recall1"]


def test_an_answer_is_right_by_its_first_citation() -> None:
    assert [is_right(result) for result in results()] == [True, False, False, False, False]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(range(5)), min_size=1, max_size=12))
def test_a_question_counted_twice_is_a_weight_of_two(picked: list[int]) -> None:
    some = results()
    weights = np.bincount(picked, minlength=5).astype(float)[None, :]
    measured, copies = measure(some), measure([some[i] for i in picked])
    weighted = dict(zip(measured.names, measured.statistic(weights)[0], strict=True))
    copied = dict(zip(copies.names, point_values(copies.statistic, len(picked)), strict=True))
    for name in MEASURES.keys() - {"ece"}:  # its bins are those of the set it was made of
        if name in copied:
            assert weighted[name] == pytest.approx(copied[name]), name
        else:
            assert np.isnan(weighted[name]), name


def test_the_summary_as_json_has_flat_figures_and_their_intervals() -> None:
    told = summary_to_json(summarise(results()))["summary"]
    overall = told[-1]
    assert [row["type"] for row in told] == ["person", "quantity", "place", "unanswerable", "all"]
    assert (overall["n"], overall["unanswerable"], overall["clusters"]) == (5, 2, 4)
    assert (overall["evidence1"], overall["abstention_recall"]) == (0.3333, 0.5)
    assert overall["intervals"].keys() == MEASURES.keys()
    low, high = overall["intervals"]["evidence1"]
    assert 0 <= low <= 0.3333 <= high <= 1
    assert "evidence1" not in told[-2], "nothing to measure for unanswerable questions"
