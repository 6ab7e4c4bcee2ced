"""An Article as the JSON text that is stored of it, and back."""

import json
from dataclasses import asdict

from qa.records import Article, Continuation, Paragraph

__all__ = ["article_from_record", "article_to_record"]


def article_to_record(article: Article) -> str:
    """Return an Article as JSON text."""
    return json.dumps(asdict(article), ensure_ascii=False, separators=(",", ":"))


def article_from_record(record: str) -> Article:
    """Return the Article of JSON text, without the reprints: these are known by the Index as it is now."""
    values = json.loads(record)
    values["byline"] = tuple(values["byline"])
    values["paragraphs"] = tuple(
        Paragraph(p["text"], p["role"], tuple((s, e) for s, e in p["spans"]), p["credit"])
        for p in values["paragraphs"]
    )
    values["continued"] = tuple(Continuation(**value) for value in values["continued"])
    values["reprints"] = ()
    return Article(**values)
