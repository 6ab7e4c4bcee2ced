"""Where a question has its gap, and what type of thing fills it.

The words that Chinese asks with tell it (谁, 几时), the noun beside one that tells nothing (什么职业), or a
noun alone (开幕时间).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.heads import type_of_noun
from qa.interpretation import AnswerType
from qa.tagging import Token, tag

__all__ = ["asks_in_words", "count_asked", "find_gap", "units_asked"]

Gap = tuple[AnswerType, int, int]
_ISSUE = "印发|发布|颁布|出台|主办|承办|举办|协办|制定|建设|开发|研发|研制|推出|提出|组织|负责|设立|成立|主持|起草|投资|运营"
_TITLE = (
    "人|员|长|主任|书记|主席|总裁|经理|教授|记者|教练|冠军|总干事|院士|专家|医生|法官|检察官|律师|作者|导演|老师|教师|"
    "工程师|代表|司机|师|者|手|家"
)
_RATE = r"比例|占比|比率|比重|(?<![频心汇])(?<!(?<!成)功)率"
_SEVERAL = "[两二三四五六七八九十几]"


def _compiled(*patterns: tuple[AnswerType, str]) -> tuple[tuple[AnswerType, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in patterns)


# Question words that tell the type by themselves: the first that is found decides, and marks the gap.
_TELLING = _compiled(
    ("yesno", r"(?<!干)吗[?。]?$"),
    ("role", r"(?:担任|出任|任)过?什么[?。]?$|是[做干]什么(?:工作)?的|是(?:什么|何许)人[?。]?$"),
    ("ratio", rf"百分之(?:多少|几)|几成|多少个百分点|多少的?(?:比例|百分比)|(?:{_RATE})(?:是|为|达到?了?|有|约)?(?:多少|几|多[高大])|[同环]比[^,，。]{{0,6}}?多少(?![\u4e00-\u9fff])"),
    ("rank", r"第几(?:位|名|届|次|个|批)?|排名?(?:多少|几)|第多少(?:位|名)?"),
    ("date", r"(?:西元|公元|民国|纪元)前?(?:几|多少)年"),
    ("duration", r"多长时间|多久|多少(?:个月|个?(?:天|年(?![轻龄])|小时|分钟|秒|周|星期))"),
    ("date", r"什么时[候后]|什么时间|何时|哪一?(?:天|年|月|日)|哪一?个月|几月(?:几[日号])?|几[日号点时]|什么日期|何日|何年|哪年哪月"),
    ("quantity", r"多少|若干|多大(?![学型众])|多高(?![校层铁级])|多长(?!期)|多远|多重(?![要身性大])|多深|多宽|多快"),
    ("agent", rf"谁(?=[^，。]*?(?:{_ISSUE}))|由谁|(?:{_ISSUE})(?:方|者|单位|机构)?(?:的)?是谁"),
    ("person", rf"谁|哪一?位|哪{_SEVERAL}位|何人|什么人|哪一?(?:个|些|名)人|(?:{_TITLE})(?P<gap>名?叫什么(?:名字)?|姓甚名谁|姓什么|名字是什么|的名字)"),
    ("explain", r"(?<![称誉视列聘译])(?<![命取改更]名)(?<![缩简]写)为(?:什么|何)|因何|怎么|如何|怎样"),
    ("place", r"哪里|哪儿|哪一?边|何处|何地|什么地方|(?<=在)哪(?![一两二三四五六七八九十几些个种类场次届句本部条项方座年家所段期])|哪一?国(?![际王])"),
    ("organisation", r"哪一?队"),
    ("list", r"分别(?:是|有|为)(?:什么|哪些?)|(?<!首)都(?:是|有|为)(?:什么|哪些?)|包括(?:什么|哪些)"),
)  # fmt: skip
# Question words that ask for what the noun beside them names; ``several`` of it are a list, of ``kinds`` one is told.
_WHAT = re.compile(
    rf"(?P<several>哪(?:些|{_SEVERAL}|\d+)(?:大|个|项|种|类|点|家|条|座|所|款|支)?|(?<![拥具享持没])有什么)"
    r"|(?P<kinds>(?:什么|何|哪一?)[样种类]的?)|哪(?:一?[个家所座支间部本款项届场条艘架颗首只把名句段]|一)?|什么|啥|干嘛|何者"
    r"|(?<=[有以因从用受依据到向叫属是为被由居])何(?!方)"
)
# 几 and 是否 stand in statements too: they ask only where no other word does.
_UNSURE = _compiled(
    ("yesno", r"是否|能否|可否|([是能会对要可需])不\1以?|有没有"),
    ("duration", r"几(?:个月|个?(?:天|年|小时|分钟|秒|周|星期))"),
    ("quantity", r"几(?=[^乎十百千何]|$)"),
)
# A noun that a question without any such word ends in, and what links it to the gap.
_BY_NOUN = re.compile(
    r"([^。]*?)(?P<link>(?:是|(?<![行作认以成])(?<!(?<![原起主死成诱病])因)为)(?:因为|由于)?|叫做?)?[? ]*$"
)
_LINKED = re.compile(r"(.*?)(?:大约|约|分别)?(?:是|为|有|在)(?:因为)?$")
# 人们称它为: what something is called is a name.
_CALLED = re.compile(r"[称叫改译][^,，]*$")
_TASK = re.compile(r"(?:请|麻烦|帮我)*(?:介绍|讲讲|说说|谈谈|描述|总结|概括)")
_COMMON = frozenset({"n", "nz", "nw", "vn", "an", "s", "a"})
_PROPER = frozenset({"PER", "LOC", "ORG"})
_TERRITORIES = frozenset({"国家", "国", "省", "省份", "城市", "地区"})
# 哪个部门 is a gap as a whole; of 比例是多少 only 多少 is one, the rest is evidence.
_WHOLE_GAPS = frozenset({"organisation", "place", "list"})
_QUESTION_WORD = re.compile(
    r"百分之(?:多少|几)|第?(?:多少|几)|什么|哪[一-龥]?|何|谁|怎么样?|怎样|如何|啥|多[大高长远重深宽快久]|是否|吗"
)
_COUNT = re.compile(r"哪([两二三四五六七八九十])")
_UNIT = re.compile(
    r"(?:多少|几|若干)(?P<unit>个百分点|人次|平方米|平方公里|立方米|公里|千米|万元|亿元|公顷|千瓦时|"
    r"[个件家起名人次条项位元块吨亩米斤台辆艘架座所处例宗笔户种类门部本篇张套只头株棵份批届场支岁分度层级枚颗粒首道段公里])?"
)
_CALENDAR = (
    (re.compile(r"哪一?年|何年"), ("年",)),
    (re.compile(r"哪个?月|几月(?!几)"), ("月",)),
    (re.compile(r"哪一?[天日]|几[日号]|何日"), ("日", "号", "天", "周", "星期")),
    (re.compile(r"几[点时]"), ("时", "点")),
)
# What is counted tells the measure word where the question has none: 多少游客 is answered in 人次 or 名.
_MEASURES = (
    (re.compile(r"年纪|年龄|多大岁数|几岁"), ("岁",)),
    (re.compile(r"人口"), ("人",)),
    (re.compile(r"人数"), ("人", "名", "位", "人次")),
    (re.compile(r"震级"), ("级",)),
    (re.compile(r"面积"), ("亩", "平方米", "平方公里", "平方千米", "公顷")),
    (re.compile(r"多[高长深宽]"), ("米", "公里")),
    (re.compile(r"多[远快]|里程"), ("公里", "千米", "米", "海里")),
    (re.compile(r"多重|重量|产量"), ("吨", "斤", "克")),
    (re.compile(r"发[^，。]*电|用电量|发电量|电量"), ("千瓦时", "度")),
    (re.compile(r"装机"), ("千瓦", "兆瓦", "吉瓦")),
    (
        re.compile(
            r"(?:多少|几)(?:人|读者|老人|乘客|选手|游客|群众|学生|职工|居民|村民|农民|员工|观众|志愿者|旅客|孩子|患者|从业人员)"
        ),
        ("人", "名", "位", "人次"),
    ),
    (
        re.compile(
            r"多少钱|金额|总额|投资|放款|贷款|资金|收入|产值|营收|销售额|价格|票价|费用|花费|花了|付了|掏了|罚款|奖金|补贴|"
            r"支出|成交额|赔偿|损失"
        ),
        ("元", "美元", "欧元", "块钱"),
    ),
)


def find_gap(folded: str) -> Gap:
    """Return the type asked for and the span of the gap, which without a question word is at the end."""
    asked = _gap_of_word(folded)
    if asked:
        return asked
    match = _BY_NOUN.match(folded)
    if match is None or _TASK.match(folded):
        return "other", len(folded), len(folded)
    noun, linked = match[1], bool(match["link"])
    called = linked and bool(_CALLED.search(noun))
    kind = None if called else type_of_noun(noun, "linked" if linked else "alone")
    end = max(match.end(1), match.end("link"))
    return kind or ("name" if linked else "other"), end, end


def asks_in_words(folded: str) -> bool:
    """Whether a text has a question word, and not only a noun that may ask."""
    return _gap_of_word(folded) is not None


def _gap_of_word(folded: str) -> Gap | None:
    text = folded.replace("甚么", "什么")
    for kind, pattern in _TELLING:
        match = pattern.search(text)
        if match and (kind != "explain" or _asks_why(text, match)):
            named = match.groupdict().get("gap")
            return kind, *(match.span("gap") if named else _inner(text, kind, *match.span()))
    what = _WHAT.search(text)
    if what:
        kind, end = _type_of_what(text, what)
        return kind, *_inner(text, kind, what.start(), end)
    for kind, pattern in _UNSURE:
        match = pattern.search(text)
        if match:
            return kind, *_inner(text, kind, *match.span())
    return None


def _inner(text: str, kind: AnswerType, start: int, end: int) -> tuple[int, int]:
    """Return the question word in a gap, or all of it where there is none."""
    inner = None if kind in _WHOLE_GAPS else _QUESTION_WORD.search(text, start, end)
    return inner.span() if inner else (start, end)


def _type_of_what(text: str, what: re.Match[str]) -> tuple[AnswerType, int]:
    """Return the type that the noun behind 什么 or 哪个 tells, or the one before, and the end of the gap."""
    kind, end = (None, what.end()) if what["kinds"] else _type_of_nouns(_nouns_behind(text, what.end()))
    if what["several"]:
        return (kind, what.end()) if kind in {"explain", "role"} else ("list", what.end())
    if kind:
        return kind, end
    linked = _LINKED.match(text[: what.start()]) if not text[what.end() :].strip(" ?。") else None
    return (type_of_noun(linked[1], "linked") if linked else None) or "name", what.end()


def _type_of_nouns(nouns: Sequence[Token]) -> tuple[AnswerType | None, int]:
    """Return what the last noun that tells a type tells, and where it ends (the 合作 of 哪个组织合作 tells none)."""
    if nouns and nouns[0].word in _TERRITORIES:
        return "place", nouns[0].end
    for last in range(len(nouns), 0, -1):
        kind = type_of_noun("".join(token.word for token in nouns[:last]), "behind")
        if kind:
            return kind, nouns[last - 1].end
    return None, 0


def _nouns_behind(text: str, start: int) -> list[Token]:
    """Return the nouns that follow each other from ``start`` on; a name only begins them (英国演员)."""
    nouns: list[Token] = []
    tokens = [token for token in tag(text) if token.start >= start]
    if not tokens or tokens[0].start > start:  # the tagger makes one word of 三方面
        tokens = [replace(t, start=t.start + start, end=t.end + start) for t in tag(text[start:])]
    for token in tokens:
        told, last = type_of_noun(token.word, "behind"), not text[token.end :].strip(" ?。")
        # The tagger takes 组织 and 影响 for verbs at times.
        common = token.label in _COMMON or (told and (last or (not nouns and told != "explain")))
        if not common and not (token.label in _PROPER and all(n.label in _PROPER for n in nouns)):
            break
        nouns.append(token)
    return nouns


def _asks_why(text: str, match: re.Match[str]) -> bool:
    """Whether 为什么 asks why, and not what something is called or is (称为什么, 首府为何, 丘陵为什么地形)."""
    if text[match.start()] != "为":
        return True
    word = next(token for token in tag(text) if token.start <= match.start() < token.end)
    nouns = _nouns_behind(text, match.end())
    behind = text[match.end() :].strip(" ?。")
    if word.word.endswith(("因为", "因为什么", "因为何")):
        return not nouns or type_of_noun(nouns[0].word, "behind") == "explain"
    if word.word not in {"为什么", "为何"}:
        return False
    if behind:
        described = "".join(n.word for n in nouns) == behind and nouns[-1].label == "n"
        return not described and behind[0] != "的"
    return not any(token.end == match.start() and token.label in _COMMON | _PROPER for token in tag(text))


def count_asked(folded: str) -> int:
    """Return how many things a question asks for (3 for 哪三项), 0 where it does not say."""
    match = _COUNT.search(folded)
    return " 一二三四五六七八九十".index(match[1].replace("两", "二")) if match else 0


def units_asked(kind: AnswerType, folded: str, start: int) -> tuple[str, ...]:
    """Return the measure words that an answer must carry, none where the question does not say.

    ``start`` is where the gap begins.
    """
    if kind == "ratio":
        return ("%", "‰", "百分之", "百分点", "成", "倍", "分之")
    if kind == "rank":
        return ("第", "首", "榜", "冠", "亚", "季")
    if kind == "date":
        return next((units for pattern, units in _CALENDAR if pattern.search(folded)), ())
    if kind == "quantity":
        match = _UNIT.match(folded, start)
        if match and match["unit"]:
            return (match["unit"],)
        return next((units for pattern, units in _MEASURES if pattern.search(folded)), ())
    return ()
