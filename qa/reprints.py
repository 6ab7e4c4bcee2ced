"""The same article printed twice, word for word or with small edits.

Texts are compared by the character n-grams they have in common (Jaccard similarity), headlines and
punctuation left out. Which texts are worth comparing is told by MinHash: its values are cut into bands
of a few rows, and similar texts are likely to have one band alike (Leskovec, Rajaraman, Ullman: Mining
of Massive Datasets, 3.4). The figures behind the constants stand in docs/decisions.md.
"""

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.records import Article, Reprint
from qa.segmentation import fold

__all__ = ["Fingerprint", "band_keys", "fingerprint", "is_reprint", "publication_order", "reprint_of"]

_SHINGLE = 4  # characters
_BANDS, _ROWS = 24, 3
_SIMILAR = 0.5
# Texts of fewer characters are no articles (a credit line, a column's name) and are left alone.
_SHORTEST = 20
# In texts of fewer characters a small edit is a large part: they must be the same word for word.
_SHORT = 60
# The same notice of another day has other figures in the same words.
_SAME_FIGURES = 0.5
_BLOCK = 4096  # shingles hashed at a time, to bound the memory a long text takes

_CHARACTERS = re.compile(r"[^\W_]+")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
# Odd multipliers, one for each character of a shingle (of SplitMix64 and xxHash64).
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xC2B2AE3D27D4EB4F], dtype=np.uint64
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an Article is compared by: hashes of its n-grams in order, shape (n,), and its figures."""

    text: str
    shingles: NDArray[np.uint64]
    figures: frozenset[str]


def fingerprint(article: Article) -> Fingerprint:
    """Return what an Article is compared by; without shingles where its text is too short."""
    folded = fold("\n".join(paragraph.text for paragraph in article.paragraphs))
    text = "".join(_CHARACTERS.findall(folded))
    if len(text) < _SHORTEST:
        return Fingerprint(text, np.empty(0, dtype=np.uint64), frozenset())
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - _SHINGLE + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place, multiplier in enumerate(_MULTIPLIERS):
        mixed = (mixed ^ codes[place : place + count]) * multiplier
        mixed ^= mixed >> np.uint64(29)
    return Fingerprint(text, np.unique(mixed), frozenset(_FIGURES.findall(folded)))


def band_keys(found: Fingerprint) -> list[int]:
    """Return the keys of the bands, signed 64-bit numbers; none for a text too short to be compared."""
    if not len(found.shingles):
        return []
    from datasketch import MinHash  # noqa: PLC0415 (half a second, which answering has no need of)

    # The scheme and the seed are part of what an Index stores.
    values = MinHash(num_perm=_BANDS * _ROWS, seed=1, scheme="affine32", hashfunc=int)
    hashes = (found.shingles >> np.uint64(32)).tolist()
    for begin in range(0, len(hashes), _BLOCK):
        values.update_batch(hashes[begin : begin + _BLOCK])
    bands = np.asarray(values.hashvalues, dtype="<u4").reshape(_BANDS, _ROWS)
    return [
        int.from_bytes(
            hashlib.blake2b(bytes([number]) + band.tobytes(), digest_size=8).digest(), "little", signed=True
        )
        for number, band in enumerate(bands)
    ]


def is_reprint(one: Fingerprint, other: Fingerprint) -> bool:
    """Tell whether two texts are the same article; the order of the two does not matter."""
    if one.text == other.text:
        return len(one.shingles) > 0
    if min(len(one.text), len(other.text)) < _SHORT:
        return False
    common = len(np.intersect1d(one.shingles, other.shingles, assume_unique=True))
    if common < _SIMILAR * (len(one.shingles) + len(other.shingles) - common):
        return False
    fewer = min(len(one.figures), len(other.figures))
    return len(one.figures & other.figures) >= _SAME_FIGURES * fewer


def publication_order(article: Article) -> tuple[str, str, tuple[int, str], str, str]:
    """Return the key that sorts the printings of an article, the first publication first.

    An undated one comes last; where the day is the same, source, page and file decide, so that the
    order of indexing never does.
    """
    page = article.page or ""
    return article.date or "9999", article.source or "", (len(page), page), article.file, article.article_id


def reprint_of(article: Article) -> Reprint:
    """Return the line under which an Article is listed on the first publication."""
    return Reprint(
        article.article_id, article.source, article.date, article.page, article.file, article.title
    )
