"""Images of every kind come out as upright grey pictures; what is no image of a page is refused in one line."""

import io
import random
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from qa import images
from qa.errors import InputError
from qa.images import read_image
from qa.records import Page
from qa.scans import MAX_PIXELS


def refuse(error: InputError) -> None:
    raise error


def mark() -> Image.Image:
    """A dark corner at the top left of a white page."""
    page = Image.new("L", (80, 60), 255)
    page.paste(0, (0, 0, 20, 10))
    return page


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, Image.Image]]:
    """The pictures that would be read, with the number of their page."""
    pictures: list[tuple[str | None, Image.Image]] = []

    def read(file: str, number: str | None, image: Image.Image) -> Page:
        pictures.append((number, image.copy()))
        return Page(file, "", (), number)

    monkeypatch.setattr(images, "read_scan", read)
    return pictures


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    undone = {3: 180, 6: 90, 8: 270}[orientation]
    return encode(mark().rotate(undone, expand=True), "JPEG", exif=exif, quality=95)


def wide() -> Image.Image:
    return Image.fromarray(np.asarray(mark(), dtype=np.uint16) * 257)


def clear() -> Image.Image:
    page = Image.new("RGBA", (80, 60), (0, 0, 0, 0))
    page.paste((0, 0, 0, 255), (0, 0, 20, 10))
    return page


@pytest.mark.parametrize(
    "data",
    [
        encode(mark(), "PNG"),
        encode(mark(), "BMP"),
        encode(mark(), "TIFF"),
        encode(mark(), "TIFF", compression="tiff_lzw"),
        encode(mark().convert("1"), "TIFF", compression="group4"),
        encode(mark().convert("RGB"), "WEBP", lossless=True),
        encode(mark().convert("P"), "PNG"),
        encode(mark().convert("RGB").convert("CMYK"), "JPEG", quality=95),
        encode(clear(), "PNG"),
        encode(wide(), "PNG"),
        encode(wide(), "TIFF"),
        turned(3),
        turned(6),
        turned(8),
    ],
    ids=["png", "bmp", "tiff", "lzw", "fax", "webp", "palette", "cmyk", "alpha", "16 bit", "16 bit tiff", "180", "90", "270"],
)  # fmt: skip
def test_images_are_upright_and_grey_on_white(
    data: bytes, seen: list[tuple[str | None, Image.Image]]
) -> None:
    (found,) = read_image("a.png", data, refuse)
    ((number, picture),) = seen
    assert (found.number, number, picture.mode, picture.size) == (None, None, "L", (80, 60))
    values = np.asarray(picture)
    assert values[:8, :18].max() < 40
    assert values[14:, 24:].min() > 215


def test_pages_of_one_tiff_are_numbered(seen: list[tuple[str | None, Image.Image]]) -> None:
    data = encode(mark(), "TIFF", save_all=True, append_images=[ImageOps.invert(mark()), mark()])
    assert [page.number for page in read_image("a.tif", data, refuse)] == ["1", "2", "3"]
    assert [np.asarray(picture)[0, 0] for _, picture in seen] == [0, 255, 0]


def test_a_large_image_is_made_smaller(seen: list[tuple[str | None, Image.Image]]) -> None:
    list(read_image("a.png", encode(Image.new("1", (9000, 6000), 1), "PNG"), refuse))
    ((_, picture),) = seen
    assert 0.98 * MAX_PIXELS < picture.width * picture.height <= MAX_PIXELS
    assert picture.width / picture.height == pytest.approx(1.5, abs=0.01)


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def moving(kind: str) -> bytes:
    return encode(mark(), kind, save_all=True, append_images=[ImageOps.invert(mark())])


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (bomb(), "pixels; save it at 300 dpi or less"),
        (encode(Image.effect_noise((200, 200), 90), "PNG")[:9000], "damaged or truncated image"),
        (encode(Image.effect_noise((200, 200), 90), "JPEG")[:3000], "truncated image; scan or export it again"),
        (encode(mark(), "TIFF")[:100], "damaged"),
        (b"", "damaged, or no image"),
        ("标题\n正文".encode(), "damaged, or no image"),
        (moving("PNG"), "a moving image; save the page as a still one"),
        (moving("WEBP"), "a moving image; save the page as a still one"),
        (encode(Image.new("L", (10, 10)), "PNG"), "a picture of 10 x 10 pixels"),
    ],
    ids=["bomb", "cut png", "cut jpeg", "cut tiff", "empty", "text", "moving png", "moving webp", "dot"],
)  # fmt: skip
def test_bad_images_are_refused_in_one_line(
    data: bytes, remedy: str, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    with pytest.raises(InputError) as refusal:
        list(read_image("旧报.png", data, refuse))
    message = str(refusal.value)
    assert message.startswith("旧报.png: ")
    assert remedy in message
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
def test_damaged_bytes_never_raise_anything_else(
    kind: str, seen: list[tuple[str | None, Image.Image]]
) -> None:
    rng = random.Random(kind)  # noqa: S311 (no secret)
    data = encode(Image.effect_noise((64, 64), 90), kind)
    for _ in range(40):
        damaged = bytearray(data)
        for _ in range(4):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            list(read_image("a", bytes(damaged), refuse))
        except InputError:
            continue
