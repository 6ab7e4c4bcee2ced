from pathlib import Path

import pytest
from test_articles import PAGE, text_of

from qa.articles import Rebuilding, rebuild_page
from qa.errors import InputError
from qa.pages import split_lines
from qa.records import Page
from qa.reporting import Counts, write_report


def pages(count: int) -> list[Rebuilding]:
    return [rebuild_page(split_lines(f"page-{number}.txt", text_of(PAGE))) for number in range(count)]


def test_one_page_is_the_report(tmp_path: Path) -> None:
    counts = write_report(tmp_path / "out.html", pages(1))
    assert (counts.pages, counts.articles) == (1, 5)
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "一桥连两岸" in html
    assert "<nav></nav>" in html


def test_several_pages_have_contents_and_lead_to_one_another(tmp_path: Path) -> None:
    write_report(tmp_path / "out.html", pages(3))
    folder = tmp_path / "out_pages"
    assert sorted(path.name for path in folder.iterdir()) == ["0001.html", "0002.html", "0003.html"]
    contents = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert all(f'href="out_pages/000{number}.html"' in contents for number in (1, 2, 3))
    first, second, third = ((folder / f"000{k}.html").read_text(encoding="utf-8") for k in (1, 2, 3))
    assert 'href="../out.html"' in first
    assert 'href="0002.html"' in first
    assert 'href="0001.html"' in second
    assert 'href="0003.html"' in second
    assert "下一版" not in third


def test_pages_of_an_earlier_report_go_and_other_files_stay(tmp_path: Path) -> None:
    write_report(tmp_path / "out.html", pages(3))
    write_report(tmp_path / "out.html", pages(2))
    assert not (tmp_path / "out_pages/0003.html").exists()
    (tmp_path / "out_pages/notes.html").write_text("mine", encoding="utf-8")
    write_report(tmp_path / "out.html", pages(1))
    assert [path.name for path in (tmp_path / "out_pages").iterdir()] == ["notes.html"]


def test_nothing_is_counted_where_there_is_nothing(tmp_path: Path) -> None:
    assert write_report(tmp_path / "out.html", []) == Counts(0, 0, 0)


def test_corrections_are_named_beside_the_file_or_the_archive(tmp_path: Path) -> None:
    (tmp_path / "三月.zip").write_bytes(b"zip")
    page = split_lines(f"{tmp_path}/三月.zip/a/b.pdf", text_of(PAGE))
    write_report(tmp_path / "out.html", [rebuild_page(Page(page.file, page.text, page.lines, "3"))])
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert f"{tmp_path}/三月.zip.corrections" in html
    assert "<code>file a/b.pdf</code>" in html
    assert "<code>page 3</code>" in html


@pytest.mark.parametrize("place", ["missing/out.html", "file/out.html", "."])
def test_what_cannot_be_written_is_one_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot be written \(.+\); name another file$") as raised:
        write_report(tmp_path / place, pages(1))
    assert "\n" not in str(raised.value)
