import io

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents import read_docx, read_html, read_markdown
from qa.errors import InputError
from qa.records import Article

ARTICLE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>小镇图书馆开放_海岛网</title>
<meta name="author" content="He Ping"></head><body><nav><a href="/">首页</a> <a href="/news">新闻</a></nav>
<article><h1>小镇图书馆开放</h1><p>2025-03-28</p>
<p>图书馆昨天开放，藏书三万册，<b>居民</b>都很高兴，<br>排着长队进去看书。</p>
<h2>周末延长开放时间</h2><p>馆长说，从这个周末起，图书馆每天多开放两个小时。</p></article>
<footer>版权所有 海岛网</footer><script>alert("别读我")</script></body></html>"""


def html(text: str, encoding: str = "utf-8") -> Article:
    (article,) = read_html("a.html", text.encode(encoding))
    return article


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-8", "gb18030"),
        ("x-none", "utf-8"),
    ],
)
def test_html_in_any_encoding_declared_or_not(charset: str, encoding: str) -> None:
    article = html(ARTICLE.format(charset=charset), encoding)
    assert (article.headline, article.date, article.byline) == ("小镇图书馆开放", "2025-03-28", ("He Ping",))
    assert ("周末延长开放时间", "subhead") in [(p.text, p.role) for p in article.paragraphs]
    assert "馆长说，从这个周末起，图书馆每天多开放两个小时。" in article.text
    assert not any(word in article.text for word in ("版权", "首页", "别读我", "小镇图书馆开放"))
    assert all(p.spans == () for p in article.paragraphs)
    assert article.file == "a.html"


@pytest.mark.parametrize(
    "text",
    [
        "<html></html>",
        "<html><body><a href='/'>首页</a><a href='/b'>新闻</a></body></html>",
        "<!doctype html>",
        "<html><body><script>var a = '。';</script></body></html>",
        "<html><body>" + "<div>" * 50_000,
    ],
    ids=["empty", "links", "doctype", "script", "deep"],
)
def test_html_without_an_article(text: str) -> None:
    with pytest.raises(InputError, match=r"^a\.html: "):
        html(text)


def word(*paragraphs: tuple[str, str], table: list[list[str]] | None = None) -> bytes:
    document = docx.Document()
    for text, style in paragraphs:
        document.add_paragraph(text, style)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for cells, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(cells.cells, texts, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word_headings_are_headlines_and_subheads() -> None:
    data = word(
        ("海岛日报选编", "Title"),
        ("灯塔重新开放", "Heading 1"),
        ("□　本报记者 林荷", "Normal"),
        ("灯塔昨天开放。", "Normal"),
        ("来的人", "Heading 2"),
        ("人很多。", "Normal"),
        ("图为灯塔。", "Caption"),
        ("码头扩建", "Heading 1"),
        ("码头今年扩建。", "Normal"),
        table=[["年", "船"], ["2024", "7"]],
    )
    title, lighthouse, harbour = read_docx("a.docx", data)
    assert title.text == "海岛日报选编"
    assert (lighthouse.headline, lighthouse.byline) == ("灯塔重新开放", ("本报记者 林荷",))
    assert [(p.text, p.role) for p in lighthouse.paragraphs] == [
        ("灯塔昨天开放。", "body"),
        ("来的人", "subhead"),
        ("人很多。", "body"),
        ("图为灯塔。", "caption"),
    ]
    assert harbour.text == "码头今年扩建。\n年\t船\n2024\t7"


def test_a_word_file_without_headings_is_read_like_a_page() -> None:
    texts = [
        "小镇图书馆开放",
        "□　本报记者 林荷",
        "图书馆昨天开放，藏书三万册，居民很高兴。",
        "馆长说，周末延长开放时间。",
    ]
    (article,) = read_docx("a.docx", word(*((text, "Normal") for text in texts)))
    assert (article.headline, article.byline) == ("小镇图书馆开放", ("本报记者 林荷",))
    assert [(p.text, p.spans) for p in article.paragraphs] == [(texts[2], ()), (texts[3], ())]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", word(("甲。", "Normal"))[:500], b"\xd0\xcf\x11\xe0 old"]
)
def test_a_damaged_word_file(data: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.docx: damaged or no Word document .*save it as \.docx"):
        read_docx("a.docx", data)


def test_a_word_file_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.documents.MAX_UNPACKED", 1000)
    with pytest.raises(InputError, match="when unpacked"):
        read_docx("a.docx", word(("甲。", "Normal")))


MARKDOWN = """# 海岛日报选编

## 灯塔重新开放

□　本报记者 林荷

灯塔**昨天**开放，
来的人[很多](http://example.org)。

### 来的人

- 从城里来的。
- 从乡下来的。

## 码头扩建

码头今年扩建。
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_markdown(ending: str) -> None:
    text = MARKDOWN.replace("\n", ending)
    read = read_markdown("a.md", text)
    title, lighthouse, harbour = read.articles
    assert read.page.text == text
    assert title.text == "海岛日报选编"
    assert (lighthouse.headline, lighthouse.byline) == ("灯塔重新开放", ("本报记者 林荷",))
    assert [(p.text, p.role) for p in lighthouse.paragraphs] == [
        ("灯塔昨天开放，来的人很多。", "body"),
        ("来的人", "subhead"),
        ("从城里来的。", "body"),
        ("从乡下来的。", "body"),
    ]
    raw = [[text[start:end] for start, end in p.spans] for p in lighthouse.paragraphs]
    assert raw[0] == ["灯塔**昨天**开放，", "来的人[很多](http://example.org)。"]
    assert raw[2] == ["- 从城里来的。"]
    assert harbour.headline == "码头扩建"


def test_markdown_without_headings_is_the_text_of_a_page() -> None:
    (article,) = read_markdown(
        "a.md", "小镇图书馆开放\n\n图书馆昨天开放，藏书三万册，居民很高兴。\n"
    ).articles
    assert article.headline == "小镇图书馆开放"


@given(st.text("#甲乙 \n\r-*`[]()>=。\t\x0b\x85", max_size=60))
def test_markdown_spans_lie_on_lines_that_hold_the_text(text: str) -> None:
    for paragraph in (p for a in read_markdown("a.md", text).articles for p in a.paragraphs):
        raw = "".join(text[start:end] for start, end in paragraph.spans)
        assert {*"".join(paragraph.text.split())} <= {*raw}
        assert paragraph.text == paragraph.text.strip()


def test_a_long_paragraph_of_a_word_file() -> None:
    (article,) = read_docx("a.docx", word(("甲报", "Heading 1"), ("甲" * 100_000 + "。", "Normal")))
    assert len(article.text) == 100_001
