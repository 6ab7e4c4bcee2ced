"""What the commands print: summaries, articles and answers, as text or as JSON lines."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa.building import Summary
from qa.contracts import article_to_json
from qa.records import Answer, Article

__all__ = ["err", "out", "show_answer", "show_article", "show_summary", "write_json"]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def write_json(value: Any) -> None:
    """Write a value as one line of JSON to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def show_summary(summary: Summary, folder: Path) -> None:
    """Print what an indexing run did, and what was left out."""
    table = Table(
        *("files", "unchanged", "articles", "passages", "embedded", "removed", "skipped"),
        title=escape(str(folder)),
    )
    figures = (summary.files, summary.unchanged, summary.articles, summary.passages, summary.embedded)
    table.add_row(*map(str, figures), str(summary.removed), str(len(summary.skipped)))
    out.print(table)
    for _, reason in summary.skipped:
        err.print(f"skipped: {escape(reason)}")
    if summary.interrupted:
        err.print("interrupted: what is listed is indexed; run the command again for the rest")


def show_article(article: Article, json_output: bool) -> None:
    """Print an Article, as text or as JSON."""
    if json_output:
        write_json(article_to_json(article))
        return
    out.print(f"[bold]{escape(article.headline or '（无标题）')}[/bold]  [dim]{article.article_id}[/dim]")
    lines = [article.kicker, article.subtitle, "　".join(article.byline)]
    lines.append("　".join(part for part in (article.source, article.date, article.page) if part))
    for line in filter(None, lines):
        out.print(f"  {escape(line)}")
    for paragraph in article.paragraphs:
        style = {"subhead": "bold", "caption": "italic"}.get(paragraph.role, "")
        out.print(f"    {escape(paragraph.text)} {escape(paragraph.credit)}".rstrip(), style=style)
    out.print()


def show_answer(answer: Answer) -> None:
    """Print an Answer with its citations, or the nearest evidence."""
    if answer.answered:
        out.print(f"[bold green]{escape(answer.short_answer or '')}[/bold green]")
        out.print(escape(answer.text))
    else:
        out.print(f"[yellow]{escape(answer.text)}[/yellow]")
    for citation in answer.citations or answer.nearest:
        article = citation.article
        told = [
            article.title,
            article.source,
            article.date,
            article.page and f"第{article.page}版",
            article.file,
        ]
        out.print(f"  [dim]\\[{citation.number}] {escape('　'.join(part for part in told if part))}[/dim]")
        if not answer.answered:
            out.print(f"      {escape(citation.quote)}")
