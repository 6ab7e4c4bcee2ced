"""Names in a text, told from names that only begin or end alike."""

import pytest

from qa.names import tells_of_person, tells_of_place


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("江西", "江西省化解纠纷38.1万件"),
        ("江西省", "江西化解纠纷38.1万件"),
        ("江西", "中共江西省委召开会议"),
        ("江西", "在江西综治中心"),
        ("南昌", "本报南昌3月27日讯"),
        ("南昌", "江西南昌的网格员"),
        ("上海", "上海市民走上街头"),
        ("上海", "上海街头人来人往"),
        ("上海", "北京、上海和广州"),
        ("上海", "他坐车去了上海"),
        ("南康", "赣州市南康区的家具"),
        ("束鹿", "刘七攻占束鹿县城"),
        ("中国", "加入中国共产党"),
    ],
)
def test_a_place_is_told(place: str, text: str) -> None:
    assert tells_of_place(place, text)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("上海", "江西化解纠纷38.1万件"),
        ("上海", "南昌市上海路上的居民"),
        ("上海", "南昌的北京路与上海路交叉口"),
        ("上海", "他买了一辆上海大众轿车"),
        ("上海", "他戴着上海牌手表"),
        ("海南", "列车开进上海南站"),
    ],
)
def test_a_place_is_not_told(place: str, text: str) -> None:
    assert not tells_of_place(place, text)


@pytest.mark.parametrize(
    ("person", "text", "told"),
    [
        ("王伟", "王伟说，灯塔亮了", True),
        ("王伟", "守灯人王伟", True),
        ("王伟", "记者 王伟 摄", True),
        ("王伟", "王伟民说，灯塔亮了", False),
        ("王伟", "守灯人林海生", False),
        ("占士·邦", "占士·邦是一个人物", True),
        ("科里尔", "选手基普鲁托·科里尔获得冠军", True),
    ],
)
def test_a_person_is_told_by_the_whole_name(person: str, text: str, told: bool) -> None:
    assert tells_of_person(person, text, f"{person}去了哪里") is told


def test_a_name_that_the_tagger_cut_short_in_the_question_is_the_same() -> None:
    assert tells_of_person("史继", "史继偕，字世程", "史继偕著有哪些书")
