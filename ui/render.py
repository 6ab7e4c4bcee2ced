"""Answers as HTML that is safe to show: pure functions, no work but on strings.

Every piece of corpus or user text passes through ``html.escape``; the markup around it is fixed here.
Labels are not written into the HTML: the style sheet puts them in by class and by the language of the
page, so that an answer already on the page changes its language with the rest. Behind an answer stands
its record, JSON that the style sheet hides and the scripts of the page read: ``{"answer": as
`answer_to_json` gives it, "filters": {"source", "date_from", "date_to", "section"}}``.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from html import escape
from itertools import pairwise
from urllib.parse import quote as quote_url

from qa.contracts import answer_to_json
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.records import Answer, Article, Citation, Hit

__all__ = [
    "BROKEN",
    "SEARCHING",
    "article_link",
    "render_answer",
    "render_card",
    "render_error",
    "render_evidence",
    "render_question",
    "render_suggestions",
]

_STOP = '<button class="word stop" type="button"></button>'
_RETRY = '<button class="word retry" type="button"></button>'
_DASH = "\n- "
_NUMBERS = re.compile(r"(?:\[\d+\])+$")
# Stands where the answer will be while it is looked for; its words come from the style sheet.
SEARCHING = f'<div class="searching"><span class="word looking"></span>{_STOP}</div>'
# And where the program itself is at fault.
BROKEN = f'<div class="failure broken"></div><div class="actions">{_RETRY}</div>'
# Of a passage, as much is shown while the answer is looked for.
_SHOWN_OF_PASSAGE = 90
_READ_FIELDS = ("people", "places", "organisations", "times")


def article_link(article_id: str, start: int, end: int) -> str:
    """Return the hash link that opens an article at a quote; start and end count Unicode code points."""
    return f"#article={quote_url(article_id, safe='')}&start={start}&end={end}"


def render_question(question: str) -> str:
    """Return the user's question as HTML."""
    edit = '<button class="word edit" type="button"></button>'
    return f'<div class="asked">{edit}<div class="question">{_text(question)}</div></div>'


def render_error(message: str) -> str:
    """Return one line that says why a question got no answer at all."""
    return f'<div class="failure">{_text(message)}</div><div class="actions">{_RETRY}</div>'


def render_evidence(hits: Sequence[Hit]) -> str:
    """Return what was found so far, while the answer is still worked out."""
    shown = "".join(
        render_card(
            str(number),
            hit.passage.article,
            (hit.passage.start, hit.passage.end),
            _text(hit.passage.text[:_SHOWN_OF_PASSAGE]),
        )
        for number, hit in enumerate(hits, 1)
    )
    reading = f'<div class="searching"><span class="word checking"></span>{_STOP}</div>'
    return f'{reading}<div class="sources pending">{shown}</div>'


def render_answer(answer: Answer, filters: Filters = Filters()) -> str:  # noqa: B008 (frozen)
    """Return the answer with its sources, or the abstention with its reason and the nearest evidence.

    Above it stands how the question was read, below it what can be done with it, and its record.
    """
    head = f"{_searched(answer)}{_reading(answer.interpretation)}{_within(filters)}"
    if answer.answered:
        told = f'<div class="answer">{head}{_answer_line(answer)}{_sources(answer.citations)}</div>'
    else:
        reason = f'<div class="reason">{_text(answer.reason or answer.text)}</div>'
        nearest = f'<div class="nearest-label"></div>{_sources(answer.nearest)}' if answer.nearest else ""
        told = f'<div class="abstention">{head}{reason}{nearest}</div>'
    return told + _actions(answer) + _record(answer, filters)


def render_suggestions(questions: Iterable[str]) -> str:
    """Return questions, for a click, that the archive does answer."""
    buttons = "".join(
        f'<button class="ask-this" type="button">{_text(question)}</button>' for question in questions
    )
    return f'<div class="better"><div class="word better-label"></div>{buttons}</div>'


def _searched(answer: Answer) -> str:
    """Show the whole question that a follow-up was searched as."""
    read = answer.interpretation
    if read is None or read.question == answer.question:
        return ""
    return f'<div class="searched">{_text(read.question)}</div>'


def _reading(read: Interpretation | None) -> str:
    """Show how the question was understood: one button for each part that can be changed."""
    if read is None:
        return ""
    terms = "".join(
        f'<button class="word term {name}" type="button">{_text(value)}</button>'
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
        f'<span class="{name}">{_text(value)}</span>' for name, value in asdict(filters).items() if value
    )
    return f'<div class="word within facts">{told}</div>'


def _actions(answer: Answer) -> str:
    names = ("copy", "retry", "export", "good", "bad") if answer.answered else ("retry", "good", "bad")
    buttons = "".join(f'<button class="word {name}" type="button"></button>' for name in names)
    return f'<div class="actions">{buttons}</div>'


def _record(answer: Answer, filters: Filters) -> str:
    record = {"answer": answer_to_json(answer), "filters": asdict(filters)}
    return f'<div class="record">{_text(json.dumps(record, ensure_ascii=False))}</div>'


def _answer_line(answer: Answer) -> str:
    """Mark the short answer in the text and put the chips in; lines that begin with a dash are a list."""
    start, end = _find_short_answer(answer)
    lead, *items = answer.text.split(_DASH)
    html, place = _marked(answer, lead, (start, end) if end <= len(lead) else (0, 0)), len(lead)
    listed = []
    for item in items:
        place += len(_DASH)
        inside = place <= start < end <= place + len(item)
        mark = (start - place, end - place) if inside else _listed(answer, item)
        listed.append(f"<li>{_marked(answer, item, mark)}</li>")
        place += len(item)
    html += f"<ul>{''.join(listed)}</ul>" if listed else ""
    above = ""
    if answer.short_answer and "<mark" not in html and not _is_whole(answer):
        above = f'<div class="short-answer"><mark>{_text(answer.short_answer)}</mark></div>'
    return f'{above}<div class="text">{html}</div>'


def _listed(answer: Answer, item: str) -> tuple[int, int]:
    """Return where an item stands in its line if the short answer lists it, else (0, 0)."""
    bare = _NUMBERS.sub("", item)
    return (0, len(bare)) if bare.rstrip("。") in (answer.short_answer or "") else (0, 0)


def _is_whole(answer: Answer) -> bool:
    """Whether the short answer is a sentence as a whole, which the text tells."""
    return any(answer.short_answer == citation.quote for citation in answer.citations)


def _marked(answer: Answer, text: str, mark: tuple[int, int]) -> str:
    """Return a line of the answer as HTML, with a part of it marked and its chips.

    A chip takes the place of its plain form in the text, ``[1]`` behind the quote.
    """
    start, end = mark
    chips: dict[int, list[str]] = {}
    plain_forms = set()
    for citation in answer.citations:
        if text != answer.text and f"[{citation.number}]" not in text:
            continue  # of another line
        place, after = _find_place(text, citation)
        if start < place < end:
            place = after = end
        chips.setdefault(place, []).append(_chip(citation))
        plain_forms.add((place, after))
    opening = '<mark class="whole">' if _is_whole(answer) else "<mark>"
    pieces = [_join_chips(chips.get(0))]
    cuts = {0, start, end, len(text), *chips, *(after for _, after in plain_forms)}
    for left, right in pairwise(sorted(cuts)):
        piece = "" if (left, right) in plain_forms else _text(text[left:right])
        pieces.append(f"{opening}{piece}</mark>" if (left, right) == (start, end) else piece)
        pieces.append(_join_chips(chips.get(right)))
    return "".join(pieces)


def _find_place(text: str, citation: Citation) -> tuple[int, int]:
    """Return where the chip of a citation belongs, and where its plain form there ends.

    The plain form stands behind the quote, else behind what the quote is cited for.
    """
    plain = f"[{citation.number}]"
    found = text.find(citation.quote + plain)
    place = text.rfind(plain) if found < 0 else found + len(citation.quote)
    if place >= 0:
        return place, place + len(plain)
    found = text.find(citation.quote)
    place = len(text) if found < 0 else found + len(citation.quote)
    return place, place


def _find_short_answer(answer: Answer) -> tuple[int, int]:
    """Return where the short answer stands in the text, (0, 0) where it does not.

    It is looked for from the best evidence on: the same digits may stand earlier in another sentence.
    """
    short = answer.short_answer
    if not short:
        return 0, 0
    evidence = answer.text.find(answer.citations[0].quote) if answer.citations else -1
    start = answer.text.find(short, max(evidence, 0))
    return (start, start + len(short)) if start >= 0 else (0, 0)


def _chip(citation: Citation) -> str:
    title = escape(citation.article.title, quote=True)
    link = _link(citation.article, citation.start, citation.end)
    return f'<a class="cite chip" href="{link}" title="{title}">{citation.number}</a>'


def _join_chips(chips: list[str] | None) -> str:
    return f'<span class="chips">{"".join(chips)}</span>' if chips else ""


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
        f'<a class="cite source" href="{_link(article, *span)}"><span class="number">{number}</span>'
        f'<span class="headline">{_text(article.title)}</span><span class="facts">'
        + "".join(f'<span class="{name}">{_text(fact)}</span>' for name, fact in facts if fact)
        + f'</span><span class="quote">{quote}</span></a>'
    )


def _compared_quote(citation: Citation) -> str:
    """Return the quote; where another wording of it was looked up, with what that adds and leaves out."""
    text, place = citation.article.text, citation.start
    pieces = []
    for one in citation.differences:
        pieces.append(_text(text[place : one.start]))
        pieces += [f'<span class="left-out">{_text(one.printed)}</span>'] if one.printed else []
        pieces += [f'<span class="added">{_text(one.quoted)}</span>'] if one.quoted else []
        place = one.end
    return "".join(pieces) + _text(text[place : citation.end])


def _link(article: Article, start: int, end: int) -> str:
    return escape(article_link(article.article_id, start, end), quote=True)


def _text(text: str) -> str:
    """Escape a text for element content; its line breaks stay."""
    return escape(text, quote=True).replace("\n", "<br>")
