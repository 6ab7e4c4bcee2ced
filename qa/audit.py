"""A rebuilt page as HTML to check by eye: printed lines at the left, the articles made of them at the right.

Pure functions. The page is whole in itself: styles inside, no script, nothing fetched. Text of the
archive is escaped, and characters that cannot be seen are shown by their code points. Whatever else
a decision might have been is given as the correction that would bring it about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import PurePath

from qa.articles import Rebuilding
from qa.corrections import Correction
from qa.decisions import Decision
from qa.markup import count_of, document, label, percent, text_of
from qa.records import Article, Paragraph

__all__ = ["Place", "Row", "render_contents", "render_page", "row_of"]

_COLOURS = 8  # classes c0 to c7 of audit.css
_SHOWN = 3  # alternatives of one decision
_QUOTED = 24  # characters of a line in the words for a decision
_FORMS = (
    ("headline 37-38 = 12", "第37、38行是第12行所在那篇的标题", "lines 37 and 38 are its headline"),
    ("headline none = 12", "第12行所在那篇没有标题", "it has no headline"),
    ("headline 37 = none", "第37行不是哪一篇的标题", "line 37 is no headline"),
    ("split 45", "第45行起另是一篇", "another article begins on line 45"),
    ("join 60 = 12", "第60行那一篇并入第12行所在那篇", "the text of line 60 belongs to that of line 12"),
    ("join 60", "并入上面一篇", "to the article above it"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its links, the file for its corrections, the lines that begin its section."""

    corrections: str
    section: tuple[str, ...] = ()
    contents: str | None = None
    previous: str | None = None
    following: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What the contents tell of a page: how many articles, decisions to check, the lowest confidence."""

    name: str
    articles: int
    unsure: int
    lowest: float
    link: str


def row_of(page: Rebuilding, link: str) -> Row:
    """Return the row of a page in the contents."""
    unsure = sum(decision.unsure for decision in page.decisions)
    lowest = min((article.confidence for article in page.articles), default=1.0)
    return Row(_name(page), len(page.articles), unsure, lowest, link)


def render_contents(rows: Iterable[Row]) -> str:
    """Return the page that leads to all pages, those that need checking most first."""
    ordered = sorted(rows, key=lambda row: (-row.unsure, row.lowest))
    lines = [
        f'<tr class="{"check" if row.unsure else "fine"}">'
        f'<td><a href="{escape(row.link)}">{text_of(row.name)}</a></td>'
        f"<td>{row.articles}</td><td>{row.unsure or '–'}</td><td>{percent(row.lowest)}</td></tr>"
        for row in ordered
    ]
    articles, unsure = sum(row.articles for row in ordered), sum(row.unsure for row in ordered)
    columns = (
        ("版面", "page"),
        ("篇", "articles"),
        ("待核对", "to check"),
        ("最低把握", "lowest confidence"),
    )
    body = (
        f"<header><h1>{label('版面核对', 'audit of pages')}</h1>"
        f'<p class="facts">{count_of(len(ordered), "个版面", "pages")} · '
        f"{_totals(articles, unsure)}</p></header>"
        f'<table class="contents"><thead><tr>{"".join(f"<th>{label(*column)}</th>" for column in columns)}'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    return document("版面核对", "index", body)


def render_page(page: Rebuilding, place: Place) -> str:
    """Return the audit of one page."""
    unsure = [decision for decision in page.decisions if decision.unsure]
    checks = "".join(
        f"<li>{percent(d.probability)} {_meaning(d.chosen, page)}</li>"
        for d in sorted(unsure, key=lambda decision: decision.probability)
    )
    links = (
        (place.previous, "← 上一版", "previous"),
        (place.contents, "目录", "contents"),
        (place.following, "下一版 →", "next"),
    )
    navigation = "".join(
        f'<a href="{escape(link)}">{label(word, english)}</a>' for link, word, english in links if link
    )
    articles = "".join(_article(page, number) for number in range(len(page.articles)))
    body = (
        f"<header><nav>{navigation}</nav><h1>{text_of(_name(page))}</h1>"
        f'<p class="facts">{_totals(len(page.articles), len(unsure))}</p><ol class="checks">{checks}</ol>'
        f'<ul class="refused">{"".join(f"<li>{text_of(reason)}</li>" for reason in page.refused)}</ul>'
        f"{_help(place) if page.owners else ''}</header>"
        f'<main><section class="lines">{_lines(page)}</section>'
        f'<section class="articles">{articles}</section></main>'
    )
    lit = _hover(len(page.articles)) if page.owners else ""
    return document(_name(page), "page", f"<style>{lit}</style>{body}")


def _help(place: Place) -> str:
    """Tell where corrections of the page are written, and what they look like."""
    forms = "".join(f"<li><code>{form}</code> {label(word, english)}</li>" for form, word, english in _FORMS)
    section = "".join(f" <code>{text_of(line)}</code>" for line in place.section)
    where = label("更正写在", "corrections go into") + f" <code>{text_of(place.corrections)}</code>"
    where += label("，先写", "after") + section if section else ""
    return f"<details><summary>{where}</summary><ul>{forms}</ul></details>"


def _totals(articles: int, unsure: int) -> str:
    return count_of(articles, "篇", "articles") + " · " + count_of(unsure, "处待核对", "to check")


def _hover(count: int) -> str:
    """Return the rules by which an article and its lines light up together."""
    return "".join(
        f"main:has(.n{k}:hover) .n{k},main:has(#A{k}:target) .n{k}{{--lit:1}}" for k in range(1, count + 1)
    )


def _name(page: Rebuilding) -> str:
    number = page.page.number
    return PurePath(page.page.file).name + (f" 第{number}页" if number else "")


def _number(page: Rebuilding, decision: Decision) -> int:
    """Return the number, from 1, of the article that a decision is about; 0 where there is none."""
    owner = page.owners[decision.line - 1]
    return 0 if owner is None else owner + 1


def _lines(page: Rebuilding) -> str:
    if not page.owners:
        note = label(
            "没有可对照的原行：这种格式的文章按原样读入。",
            "no printed lines: the articles were read as they are",
        )
        return f'<p class="none">{note}</p>'
    headings = {
        line
        for d in page.decisions
        if d.chosen.kind == "headline" and d.chosen.target and d.chosen.lines
        for line in range(d.chosen.lines[0], d.chosen.lines[1] + 1)
    }
    unsure = {(d.chosen.lines or (d.line, d.line))[0] for d in page.decisions if d.unsure}
    rows, above = [], -1
    for number, (line, owner) in enumerate(zip(page.page.lines, page.owners, strict=True), 1):
        marks = [("h", number in headings), ("u", number in unsure), ("first", owner != above)]
        rows.append(_line(number, line.text, owner, " ".join(mark for mark, holds in marks if holds)))
        above = -1 if owner is None else owner
    return "".join(rows)


def _line(number: int, text: str, owner: int | None, marks: str) -> str:
    if owner is None:
        badge, kind = '<span class="b" title="left out">未收</span>', "out"
    else:
        badge, kind = f'<a class="b" href="#A{owner + 1}">{owner + 1}</a>', _classes(owner)
    printed = f"<i>{number}</i>{badge}<span>{text_of(text)}</span>"
    return f'<div id="L{number}" class="l {kind} {marks}">{printed}</div>'


def _classes(number: int) -> str:
    return f"c{number % _COLOURS} n{number + 1}"


def _article(page: Rebuilding, number: int) -> str:
    article = page.articles[number]
    mine = [d for d in page.decisions if page.owners and _number(page, d) == number + 1]
    flags = "".join(_flag(d, page) for d in mine if d.unsure or d.told)
    others = "".join(_flag(d, page) for d in mine if not (d.unsure or d.told))
    others = (
        others and f"<details><summary>{label('其他判断', 'other decisions')}</summary>{others}</details>"
    )
    facts = [article.source, article.date, f"第{article.page}版" if article.page else None, article.section]
    told = "".join(f"<span>{text_of(fact)}</span>" for fact in facts if fact)
    told += f"<span>{text_of('　'.join(article.byline))}</span>" if article.byline else ""
    told += f"<span>{text_of(article.dateline)}</span>" if article.dateline else ""
    title = "".join(
        f'<p class="{role}">{text_of(text)}</p>'
        for role, text in (
            ("kicker", article.kicker),
            ("headline", article.headline),
            ("subtitle", article.subtitle),
        )
        if text
    )
    title = title or f'<p class="headline absent">{label("（无标题）", "no headline")}</p>'
    return (
        f'<article id="A{number + 1}" class="{_classes(number)}">'
        f'<div class="title"><b class="b">{number + 1}</b><div>{title}</div></div>'
        f'<p class="facts">{told}{_ranges(page, number)}{_confidence(article)}</p>'
        f"{flags}{''.join(map(_paragraph, article.paragraphs))}{others}</article>"
    )


def _confidence(article: Article) -> str:
    low = ' class="low"' if article.confidence < 0.7 else ""
    return f"<span{low}>{label('把握', 'confidence')} {percent(article.confidence)}</span>"


def _ranges(page: Rebuilding, number: int) -> str:
    """Return links to the stretches of printed lines of an article."""
    lines = [k for k, owner in enumerate(page.owners, 1) if owner == number]
    runs = [
        [k for _, k in group] for _, group in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0])
    ]
    links = "、".join(f'<a href="#L{run[0]}">{_span(run[0], run[-1])}</a>' for run in runs)
    return f"<span>{label('行', 'lines')} {links}</span>" if links else ""


def _paragraph(paragraph: Paragraph) -> str:
    credit = f' <span class="credit">{text_of(paragraph.credit)}</span>' if paragraph.credit else ""
    return f'<p class="{paragraph.role}">{text_of(paragraph.text)}{credit}</p>'


def _flag(decision: Decision, page: Rebuilding) -> str:
    """Return a decision with its probability and alternatives, each with the line that corrects it."""
    if decision.told:
        told = f"<b>{label('已更正', 'corrected')}</b> {_meaning(decision.chosen, page)}"
        return f'<div class="flag told">{told}{_code(decision.chosen)}</div>'
    sign = label("待核对", "to check") + " " if decision.unsure else ""
    others = "".join(
        f"<li>{percent(probability)} {_meaning(other, page)}{_code(other)}</li>"
        for other, probability in decision.alternatives[:_SHOWN]
    )
    kind = "flag unsure" if decision.unsure else "flag"
    chosen = f"<b>{sign}{percent(decision.probability)}</b> {_meaning(decision.chosen, page)}"
    return f'<div class="{kind}">{chosen}<ul>{others}</ul></div>'


def _code(correction: Correction) -> str:
    return f"<code>{text_of(str(correction))}</code>"


def _meaning(correction: Correction, page: Rebuilding) -> str:
    """Say in words what a correction asks for; articles are named by their numbers now."""
    first, last = correction.lines or (0, 0)
    lines = f'<a href="#L{first}">第{_span(first, last)}行</a>{_quote(page, first)}' if first else ""
    target = _owner(page, correction.target)
    if correction.kind == "split":
        return f"{lines}起另是一篇"
    if correction.kind == "join":
        return f"{lines}并入{target or '上面一篇'}"
    if not first:
        return f"{target}没有标题"
    return f"{lines}是{target}的标题" if target else f"{lines}不是哪一篇的标题"


def _owner(page: Rebuilding, line: int | None) -> str:
    owner = page.owners[line - 1] if line else None
    return "" if owner is None else f'<a class="b c{owner % _COLOURS}" href="#A{owner + 1}">{owner + 1}</a>'


def _quote(page: Rebuilding, line: int) -> str:
    text = page.page.lines[line - 1].text.strip()
    return f"「{text_of(text[:_QUOTED])}{'…' if len(text) > _QUOTED else ''}」"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
