"""Questions that the archive does answer: better ones where it did not, and examples drawn from its articles.

Each is made of words by rule, and offered only if asking it gives the answer that it was made from.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from qa.figures import FIGURE
from qa.lexical import Filters
from qa.passages import sentence_spans
from qa.segmentation import fold
from qa.tagging import Token, tag

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.records import Answer, Article

__all__ = ["better_questions", "example_questions"]

# A reader chooses among a few; each costs an answer or more to check.
_BETTER = 3
_TRIED_OF_ARTICLE = 4
_TRIED_ARTICLES = 60
_CLAUSE = re.compile(r"[^，。；：！？、“”‘’（）()《》\s]+")
_SHORTEST, _LONGEST = 9, 32  # characters of a clause that makes a question by itself
_SUBJECTS = frozenset({"LOC", "ORG", "nz", "nw"})
_OF_A_TITLE = _SUBJECTS | {"n", "vn"}
_SUBJECT_WITHIN = 6  # characters from the beginning in which the subject must stand
_TITLE = re.compile(
    r"(?:局长|主任|书记|院长|校长|经理|主席|所长|站长|厅长|市长|县长|馆长|队长|会长|理事长|秘书长|董事长|负责人|工程师|研究员)$"
)
# Words whose meaning hangs on the article around them: no question by itself.
_HANGING = re.compile(
    "今年|去年|当年|前年|同期|当日|当天|昨天|今天|本月|上月|目前|截至|此次|这次|其中|该|本报|记者|我们|我国"
)
# What is left of 在2024年里 or 2024年的 without the year.
_AROUND_TIME = r"(?:在|从|自|于)?{}(?:里|内|间|期间|时|的)?[，,]?"


@dataclass(frozen=True, slots=True)
class _Cloze:
    """A question made of a sentence by taking a piece out, and that piece."""

    question: str
    expected: str


def better_questions(assistant: "Assistant", answer: "Answer", filters: Filters) -> list[str]:
    """Return up to three questions like one that got no answer, or about the nearest article, which do.

    None while other questions wait to be answered: checking some costs as much as answering ten.
    """
    if assistant.workers.busy:
        return []
    candidates = _without_times(answer)
    found = [question for question in candidates if _is_answered(assistant, question, filters)]
    for article in {c.article.article_id: c.article for c in answer.nearest}.values():
        if len(found) >= _BETTER:
            break
        found += islice(_answered_clozes(assistant, article, filters), _BETTER - len(found))
    return list(dict.fromkeys(found))[:_BETTER]


def example_questions(assistant: "Assistant", wanted: int) -> list[str]:
    """Return questions that the archive answers, one an article, of articles from all over it."""
    total = assistant.browse(limit=1).total
    step = max(total // _TRIED_ARTICLES, 1)
    # From the middle of each stride, so that small and large archives are sampled alike.
    places = range(step // 2, total, step)
    articles = (article for place in places for article in assistant.browse(offset=place, limit=1).articles)
    questions = (next(_answered_clozes(assistant, article, Filters()), None) for article in articles)
    return list(islice(filter(None, questions), wanted))


def _without_times(answer: "Answer") -> list[str]:
    read = answer.interpretation
    if read is None:
        return []
    shortened = [re.sub(_AROUND_TIME.format(re.escape(time)), "", read.question) for time in read.times]
    return [
        question for question in dict.fromkeys(shortened) if question.strip() and question != read.question
    ]


def _is_answered(assistant: "Assistant", question: str, filters: Filters) -> bool:
    # The archive's own answer comes first; no language model is asked for a suggestion.
    return next(assistant.stream(question, **asdict(filters))).answered


def _answered_clozes(assistant: "Assistant", article: "Article", filters: Filters) -> Iterator[str]:
    for cloze in islice(_clozes(article), _TRIED_OF_ARTICLE):
        answer = next(assistant.stream(cloze.question, **asdict(filters)))
        short = fold(answer.short_answer or "")
        if answer.answered and short and (short in fold(cloze.expected) or fold(cloze.expected) in short):
            yield cloze.question


def _clozes(article: "Article") -> Iterator[_Cloze]:
    for start, end in sentence_spans(article.text):
        for clause in _CLAUSE.findall(article.text[start:end]):
            if _SHORTEST <= len(clause) <= _LONGEST and not _HANGING.search(clause):
                tokens = tag(clause)
                yield from _ask_how_many(clause, tokens)
                yield from _ask_who(tokens)


def _ask_how_many(clause: str, tokens: Sequence[Token]) -> Iterator[_Cloze]:
    """江岸市新开公园38座 -> 江岸市新开公园多少座？ (a clause with a subject and one figure)."""
    figures = [match for match in FIGURE.finditer(clause) if any(c.isdigit() for c in match[1])]
    named = any(token.label in _SUBJECTS and token.start <= _SUBJECT_WITHIN for token in tokens)
    if len(figures) == 1 and named and figures[0].start() >= _SUBJECT_WITHIN:
        figure = figures[0]
        question = f"{clause[: figure.start()]}多少{figure[2]}{clause[figure.end() :]}？"
        yield _Cloze(question, figure[0])


def _ask_who(tokens: Sequence[Token]) -> Iterator[_Cloze]:
    """省综治中心主任唐俊 -> 省综治中心主任是谁？ (a title with its office, and the name behind it)."""
    for number, token in enumerate(tokens):
        if token.label != "PER" or len(token.word) < 2:
            continue
        before = list(takewhile(lambda earlier: earlier.label in _OF_A_TITLE, reversed(tokens[:number])))
        title = "".join(earlier.word for earlier in reversed(before))
        named = any(earlier.label in _SUBJECTS for earlier in before)
        if named and len(title) >= _SUBJECT_WITHIN and _TITLE.search(title):
            yield _Cloze(f"{title}是谁？", token.word)
