"""Answers as HTML that is safe to show: pure functions, no work but on strings.

Every piece of corpus or user text passes through ``html.escape``; the markup around it is fixed here.
Labels are not written into the HTML: the style sheet puts them in by class and by the language of the
page, so that an answer already on the page changes its language with the rest.
"""

import re
from html import escape
from itertools import pairwise
from urllib.parse import quote as quote_url

from qa.records import Answer, Citation

__all__ = ["BROKEN", "SEARCHING", "article_link", "render_answer", "render_error", "render_question"]

_DASH = "\n- "
_NUMBERS = re.compile(r"(?:\[\d+\])+$")
# Stands where the answer will be while it is looked for; its words come from the style sheet.
SEARCHING = '<div class="searching"></div>'
# And where the program itself is at fault.
BROKEN = '<div class="failure broken"></div>'


def article_link(citation: Citation) -> str:
    """Return the hash link that opens the cited article; start and end count Unicode code points."""
    return f"#article={quote_url(citation.article_id, safe='')}&start={citation.start}&end={citation.end}"


def render_question(question: str) -> str:
    """Return the user's question as HTML."""
    return f'<div class="question">{_text(question)}</div>'


def render_error(message: str) -> str:
    """Return one line that says why a question got no answer at all."""
    return f'<div class="failure">{_text(message)}</div>'


def render_answer(answer: Answer) -> str:
    """Return the answer with its sources, or the abstention with its reason and the nearest evidence."""
    searched = _searched(answer)
    if answer.answered:
        return f'<div class="answer">{searched}{_answer_line(answer)}{_sources(answer.citations)}</div>'
    reason = answer.reason or answer.text
    nearest = f'<div class="nearest-label"></div>{_sources(answer.nearest)}' if answer.nearest else ""
    return f'<div class="abstention">{searched}<div class="reason">{_text(reason)}</div>{nearest}</div>'


def _searched(answer: Answer) -> str:
    """Show the whole question that a follow-up was searched as."""
    read = answer.interpretation
    if read is None or read.question == answer.question:
        return ""
    return f'<div class="searched">{_text(read.question)}</div>'


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
    return f'<a class="cite chip" href="{_link(citation)}" title="{title}">{citation.number}</a>'


def _join_chips(chips: list[str] | None) -> str:
    return f'<span class="chips">{"".join(chips)}</span>' if chips else ""


def _sources(citations: tuple[Citation, ...]) -> str:
    return f'<div class="sources">{"".join(map(_card, citations))}</div>' if citations else ""


def _card(citation: Citation) -> str:
    article = citation.article
    facts = (("paper", article.source), ("date", article.date), ("page", article.page))
    return (
        f'<a class="cite source" href="{_link(citation)}"><span class="number">{citation.number}</span>'
        f'<span class="headline">{_text(article.title)}</span><span class="facts">'
        + "".join(f'<span class="{name}">{_text(fact)}</span>' for name, fact in facts if fact)
        + f'</span><span class="quote">{_compared_quote(citation)}</span></a>'
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


def _link(citation: Citation) -> str:
    return escape(article_link(citation), quote=True)


def _text(text: str) -> str:
    """Escape a text for element content; its line breaks stay."""
    return escape(text, quote=True).replace("\n", "<br>")
