"""Articles in any number, of the sample's sentences recombined, their names and figures drawn anew.

An article takes most sentences from one article of the sample and some from others, so that passages
of one subject stand near each other, as in a newspaper. Names of people and places are drawn by
Zipf's law from thousands, figures at random: common words stay common and new rare ones come.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from qa.articles import rebuild_page
from qa.files import find_files, sample_pages
from qa.pages import split_lines
from qa.passages import sentence_spans
from qa.records import Article
from qa.tagging import tag

__all__ = ["Sentences", "make_article", "sample_sentences"]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国海生文斌宇浩凯晨曦梦瑶思远"
_PLACES = "青石白沙云龙凤凰金银玉水江河湖海山川岭峰松柏梅兰竹菊东西南北中上下新安宁平泰和兴"
_KINDS = ("县", "市", "镇", "乡", "湾", "区", "村")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_NAMES = 20_000
_NEWSPAPERS = ("海岛日报", "山城晚报", "江岸日报", "晨屿晚报", "潮声周刊")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one article of the sample, and in each the spans of names with their tags."""

    texts: tuple[str, ...]
    names: tuple[tuple[tuple[int, int, str], ...], ...]


@cache
def sample_sentences() -> tuple[Sentences, ...]:
    """Read the sample's articles, those of at least four sentences."""
    found = []
    for path in find_files([sample_pages()]):
        for article in rebuild_page(split_lines(path.name, path.read_text(encoding="utf-8"))).articles:
            texts = [article.text[start:end] for start, end in sentence_spans(article.text)]
            texts = [text for text in texts if text[-1] in "。！？" and len(text) > 8]
            if len(texts) >= 4:
                found.append(Sentences(tuple(texts), tuple(map(_names, texts))))
    return tuple(found)


def _names(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((t.start, t.end, t.label) for t in tag(text) if t.label in {"PER", "LOC"})


def vary(text: str, names: tuple[tuple[int, int, str], ...], generator: random.Random) -> str:
    """Draw names and figures of a sentence anew."""
    pieces, position = [], 0
    for start, end, kind in names:
        pieces += [_figures(text[position:start], generator), _name(kind, generator)]
        position = end
    return "".join([*pieces, _figures(text[position:], generator)])


def _figures(text: str, generator: random.Random) -> str:
    return _FIGURE.sub(lambda m: str(generator.randint(1, 10 ** min(len(m.group()), 4))), text)


def _name(kind: str, generator: random.Random) -> str:
    # By Zipf's law: the rank is drawn evenly over its logarithm.
    rank = int(_NAMES ** generator.random())
    own = random.Random(rank * 2 + (kind == "PER"))
    if kind == "PER":
        return own.choice(_SURNAMES) + "".join(own.choices(_GIVEN, k=own.choice((1, 2))))
    return "".join(own.choices(_PLACES, k=2)) + own.choice(_KINDS)


def draw_sentence(subject: int, generator: random.Random) -> str:
    """Return a sentence of a subject, or of another one now and then."""
    sample = sample_sentences()
    sentences = sample[subject] if generator.random() < 0.75 else generator.choice(sample)
    place = generator.randrange(len(sentences.texts))
    return vary(sentences.texts[place], sentences.names[place], generator)


def make_article(number: int) -> Article:
    """Return an Article of three to six paragraphs, each as long as a passage; the same for a number."""
    generator = random.Random(number)
    subject = generator.randrange(len(sample_sentences()))
    paragraphs = [
        "".join(draw_sentence(subject, generator) for _ in range(generator.randint(3, 6)))
        for _ in range(generator.randint(3, 6))
    ]
    return dated_article(number, draw_sentence(subject, generator)[:18], paragraphs)


def dated_article(number: int, headline: str, paragraphs: list[str]) -> Article:
    """Return an Article with a newspaper and a day of ten years, ten of them to each issue."""
    day = np.datetime64("2015-01-01") + number // 50 % 3650
    source = _NEWSPAPERS[number % len(_NEWSPAPERS)]
    return Article.from_text(
        "\n".join(paragraphs), headline=headline, source=source, date=str(day), file=f"scale/{number}.txt"
    )


def make_articles(passages: int) -> Iterator[Article]:
    """Yield Articles of about so many passages in all."""
    for number in range(passages * 2 // 9):
        yield make_article(number)
