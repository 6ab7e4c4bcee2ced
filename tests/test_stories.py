from qa.blocks import find_blocks
from qa.headlines import bigrams
from qa.pages import split_lines
from qa.stories import cut_stories, divide, share_headline

BRIDGE = "河东县的新桥昨天通车，大桥全长二百米，县长说往来方便多了。"
LIBRARY = "小镇图书馆藏书三万册，周末延长开放时间，馆长欢迎居民借阅。"


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


def test_headings_tell_where_a_second_body_begins() -> None:
    paragraphs = [bigrams(text) for text in (BRIDGE, "大桥两头都有路灯。", LIBRARY, "阅读角也开了。")]
    lines = [bigrams("小镇图书馆延长开放"), bigrams("河东县新桥通车")]
    assert divide(paragraphs, lines) == 2
    assert divide(paragraphs, lines[::-1]) == 2


def test_kicker_and_headline_of_one_body_divide_nothing() -> None:
    paragraphs = [bigrams(text) for text in (BRIDGE, "大桥两头都有路灯。", "夜里也亮。")]
    assert divide(paragraphs, [bigrams("河东县大桥全长二百米"), bigrams("新桥通车往来方便")]) is None
    assert divide(paragraphs, [bigrams("新桥通车")]) is None


def test_one_headline_over_two_reports() -> None:
    both = bigrams("河东新桥通车小镇图书馆延长开放")
    assert share_headline(bigrams(BRIDGE), bigrams(LIBRARY), [both], 2)
    assert not share_headline(bigrams(BRIDGE), bigrams(LIBRARY), [bigrams("河东新桥通车")], 2)


def test_a_text_that_keeps_its_words_is_not_divided() -> None:
    upper = "西山小学昨天接通同步课堂，音乐教室装上大屏，两地孩子一起唱歌。"
    lower = "西山小学的同步课堂由县里出钱，音乐教室和大屏也是，今年开课二百节。"
    lines = [bigrams("两地孩子一起唱歌"), bigrams("县里出钱今年开课二百节")]
    assert divide([bigrams(upper), bigrams(lower)], lines) is None
    other = "北岭果园的水渠由县里出钱，今年开课二百节讲怎样种果树。"
    assert divide([bigrams(upper), bigrams(other)], lines) == 1


def test_a_headline_and_its_subtitle_after_a_dash_divide_nothing() -> None:
    rows = ["　　" + BRIDGE, "　　" + LIBRARY, "河东县新桥通车"]
    assert first_words("\n\n".join([*rows, "小镇图书馆延长开放"])) == ["河东县的", "小镇图书"]
    assert first_words("\n\n".join([*rows, "——小镇图书馆延长开放"])) == ["河东县的"]


def test_the_marks_of_continued_articles_are_borders() -> None:
    rows = [
        "　　甲地修桥，人人高兴。", "　　修路的事也有了眉目。（下转第二版）",
        "　　乙地种树，满山翠绿。", "　　（上接第一版）丙地修渠，水到田头。", "　　渠水清清。",
    ]  # fmt: skip
    assert first_words("\n\n".join(rows)) == ["甲地修桥", "乙地种树", "（上接第"]
