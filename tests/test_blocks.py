from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa.blocks import Block, find_blocks
from qa.pages import split_lines


def blocks_of(*lines: str, gap: str = "\n\n") -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in find_blocks(split_lines("a", gap.join(lines)))]


def test_hard_wrapped_lines_become_paragraphs() -> None:
    found = blocks_of(
        "　　河东县今年修了三座桥，其", "中最长的一座有二百米，通车后", "往来省了半个小时。",
        "　　镇上的人都说，以后去集市", "方便多了。",
    )  # fmt: skip
    assert found == [
        ("body", "河东县今年修了三座桥，其中最长的一座有二百米，通车后往来省了半个小时。"),
        ("body", "镇上的人都说，以后去集市方便多了。"),
    ]


def test_a_full_last_line_does_not_swallow_the_subhead() -> None:
    found = blocks_of(
        "　　河东县今年修了三座桥，其", "中最长的一座有二百多米长呢。", "新桥带来新集市",
        "　　镇上的人都说，以后去集市", "方便多了。",
    )  # fmt: skip
    assert ("heading", "新桥带来新集市") in found
    assert [kind for kind, _ in found] == ["body", "heading", "body"]


def test_a_column_may_grow_wider_inside_a_paragraph() -> None:
    found = blocks_of(
        "　　河东县今年修了", "三座桥，都在六月初", "以前通车，桥上装了", "灯，夜里也很亮堂。",
        "　　桥头开了小店，", "卖些茶水点心，过路", "的人歇歇脚再上路。", "　　镇上的人都说，",
        "以后去集市买菜、送孩子上学都方便多了，", "到河西走亲戚也不用再绕远路，半小时就到，",
        "老人们更是高兴。",
    )  # fmt: skip
    assert [kind for kind, _ in found] == ["body", "body", "body"]


def test_two_spaces_indent_subheads_and_paragraphs() -> None:
    found = blocks_of(
        "　　河东县今年修了三座桥，其", "中最长的一座有二百米。", "  新桥通车：百姓走上“顺", "心路”",
        "　　镇上的人都说，以后去集市", "方便多了。", "  新桥通车，百姓高兴。桥头还", "开了一家小店。",
    )  # fmt: skip
    assert [kind for kind, _ in found] == ["body", "heading", "heading", "body", "body"]


def test_brackets_hold_a_paragraph_together() -> None:
    found = blocks_of("　　新华社成都３月２日电", "（记者何平）河东县的新桥", "通车了。")
    assert found == [("body", "新华社成都３月２日电（记者何平）河东县的新桥通车了。")]


def test_bylines_datelines_and_editors_credits() -> None:
    found = blocks_of(
        "□　本报记者 何  平", "               林  荷", "　　河东县今年修了三座桥。",
        "本报河东3月2日讯  ", "责编：于大川",
    )  # fmt: skip
    assert [kind for kind, _ in found] == ["byline", "byline", "body", "dateline", "editors"]


def test_captions_lose_their_label_and_keep_their_credits_apart() -> None:
    page = split_lines("a", "  图① 河东县的新桥通车，孩\n\n子们在桥上放风筝。\n\n本报记者 何平 摄\n")
    caption, credit = find_blocks(page)
    assert (caption.kind, caption.text) == ("caption", "河东县的新桥通车，孩子们在桥上放风筝。")
    assert page.text[slice(*caption.spans[0])] == "河东县的新桥通车，孩"
    assert (credit.kind, credit.text) == ("credit", "本报记者 何平 摄")


def test_plain_text_has_one_paragraph_a_line() -> None:
    found = blocks_of("河东新桥通车", "河东县今年修了三座桥。", "镇上的人都说方便多了，以后还要修路。")
    assert [kind for kind, _ in found] == ["heading", "body", "body"]


def test_flush_wrapped_text_is_parted_by_blank_lines() -> None:
    rows = [
        "河东县今年修了三座桥，其中",
        "最长的一座有二百米，已经通",
        "车了。",
        "",
        "镇上的人都说，以后去集市方",
        "便多了。",
    ]
    text = "\n".join(rows)
    found = [(block.kind, len(block.spans)) for block in find_blocks(split_lines("a", text))]
    assert found == [("body", 3), ("body", 2)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.text(alphabet="　 \n\r，。“”图①□本报记者讯摄3月2日电（）ab甲乙丙", max_size=300))
def test_spans_slice_back_and_do_not_overlap(text: str) -> None:
    page = split_lines("a", text)
    found: list[Block] = find_blocks(page)
    spans = [span for block in found for span in block.spans]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    for block in found:
        assert squeezed("".join(text[start:end] for start, end in block.spans)) == squeezed(block.text)
