"""Grammars of figures: numbers with their units, ratios, ranks, durations, times of the clock, dates."""

import re

__all__ = ["CLOCK", "DATE", "DURATION", "FIGURE", "KINDRED_MEASURES", "RANK", "RATIO", "same_measure"]

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
# 70至80公里, 400米至1700米; what something went from and to are two figures (从200元到350元).
_FROM = rf"(?:(?<![从由自\d.])(?:\d+(?:\.\d+)?)[万亿]?(?:{_MEASURE}|%)?(?:[-~－—–～]|至|到))?"
FIGURE = re.compile(rf"{_ABOUT}{_FROM}(?<![\d.])({_NUMBER})({_MEASURE})(?:以上|以下|左右|多)?")
RATIO = re.compile(
    rf"{_ABOUT}{_FROM}(?:\d+(?:\.\d+)?[%‰]|百分之{_DIGITS}|{_DIGITS}分之{_DIGITS}|{_DIGITS}个百分点|{_DIGITS}(?:成(?:[一二三四五六七八九半](?![个家名位人项件条]))?|倍))(?:以上|左右|多)?"
)
RANK = re.compile(rf"第{_DIGITS}[位名届次个批大]?|首位|榜首|冠军|亚军|季军")
DURATION = re.compile(
    rf"{_ABOUT}(?:{_NUMBER}多?(?:个半?)?|半个?)(?:年|月|天|日|周|星期|小时|分钟|秒|工作日|学期|季度)(?:多|半|以上|左右)?"
)
CLOCK = re.compile(r"(?:\d+小时)(?:\d+分钟?)(?:\d+秒)?|\d+分(?:钟)?\d+秒")
_CHINESE_DAY = "[〇零一二三四五六七八九十]"
DATE = re.compile(
    rf"(?:(?:\d{{2,4}}|{_CHINESE_DAY}{{4}})年(?:底|初|末|度)?)?(?:(?:\d{{1,2}}|{_CHINESE_DAY}{{1,3}})月(?:份|底|初|末|[上中下]旬)?)?"
    rf"(?:(?:\d{{1,2}}|{_CHINESE_DAY}{{1,3}})(?:日|号))?(?:[上下]午|凌晨|中午|晚上?|清晨)?(?:\d{{1,2}}[时点](?:\d{{1,2}}分|半|许)?)?"
    rf"(?:[至到—-](?:\d{{1,2}}月)?\d{{1,2}}日)?"
)
# Measure words that writers exchange: 多少家单位 is answered by 1744个单位.
KINDRED_MEASURES = (
    "个家所户处座",
    "名位个人",
    "件起例宗个桩",
    "条项个款",
    "种类个项",
    "台辆艘架部套",
    "篇本部册种",
    "次趟回场届",
)


def same_measure(one: str, other: str) -> bool:
    """Whether two measure words are the same, or of a kind that writers exchange (家 and 所)."""
    return one == other or any(
        one[-1:] in group and other[-1:] in group for group in KINDRED_MEASURES if one and other
    )
