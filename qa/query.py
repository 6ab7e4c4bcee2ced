"""Question to Query: what kind of thing is asked for, where the gap is, and what must hold."""

import re
from dataclasses import dataclass
from typing import Literal

from qa.errors import QuestionError
from qa.segmentation import bigrams, fold, words
from qa.tagging import Token, tag

__all__ = ["MAX_QUESTION", "AnswerType", "Query", "read_question"]

AnswerType = Literal[
    "quantity", "ratio", "rank", "duration", "date", "person", "role", "place", "organisation", "agent",
    "name", "list", "explain", "yesno", "other",
]  # fmt: skip
MAX_QUESTION = 1000

_ORGANISATION = (
    "部门|单位|公司|机构|法院|检察院|企业|学校|中学|小学|大学|高校|学院|医院|局|厅|委|委员会|组织|协会|银行|报社|"
    "研究所|研究院|实验室|集团|团队|队|机关|工厂|厂|社区组织|基金会|平台公司|俱乐部|球队"
)
_PLACE = "省|市|县|区|城市|国家|地区|国|村|镇|乡|地方|城|州|岛|街道|社区|港|机场|省份|县区|地点|场馆|站"
_ISSUE = "印发|发布|颁布|出台|主办|承办|举办|协办|制定|建设|开发|研发|研制|推出|提出|组织|负责|设立|成立|主持|起草|投资|运营"
_TITLE = (
    "人|员|长|主任|书记|院长|校长|局长|厅长|部长|省长|市长|县长|区长|镇长|村长|司长|处长|科长|队长|主席|总裁|经理|"
    "董事长|教授|记者|教练|冠军|负责人|总干事|秘书长|院士|专家|医生|法官|检察官|律师|作者|导演|老师|教师|站长|会长|"
    "所长|馆长|工程师|发言人|代表|委员|师|者|手|家"
)
# The first pattern that is found decides the type and marks the gap that the answer fills.
_PATTERNS: tuple[tuple[AnswerType, str], ...] = (
    ("yesno", r"吗[?？。]?$|是否|是不是|有没有|能不能|会不会|对不对"),
    ("role", r"(?:担任|任|是|做|有)?(?:什么|何|哪些|哪个)(?:职务|职位|身份|头衔|官职|岗位|职业|工作的)|担任什么|任什么职|是做什么的"),
    ("ratio", r"百分之(?:多少|几)|几成|多少个百分点|(?:比例|占比|比率|比重|[^效频]率)(?:是|为|达到?|有)?(?:多少|几)|(?:增长|下降|上升|提高|减少|降低|增加|提升|增幅|降幅)(?:了|是|为)?(?:多少|几)$"),
    ("rank", r"第几(?:位|名|届|次|个|批)?|排名?(?:多少|几)|第多少(?:位|名)?"),
    ("duration", r"多长时间|多久|(?:几|多少)个?(?:天|年|个?月|小时|分钟|秒|周|星期)(?!月)"),
    ("date", r"什么时候|什么时间|何时|哪一?(?:天|年|月|日)|哪个月|几月(?:几[日号])?|几[日号点时]|什么日期|何日|何年|哪年哪月"),
    ("quantity", r"多少|若干|几(?=[^乎十百千何]|$)|多大|多高|多长|多远|多重|多深|多宽|多快"),
    ("agent", rf"谁(?=[^，。]*?(?:{_ISSUE}))|由谁|(?:{_ISSUE})(?:方|者|单位|机构)?(?:的)?是谁"),
    ("person", rf"谁|哪位|哪[一两三四五六七八九十几]位|何人|什么人|哪(?:个|些|名)人|(?<=人)叫什么(?:名字)?|(?:{_TITLE})(?P<person>叫什么名字|叫什么|姓甚名谁|姓什么|名字是什么|的名字)"),
    ("organisation", rf"(?:哪|什么)(?:一|几|两|三)?(?:个|家|些|所|支)?(?:[\u4e00-\u9fff]{{0,6}}?)(?:{_ORGANISATION})|哪家|哪所"),
    ("place", rf"哪里|哪儿|何处|何地|什么地方|(?:哪|什么)(?:一|几|两|三)?(?:个|座|些|处)?(?:[\u4e00-\u9fff]{{0,2}}?)(?:{_PLACE})|(?<=在)哪|哪国"),
    ("explain", r"为什么|为何|因何|什么原因|原因(?:是|有|在)|怎么|如何|怎样|(?:什么|哪些|哪[一二两三四五六七八九十几]{1,2}(?:个|项|条|大|方面|点)*)(?:的)?(?:要求|措施|做法|影响|作用|意义|目的|困难|问题|变化|特点|建议|办法|意见|任务|举措|方式|方面)"),
    ("list", r"哪(?:些|几|[两二三四五六七八九十\d]+)(?:大|个|项|种|类|点|家|条|座|所|款|支)?|(?:分别|都)(?:是|有|为)(?:什么|哪)|包括什么|有什么"),
    ("name", r"(?:叫做?|名为|称为|称作|被誉为|誉为|名叫|取名|命名为|题为)(?:什么|啥)|什么|哪(?:一|个|部|本|款|项|种|届|场|条|支|艘|架|颗|首|只|类|把|座|家)*|啥|何种|名称"),
)  # fmt: skip
_WHOLE_GAPS = frozenset({"organisation", "place", "list"})
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|[.．])(?=年|度|$|[^\d%件家个名万亿])")
_COUNT = re.compile(r"哪([两二三四五六七八九十])")
_UNIT = re.compile(
    r"(?:多少|几|若干)(?P<unit>个百分点|人次|平方米|平方公里|立方米|公里|千米|万元|亿元|公顷|千瓦时|"
    r"[个件家起名人次条项位元块吨亩米斤台辆艘架座所处例宗笔户种类门部本篇张套只头株棵份批届场支岁分度层级枚颗粒首道段公里])?"
)
_MEASURE_OF_SIZE = {
    "多高": "米",
    "多长": "米",
    "多远": "公里",
    "多重": "斤",
    "多深": "米",
    "多宽": "米",
    "多快": "公里",
}
_MONEY = re.compile(
    r"(?:金额|总额|投资|放款|贷款|资金|收入|产值|营收|销售额|多少钱|价格|费用|罚款|奖金|补贴|支出|成交额|赔偿)"
)
_BYLINE = re.compile(r"记者|通讯员|摄影|拍摄|拍的|摄的|照片|采写|作者|撰写|撰文|采访")
_LINKS = frozenset({"是", "为", "达", "达到", "有", "叫", "由", "在", "共", "共有", "占"})
_FUNCTION = frozenset({"r", "u", "w", "p", "c", "xc", "d", "f", "m", "q"})
_NOUNS = frozenset({"n", "vn", "an", "nz", "v"})


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was read.

    ``before`` and ``after`` are the folded texts at either side of the gap that the answer fills;
    ``focus`` is the noun next to the gap (年利率 in 年利率是多少), ``gap_word`` the word right before it
    (化解 in 化解了多少), ``count`` the number of things asked for (3 in 哪三项; 0 where not told), ``units``
    the measure words asked for.
    ``asks_for_byline`` tells that reporters or photographers are meant, who are no answer otherwise.
    ``years`` must hold of the evidence. ``entities`` are the names that the question mentions.
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
    years: tuple[str, ...]
    entities: tuple[Token, ...]


def read_question(question: str) -> Query:
    """Read a question. Raises QuestionError when it is empty or longer than MAX_QUESTION characters."""
    text = " ".join(question.split())
    if len(text) > MAX_QUESTION:
        message = f"the question has {len(text):,} characters; ask in at most {MAX_QUESTION:,}"
        raise QuestionError(message)
    folded = fold(text)
    evidence = tuple(dict.fromkeys(words(folded)))
    if not evidence and not bigrams(folded):
        raise QuestionError("the question is empty; ask for something, such as 江西综治中心化解了多少纠纷")
    kind, start, end = _find_gap(folded)
    before, after = folded[:start], folded[end:]
    tokens = tag(folded)
    gapless = before + "\n" + after
    return Query(
        text=text,
        folded=folded,
        type=kind,
        words=tuple(dict.fromkeys(words(gapless))) or evidence,
        bigrams=tuple(dict.fromkeys(bigrams(gapless))) or tuple(bigrams(folded)),
        before=before,
        after=after,
        focus=_focus(tokens, start, end),
        gap_word=_gap_word(tokens, start),
        count=_count(folded),
        units=_units(kind, folded, start, tokens),
        asks_for_byline=bool(_BYLINE.search(folded)),
        years=tuple(dict.fromkeys(_YEAR.findall(folded))),
        entities=tuple(t for t in tokens if t.label in {"PER", "LOC", "ORG", "nw", "nz"}),
    )


def _find_gap(folded: str) -> tuple[AnswerType, int, int]:
    for kind, pattern in _COMPILED:
        match = pattern.search(folded)
        if match:
            start, end = match.span("person") if match.groupdict().get("person") else match.span()
            # 哪个部门 is a gap as a whole; of 比例是多少 only 多少 is one, the rest is evidence.
            return (kind, start, end) if kind in _WHOLE_GAPS else (kind, *_narrow(folded, start, end))
    return "other", len(folded), len(folded)


_QUESTION_WORDS = re.compile(
    r"百分之(?:多少|几)|第?(?:多少|几)|什么|哪[一-龥]?|何|谁|怎么样?|怎样|如何|啥|多[大高长远重深宽快久]|是否|吗"
)


def _narrow(folded: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a match to the question word in it: the words around it are evidence."""
    inner = _QUESTION_WORDS.search(folded, start, end)
    return inner.span() if inner else (start, end)


def _focus(tokens: tuple[Token, ...], start: int, end: int) -> str:
    """Return the noun before a linking word at the gap (年利率是多少), else the first noun behind the gap."""
    content = [t for t in tokens if t.label in _NOUNS and t.word not in _LINKS]
    before = [t for t in content if t.end <= start]
    behind = [t for t in content if t.start >= end]
    linked = any(t.word in _LINKS and t.end == start for t in tokens)
    if linked and before:
        return before[-1].word
    return behind[0].word if behind else ""


def _gap_word(tokens: tuple[Token, ...], start: int) -> str:
    before = [t.word for t in tokens if t.end <= start and t.label not in _FUNCTION and t.word not in _LINKS]
    return before[-1] if before and len(before[-1]) > 1 else ""


def _count(folded: str) -> int:
    match = _COUNT.search(folded)
    return " 一二三四五六七八九十".index(match[1].replace("两", "二")) if match else 0


def _units(kind: AnswerType, folded: str, start: int, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Return the measure words that an answer must carry, none where the question does not say."""
    if kind == "ratio":
        return ("%", "百分之", "百分点", "成", "倍", "分之")
    if kind == "rank":
        return ("第",)
    if kind != "quantity":
        return ()
    for phrase, unit in _MEASURE_OF_SIZE.items():
        if phrase in folded:
            return (unit,)
    match = _UNIT.match(folded, start)
    if match and match["unit"]:
        # 家 is a measure word in 多少家企业 but a part of 家具 in 多少家具.
        begin, end = match.span("unit")
        if not any(t.start == begin and t.end > end and t.label != "q" for t in tokens):
            return (match["unit"],)
    if _MONEY.search(folded):
        return ("元", "美元", "欧元", "块钱")
    return ()
