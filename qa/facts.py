"""What a sentence states that can be checked letter by letter: figures, times, names, and yes or no.

A fact stands in a quote however it is written there: 一百二十亿 as 120亿, 9月18日 as a day of 2024年.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.names import tells_of_person, tells_of_place
from qa.numerals import find_numerals
from qa.periods import Period, find_times, resolve, times_told
from qa.records import Article, Span
from qa.segmentation import fold, holds_word
from qa.tagging import tag

__all__ = ["Quotation", "contradicts", "figures_in", "missing_facts"]

# Counting words may be exchanged (37人 for 37名); what is measured in may not (5千米 is not 5千人).
_MEASURES = re.compile(
    r"%|％|‰|公里|千米|平方米|立方米|平方公里|厘米|毫米|纳米|米|公顷|亩|元|美元|公斤|千克|克|吨|两|升|度|摄氏度|小时|分钟|秒|"
    r"年|个?月|周|天|日|岁|时|点|分|倍|成|级|号|届|千瓦|兆瓦|人|名|位|[a-z]+"
)
_PEOPLE = frozenset("人名位")
_SINGLE = re.compile(
    r"(?<![第〇零一二三四五六七八九十百千万亿两\d.])[二三四五六七八九十两](?=[个名位人只件起部台座栋家所条项场次届年月天岁间层套种张份批辆艘门元米倍])"
)
_SINGLE_VALUES = dict(zip("一二三四五六七八九十两", (*range(1, 11), 2), strict=True))
_LATIN = re.compile(r"(?:https?://|www\.)\S+|[a-z][a-z0-9_-]*[a-z][a-z0-9_-]*")
_DIVISION = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:省|市|县|区|镇|乡|村|自治区)")
_NAMED = frozenset({"PER", "LOC", "ORG", "nz", "nw"})
# What a name is led or followed by where the tagger took it in: 记者, 馆长.
_TITLE = re.compile(r"(?:记者|通讯员|先生|女士|同志|教授|局长|馆长|院长|校长|主任|书记)$")
_NEGATIONS = re.compile(r"(?<![要差并毫])[不没未无非](?![同少断仅但足过久论])|从未|尚未|拒绝|否认|禁止")
_OPPOSITES = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (
            "增加|增长|上升|提高|提升|上涨|增至|攀升|多了|扩大",
            "减少|下降|降低|下跌|缩短|缩小|降至|减至|回落|少了",
        ),
        ("盈利|扭亏|赢利", "亏损"),
        ("提前", "推迟|延后|延迟|延期"),
        ("最高|最大|最多|最长|最早", "最低|最小|最少|最短|最晚"),
        ("免费", "收费|付费"),
        ("开放|开门|开放时间", "关闭|关门"),
        ("成功", "失败"),
        ("同意|赞成|支持", "反对"),
        ("男子|男性|男童|男工", "女子|女性|女童|女工"),
        ("第一名|冠军|金牌", "亚军|银牌|第二名"),
        ("高于|超过|多于|超出", "低于|不足|少于|不到"),
        ("以上", "以下"),
        ("上午|早上", "下午|晚上"),
        ("新建", "改造|改建|拆除"),
        ("农村|乡村", "城市|城镇"),
    )
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Sentences of one Article, ``article.text[start:end]`` each, that are to support a sentence."""

    article: Article
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The quoted sentences, one a line."""
        return "\n".join(self.article.text[start:end] for start, end in self.spans)

    @property
    def around(self) -> str:
        """What is printed above the text and shown with every citation: headlines, makers, newspaper, day."""
        article = self.article
        told = (article.kicker, article.headline, article.subtitle, article.dateline, article.source)
        return "\n".join(filter(None, (*told, *article.byline)))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it measures (empty for counted things), at ``text[start:end]``."""

    value: str
    measure: str
    start: int
    end: int


def figures_in(folded: str) -> Iterator[Figure]:
    """Yield the figures of a folded text, but those of its dates; 三座 is one, 一个 is none."""
    dates = [(word.start, word.end) for word in find_times(folded)]
    found = [(n.start, n.end, n.digits) for n in find_numerals(folded)]
    found += [(m.start(), m.end(), str(_SINGLE_VALUES[m[0]])) for m in _SINGLE.finditer(folded)]
    for start, end, digits in sorted(found):
        if not any(first <= start < last for first, last in dates):
            yield Figure(digits, _measure(folded, start, end), start, end)


def _measure(folded: str, start: int, end: int) -> str:
    written = folded[start:end]
    if "百分之" in written or "成" in written:
        return "%"
    behind = _MEASURES.match(folded, end + len(re.match(r"[多余]?", folded[end:])[0]))  # type: ignore[index]
    if not behind or behind[0] in _PEOPLE:
        return ""
    return {"％": "%", "千米": "公里", "千克": "公斤", "个月": "月"}.get(behind[0], behind[0])


def missing_facts(sentence: str, quotation: Quotation) -> list[str]:
    """Return the figures, times and names of a sentence that do not stand in the quotation, as written.

    Names may stand in the headlines, byline or newspaper of the article, a day may be that of its
    publication; a time may be told by what is quoted in other words (昨日), not less exactly.
    """
    folded, quoted = fold(sentence), fold(quotation.text)
    around = fold(f"{quotation.around}\n{quotation.text}")
    missing = [sentence[f.start : f.end + len(f.measure)] for f in _missing_figures(folded, quoted)]
    missing += [sentence[start:end] for start, end in _missing_times(folded, quoted, quotation)]
    missing += [sentence[start:end] for start, end in _missing_names(folded, around)]
    return list(dict.fromkeys(missing))


def _missing_figures(folded: str, quoted: str) -> Iterator[Figure]:
    told = {(figure.value, figure.measure) for figure in figures_in(quoted)}
    # 第三届 and 十 in a compound are no figures of their own, but may be what 3届 in the sentence says.
    told |= {
        (str(_SINGLE_VALUES[c]), _measure(quoted, place, place + 1))
        for place, c in enumerate(quoted)
        if c in _SINGLE_VALUES
    }
    values = {value for value, _ in told}
    for figure in figures_in(folded):
        if not ((figure.value, figure.measure) in told or (not figure.measure and figure.value in values)):
            yield figure


def _missing_times(folded: str, quoted: str, quotation: Quotation) -> Iterator[Span]:
    article = quotation.article
    told: list[Period] = []
    for start, end in quotation.spans:
        told += [word.period for word in times_told(article.text, article.date, start, end) if word.period]
    if article.date and (published := resolve(_day_in_words(article.date), None)):
        told.append(published)
    for word in find_times(folded):
        if re.search(rf"(?<!\d){re.escape(word.wording)}", quoted):
            continue
        meant = resolve(word.wording, article.date)
        if meant and not any(meant.first <= period.first and period.last <= meant.last for period in told):
            yield word.start, word.end


def _day_in_words(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def _missing_names(folded: str, around: str) -> Iterator[Span]:
    for token in tag(folded):
        name = token.word
        if token.label in _NAMED or (token.label == "n" and _is_unknown(name)):
            if token.label == "PER":
                name = _TITLE.sub("", name)
                stands = tells_of_person(name, around, folded)
            elif token.label == "LOC" and name in around:
                stands = tells_of_place(name, around)
            else:
                stands = _is_pieced(name, around)
            if not stands:
                yield token.start, token.start + len(name)
    for match in _LATIN.finditer(folded):
        if match[0] not in around:
            yield match.span()


def _is_unknown(word: str) -> bool:
    """Whether no part of a word of Chinese characters is in the dictionary, as of invented names."""
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", word)) and not holds_word(word)


def _is_pieced(name: str, text: str) -> bool:
    """Whether a name is made of pieces of two or more characters that stand in a text.

    湖北荆屿 is made of those of 湖北省荆屿市; the signs of divisions may be left out or added.
    """
    for written in (name, _DIVISION.sub("", name)):
        reached = {0}
        for end in range(2, len(written) + 1):
            if any(written[start:end] in text for start in reached if end - start > 1):
                reached.add(end)
        if len(written) in reached or (len(written) < 2 and written in text):
            return True
    return False


def contradicts(sentence: str, quotes: Sequence[str]) -> str | None:
    """Return the word of a sentence that says yes where what is quoted says no, or the opposite.

    None where nothing does; ``quotes`` are the quoted sentences.
    """
    folded, quoted = fold(sentence), fold("\n".join(quotes))
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            said = one.search(folded)
            if said and not other.search(folded) and other.search(quoted) and not one.search(quoted):
                return said[0]
    denied, told = _NEGATIONS.search(folded), _NEGATIONS.search(quoted)
    if denied and not told:
        return denied[0]
    return None
