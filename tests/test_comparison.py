import json
from dataclasses import replace
from pathlib import Path

import pytest
from evaluated import results

from eval.comparison import compare_runs, comparison_to_json
from eval.evaluation import Settings
from eval.measures import summarise
from eval.results import Result
from eval.run_folder import Run
from qa.errors import InputError


def run(name: str, made: list[Result], gold: str = "5e") -> Run:
    return Run(Path(name), {"gold": {"sha256": gold, "questions": len(made)}}, Settings(), made)


def scored(result: Result, **scores: float) -> Result:
    return replace(result, scores=result.scores | scores)


def many(right: int, wrong: int) -> list[Result]:
    who = results()[0]
    made = [scored(who, em=float(i < right), evidence1=float(i < right)) for i in range(right + wrong)]
    return [replace(result, id=str(i), cluster=str(i)) for i, result in enumerate(made)]


def test_a_run_is_no_different_from_itself() -> None:
    comparison = compare_runs(run("a", results()), run("b", results()))
    assert comparison.differences.keys() == summarise(results())[-1].figures.keys()
    for difference in comparison.differences.values():
        assert (difference.difference, difference.low, difference.high, difference.p_value) == (0, 0, 0, 1)
    assert (comparison.won, comparison.lost) == ([], [])


def test_a_plain_gain_is_found_and_its_reverse_is_a_loss() -> None:
    worse, better = run("worse", many(20, 40)), run("better", many(40, 20))
    gain, loss = (compare_runs(*pair) for pair in ((worse, better), (better, worse)))
    em = gain.differences["em"]
    assert (em.first, em.second, em.difference) == pytest.approx((1 / 3, 2 / 3, 1 / 3))
    assert 0 < em.low < 1 / 3 < em.high
    assert em.p_value < 0.001
    assert loss.differences["em"].difference == pytest.approx(-1 / 3)
    assert loss.differences["em"].low == pytest.approx(-em.high)
    assert [pair.first.id for pair in gain.won] == [pair.first.id for pair in loss.lost]
    assert (len(gain.won), len(gain.lost)) == (20, 0)


def test_chance_is_told_as_chance() -> None:
    # Won and lost in equal number: nothing to be found.
    before, after = many(30, 30), list(reversed(many(30, 30)))
    by_id = [replace(result, id=str(i), cluster=str(i)) for i, result in enumerate(after)]
    em = compare_runs(run("a", before), run("b", by_id)).differences["em"]
    assert em.difference == 0
    assert em.low < 0 < em.high
    assert em.p_value == 1


def test_figures_are_those_of_the_runs_alone() -> None:
    first, second = results(), [*results()[:3], *(replace(r, confidence=0.3) for r in results()[3:])]
    differences = compare_runs(run("a", first), run("b", second)).differences
    for name, figure in summarise(first)[-1].figures.items():
        assert differences[name].first == pytest.approx(figure.value), name
    for name, figure in summarise(second)[-1].figures.items():
        assert differences[name].second == pytest.approx(figure.value), name


def test_results_are_paired_by_id_not_by_place() -> None:
    shuffled = list(reversed(results()))
    comparison = compare_runs(run("a", results()), run("b", shuffled))
    assert (comparison.won, comparison.lost) == ([], [])


def test_what_only_one_run_measured_is_left_out() -> None:
    searched = [
        replace(
            r, answered=False, confidence=None, scores={k: v for k, v in r.scores.items() if k == "recall1"}
        )
        for r in results()
    ]
    assert list(compare_runs(run("a", results()), run("b", searched)).differences) == ["recall1"]


def test_runs_of_different_questions_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="runs of different gold questions"):
        compare_runs(run("a", results()), run("b", results(), gold="other"))


def test_a_comparison_is_one_json_object() -> None:
    told = comparison_to_json(compare_runs(run("a", many(1, 1)), run("b", many(2, 0))))
    assert json.loads(json.dumps(told))["won"] == ["1"]
    assert told["differences"]["em"].keys() == {"first", "second", "difference", "interval", "p_value"}
    assert (told["first"], told["second"], told["lost"]) == ("a", "b", [])
