import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import (
    BINS,
    calibration_error,
    reliability_bins,
    risk_coverage_area,
    risk_coverage_curve,
)
from eval.resampling import Statistic, point_values

NAN = float("nan")
# Confidences of few digits, so that some are equal.
answers = st.lists(
    st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.sampled_from([0.0, 1.0])), min_size=1, max_size=60
)


def columns(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    confidence, right = zip(*rows, strict=True)
    return np.array(confidence), np.array(right)


def value_of(statistic: Statistic, questions: int) -> float:
    (value,) = point_values(statistic, questions)
    return float(value)


def error_of(rows: list[tuple[float, float]]) -> float:
    return value_of(calibration_error(*columns(rows)), len(rows))


def area_of(rows: list[tuple[float, float]]) -> float:
    return value_of(risk_coverage_area(*columns(rows)), len(rows))


def test_calibration_error_by_hand() -> None:
    # Ten bins of one answer each, five right at 0.9 and five wrong at 0.4.
    assert error_of([(0.9, 1.0)] * 5 + [(0.4, 0.0)] * 5) == pytest.approx(0.5 * 0.1 + 0.5 * 0.4)
    # One confidence, one bin: three of four right at 0.75 is perfect.
    assert error_of([(0.75, 1.0)] * 3 + [(0.75, 0.0)]) == pytest.approx(0.0)


def test_risk_coverage_area_by_hand() -> None:
    rows = [(0.9, 1.0), (0.8, 0.0), (0.7, 1.0), (0.6, 0.0)]
    assert area_of(rows) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    # Answers of one confidence come together, at the risk of all of them.
    assert area_of([(0.9, 1.0), (0.5, 0.0), (0.5, 1.0)]) == pytest.approx((0 + 1 / 3 + 1 / 3) / 3)


def test_what_was_not_answered_does_not_count() -> None:
    confidence, right = np.array([0.9, NAN, 0.5]), np.array([1.0, NAN, 0.0])
    for measure in (calibration_error, risk_coverage_area):
        alone = value_of(measure(confidence[[0, 2]], right[[0, 2]]), 2)
        assert value_of(measure(confidence, right), 3) == alone
        assert measure(confidence, right)(np.array([[5.0, 1.0, 5.0]])).item() == pytest.approx(alone)


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_questions_does_not_matter(rows: list[tuple[float, float]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert error_of(shuffled) == pytest.approx(error_of(rows))
    assert area_of(shuffled) == pytest.approx(area_of(rows))


@given(answers)
def test_both_are_shares_and_the_area_tells_right_from_wrong(rows: list[tuple[float, float]]) -> None:
    assert 0 <= error_of(rows) <= 1
    assert 0 <= area_of(rows) <= 1
    assert area_of([(c, 1.0) for c, _ in rows]) == 0
    assert area_of([(c, 0.0) for c, _ in rows]) == pytest.approx(1)


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=30))
def test_no_order_of_confidence_beats_right_answers_first(right: list[float]) -> None:
    confidence = [1 - i / 100 for i in range(len(right))]
    best = area_of(list(zip(confidence, sorted(right, reverse=True), strict=True)))
    worst = area_of(list(zip(confidence, sorted(right), strict=True)))
    assert best - 1e-9 <= area_of(list(zip(confidence, right, strict=True))) <= worst + 1e-9


@given(answers)
def test_bins_hold_every_answer_once_and_give_the_error(rows: list[tuple[float, float]]) -> None:
    confidence, right = columns(rows)
    bins = reliability_bins(confidence.tolist(), right.tolist())
    assert 1 <= len(bins) <= BINS
    assert sum(b.size for b in bins) == len(rows)
    assert [b.confidence for b in bins] == sorted(b.confidence for b in bins)
    gaps = sum(b.size * abs(b.right - b.confidence) for b in bins) / len(rows)
    assert error_of(rows) == pytest.approx(gaps)


def test_bins_are_of_equal_size_where_confidences_differ() -> None:
    bins = reliability_bins([i / 100 for i in range(100)], [1.0] * 100)
    assert [b.size for b in bins] == [10] * 10


@given(answers, st.integers(0, 20))
def test_the_curve_ends_at_all_answers_and_its_coverage_grows(
    rows: list[tuple[float, float]], declined: int
) -> None:
    confidence, right = columns(rows)
    asked = len(rows) + declined
    curve = risk_coverage_curve(confidence.tolist(), right.tolist(), asked)
    assert len(curve) == len(set(confidence))
    assert [p.coverage for p in curve] == sorted(p.coverage for p in curve)
    assert [p.confidence for p in curve] == sorted((p.confidence for p in curve), reverse=True)
    assert curve[-1].coverage == pytest.approx(len(rows) / asked)
    assert curve[-1].risk == pytest.approx(1 - right.mean())
    for point in curve:
        shown = right[confidence >= point.confidence]
        assert point.risk == pytest.approx(1 - shown.mean())
