import pytest

from qa.headlines import Candidate, Heading, bigrams, match_headings, title_parts

BRIDGE = "河东县的新桥昨天通车，大桥全长二百米，县长说往来方便多了。"
LIBRARY = "小镇图书馆藏书三万册，周末延长开放时间，馆长欢迎居民借阅。"
SCHOOL = "乡村小学的操场翻修一新，老师带着学生上体育课。"


def candidate(text: str, place: int, frame: int = 0, captions: bool = False) -> Candidate:
    return Candidate(bigrams(text), place, frame, captions)


def heading(text: str, place: int, run: int = 0, frame: int = 0) -> Heading:
    return Heading(text, float(len(text)), place, frame, run)


def owners(headings: list[Heading], candidates: list[Candidate]) -> dict[str, int | None]:
    matches = match_headings(headings, candidates)
    return {headings[k].text: match.candidate for match in matches for k in match.headings}


@pytest.mark.parametrize(
    "texts", [("小镇图书馆延长开放", "河东新桥通车"), ("河东新桥通车", "小镇图书馆延长开放")]
)
def test_two_headings_after_two_bodies_in_either_order(texts: tuple[str, str]) -> None:
    found = owners(
        [heading(texts[0], 2), heading(texts[1], 3)], [candidate(BRIDGE, 0), candidate(LIBRARY, 1)]
    )
    assert found == {"河东新桥通车": 0, "小镇图书馆延长开放": 1}


def test_two_lines_of_one_headline_stay_together() -> None:
    lines = [heading("县长说往来方便", 1), heading("河东新桥通车", 2)]
    matches = match_headings(lines, [candidate(BRIDGE, 0)])
    assert [(match.headings, match.candidate) for match in matches] == [((0, 1), 0)]


def test_a_column_title_goes_to_the_captions_not_to_the_body_below_it() -> None:
    found = owners(
        [heading("关注·小学操场", 0, run=0), heading("河东新桥通车", 2, run=1)],
        [candidate(BRIDGE, 1), candidate(SCHOOL, 3, captions=True)],
    )
    assert found == {"关注·小学操场": 1, "河东新桥通车": 0}


def test_a_heading_may_belong_to_no_body() -> None:
    found = owners([heading("完全无关之事", 0, frame=0)], [candidate(BRIDGE, 5, frame=3)])
    assert found == {"完全无关之事": None}
    assert match_headings([], []) == []


@pytest.mark.parametrize(("frame", "captions"), [(0, True), (1, True), (1, False)])
def test_a_run_is_not_divided_between_a_body_and_captions_or_another_frame(
    frame: int, captions: bool
) -> None:
    lines = [heading("小学操场翻修一新", 1), heading("河东新桥通车", 2)]
    own = candidate(BRIDGE + "小学操场也修好了。", 0)
    other = candidate(SCHOOL, 3, frame, captions)
    matches = match_headings(lines, [own, other])
    assert [(match.headings, match.candidate) for match in matches] == [((0, 1), 0)]


def test_a_subtitle_after_a_dash_stays_with_its_headline() -> None:
    lines = [heading("河东新桥通车", 2), heading("——小镇图书馆延长开放", 3)]
    matches = match_headings(lines, [candidate(BRIDGE, 0), candidate(LIBRARY, 1)])
    assert [match.headings for match in matches] == [(0, 1)]
    lone = [heading("——小镇图书馆延长开放", 2)]
    assert owners(lone, [candidate(LIBRARY, 1)]) == {"——小镇图书馆延长开放": 0}


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (["河东新桥通车"], ("", "河东新桥通车", "")),
        (["河东县召开交通建设现场会", "新桥通车"], ("河东县召开交通建设现场会", "新桥通车", "")),
        (["县长强调", "管好用好每一座新桥"], ("县长强调", "管好用好每一座新桥", "")),
        (["新桥通车", "——访河东县县长"], ("", "新桥通车", "——访河东县县长")),
        (["河东县开现场会", "新桥通车", "往来省半小时"], ("河东县开现场会", "新桥通车", "往来省半小时")),
        (["河东县的新桥昨天上午正式通", "车"], ("", "河东县的新桥昨天上午正式通车", "")),
    ],
)  # fmt: skip
def test_parts_of_a_title(lines: list[str], parts: tuple[str, str, str]) -> None:
    assert title_parts(lines, [float(len(line)) for line in lines]) == parts
