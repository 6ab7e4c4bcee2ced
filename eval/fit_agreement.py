"""The figures behind thresholds of qa/agreement.py and qa/composing.py: `python -m eval.fit_agreement PATH`.

Agreement: the passages of RGB (several web pages on each question of news) become articles. In one page of
each question the figure of the answer is changed. What another article answers is right where it says the
same as the right answer, or where it differs and is the changed page. The first table tells, for each
threshold on how far its span may be behind the best, how many are shown and how many of these are right.

Statements: questions of ATS news and CMRC are asked over all articles of their set. The second table tells,
by confidence, how many are told as a statement, and of how many of these the answer is right.
"""

import json
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from embeddings.encoder import Encoder
from embeddings.loading import load_encoder
from eval.examples import Example, ask
from eval.gold import GoldQuestion, read_gold
from eval.metrics import character_f1
from qa.agreement import Testimony, find_testimonies
from qa.building import add_articles
from qa.index import Index
from qa.phrasing import make_statement
from qa.reading import Reading, read
from qa.records import Article
from qa.segmentation import fold

SETS = ("ats_news_train.json", "cmrc2018_trial.json")
QUESTIONS = 400  # of each set
THRESHOLDS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
CONFIDENCES = (0.0, 0.3, 0.5, 0.7, 0.9, 1.01)
# An answer that shares this much of its characters with a gold one counts as right.
RIGHT = 0.5
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Trial:
    """What one other article says, and whether it is right to show it so."""

    testimony: Testimony
    right: bool


def main(folder: Path) -> None:
    """Ask the questions and print the tables."""
    encoder, console = load_encoder(), Console(width=140)
    trials = list(try_agreement(folder / "rgb_zh_dev.jsonl", encoder))
    table = Table("span behind by at most", *map(str, THRESHOLDS), title="shown (right)")
    for name, chosen in (
        ("agrees", [t for t in trials if t.testimony.agrees]),
        ("differs", [t for t in trials if t.testimony.differs]),
        ("differs, of the same", [t for t in trials if t.testimony.differs and t.testimony.of_the_same]),
    ):
        shown = [[t for t in chosen if t.testimony.behind <= limit] for limit in THRESHOLDS]
        table.add_row(name, *(f"{len(some)} ({sum(t.right for t in some)})" for some in shown))
    console.print(table)
    for name in SETS:
        tell_statements(name, list(ask_set(folder / name, encoder)), console)


def try_agreement(path: Path, encoder: Encoder) -> Iterator[Trial]:
    """Ask the questions of RGB over its passages, a figure changed in one of each; judge what is found."""
    chance = random.Random(3)
    articles: dict[str, Article] = {}
    changed: set[str] = set()
    questions = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        answers = [str(a) for one in row["answer"] for a in (one if isinstance(one, list) else [one])]
        questions.append(GoldQuestion(str(row["id"]), "other", row["query"], tuple(answers)))
        telling = [p for p in row["positive"] if any(answer in p for answer in answers)]
        altered = chance.choice(telling) if len(telling) > 1 else ""
        for passage in dict.fromkeys([*row["positive"], *row["negative"]]):
            other = change_figure(passage, answers) if passage == altered else ""
            article = Article.from_text(other or passage)
            articles[article.article_id] = article
            changed.update([article.article_id] if other else [])
    for example, reading in read_all(questions, articles.values(), encoder):
        span = reading.span
        told = span is not None and is_right(span.text, example.answers)
        for testimony in find_testimonies(example.query, reading, example.weights):
            here = {reading.ranked[0][0].article.article_id, testimony.evidence.article.article_id}
            yield Trial(testimony, bool(here & changed) if testimony.differs else told)


def change_figure(passage: str, answers: Iterable[str]) -> str:
    """Return the passage with another first digit in the figure of an answer, "" where none has one."""
    for answer in answers:
        figure = _FIGURE.search(answer)
        if figure and answer in passage:
            digit = str(int(answer[figure.start()]) % 9 + 1)
            other = answer[: figure.start()] + digit + answer[figure.start() + 1 :]
            return passage.replace(answer, other)
    return ""


def read_all(
    questions: Iterable[GoldQuestion], articles: Iterable[Article], encoder: Encoder
) -> Iterator[tuple[Example, Reading]]:
    """Yield each question with its reading over all the articles."""
    with tempfile.TemporaryDirectory() as folder:
        add_articles(Path(folder), articles, encoder)
        index = Index.open(Path(folder))
        for question in track(list(questions)):
            for example in ask(question, index, encoder)[:1]:
                if example.evidence:
                    yield example, read(example.query, example.evidence, example.weights)
        index.close()


def ask_set(path: Path, encoder: Encoder) -> Iterator[tuple[Example, Reading]]:
    """Yield questions of one set with their readings."""
    gold = read_gold(path)
    questions = [question for question in gold.questions if question.answerable]
    random.Random(7).shuffle(questions)
    yield from read_all(questions[:QUESTIONS], gold.articles, encoder)


def tell_statements(name: str, asked: list[tuple[Example, Reading]], console: Console) -> None:
    """Print by confidence how many questions are told as statements, and how many of these are right."""
    table = Table("confidence", "answered by a span", "told as a statement", "of these right", title=name)
    for low, high in pairwise(CONFIDENCES):
        some = [(e, r.span) for e, r in asked if r.span and low <= r.confidence < high]
        told = [(e, span) for e, span in some if make_statement(e.query, span, span.text)]
        right = sum(is_right(span.text, e.answers) for e, span in told)
        share = f"{right / len(told):.3f}" if told else "–"
        table.add_row(f"{low} to {min(high, 1.0)}", str(len(some)), str(len(told)), share)
    console.print(table)
    differing = sum(
        any(t.gainsays for t in find_testimonies(e.query, r, e.weights)) for e, r in asked if r.span
    )
    console.print(f"{name}: of {len(asked)} questions {differing} are answered side by side")


def is_right(told: str, answers: Iterable[str]) -> bool:
    """Whether an answer shares enough of its characters with a gold one."""
    return character_f1(fold(told), [fold(answer) for answer in answers]) >= RIGHT


if __name__ == "__main__":
    main(Path(sys.argv[1]))
