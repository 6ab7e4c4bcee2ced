"""Page dumps in any number, no two with the same articles: the sample's, their characters exchanged.

Layout, punctuation, figures and the words that mark news are kept, so that pages are rebuilt like
true ones. Words are not: the vocabulary is wider than a newspaper's, and an index of it larger.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from qa.files import sample_pages

__all__ = ["write_page_dumps"]

_KEPT = frozenset("本报讯新华社记者通讯员电日月年版图摄影责编第下转上接")
_CHINESE = re.compile("[\u4e00-\u9fff]")


def write_page_dumps(folder: Path, count: int) -> None:
    """Write so many page dumps into a folder, a thousand of them to each folder within."""
    for number, text in enumerate(_exchanged(count)):
        below = folder / f"{number // 1000:03d}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"page-{number:06d}.txt").write_text(text, encoding="utf-8")


def _exchanged(count: int) -> Iterator[str]:
    pages = [path.read_text(encoding="utf-8") for path in sorted(sample_pages().glob("*.txt"))]
    characters = sorted({c for page in pages for c in _CHINESE.findall(page)} - _KEPT)
    generator = random.Random(1)
    for number in range(count):
        others = characters.copy()
        generator.shuffle(others)
        yield pages[number % len(pages)].translate(dict(zip(map(ord, characters), others, strict=True)))
