"""Typed answer candidates in a sentence: figures with units, dates, names, roles, lists, subjects."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.gaps import AnswerType
from qa.query import Query
from qa.segmentation import fold
from qa.tagging import Token

__all__ = ["LABELS", "Candidate", "find_candidates"]

# Labels tell how a candidate was found; the reader learns how far to trust each for each type.
LABELS = (
    "figure", "ratio", "rank", "duration", "date", "PER", "LOC", "ORG", "organisation phrase",
    "quoted", "list", "role", "subject", "object", "proper noun",
)  # fmt: skip

_DIGITS = (
    r"(?:\d+(?:[,，]\d{3})*(?:[.．]\d+)?|[零〇一二三四五六七八九十百千两]+(?:点[零〇一二三四五六七八九]+)?)"
)
_NUMBER = rf"(?:{_DIGITS}[多余几]?[十百千]?[万亿]{{0,2}}[多余]?|[几数]?[十百千万亿]+[多余]?)"
_ABOUT = r"(?:近|约|超过|超|逾|(?<![通经超])过|不足|不到|至少|大约|将近|最多|高达)?"
_MEASURE = (
    "个百分点|平方公里|平方千米|平方米|立方米|公里/小时|千瓦时|亿千瓦时|千瓦|兆瓦|吉瓦|公顷|公里|千米|海里|厘米|毫米|毫克|千克|公斤|"
    "人次|人民币|美元|欧元|日元|港元|英镑|卢布|元|块钱|分钟|小时|个小时|个月|个工作日|个|件|家|起|名|人|次|条|项|位|吨|亩|米|斤|台|辆|艘|架|座|所|处|例|宗|笔|"
    "户|种|类|门|部|篇|张|套|只|头|株|棵|份|批|届|场|支|岁|度|层|级|枚|颗|粒|首|道|段|间|孔|尾|匹|块|盏|根|幅|本|册|分|倍|克|升|"
    "℃|摄氏度|tb|gb|mb|km|kg|cm|mm|卷|期|集|代|轮|趟|班|列|节|口|把|副|对|双|组|帧|字|词|亿|万"
)
_FIGURE = re.compile(rf"{_ABOUT}(?<![\d.])({_NUMBER})({_MEASURE})(?:以上|以下|左右|多)?")
_FIGURE_ASKED = re.compile(r"多少|几")
_RATIO = re.compile(
    rf"{_ABOUT}(?:\d+(?:\.\d+)?[%‰]|百分之{_DIGITS}|{_DIGITS}分之{_DIGITS}|{_DIGITS}个百分点|{_DIGITS}(?:成|倍))(?:以上|左右|多)?"
)
_RANK = re.compile(rf"第{_DIGITS}[位名届次个批大]?|首位|榜首|冠军|亚军|季军")
_DURATION = re.compile(
    rf"{_ABOUT}{_NUMBER}(?:多)?(?:个)?(?:年|月|天|日|周|星期|小时|分钟|秒|工作日|学期|季度)(?:多|半|以上|左右)?"
)
_CHINESE_DAY = "[〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?:\d{{2,4}}|{_CHINESE_DAY}{{4}})年(?:底|初|末|度)?)?(?:(?:\d{{1,2}}|{_CHINESE_DAY}{{1,3}})月(?:份|底|初|末|[上中下]旬)?)?"
    rf"(?:(?:\d{{1,2}}|{_CHINESE_DAY}{{1,3}})(?:日|号))?(?:[上下]午|凌晨|中午|晚上?|清晨)?(?:\d{{1,2}}[时点](?:\d{{1,2}}分|半|许)?)?"
    rf"(?:[至到—-](?:\d{{1,2}}月)?\d{{1,2}}日)?"
)
_QUOTED = re.compile(r"[“「『‘]([^“”「」『』‘’]{1,40})[”」』’]|(《[^《》]{1,60}》)")
_GAP_EDGE = re.compile(r"^[的了是吗呢?？ 。,，]+|[的了是吗呢?？ 。,，]+$")
_CLAUSE_MARK = "，。；：？！,;:?!\n（()）"
_ITEM = r"[^，。；：？！、,;:?!\n（）()和及与“”「」『』‘’]{1,24}"
_LIST = re.compile(rf"{_ITEM}(?:、{_ITEM})+(?:(?:和|及|以及|与){_ITEM})?|{_ITEM}(?:和|及|以及|与){_ITEM}")
_TITLE_LABELS = frozenset({"n", "ORG", "LOC", "a", "an", "vn", "nz", "f", "s", "m", "q", "b"})
_ORGANISATION_END = re.compile(
    r"(?:部门|单位|公司|机构|法院|检察院|企业|学校|中学|小学|幼儿园|大学|学院|医院|局|厅|部|院|委|办|办公室|委员会|组织|协会|学会|"
    r"银行|研究所|研究院|实验室|集团|中心|支队|大队|总队|站|小组|政府|联盟|基金会|社|队|馆|司|署|所)$"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a sentence that may answer a question: ``sentence[start:end]``, and how it was found."""

    start: int
    end: int
    label: str


def find_candidates(query: Query, sentence: str, tokens: Sequence[Token]) -> list[Candidate]:
    """Return the spans of ``sentence`` that have the type the question asks for, without repeats."""
    folded = fold(sentence)
    found: dict[tuple[int, int], Candidate] = {}
    for finder in _FINDERS.get(query.type, ()):
        for candidate in finder(query, folded, tokens):
            span = (candidate.start, candidate.end)
            if span[0] < span[1] and span not in found:
                found[span] = candidate
    return list(found.values())


_Finder = Callable[[Query, str, Sequence[Token]], Iterable[Candidate]]


def _by_pattern(pattern: re.Pattern[str], label: str) -> _Finder:
    def finder(_: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
        for match in pattern.finditer(folded):
            if match.end() > match.start():
                yield Candidate(match.start(), match.end(), label)

    return finder


def _by_label(wanted: str) -> _Finder:
    """Tokens of a LAC label; runs of them are joined (赣州市 + 南康区)."""

    def finder(_: Query, __: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
        run: list[Token] = []
        for token in [*tokens, None]:
            if token is not None and token.label == wanted and (not run or run[-1].end == token.start):
                run.append(token)
                continue
            if run:
                yield Candidate(run[0].start, run[-1].end, wanted)
                if len(run) > 1:
                    yield from (Candidate(t.start, t.end, wanted) for t in run)
            run = [token] if token is not None and token.label == wanted else []

    return finder


def _numbers_by_tag(_: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """Number words that no pattern knows the unit of; with the measure word that follows them."""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.label == "m" and re.search(
            r"[\d一二三四五六七八九十百千万亿两]", folded[token.start : token.end]
        ):
            end = following.end if following and following.label == "q" else token.end
            if folded[token.start : end] not in {"一", "一个", "一些"}:
                yield Candidate(token.start, end, "figure")


def _paired_figures(query: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
    """Two figures side by side (5个大块21条), for a question that asks for two (几个大块多少条)."""
    if len(_FIGURE_ASKED.findall(query.folded)) < 2:
        return
    figures = list(_FIGURE.finditer(folded))
    for first, second in pairwise(figures):
        if second.start() - first.end() <= 6:
            yield Candidate(first.start(), second.end(), "figure")


def _quoted(_: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
    for match in _QUOTED.finditer(folded):
        start, end = match.span(1) if match[1] else match.span(2)
        yield Candidate(start, end, "quoted")


def _lists(_: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
    """Enumerations A、B和C; a list in one pair of quotation marks, and several quoted names in a row."""
    for match in re.finditer(r"(?:[“《「][^”》」]+[”》」][、和及与]?){2,}", folded):
        yield Candidate(match.start(), match.end() - (match[0][-1] in "、和及与"), "list")
    for match in _QUOTED.finditer(folded):
        if match[1] and "、" in match[1]:
            yield Candidate(*match.span(1), "list")
    for match in _LIST.finditer(folded):
        yield Candidate(*match.span(), "list")
        lead = re.match(r".{0,20}?(?:包括|分别是|分别为|有|为|是|即|涉及|涵盖|打造出?|推出)", match[0])
        if lead and lead.end() < len(match[0]):
            yield Candidate(match.start() + lead.end(), match.end(), "list")


def _organisation_phrases(_: Query, __: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """An organisation that LAC cut short, grown to the noun that ends it (北京市 + 知识产权局)."""
    for index, token in enumerate(tokens):
        if token.label not in {"ORG", "LOC", "nz"}:
            continue
        for last in range(index + 1, min(index + 9, len(tokens))):
            if tokens[last].label in {"w", "p", "c", "TIME", "u", "PER", "r"}:
                break
            if tokens[last].label in {"n", "ORG", "nz"} and _ORGANISATION_END.search(tokens[last].word):
                yield Candidate(token.start, tokens[last].end, "organisation phrase")
    for token in tokens:
        if token.label in {"n", "nz"} and len(token.word) > 2 and _ORGANISATION_END.search(token.word):
            yield Candidate(token.start, token.end, "organisation phrase")


def _proper_nouns(_: Query, __: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    for token in tokens:
        if token.label in {"nz", "nw", "ORG", "LOC", "PER"}:
            yield Candidate(token.start, token.end, "proper noun")


def _roles(query: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """The titles that stand before a person the question names, or behind 任 or 担任."""
    people = {entity.word for entity in query.entities if entity.label == "PER"}
    for index, token in enumerate(tokens):
        if token.label != "PER" or (people and token.word not in people):
            continue
        first = index
        while first and (
            tokens[first - 1].label in _TITLE_LABELS or tokens[first - 1].word in {"、", "兼", "原"}
        ):
            first -= 1
        while first < index and tokens[first].word in {"、", "兼"}:
            first += 1
        yield Candidate(tokens[first].start, token.start, "role")
        behind = re.compile(r"[，,]?(?:担任|出任|任|现任|是|为|当选为?)([^，。；：、,;]{2,30})").match(
            folded, token.end
        )
        if behind:
            yield Candidate(*behind.span(1), "role")


def _clause_bounds(folded: str, position: int) -> tuple[int, int]:
    start = max((folded.rfind(mark, 0, position) + 1 for mark in _CLAUSE_MARK), default=0)
    ends = [end for mark in _CLAUSE_MARK if (end := folded.find(mark, position)) >= 0]
    return start, min(ends, default=len(folded))


def _anchor(text: str, folded: str, *, tail: bool) -> int:
    """Find in ``folded`` the longest end (tail) or start of ``text``, at least two characters; else -1."""
    text = _GAP_EDGE.sub("", text)
    for length in range(min(len(text), 6), 1, -1):
        piece = text[-length:] if tail else text[:length]
        at = folded.find(piece)
        if at >= 0:
            return at + length if tail else at
    return -1


def _subjects(query: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """What stands in its clause before the words that follow the gap: 谁印发了… -> … 印发."""
    at = _anchor(query.after, folded, tail=False)
    if at <= 0:
        return
    start, _ = _clause_bounds(folded, at - 1)
    inside = [t for t in tokens if t.start >= start and t.end <= at]
    while inside and inside[-1].label in {"TIME", "d", "ad", "p", "u", "w", "xc", "vd"}:
        inside.pop()
    for index, token in enumerate(inside):
        # A run-in byline ends where white space follows a name.
        if token.word.isspace() and index and inside[index - 1].label == "PER":
            inside = inside[index + 1 :]
            break
    while inside and inside[0].label in {"TIME", "d", "ad", "p", "c", "w", "xc"}:
        inside.pop(0)
    if inside:
        yield Candidate(inside[0].start, inside[-1].end, "subject")


def _objects(query: Query, folded: str, _: Sequence[Token]) -> Iterator[Candidate]:
    """What follows in its clause the words that stand before the gap: 邀请了哪所学校 -> 邀请 …."""
    at = _anchor(query.before, folded, tail=True)
    if at < 0 or at >= len(folded):
        return
    while at < len(folded) and folded[at] in "了的是为由在着过到":
        at += 1
    end = _clause_bounds(folded, at)[1]
    if end > at:
        yield Candidate(at, end, "object")


_FINDERS: dict[AnswerType, tuple[_Finder, ...]] = {
    "quantity": (
        _paired_figures,
        _by_pattern(_FIGURE, "figure"),
        _by_pattern(_RATIO, "ratio"),
        _numbers_by_tag,
    ),
    "ratio": (_by_pattern(_RATIO, "ratio"), _by_pattern(_FIGURE, "figure")),
    "rank": (_by_pattern(_RANK, "rank"),),
    "duration": (_by_pattern(_DURATION, "duration"),),
    "date": (_by_pattern(_DATE, "date"), _by_label("TIME")),
    "person": (_by_label("PER"), _subjects),
    "agent": (_by_label("PER"), _by_label("ORG"), _organisation_phrases, _subjects),
    "role": (_roles,),
    "place": (_by_label("LOC"), _by_label("ORG"), _organisation_phrases, _subjects),
    "organisation": (_by_label("ORG"), _organisation_phrases, _subjects),
    "name": (_quoted, _proper_nouns, _objects, _subjects),
    "list": (_lists, _quoted, _objects, _subjects),
}
