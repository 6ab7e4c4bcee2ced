"""Numerals of every way of writing to their values: 一百二十亿, 120亿 and 12,000,000,000 are one number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Numeral", "find_numerals", "value_of"]

_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCORES = {"廿": 20, "卅": 30}
_CHINESE = "〇零一二三四五六七八九两廿卅十百千"
_COUNTED = "〇零一二三四五六七八九"
_DECIMAL = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_PLAIN = re.compile(_DECIMAL)
# 三点五十分 and 三点一刻 are times of the clock.
_FRACTION = rf"点[{_COUNTED}]+(?![十分刻{_COUNTED}])"
# 三成 is 30 %, also in 三成五 and 三成半; but 一成立 and 五成员 begin with another word.
_TENTHS = "成(?![立为员功就长本果都效品交年绩熟分形型了])(?:半|[一二三四五六七八九](?![个家名位人项件条]))?"
_NUMERAL = re.compile(
    rf"(?P<share>百分之)?(?<![\d.])(?P<number>(?:{_DECIMAL}|[{_CHINESE}]|(?<=[{_CHINESE}]){_FRACTION}|[万亿])+)"
    rf"(?P<tenths>(?<=[\d一二三四五六七八九]){_TENTHS})?"
)
_MANTISSA = rf"(?:{_DECIMAL}|[一二三四五六七八九两])"
_BELOW_MYRIAD = re.compile(
    rf"(?:(?P<thousands>{_MANTISSA})千)?[〇零]?(?:(?P<hundreds>{_MANTISSA})百)?[〇零]?"
    rf"(?:(?P<tens>{_MANTISSA}?十)|(?P<scores>[廿卅]))?[〇零]?(?P<ones>{_DECIMAL}|[{_COUNTED}两])?"
    rf"(?:点(?P<fraction>[{_COUNTED}]+))?"
)
# 二〇二五, 一九九八: digit by digit, as years and numbers of rooms are.
_POSITIONAL = re.compile(rf"(?=.*[〇零]|.{{4}})[一二三四五六七八九][{_COUNTED}]{{2,}}")
_TO_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number written at ``text[start:end]``; shares count in hundredths (三成 and 百分之三十 are 30)."""

    value: Decimal
    start: int
    end: int

    @property
    def digits(self) -> str:
        """The value in plain digits, one form for each value: 12000000000, 0.5."""
        plain = f"{self.value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain


def find_numerals(folded: str) -> Iterator[Numeral]:
    """Yield the numerals of a folded text, in order; what has no one value (三四十, 千万) is left out.

    A single Chinese character (一, 三, 十) is none: it is mostly a part of a word.
    """
    for match in _NUMERAL.finditer(folded):
        number, tenths = match["number"], match["tenths"]
        if len(number) == 1 and not (number.isdigit() or tenths or match["share"]):
            continue
        value = value_of(number)
        if value is None:
            continue
        end = match.end("number")
        if tenths and value < 10:
            value, end = (
                value * 10 + (5 if tenths.endswith("半") else _DIGITS.get(tenths[1:], 0)),
                match.end(),
            )
        yield Numeral(value, match.start(), end)


def value_of(numeral: str) -> Decimal | None:
    """Return the value of one numeral (24, 二十四, 1.2万, 两千五), None where it is not well formed."""
    if _PLAIN.fullmatch(numeral):
        return Decimal(numeral.replace(",", ""))
    if _POSITIONAL.fullmatch(numeral):
        return Decimal(numeral.translate(_TO_DIGITS))
    for sign, unit in (("亿", 10**8), ("万", 10**4)):
        if sign in numeral:
            head, _, tail = numeral.rpartition(sign)
            times, rest = value_of(head), _rest(tail, unit)
            return times * unit + rest if times and rest is not None else None
    return _below_myriad(numeral)


def _rest(tail: str, unit: int) -> Decimal | None:
    """Return what follows 万 or 亿: 五 in 一万五 is half of one."""
    if len(tail) == 1 and tail in _DIGITS:
        return Decimal(_DIGITS[tail] * unit // 10)
    rest = value_of(tail.lstrip("〇零")) if tail else Decimal(0)
    return rest if rest is not None and rest < unit else None


def _below_myriad(numeral: str) -> Decimal | None:
    match = _BELOW_MYRIAD.fullmatch(numeral)
    if not (match and numeral):
        return None
    ones = _mantissa(match["ones"] or "零")
    if numeral[-2:-1] in {"百", "千"} and match["ones"]:
        ones *= 10 if numeral[-2] == "百" else 100  # 一百二 is 120, 两千五 is 2500
    tens = _mantissa(match["tens"][:-1] or "一") * 10 if match["tens"] else Decimal(0)
    tens += _SCORES.get(match["scores"], 0)
    higher = _mantissa(match["thousands"] or "零") * 1000 + _mantissa(match["hundreds"] or "零") * 100
    return higher + tens + ones + Decimal("0." + (match["fraction"] or "0").translate(_TO_DIGITS))


def _mantissa(written: str) -> Decimal:
    return Decimal(_DIGITS[written]) if written in _DIGITS else Decimal(written.replace(",", ""))
