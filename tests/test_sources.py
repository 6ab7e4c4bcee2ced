import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corrections import Correction
from qa.errors import InputError
from qa.pages import split_lines
from qa.records import Article, Page
from qa.sources import Source, open_sources, read_source

TEXT = "小镇图书馆开放\n\n　　图书馆昨天开放，藏书三万册，居民很高兴。\n"
PARAGRAPH = "图书馆昨天开放，藏书三万册，居民很高兴。"


def refuse(error: InputError) -> None:
    raise error


def read(name: str, data: bytes) -> list[Article]:
    return [a for page in read_source(Source(name, data), {}, refuse) for a in page.articles]


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.txt", text)
    return buffer.getvalue()


HTML = f"<!DOCTYPE html><html><body><article><h1>小镇图书馆开放</h1><p>{PARAGRAPH * 3}</p></article></body></html>"
ROW = json.dumps({"标题": "小镇图书馆开放", "正文": PARAGRAPH}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", TEXT),
        ("a", TEXT),
        ("a.log", TEXT),
        ("a.md", f"# 小镇图书馆开放\n\n{PARAGRAPH}\n"),
        ("a.html", HTML),
        ("saved", HTML),
        ("saved.txt", "\n<!-- 存 -->\n" + HTML),
        ("a.json", f"[{ROW}]"),
        ("a.jsonl", ROW + "\n"),
        ("a.CSV", f"标题,正文\n小镇图书馆开放,{PARAGRAPH}\n"),
        ("a.tsv", f"标题\t正文\n小镇图书馆开放\t{PARAGRAPH}\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_formats_by_suffix_and_content(name: str, text: str, encoding: str) -> None:
    (article,) = read(name, text.encode(encoding))
    assert article.headline == "小镇图书馆开放"
    assert article.text.startswith(PARAGRAPH)
    assert article.file == name


def test_a_pdf_is_known_by_its_beginning_and_its_articles_keep_their_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = [split_lines("a.txt", TEXT), split_lines("a.txt", TEXT)]
    monkeypatch.setattr("qa.pdf.read_pdf", lambda file, data, skip: iter(pages))
    found = read_source(Source("a.txt", b"%PDF-1.7 ..."), {}, refuse)
    assert [read.page for read in found] == pages
    (first,), (second,) = (read.articles for read in found)
    assert first.text == second.text
    assert first.article_id != second.article_id, "ids are those of a file's, not of a page's articles"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.bmp", b"BM..."),
        ("a.txt", b"\x89PNG\r\n\x1a\n..."),
        ("a.pdf", b"\xff\xd8\xff..."),
        ("a", b"II*\x00..."),
        ("a.png", b"RIFF....WEBP..."),
    ],
)
def test_an_image_is_known_by_its_beginning_and_its_doubt_lowers_the_confidence(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = split_lines(name, TEXT)
    monkeypatch.setattr(
        "qa.images.read_image", lambda file, data, skip: iter([replace(page, confidence=0.5)])
    )
    (doubted,), (sure,) = read(name, data), read("a.txt", TEXT.encode())
    assert (doubted.text, doubted.confidence) == (sure.text, sure.confidence / 2)


def test_a_table_has_no_page() -> None:
    assert read_source(Source("a.jsonl", ROW.encode()), {}, refuse)[0].page == Page("a.jsonl", "", ())


def test_the_same_row_twice_has_two_ids_that_stay() -> None:
    ids = [a.article_id for a in read("a.jsonl", f"{ROW}\n{ROW}\n{ROW}".encode())]
    assert len(set(ids)) == 3
    assert ids == [a.article_id for a in read("a.jsonl", f"{ROW}\n{ROW}\n{ROW}\n".encode())]


INVISIBLE = "\x00\x07\x1b\u200b\u202e\u2066\ufeff\u200f\x85"[:-1]


def test_what_cannot_be_seen_is_no_part_of_a_text_and_spans_still_slice_back() -> None:
    text = TEXT.replace("昨天", "昨\u202e天\x07").replace("小镇", "小\u200b镇")
    (article,) = read("a.txt", text.encode())
    assert (article.headline, article.text) == ("小镇图书馆开放", PARAGRAPH)
    ((start, end),) = article.paragraphs[0].spans
    assert text[start:end] == "图书馆昨\u202e天\x07开放，藏书三万册，居民很高兴。"


def test_halves_of_surrogate_pairs_and_invisible_rows_in_json() -> None:
    rows = '{"正文": "灯\\ud800塔。", "作者": "\\u202e", "来源": "\\u0007"}\n{"正文": "\\u202e"}'
    (article,) = read("a.jsonl", rows.encode())
    assert (article.text, article.byline, article.source) == ("灯塔。", (), None)


@given(st.text("甲乙。 \n　" + INVISIBLE, max_size=80))
def test_white_space_and_the_invisible_aside_spans_are_the_text(text: str) -> None:
    def bare(part: str) -> str:
        return "".join(c for c in part if not c.isspace() and c not in INVISIBLE)

    try:
        found = read_source(Source("a.txt", text.encode()), {}, refuse)
    except InputError:
        return
    for read_page in found:
        page = read_page.page
        for paragraph in (p for a in read_page.articles for p in a.paragraphs):
            assert not set(INVISIBLE) & set(paragraph.text)
            raw = "".join(page.text[start:end] for start, end in paragraph.spans)
            assert bare(raw) == bare(paragraph.text + paragraph.credit)


def test_a_text_of_nothing_to_be_seen() -> None:
    with pytest.raises(InputError, match=r"a\.txt: no article found"):
        read("a.txt", "\u202e\u200b".encode())


def test_a_line_of_a_million_characters() -> None:
    (article,) = read("a.txt", ("长" * 1_000_000).encode())
    assert len(article.text) == 1_000_000


def test_corrections_beside_an_archive_go_to_its_members(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped(a=TEXT, b=TEXT))
    beside = tmp_path / "a.zip.corrections"
    beside.write_text("split 9\nfile b.txt\nheadline 1 = none\nfile c.txt\nsplit 1\n", encoding="utf-8")
    skipped: list[str] = []
    first, second = open_sources(archive, lambda error: skipped.append(str(error)))
    assert first.corrections == {}
    assert [str(c) for c in second.corrections["1"]] == ["headline 1 = none"]
    told = [f"{beside}: corrections of no file; begin those of a member with `file NAME`",
            f"{beside}: corrections of no file; it has no member 'c.txt'"]  # fmt: skip
    assert skipped == told
    assert [a.headline for a in read_source(second, {}, refuse)[0].articles] == ["", ""]


def test_corrections_of_a_page_that_is_not_there_or_has_no_lines_are_told() -> None:
    skipped: list[str] = []
    for name, data in (("a.txt", TEXT.encode()), ("a.jsonl", ROW.encode())):
        corrections = {"2" if name == "a.txt" else "1": (Correction("split", (1, 1), place=f"{name}:1"),)}
        read_source(Source(name, data, corrections), {}, lambda error: skipped.append(str(error)))
    assert skipped == [
        "a.txt:1: page 2 has no printed lines to correct; left out",
        "a.jsonl:1: page 1 has no printed lines to correct; left out",
    ]


def test_corrections_that_cannot_be_read_do_not_keep_the_page_out(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.txt.corrections").write_bytes(bytes(range(256)) * 8)
    skipped: list[str] = []
    (source,) = open_sources(page, lambda error: skipped.append(str(error)))
    assert source.corrections == {}
    assert len(skipped) == 1
    assert skipped[0].startswith(f"{tmp_path}/a.txt.corrections: ")


def test_an_archive_is_opened_whatever_its_name_and_the_rest_is_not(tmp_path: Path) -> None:
    for name in ("a.zip", "a.bin"):
        (tmp_path / name).write_bytes(zipped(b=TEXT, a=TEXT))
        found = list(open_sources(tmp_path / name, refuse))
        assert [source.name for source in found] == [
            (tmp_path / name / member).as_posix() for member in ("a.txt", "b.txt")
        ]
        assert found[0].data == TEXT.encode()
    (tmp_path / "a.docx").write_bytes(zipped(b=TEXT))
    assert [s.name for s in open_sources(tmp_path / "a.docx", refuse)] == [(tmp_path / "a.docx").as_posix()]


def test_sources_have_their_real_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (source,) = open_sources(tmp_path / "b.txt", refuse)
    assert source.name == (tmp_path / "a.txt").as_posix()


def test_links_to_folders_and_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    with pytest.raises(InputError, match="a link to a folder is not followed; name the folder"):
        list(open_sources(tmp_path / "up", refuse))
    with pytest.raises(InputError, match=r"loop\.txt: cannot be read"):
        list(open_sources(tmp_path / "loop.txt", refuse))
