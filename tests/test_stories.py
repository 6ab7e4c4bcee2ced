from qa.blocks import find_blocks
from qa.pages import split_lines
from qa.stories import cut_stories


def first_words(text: str) -> list[str]:
    blocks = find_blocks(split_lines("a", text))
    return [blocks[story.text[0]].text[:4] for story in cut_stories(blocks).stories]


def test_borders_are_frames_bylines_openings_and_datelines() -> None:
    rows = [
        " 　　甲地修桥，人人高兴。", "　　本报讯 乙地修路，也很高兴。", "□　本报记者 何平",
        "　　丙地修渠，水到田头。", "本报丙地3月2日讯", "　　丁地种树，满山翠绿。",
    ]  # fmt: skip
    text = "\n\n".join(rows)
    assert first_words(text + "\n 　　戊地办学，书声琅琅。\n") == [
        "甲地修桥",
        "本报讯 ",
        "丙地修渠",
        "丁地种树",
        "戊地办学",
    ]


def test_a_signature_below_the_text_begins_nothing() -> None:
    assert first_words("　　甲地修桥，人人高兴。\n\n□　本报记者 何平\n\n甲地新桥通车\n") == ["甲地修桥"]


def test_an_unindented_rest_of_another_article_begins_a_story() -> None:
    rows = [
        "　　甲地修桥，人人高兴，都说", "往后方便。",
        "（区、县）都修了路，人们出门", "再也不怕下雨天泥泞难行了。",
        "　　路边还种了树，夏天走在路", "上十分凉快。",
    ]  # fmt: skip
    assert first_words("\n".join(rows)) == ["甲地修桥", "（区、县"]


def test_a_heading_inside_a_text_is_a_subhead_but_not_above_a_new_opening() -> None:
    rows = [
        "　　甲地修桥，人人高兴。",
        "修桥带来新变化",
        "　　新桥方便了百姓。",
        "乙地修路",
        "　　本报讯 乙地修路。",
    ]
    blocks = find_blocks(split_lines("a", "\n\n".join(rows)))
    cut = cut_stories(blocks)
    assert [len(story.text) for story in cut.stories] == [3, 1]
    assert [h.text for h in cut.headings] == ["乙地修路"]
