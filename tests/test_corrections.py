"""Corrections: their grammar, what they force, and that no line is ever lost or used twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_articles import PAGE, check_spans, text_of

from qa.articles import Rebuilding, rebuild_page
from qa.corrections import Correction, parse_corrections
from qa.pages import split_lines

# 1 影像·乡村小学  2 byline  3-5 河东县…  6 新桥带来新生活  7-8 大桥…  9 dateline  10 kicker  11 一桥连两岸
# 12-14 caption and credit  15-18 caption and credits
# 19-21 图书馆  22-24 果园  25 西山果园苹果丰收  26 小镇图书馆开放  27 居民凭证借阅图书
# 28-30 到了夏天  31-32 游泳场
TEXT = text_of(PAGE)


def rebuild(*lines: str, text: str = TEXT) -> Rebuilding:
    refused: list[Exception] = []
    parsed = parse_corrections("page.txt.corrections", "\n".join(lines), refused.append)
    assert refused == []
    return rebuild_page(split_lines("page.txt", text), parsed.get("", {}).get("1", ()))


def owner(rebuilding: Rebuilding, line: int) -> int | None:
    return rebuilding.owners[line - 1]


def headline(rebuilding: Rebuilding, line: int) -> str:
    number = owner(rebuilding, line)
    assert number is not None
    return rebuilding.articles[number].headline


@pytest.mark.parametrize(
    "line",
    ["headline 37-38 = 12", "headline 5 = 12", "headline none = 12", "headline 37 = none", "split 45",
     "join 60 = 12", "join 60"],
)  # fmt: skip
def test_a_correction_reads_as_it_is_written(line: str) -> None:
    refused: list[Exception] = []
    parsed = parse_corrections("c", f"  {line}   # why\n\n# nothing\n", refused.append)
    ((correction,),) = parsed[""].values()
    assert str(correction) == line
    assert correction.place == "c:1"
    assert refused == []


def test_full_width_marks_and_digits_are_read() -> None:
    parsed = parse_corrections("c", "headline ３７－３８＝１２", lambda error: pytest.fail(str(error)))
    assert parsed == {"": {"1": (Correction("headline", (37, 38), 12),)}}


@pytest.mark.parametrize(
    "line",
    ["headline", "headline 3-2 = 1", "headline none = none", "join", "split x", "split 0", "join 0", "headline none = 0", "merge 1 2",
     "<script>", "headline 99999999999 = 1"],
)  # fmt: skip
def test_a_line_that_is_no_correction_is_told_with_its_number(line: str) -> None:
    refused: list[Exception] = []
    parsed = parse_corrections("a.txt.corrections", f"split 2\n{line}\nsplit 3", refused.append)
    assert [str(c) for c in parsed[""]["1"]] == ["split 2", "split 3"]
    (error,) = refused
    assert str(error).startswith("a.txt.corrections:2: ")
    assert "\n" not in str(error)


def test_sections_name_pages_and_members() -> None:
    text = "split 2\npage 3\nsplit 4\nfile 三月/二 版.txt\njoin 5\npage 2\njoin 6"
    parsed = parse_corrections("c", text, lambda error: pytest.fail(str(error)))
    told = {
        name: {page: [str(c) for c in cs] for page, cs in pages.items()} for name, pages in parsed.items()
    }
    assert told == {
        "": {"1": ["split 2"], "3": ["split 4"]},
        "三月/二 版.txt": {"1": ["join 5"], "2": ["join 6"]},
    }


def test_a_forced_headline_displaces_the_one_chosen() -> None:
    corrected = rebuild("headline 25 = 19")
    assert headline(rebuild(), 19) == "小镇图书馆开放"
    assert headline(corrected, 19) == "西山果园苹果丰收"
    assert owner(corrected, 25) == owner(corrected, 19)
    assert owner(corrected, 26) != owner(corrected, 19)
    article = corrected.articles[owner(corrected, 19) or 0]
    assert article.confidence > rebuild().articles[owner(rebuild(), 19) or 0].confidence
    (told,) = [d for d in corrected.decisions if d.told]
    assert (str(told.chosen), told.probability) == ("headline 25 = 19", 1.0)
    assert corrected.refused == ()


def test_no_headline_and_no_article() -> None:
    corrected = rebuild("headline none = 3")
    assert headline(corrected, 3) == ""
    alone = rebuild("headline 10-11 = none")
    assert headline(alone, 3) != "一桥连两岸"
    assert owner(alone, 10) == owner(alone, 11) != owner(alone, 3)


def test_a_split_in_the_middle_of_a_paragraph() -> None:
    corrected = rebuild("split 20")
    assert owner(corrected, 19) != owner(corrected, 20) == owner(corrected, 21)
    assert owner(rebuild(), 19) == owner(rebuild(), 20)


def test_a_split_at_a_subhead_makes_a_headline_of_it() -> None:
    corrected = rebuild("split 6")
    assert owner(corrected, 5) != owner(corrected, 7)


def test_a_join_with_and_without_a_target() -> None:
    assert owner(rebuild(), 19) != owner(rebuild(), 22)
    corrected = rebuild("join 22")
    assert owner(corrected, 19) == owner(corrected, 22)
    corrected = rebuild("join 28 = 3")
    assert owner(corrected, 28) == owner(corrected, 32) == owner(corrected, 3)
    article = corrected.articles[owner(corrected, 3) or 0]
    assert article.paragraphs[-1].text.startswith("游泳场")


def test_captions_join_an_article_and_take_a_headline() -> None:
    corrected = rebuild("join 12 = 3")
    article = corrected.articles[owner(corrected, 3) or 0]
    (caption,) = [p for p in article.paragraphs if p.role == "caption"]
    assert caption.credit == "本报通讯员 林  荷 摄"
    assert "本报通讯员 林荷 摄" in article.byline
    assert owner(corrected, 15) != owner(corrected, 3)
    assert headline(rebuild("headline 1 = 15"), 15) == "影像·乡村小学"
    assert headline(rebuild("headline 1 = 15"), 12) == ""


def test_a_heading_joins_as_a_subhead() -> None:
    article = rebuild("join 10 = 3", "headline 11 = 3").articles[0]
    assert "河东县举行新建大桥通车仪式" in [p.text for p in article.paragraphs if p.role == "subhead"]
    assert (article.kicker, article.headline) == ("", "一桥连两岸")


def test_texts_whose_headlines_are_told_stay_two_articles() -> None:
    text = "两地果园丰收\n\n　　本报讯 西山果园苹果丰收。\n\n　　本报讯 东岭枣园也丰收。\n"
    assert len(rebuild(text=text).articles) == 1
    corrected = rebuild("headline 1 = 2", "headline none = 3", text=text)
    assert [a.headline for a in corrected.articles] == ["两地果园丰收", ""]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["split 33"], "the page has the lines 1 to 32"),
        (["headline 1 = 99"], "the page has the lines 1 to 32"),
        (["headline 1-3 = 2"], "another use"),
        (["headline 10 = 3", "headline 10-11 = 19"], "another use"),
        (["headline 10 = 3", "headline 11 = 7"], "headline from another correction"),
        (["headline 10 = 26"], "line 26 is not in the text"),
        (["join 22 = 26"], "line 26 is not in the text"),
        (["join 2"], "no article stands above line 2"),
        (["join 10 = 3", "headline 10 = 19"], "given to an article by another correction"),
    ],
)
def test_what_cannot_be_followed_is_one_line_and_the_rest_holds(lines: list[str], reason: str) -> None:
    corrected = rebuild(*lines, "join 28 = 3")
    (refused,) = corrected.refused
    assert refused.startswith(f"page.txt.corrections:{len(lines)}: ")
    assert reason in refused
    assert owner(corrected, 28) == owner(corrected, 3)


def test_a_page_without_text_refuses_all() -> None:
    corrected = rebuild("split 1", "headline none = 1", text="□　本报记者 何平\n")
    assert len(corrected.refused) == 2
    assert len(corrected.articles) == 1


numbers = st.integers(0, 34)
corrections = st.one_of(
    st.builds(lambda n: f"split {n}", numbers),
    st.builds(lambda n, m: f"join {n} = {m}", numbers, numbers),
    st.builds(lambda n: f"join {n}", numbers),
    st.builds(lambda n, k, m: f"headline {n}-{n + k} = {m}", numbers, st.integers(0, 4), numbers),
    st.builds(lambda n: f"headline none = {n}", numbers),
    st.builds(lambda n: f"headline {n} = none", numbers),
)
ANY_TEXT = st.text(alphabet="　 \n\n。“图①□本报记者讯摄3月2日电ab甲乙丙丁—", min_size=1, max_size=300)


@settings(max_examples=300, deadline=None)  # no time is asserted
@given(st.lists(corrections, max_size=6), st.one_of(st.just(TEXT), ANY_TEXT))
def test_whatever_is_corrected_every_line_is_in_one_article_or_left_out(lines: list[str], text: str) -> None:
    page = split_lines("page.txt", text)
    parsed = parse_corrections("c", "\n".join(lines), lambda error: None)
    rebuilt = rebuild_page(page, parsed.get("", {}).get("1", ()))

    check_spans(text, list(rebuilt.articles))
    assert len(rebuilt.owners) == len(page.lines)
    assert {k for k in rebuilt.owners if k is not None} == set(range(len(rebuilt.articles)))
    for number, article in enumerate(rebuilt.articles):
        starts = [start for paragraph in article.paragraphs for start, _ in paragraph.spans]
        printed = [k for k, line in enumerate(page.lines) if any(line.start <= s < line.end for s in starts)]
        assert {rebuilt.owners[k] for k in printed} <= {number}
    told = sum(decision.told for decision in rebuilt.decisions)
    assert told + len(rebuilt.refused) == len(parsed.get("", {}).get("1", ()))
