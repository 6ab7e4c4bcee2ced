"""Measures scans: composed pages are rendered, read by OCR and compared with the articles set on them.

``python tests/scan_figures.py DPI SEED...``: a page of the sample for each seed, on three to five columns.
A paragraph of which at least 95 of 100 characters are right counts as found: what is measured is the
rebuilding; characters are measured apart.
"""

import sys
import time
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher

import pypdfium2
from newspaper import any_style, compose, sample_articles
from test_pdf import refuse, score, squeeze

from qa.articles import rebuild_page
from qa.files import sample_pages
from qa.pdf import read_pdf
from qa.records import Article, Page, Paragraph
from qa.scans import read_scan


def mend(page: Page, printed: list[Article]) -> list[Article]:
    """Return the articles of a page, paragraphs that were read with few errors as they were printed."""
    known = [squeeze(paragraph.text) for article in printed for paragraph in article.paragraphs]

    def nearest(paragraph: Paragraph) -> Paragraph:
        text = squeeze(paragraph.text)
        ratios = {other: SequenceMatcher(None, text, other, autojunk=False).ratio() for other in known}
        best = max(known, key=lambda other: ratios[other])
        return replace(paragraph, text=best) if ratios[best] >= 0.95 else paragraph

    rebuilt = list(rebuild_page(page).articles)
    return [replace(a, paragraphs=tuple(nearest(p) for p in a.paragraphs)) for a in rebuilt]


def measure(dpi: int, seeds: list[int]) -> None:
    sample = sample_articles(sample_pages())
    read, printed, counts, seconds = [], [], Counter[str](), 0.0
    for seed in seeds:
        data, articles = compose([sample[seed % len(sample)]], [any_style(3 + seed % 3, seed)])
        image = pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        start = time.process_time()
        page = read_scan("scan.png", None, image)
        seconds += time.process_time() - start
        (true,) = read_pdf("page.pdf", data, refuse)
        given, wanted = Counter(squeeze(page.text)), Counter(squeeze(true.text))
        counts["wrong"] += max((given - wanted).total(), (wanted - given).total())
        counts["characters"] += wanted.total()
        counts["lines"] += len(true.lines)
        read.append(mend(page, articles[0]))
        printed += articles
    figures = {name: round(value, 3) for name, value in score(read, printed).items()}
    wrong = counts["wrong"] / counts["characters"]
    print(f"{dpi} dpi: {figures}, characters {1 - wrong:.4f} of {counts['characters']:,}")
    print(f"{seconds / len(seeds):.1f} core seconds a page of {counts['lines'] / len(seeds):.0f} lines")


if __name__ == "__main__":
    measure(int(sys.argv[1]), [int(seed) for seed in sys.argv[2:]])
