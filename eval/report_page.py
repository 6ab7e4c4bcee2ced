"""The report of a run: one HTML page without scripts or anything from elsewhere."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval.calibration import reliability_bins, risk_coverage_curve
from eval.charts import interval_bar, reliability_chart, risk_coverage_chart
from eval.measures import MEASURES, Figure, SummaryRow, is_right
from eval.mistakes import render_mistakes
from eval.page import render_page, render_section
from eval.reports import BY_TYPE, percent
from eval.resampling import RESAMPLES
from eval.results import Result

__all__ = ["report_page"]

# The first of these that were measured stand large at the head of the page.
HEADLINES = ("evidence1", "em", "f1", "abstention_recall", "recall1", "ndcg10", "mrr10", "recall10")
LARGE = 5


def report_page(record: dict[str, Any], results: Sequence[Result], rows: Sequence[SummaryRow]) -> str:
    """Return the page; ``record`` is the run's (``run.json``), the last of ``rows`` that of all questions."""
    name = Path(record["gold"]["file"]).name
    sections = [
        _headlines(rows[-1]),
        render_section("figures", "All figures", _figures_table(rows[-1])),
        render_section("types", "By type of question", _types_table(rows)),
        _confidence(results, rows[-1]),
        render_section("mistakes", "Mistakes", render_mistakes(results)),
        render_section("run", "The run", _record(record)),
    ]
    return render_page(name, _facts(record), "".join(sections))


def _facts(record: dict[str, Any]) -> list[str]:
    facts = [
        f"{record['gold']['questions']:,} questions",
        record["started"].replace("T", " ").replace("+00:00", " UTC"),
    ]
    if record["index"]:
        facts[1:1] = [f"{record['index']['counts']['articles']:,} articles", record["index"]["encoder"]]
    return [*facts, f"wenbao {record['program']['wenbao']}"]


def _headlines(row: SummaryRow) -> str:
    names = [name for name in HEADLINES if name in row.figures][:LARGE]
    cards = "".join(_headline(name, row.figures[name]) for name in names)
    return f'<section class="headlines">{cards}</section>'


def _headline(name: str, figure: Figure) -> str:
    measure = MEASURES[name]
    return (
        f'<div class="headline"><p class="label">{measure.label}</p>'
        f'<p class="large">{percent(figure.value)}<small>%</small></p>'
        f"{interval_bar(figure.value, figure.low, figure.high)}"
        f'<p class="range">{_interval(figure)} <span>of {figure.n:,}</span></p>'
        f'<p class="meaning">{measure.meaning}</p></div>'
    )


def _figures_table(row: SummaryRow) -> str:
    lines = []
    for name, figure in row.figures.items():
        measure = MEASURES[name]
        less = "" if measure.more_is_better else " Less is better."
        lines.append(
            f'<tr><th scope="row">{measure.label}<span class="meaning">{measure.meaning}.{less}</span></th>'
            f'<td class="bar">{interval_bar(figure.value, figure.low, figure.high)}</td>'
            f'<td class="number"><b>{percent(figure.value)}</b></td>'
            f'<td class="number">{_interval(figure)}</td><td class="number">{figure.n:,}</td></tr>'
        )
    head = (
        '<tr><th scope="col">measure</th><th class="bar"></th><th scope="col" class="number">%</th>'
        '<th scope="col" class="number">95 % interval</th><th scope="col" class="number">questions</th></tr>'
    )
    note = (
        f'<p class="meaning">95 % intervals by {RESAMPLES:,} bootstrap samples of whole articles, '
        f"{row.clusters:,} of them (a question without one stands for itself); "
        "exact ones where no question departs.</p>"
    )
    return f'{note}<table class="figures"><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'


def _types_table(rows: Sequence[SummaryRow]) -> str:
    names = [name for name in BY_TYPE if name in rows[-1].figures]
    labels = "".join(f'<th scope="col" class="number">{MEASURES[name].label}</th>' for name in names)
    lines = [
        f'<tr><th scope="row">{escape(row.type)}</th><td class="number">{row.n:,}</td>'
        f"{''.join(_cell(row.figures.get(name), MEASURES[name].more_is_better) for name in names)}</tr>"
        for row in rows
    ]
    head = f'<tr><th scope="col">type</th><th scope="col" class="number">n</th>{labels}</tr>'
    body = f"<tbody>{''.join(lines[:-1])}</tbody><tfoot>{lines[-1]}</tfoot>"
    return f'<div class="scroll" tabindex="0"><table class="types"><thead>{head}</thead>{body}</table></div>'


def _cell(figure: Figure | None, more_is_better: bool) -> str:
    if figure is None:
        return '<td class="number"></td>'
    wrong = 1 - figure.value if more_is_better else figure.value
    return (
        f'<td class="number" style="--wrong:{wrong * 100:.0f}%"><b>{percent(figure.value)}</b>'
        f"<small>{percent(figure.low)}–{percent(figure.high)}</small></td>"
    )


def _confidence(results: Sequence[Result], row: SummaryRow) -> str:
    answered = [result for result in results if result.answered and result.confidence is not None]
    if not answered:
        return ""
    confidence = [result.confidence or 0.0 for result in answered]
    right = [float(is_right(result)) for result in answered]
    curve = risk_coverage_chart(risk_coverage_curve(confidence, right, len(results)))
    diagram = reliability_chart(reliability_bins(confidence, right))
    area, error = row.figures["aurc"], row.figures["ece"]
    told = (
        f"<figure>{curve}<figcaption><b>Risk and coverage.</b> Show only answers above a confidence: so many "
        "questions get one, and so many of these are wrong. Area under it (AURC) "
        f"<b>{percent(area.value)} %</b> [{_interval(area)}].</figcaption></figure>"
        f"<figure>{diagram}<figcaption><b>Reliability.</b> Answers in bins of equal size by confidence; on "
        "the dashed line, it says how often they are right. Expected calibration error "
        f"<b>{percent(error.value)} %</b> [{_interval(error)}].</figcaption></figure>"
    )
    return render_section("confidence", "Confidence", f'<div class="figures-row">{told}</div>')


def _record(record: dict[str, Any]) -> str:
    index, environment = record["index"] or {}, record["environment"]
    told = {
        "gold": record["gold"]["file"],
        "SHA-256 of the questions": record["gold"]["sha256"],
        "settings": ", ".join(f"{k} {v}" for k, v in record["settings"].items() if v)
        or "as they are by default",
        "SHA-256 of the index": index.get("sha256", "–"),
        "SHA-256 of the program": record["program"]["sha256"],
        "started": f"{record['started']}, {record['seconds']:g} s",
        "machine": f"{environment['platform']}, {environment['cores']} cores, Python {environment['python']}",
        "packages": ", ".join(f"{name} {version}" for name, version in environment["packages"].items()),
    }
    return f"<dl>{''.join(f'<div><dt>{k}</dt><dd>{escape(str(v))}</dd></div>' for k, v in told.items())}</dl>"


def _interval(figure: Figure) -> str:
    return f"{percent(figure.low)}–{percent(figure.high)}"
