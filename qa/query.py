"""Question to Query: what kind of thing is asked for, where the gap is, and what must hold."""

import re
from dataclasses import dataclass, replace
from typing import get_args

from qa.english import english_type, english_units, is_english, provinces_in
from qa.errors import QuestionError
from qa.gaps import count_asked, find_gap, units_asked
from qa.interpretation import AnswerType, Interpretation
from qa.metadata import is_day
from qa.periods import find_times, resolve
from qa.segmentation import bigrams, fold, words
from qa.tagging import Token, tag

__all__ = ["MAX_QUESTION", "Query", "read_question", "revise"]

MAX_QUESTION = 1000

# 2024 without 年, unless it counts something.
_BARE_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?=$|[^\d.．年度%件家个名万亿~至到—-])")
_BYLINE = re.compile(r"记者|通讯员|摄影|拍摄|拍的|摄的|照片|图片|采写|作者|撰写|撰文|采访")
_IMAGE = "照片|图片|[张幅]图|摄影|画面"
_PHOTOGRAPH = re.compile(rf"(?:{_IMAGE}).*(?:谁|哪位)|(?:谁|哪位).*(?:{_IMAGE})")
_ENGLISH_BYLINE = re.compile(r"photo|picture|reporter|journalist|wrote")
_ENGLISH_PHOTOGRAPHER = re.compile(r"who (?:took|shot).*(?:photo|picture)|photographer")
# What stands in Chinese text as it is: years, figures, GDP, 5G.
_SHARED = re.compile(r"\b(?:\d[\d.]*\d|[A-Z0-9]+)\b")
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
    who are no answer otherwise; ``asks_for_photographer`` that it is the credit of a photograph.
    ``entities`` are the names that the question mentions, folded; ``people`` and ``organisations`` are
    among them, ``places`` too or inside the names of organisations (上海 in 上海综治中心). ``times``
    and ``reference`` are those of the Interpretation, ``years`` the years told without one (2024年).
    ``english`` tells that it shares no words with Chinese text, and must be found by its meaning.
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
    entities: tuple[Token, ...]
    people: tuple[str, ...]
    places: tuple[str, ...]
    organisations: tuple[str, ...]
    times: tuple[str, ...]
    reference: str | None = None
    english: bool = False

    @property
    def years(self) -> tuple[str, ...]:
        """The years that the question tells of by themselves, not as 去年 does."""
        periods = [resolve(wording, self.reference) for wording in self.times]
        return tuple(dict.fromkeys(year for period in periods if period for year in period.years))

    @property
    def interpretation(self) -> Interpretation:
        """What of this a user sees and may change."""
        return Interpretation(
            question=self.text,
            type=self.type,
            focus=self.focus,
            units=self.units,
            people=self.people,
            places=self.places,
            organisations=self.organisations,
            times=self.times,
            reference=self.reference,
        )


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
    if is_english(folded):
        return _read_english(text, folded)
    kind, start, end = find_gap(folded)
    photograph = bool(_PHOTOGRAPH.search(folded))
    kind = "person" if photograph else kind
    before, after = folded[:start], folded[end:]
    tokens = tag(folded)
    entities = tuple(t for t in tokens if t.label in {"PER", "LOC", "ORG", "nw", "nz"})
    places = tuple(dict.fromkeys(_places(entities)))
    people = _named(entities, "PER")
    # 沈月是谁 asks what she is, not her name.
    kind = "role" if kind == "person" and before.removesuffix("是") in people else kind
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
        entities=entities,
        people=people,
        places=places,
        organisations=tuple(name for name in _named(entities, "ORG") if name not in places),
        times=_times(folded),
    )


def _read_english(text: str, folded: str) -> Query:
    """Read a question whose words are not those of the text: only figures and abbreviations may be."""
    kind, places = english_type(folded), provinces_in(folded)
    shared = fold(" ".join([*places, *_SHARED.findall(text)]))
    return Query(
        text=text,
        folded=folded,
        type=kind,
        words=tuple(dict.fromkeys(words(shared))),
        bigrams=(),
        before=folded,
        after="",
        focus="",
        gap_word="",
        count=0,
        units=english_units(kind, folded),
        asks_for_byline=bool(_ENGLISH_BYLINE.search(folded)),
        asks_for_photographer=bool(_ENGLISH_PHOTOGRAPHER.search(folded)),
        entities=(),
        people=(),
        places=places,
        organisations=(),
        times=_times(folded),
        english=True,
    )


def revise(query: Query, interpretation: Interpretation) -> Query:
    """Return the query as its user wants it understood.

    Raises QuestionError for a type or a time that is none. The words that are searched stay those of
    the question.
    """
    if interpretation.type not in get_args(AnswerType):
        kinds = ", ".join(get_args(AnswerType))
        raise QuestionError(
            f"没有{interpretation.type!r}这种问题 (no such type of question; choose of {kinds})"
        )
    if interpretation.reference and not is_day(interpretation.reference):
        message = f"日期应写作2025-03-28 ({interpretation.reference!r} is not a date; write it as 2025-03-28)"
        raise QuestionError(message)
    for wording in interpretation.times:
        if not find_times(fold(wording)):
            raise QuestionError(
                f"不明白的时间：{wording!r} (no time that is known; write 2024年 or 2025年3月)"
            )
    kept = {*interpretation.people, *interpretation.places, *interpretation.organisations}
    dropped = {*query.people, *query.places, *query.organisations} - kept
    return replace(
        query,
        type=interpretation.type,
        focus=fold(interpretation.focus),
        units=interpretation.units,
        entities=tuple(e for e in query.entities if e.word not in dropped),
        people=tuple(map(fold, interpretation.people)),
        places=tuple(map(fold, interpretation.places)),
        organisations=tuple(map(fold, interpretation.organisations)),
        times=interpretation.times,
        reference=interpretation.reference,
    )


def _named(entities: tuple[Token, ...], label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entity.word for entity in entities if entity.label == label))


def _times(folded: str) -> tuple[str, ...]:
    times = [(word.start, word.wording) for word in find_times(folded)]
    times += [(match.start(), match[1] + "年") for match in _BARE_YEAR.finditer(folded)]
    return tuple(dict.fromkeys(wording for _, wording in sorted(times)))


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
