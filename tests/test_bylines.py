import pytest

from qa.bylines import (
    caption_label,
    is_byline,
    is_dateline,
    is_editors_credit,
    is_photo_credit,
    is_run_in,
    people_of_byline,
    people_of_run_in,
    run_in_length,
    tidy_credit,
)


@pytest.mark.parametrize(
    "text", ["□　本报记者 林小荷 何平", "本报记者　林小荷", "□　本报通讯员 于大川", "本报评论员", "■ 林小荷"]
)
def test_bylines_are_told(text: str) -> None:
    assert is_byline(text)


@pytest.mark.parametrize(
    "text",
    [
        "本报记者从水务局了解到，水位已经下降。",
        "记者了解到",
        "小镇图书馆开门迎客",
        "□　这一年，水位下降了。",
        "",
    ],
)
def test_text_is_no_byline(text: str) -> None:
    assert not is_byline(text)


def test_people_of_several_lines_with_padded_names() -> None:
    lines = ["□　本报记者   何  平", "□　本报通讯员 于大川", "林  荷"]
    assert people_of_byline(lines) == ["本报记者 何平", "本报通讯员 于大川", "本报通讯员 林荷"]


def test_people_of_one_line_with_two_roles() -> None:
    assert people_of_byline(["本报记者 何平 本报通讯员 于大川"]) == ["本报记者 何平", "本报通讯员 于大川"]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("本报讯 记者何平 河东县近日修好了桥。", ["本报记者 何平"]),
        ("本报讯 记者何平 通讯员于大川 3月2日，桥修好了。", ["本报记者 何平", "本报通讯员 于大川"]),
        ("新华社成都3月2日电（记者何平、林小荷）桥修好了。", ["新华社记者 何平", "新华社记者 林小荷"]),
        (
            "本报成都３月２日讯新华社记者何平、本报记者林小荷报道：桥修好了。",
            ["新华社记者 何平", "本报记者 林小荷"],
        ),
        ("本报讯 桥修好了。", []),
        ("记者何平来到桥边。", []),
    ],
)
def test_people_of_a_run_in_beginning(text: str, people: list[str]) -> None:
    assert people_of_run_in(text) == people


def test_datelines_stand_alone() -> None:
    assert is_dateline("本报成都3月2日讯")
    assert is_dateline("2025年3月2日")
    assert not is_dateline("本报成都3月2日讯 桥修好了")
    assert not is_dateline("本报讯")


def test_run_in_openings() -> None:
    assert is_run_in("据新华社成都３月２日电（记者何平）桥修好了。")
    assert is_run_in("本报讯桥修好了。")
    assert not is_run_in("他在本报讯息栏里读到了这件事。")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("本报讯 记者林小荷 通讯员何平 3月26日，渔港开海。", "3月26日，渔港开海。"),
        ("新华社江岸3月26日电（记者林小荷、何平）渔港开海。", "渔港开海。"),
        ("本报讯 渔港开海。", "渔港开海。"),
        # Where the name ends is not sure, or it is part of the sentence.
        ("本报讯 记者林小荷从渔港获悉，今天开海。", "记者林小荷从渔港获悉，今天开海。"),
        ("渔港开海，本报讯。", "渔港开海，本报讯。"),
        ("", ""),
    ],
)
def test_a_run_in_is_as_long_as_it_is_sure(text: str, rest: str) -> None:
    assert text[run_in_length(text) :] == rest


def test_caption_labels_and_credits() -> None:
    assert caption_label("图① 河东县的新桥。") == 3
    assert caption_label("图书馆开门") == 0
    assert is_photo_credit("本报记者 何平 摄")
    assert is_photo_credit("何  平摄（影像中国）")
    assert not is_photo_credit("新桥通车后，往来方便。")
    assert tidy_credit("本报记者  何  平 摄") == "本报记者 何平 摄"


def test_editors_credits_are_told_from_text() -> None:
    assert is_editors_credit("责编：何平 美编：林小荷")
    assert not is_editors_credit("编辑部的同事都来了。")


@pytest.mark.parametrize(
    "text", ["汉" * 100_000, "□" + "汉字 " * 50_000, "本报记者" * 50_000, "（" * 100_000]
)
def test_patterns_are_linear(text: str) -> None:
    assert not is_byline(text)
    assert not is_dateline(text)
    assert not is_photo_credit(text)
    assert people_of_run_in(text) == []
