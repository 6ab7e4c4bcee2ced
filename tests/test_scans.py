"""A small page, composed and rendered here, is read by the real engine and must give its articles back."""

import io
import shutil
import subprocess
import sys
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from newspaper import FONT, wrap
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from qa.articles import rebuild_page
from qa.errors import InputError
from qa.pdf import read_pdf
from qa.records import Article, Page
from qa.scans import read_scan

WIDTH, HEIGHT, MARGIN, GUTTER, BODY, LEADING = 420.0, 250.0, 24.0, 16.0, 9.0, 13.5
COLUMN = (WIDTH - 2 * MARGIN - 2 * GUTTER) / 3
HEADLINE = "青石巷的老邮局又开张了"
PARAGRAPHS = [
    "城南的青石巷里，停业九年的老邮局上个星期重新开张。柜台还是原来的柜台，墙上多了一排可以寄出的明信片。",
    "第一天来了四百多人，最远的一位坐了五个小时火车。他要寄的信只有一句话，写给二十年前住在这里的自己。",
    "邮局每天早上八点开门，傍晚六点关门。管理员说，寄往外省的信大约四天可以送到，写错地址的都会退回来。",
    "附近的小学把写信课搬到了这里，孩子们学会了折信封、贴邮票，也学会了等一封回信要多久。",
]
CAPTION = "图①　孩子们在老邮局里贴邮票。"


def has_chinese_font() -> bool:
    listing = shutil.which("fc-list")
    return bool(listing and subprocess.run([listing, ":lang=zh"], capture_output=True, check=True).stdout)


needs_font = pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font to render a page with")


@cache
def page_pdf() -> bytes:
    """A headline over three columns, a byline, and a photograph with its caption in the third."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT))

    def put(words: str, left: float, base: float, size: float) -> None:
        canvas.setFont(FONT, size)
        canvas.drawString(left, HEIGHT - base, words)

    put(HEADLINE, (WIDTH - 22 * len(HEADLINE)) / 2, 42, 22)
    put("本报记者 米小舟", WIDTH / 2 - 32, 60, BODY)
    lines = [line for text in PARAGRAPHS for line in wrap(text, COLUMN, BODY, 2.0)]
    for number, (words, indent) in enumerate(lines):
        column, row = divmod(number, 9)
        put(words, MARGIN + column * (COLUMN + GUTTER) + indent * BODY, 80 + row * LEADING, BODY)
    left = MARGIN + 2 * (COLUMN + GUTTER)
    picture = ImageReader(Image.new("L", (8, 8), 90))
    canvas.drawImage(picture, left, HEIGHT - 225, COLUMN, 50)
    put(CAPTION, left, 238, 0.85 * BODY)
    canvas.save()
    return buffer.getvalue()


@cache
def picture(dpi: int = 200) -> Image.Image:
    page = pypdfium2.PdfDocument(page_pdf())[0]
    rendered: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
    return rendered.convert("L")


def scanned_pdf(*pages: Image.Image | bytes) -> bytes:
    """A PDF whose pages are pictures, or pages of another PDF."""
    whole = pypdfium2.PdfDocument.new()
    for page in pages:
        if isinstance(page, bytes):
            whole.import_pages(pypdfium2.PdfDocument(page))
        else:
            buffer = io.BytesIO()
            page.save(buffer, "PDF", resolution=200)
            whole.import_pages(pypdfium2.PdfDocument(buffer.getvalue()))
    buffer = io.BytesIO()
    whole.save(buffer)
    return buffer.getvalue()


@cache
def page() -> Page:
    return read_scan("旧报.png", None, picture())


def alike(text: str, other: str) -> float:
    return SequenceMatcher(None, "".join(text.split()), "".join(other.split()), autojunk=False).ratio()


def check_articles(articles: list[Article]) -> None:
    story = next(article for article in articles if article.headline)
    assert alike(story.headline, HEADLINE) > 0.9
    assert story.byline == ("本报记者 米小舟",)
    paragraphs = [p.text for p in story.paragraphs if p.role == "body"]
    assert len(paragraphs) == len(PARAGRAPHS)
    assert min(map(alike, paragraphs, PARAGRAPHS)) > 0.95
    captions = [p.text for article in articles for p in article.paragraphs if p.role == "caption"]
    assert len(captions) == 1
    assert alike(captions[0], CAPTION.partition("\u3000")[2]) > 0.9


@needs_font
def test_headline_columns_byline_and_caption_of_a_scan() -> None:
    check_articles(list(rebuild_page(page()).articles))


@needs_font
def test_spans_are_places_in_the_text_of_the_page_and_the_doubt_is_told() -> None:
    assert all(page().text[line.start : line.end] == line.text for line in page().lines)
    for article in rebuild_page(page()).articles:
        for paragraph in article.paragraphs:
            raw = "".join(page().text[start:end] for start, end in paragraph.spans)
            assert "".join(raw.split()) == "".join((paragraph.text + paragraph.credit).split())
    assert 0.9 < page().confidence < 1.0


@needs_font
def test_a_page_that_was_laid_askew() -> None:
    turned = picture().rotate(1.5, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    check_articles(list(rebuild_page(read_scan("a.png", None, turned)).articles))


@needs_font
def test_pages_with_text_are_read_as_text_and_scanned_ones_as_pictures() -> None:
    told: list[InputError] = []
    blank = Image.new("L", (300, 300), 255)
    pages = list(read_pdf("旧报.pdf", scanned_pdf(page_pdf(), blank, picture()), told.append))
    assert [(found.number, found.confidence < 1) for found in pages] == [("1", False), ("3", True)]
    for found in pages:
        check_articles(list(rebuild_page(found).articles))
    (message,) = map(str, told)
    assert message.startswith("旧报.pdf: page 2: no text found in the picture")


def test_pictures_without_text() -> None:
    with pytest.raises(InputError, match=r"^a\.png: no text found in the picture; scan the page anew"):
        read_scan("a.png", None, Image.new("L", (200, 200), 255))
    with pytest.raises(InputError, match=r"^a\.tif: page 2: a picture of 300 x 20 pixels"):
        read_scan("a.tif", "2", Image.new("L", (300, 20), 255))


def test_without_the_extra_a_line_for_each_file_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    told: list[InputError] = []
    blank = Image.new("L", (300, 300), 255)
    remedy = '旧报.pdf: a scan, not text; to read it, pip install "wenbao[ocr]"'
    (found,) = read_pdf("旧报.pdf", scanned_pdf(blank, page_pdf(), blank), told.append)
    assert found.number == "2"
    assert [str(error) for error in told] == [remedy]
    with pytest.raises(InputError) as refusal:
        list(read_pdf("旧报.pdf", scanned_pdf(blank, blank), told.append))
    assert str(refusal.value) == remedy


ALONE = """
import socket, sys
def refuse(*_, **__): raise AssertionError("network")
socket.socket.connect = socket.getaddrinfo = refuse
import qa.pdf, qa.images, qa.sources, qa.rebuilding
assert not {"rapidocr", "cv2", "onnxruntime"} & set(sys.modules), "imported before a scan was met"
from PIL import Image
from qa.errors import InputError
from qa.scans import read_scan
try:
    read_scan("a.png", None, Image.open(sys.argv[1]))
except InputError as error:
    sys.exit(str(error))
"""


@needs_font
def test_nothing_is_imported_early_fetched_or_printed(tmp_path: Path) -> None:
    picture().crop((0, 40, picture().width, 134)).save(tmp_path / "a.png")
    command = [sys.executable, "-c", ALONE, str(tmp_path / "a.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
