"""Finders of typed spans: each gives the candidates of one kind that stand in a sentence."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.figures import FIGURE
from qa.query import Query
from qa.tagging import Token

__all__ = [
    "LABELS",
    "Candidate",
    "Finder",
    "by_label",
    "by_pattern",
    "causes",
    "clauses",
    "credit_names",
    "lists",
    "numbers_by_tag",
    "objects",
    "organisation_phrases",
    "paired_figures",
    "proper_nouns",
    "quoted",
    "roles",
    "subjects",
]

# Labels tell how a candidate was found; the reader learns how far to trust each for each type.
LABELS = (
    "figure", "ratio", "rank", "duration", "date", "PER", "LOC", "ORG", "organisation phrase",
    "quoted", "list", "role", "subject", "object", "proper noun", "cause",
    "clause", "proposed",
)  # fmt: skip

_SIDE_BY_SIDE = 6
_FIGURE_ASKED = re.compile(r"多少|几")
_CREDIT = re.compile(
    r"(?:记者|通讯员|摄影|供图)[:： \u3000]*((?:[\u4e00-\u9fff·]+[、 \u3000]*)+?)(?:摄影|摄|供图)?$"
)
# Names of two characters are printed with a gap in the middle.
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}|[\u4e00-\u9fff][ \u3000]+[\u4e00-\u9fff]")
_WIDER_PLACE = re.compile(r"哪个?[省市国]|哪个(?:国家|地区)|什么[省市]")
_EFFECT = re.compile(r"因此|因而|所以|为此|从而|得以")
_CAUSE = re.compile(r"因为|由于|原因是|原因在于|是因为|为了|因(?=[^此而为素果])|一是")
# 静音区、讨论区和哄睡区三个区: the count that closes a list is not part of it.
_TAIL_OF_LIST = re.compile(
    r"等?(?:这)?[一二两三四五六七八九十\d]+[个大道项种类家名位条样件处]\S{0,4}$|等[^、]{0,6}$"
)
_QUOTED = re.compile(r"[“「『‘]([^“”「」『』‘’]{1,40})[”」』’]|(《[^《》]{1,60}》)")
_GAP_EDGE = re.compile(r"^[的了是吗呢?？ 。,，]+|[的了是吗呢?？ 。,，]+$")
_WHY = re.compile(r"为什么|为何|因何|原因|怎么会")
_CLAUSE_MARK = "，。；：？！,;:?!\n（()）"
_CLAUSE = re.compile(r"[^，。；：？！,;:?!\s（()）][^，。；：？！,;:?!\n]*")
_ITEM = r"[^，。；：？！、,;:?!\n（）()和及与“”「」『』‘’]{1,24}"
_LIST = re.compile(rf"{_ITEM}(?:、{_ITEM})+(?:(?:和|及|以及|与){_ITEM})?|{_ITEM}(?:和|及|以及|与){_ITEM}")
_LEADS = frozenset({"v", "vd", "p", "u", "d"})
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


Finder = Callable[[Query, str, Sequence[Token]], Iterable[Candidate]]


def by_pattern(pattern: re.Pattern[str], label: str) -> Finder:
    """Make a finder of everything a pattern matches."""

    def finder(_: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
        for match in pattern.finditer(folded):
            if match.end() > match.start():
                yield Candidate(match.start(), match.end(), label)

    return finder


def credit_names(query: Query, folded: str, _: Sequence[Token]) -> Iterator[Candidate]:
    """The names in a photograph's credit line, which stand between a role and 摄."""
    match = _CREDIT.search(folded) if query.asks_for_byline else None
    if match:
        for name in _NAME.finditer(match[1]):
            yield Candidate(match.start(1) + name.start(), match.start(1) + name.end(), "PER")


def causes(query: Query, folded: str, _: Sequence[Token]) -> Iterator[Candidate]:
    """For questions of why: up to three clauses behind 因为, one or two before 因此."""
    if not _WHY.search(query.folded):
        return
    for match in _CAUSE.finditer(folded):
        end = match.end()
        for _clause in range(3):
            if end >= len(folded):
                break
            end = _clause_bounds(folded, end + (folded[end] in _CLAUSE_MARK))[1]
            yield Candidate(match.end(), end, "cause")
    for match in _EFFECT.finditer(folded):
        end = start = _clause_bounds(folded, match.start())[0]
        for _clause in range(2):
            if start <= 0:
                break
            start = _clause_bounds(folded, start - 1)[0]
            yield Candidate(start, end - 1, "cause")


def clauses(_: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
    """Up to three clauses in a row, and all: what is told of a thing or a way has no form of its own."""
    pieces = [match.span() for match in _CLAUSE.finditer(folded)]
    for first, (start, _end) in enumerate(pieces):
        for _start, end in pieces[first : first + 3]:
            yield Candidate(start, end, "clause")
    if pieces:
        yield Candidate(pieces[0][0], pieces[-1][1], "clause")


def by_label(wanted: str) -> Finder:
    """Tokens of a LAC label; runs of them are joined (赣州市 + 南康区)."""

    def finder(query: Query, _: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
        run: list[Token] = []
        for token in [*tokens, None]:
            if token is not None and token.label == wanted and (not run or run[-1].end == token.start):
                run.append(token)
                continue
            if run:
                yield Candidate(run[0].start, run[-1].end, wanted)
                # Of 广东省 + 潮屿市 the last is meant, the first only by those who ask for a province.
                parts = run if _WIDER_PLACE.search(query.folded) else run[-1:]
                yield from (Candidate(t.start, t.end, wanted) for t in parts)
            run = [token] if token is not None and token.label == wanted else []

    return finder


def numbers_by_tag(_: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """Number words that no pattern knows the unit of; with the measure word that follows them."""
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        if token.label == "m" and re.search(
            r"[\d一二三四五六七八九十百千万亿两]", folded[token.start : token.end]
        ):
            end = following.end if following and following.label == "q" else token.end
            if folded[token.start : end] not in {"一", "一个", "一些"}:
                yield Candidate(token.start, end, "figure")


def paired_figures(query: Query, folded: str) -> list[Candidate]:
    """Two figures side by side (5个大块21条), for a question that asks for two (几个大块多少条)."""
    if len(_FIGURE_ASKED.findall(query.folded)) < 2:
        return []
    return [
        Candidate(first.start(), second.end(), "figure")
        for first, second in pairwise(FIGURE.finditer(folded))
        if second.start() - first.end() <= _SIDE_BY_SIDE
    ]


def quoted(_: Query, folded: str, __: Sequence[Token]) -> Iterator[Candidate]:
    """What stands in quotation marks, and titles with their angle brackets."""
    for match in _QUOTED.finditer(folded):
        start, end = match.span(1) if match[1] else match.span(2)
        yield Candidate(start, end, "quoted")


def lists(_: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """Enumerations A、B和C; a list in one pair of quotation marks, and several quoted names in a row."""
    for match in re.finditer(r"(?:[“《「][^”》」]+[”》」][、和及与]?){2,}", folded):
        yield Candidate(match.start(), match.end() - (match[0][-1] in "、和及与"), "list")
    for match in _QUOTED.finditer(folded):
        if match[1] and "、" in match[1]:
            yield Candidate(*match.span(1), "list")
    for match in _LIST.finditer(folded):
        tail = _TAIL_OF_LIST.search(match[0])
        end = match.start() + tail.start() if tail else match.end()
        for start in {match.start(), _first_item(match, tokens)}:
            yield Candidate(start, end, "list")


def _first_item(match: re.Match[str], tokens: Sequence[Token]) -> int:
    """Where the first item of an enumeration begins: the text before it belongs to the sentence.

    Items built alike begin alike (就是防病虫害、防干热风); else it begins behind the last verb before
    it (送到北京、广州和武汉).
    """
    first, second = re.split(r"[、和及与]", match[0])[:2]
    alike = first.rfind(second[:1]) if second else -1
    if alike >= 0:
        return match.start() + alike
    last = match.start() + len(first)
    verbs = [t.end for t in tokens if match.start() <= t.start and t.end < last and t.label in _LEADS]
    return max(verbs, default=match.start())


def organisation_phrases(_: Query, __: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
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


def proper_nouns(_: Query, __: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """Names of any kind, as the tagger cut them."""
    for token in tokens:
        if token.label in {"nz", "nw", "ORG", "LOC", "PER"}:
            yield Candidate(token.start, token.end, "proper noun")


def roles(query: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
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


def subjects(query: Query, folded: str, tokens: Sequence[Token]) -> Iterator[Candidate]:
    """What stands in its clause before the words that follow the gap: 谁印发了… -> … 印发."""
    at = -1 if query.asks_for_photographer else _anchor(query.after, folded, tail=False)
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


def objects(query: Query, folded: str, _: Sequence[Token]) -> Iterator[Candidate]:
    """What follows in its clause the words that stand before the gap: 邀请了哪所学校 -> 邀请 …."""
    at = _anchor(query.before, folded, tail=True)
    if at < 0 or at >= len(folded):
        return
    while at < len(folded) and folded[at] in "了的是为由在着过到":
        at += 1
    end = _clause_bounds(folded, at)[1]
    if end > at:
        yield Candidate(at, end, "object")
