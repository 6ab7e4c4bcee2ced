"""An Answer told by a language model, sentence by sentence, each checked against the archive.

What the archive answers is decided before a model is asked: an abstention stays one. Nothing that a
model writes is told without a quote that supports it, or is marked as what it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from qa.answers import check_citations
from qa.directives import addresses_model
from qa.errors import WriterError
from qa.observation import stage
from qa.prompts import DECLINED, Message, build_prompt
from qa.query import Query, read_question
from qa.records import Answer, Citation, Hit, Passage, Span
from qa.statements import Statement
from qa.support import Support, best_support

__all__ = ["Unsupported", "Writer", "Writing", "split_sentences", "write_answer"]

Unsupported = Literal["mark", "drop"]

_MARKS = re.compile(r"\s*[\[【［](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]】］]")
# A sentence ends behind its full stop and the citations that follow it.
_END = re.compile(rf"(?:[。！？!?；;]+[”’」』）)》]*|\n)(?:{_MARKS.pattern})*")
_WORDS, _HAN = re.compile(r"\w"), re.compile(r"[\u3400-\u9fff]")
_LEAST = 4  # Chinese characters of a sentence that states something
_UNSUPPORTED = "〔未能核实：{reason}〕"
# What became of what a model was asked for, where the archive's own answer stands in for it.
_OWN = "以下是档案自己的回答 (the archive's own answer: {why})"
_DECLINED_NOTE = f"语言模型没有在段落里找到答案，{_OWN}".format(why="the model found none in the passages")
_BROKEN_NOTE = f"语言模型没有写完答案，{_OWN}"
_UNSUPPORTED_NOTE = f"语言模型写的没有一句有原文支持，{_OWN}".format(why="no article supports what it wrote")
_DROPPED_NOTE = "语言模型写的另有{n}句没有原文支持，已略去 (sentences left out that no article supports: {n})"


class Writer(Protocol):
    """A language model: messages in, pieces of its reply out as they come."""

    def write(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the reply in pieces. Raises WriterError where there is none, or not the whole of it."""
        ...


@dataclass(frozen=True, slots=True)
class Writing:
    """How answers are told: by whom, from how much, and what becomes of what nothing supports.

    ``budget`` is the most tokens of a prompt.
    """

    writer: Writer
    unsupported: Unsupported = "drop"
    budget: int = 3000


def write_answer(
    answer: Answer, hits: Callable[[Query], Sequence[Hit]], writing: Writing
) -> Iterator[Answer]:
    """Yield an Answer, then the same as a model tells it, growing by one checked sentence at a time.

    The last one is whole. ``hits`` finds the passages that the model is shown. An abstention, a look-up of
    a quote and a count stay as they are. Where the model fails, declines, or writes nothing that is
    supported, the last one is the given Answer with a note.
    """
    yield answer
    if not (answer.answered and answer.interpretation):
        return
    question = answer.interpretation.question
    found = [hit.passage for hit in hits(read_question(question))]
    messages, passages = build_prompt(question, found, writing.budget)
    statements: list[Statement] = []
    citations: list[Citation] = []
    dropped = 0
    try:
        for text, cited in split_sentences(writing.writer.write(messages)):
            if DECLINED in text and not statements:
                yield replace(answer, note=_DECLINED_NOTE)
                return
            with stage("check"):
                statement = _check(text, cited, passages, citations)
            if statement.citations or writing.unsupported == "mark":
                statements.append(statement)
                yield _written(answer, statements, citations, None)
            else:
                dropped += 1
    except WriterError as error:
        yield replace(answer, note=_BROKEN_NOTE.format(why=error))
        return
    if not citations:
        yield replace(answer, note=_UNSUPPORTED_NOTE)
    else:
        note = _DROPPED_NOTE.format(n=dropped) if dropped else None
        yield _written(answer, statements, citations, note)


def split_sentences(pieces: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the sentences of a streamed text, each as soon as it is whole, with the numbers it cites.

    What stands between ``<think>`` and ``</think>`` is not said. A last sentence needs no full stop.
    """
    text = ""
    for piece in _without_thoughts(pieces):
        text += piece
        # A match at the very end may go on: with more stops, or with citations.
        while (match := _END.search(text)) and match.end() < len(text):
            yield from _sentence(text[: match.end()])
            text = text[match.end() :]
    while match := _END.search(text):
        yield from _sentence(text[: match.end()])
        text = text[match.end() :]
    yield from _sentence(text)


def _without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """Leave out a reasoning model's thoughts, which some servers send as part of the text."""
    opening, closing = "<think>", "</think>"
    text, decided = "", False
    for piece in pieces:
        if decided:
            yield piece
            continue
        text += piece
        start = text.lstrip()
        if start.startswith(opening):
            _, closed, rest = start.partition(closing)
            if closed:
                decided = True
                yield rest
        elif not opening.startswith(start):
            decided = True
            yield text
    if not decided and not text.lstrip().startswith(opening):
        yield text


def _sentence(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    cited = [int(number) for match in _MARKS.finditer(text) for number in re.findall(r"\d+", match[1])]
    bare = _MARKS.sub("", text).strip().lstrip("-*•# ")
    if _WORDS.search(bare):
        yield bare, tuple(dict.fromkeys(cited))


def _check(
    text: str, cited: Sequence[int], passages: Sequence[Passage], citations: list[Citation]
) -> Statement:
    """Return a sentence as a Statement; quotes that support it are added to the citations."""
    if addresses_model(text) or len(_HAN.findall(text)) < _LEAST:
        return Statement(text, (), "不是对问题的回答")
    named = [passages[number - 1] for number in cited if 0 < number <= len(passages)]
    support = best_support(text, passages, named)
    if support is None or not support.holds:
        return Statement(text, (), _explain(support))
    numbers = tuple(_cite(span, support, passages, citations) for span in support.quotation.spans)
    return Statement(text, tuple(dict.fromkeys(numbers)))


def _explain(support: Support | None) -> str:
    if support and support.missing:
        return f"原文没有“{'”“'.join(support.missing)}”"
    if support and support.contradicted:
        return f"原文说的与“{support.contradicted}”相反"
    if support and support.misplaced:
        return "原文里的数字或人名说的是别的"
    return "没有找到说到这些的原文"


def _cite(span: Span, support: Support, passages: Sequence[Passage], citations: list[Citation]) -> int:
    """Return the number of the citation of a span, a new one where there is none yet."""
    article, (start, end) = support.quotation.article, span
    for citation in citations:
        if (citation.article_id, citation.start, citation.end) == (article.article_id, start, end):
            return citation.number
    passage = next(p for p in passages if p.article is article and p.start <= start and end <= p.end)
    quote = article.text[start:end]
    number = len(citations) + 1
    citations.append(Citation(number, article, passage.passage_id, start, end, quote, support.probability))
    return number


def _written(
    answer: Answer, statements: Sequence[Statement], citations: Sequence[Citation], note: str | None
) -> Answer:
    text = "".join(_in_words(statement) for statement in statements)
    cited = check_citations(citations)
    return replace(answer, text=text, citations=cited, statements=tuple(statements), note=note)


def _in_words(statement: Statement) -> str:
    marks = "".join(f"[{number}]" for number in statement.citations)
    return statement.text + (marks or _UNSUPPORTED.format(reason=statement.reason))
