"""Answers as HTML that is safe to show: pure functions, no work but on strings.

Every piece of corpus or user text passes through ``html.escape``; the markup around it is fixed here.
Labels are not written into the HTML: the style sheet puts them in by class and by the language of the
page, so that an answer already on the page changes its language with the rest. Behind an answer stands
its record, JSON that the style sheet hides and the scripts of the page read: ``{"answer": as
`answer_to_json` gives it, "filters": {"source", "date_from", "date_to", "section"}}``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from qa.contracts import answer_to_json
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.records import Answer, Article, Citation, Hit
from ui.answer_text import answer_text, link_to, text_in_html

__all__ = [
    "BROKEN",
    "SEARCHING",
    "render_answer",
    "render_card",
    "render_error",
    "render_evidence",
    "render_question",
    "render_suggestions",
]

_STOP = '<button class="word stop" type="button"></button>'
_RETRY = '<button class="word retry" type="button"></button>'
# Stands where the answer will be while it is looked for; its words come from the style sheet.
SEARCHING = f'<div class="searching"><span class="word looking"></span>{_STOP}</div>'
# And below an answer while a language model writes it anew.
_WRITING = f'<div class="searching"><span class="word writing"></span>{_STOP}</div>'
# And where the program itself is at fault.
BROKEN = f'<div class="failure broken"></div><div class="actions">{_RETRY}</div>'
# Of a passage, as much is shown while the answer is looked for.
_SHOWN_OF_PASSAGE = 90
_READ_FIELDS = ("people", "places", "organisations", "times")


def render_question(question: str) -> str:
    """Return the user's question as HTML."""
    edit = '<button class="word edit" type="button"></button>'
    return f'<div class="asked">{edit}<div class="question">{text_in_html(question)}</div></div>'


def render_error(message: str) -> str:
    """Return one line that says why a question got no answer at all."""
    return f'<div class="failure">{text_in_html(message)}</div><div class="actions">{_RETRY}</div>'


def render_evidence(hits: Sequence[Hit]) -> str:
    """Return what was found so far, while the answer is still worked out."""
    shown = "".join(
        render_card(
            str(number),
            hit.passage.article,
            (hit.passage.start, hit.passage.end),
            text_in_html(hit.passage.text[:_SHOWN_OF_PASSAGE]),
        )
        for number, hit in enumerate(hits, 1)
    )
    reading = f'<div class="searching"><span class="word checking"></span>{_STOP}</div>'
    return f'{reading}<div class="sources pending">{shown}</div>'


def render_answer(answer: Answer, filters: Filters = Filters(), *, growing: bool = False) -> str:  # noqa: B008 (frozen)
    """Return the answer with its sources, or the abstention with its reason and the nearest evidence.

    Above it stands how the question was read, below it what can be done with it, and its record. While it is
    ``growing``, a language model at work on it, there stands that in the place of what can be done.
    """
    head = f"{_searched(answer)}{_reading(answer.interpretation)}{_within(filters)}"
    if answer.answered:
        below = _WRITING if growing else _note(answer)
        told = f'<div class="answer">{head}{answer_text(answer)}{below}{_sources(answer.citations)}</div>'
    else:
        reason = f'<div class="reason">{text_in_html(answer.reason or answer.text)}</div>'
        nearest = f'<div class="nearest-label"></div>{_sources(answer.nearest)}' if answer.nearest else ""
        told = f'<div class="abstention">{head}{reason}{nearest}</div>'
    return told + ("" if growing else _actions(answer)) + _record(answer, filters)


def _note(answer: Answer) -> str:
    """Say what became of what a language model was asked for, if not all was well."""
    return f'<div class="note facts">{text_in_html(answer.note)}</div>' if answer.note else ""


def render_suggestions(questions: Iterable[str]) -> str:
    """Return questions, for a click, that the archive does answer."""
    buttons = "".join(
        f'<button class="ask-this" type="button">{text_in_html(question)}</button>' for question in questions
    )
    return f'<div class="better"><div class="word better-label"></div>{buttons}</div>'


def _searched(answer: Answer) -> str:
    """Show the whole question that a follow-up was searched as."""
    read = answer.interpretation
    if read is None or read.question == answer.question:
        return ""
    return f'<div class="searched">{text_in_html(read.question)}</div>'


def _reading(read: Interpretation | None) -> str:
    """Show how the question was understood: one button for each part that can be changed."""
    if read is None:
        return ""
    terms = "".join(
        f'<button class="word term {name}" type="button">{text_in_html(value)}</button>'
        for name in _READ_FIELDS
        for value in getattr(read, name)
    )
    kind = f'<button class="word term type type-{read.type}" type="button"></button>'
    add = '<button class="word term add" type="button"></button>'
    return f'<div class="word reading">{kind}{terms}{add}</div>'


def _within(filters: Filters) -> str:
    """Show what the archive was narrowed down to."""
    if not filters:
        return ""
    told = "".join(
        f'<span class="{name}">{text_in_html(value)}</span>'
        for name, value in asdict(filters).items()
        if value
    )
    return f'<div class="word within facts">{told}</div>'


def _actions(answer: Answer) -> str:
    names = ("copy", "retry", "export", "good", "bad") if answer.answered else ("retry", "good", "bad")
    buttons = "".join(f'<button class="word {name}" type="button"></button>' for name in names)
    return f'<div class="actions">{buttons}</div>'


def _record(answer: Answer, filters: Filters) -> str:
    record = {"answer": answer_to_json(answer), "filters": asdict(filters)}
    return f'<div class="record">{text_in_html(json.dumps(record, ensure_ascii=False))}</div>'


def _sources(citations: tuple[Citation, ...]) -> str:
    return f'<div class="sources">{"".join(map(_source, citations))}</div>' if citations else ""


def _source(citation: Citation) -> str:
    span = (citation.start, citation.end)
    return render_card(str(citation.number), citation.article, span, _compared_quote(citation))


def render_card(number: str, article: Article, span: tuple[int, int], quote: str) -> str:
    """Return a link to a place in an article that shows what is there; ``quote`` is HTML."""
    facts = [("paper", article.source), ("date", article.date), ("page", article.page)]
    facts += [("byline", name) for name in article.byline]
    return (
        f'<a class="cite source" href="{link_to(article, *span)}"><span class="number">{number}</span>'
        f'<span class="headline">{text_in_html(article.title)}</span><span class="facts">'
        + "".join(f'<span class="{name}">{text_in_html(fact)}</span>' for name, fact in facts if fact)
        + f'</span><span class="quote">{quote}</span></a>'
    )


def _compared_quote(citation: Citation) -> str:
    """Return the quote; where another wording of it was looked up, with what that adds and leaves out."""
    text, place = citation.article.text, citation.start
    pieces = []
    for one in citation.differences:
        pieces.append(text_in_html(text[place : one.start]))
        pieces += [f'<span class="left-out">{text_in_html(one.printed)}</span>'] if one.printed else []
        pieces += [f'<span class="added">{text_in_html(one.quoted)}</span>'] if one.quoted else []
        place = one.end
    return "".join(pieces) + text_in_html(text[place : citation.end])
