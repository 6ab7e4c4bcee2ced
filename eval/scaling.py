"""How times grow with an archive: ``python -m eval.scaling INDEX INDEX INDEX --picture scaling.svg``."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.scale_speed import Served, serve_in_own_process

__all__ = ["draw", "scaling"]

WIDTH, HEIGHT = 640, 400  # pixels
LEFT, RIGHT, TOP, BOTTOM = 64, 130, 20, 56  # margins round the plot
TIMES = {"ask": "#1b6ca8", "search": "#b8452c", "dense": "#5b7f3a"}  # fields of Served, and their lines
NAMES = {"ask": "ask", "search": "search", "dense": "vectors alone"}
STYLE = "text{font:13px sans-serif;fill:#555}line{stroke:#ccc}polyline{fill:none;stroke-width:2.5}"


def scaling(
    indexes: Annotated[list[Path], typer.Argument(help="Indexes of different sizes.")],
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Draw the times to this SVG file.")
    ] = None,
) -> None:
    """Measure indexes of different sizes, each in a fresh process, and tell how times grow."""
    served = sorted((serve_in_own_process(place, adding=False) for place in indexes), key=_size)
    header = ("passages", "search ms", "p95", "ask ms", "p95", "vectors ms", "recall@10", "memory MB")
    table = Table(*header, title="warm, two medians and their 95th percentiles")
    for one in served:
        times = (one.search, one.search_p95, one.ask, one.ask_p95, one.dense)
        told = [f"{figure:.1f}" for figure in times]
        table.add_row(f"{one.passages:,}", *told, f"{one.recall:.3f}", f"{one.memory:,.0f}")
    Console().print(table)
    first, last = served[0], served[-1]
    growth = f"search x{last.search / first.search:.2f}, ask x{last.ask / first.ask:.2f}"
    Console().print(f"from {first.passages:,} to {last.passages:,} passages: {growth}")
    if picture:
        picture.write_text(draw(served), encoding="utf-8")


def draw(served: Sequence[Served]) -> str:
    """Return the times by the number of passages as SVG, both axes logarithmic; the smallest index first."""
    sizes = [_size(one) for one in served]
    times = {name: [float(getattr(one, name)) for one in served] for name in TIMES}
    low, high = (
        10 ** function(math.log10(bound))
        for function, bound in (
            (math.floor, min(map(min, times.values()))),
            (math.ceil, max(map(max, times.values()))),
        )
    )

    def x(size: float) -> float:
        return LEFT + _share(size, sizes[0], sizes[-1]) * (WIDTH - LEFT - RIGHT)

    def y(milliseconds: float) -> float:
        return HEIGHT - BOTTOM - _share(milliseconds, low, high) * (HEIGHT - TOP - BOTTOM)

    drawn = [_text(x(size), HEIGHT - BOTTOM + 22, f"{size:,}", "middle") for size in sizes]
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        level = y(10.0**power)
        drawn.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}"/>')
        drawn.append(_text(LEFT - 8, level + 4, f"{10.0**power:g} ms", "end"))
    for name, colour in TIMES.items():
        places = [(x(size), y(value)) for size, value in zip(sizes, times[name], strict=True)]
        points = " ".join(f"{left:.1f},{level:.1f}" for left, level in places)
        drawn.append(f'<polyline points="{points}" stroke="{colour}"/>')
        drawn += [
            f'<circle cx="{left:.1f}" cy="{level:.1f}" r="4" fill="{colour}"/>' for left, level in places
        ]
        label = f"{NAMES[name]} {times[name][-1]:.1f} ms"
        drawn.append(_text(places[-1][0] + 10, places[-1][1] + 4, label, "start"))
    drawn.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "passages", "middle"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}">'
        f'<style>{STYLE}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}</svg>\n'
    )


def _size(served: Served) -> int:
    return served.passages


def _share(value: float, low: float, high: float) -> float:
    """Where a value stands between two others on a logarithmic scale, 0..1; 0 where they are the same."""
    return math.log(value / low) / math.log(high / low) if high > low else 0.0


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


if __name__ == "__main__":
    typer.run(scaling)
