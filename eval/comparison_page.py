"""The page of a comparison: two runs measure by measure, and the questions won and lost."""

from collections.abc import Sequence
from html import escape
from typing import Any

from eval.charts import interval_bar
from eval.comparison import Comparison, Difference, Pair
from eval.measures import MEASURES
from eval.mistakes import SHOWN, render_question
from eval.page import render_page, render_section
from eval.reports import percent, signed

__all__ = ["comparison_page"]


def comparison_page(comparison: Comparison) -> str:
    """Return the page of a comparison, in the manner of a run's report."""
    names = comparison.first.name, comparison.second.name
    facts = [
        f"{comparison.first.record['gold']['questions']:,} questions",
        f"{len(comparison.won):,} won",
        f"{len(comparison.lost):,} lost",
    ]
    note = (
        '<p class="meaning">Differences in points of percent, second run minus first, with the 95 % '
        "interval of a paired bootstrap; p of a paired randomisation test, not corrected for the number "
        "of measures.</p>"
    )
    body = (
        render_section("differences", "Differences", note + _table(comparison.differences, names))
        + render_section("won", f"Won by {names[1]}", _pairs(comparison.won, names))
        + render_section("lost", f"Lost by {names[1]}", _pairs(comparison.lost, names))
        + render_section("runs", "The runs", _runs(comparison.first.record, comparison.second.record, names))
    )
    return render_page(" → ".join(names), facts, body)


def _table(differences: dict[str, Difference], names: tuple[str, str]) -> str:
    # One scale for all bars, with 0 in its middle.
    reach = max((abs(end) for d in differences.values() for end in (d.low, d.high)), default=0.0) or 1.0
    lines = [_line(name, difference, reach) for name, difference in differences.items()]
    labels = "".join(
        f'<th scope="col" class="number">{escape(label)}</th>'
        for label in (*names, "difference", "95 % interval", "p")
    )
    head = f'<tr><th scope="col">measure</th><th class="bar">worse · better</th>{labels}</tr>'
    table = f'<table class="figures"><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _line(name: str, d: Difference, reach: float) -> str:
    measure = MEASURES[name]
    ends = (d.low, d.high) if measure.more_is_better else (-d.high, -d.low)
    better = d.difference if measure.more_is_better else -d.difference
    verdict = "" if ends[0] <= 0 <= ends[1] else " better" if better > 0 else " worse"
    values = (percent(d.first), percent(d.second), f"<b>{signed(d.difference)}</b>")
    rest = (f"{signed(d.low)} to {signed(d.high)}", f"{d.p_value:.4f}")
    cells = "".join(f'<td class="number">{value}</td>' for value in (*values, *rest))
    less = "" if measure.more_is_better else '<span class="meaning">less is better</span>'
    bar = interval_bar(better, *ends, span=(-reach, reach))
    head = f'<th scope="row">{measure.label}{less}</th><td class="bar">{bar}</td>'
    return f'<tr class="difference{verdict}">{head}{cells}</tr>'


def _pairs(pairs: Sequence[Pair], names: tuple[str, str]) -> str:
    if not pairs:
        return '<p class="meaning">None.</p>'
    rest = f'<p class="none">{len(pairs) - SHOWN} more.</p>' if len(pairs) > SHOWN else ""
    return "".join(_pair(pair, names) for pair in pairs[:SHOWN]) + rest


def _pair(pair: Pair, names: tuple[str, str]) -> str:
    return render_question(pair.first, {names[0]: pair.first, names[1]: pair.second})


def _runs(first: dict[str, Any], second: dict[str, Any], names: tuple[str, str]) -> str:
    told = {
        "started": [record["started"] for record in (first, second)],
        "wenbao": [record["program"]["wenbao"] for record in (first, second)],
        "program": [record["program"]["sha256"][:16] for record in (first, second)],
        "index": [(record["index"] or {}).get("sha256", "–")[:16] for record in (first, second)],
        "settings": [
            ", ".join(f"{k} {v}" for k, v in r["settings"].items() if v) or "–" for r in (first, second)
        ],
    }
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("", *names))
    lines = "".join(
        f'<tr><th scope="row">{key}</th>{"".join(f"<td>{escape(value)}</td>" for value in values)}</tr>'
        for key, values in told.items()
    )
    table = f'<table class="runs"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>'
