import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import archives
from qa.archives import copy_bounded, read_members
from qa.errors import InputError

PAGE = "灯塔昨天开放。".encode()


class Skipped(list[str]):
    def __call__(self, error: InputError) -> None:
        self.append(str(error))


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def read(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    skipped = Skipped()
    return dict(read_members("a.zip", io.BytesIO(data), skipped)), skipped


def test_members_come_in_order_of_name_and_only_those_that_are_read() -> None:
    names = ["b.txt", "a/二.html", "c.exe", ".hidden.txt", "__MACOSX/b.txt", "~$d.docx", "d.DOCX"]
    found, skipped = read(zipped(dict.fromkeys(names, PAGE)))
    assert found == dict.fromkeys(["a.zip/a/二.html", "a.zip/b.txt", "a.zip/d.DOCX"], PAGE)
    assert list(found) == sorted(found, key=str.lower)
    assert skipped == []


def test_an_archive_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"p.txt": PAGE}))
    assert list(read_members("a.zip", path, Skipped())) == [("a.zip/p.txt", PAGE)]


@pytest.mark.parametrize("name", ["../up.txt", "a/../../up.txt", "/etc/up.txt", "..\\up.txt", "C:\\up.txt"])
def test_a_name_that_leads_out_of_the_archive(name: str) -> None:
    found, skipped = read(zipped({name: PAGE, "good.txt": PAGE}))
    assert list(found) == ["a.zip/good.txt"]
    assert len(skipped) == 1
    assert "leads out of the archive" in skipped[0]


def test_two_dots_in_a_name_are_no_way_out() -> None:
    assert list(read(zipped({"a..b/c..txt": PAGE}))[0]) == ["a.zip/a..b/c..txt"]


def test_a_bomb_is_left_out_and_the_rest_is_read() -> None:
    found, skipped = read(zipped({"bomb.txt": b"0" * 20_000_000, "good.txt": PAGE}))
    assert list(found) == ["a.zip/good.txt"]
    assert len(skipped) == 1
    assert "a.zip/bomb.txt: " in skipped[0]
    assert "like a ZIP bomb; left out" in skipped[0]


def test_a_small_text_may_repeat_itself() -> None:
    assert len(read(zipped({"same.txt": PAGE * 1000}))[0]) == 1


def test_a_member_that_lies_about_its_size_is_not_unpacked_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = zipped({"bomb.txt": b"0" * 20_000_000})
    lying = honest.replace(struct.pack("<L", 20_000_000), struct.pack("<L", 100))
    assert lying != honest
    found, skipped = read(lying)
    assert found == {}
    assert "damaged in the archive" in skipped[0]
    with pytest.raises(zipfile.BadZipFile):
        copy_bounded(lying, 1000)


@pytest.mark.parametrize(
    ("limit", "value", "told"),
    [("MAX_MEMBERS", 2, "3 members, more than 2"), ("MAX_TOTAL_BYTES", 10, "when unpacked, more than")],
)
def test_limits_of_an_archive(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, told: str) -> None:
    monkeypatch.setattr(archives, limit, value)
    with pytest.raises(InputError, match=f"a.zip: .*{told}.*split the archive"):
        read(zipped({f"{n}.txt": PAGE for n in range(3)}))


def test_a_member_larger_than_a_file_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.files.MAX_BYTES", len(PAGE))
    found, skipped = read(zipped({"a.txt": PAGE + b".", "b.txt": PAGE}))
    assert list(found) == ["a.zip/b.txt"]
    assert "a.zip/a.txt: larger than" in skipped[0]


def test_symbolic_links_encrypted_and_oddly_packed_members() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("odd.txt", PAGE, zipfile.ZIP_BZIP2)
        archive.writestr("secret.txt", PAGE)
        archive.filelist[-1].flag_bits |= 1
    found, skipped = read(buffer.getvalue())
    assert found == {}
    assert [line.split("; ")[0] for line in skipped] == [
        "a.zip/link.txt: a symbolic link",
        "a.zip/odd.txt: packed in an unusual way",
        "a.zip/secret.txt: encrypted",
    ]


def test_an_archive_in_an_archive_is_opened_and_one_in_that_is_not() -> None:
    inner = zipped({"c.txt": PAGE, "deeper.zip": zipped({"d.txt": PAGE})})
    found, skipped = read(zipped({"inner.zip": inner, "broken.zip": b"PK", "z.txt": PAGE}))
    assert list(found) == ["a.zip/inner.zip/c.txt", "a.zip/z.txt"]
    assert "a.zip/broken.zip: damaged ZIP archive" in skipped[0]
    assert "a.zip/inner.zip/deeper.zip: an archive inside an archive inside" in skipped[1]


def test_names_in_gb18030() -> None:
    # As Chinese Windows writes them: bytes of the system's encoding, no mark for UTF-8.
    raw = "海岛日报.txt".encode("gb18030")
    data = zipped({"x" * len(raw) + "": PAGE}).replace(b"x" * len(raw), raw)
    assert list(read(data)[0]) == ["a.zip/海岛日报.txt"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", zipped({"a.txt": PAGE})[:-10]])
def test_what_is_no_archive(data: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.zip: damaged ZIP archive .*; make it again"):
        read(data)


def test_an_archive_without_a_page() -> None:
    with pytest.raises(InputError, match=r"a\.zip: no file in it that can be read"):
        read(zipped({"a.exe": PAGE}))


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_changed_byte_never_brings_down_the_reading(place: int, value: int) -> None:
    data = bytearray(zipped({"a.txt": PAGE * 3, "b.txt": PAGE}))
    data[place % len(data)] = value
    try:
        found, skipped = read(bytes(data))
    except InputError:
        return
    assert all(contents.startswith(PAGE) for contents in found.values())
    assert len(found) + len(skipped) <= 2


def test_a_bounded_copy_has_the_same_members() -> None:
    members = {"word/document.xml": b"<x/>" * 1000, "[Content_Types].xml": b"<y/>"}
    with zipfile.ZipFile(copy_bounded(zipped(members), 10_000)) as copied:
        assert {name: copied.read(name) for name in copied.namelist()} == members
    with pytest.raises(ValueError, match="when unpacked"):
        copy_bounded(zipped(members), 3000)
