"""The audit of a page: whole in itself, escaped, every line and every alternative on it."""

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st
from test_articles import PAGE, text_of

from qa.articles import Rebuilding, rebuild_page
from qa.audit import Place, Row, render_contents, render_page, row_of
from qa.corrections import Correction, parse_corrections
from qa.decisions import Decision
from qa.pages import split_lines
from qa.records import Article, Page

PLACE = Place("page.txt.corrections")
TEXT = text_of(PAGE)
VOID = {"meta"}


class Reader(HTMLParser):
    """Collects the text of each element with an id, and checks that the elements are nested rightly."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: dict[str, str] = {}
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        assert not any(name.startswith("on") for name in found)
        assert tag != "a" or "a" not in [name for name, _ in self.open]
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append((tag, found.get("id")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert reader.tags.isdisjoint({"script", "img", "link", "iframe", "svg", "form"})
    return reader


def rebuild(text: str, *lines: str) -> Rebuilding:
    parsed = parse_corrections("c", "\n".join(lines), lambda error: None)
    return rebuild_page(split_lines("三月/page.txt", text), parsed.get("", {}).get("1", ()))


def test_every_line_has_its_number_and_article_and_every_article_its_parts() -> None:
    page = rebuild(TEXT)
    reader = read(render_page(page, PLACE))
    for number, (line, owner) in enumerate(zip(page.page.lines, page.owners, strict=True), 1):
        badge = "未收" if owner is None else str(owner + 1)
        assert reader.texts[f"L{number}"] == f"{number}{badge}{line.text}"
    for number, article in enumerate(page.articles, 1):
        shown = reader.texts[f"A{number}"]
        assert article.headline in shown
        assert all(p.text in shown and p.credit in shown for p in article.paragraphs)
        assert all(person in shown for person in article.byline)
    assert {link for link in reader.links if not link.startswith("#")} == set()
    assert {link[1:] for link in reader.links} <= set(reader.texts)


def test_unsure_decisions_come_with_probabilities_and_the_lines_that_correct_them() -> None:
    page = rebuild("　　本报讯 西山果园苹果丰收。\n\n　　本报讯 东岭铁路今天通车。\n")
    (unsure,) = [decision for decision in page.decisions if decision.unsure]
    assert unsure.chosen.kind == "split"
    html = render_page(page, PLACE)
    assert "待核对" in html
    assert f"{round(100 * unsure.probability)}%" in html
    assert "<code>join 2 = 1</code>" in html
    corrected = render_page(rebuild(page.page.text, "join 2 = 1"), PLACE)
    assert "已更正" in corrected
    assert "the page has the lines 1 to 2" in render_page(rebuild(page.page.text, "split 9"), PLACE)
    assert "flag unsure" not in corrected


def test_a_line_left_out_is_marked() -> None:
    page = rebuild("小镇图书馆开放\n　　图书馆昨天开放，藏书三万册，居民很高兴。\n本版责编：何平\n")
    assert page.owners == (0, 0, None)
    assert 'class="l out' in render_page(page, PLACE)


def test_articles_without_printed_lines_are_shown_as_they_are() -> None:
    article = Article.from_text("灯塔重新开放。", headline="灯塔", file="a.html")
    html = render_page(Rebuilding(Page("a.html", "", ()), (article,)), PLACE)
    assert "没有可对照的原行" in html
    assert "灯塔重新开放。" in html
    assert "page.txt.corrections" not in html


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>&lt;</title></style>\u202e\u2066\x07"


def test_hostile_text_is_shown_and_does_nothing() -> None:
    title = "标" * 100_000
    page = rebuild(f"{HOSTILE}\n{title}\n　　{HOSTILE}图书馆昨天开放，藏书三万册，居民很高兴。\n")
    html = render_page(page, Place(f"{HOSTILE}.corrections", (f"file {HOSTILE}",), "../a.html"))
    assert not re.search("[\u202e\u2066\x07]", html)
    assert "U+202E" in html
    shown = "".join(text for name, text in read(html).texts.items() if name.startswith("L"))
    assert "<script>alert(1)</script>" in shown
    assert title in shown


@settings(deadline=None)  # no time is asserted
@given(st.text(alphabet="　 \n。“图①□本报记者讯摄<>&\"'\ud800\u202e甲乙丙丁", min_size=1, max_size=200))
def test_any_text_makes_a_sound_page(text: str) -> None:
    page = rebuild(text)
    html = render_page(page, PLACE)
    html.encode()
    assert len([name for name in read(html).texts if name.startswith("L")]) == len(page.page.lines)


def test_the_contents_have_the_pages_to_check_first() -> None:
    rows = [
        Row("甲.txt", 3, 0, 0.9, "p/0001.html"),
        Row("乙.txt", 4, 1, 0.8, "p/0002.html"),
        Row("<b>丙", 4, 1, 0.6, "p/0003.html"),
    ]
    html = render_contents(rows)
    assert read(html).links == ["p/0003.html", "p/0002.html", "p/0001.html"]
    assert "&lt;b&gt;丙" in html


def test_a_row_counts_what_is_unsure() -> None:
    page = rebuild(TEXT)
    unsure = Decision(Correction("split", (4, 4)), 0.6)
    sure, told = (
        Decision(Correction("split", (5, 5)), 0.95),
        Decision(Correction("join", (6, 6)), 1.0, told=True),
    )
    row = row_of(Rebuilding(page.page, page.articles, page.owners, (unsure, sure, told)), "x.html")
    assert row == Row("page.txt", 5, 1, min(a.confidence for a in page.articles), "x.html")
