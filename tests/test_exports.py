"""Answers as files: every text comes out as it went in, whatever it is, and nothing else does."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from small_archive import ANSWER, ARTICLE, QUESTION, QUOTE

from qa.records import Answer, Article, Citation
from qa.statements import Statement
from ui.exports.conversation import conversation
from ui.exports.markdown import markdown
from ui.exports.references import bibtex, gbt7714, reference
from ui.exports.texts import NOTE, lines_of, one_line
from ui.exports.word import word

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "[x](javascript:alert(1)) ![y](http://example.org/z.png) <http://example.org> www.example.org https://e.org",
    "# 一\n- 二\n1. 三\n> 四\n---\n===\n    五\n```\n六\n```\n| 七 | 八 |\n|---|---|\n$九$ ~~十~~ [^1]: 注",
    '\\input{x} } @article{y, { ${a}$ 100% #1 a_b ^ ~ " & |',
    "\x00\x07\x1b[31m\u202e反\u202c\u200b\ufeff\ud800\ufffe\uffff",
    "&lt;b&gt; &amp; &#60; </blockquote></body>]]>",
    "=SUM(A1) 1) + - * _ ` ! ^^ == ++",
]
TEXTS = st.text(max_size=60) | st.sampled_from(HOSTILE)


def answer_of(text: str) -> Answer:
    """An answer that is ``text`` wherever a text can be; its quote is as the article has it."""
    written = Article.from_text(text)
    article = replace(
        written if written.text else Article.from_text("空"),
        headline=text,
        subtitle=text,
        byline=(text,),
        source=text,
        page=text,
        date=text,
    )
    return Answer(
        text,
        answered=True,
        text=text,
        short_answer=text,
        confidence=1.0,
        reason=None,
        citations=(Citation(1, article, "p", 0, len(article.text), article.text, 1.0),),
    )


def plain_answer(**changes: object) -> Answer:
    changed: Answer = replace(ANSWER, **changes)
    return changed


ABSTENTION = plain_answer(
    answered=False,
    text="",
    short_answer=None,
    reason="档案里没有。",
    citations=(),
    nearest=plain_answer().citations,
)


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_what_a_language_model_wrote_is_said_to_be_its() -> None:
    written = replace(plain_answer(), statements=(Statement("句子。", (1,)),))
    for export in (markdown, conversation):
        assert "由语言模型写成" not in export([plain_answer()])
        assert "由语言模型写成" in export([written])


def test_markdown_of_an_answer() -> None:
    assert markdown([plain_answer()]) == (
        "# 问报 wenbao\n\n"
        "## 江西综治中心化解了多少纠纷\n\n"
        "**38.1万件**\n\n"
        f"{QUOTE}\\[1\\]\n\n"
        "### 依据 Evidence\n\n"
        "\\[1\\] 沈听澜. 江西推开一扇门\\[N\\]. 江岸日报, 2025-03-28(4).\n\n"
        f"> {QUOTE}\n\n"
        f"*{NOTE}*\n"
    )


def test_abstention_says_so_and_shows_the_nearest_evidence_as_such() -> None:
    for written in (markdown([ABSTENTION]), conversation([ABSTENTION])):
        assert "档案未能回答" in written
        assert "档案里没有。" in written
        assert "最接近的内容" in written
        assert "依据" not in written
    assert gbt7714([ABSTENTION]).startswith("[1] 沈听澜")


@settings(deadline=None, max_examples=50)
@given(TEXTS)
@example("38.1万件")
@example("1. 一")
def test_markdown_renders_to_the_texts_and_nothing_else(text: str) -> None:
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(markdown([answer_of(text)]))
    page = Tags(rendered)
    allowed = {"h1", "h2", "h3", "p", "strong", "em", "blockquote"}
    assert set(page.tags) <= allowed
    assert page.attributes == []
    shown = "".join("".join(page.words).split())
    for line in lines_of(text):
        assert "".join(line.split()) in shown


@settings(deadline=None, max_examples=50)
@given(TEXTS)
def test_html_renders_to_the_texts_and_nothing_else(text: str) -> None:
    written = conversation([answer_of(text)])
    page = Tags(re.sub(r"<style>.*?</style>", "", written, flags=re.DOTALL))
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "p",
        "ol", "li", "cite", "blockquote",
    }  # fmt: skip
    assert {name for name, _ in page.attributes} <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "value",
    }
    shown = "".join(page.words)
    for line in lines_of(text):
        assert line in shown
    written.encode()


def test_html_has_all_in_one_file() -> None:
    written = conversation([plain_answer(), ABSTENTION])
    assert "default-src 'none'; style-src 'unsafe-inline'" in written
    assert not re.search(r"(?:src|href|action)=|url\(|@import|<script", written)
    assert written.count("<section>") == 2


@settings(deadline=None, max_examples=50)
@given(TEXTS)
def test_word_holds_the_texts(text: str) -> None:
    document = docx.Document(BytesIO(word([answer_of(text)])))
    shown = [paragraph.text for paragraph in document.paragraphs]
    for line in lines_of(text):
        assert line in shown


def test_word_of_an_answer() -> None:
    document = docx.Document(BytesIO(word([plain_answer(), ABSTENTION])))
    told = [(p.style.name if p.style else None, p.text) for p in document.paragraphs]
    assert told[:7] == [
        ("Title", "问报 wenbao"),
        ("Heading 1", QUESTION),
        ("Normal", "38.1万件"),
        ("Normal", f"{QUOTE}[1]"),
        ("Heading 2", "依据 Evidence"),
        ("Normal", "[1] 沈听澜. 江西推开一扇门[N]. 江岸日报, 2025-03-28(4)."),
        ("Quote", QUOTE),
    ]
    assert document.paragraphs[2].runs[0].bold


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, "沈听澜. 江西推开一扇门[N]. 江岸日报, 2025-03-28(4)."),
        ({"byline": ()}, "江西推开一扇门[N]. 江岸日报, 2025-03-28(4)."),
        ({"byline": ("江岸日报评论员",)}, "江岸日报评论员. 江西推开一扇门[N]. 江岸日报, 2025-03-28(4)."),
        (
            {"byline": ("本报记者 甲", "通讯员 乙", "丙")},
            "甲, 乙, 丙. 江西推开一扇门[N]. 江岸日报, 2025-03-28(4).",
        ),
        ({"byline": ("甲", "乙", "丙", "丁")}, "甲, 乙, 丙, 等. 江西推开一扇门[N]. 江岸日报, 2025-03-28(4)."),
        ({"subtitle": "少跑路"}, "沈听澜. 江西推开一扇门: 少跑路[N]. 江岸日报, 2025-03-28(4)."),
        ({"page": None}, "沈听澜. 江西推开一扇门[N]. 江岸日报, 2025-03-28."),
        ({"date": None}, "沈听澜. 江西推开一扇门[N]. 江岸日报(4)."),
        ({"source": None}, "沈听澜. 江西推开一扇门[N]. 2025-03-28(4)."),
        ({"source": None, "date": None, "page": None}, "沈听澜. 江西推开一扇门[N]."),
    ],
)
def test_reference_to_a_newspaper(told: dict[str, object], expected: str) -> None:
    article = replace(ARTICLE, **told)
    assert reference(Citation(1, article, "p", 0, 1, "江", 1.0)) == expected


def test_references_name_each_article_once_in_order() -> None:
    other = replace(ARTICLE, article_id="other", headline="另一篇")
    again = Citation(2, ARTICLE, "p", 0, 2, "江西", 1.0)
    answers = [plain_answer(), plain_answer(citations=(again, Citation(3, other, "p", 0, 1, "江", 1.0)))]
    assert [line[:3] for line in gbt7714(answers).splitlines()] == ["[1]", "[2]"]
    assert "另一篇" in gbt7714(answers).splitlines()[1]
    assert bibtex(answers).count("@article{") == 2


def read_bibtex(text: str) -> list[dict[str, str]]:
    """Read entries as BibTeX does: by balanced braces, escaped or not."""
    entries = []
    for head in re.finditer(r"^@(\w+)\{([^,]*)", text, re.MULTILINE):
        depth, place = 1, head.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            place += 1
        fields = {"kind": head[1], "key": head[2]}
        for name in re.finditer(r",\n  (\w+) = \{", text[head.end() : place]):
            level, end = 1, head.end() + name.end()
            begin = end
            while level:
                level += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            fields[name[1]] = text[begin : end - 1]
        entries.append(fields)
    return entries


def unescape(value: str) -> str:
    names = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^",
             "quotedbl": '"', "less": "<", "greater": ">", "bar": "|"}  # fmt: skip
    return re.sub(r"\\text([a-z]+)\{\}|\\([#$%&_])", lambda m: names[m[1]] if m[1] else m[2], value)


@settings(deadline=None, max_examples=50)
@given(TEXTS)
@example("\\textbackslash{} \\} {")
def test_bibtex_reads_back_to_the_texts(text: str) -> None:
    written = bibtex([answer_of(text)])
    [entry] = read_bibtex(written)
    assert entry["kind"] == "article"
    line = one_line(text)
    assert unescape(entry.get("journal", "")) == line
    assert unescape(entry.get("pages", "")) == line
    assert unescape(entry.get("author", "")[1:-1]) in {line, line.split(" ", 1)[-1]}
    written.encode()


def test_bibtex_of_an_answer() -> None:
    [entry] = read_bibtex(bibtex([plain_answer()]))
    assert entry == {
        "kind": "article",
        "key": f"wenbao-{ARTICLE.article_id}",
        "author": "{沈听澜}",
        "title": "{江西推开一扇门}",
        "journal": "江岸日报",
        "date": "2025-03-28",
        "year": "2025",
        "month": "03",
        "pages": "4",
        "entrysubtype": "newspaper",
    }


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8))
def test_keys_of_bibtex_differ_and_are_plain(one: str, other: str) -> None:
    answers = [
        plain_answer(citations=(Citation(1, replace(ARTICLE, article_id=name), "p", 0, 1, "江", 1.0),))
        for name in (one, other)
    ]
    keys = [entry["key"] for entry in read_bibtex(bibtex(answers))]
    assert len(keys) == len({one, other}) == len(set(keys))
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", key) for key in keys)
