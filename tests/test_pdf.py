"""PDF pages composed from the sample's articles must give these articles back, page for page."""

import io
import random
import re
from collections import Counter
from itertools import combinations

import pytest
from newspaper import any_style, compose, is_caption, sample_articles
from reportlab.pdfgen.canvas import Canvas

from qa.articles import rebuild_page
from qa.errors import InputError
from qa.files import sample_pages
from qa.pdf import MAX_PAGES, MAX_RUNS, read_pdf
from qa.records import Article

ROLE = re.compile(r"[^\u4e00-\u9fff]|本报|新华社|特约|见习|记者|通讯员|摄影|摄")


def refuse(error: InputError) -> None:
    raise error


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def f1(found: int, predicted: int, true: int) -> float:
    return 2 * found / (predicted + true) if predicted + true else 0.0


def title(article: Article) -> str:
    return squeeze(article.kicker + article.headline + article.subtitle)


def texts(article: Article) -> list[str]:
    return [squeeze(p.text) for p in article.paragraphs if p.role != "subhead"]


def pairs(groups: list[list[str]]) -> set[frozenset[str]]:
    return {frozenset(pair) for group in groups for pair in combinations(set(group), 2)}


def score(pages: list[list[Article]], printed: list[list[Article]]) -> dict[str, float]:
    """Compare the articles rebuilt from some pages, page for page, with those printed on them."""
    counts: Counter[str] = Counter()
    true_pairs: set[frozenset[str]] = set()
    given_pairs: set[frozenset[str]] = set()
    for rebuilt, articles in zip(pages, printed, strict=True):
        true = Counter(text for article in articles for text in texts(article))
        given = Counter(text for article in rebuilt for text in texts(article))
        counts["paragraphs"] += (true & given).total()
        counts["printed"] += true.total()
        counts["rebuilt"] += given.total()
        true_pairs |= pairs([texts(article) for article in articles])
        given_pairs |= pairs([[t for t in texts(article) if t in true] for article in rebuilt])
        for article in articles:
            if is_caption(article):
                continue
            best = max(rebuilt, key=lambda other: len(set(texts(other)) & set(texts(article))))
            common = (Counter(title(article)) & Counter(title(best))).total()
            counts["headlines"] += 1
            counts["headline_hits"] += f1(common, len(title(best)), len(title(article))) >= 0.9
            names = [ROLE.sub("", person) for person in article.byline]
            counts["bylines"] += bool(names)
            counts["byline_hits"] += bool(names) and all(name in "".join(best.byline) for name in names)
    return {
        "paragraph_f1": f1(counts["paragraphs"], counts["rebuilt"], counts["printed"]),
        "grouping_f1": f1(len(true_pairs & given_pairs), len(given_pairs), len(true_pairs)),
        "headline_acc": counts["headline_hits"] / counts["headlines"],
        "byline_acc": counts["byline_hits"] / counts["bylines"],
    }


@pytest.mark.parametrize("columns", [3, 4, 5])
def test_articles_of_composed_pages_are_rebuilt(columns: int) -> None:
    sample = sample_articles(sample_pages())
    pages, printed = [], []
    for seed in (1, 2, 3, 4):
        styles = [any_style(columns, 100 * seed + number) for number in range(len(sample))]
        data, articles = compose(sample, styles)
        read = list(read_pdf("issue.pdf", data, refuse))
        assert [page.number for page in read] == [str(number + 1) for number in range(len(sample))]
        pages += [list(rebuild_page(page).articles) for page in read]
        printed += articles
    figures = score(pages, printed)
    assert {name: round(value, 3) for name, value in figures.items() if value < 0.95} == {}


def blank_pdf(count: int, **options: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(200, 200), **options)
    for number in range(count):
        canvas.rect(20, 20, 100, 100, fill=1)
        if options:
            canvas.drawString(20, 150, f"text {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scattered_pdf(count: int) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(2000, 2000))
    for number in range(count):
        canvas.drawString(30.0 * (number % 60), 20.0 * (number // 60), "7")
    canvas.save()
    return buffer.getvalue()


NO_PAGES = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj
trailer <</Root 1 0 R>>
"""


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (blank_pdf(1), "page 1: no text found in the picture"),
        (blank_pdf(1, encrypt="secret"), "encrypted PDF; save a copy without a password"),
        (blank_pdf(MAX_PAGES + 1), "split it into smaller files"),
        (scattered_pdf(MAX_RUNS + 100), "scattered pieces of text on page 1; export it as text"),
        (NO_PAGES, "export it again"),
        (blank_pdf(1)[:300], "damaged or truncated PDF"),
        (b"%PDF-1.7\n", "damaged or truncated PDF"),
        ("标题\n正文".encode(), "not a PDF"),
        (b"", "not a PDF"),
    ],
    ids=["scan", "encrypted", "endless", "scattered", "no pages", "truncated", "head alone", "text", "empty"],
)
def test_bad_files_are_refused_in_one_line(data: bytes, remedy: str) -> None:
    with pytest.raises(InputError) as refusal:
        list(read_pdf("某报.pdf", data, refuse))
    message = str(refusal.value)
    assert message.startswith("某报.pdf: ")
    assert remedy in message
    assert "\n" not in message


def test_a_file_is_not_called_encrypted_for_the_one_before_it() -> None:
    odd = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    odd += b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    odd += b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n96\n%%EOF"
    for data, remedy in (
        (blank_pdf(1, encrypt="secret"), "encrypted PDF"),
        (odd, "damaged or truncated PDF"),
    ):
        with pytest.raises(InputError, match=remedy):
            list(read_pdf("某报.pdf", data, refuse))


def test_damaged_bytes_never_raise_anything_else() -> None:
    sample = sample_articles(sample_pages())[:1]
    data, _ = compose(sample, [any_style(3, 1)])
    rng = random.Random(1)  # noqa: S311 (no secret)
    for _ in range(20):
        damaged = bytearray(data)
        for _ in range(30):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            assert all(page.lines for page in read_pdf("damaged.pdf", bytes(damaged), lambda _: None))
        except InputError:
            continue


def test_lines_carry_their_size_and_frames_are_parted_by_blank_lines() -> None:
    sample = sample_articles(sample_pages())[:1]
    data, printed = compose(sample, [any_style(4, 2)])
    (page,) = read_pdf("issue.pdf", data, refuse)
    assert all(page.text[line.start : line.end] == line.text and line.size > 0 for line in page.lines)
    body = Counter(round(line.size, 1) for line in page.lines).most_common(1)[0][0]
    headline = next(article.headline for article in printed[0])
    assert all(line.size > 1.4 * body for line in page.lines if line.text == headline)
    assert page.text.strip().count("\n\n") == len(printed[0]) - 1
    assert any(line.caption for line in page.lines)
