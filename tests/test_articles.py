from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import rebuild_page
from qa.pages import split_lines
from qa.records import Article

SHARED = Path(__file__).parents[2] / "shared"
CORPUS = SHARED / "corpus" / "000_5d882022b27b58b6.txt"

PAGE = [
    [
        "影像·乡村小学", "□　本报记者 何平", "　　河东县的新桥昨天通车，大", "桥全长二百米，两岸居民往来",
        "方便多了。", "新桥带来新生活", "　　大桥两头装了路灯，夜里过", "桥也不怕黑。", "本报河东3月2日讯  ",
        "河东县举行新建大桥通车仪式", "一桥连两岸", "  图① 乡村小学的操场翻修一", "新，孩子们在上体育课。",
        "本报通讯员 林  荷 摄", "  图② 乡村小学的老师教学生", "跳绳。", "本报记者 何平",
        "本报通讯员 于大川 摄",
    ],
    [
        "　　本报讯 记者何平 小镇图书", "馆近日开放，藏书三万册，居", "民凭证借阅。",
        "　　本报讯 记者林荷 西山果园", "今年苹果丰收，果农忙着采摘", "装箱。",
        "西山果园苹果丰收", "小镇图书馆开放", "居民凭证借阅图书",
    ],
    ["到了夏天，河边的游泳场也开", "放了，来的人很多，每天要等半", "个小时。",
     "　　游泳场有救生员看护，家长", "们都放心，孩子们都高兴。"],
]  # fmt: skip


def text_of(frames: list[list[str]]) -> str:
    return "\n".join(" " + "\n\n".join(frame) for frame in frames) + "\n"


def rebuild(text: str) -> list[Article]:
    return list(rebuild_page(split_lines("page.txt", text)).articles)


def by_opening(articles: list[Article], words: str) -> Article:
    return next(a for a in articles if a.paragraphs[0].text.startswith(words))


def test_a_page_of_several_articles_in_page_order() -> None:
    articles = rebuild(text_of(PAGE))
    assert [article.paragraphs[0].text[:4] for article in articles] == [
        "河东县的",
        "乡村小学",
        "本报讯 ",
        "本报讯 ",
        "到了夏天",
    ]
    assert len({article.article_id for article in articles}) == 5
    assert all(0.0 < article.confidence <= 1.0 for article in articles)


def test_headline_byline_dateline_and_subhead() -> None:
    article = by_opening(rebuild(text_of(PAGE)), "河东县")
    assert (article.kicker, article.headline) == ("河东县举行新建大桥通车仪式", "一桥连两岸")
    assert article.byline == ("本报记者 何平",)
    assert article.dateline == "本报河东3月2日讯"
    assert [p.role for p in article.paragraphs] == ["body", "subhead", "body"]
    assert article.paragraphs[0].text == "河东县的新桥昨天通车，大桥全长二百米，两岸居民往来方便多了。"


def test_captions_under_a_column_title_form_one_article() -> None:
    article = by_opening(rebuild(text_of(PAGE)), "乡村小学")
    assert article.headline == "影像·乡村小学"
    assert [p.role for p in article.paragraphs] == ["caption", "caption"]
    assert [p.credit for p in article.paragraphs] == [
        "本报通讯员 林  荷 摄",
        "本报记者 何平\u3000本报通讯员 于大川 摄",
    ]
    assert article.byline == ("本报通讯员 林荷 摄", "本报记者 何平", "本报通讯员 于大川 摄")


def test_captions_without_a_title_stand_alone() -> None:
    frames = [PAGE[0][1:], *PAGE[1:]]
    captions = [a for a in rebuild(text_of(frames)) if a.paragraphs[0].role == "caption"]
    assert [len(a.paragraphs) for a in captions] == [1, 1]
    assert all(a.headline == "" for a in captions)


def test_two_headlines_after_two_bodies_in_reverse() -> None:
    articles = rebuild(text_of(PAGE))
    library, orchard = (a for a in articles if a.paragraphs[0].text.startswith("本报讯"))
    assert library.headline + library.subtitle == "小镇图书馆开放居民凭证借阅图书"
    assert library.byline == ("本报记者 何平",)
    assert orchard.headline == "西山果园苹果丰收"
    assert orchard.byline == ("本报记者 林荷",)


def test_a_continuation_is_an_article_of_its_own() -> None:
    article = by_opening(rebuild(text_of(PAGE)), "到了夏天")
    assert article.headline == ""
    assert [len(p.spans) for p in article.paragraphs] == [3, 2]


def test_reports_under_one_headline_are_one_article() -> None:
    rows = ["两地果园丰收", "　　本报讯 西山果园苹果丰收。", "　　本报讯 东岭枣园也丰收。"]
    (article,) = rebuild("\n\n".join(rows))
    assert article.headline == "两地果园丰收"
    assert len(article.paragraphs) == 2


def test_blank_lines_and_ideographic_spaces_do_not_matter() -> None:
    text = text_of(PAGE)
    wanted = [(a.headline, [p.text for p in a.paragraphs]) for a in rebuild(text)]
    for other in (text.replace("\n\n", "\n"), text.replace("　　", "    "), text.replace("\n", "\r\n")):
        assert [(a.headline, [p.text for p in a.paragraphs]) for a in rebuild(other)] == wanted


def test_plain_text_is_one_article() -> None:
    text = "小镇图书馆开放\n\n图书馆昨天开放，藏书三万册，居民很高兴。\n\n馆长说，周末延长开放时间。\n"
    (article,) = rebuild(text)
    assert article.headline == "小镇图书馆开放"
    assert [p.text[:3] for p in article.paragraphs] == ["图书馆", "馆长说"]


def test_text_without_any_article_is_kept() -> None:
    assert rebuild("") == []
    assert rebuild(" \n　\n") == []
    (article,) = rebuild("□　本报记者 何平\n")
    assert article.text == "□　本报记者 何平"


def test_the_same_text_twice_has_two_ids() -> None:
    first, second = rebuild(" 　　桥修好了，人人高兴。\n 　　桥修好了，人人高兴。\n")
    assert first.paragraphs[0].text == second.paragraphs[0].text
    assert first.article_id != second.article_id


def squeezed(text: str) -> str:
    return "".join(text.split())


def check_spans(text: str, articles: list[Article]) -> None:
    seen: set[int] = set()
    for article in articles:
        for paragraph in article.paragraphs:
            raw = "".join(text[start:end] for start, end in paragraph.spans)
            assert squeezed(raw) == squeezed(paragraph.text + paragraph.credit)
            places = {place for start, end in paragraph.spans for place in range(start, end)}
            assert not places & seen
            seen |= places


@given(st.text(alphabet="　 \n\r，。“”图①□本报记者讯摄3月2日电（）ab甲乙丙—", max_size=400))
def test_spans_slice_back_on_any_text(text: str) -> None:
    check_spans(text, rebuild(text))


@given(st.text(max_size=200))
def test_nothing_crashes(text: str) -> None:
    check_spans(text, rebuild(text))


@pytest.mark.parametrize(
    "text",
    [
        "字" * 1_000_000,
        "甲乙丙丁\n" * 20_000,
        "标题行甲\n　　本报讯 天气很好。\n" * 3_000,
        "　　本报讯 天气很好。\n" * 20_000,
    ],
    ids=["one line", "lines", "headings", "openings"],
)
def test_huge_pages_are_rebuilt(text: str) -> None:
    articles = rebuild(text)
    assert sum(len(squeezed(a.text + a.headline + a.kicker + a.subtitle)) for a in articles) == len(
        squeezed(text)
    )


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared page dump is not here")
def test_the_true_page() -> None:
    text = CORPUS.read_text(encoding="utf-8")
    articles = rebuild(text)
    check_spans(text, articles)
    assert [(a.kicker, a.headline, len(a.paragraphs)) for a in articles] == [
        ("2025中关村论坛“全球知识产权保护与创新论坛”举办", "加强知产保护赋能新质生产力", 21),
        ("", "关注·全国中小学生安全教育日", 3),
        ("青海印发2025年度普法依法治理工作要点", "创新新兴领域专项普法", 3),
        ("云南公安厅召开重点工作调度会", "做实重点区域巡查管控", 3),
        ("", "", 7),
        ("", "", 6),
        ("", "为赣鄱大地注入平安新动能", 19),
    ]
    assert articles[0].dateline == "本报北京3月27日讯"
    assert articles[4].byline == ("本报记者 王春", "本报通讯员 于超蓉", "本报通讯员 陈盼")
    subheads = [[p.text for p in a.paragraphs if p.role == "subhead"] for a in articles]
    assert [len(lines) for lines in subheads] == [3, 0, 0, 0, 0, 0, 3]
    assert subheads[6][0] == "机制创新：打造矛盾化解“终点站”"
