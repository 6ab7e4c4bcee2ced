"""The page of articles: filtered, searched, paged; an article opens beside them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from qa.errors import QuestionError
from qa.lexical import Filters
from ui.head import read_head, read_static
from ui.render import render_card

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.listing import Overview, Tally
    from qa.records import Article
    from ui.holdings import Holdings

__all__ = ["browse_router"]

_ON_A_PAGE = 20
_MOST_FOUND = 200  # passages that a search looks at; the articles among them are listed
_SHOWN_OF_TEXT = 90


@dataclass(frozen=True, slots=True)
class _View:
    """What the address of the page asks for; ``page`` counts from 1."""

    words: str
    filters: Filters
    page: int

    def address(self, page: int) -> str:
        """Return the link to another page of the same list."""
        fields = {"q": self.words, **asdict(self.filters), "page": page if page > 1 else None}
        return "/browse?" + urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class _Listed:
    """An article in the list and the piece of it that is shown."""

    article: "Article"
    start: int
    end: int


def browse_router(assistant: "Assistant", holdings: "Holdings") -> APIRouter:
    """Return the page ``/browse``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/browse", response_class=HTMLResponse)
    def browse(
        q: str = "",
        source: str = "",
        date_from: str = "",
        date_to: str = "",
        section: str = "",
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    ) -> str:
        view = _View(
            q.strip(), Filters(source or None, date_from or None, date_to or None, section or None), page
        )
        problem = ""
        total, listed = 0, list[_Listed]()
        try:
            total, listed = _search(assistant, view) if view.words else _list(assistant, view)
        except QuestionError as error:
            problem = str(error)
        return _page(view, holdings.overview(), total, listed, problem)

    return router


def _list(assistant: "Assistant", view: _View) -> tuple[int, list[_Listed]]:
    offset = (view.page - 1) * _ON_A_PAGE
    found = assistant.browse(offset=offset, limit=_ON_A_PAGE, **asdict(view.filters))
    return found.total, [_Listed(article, 0, 0) for article in found.articles]


def _search(assistant: "Assistant", view: _View) -> tuple[int, list[_Listed]]:
    """Find articles by their best passages, each once."""
    found: dict[str, _Listed] = {}
    for hit in assistant.search(view.words, top_k=_MOST_FOUND, **asdict(view.filters)):
        passage = hit.passage
        if hit.parts.get("words") or hit.parts.get("bigrams"):
            found.setdefault(passage.article.article_id, _Listed(passage.article, passage.start, passage.end))
    offset = (view.page - 1) * _ON_A_PAGE
    return len(found), [*found.values()][offset : offset + _ON_A_PAGE]


def _page(view: _View, overview: "Overview", total: int, listed: list[_Listed], problem: str) -> str:
    failure = f'<p class="failure">{escape(problem)}</p>' if problem else ""
    articles = "".join(map(_card, listed))
    count = "" if problem else f'<p class="word found" role="status">{total:,}</p>'
    body = (
        f"{read_static('browse-masthead.html')}"
        f'<main id="column" class="browse">{_form(view, overview)}{failure}{count}'
        f'<div class="sources">{articles}</div>{_pager(view, total)}</main>'
        f'<div id="article-place">{read_static("article.html")}</div>'
        "<script>wenbao.language.refresh(); wenbao.mountArticle(document.body);</script>"
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>问报 · 浏览</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{read_head()}</head>'
        f'<body class="plain">{body}</body></html>'
    )


def _card(listed: _Listed) -> str:
    article = listed.article
    end = min(listed.start + _SHOWN_OF_TEXT, listed.end or len(article.text))
    shown = article.text[listed.start : end] + ("…" if end < len(article.text) else "")
    return render_card("", article, (listed.start, listed.end), escape(shown))


def _form(view: _View, overview: "Overview") -> str:
    filters = view.filters
    papers = _choice("source", ("全部报纸", "All papers"), overview.newspapers, filters.source)
    sections = _choice("section", ("全部版面", "All sections"), overview.sections, filters.section)
    days = "".join(
        f'<label><span class="word {word}"></span>'
        f'<input type="date" name="{name}" value="{escape(value or "")}"></label>'
        for word, name, value in (
            ("filter-from", "date_from", filters.date_from),
            ("filter-to", "date_to", filters.date_to),
        )
    )
    return (
        '<form class="browse-form" action="/browse" role="search">'
        f'<label class="words"><span class="word search-words"></span><input type="search" id="search" '
        f'name="q" maxlength="200" value="{escape(view.words)}"></label>'
        f"{papers}{sections if overview.sections else ''}{days}"
        '<button class="word search-now"></button></form>'
    )


def _choice(name: str, every: tuple[str, str], tally: "Tally", chosen: str | None) -> str:
    """Return the label and the list of a filter; ``every`` is what stands for no filter, in two languages."""
    options = "".join(_options([value for value, _ in tally], chosen))
    return (
        f'<label><span class="word filter-{name}"></span><select name="{name}">'
        f'<option value="" data-zh="{every[0]}" data-en="{every[1]}"></option>{options}</select></label>'
    )


def _options(names: list[str], chosen: str | None) -> Iterator[str]:
    for name in names:
        selected = " selected" if name == chosen else ""
        yield f'<option value="{escape(name)}"{selected}>{escape(name)}</option>'


def _pager(view: _View, total: int) -> str:
    last = max((total + _ON_A_PAGE - 1) // _ON_A_PAGE, 1)
    links = [
        f'<a class="word {word}" href="{escape(view.address(number))}"></a>'
        for word, number in (("page-before", view.page - 1), ("page-after", view.page + 1))
        if 1 <= number <= last
    ]
    place = f'<span class="page-number">{view.page} / {last}</span>'
    links.insert(1 if view.page > 1 else 0, place)
    return f'<nav class="pager" data-zh="翻页" data-en="Pages">{"".join(links)}</nav>' if last > 1 else ""
