"""Articles to Passages with vectors: what was embedded before is not embedded again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from qa.database import Database
from qa.passages import cut_passages, sentence_spans
from qa.records import Article, Passage

__all__ = ["Embedded", "Embedder", "Entry", "content_hash", "searchable_text", "sentences_for_probing"]


def searchable_text(passage: Passage) -> str:
    """What a Passage is found by: its article's headlines and date, then its text."""
    article = passage.article
    head = " ".join(part for part in (article.kicker, article.headline, article.subtitle) if part)
    date = ""
    if article.date:
        year, month, day = article.date.split("-")
        date = f"{int(year)}年{int(month)}月{int(day)}日"
    return "\n".join(part for part in (head, date, passage.text) if part)


def content_hash(text: str) -> str:
    """Return the SHA-256 of what a Passage is found by; the same content has the same vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A Passage as it is indexed: the text it is found by and the hash of that text."""

    passage: Passage
    text: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """Articles cut, and the vectors, by hash, of the contents that the Index did not have."""

    entries: dict[str, list[Entry]]
    vectors: dict[str, FloatArray]


class Embedder:
    """Cuts and embeds group after group of Articles, ahead of their being written to ``database``."""

    def __init__(self, database: Database, encoder: Encoder) -> None:
        self._database = database
        self._encoder = encoder
        self._last: frozenset[str] = frozenset()

    def embed(self, articles: Sequence[Article]) -> Embedded:
        """Cut Articles, and embed what is neither in the Index nor in the group before."""
        entries = {article.article_id: cut_entries(article) for article in articles}
        texts = {e.content_hash: e.text for cut in entries.values() for e in cut}
        new = [
            key for key in texts if key not in self._last and self._database.number_of_content(key) is None
        ]
        self._last = frozenset(new)
        return Embedded(
            entries, dict(zip(new, self._encoder.encode([texts[key] for key in new]), strict=True))
        )


def cut_entries(article: Article) -> list[Entry]:
    """Cut an Article into Passages as they are indexed."""
    return [
        Entry(passage, text := searchable_text(passage), content_hash(text))
        for passage in cut_passages(article)
    ]


def sentences_for_probing(database: Database, count: int) -> list[str]:
    """Return sentences from Articles all over an Index, to stand for questions."""
    ids = database.article_ids()
    generator = np.random.default_rng(0)
    chosen = generator.choice(len(ids), size=min(count, len(ids)), replace=False)
    sentences = []
    for place in sorted(chosen.tolist()):
        text = database.article(ids[place]).text
        spans = sentence_spans(text)
        if spans:
            start, end = spans[int(generator.integers(len(spans)))]
            sentences.append(text[start:end])
    return sentences
