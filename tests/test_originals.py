"""Articles as they were printed: the marked characters of raw lines are the quote, in whatever file."""

import re
import zipfile
from pathlib import Path

import pytest
from browsing import PAGE
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import InputError
from qa.files import sample_pages
from qa.originals import Original, find_original, read_picture
from qa.passages import sentence_spans
from qa.rebuilding import read_articles
from qa.records import Article

SAMPLE = [article for path in sorted(sample_pages().iterdir()) for article in read_articles(path)]
HEADED = f"灯会办到正月十五\n\n{PAGE}"


def marked(original: Original) -> str:
    return "".join(text for line in original.lines for text, quoted in line.pieces if quoted)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


@settings(deadline=None)
@given(st.data())
def test_marked_characters_are_the_quote(data: st.DataObject) -> None:
    article = data.draw(st.sampled_from(SAMPLE))
    start, end = data.draw(st.sampled_from(sentence_spans(article.text)))
    original = find_original(article, start, end)
    assert squeeze(marked(original)) == squeeze(article.text[start:end])
    raw = Path(article.file).read_text(encoding="utf-8").splitlines()
    for line in original.lines:
        assert "".join(text for text, _ in line.pieces) == raw[line.number - 1]


def test_lines_of_the_article_are_told_from_others() -> None:
    article = next(a for a in SAMPLE if sum(a.file == other.file for other in SAMPLE) > 1)
    original = find_original(article, 0, 5)
    told = {line.number for line in original.lines if line.of_article}
    assert 0 < len(told) < len(original.lines)
    everything = "".join(
        "".join(text for text, _ in line.pieces) for line in original.lines if line.of_article
    )
    assert all(squeeze(paragraph.text) in squeeze(everything) for paragraph in article.paragraphs)


@pytest.mark.parametrize(("start", "end"), [(-5, 3), (0, 10**9), (10**9, 0), (3, 3)])
def test_any_offsets_do(start: int, end: int) -> None:
    assert find_original(SAMPLE[0], start, end).lines


def test_member_of_an_archive_is_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("other.txt", "别的一版\n\n　　本报讯 别的事情。\n")
        archive.writestr("江岸日报-20250211-03.txt", HEADED)
    [article] = [a for a in read_articles(tmp_path / "pages.zip") if "灯会" in a.headline]
    start = article.text.index("青桥镇")
    end = article.text.index("。", start) + 1
    assert squeeze(marked(find_original(article, start, end))) == article.text[start:end]


def test_long_file_shows_the_lines_around_the_quote(tmp_path: Path) -> None:
    lines = [f"　　第{number}户的邻居们说了半天的话。" for number in range(5000)]
    file = tmp_path / "long.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    article = Article.from_text(file.read_text(encoding="utf-8"), file=str(file))
    start = article.text.index("第4000户")
    original = find_original(article, start, start + 6)
    assert len(original.lines) <= 2000
    assert marked(original) == "第4000户"
    assert next(line for line in original.lines if marked(Original("", None, (line,)))).number == 4001


def test_file_that_is_gone_or_changed_is_told(tmp_path: Path) -> None:
    file = tmp_path / "江岸日报-20250211-03.txt"
    file.write_text(HEADED, encoding="utf-8")
    [article] = read_articles(file)
    file.write_text(HEADED.replace("林望舒", "顾长风"), encoding="utf-8")
    with pytest.raises(InputError, match="index it again"):
        find_original(article, 0, 5)
    file.unlink()
    with pytest.raises(InputError, match="no longer there"):
        find_original(article, 0, 5)
    with pytest.raises(InputError, match="no longer there"):
        read_picture(article, 0, 0)


def test_format_without_lines_has_neither_lines_nor_picture(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    body = "<p>灯会办到正月十五，猜灯谜的人一晚上有九千多，看灯的人把整条街都站满了。</p>" * 3
    file.write_text(f"<html><body><article><h1>灯会</h1>{body}</article></body></html>", encoding="utf-8")
    [article] = read_articles(file)
    original = find_original(article, 0, 5)
    assert (original.lines, original.picture) == ((), None)
    with pytest.raises(InputError, match="no pages"):
        read_picture(article, 0, 0)
