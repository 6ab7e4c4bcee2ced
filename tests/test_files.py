import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from qa import files
from qa.errors import InputError
from qa.files import decode, find_files, read_file

SIMPLIFIED = (
    "江西省综治中心去年共化解矛盾纠纷三十八万件。\r\n　　记者在南昌市看到，工作人员正在接待来访的居民。\n"
)
TRADITIONAL = (
    "臺灣東部昨日發生地震，當地學校停課一天，居民都平安。\n"
    "氣象部門說，今後幾天還會有小的餘震，請民眾注意安全。\n"
)
PNG = b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(4096)  # noqa: S311 (bytes of no meaning)


def read(path: Path) -> str:
    return decode(path, read_file(path))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED + "𠮷㐀", "gb18030"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "utf-16-le"),
        ("\ufeff" + TRADITIONAL, "utf-16-be"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(text.encode(encoding))
    assert read(path) == text.removeprefix("\ufeff"), "line breaks kept, a byte order mark not"


def broken(name: str, contents: bytes | None) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        if contents is not None:
            path.write_bytes(contents)
        return path

    return make


@pytest.mark.parametrize(
    ("make", "told", "remedy"),
    [
        (broken("gone.txt", None), "no such file", "check the path"),
        (broken("void.txt", b""), "empty", "export the page again"),
        (broken("space.txt", b" \n\t\r\n  "), "empty", "export the page again"),
        (broken("wide.txt", " \u3000\n".encode()), "empty", "export the page again"),
        (broken("wide16.txt", " \u3000\n".encode("utf-16")), "empty", "export the page again"),
        (broken("image.txt", PNG), "neither UTF-8", "save it as UTF-8"),
        (
            broken("zeros.txt", b"PK\x03\x04" + bytes(200) + b"text"),
            "binary data",
            "give the text of the page",
        ),
        (broken("cut16.txt", SIMPLIFIED.encode("utf-16")[:-1]), "damaged utf-16", "export the page again"),
        (
            broken("cut8.txt", b"\xef\xbb\xbf" + "灯塔".encode()[:-1]),
            "damaged utf-8",
            "export the page again",
        ),
        (broken("cut16le.txt", SIMPLIFIED.encode("utf-16-le")[:-1]), "neither UTF-8", "save it as UTF-8"),
        (broken("cutgb.txt", SIMPLIFIED.encode("gb18030")[:-2]), "neither UTF-8", "save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_the_file_and_the_remedy(
    tmp_path: Path, make: Callable[[Path], Path], told: str, remedy: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert told in message
    assert remedy in message
    assert "\n" not in message


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        read_file(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("灯塔", encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads every file")
    with pytest.raises(InputError, match="check its permissions"):
        read_file(path)


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)  # sparse: takes no room on the disk
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("was read"))
    with pytest.raises(InputError, match=r"huge\.txt: larger than 32 MiB; split it"):
        read_file(path)


def test_a_file_of_a_million_lines(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("灯塔\n" * 1_000_000, encoding="utf-8")
    with pytest.raises(
        InputError, match=r"lines\.txt: 1,000,000 lines, more than the 200,000 of a page; split"
    ):
        read(path)


def test_a_few_control_characters_are_no_binary_data(tmp_path: Path) -> None:
    text = SIMPLIFIED * 10 + "\x0c\x1b"
    path = tmp_path / "page.txt"
    path.write_text(text + "\x07", encoding="utf-8", newline="")
    assert read(path) == text + "\x07"


def test_files_of_folders_in_order_of_name(tmp_path: Path) -> None:
    names = ["b.txt", "a.TXT", "deep/c.text", ".hidden.txt", "notes.odt", "d.txt/e.txt", "f.docx", "~$f.docx"]
    names += [".git/g.txt", "__MACOSX/b.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("灯塔", encoding="utf-8")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path])]
    assert found == ["a.TXT", "b.txt", "d.txt/e.txt", "deep/c.text", "f.docx"]
    named: list[str | Path] = [str(tmp_path / "notes.odt"), tmp_path / "gone.txt"]
    assert list(find_files(named)) == [Path(path) for path in named], "what is named is read, or told of"
    assert list(find_files([])) == []


@pytest.mark.parametrize("suffix", files.FORMATS)
def test_every_format_is_found_in_a_folder_in_any_case(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page{suffix.upper()}"
    path.touch()
    assert list(find_files([tmp_path])) == [path]


def test_links_that_lead_round_in_a_circle_end_and_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/page.txt").write_text("灯塔", encoding="utf-8")
    (tmp_path / "deep/up").symlink_to(tmp_path)
    (tmp_path / "one.txt").symlink_to(tmp_path / "two.txt")
    (tmp_path / "two.txt").symlink_to(tmp_path / "one.txt")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path])]
    assert found == ["deep/page.txt", "deep/up", "one.txt", "two.txt"]
    with pytest.raises(InputError, match=r"one\.txt: cannot be read"):
        read_file(tmp_path / "one.txt")


def test_a_pdf_and_an_image_may_be_larger_than_text() -> None:
    assert files.most_bytes("page.PDF") == files.most_bytes("page.tiff") == files.MAX_PDF_BYTES
    assert files.MAX_PDF_BYTES > files.most_bytes("page.txt") == files.MAX_BYTES
