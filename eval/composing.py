"""An Index of a million passages without a week of encoding: passages composed of encoded sentences.

Some thousand sentences are drawn (eval/scale.py) and encoded by the real encoder. A passage is several
of them; its vector is the mean of theirs, weighted by length, made a unit vector. Its words and
bigrams are those of its sentences, exactly: no term reaches over the end of one. All else is as in any
build, but that the articles are not compared for reprints and continuations.
"""

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count, islice
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from eval.scale import dated_article, draw_sentence, sample_sentences
from qa import lexical
from qa.database import Change
from qa.embedding import Entry, content_hash, searchable_text, sentences_for_probing
from qa.generations import new_generation
from qa.records import Article, Passage
from qa.segmentation import terms

__all__ = ["Pool", "compose_index"]

SENTENCES = 20_000
_ROUND = 20_000  # passages written together
_PIECE = re.compile(r"[^。！？\n]+[。！？]*|\n|[。！？]+")


class Pool:
    """Sentences of each subject of the sample, and their vectors."""

    def __init__(self, encoder: Encoder, size: int = SENTENCES) -> None:
        generator = random.Random(0)
        subjects = len(sample_sentences())
        self.texts = [draw_sentence(place % subjects, generator) for place in range(size)]
        self.vectors = encoder.encode(self.texts)
        self.by_subject = [list(range(subject, size, subjects)) for subject in range(subjects)]

    def article(self, number: int) -> tuple[Article, FloatArray]:
        """Return an Article of three to six passages, and their vectors, shape (n, dimension)."""
        generator = random.Random(number)
        own = self.by_subject[generator.randrange(len(self.by_subject))]
        chosen = [generator.choices(own, k=generator.randint(3, 6)) for _ in range(generator.randint(3, 6))]
        paragraphs = ["".join(self.texts[place] for place in places) for places in chosen]
        vectors = np.array([self._mean(places) for places in chosen], dtype=np.float32)
        return dated_article(number, self.texts[generator.choice(own)][:18], paragraphs), vectors

    def _mean(self, places: list[int]) -> FloatArray:
        weights = np.array([len(self.texts[place]) for place in places], dtype=np.float32)
        mean = weights @ self.vectors[places]
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


@cache
def _terms_of_piece(piece: str) -> tuple[list[str], list[str]]:
    return terms(piece)


def _terms(text: str) -> tuple[list[str], list[str]]:
    """Return what `terms` returns, from what it returned for the same sentences before."""
    found = [_terms_of_piece(piece) for piece in _PIECE.findall(text)]
    return [word for own, _ in found for word in own], [pair for _, own in found for pair in own]


def compose_index(
    folder: Path, passages: int, encoder: Encoder, told: Callable[[int], None] = lambda _: None
) -> None:
    """Make an Index of at least so many passages; ``told`` is called with the number that is written."""
    pool = Pool(encoder)
    lexical.terms = _terms  # type: ignore[attr-defined]
    written = 0
    articles = map(pool.article, count())
    try:
        with new_generation(
            folder,
            encoder.name,
            encoder.dimension,
            lambda database: encoder.encode(sentences_for_probing(database, 200)),
        ) as generation:
            while written < passages:
                group = list(islice(articles, max(min(_ROUND, passages - written) // 4, 1)))
                entries = [entry for article, _ in group for entry in _entries(article)]
                added = [article for article, _ in group]
                vectors = np.concatenate([own for _, own in group])
                generation.apply(Change(added=added, shown=added), entries, vectors)
                generation.publish()
                written += len(entries)
                told(written)
    finally:
        lexical.terms = terms  # type: ignore[attr-defined]
        _terms_of_piece.cache_clear()


def _entries(article: Article) -> Iterator[Entry]:
    for ordinal, (start, end) in enumerate(article.paragraph_offsets):
        passage = Passage(f"{article.article_id}-{ordinal}", article, start, end)
        text = searchable_text(passage)
        yield Entry(passage, text, content_hash(text))
