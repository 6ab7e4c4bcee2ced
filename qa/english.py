"""Questions in English over Chinese text: what they ask for, and the provinces of China in them."""

import re

from qa.interpretation import AnswerType

__all__ = ["PROVINCES", "english_type", "english_units", "is_english", "provinces_in"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"\b[a-z]{2,}\b")
_OFFICE = "director|mayor|head|president|chief|manager|chairman|governor|minister|secretary|champion|winner|reporter"
_BODY = "company|firm|department|agency|ministry|bureau|court|hospital|school|university|organi[sz]ation|institute|bank"
_SITE = "city|province|country|county|town|village|district|place|station|region|port"
# The first pattern that is found decides, as in the Chinese ones of qa/gaps.py.
_TYPES: tuple[tuple[AnswerType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))  # type: ignore[misc]
    for kind, pattern in (
        ("yesno", r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b"),
        ("ratio", r"\bwhat (?:percent|percentage|share|proportion)|how many percent|\b(?:rate|efficiency|ratio)\b"),
        ("rank", r"\bwhat rank|\bhow .*\brank|\bwhere .*\brank"),
        ("duration", r"\bhow long (?:did|does|do|will|has|have|had|was|is)\b|\bhow many (?:years|months|weeks|days|hours|minutes)"),
        ("date", r"\bwhen\b|\b(?:what|which) (?:day|date|year|month|time)\b"),
        ("quantity", r"\bhow (?:many|much|deep|high|tall|far|large|big|old|wide|heavy|fast|long)\b|\bwhat number"),
        ("quantity", r"\bwhat (?:altitude|price|cost|amount|area|height|depth|length|total|population|output)"),
        ("role", r"\b(?:what|which) .*\b(?:position|post|title|job|role)\b"),
        ("person", rf"\bwho\b|\bwhose\b|\bname of the (?:{_OFFICE})|\bwhich (?:{_OFFICE})"),
        ("place", rf"\bwhere\b|\b(?:what|which) (?:{_SITE})\b"),
        ("organisation", rf"\b(?:what|which) (?:{_BODY})\b"),
        ("explain", r"\bwhy\b|\bhow (?:did|do|does|is|are|was|were|can|to)\b|\bwhat (?:caused|is the reason)"),
        ("list", r"\b(?:what|which) are\b|\bwhich (?:two|three|four|five)\b"),
        ("name", r"\bwhat\b|\bwhich\b"),
    )
)  # fmt: skip
_UNITS = (
    (re.compile(r"people|persons|visitors|tourists|residents|workers|runners|students|sailors|passengers"), ("人", "名", "位", "人次")),
    (re.compile(r"\bcost|money|spend|spent|price|yuan|invest|revenue|income|subsid"), ("元",)),
    (re.compile(r"\bhow (?:deep|high|tall|wide)\b|altitude|height|depth"), ("米",)),
    (re.compile(r"\bhow far\b"), ("公里", "千米", "米")),
    (re.compile(r"\barea\b"), ("亩", "平方米", "平方公里", "公顷")),
)  # fmt: skip
# GB/T 2260 in the romanisation that English texts use; 陕西 is spelt with two a's to tell it from 山西.
_PROVINCES = {
    "beijing": "北京", "tianjin": "天津", "hebei": "河北", "shanxi": "山西", "inner mongolia": "内蒙古",
    "liaoning": "辽宁", "jilin": "吉林", "heilongjiang": "黑龙江", "shanghai": "上海", "jiangsu": "江苏",
    "zhejiang": "浙江", "anhui": "安徽", "fujian": "福建", "jiangxi": "江西", "shandong": "山东",
    "henan": "河南", "hubei": "湖北", "hunan": "湖南", "guangdong": "广东", "guangxi": "广西",
    "hainan": "海南", "chongqing": "重庆", "sichuan": "四川", "guizhou": "贵州", "yunnan": "云南",
    "tibet": "西藏", "shaanxi": "陕西", "gansu": "甘肃", "qinghai": "青海", "ningxia": "宁夏",
    "xinjiang": "新疆", "hong kong": "香港", "macao": "澳门", "macau": "澳门", "taiwan": "台湾",
}  # fmt: skip
PROVINCES = frozenset(_PROVINCES.values())
_PROVINCE = re.compile(rf"\b(?:{'|'.join(_PROVINCES)})\b")


def is_english(folded: str) -> bool:
    """Whether a question has English words and not one Chinese character."""
    return not _HAN.search(folded) and len(_WORD.findall(folded)) > 1


def english_type(folded: str) -> AnswerType:
    """Return the type of thing that an English question asks for."""
    return next((kind for kind, pattern in _TYPES if pattern.search(folded)), "other")


def english_units(kind: AnswerType, folded: str) -> tuple[str, ...]:
    """Return the Chinese measure words that the answer must carry, none where the question does not say."""
    if kind == "ratio":
        return ("%", "百分之", "百分点", "成", "倍", "分之")
    if kind == "quantity":
        return next((units for pattern, units in _UNITS if pattern.search(folded)), ())
    return ()


def provinces_in(folded: str) -> tuple[str, ...]:
    """Return the Chinese names of the provinces that an English question names, each once."""
    return tuple(dict.fromkeys(_PROVINCES[name] for name in _PROVINCE.findall(folded)))
