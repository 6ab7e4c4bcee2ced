"""References to newspaper articles: GB/T 7714-2015 and BibTeX."""

import re
from collections.abc import Iterable

from qa.records import Answer, Article, Citation
from ui.exports.texts import one_line

__all__ = ["bibtex", "cited_articles", "gbt7714", "reference"]

_ROLE = re.compile(r"^\S*(?:记者|通讯员|评论员|特派员|撰稿人)\s+(?=\S)")
_NAMED_AUTHORS = 3  # GB/T 7714-2015, 8.1.2: of more than three the first three, then 等
_BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    # Not \{ and \}: BibTeX counts those as braces too, and one without the other ends the entry.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"\textquotedbl{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}
_MONTH = slice(5, 7)


def cited_articles(answers: Iterable[Answer]) -> list[Citation]:
    """Return the first citation of each article, in order; of an abstention those of its nearest evidence."""
    first: dict[str, Citation] = {}
    for answer in answers:
        for citation in answer.citations or answer.nearest:
            first.setdefault(citation.article_id, citation)
    return list(first.values())


def gbt7714(answers: Iterable[Answer]) -> str:
    """Return a numbered list of references, one article a line."""
    cited = enumerate(cited_articles(answers), 1)
    return "".join(f"[{number}] {reference(citation)}\n" for number, citation in cited)


def reference(citation: Citation) -> str:
    """Return the reference to a newspaper article: 作者. 题名[N]. 报名, 年-月-日(版次).

    GB/T 7714-2015, 4.4 and A.4. What is not known of an article is left out, as its 8.1.4 and 8.8.1
    allow in numbered lists; the page is the one on which the quote begins.
    """
    article = citation.article
    issue = ", ".join(filter(None, (one_line(article.source), one_line(article.date))))
    page = _page(citation)
    issue += f"({page})" if page else ""
    parts = (_authors_in_words(article), f"{_title(article)}[N]", issue)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def bibtex(answers: Iterable[Answer]) -> str:
    """Return an entry for each article, of BibTeX's type ``article`` and in UTF-8."""
    return "\n".join(_entry(citation) for citation in cited_articles(answers))


def _entry(citation: Citation) -> str:
    article = citation.article
    date = one_line(article.date)
    fields = {
        "author": " and ".join(f"{{{_escape(name)}}}" for name in _authors(article)),
        "title": f"{{{_escape(_title(article))}}}",  # a second pair of braces keeps its capitals
        "journal": _escape(one_line(article.source)),
        "date": _escape(date),
        "year": _escape(date[:4]),
        "month": _escape(date[_MONTH]),
        "pages": _escape(_page(citation)),
        "entrysubtype": "newspaper",
    }
    told = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items() if value not in ("", "{}"))
    return f"@article{{{_key(article)}{told}\n}}\n"


def _key(article: Article) -> str:
    """Return a name that no other entry has, of letters that every program takes."""
    plain = re.sub(r"[^0-9A-Za-z]", lambda found: f"-{ord(found.group()):x}-", article.article_id)
    return f"wenbao-{plain}"


def _escape(text: str) -> str:
    return "".join(_BIBTEX_SPECIAL.get(character, character) for character in text)


def _authors(article: Article) -> list[str]:
    """Return the names of a byline without what their bearers are (本报记者)."""
    return [_ROLE.sub("", name) for name in map(one_line, article.byline) if name]


def _authors_in_words(article: Article) -> str:
    names = _authors(article)
    others = ["等"] if len(names) > _NAMED_AUTHORS else []
    return ", ".join(names[:_NAMED_AUTHORS] + others)


def _title(article: Article) -> str:
    return ": ".join(filter(None, (one_line(article.title), one_line(article.subtitle))))


def _page(citation: Citation) -> str:
    return one_line(citation.article.printed_at(citation.start)[1])
