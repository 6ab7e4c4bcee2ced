"""Statements with the passages that support them or do not, made of reading comprehension sets.

A question with an answer put into its gap is a statement: with the right answer, one that the passage
supports in other words; with the answer to another question of the same type and passage, or before a
passage of another article, one that it does not.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval.gold import read_gold
from qa.errors import QuestionError
from qa.passages import cut_passages
from qa.query import Query, read_question
from qa.records import Passage
from qa.segmentation import fold

__all__ = ["Trial", "make_trials"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A statement, the passages of the article it was made of, and what became of it."""

    statement: str
    passages: tuple[Passage, ...]
    kind: Literal["supported", "exchanged", "foreign"]


def make_trials(path: Path, most: int, seed: int = 7) -> Iterator[Trial]:
    """Yield up to ``most`` statements that passages of a SQuAD file support, and two of each that do not."""
    gold = read_gold(path)
    articles = {article.article_id: article for article in gold.articles}
    read: dict[str, list[tuple[Query, str]]] = {}
    for question in gold.questions:
        try:
            query = read_question(question.question)
        except QuestionError:
            continue
        if (
            question.answers
            and question.article_id
            and (query.before or query.after)
            and len(question.answers[0]) <= 20
        ):
            read.setdefault(question.article_id, []).append((query, question.answers[0]))
    chance = random.Random(seed)
    names = sorted(read)
    chance.shuffle(names)
    made = 0
    for name in names:
        article = articles[name]
        passages = tuple(cut_passages(article))
        for query, answer in read[name]:
            others = [
                other
                for asked, other in read[name]
                if asked.type == query.type
                and fold(other) not in fold(answer)
                and fold(answer) not in fold(other)
            ]
            if others and made < most:
                made += 1
                statement = _statement(query, answer)
                foreign = tuple(cut_passages(articles[chance.choice([n for n in names if n != name])]))
                yield Trial(statement, passages, "supported")
                yield Trial(_statement(query, chance.choice(others)), passages, "exchanged")
                yield Trial(statement, foreign, "foreign")


def _statement(query: Query, answer: str) -> str:
    after = query.after.strip("?？ ")
    folded = fold(answer)
    for unit in ("年", "个", "天", "日", "位", "人"):
        if folded.endswith(unit) and after.startswith(unit):
            after = after[1:]
    return f"{query.before.strip('?？ ')}{folded}{after}。"
