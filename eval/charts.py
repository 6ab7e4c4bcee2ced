"""Charts of the report as inline SVG: pure functions of numbers. Colours and fonts are the style sheet's."""

from collections.abc import Sequence

from eval.calibration import Bin, CurvePoint

__all__ = ["interval_bar", "reliability_chart", "risk_coverage_chart"]

WIDTH, HEIGHT = 480, 340  # units of the view box
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 14, 52  # margins round the plot
TICKS = 5


def interval_bar(value: float, low: float, high: float, span: tuple[float, float] = (0.0, 1.0)) -> str:
    """Return a figure and its interval on a line that reaches over ``span``; a 0 within it is marked."""
    start, width = span[0], span[1] - span[0]
    x, left, right, zero = ((v - start) / width * 200 for v in (value, low, high, 0.0))
    mark = f'<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="16"/>' if start < 0 else ""
    return (
        '<svg class="interval" viewBox="-5 0 210 16" aria-hidden="true">'
        f'<line class="track" x1="0" x2="200" y1="8" y2="8"/>{mark}'
        f'<line class="range" x1="{left:.1f}" x2="{right:.1f}" y1="8" y2="8"/>'
        f'<circle class="value" cx="{x:.1f}" cy="8" r="4.5"/></svg>'
    )


def risk_coverage_chart(curve: Sequence[CurvePoint]) -> str:
    """Return the risk of the answers shown against the share of questions they answer, both in percent."""
    top = next(top for top in (0.1, 0.25, 0.5, 1.0) if max(p.risk for p in curve) <= top)
    points = [(_x(point.coverage), _y(point.risk / top)) for point in curve]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{points[0][0]:.1f},{_y(0):.1f} {line} {points[-1][0]:.1f},{_y(0):.1f}"
    dots = "".join(
        _dot(_x(p.coverage), _y(p.risk / top), kind, f"confidence {p.confidence:.2f} and over: {_told(p)}")
        for kind, group in (("dot", _thinned(curve)), ("end", curve[-1:]))
        for p in group
    )
    label = _text(points[-1][0] - 9, points[-1][1] - 12, "all answers", anchor="end")
    drawn = f'<polygon class="area" points="{area}"/><polyline class="line" points="{line}"/>{dots}{label}'
    axes = "questions answered, %", "answers wrong, %"
    return _chart("Risk-coverage curve", f"in all {_told(curve[-1])}", *axes, top, drawn)


def reliability_chart(bins: Sequence[Bin]) -> str:
    """Return the share of right answers against confidence, a point a bin; on the diagonal they agree."""
    diagonal = f'<line class="diagonal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    gaps = "".join(
        f'<line class="gap" x1="{_x(b.confidence):.1f}" x2="{_x(b.confidence):.1f}" '
        f'y1="{_y(b.confidence):.1f}" y2="{_y(b.right):.1f}"/>'
        for b in bins
    )
    line = " ".join(f"{_x(b.confidence):.1f},{_y(b.right):.1f}" for b in bins)
    told = [f"{b.size} answers: confidence {_percent(b.confidence)}, right {_percent(b.right)}" for b in bins]
    dots = "".join(_dot(_x(b.confidence), _y(b.right), "end", t) for b, t in zip(bins, told, strict=True))
    drawn = f'{diagonal}{gaps}<polyline class="line thin" points="{line}"/>{dots}'
    axes = "confidence, %", "answers right, %"
    return _chart("Reliability diagram", f"{len(bins)} bins of answers", *axes, 1.0, drawn)


def _chart(name: str, summary: str, across: str, up: str, top: float, drawn: str) -> str:
    """Return a plot with its axes: ``across`` from 0 to 100 %, ``up`` from 0 to ``top``."""
    axes = []
    for share in (tick / TICKS for tick in range(TICKS + 1)):
        y = _y(share)
        axes += [
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
            _text(LEFT - 9, y + 5, f"{share * top * 100:g}", anchor="end"),
            _text(_x(share), HEIGHT - BOTTOM + 20, f"{share * 100:g}"),
        ]
    axes.append(_text(_x(0.5), HEIGHT - 8, across))
    axes.append(f'<g transform="translate(15 {_y(0.5)}) rotate(-90)">{_text(0, 0, up)}</g>')
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}: {summary}">'
        f"{''.join(axes)}{drawn}</svg>"
    )


def _text(x: float, y: float, text: str, *, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _dot(x: float, y: float, kind: str, title: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="5"><title>{title}</title></circle>'


def _thinned(curve: Sequence[CurvePoint], dots: int = 12) -> list[CurvePoint]:
    step = max(len(curve) // dots, 1)
    return list(curve[step - 1 : -1 : step])


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _told(point: CurvePoint) -> str:
    return f"{_percent(point.coverage)} of the questions answered, {_percent(point.risk)} of these wrong"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
