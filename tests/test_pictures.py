"""Pages as pictures, and the places of quotes on them: the boxes hold the quoted characters and no others."""

import io
from pathlib import Path

import pypdfium2
import pytest
from browsing import page_of_pdf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qa.errors import InputError
from qa.originals import find_original, read_picture
from qa.pictures import find_quote, picture_of_image, picture_of_pdf
from qa.rebuilding import read_articles

PDF = page_of_pdf()
TEXT = (
    "本报讯 南湖步道昨天开放，沿湖走一圈要四十分钟，坡道可以推轮椅。湖边种了樱花与水杉，傍晚有灯。"
    "南湖公园主任顾长风说，步道全长5.6公里，是全市最长的一条，周末游人多，停车场已经扩建。"
)


def text_in(boxes: tuple[object, ...]) -> str:
    """Return what PDFium finds printed within boxes."""
    document = pypdfium2.PdfDocument(PDF)
    page = document[0]
    found = []
    for box in boxes:
        sides = box.left * 600, 800 - box.bottom * 800, box.right * 600, 800 - box.top * 800  # type: ignore[attr-defined]
        left, bottom, right, top = sides
        found.append(page.get_textpage().get_text_bounded(left + 1, bottom, right - 1, top))
    return "".join("".join(found).split())


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_boxes_hold_the_quote(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 12))
    end = data.draw(st.integers(start + 10, len(TEXT)))
    found = find_quote("page.pdf", PDF, TEXT[start:end], 0)
    assert found is not None
    assert text_in(found.boxes) == "".join(TEXT[start:end].split())


def test_quote_that_is_not_printed_is_not_found() -> None:
    assert find_quote("page.pdf", PDF, "北山隧道昨天贯通，全长三公里。", 0) is None
    assert find_quote("page.pdf", PDF, "", 0) is None


def test_quote_is_found_on_another_page_than_the_likely_one() -> None:
    bound = pypdfium2.PdfDocument.new()
    for _ in range(2):
        bound.new_page(600, 800)
    bound.import_pages(pypdfium2.PdfDocument(PDF))
    written = io.BytesIO()
    bound.save(written)
    found = find_quote("volume.pdf", written.getvalue(), "步道全长5.6公里", 0)
    assert found is not None
    assert found.page == 2


def test_picture_is_a_png_of_the_page() -> None:
    picture = Image.open(io.BytesIO(picture_of_pdf("page.pdf", PDF, 0)))
    assert picture.format == "PNG"
    assert picture.width == 1500
    assert abs(picture.height / picture.width - 800 / 600) < 0.01
    with pytest.raises(InputError, match="no page 2"):
        picture_of_pdf("page.pdf", PDF, 1)
    with pytest.raises(InputError, match="cannot be opened"):
        picture_of_pdf("page.pdf", b"%PDF-1.4", 0)


def test_image_file_is_its_own_picture() -> None:
    written = io.BytesIO()
    Image.new("L", (3000, 4000), 255).save(written, "JPEG")
    assert Image.open(io.BytesIO(picture_of_image("page.jpg", written.getvalue(), 0))).size == (1500, 2000)
    with pytest.raises(InputError):
        picture_of_image("page.jpg", written.getvalue(), 3)


def test_article_of_a_pdf_is_shown_on_its_page(tmp_path: Path) -> None:
    file = tmp_path / "晨屿晚报-20250610-01.pdf"
    file.write_bytes(PDF)
    [article] = read_articles(file)
    start = article.text.index("步道全长")
    original = find_original(article, start, start + 9)
    assert original.picture == 0
    assert text_in(original.boxes) == article.text[start : start + 9]
    assert read_picture(article, start, 0) == picture_of_pdf("page.pdf", PDF, 0)
