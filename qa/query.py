"""Question to Query: what kind of thing is asked for, where the gap is, and what must hold."""

import re
from dataclasses import dataclass

from qa.errors import QuestionError
from qa.figures import year_in_digits
from qa.gaps import AnswerType, count_asked, find_gap, units_asked
from qa.segmentation import bigrams, fold, words
from qa.tagging import Token, tag

__all__ = ["MAX_QUESTION", "Query", "read_question"]

MAX_QUESTION = 1000

_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d(?!\d|[.．])(?=年|度|$|[^\d%件家个名万亿])|[一二][九〇零][〇零一二三四五六七八九]{2}(?=年))"
)
_BYLINE = re.compile(r"记者|通讯员|摄影|拍摄|拍的|摄的|照片|图片|采写|作者|撰写|撰文|采访")
_IMAGE = "照片|图片|[张幅]图|摄影|画面"
_PHOTOGRAPH = re.compile(rf"(?:{_IMAGE}).*(?:谁|哪位)|(?:谁|哪位).*(?:{_IMAGE})")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LINKS = frozenset({"是", "为", "达", "达到", "有", "叫", "由", "在", "共", "共有", "占"})
_NOUNS = frozenset({"n", "vn", "an", "nz", "v"})
_FUNCTION = frozenset({"r", "u", "w", "p", "c", "xc", "d", "f", "m", "q"})


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was read.

    ``before`` and ``after`` are the folded texts at either side of the gap that the answer fills;
    ``focus`` is the noun next to the gap (年利率 in 年利率是多少), ``gap_word`` the word right before it
    (化解 in 化解了多少), ``count`` the number of things asked for (3 in 哪三项; 0 where not told), ``units``
    the measure words asked for. ``asks_for_byline`` tells that reporters or photographers are meant,
    who are no answer otherwise; ``asks_for_photographer`` that it is the credit of a photograph. ``years``
    must hold of the evidence. ``entities`` are the names that the question mentions, folded,
    ``places`` the places among them and inside the names of organisations (上海 in 上海综治中心).
    """

    text: str
    folded: str
    type: AnswerType
    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    before: str
    after: str
    focus: str
    gap_word: str
    count: int
    units: tuple[str, ...]
    asks_for_byline: bool
    asks_for_photographer: bool
    years: tuple[str, ...]
    entities: tuple[Token, ...]
    places: tuple[str, ...]


def read_question(question: str) -> Query:
    """Read a question. Raises QuestionError when it is empty or longer than MAX_QUESTION characters."""
    # Half a surrogate pair is no character and would stop the tokenizers below.
    text = " ".join(question.encode("utf-8", "ignore").decode("utf-8").split())
    if len(text) > MAX_QUESTION:
        message = (
            f"问题有{len(text):,}字，请缩短到{MAX_QUESTION:,}字以内"
            f" (the question has {len(text):,} characters; ask in at most {MAX_QUESTION:,})"
        )
        raise QuestionError(message)
    folded = fold(text)
    if not bigrams(folded):
        message = "问题是空的，请用一句话提问 (the question is empty; ask for something)"
        raise QuestionError(message)
    kind, start, end = find_gap(folded)
    photograph = bool(_PHOTOGRAPH.search(folded))
    kind = "person" if photograph else kind
    before, after = folded[:start], folded[end:]
    tokens = tag(folded)
    entities = tuple(t for t in tokens if t.label in {"PER", "LOC", "ORG", "nw", "nz"})
    gapless = before + "\n" + after
    return Query(
        text=text,
        folded=folded,
        type=kind,
        words=tuple(dict.fromkeys(words(gapless) or words(folded))),
        bigrams=tuple(dict.fromkeys(bigrams(gapless) or bigrams(folded))),
        before=before,
        after=after,
        focus=_focus(tokens, start, end),
        gap_word=_gap_word(tokens, start),
        count=count_asked(folded),
        units=_units(kind, folded, start, tokens),
        asks_for_byline=bool(_BYLINE.search(folded)),
        asks_for_photographer=photograph,
        years=tuple(dict.fromkeys(map(year_in_digits, _YEAR.findall(folded)))),
        entities=entities,
        places=tuple(_places(entities)),
    )


def _focus(tokens: tuple[Token, ...], start: int, end: int) -> str:
    """Return the noun before a linking word at the gap (年利率是多少), else the first noun behind it."""
    content = [t for t in tokens if t.label in _NOUNS and t.word not in _LINKS]
    before = [t for t in content if t.end <= start]
    behind = [t for t in content if t.start >= end]
    linked = any(t.word in _LINKS and t.end == start for t in tokens)
    if before and (linked or not behind):
        return before[-1].word
    return behind[0].word if behind else ""


def _gap_word(tokens: tuple[Token, ...], start: int) -> str:
    before = [t.word for t in tokens if t.end <= start and t.label not in _FUNCTION and t.word not in _LINKS]
    return before[-1] if before and len(before[-1]) > 1 else ""


def _places(entities: tuple[Token, ...]) -> list[str]:
    places = []
    for entity in entities:
        if entity.label == "LOC":
            # 淮屿 of 淮屿4号 is the place; the number belongs to what is there.
            places += _CHINESE.findall(entity.word)[:1]
        elif entity.label == "ORG":
            inner = [word for word in words(entity.word) if len(word) > 1 and _is_place(word)]
            places += [w for w in inner if not any(w != other and w in other for other in inner)]
    return places


def _is_place(word: str) -> bool:
    tokens = tag(word)
    return len(tokens) == 1 and tokens[0].label == "LOC"


def _units(kind: AnswerType, folded: str, start: int, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """The measure words asked for; 家 is one in 多少家企业 but a part of 家具 in 多少家具."""
    units = units_asked(kind, folded, start)
    if kind != "quantity" or len(units) != 1:
        return units
    at = folded.find(units[0], start)
    longer = any(t.start == at and t.end > at + len(units[0]) and t.label != "q" for t in tokens)
    return () if longer else units
