import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import reliability_bins, risk_coverage_curve
from eval.charts import HEIGHT, WIDTH, interval_bar, reliability_chart, risk_coverage_chart

shares = st.floats(0, 1)
answers = st.lists(st.tuples(shares, st.sampled_from([0.0, 1.0])), min_size=1, max_size=40)


def points(svg: str) -> list[tuple[float, float]]:
    """The centres of the circles of an SVG that must be well formed."""
    circles = ET.fromstring(svg).iter("circle")  # noqa: S314 (our own text)
    return [(float(circle.get("cx", "nan")), float(circle.get("cy", "nan"))) for circle in circles]


@given(answers)
def test_charts_are_well_formed_and_stay_in_their_box(rows: list[tuple[float, float]]) -> None:
    confidence, right = map(list, zip(*rows, strict=True))
    curve = risk_coverage_chart(risk_coverage_curve(confidence, right, len(rows) + 3))
    diagram = reliability_chart(reliability_bins(confidence, right))
    for svg in (curve, diagram):
        assert points(svg)
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(svg))
        assert 'role="img"' in svg


def test_the_curve_tells_its_end_in_words() -> None:
    svg = risk_coverage_chart(risk_coverage_curve([0.9, 0.5], [1.0, 0.0], 4))
    assert (
        'aria-label="Risk-coverage curve: in all 50.0 % of the questions answered, 50.0 % of these wrong"'
        in svg
    )


def test_a_perfect_answer_stands_on_the_diagonal_of_the_diagram() -> None:
    svg = reliability_chart(reliability_bins([1.0], [1.0]))
    diagonal = re.search(r'class="diagonal" x1="[\d.]+" y1="[\d.]+" x2="([\d.]+)" y2="([\d.]+)"', svg)
    assert diagonal
    assert points(svg) == [(float(diagonal[1]), float(diagonal[2]))]


@given(shares, shares, shares)
def test_an_interval_reaches_from_low_to_high(first: float, second: float, third: float) -> None:
    low, value, high = sorted((first, second, third))
    ((x, _),) = points(interval_bar(value, low, high))
    assert x == pytest.approx(value * 200, abs=0.06)


def test_zero_is_marked_only_within_the_span() -> None:
    assert "zero" not in interval_bar(0.5, 0.4, 0.6)
    assert 'class="zero" x1="100.0"' in interval_bar(0.1, -0.1, 0.2, span=(-0.5, 0.5))
