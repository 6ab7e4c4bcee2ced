"""The figures behind NEAR of qa/quotes.py: `python -m eval.quote_threshold BENCH_FOLDER`.

Half of the articles of each development set are indexed. Sentences of these are looked up with 1 to 5
letters replaced, dropped or added, and ought to be found again; sentences of the other half, edited
likewise, ought to be like nothing there. The table tells, for each threshold of similarity and class of
length, how many of the first are found where they stand (recall), and how many of all that is found
is right (precision, with as many of the one kind as of the other).
"""

import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.gold import read_gold
from qa.alignment import letters_of
from qa.assistant import Assistant
from qa.passages import sentence_spans
from qa.records import Article

SETS = ("drcd_dev.json", "ats_news_train.json")
QUOTES = 1500  # of each kind and set
LENGTHS = (6, 12, 20, 40, 1000)
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)


@dataclass(frozen=True)
class Trial:
    """A quote looked up: its letters, what was found most like it, and whether that is where it stands."""

    length: int
    edits: int
    similarity: float
    right: bool
    known: bool


def main(bench: Path) -> None:
    """Look the quotes of each set up and print the table."""
    trials = [trial for name in SETS for trial in try_set(bench / name)]
    table = Table(
        "letters", "quotes", *(f"≥ {threshold}" for threshold in THRESHOLDS), title="recall / precision"
    )
    for low, high in [*itertools.pairwise(LENGTHS), (LENGTHS[0], LENGTHS[-1])]:
        some = [trial for trial in trials if low <= trial.length < high]
        figures = (measure(some, threshold) for threshold in THRESHOLDS)
        table.add_row(
            f"{low}–{high - 1}",
            str(len(some)),
            *(f"{recall:.3f} / {precision:.3f}" for recall, precision in figures),
        )
    for edits in range(1, 6):
        some = [trial for trial in trials if trial.edits == edits]
        figures = (measure(some, threshold) for threshold in THRESHOLDS)
        table.add_row(
            f"{edits} edits",
            str(len(some)),
            *(f"{recall:.3f} / {precision:.3f}" for recall, precision in figures),
        )
    Console(width=140).print(table)


def measure(trials: list[Trial], threshold: float) -> tuple[float, float]:
    """Return recall over the quotes that stand in the index, and precision with both kinds weighed alike."""
    known = [trial for trial in trials if trial.known]
    unknown = [trial for trial in trials if not trial.known]
    found = [trial for trial in known if trial.similarity >= threshold]
    recall = sum(trial.right for trial in found) / len(known)
    wrong = len(found) / len(known) - recall
    alarms = sum(trial.similarity >= threshold for trial in unknown) / len(unknown)
    return recall, recall / (recall + wrong + alarms or 1.0)


def try_set(path: Path) -> Iterator[Trial]:
    """Look up sentences of the indexed half of a set and of the other."""
    chance = random.Random(path.name)
    articles = list(read_gold(path).articles)
    chance.shuffle(articles)
    indexed, others = articles[::2], articles[1::2]
    letters = letters_of("".join(article.text for article in articles)).folded
    with Assistant.from_articles(indexed) as assistant:
        for known, group in ((True, indexed), (False, others)):
            for sentence in track(sample(group, chance), description=path.name):
                edits = chance.randint(1, 5)
                found = assistant.look_up(edited(sentence, edits, letters, chance))
                if not known and assistant.look_up(sentence).kind == "exact":
                    continue  # printed in both halves
                best = found.matches[0] if found.matches else None
                yield Trial(
                    len(letters_of(sentence).folded),
                    edits,
                    best.similarity if best else 0.0,
                    known and any(stands_in(sentence, match.article) for match in found.matches),
                    known,
                )


def sample(articles: list[Article], chance: random.Random) -> list[str]:
    """Return sentences of the articles, none of fewer letters than the shortest class."""
    sentences = [a.text[start:end] for a in articles for start, end in sentence_spans(a.text)]
    long_enough = [s for s in sentences if len(letters_of(s).folded) >= LENGTHS[0]]
    return chance.sample(long_enough, min(QUOTES, len(long_enough)))


def stands_in(sentence: str, article: Article) -> bool:
    """Whether an Article has a sentence letter for letter."""
    return letters_of(sentence).folded in letters_of(article.text).folded


def edited(sentence: str, edits: int, letters: str, chance: random.Random) -> str:
    """Return a sentence with so many edits of a letter, the new letters as frequent as in the set."""
    found = list(letters_of(sentence).folded)
    for _ in range(edits):
        place, letter = chance.randrange(len(found)), chance.choice(letters)
        kind = chance.choice(("replace", "insert", "delete"))
        found[place : place + (kind != "insert")] = [] if kind == "delete" else [letter]
    return "".join(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
