"""Whether a text tells of a place or a person: not of 上海 where it says 上海路, nor of 王伟 where 王伟民."""

import re

from qa.segmentation import words
from qa.tagging import Token, tag

__all__ = ["tells_of_person", "tells_of_place"]

_DIVISION = re.compile(r"(?:自治区|特别行政区|地区|[省市县区州盟旗镇乡村])$")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Behind the first and before the others, a name is one of its own; the rest is left to the tagger.
_PLAIN_LEFT, _PLAIN_RIGHT = frozenset("在于从到赴由对和与及是为的、省市县"), frozenset("省市的、和与及在")
_LONGEST_NAME = 3
_NAMES = frozenset({"LOC", "ORG", "nz"})
# How much around a name the tagger sees; it takes some milliseconds for a whole sentence.
_AROUND = 10
_ROAD = re.compile(r"(?:路|大道|大街|(?<!道)街|巷|弄|胡同)[上口段边旁东南西北]?$")
_BEHIND = re.compile(r"(?:路|大道|大街|街|巷|弄)[上口段边旁东南西北]?|牌")
# An organisation named after where it is ends in what it is; 上海大众 does not.
_INSTITUTION = re.compile(
    r"(?:[部局厅院校馆所站社队团会委办府处科行庭厂店网报刊台党心司署港]|大学|[中小]学|企业|集团|联盟|组织|机构|医院|银行|工商联|高校)$"
)


def tells_of_place(place: str, text: str) -> bool:
    """Whether a folded text names a place or something in it: 江西 as 江西省, 江西省委 or 江西综治中心."""
    stem = _DIVISION.sub("", place) if len(place) > 2 else place
    return any(_is_place(text, m.start(), m.end()) for m in re.finditer(re.escape(stem), text))


def tells_of_person(person: str, text: str, question: str) -> bool:
    """Whether a folded text names a person of a question, by the whole name.

    A longer name that stands in the question too is the same one, cut short by the tagger there.
    """
    longer = (_longer_name(text, m.start(), m.end()) for m in re.finditer(re.escape(person), text))
    return any(name in question for name in longer)


def _is_place(text: str, start: int, end: int) -> bool:
    left, right = text[start - 1 : start], text[end : end + 1]
    if _stands_alone(left, _PLAIN_LEFT) and _stands_alone(right, _PLAIN_RIGHT):
        return True
    token, inside, following = _token_at(text, start, end)
    if inside > 0 and inside not in _borders(token.word):
        return token.label not in _NAMES  # 海南 in 上海南站; where no name was seen, the cut was wrong
    rest = token.word[inside + end - start :]
    if not rest:
        return not _BEHIND.fullmatch(following)
    if token.label == "LOC":
        return not _ROAD.search(rest)
    return token.label not in _NAMES or bool(_INSTITUTION.search(rest) or _DIVISION.search(rest))


def _longer_name(text: str, start: int, end: int) -> str:
    """Return the name in which ``text[start:end]`` stands: 王伟民 for 王伟, mostly the name itself."""
    name = text[start:end]
    if _stands_alone(text[start - 1 : start], frozenset()) and _stands_alone(
        text[end : end + 1], frozenset()
    ):
        return name
    token, _, _ = _token_at(text, start, end)
    # A Chinese name has three characters, rarely four; what is longer was cut wrongly, or is foreign.
    is_longer = token.label == "PER" and len(name) < len(token.word) <= _LONGEST_NAME
    return token.word if is_longer else name


def _stands_alone(neighbour: str, plain: frozenset[str]) -> bool:
    return neighbour in plain or not _HAN.match(neighbour)


def _token_at(text: str, start: int, end: int) -> tuple[Token, int, str]:
    """Return the tagged word in which a name begins, how far inside it begins, and the word behind it."""
    window = max(start - _AROUND, text.rfind("\n", 0, start) + 1)
    tokens = tag(text[window : end + _AROUND].partition("\n")[0])
    at = next(i for i, token in enumerate(tokens) if token.end > start - window)
    behind = tokens[at + 1].word if at + 1 < len(tokens) else ""
    return tokens[at], start - window - tokens[at].start, behind


def _borders(word: str) -> set[int]:
    """Where the shorter words of a word begin."""
    return {word.index(part) for part in words(word)}
