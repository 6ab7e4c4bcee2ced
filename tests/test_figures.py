"""Figures as newspapers print them, and what only looks like one."""

import re

import pytest

from qa.figures import CLOCK, DATE, DURATION, FIGURE, RANK, RATIO, same_measure
from qa.segmentation import fold


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group() for match in pattern.finditer(fold(text)) if match.group()]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("化解38.1万件", ["38.1万件"]),
        ("排查３８．７万件，化解３８．１万件", ["38.7万件", "38.1万件"]),
        ("共1,744个单位", ["1,744个"]),
        ("共１，７４４个单位", ["1,744个"]),
        ("从业人员近50万人", ["近50万人"]),
        ("老旧小区三百二十三个", ["三百二十三个"]),
        ("高二十七点五米", ["二十七点五米"]),
        ("架起两座桥", ["两座"]),
        ("放款近20亿元", ["近20亿元"]),
        ("迎来3.2万人次", ["3.2万人次"]),
        ("占地2.5万平方米", ["2.5万平方米"]),
        ("时速90公里/小时", ["90公里/小时"]),
        ("400余家企业", ["400余家"]),
        ("几十艘船和数千人", ["几十艘", "数千人"]),
        ("服务300万次以上", ["300万次以上"]),
        ("发电1.5亿千瓦时", ["1.5亿千瓦时"]),
        ("老人一百零二岁", ["一百零二岁"]),
        ("水温8℃", ["8℃"]),
        ("硬盘12TB", ["12tb"]),
        ("时速达70-80公里", ["70-80公里"]),
        ("海拔400米至1,700米", ["400米至1,700米"]),
        ("约3到5万人", ["约3到5万人"]),
        ("从200元提高到350元", ["200元", "350元"]),
        ("从5个到8个", ["5个", "8个"]),
    ],
)
def test_a_number_is_found_with_its_unit(text: str, figures: list[str]) -> None:
    assert found(FIGURE, text) == figures


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("经过3道闸门", ["3道"]),
        ("通过5个村", ["5个"]),
        ("超过5个村", ["超过5个"]),
        ("逾三百人", ["逾三百人"]),
    ],
)
def test_words_of_about_are_told_from_words_that_end_alike(text: str, figures: list[str]) -> None:
    assert found(FIGURE, text) == figures


@pytest.mark.parametrize("text", ["2024年", "3.5", "办结率达99.8%", "灯塔", "12点", "编号38"])
def test_a_number_without_a_measure_word_is_no_figure(text: str) -> None:
    assert found(FIGURE, text) == []


@pytest.mark.parametrize(
    ("text", "ratios"),
    [
        ("办结率达99.8%", ["99.8%"]),
        ("增长３９．１％", ["39.1%"]),
        ("超过40%的家庭", ["超过40%"]),
        ("百分之三十的人", ["百分之三十"]),
        ("三分之二的船", ["三分之二"]),
        ("提高2.5个百分点", ["2.5个百分点"]),
        ("七成游客", ["七成"]),
        ("准点率九成八，", ["九成八"]),
        ("三成半的人", ["三成半"]),
        ("三成五位都去了", ["三成"]),
        ("翻了两倍", ["两倍"]),
        ("千分之五，即5‰", ["千分之五", "5‰"]),
        ("10件", []),
        ("第三", []),
        ("百分", []),
    ],
)
def test_ratios(text: str, ratios: list[str]) -> None:
    assert found(RATIO, text) == ratios


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("提升至第11位", ["第11位"]),
        ("得了第三名", ["第三名"]),
        ("第二十四届灯会", ["第二十四届"]),
        ("夺得冠军", ["冠军"]),
        ("位居首位", ["首位"]),
        ("11位老师", []),
        ("次第开放", []),
    ],
)
def test_ranks(text: str, ranks: list[str]) -> None:
    assert found(RANK, text) == ranks


@pytest.mark.parametrize(
    ("text", "durations"),
    [
        ("停航两天", ["两天"]),
        ("守灯三十年", ["三十年"]),
        ("建了3年多", ["3年多"]),
        ("办理需20个工作日", ["20个工作日"]),
        ("持续３个月左右", ["3个月左右"]),
        ("等了近40天", ["近40天"]),
        ("半年没下雨", ["半年"]),
        ("开了一个半小时", ["一个半小时"]),
        ("修了半个月", ["半个月"]),
        ("住了一年半", ["一年半"]),
        ("多年以后", []),
        ("5件", []),
    ],
)
def test_durations(text: str, durations: list[str]) -> None:
    assert found(DURATION, text) == durations


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("跑了2小时15分30秒", ["2小时15分30秒"]),
        ("跑了２小时15分钟", ["2小时15分钟"]),
        ("用了3分钟20秒", ["3分钟20秒"]),
        ("得了5分", []),
    ],
)
def test_measured_times(text: str, times: list[str]) -> None:
    assert found(CLOCK, text) == times


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("论坛于3月27日召开", ["3月27日"]),
        ("２０２４年３月２７日", ["2024年3月27日"]),
        ("二〇二四年三月二十七日", ["二〇二四年三月二十七日"]),
        ("2024年底建成", ["2024年底"]),
        ("3月下旬开海", ["3月下旬"]),
        ("上午9时30分开门", ["上午9时30分"]),
        ("9月20日晚开幕", ["9月20日晚"]),
        ("3月27日至29日举行", ["3月27日至29日"]),
        ("3月27号出发", ["3月27号"]),
        ("38.1万件", []),
        ("百年灯塔", []),
    ],
)
def test_dates(text: str, dates: list[str]) -> None:
    assert found(DATE, text) == dates


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("件", "件", True), ("家", "所", True), ("件", "元", False), ("", "", True), ("件", "", False)],
)
def test_measure_words_of_one_kind(one: str, other: str, same: bool) -> None:
    assert same_measure(one, other) is same
