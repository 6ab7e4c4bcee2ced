"""A question and its short answer to one sentence: the question told as a statement, its gap filled.

Chinese asks in place: 化解了多少纠纷 becomes 化解了38.1万件纠纷 when the words that ask give way to the
answer. Nothing is worded anew, and what is not certain is left to the quote: the wording beside the gap
must stand beside the answer in the quote too, and every name, time and word of the question must stand
in it.
"""

import re
from dataclasses import dataclass

from qa.circumstances import year_of_month
from qa.citing import untold_words
from qa.evidence import Evidence
from qa.interpretation import AnswerType
from qa.periods import times_told
from qa.query import Query
from qa.segmentation import fold
from qa.spans import LINKING, MeasuredSpan
from qa.tagging import tag

__all__ = ["make_lead", "make_statement"]

_LONGEST = 90
_OPENING = re.compile(r"^(?:请问|请告诉我|告诉我|我?想(?:知道|问)(?:一下)?|你?知道|问一下)[,，:：]?")
_ENDING = re.compile(r"[呢呀啊]?[\s?？。.!！]*$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ASKING = re.compile(
    r"多少|几|什么|哪|谁|怎|如何|[为因]何|何[时人处地年日]|吗|多[高大长远重深宽快久]|是否|若干|啥"
)
# What means another thing, or another day, when it is told and not asked.
_SPOKEN = re.compile(
    r"[你您我咱]|[今去明前后]年|[今昨明][天日晚]|目前|现在|如今|眼下|当前|最近|近[日期]|近[两三几]?年|[本上下]个?[月周]"
    r"|^[这那他她它其该此]|[文题]中|本文|文章|材料|上述|下列"
)
_PLACE = "国家|地区|城市|省份|省|市|县区|县|区(?!域)|村|镇|乡|国|城|州|岛|街道|社区|机场|站"
_ORGANISATION = (
    "部门|单位|公司|机构|法院|检察院|企业|学校|中学|小学|大学|高校|学院|医院|银行|报社|研究所|研究院|实验室|集团|"
    "团队|基金会|俱乐部"
)
_SEVERAL = "(?:一|[几两二三四五六七八九十])?"
_MANY = r"第(?:几|多少)|多少|若干|(?<![十百千万\d])几"
_NAME = r"什么(?:名字|名称)?"
# The words that ask, which give way to the answer.
_GAPS: dict[AnswerType, re.Pattern[str]] = {
    "quantity": re.compile(rf"{_MANY}|多[高深远长重宽](?=$|的)"),
    "ratio": re.compile(rf"百分之(?:多少|几)|几成|{_MANY}|多[高大]$"),
    "rank": re.compile(_MANY),
    "duration": re.compile(rf"多长时间|多久|{_MANY}"),
    "date": re.compile(
        r"什么时候|什么时间|什么日期|何时|何日|何年何月|何年|哪年哪月|哪一?[天年]|哪个?月|几月几[日号]"
    ),
    "person": re.compile(r"叫什么(?:名字)?$|(?<=名字是)什么$|谁|哪位$|何人|什么人$"),
    "agent": re.compile(r"谁|哪位$|何人"),
    "place": re.compile(rf"哪里|哪儿|何处|何地|什么地方|哪{_SEVERAL}(?:个|座|些|处)?(?:{_PLACE})"),
    "organisation": re.compile(rf"哪{_SEVERAL}(?:个|家|些|所|支)?(?:{_ORGANISATION})|哪[家所]$"),
    "name": re.compile(rf"{_NAME}$"),
}
# 哪三个领域 is told as 以下三个领域.
_LISTED = re.compile(r"哪(?=[几两二三四五六七八九十\d])|哪些|(?<=[有是指为括含])(?:什么|哪些)$")
# Of what may be anything, so much of the wording before the gap must stand before the answer.
_FIRM_MATCH = 4
_SAYING = re.compile(r"(?:说|称|指出|表示|认为|强调|警告|宣布|透露)$")
_LINKS = frozenset("是在于从到至自为由将了")
# 总共造成逾多少人 and 逾250人: what ends the one and begins the other is said once.
_SAID_TWICE = re.compile(r"(至少|大约|超过|[是有约近逾超在为共达])\n\1")
_HAS_YEAR = re.compile(r"\d{4}年?|[一二][〇零九]")
_MONTH = re.compile(r"(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月")
# 不满18岁, 时速40至50公里: the figure alone says something else.
_BOUND_BEFORE = re.compile(
    r"(?:不[满足到少低高多超大小]于?过?|[未不]满|[少多高低小大]于|仅|只有|[至到—~～-])$"
)
_BOUND_BEHIND = re.compile(r"^(?:左右|上下|以[上下内外]|多|余|[至到—~～-]\d|之间| ?[a-z])")
# What is planned, doubted or denied is no fact, unless the question asks for it as such.
_UNREAL = re.compile(
    r"预计|预期|计划|力争|拟|有望|可能|或将|争取|目标|如果|假如|倘若|据称|没有|未[能曾有]?|并非|不是|否认|不会|将"
)
_CLAUSE = re.compile(r"[，。；：？！,;:?!\n]")
_CLAUSE_OF_TIME = re.compile(r"^(?!的?(?:报道|消息|电|讯))[^报讯]{0,1}[，,]")


@dataclass(frozen=True, slots=True)
class _Parts:
    """A question cut at its gap: the text before and behind it; ``asked`` is what asks, folded."""

    before: str
    after: str
    asked: str


@dataclass(frozen=True, slots=True)
class _Filled:
    """A statement: the texts before and behind the answer are the question's."""

    before: str
    answer: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.before}{self.answer}{self.after}"

    @property
    def told(self) -> str:
        """What the statement takes from the question."""
        return f"{self.before}\n{self.after}"


def make_statement(query: Query, span: MeasuredSpan, short: str) -> str | None:
    """Return the question told as a statement, answered by ``short``, the text of ``span``; None if unsure.

    It has no full stop at its end, and ``short`` stands in it once.
    """
    if query.type == "role" and not query.english:
        return _tell_role(query, span, short)
    parts = None if query.english else _cut(query)
    if parts is None or not _adjoins(query, span, parts) or _is_bound(query, span):
        return None
    if _is_traditional(parts.before + parts.after) != _is_traditional(span.evidence.sentence):
        return None
    filled = _fill(query, parts, span, short)
    if filled is None or len(filled.text) > _LONGEST or fold(filled.text).count(fold(short)) != 1:
        return None
    return None if untold_words(filled.told, query, span.evidence) else filled.text


def make_lead(query: Query, evidence: Evidence) -> str | None:
    """Return the question told as the head of a list, without a mark at its end; None if unsure."""
    if query.english:
        return None
    core = _core(query)
    folded = fold(core)
    gaps = list(_LISTED.finditer(folded))
    if (
        len(gaps) != 1
        or _SPOKEN.search(folded)
        or _is_traditional(core) != _is_traditional(evidence.sentence)
    ):
        return None
    start, end = gaps[0].span()
    if _ASKING.search(folded[:start]) or _ASKING.search(folded[end:].replace("几", "", 1)):
        return None
    listed = "" if end == len(core) and core[start - 1 : start] != "" and start else "以下"
    return f"{core[:start]}{listed}{core[end:]}"


def _core(query: Query) -> str:
    """The question without what only asks for attention, and without its end mark."""
    opening = _OPENING.match(query.text)
    return _ENDING.sub("", query.text[opening.end() if opening else 0 :])


def _tell_role(query: Query, span: MeasuredSpan, short: str) -> str | None:
    """Return 某某是某县县长 where the role stands right before the one name that the question has."""
    if span.candidate.label != "role" or len(query.people) != 1:
        return None
    behind = [t for t in tag(span.evidence.sentence) if t.start == span.candidate.end and t.label == "PER"]
    name = behind[0].word if behind else ""
    known = fold(name).startswith(query.people[0]) and fold(name) in query.folded
    return f"{name}是{short}" if known else None


def _cut(query: Query) -> _Parts | None:
    """Cut a question at its gap; None where it has none of a known form, or asks for more than that."""
    pattern, text = _GAPS.get(query.type), _core(query)
    folded = fold(text)
    gaps = list(pattern.finditer(folded)) if pattern and not _SPOKEN.search(folded) else []
    if len(gaps) != 1:
        return None
    start, end = gaps[0].span()
    if _ASKING.search(folded[:start]) or _ASKING.search(folded[end:]):
        return None
    return _Parts(text[:start], text[end:], folded[start:end])


def _adjoins(query: Query, span: MeasuredSpan, parts: _Parts) -> bool:
    """Whether the wording beside the gap stands beside the span; of a day, whether it opens a clause."""
    if query.type == "name":
        return span.left_match >= min(_FIRM_MATCH, len(fold(parts.before).strip(LINKING)))
    if span.adjoins_gap:
        return True
    sentence, candidate = span.evidence.sentence, span.candidate
    opens = not _CLAUSE.split(sentence[: candidate.start])[-1]
    return query.type == "date" and opens and bool(_CLAUSE_OF_TIME.match(sentence[candidate.end :]))


def _fill(query: Query, parts: _Parts, span: MeasuredSpan, short: str) -> _Filled | None:
    """Put the answer into the gap, without what would then be said twice; None where that is not known."""
    before, after = parts.before, _behind(query, parts, short)
    answer = _told_day(span, short) if query.type == "date" else _with_marks(query, span, short)
    if after is None or answer is None:
        return None
    if query.type == "date":
        if fold(short).endswith(("前", "后")) or fold(after).startswith(("之", "以", "前", "后")):
            return None
        answer = answer if not before or before[-1] in _LINKS else f"于{answer}"
    elif parts.asked.startswith("叫"):
        answer = f"叫{answer}"
    elif parts.asked.startswith("多") and parts.asked[1] in "高深远重宽大" and not after:
        before = before.removesuffix("有")
        answer = answer if before.endswith(("是", "为", "到")) else f"为{answer}"
    if _SAYING.search(before) and span.evidence.sentence[: span.candidate.start].endswith("，"):
        answer = f"，{answer}"
    if after.endswith("的") and "是" not in before:
        after = after[:-1]  # 在哪里发现的 asks what 在某地发现 answers
    twice = _SAID_TWICE.search(f"{before}\n{answer}")
    if twice and twice.end() - len(before) - 1 == len(twice[1]):
        before = before[: -len(twice[1])]
    return _Filled(before, answer, after)


def _behind(query: Query, parts: _Parts, answer: str) -> str | None:
    """Return what follows the gap without the measure word or noun that the answer ends with."""
    after, told = parts.after, fold(answer)
    if shared := _shared_length(fold(after), told):
        after = after[shared:]
    elif parts.asked.startswith("多长"):
        after = after.removeprefix("时间")
    elif query.type in {"quantity", "duration"} and told[-1:] not in "0123456789万亿千百%":
        unit = next((unit for unit in query.units if fold(after).startswith(unit)), "")
        if unit in {"人", "名"}:
            return None  # 多少人 is answered by 1286名: of whom, the question does not say
        after = after[len(unit) :]
    if told.endswith(("人", "人次")) and after and tag(after)[0].label in {"n", "nz", "vn"}:
        return None  # 3万人次游客 reads badly
    return after


def _shared_length(after: str, told: str) -> int:
    """Return how much of the text behind the gap the answer has said at its end."""
    for length in range(min(len(after), len(told), 5), 0, -1):
        if told.endswith(after[:length]):
            return length
    if after.startswith("个") and len(after) > 1 and told.endswith(after[1:3]):
        return 3
    return int(after.startswith("钱") and told.endswith("元"))


def _told_day(span: MeasuredSpan, short: str) -> str | None:
    """Return a day with the year that the paper means; None where only an unknown day of issue would tell.

    3月26日 gets its year before it, 昨天 gets the day behind it.
    """
    folded = fold(short)
    if _HAS_YEAR.match(folded):
        return short
    article = span.evidence.article
    start = span.evidence.start + span.candidate.start
    told = times_told(article.text, article.date, start, start + 1)
    period = told[0].period if told and told[0].start == start else None
    if _MONTH.match(folded):
        year = year_of_month(article, told[0]) if told else ""
        return f"{year}{short}"
    return f"{short}（{period}）" if period and period.first.year > 1 else None


def _with_marks(query: Query, span: MeasuredSpan, short: str) -> str:
    """Return a name with the quotation marks that it stands in (“登云”)."""
    sentence, (start, end) = span.evidence.sentence, (span.candidate.start, span.candidate.end)
    inside = query.type == "name" and sentence[start:end] == short and start > 0 and end < len(sentence)
    marked = inside and sentence[start - 1] + sentence[end] in {"“”", "「」", "《》", "‘’", "『』"}
    return sentence[start - 1 : end + 1] if marked else short


def _is_bound(query: Query, span: MeasuredSpan) -> bool:
    """Whether words around the span change what it says: bounds, ranges, plans, doubts, denials."""
    folded, candidate = fold(span.evidence.sentence), span.candidate
    left, right = folded[: candidate.start], folded[candidate.end :]
    counts = any(character.isdigit() for character in span.text) or bool(query.units)
    if counts and (_BOUND_BEFORE.search(left) or _BOUND_BEHIND.match(right)):
        return True
    inside = folded[candidate.start : candidate.end] if query.type != "name" else ""
    if _CLAUSE.search(inside):
        return True
    clause = f"{_CLAUSE.split(left)[-1]}\n{inside}\n{_CLAUSE.split(right, maxsplit=1)[0]}"
    return any(match[0] not in query.folded for match in _UNREAL.finditer(clause))


def _is_traditional(text: str) -> bool:
    """Whether a text has traditional characters: a statement in two scripts would read badly."""
    return any(_HAN.match(character) and fold(character) != character for character in text)
