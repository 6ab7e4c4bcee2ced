"""Results that are wrong, sorted by what went wrong, as HTML: question, gold, answer and evidence."""

from collections.abc import Mapping, Sequence
from html import escape

from eval.results import Quote, Result

__all__ = ["KINDS", "SHOWN", "mistake_of", "render_mistakes", "render_question"]

# Gravest first; a question stands under the first that holds of it.
KINDS = {
    "missing": ("No answer came", "Counted as wrong, whatever the gold says."),
    "invented": (
        "Answered what has no answer",
        "The gold says that the archive does not tell; it should decline.",
    ),
    "evidence": ("Wrong evidence", "An answer whose first citation holds no gold answer."),
    "declined": ("Declined what has an answer", "The nearest evidence is what it would have quoted."),
    "span": (
        "Right evidence, other words",
        "The first citation is right; the short answer is not the gold one.",
    ),
    "retrieval": ("Not found", "Nothing relevant among the first ten."),
}
SHOWN = 200  # of each kind: more would make a page that no browser likes
QUOTES = 3


def mistake_of(result: Result) -> str | None:
    """Return the kind of mistake, a name of KINDS; None where there is none."""
    scores = result.scores
    if result.missing:
        return "missing"
    if not result.answerable:
        return "invented" if result.answered else None
    if "answered" not in scores:
        return "retrieval" if result.rank is None or result.rank > 10 else None
    if not result.answered:
        return "declined"
    if not scores["evidence1"]:
        return "evidence"
    return None if scores["em"] else "span"


def render_mistakes(results: Sequence[Result]) -> str:
    """Return a bar of links to the kinds there are, and a list under each."""
    found: dict[str, list[Result]] = {kind: [] for kind in KINDS}
    for result in results:
        if kind := mistake_of(result):
            found[kind].append(result)
    found = {kind: mistaken for kind, mistaken in found.items() if mistaken}
    if not found:
        return '<p class="meaning">No mistakes.</p>'
    links = "".join(
        f'<a href="#mistakes-{kind}">{KINDS[kind][0]} <b>{len(mistaken)}</b></a>'
        for kind, mistaken in found.items()
    )
    return f'<nav class="kinds">{links}</nav>' + "".join(
        _kind(kind, mistaken) for kind, mistaken in found.items()
    )


def render_question(result: Result, given: Mapping[str, Result]) -> str:
    """Return one question with its gold and what was given for it, one or more answers by name."""
    facts = [result.id, result.type]
    rows = [_row("gold", _gold(result)), *(_row(name, _answer(told)) for name, told in given.items())]
    return (
        f'<article class="question"><p class="facts">{" · ".join(map(escape, facts))}</p>'
        f'<h4 lang="zh">{escape(result.question)}</h4><dl>{"".join(rows)}</dl></article>'
    )


def _kind(kind: str, mistaken: Sequence[Result]) -> str:
    title, meaning = KINDS[kind]
    listed = "".join(render_question(result, {"answer": result}) for result in mistaken[:SHOWN])
    left_out = len(mistaken) - SHOWN
    rest = f'<p class="meaning">{left_out} more stand in results.jsonl.</p>' if left_out > 0 else ""
    return (
        f'<details id="mistakes-{kind}" open><summary><h3>{title} <b>{len(mistaken)}</b></h3></summary>'
        f'<p class="meaning">{meaning}</p>{listed}{rest}</details>'
    )


def _row(name: str, content: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{content}</dd></div>"


def _gold(result: Result) -> str:
    if not result.answerable:
        return "<em>no answer in the archive</em>"
    told = "".join(f'<span class="answer" lang="zh">{escape(answer)}</span>' for answer in result.answers)
    if not result.evidence:
        return told + _source(result.headline)
    evidence = mark_part(result.evidence, next((a for a in result.answers if a in result.evidence), ""))
    return f'{told}<blockquote lang="zh">{evidence}</blockquote>{_source(result.headline)}'


def _answer(result: Result) -> str:
    facts = []
    if "recall1" in result.scores:
        facts.append("not found" if result.rank is None else f"found at rank {result.rank}")
    if result.confidence is not None:
        facts.append(f"confidence {result.confidence:.2f}")
    quotes = "".join(_quote(quote, result.short_answer or "") for quote in result.quotes[:QUOTES])
    return f'{_told(result)}{quotes}<p class="source">{" · ".join(facts)}</p>'


def _told(result: Result) -> str:
    if result.answered:
        return f'<span class="answer given" lang="zh">{escape(result.short_answer or "–")}</span>'
    if result.missing:
        return "<em>none came</em>"
    if result.confidence is None:
        return ""
    return f'<em lang="zh">{escape(result.reason or "declined")}</em>'


def _quote(quote: Quote, short_answer: str) -> str:
    page = f"page {quote.page}" if quote.page else None
    parts = (quote.headline, quote.source, quote.date, page)
    return f'<blockquote lang="zh">{mark_part(quote.text, short_answer)}</blockquote>{_source(*parts)}'


def _source(*parts: str | None) -> str:
    told = " · ".join(escape(part) for part in parts if part)
    return f'<p class="source" lang="zh">{told}</p>' if told else ""


def mark_part(text: str, part: str) -> str:
    """Return a text as HTML, with the first place of a part of it marked; the whole needs no mark."""
    if not part or part == text or part not in text:
        return escape(text)
    before, _, after = text.partition(part)
    return f"{escape(before)}<mark>{escape(part)}</mark>{escape(after)}"
