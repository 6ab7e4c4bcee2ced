"""What a person would not leave out of an answer: since when a figure holds, and who says it.

Both are taken from around the answer: the time from the sentence or the head of the one before it, the
speaker from the words of speech (qa/speakers.py). Years that the paper leaves to its day of issue are
written out: 截至今年5月底 in a paper of 2025 is 截至2025年5月底.
"""

import re

from qa.passages import sentence_spans
from qa.periods import TimeWord, resolve, times_told
from qa.records import Article, Span
from qa.segmentation import fold
from qa.speakers import Saying, find_saying

__all__ = ["time_of", "who_says", "year_of_month"]

_OPENS = re.compile(r"(?:^|[，。；：！？,;:!?\n）)】讯电 \u3000]|(?P<word>截至|截止到?|到|至|从|自|在|于))$")
_TAIL = re.compile(
    r"前[\d一二三四五六七八九十]+个?月|前[一二三两]季度|[底末初]|[上中下]旬|以来|起|全年|春节|期间|间|度"
)
# 目前 is the day of issue: the time before it is that of something else.
_NOW = re.compile(r"目前|现在|如今|眼下|迄今|至今|到[此现]")
# What adds up over years, or what began then, does not hold of that time.
_SUMMED = re.compile(
    "累计|总计|历年|推出|成立|启用|投用|启动|建成|开通|设立|创办|上线|开业|投产|落成|创立|建立|出台|印发|发布"
)
_RELATIVE_YEAR = re.compile(r"^(?:今年|本年|去年|大?前年|明年|后年)")
_YEAR = re.compile(r"^(?:\d{4}|[一二][〇零九一二三四五六七八]{3})")
_MONTH = re.compile(r"^(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月")
_KEPT_WORDS = ("截至", "截止到", "截止", "从", "自")
_ASKS = frozenset("问答曰")
_GIVES_ACCOUNT = re.compile("介绍|透露|回忆")


def time_of(article: Article, sentence: Span, place: int) -> str:
    """Return the time that ``sentence`` (offsets into the text) tells for what stands at ``place``, or "".

    It is the last one before it, at the head of a clause; where the sentence tells none, a year or a
    closing day at the head of the sentence before it in the paragraph.
    """
    start, end = sentence
    inside = _times_inside(article, sentence)
    before = [word for word in inside if word.end <= place]
    if before:
        return _phrase(article, before[-1], start, place)
    first = article.text.rfind("\n", 0, start) + 1
    earlier = sentence_spans(article.text, first, start)
    if inside or not earlier:
        return ""
    start, end = earlier[-1]
    told = _times_inside(article, (start, end))[:1]
    if not told or _NOW.search(article.text, *sentence):
        return ""
    period, phrase = told[0].period, _phrase(article, told[0], start, told[0].end)
    whole_year = period is not None and period == period.whole_years
    return phrase if whole_year or phrase.startswith("截") else ""


def _times_inside(article: Article, sentence: Span) -> list[TimeWord]:
    """Return the times that the sentence tells in words of its own."""
    told = times_told(article.text, article.date, *sentence)
    return [word for word in told if word.wording and word.start >= sentence[0]]


def _phrase(article: Article, word: TimeWord, start: int, place: int) -> str:
    """Return words of time with what belongs to them and the year written out; "" where it is not sure."""
    text, period = article.text, word.period
    opening = _OPENS.search(fold(text[start : word.start]))
    tail = _TAIL.match(text, word.end)
    end = tail.end() if tail else word.end
    if period is None or not opening or _NOW.search(text, end, place):
        return ""
    folded = fold(word.wording)
    year = f"{period.last.year}年"
    if relative := _RELATIVE_YEAR.match(folded):
        told = year + text[word.start + relative.end() : end]
    elif _YEAR.match(folded):
        told = text[word.start : end]
        told += "" if "年" in told else "年"
    elif _MONTH.match(folded):
        told = year_of_month(article, word) + text[word.start : end]
    else:
        told = "" if period.first.year == 1 or tail else str(period)
    kept = opening["word"] if opening["word"] in _KEPT_WORDS else ""
    if _SUMMED.search(text, end, place) and not (kept.startswith("截") or told.endswith("以来")):
        return ""
    return f"{kept}{told}" if told else ""


def year_of_month(article: Article, word: TimeWord) -> str:
    """Return the year of a month or day that is told without one, "" where the paper's own day is not known.

    Where a year told before it would give another one, neither is sure.
    """
    by_issue = resolve(word.wording, article.date) if article.date else None
    sure = by_issue is not None and word.period is not None and by_issue.first.year == word.period.first.year
    return f"{by_issue.first.year}年" if by_issue and sure else ""


def who_says(article: Article, place: Span) -> str:
    """Return the words that tell who says ``article.text[place]`` (据县长某某介绍, 某某说), "" where none do.

    Who is named inside the piece itself does not say it.
    """
    saying = find_saying(article, *place)
    if saying is None or (saying.start < place[1] and place[0] < saying.end) or saying.verb in _ASKS:
        return ""
    named = _as_printed(article, saying)
    return f"据{named}{saying.verb}" if _GIVES_ACCOUNT.search(fold(saying.verb)) else f"{named}{saying.verb}"


def _as_printed(article: Article, saying: Saying) -> str:
    """Return the speaker's name with the title beside it, as the article prints them."""
    text, speaker = article.text, saying.speaker
    if speaker.title and text[: speaker.start].endswith(speaker.title):
        return text[speaker.start - len(speaker.title) : speaker.end]
    if speaker.title and text.startswith(speaker.title, speaker.end):
        return text[speaker.start : speaker.end + len(speaker.title)]
    return text[speaker.start : speaker.end]
