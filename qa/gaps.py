"""Where a question has its gap, and what type of thing fills it: the words that Chinese asks with."""

import re

from qa.interpretation import AnswerType

__all__ = ["count_asked", "find_gap", "units_asked"]

_ORGANISATION = (
    "部门|单位|公司|机构|法院|检察院|企业|学校|中学|小学|大学|高校|学院|医院|局|厅|委|委员会|组织|协会|银行|报社|研究所|"
    "研究院|实验室|集团|团队|队|机关|工厂|厂|基金会|俱乐部"
)
_PLACE = "省|市|县|区|城市|国家|地区|国|村|镇|乡|地方|城|州|岛|街道|社区|港|机场|省份|县区|地点|场馆|站"
_ISSUE = "印发|发布|颁布|出台|主办|承办|举办|协办|制定|建设|开发|研发|研制|推出|提出|组织|负责|设立|成立|主持|起草|投资|运营"
_TITLE = (
    "人|员|长|主任|书记|主席|总裁|经理|教授|记者|教练|冠军|总干事|院士|专家|医生|法官|检察官|律师|作者|导演|老师|教师|"
    "工程师|代表|司机|师|者|手|家"
)
_KIND_OF_REASON = "要求|措施|做法|影响|作用|意义|目的|困难|问题|变化|特点|建议|办法|意见|任务|举措|方式|方面"
_SEVERAL = "[一二两三四五六七八九十几]"

# The first pattern that is found decides the type, and marks where the answer belongs.
_PATTERNS: tuple[tuple[AnswerType, str], ...] = (
    ("yesno", r"吗[?。]?$|是否|是不是|有没有|能不能|会不会|对不对"),
    ("role", r"(?:担任|任|是|做|有)?(?:什么|何|哪些|哪个)(?:职务|职位|身份|头衔|官职|岗位|职业)|(?:职务|职位|身份|头衔)(?:是|为)(?:什么|何|啥)|担任什么|任什么职|是[做干]什么的|是(?:什么|何许)人[?。]?$"),
    ("ratio", r"百分之(?:多少|几)|几成|多少个百分点|(?:比例|占比|比率|比重|[^频]率)(?:是|为|达到?|有|约)?(?:多少|几|多[高大])"),
    ("rank", r"第几(?:位|名|届|次|个|批)?|排名?(?:多少|几)|第多少(?:位|名)?"),
    ("duration", r"多长时间|多久|(?:几|多少)(?:个月|个?(?:天|年|小时|分钟|秒|周|星期))"),
    ("date", r"什么时候|什么时间|何时|哪一?(?:天|年|月|日)|哪个月|几月(?:几[日号])?|几[日号点时]|什么日期|何日|何年|哪年哪月"),
    ("quantity", r"多少|若干|(?<!哪)几(?=[^乎十百千何]|$)|多大|多高|多长|多远|多重|多深|多宽|多快"),
    ("agent", rf"谁(?=[^，。]*?(?:{_ISSUE}))|由谁|(?:{_ISSUE})(?:方|者|单位|机构)?(?:的)?是谁"),
    ("person", rf"谁|哪位|哪{_SEVERAL}位|何人|什么人|哪(?:个|些|名)人|(?:{_TITLE})(?P<gap>叫什么名字|叫什么|姓甚名谁|姓什么|名字是什么|的名字)"),
    ("explain", rf"(?<![称誉名叫定评改])为什么|为何|因何|什么原因|原因(?:是|有|在)|怎么|如何|怎样|(?:什么|哪些|哪{_SEVERAL}{{1,2}}(?:个|项|条|大|方面|点)*)(?:的)?(?:{_KIND_OF_REASON})"),
    ("list", r"哪(?:些|几|[两二三四五六七八九十\d]+)(?:大|个|项|种|类|点|家|条|座|所|款|支)?|(?:分别|都)(?:是|有|为)(?:什么|哪)|包括什么|有什么"),
    ("organisation", rf"(?:哪|什么)(?:一|几|两|三)?(?:个|家|些|所|支)?(?:[\u4e00-\u9fff]{{0,6}}?)(?:{_ORGANISATION})|哪家|哪所"),
    ("place", rf"哪里|哪儿|何处|何地|什么地方|(?:哪|什么)(?:一|几|两|三)?(?:个|座|些|处)?(?:[\u4e00-\u9fff]{{0,2}}?)(?:{_PLACE})|(?<=在)哪|哪国"),
    ("name", r"(?:叫做?|名为|称为|称作|被誉为|誉为|名叫|取名|命名为|题为)(?:什么|啥)|什么|哪(?:一|个|部|本|款|项|种|届|场|条|支|艘|架|颗|首|只|类|把|座|家)*|啥|何种|名称"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
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


def find_gap(folded: str) -> tuple[AnswerType, int, int]:
    """Return the type asked for and the span of the gap; a text that asks nothing has its gap at the end."""
    for kind, pattern in _COMPILED:
        match = pattern.search(folded)
        if match:
            named = bool(match.groupdict().get("gap"))
            start, end = match.span("gap") if named else match.span()
            whole = named or kind in _WHOLE_GAPS
            inner = None if whole else _QUESTION_WORD.search(folded, start, end)
            return kind, *(inner.span() if inner else (start, end))
    return "other", len(folded), len(folded)


def count_asked(folded: str) -> int:
    """Return how many things a question asks for (3 for 哪三项), 0 where it does not say."""
    match = _COUNT.search(folded)
    return " 一二三四五六七八九十".index(match[1].replace("两", "二")) if match else 0


def units_asked(kind: AnswerType, folded: str, start: int) -> tuple[str, ...]:
    """Return the measure words that an answer must carry, none where the question does not say.

    ``start`` is where the gap begins.
    """
    if kind == "ratio":
        return ("%", "百分之", "百分点", "成", "倍", "分之")
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
