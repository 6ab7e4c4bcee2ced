"""Who says a piece of an article: read from the words of speech around it (某某说：“……”).

Three places tell it: before the quotation mark (县长某某说：“……”), behind it (“……”某某说), or the
sentence itself where speech is reported without marks (据某某介绍，……). Nothing else is taken for it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.passages import sentence_spans
from qa.records import Article, Span
from qa.segmentation import fold
from qa.tagging import Token, tag

__all__ = ["Saying", "Speaker", "find_saying", "find_speaker"]

# Of folded text: commas and colons are narrow in it. The quotation marks are made “ and ”.
_SAYS = (
    "(?P<says>(?:介绍|表示|指出|强调|坦言|透露|认为|谈到|回忆|感慨|感叹|补充|解释|直言|呼吁|提出|要求|宣布|重申|评价|"
    "回答|答复|写道|提醒|建议|分析|总结|告诉[^,。:“”]{0,8}|说|称|问|答|曰)(?:说|道|称|起)?)"
)
_WHO = r"(?P<who>[^,。:;!?“”\n]{1,40}?)"
# 在会上,市长某某说: the one who speaks stands in the last clause or one before it.
_WHO_BEFORE = r"(?P<who>[^。;!?“”\n]{1,60}?)"
_BEFORE_MARK = re.compile(rf"{_WHO_BEFORE}{_SAYS}[^,。:;“”\n]{{0,6}}[:,]\s*$")
_BEHIND_MARK = re.compile(rf",?{_WHO}{_SAYS}(?=[,。:;!…]|$|\n)")
_REPORTED = re.compile(rf"(?:据|对此,)?{_WHO}{_SAYS}[,:]")
_REPORTED_BEHIND = re.compile(rf",{_WHO}(?P<says>(?:说|表示|介绍)(?:说|道)?)[。!]?$")
_SPEECH_INSIDE = re.compile(rf"{_WHO_BEFORE}{_SAYS}[^,。:;“”\n]{{0,6}}[:,]\s*“")
_PRONOUN = re.compile(r"[他她](?![们俩])")
_TITLE_LABELS = frozenset({"n", "ORG", "LOC", "a", "an", "vn", "nz", "nw", "f", "s", "b"})
# 对某某说: the one behind these words is spoken to.
_SPOKEN_TO = frozenset({"对", "對", "向", "给", "与", "和", "跟", "同", "被", "把", "对着", "问"})
_MARKS = str.maketrans("「」『』", "“”“”")
_LONGEST_DESCRIPTION = 12  # 当地村民, 该局负责人: a speaker told without a name


@dataclass(frozen=True, slots=True)
class Speaker:
    """The one who says a quote: ``article.text[start:end]`` names them, without the title.

    ``title`` is what they are called beside the name (县长), empty where nothing is told; where no name
    is told either, ``name`` is the description (一位村民).
    """

    name: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Saying:
    """The words that tell who says a piece of an article: ``article.text[start:end]``, and their verb."""

    speaker: Speaker
    verb: str
    start: int
    end: int


def find_speaker(article: Article, start: int, end: int) -> Speaker | None:
    """Return who says ``article.text[start:end]``, None where the article does not tell."""
    saying = find_saying(article, start, end)
    return saying.speaker if saying else None


def find_saying(article: Article, start: int, end: int) -> Saying | None:
    """Return the words that tell who says ``article.text[start:end]``, None where there are none."""
    folded = fold(article.text).translate(_MARKS)
    first = folded.rfind("\n", 0, start) + 1
    last = folded.find("\n", end)
    last = len(folded) if last < 0 else last
    for telling in _tellings(folded, (start, end), (first, last)):
        speaker = _speaker_in(article.text, telling.span("who"), first)
        if speaker:
            return Saying(speaker, article.text[slice(*telling.span("says"))], *telling.span())
    return None


def _tellings(text: str, span: Span, paragraph: Span) -> list[re.Match[str]]:
    """Return the words of speech and those before them, the surest place first."""
    (start, end), (first, last) = span, paragraph
    opening = start if text[start] == "“" else text.rfind("“", first, start)
    if opening >= 0 and "”" not in text[opening:start]:
        # “……”，“……” is one speech.
        while (before := text[first:opening].rstrip(",、 ")).endswith("”") and "“" in before:
            opening = first + before.rfind("“")
        closing = text.find("”", end - 1, last)
        found = [_BEFORE_MARK.search(text, max(first, opening - 80), opening)]
        if closing >= 0:
            found.append(_BEHIND_MARK.match(text, closing + 1, min(last, closing + 60)))
    else:
        sentences = [s for s in sentence_spans(text, first, last) if s[1] > start and s[0] < end]
        found = [_SPEECH_INSIDE.search(text, start, end)]
        for begin, stop in sentences[:1]:
            found += [_REPORTED.match(text, begin, stop), _REPORTED_BEHIND.search(text, begin, stop)]
    return [match for match in found if match]


def _speaker_in(text: str, who: Span, first: int) -> Speaker | None:
    start, end = who
    tokens = [Token(t.word, t.label, t.start + start, t.end + start) for t in tag(text[start:end])]
    named = _named(text, tokens)
    if named:
        return named
    clause = max(text.rfind("，", start, end), text.rfind(",", start, end), start - 1) + 1
    if _PRONOUN.search(text, clause, end):
        earlier = [Token(t.word, t.label, t.start + first, t.end + first) for t in tag(text[first:start])]
        return _named(text, earlier, ("PER",))
    described = text[clause:end].strip()
    nouns = [t for t in tokens if t.start >= clause]
    told = nouns and nouns[-1].label in {"n", "nz", "ORG"} and not any(t.label == "v" for t in nouns)
    if told and len(described) <= _LONGEST_DESCRIPTION:
        return Speaker(described, "", clause, clause + len(text[clause:end].rstrip()))
    return None


def _named(text: str, tokens: Sequence[Token], labels: Sequence[str] = ("PER", "ORG")) -> Speaker | None:
    """Return the last person, else the last organisation, that is not the one spoken to."""
    for label in labels:
        for number in range(len(tokens) - 1, -1, -1):
            token = tokens[number]
            name = "".join(token.word.split())
            if token.label != label or len(name) == 1 or (number and tokens[number - 1].word in _SPOKEN_TO):
                continue
            title = _title(text, tokens, number) if label == "PER" else ""
            return Speaker(name, title, token.start, token.end)
    return None


def _title(text: str, tokens: Sequence[Token], number: int) -> str:
    """Return the words that stand right before a name (某县县长), else right behind it (某某教授)."""
    first = number
    while first and (tokens[first - 1].label in _TITLE_LABELS or tokens[first - 1].word == "、"):
        first -= 1
    if first and first < number and tokens[first - 1].label == "v" and len(tokens[first - 1].word) == 1:
        first -= 1 if first == 1 or tokens[first - 2].label == "w" else 0  # 守灯人
    before = text[tokens[first].start : tokens[number].start].strip("、 \u3000")
    if before or number + 1 == len(tokens):
        return before
    behind = tokens[number + 1]
    return behind.word if behind.label == "n" else ""
