"""Text to search terms: folded to one width, case and script, cut into words and into bigrams."""

import logging
import re
import unicodedata
from functools import cache
from typing import Any

from qa.numerals import find_numerals

__all__ = ["bigrams", "fold", "holds_word", "load_dictionary", "terms", "with_plain_numerals", "words"]

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+|[0-9]+(?:[.,][0-9]+)*|[a-z]+")
# Function words carry no evidence of what a text is about, and question words none at all.
_STOP_WORDS = frozenset(
    "的 了 在 是 和 与 及 或 也 就 都 而 被 把 对 从 以 为 于 其 这 那 有 到 等 并 将 由 吗 呢 吧 啊 么 "  # noqa: SIM905
    "什么 哪 哪些 哪个 哪里 哪儿 谁 几 多少 怎么 怎样 如何 为什么 为何 何 请问 那里 这里 那个 这个".split()
)


@cache
def _jieba() -> Any:
    import jieba  # noqa: PLC0415 (reads its dictionary: half a second)

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


def _narrow(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


class _FoldTable(dict[int, int]):
    """Maps a code point to its folded one, working each out when it is first met."""

    def __init__(self) -> None:
        from opencc import OpenCC  # noqa: PLC0415

        super().__init__()
        self._to_simplified = OpenCC("t2s").convert

    def __missing__(self, code: int) -> int:
        character = chr(code)
        # Half of a surrogate pair is no character, and OpenCC would not take it.
        steps = () if 0xD800 <= code <= 0xDFFF else (_narrow, str.lower, self._to_simplified)
        for step in steps:
            stepped = step(character)
            # A step that would change the length is left out, so that offsets stay what they are.
            character = stepped if len(stepped) == 1 else character
        self[code] = ord(character)
        return self[code]


@cache
def _fold_table() -> _FoldTable:
    return _FoldTable()


def load_dictionary() -> None:
    """Load the dictionary and the script folding, so that the first question does not wait for them."""
    _jieba()
    _fold_table()


def fold(text: str) -> str:
    """Fold width, case and traditional characters, character by character: the length stays the same."""
    return text.translate(_fold_table())


def with_plain_numerals(folded: str) -> str:
    """Write every numeral in plain digits (一百二十亿 and 120亿 as 12000000000); the length may change.

    Words are cut from text in this form, and looked for in it.
    """
    pieces, position = [], 0
    for numeral in find_numerals(folded):
        written = folded[numeral.start : numeral.end]
        if not (written.isascii() and "," not in written):  # 007 and 3.50 are plain already
            pieces += [folded[position : numeral.start], numeral.digits]
            position = numeral.end
    return "".join(pieces) + folded[position:]


def words(folded: str) -> list[str]:
    """Cut folded text into words, long ones also into the shorter words in them; no function words."""
    found: list[str] = []
    for run in _RUN.findall(with_plain_numerals(folded)):
        if run[0].isascii():
            found.append(run)
        else:
            found += [word for word in _jieba().cut_for_search(run) if word not in _STOP_WORDS]
    return found


def bigrams(folded: str) -> list[str]:
    """Cut folded text into overlapping pairs of Chinese characters; numbers and Latin words stay whole.

    Numerals are cut as they are printed: phrases are looked for by their bigrams to the letter.
    """
    found: list[str] = []
    for run in _RUN.findall(folded):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def holds_word(folded: str) -> bool:
    """Whether a word of two or more characters, of the dictionary, stands in a folded text."""
    known = _jieba().dt.FREQ
    return any(
        known.get(folded[start:end])
        for start in range(len(folded))
        for end in range(start + 2, len(folded) + 1)
    )


def terms(text: str) -> tuple[list[str], list[str]]:
    """Return the words and the bigrams of a text."""
    folded = fold(text)
    return words(folded), bigrams(folded)
