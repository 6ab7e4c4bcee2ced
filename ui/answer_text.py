"""The text of an answer as HTML: its short answer marked, its citations as chips behind what they support.

Pure functions; every text passes through `text_in_html`.
"""

import re
from html import escape
from itertools import pairwise
from urllib.parse import quote as quote_url

from qa.records import Answer, Article, Citation
from qa.statements import Statement

__all__ = ["answer_text", "article_link", "link_to", "text_in_html"]

_DASH = "\n- "
_NUMBERS = re.compile(r"(?:\[\d+\])+$")


def text_in_html(text: str) -> str:
    """Escape a text for element content; its line breaks stay."""
    return escape(text, quote=True).replace("\n", "<br>")


def article_link(article_id: str, start: int, end: int) -> str:
    """Return the hash link that opens an article at a quote; start and end count Unicode code points."""
    return f"#article={quote_url(article_id, safe='')}&start={start}&end={end}"


def link_to(article: Article, start: int, end: int) -> str:
    """Return `article_link` for an attribute."""
    return escape(article_link(article.article_id, start, end), quote=True)


def answer_text(answer: Answer) -> str:
    """Mark the short answer in the text and put the chips in; lines that begin with a dash are a list.

    What a language model wrote is shown sentence by sentence, those that nothing supports as such.
    """
    if answer.statements:
        return _written(answer)
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
        above = f'<div class="short-answer"><mark>{text_in_html(answer.short_answer)}</mark></div>'
    return f'{above}<div class="text">{html}</div>'


def _written(answer: Answer) -> str:
    short = answer.short_answer
    first = next((one for one in answer.statements if short and one.citations and short in one.text), None)
    told = (_statement(answer, one, short or "" if one is first else "") for one in answer.statements)
    above = ""
    if short and not first:
        above = f'<div class="short-answer"><mark>{text_in_html(short)}</mark></div>'
    return f'{above}<div class="text">{"".join(told)}</div><div class="word written facts"></div>'


def _statement(answer: Answer, statement: Statement, short: str) -> str:
    """Return a sentence, ``short`` marked in it, with the chips of its citations or with what is missing."""
    before, _, after = statement.text.partition(short) if short else (statement.text, "", "")
    mark = f"<mark>{text_in_html(short)}</mark>" if short else ""
    html = f"{text_in_html(before)}{mark}{text_in_html(after)}"
    chips = [_chip(citation) for citation in answer.citations if citation.number in statement.citations]
    if chips:
        return html + _join_chips(chips)
    why = f'<span class="word why">{text_in_html(statement.reason or "")}</span>'
    return f'<span class="unsupported">{html}</span>{why}'


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
        piece = "" if (left, right) in plain_forms else text_in_html(text[left:right])
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
    link = link_to(citation.article, citation.start, citation.end)
    return f'<a class="cite chip" href="{link}" title="{title}">{citation.number}</a>'


def _join_chips(chips: list[str] | None) -> str:
    return f'<span class="chips">{"".join(chips)}</span>' if chips else ""
