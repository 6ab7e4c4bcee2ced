"""The commands `wenbao quote` and `wenbao count`."""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from qa.assistant import Assistant
from qa.contracts import count_to_json, lookup_to_json
from qa.errors import InputError
from qa.index import default_index_path
from qa.options import FromOption, IndexOption, JsonOption, SectionOption, SourceOption, ToOption
from qa.printing import out, write_json
from qa.quotes import QuoteMatch
from qa.records import Article
from qa.replies import count_in_words, lookup_in_words

__all__ = ["count", "quote"]


def quote(
    text: Annotated[str, typer.Argument(help="A sentence or more; - reads standard input.")],
    index: IndexOption = None,
    source: SourceOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    section: SectionOption = None,
    json_output: JsonOption = False,
) -> None:
    """Tell whether a sentence stands in the archive, where, how far off it is, and who says it."""
    sentence = _standard_input() if text == "-" else text
    with Assistant.open(index or default_index_path()) as assistant:
        found = assistant.look_up(
            sentence, source=source, date_from=date_from, date_to=date_to, section=section
        )
    if json_output:
        write_json(lookup_to_json(found))
    else:
        out.print(escape(lookup_in_words(found)), style="bold green" if found.kind == "exact" else "yellow")
        for match in found.matches:
            _show_match(match)
    if found.kind == "absent":
        raise typer.Exit(1)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise InputError(f"standard input: not UTF-8 text ({error}); convert it first") from error


def _show_match(match: QuoteMatch) -> None:
    """Show what is printed, with [-what the quote leaves out-] and {+what it adds+}, as wdiff does."""
    text, place = match.article.text, match.start
    pieces = []
    for one in match.differences:
        pieces.append(escape(text[place : one.start]))
        pieces += [f"[green]{escape(f'[-{one.printed}-]')}[/green]"] if one.printed else []
        pieces += [f"[red]{escape(f'{{+{one.quoted}+}}')}[/red]"] if one.quoted else []
        place = one.end
    out.print(f"  {''.join(pieces)}{escape(text[place : match.end])}")
    _show_place(match.article)


def _show_place(article: Article) -> None:
    page = article.page and f"第{article.page}版"
    told = (article.title, article.source, article.date, page, article.file)
    out.print(f"      [dim]{escape('　'.join(part for part in told if part))}[/dim]")


def count(  # noqa: PLR0913, PLR0917 (one for each option)
    phrases: Annotated[list[str] | None, typer.Argument(help="Words as they are printed.")] = None,
    index: IndexOption = None,
    any_of: Annotated[bool, typer.Option("--any", help="Count what mentions any of them, not all.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many articles to list.")] = 20,
    source: SourceOption = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    section: SectionOption = None,
    json_output: JsonOption = False,
) -> None:
    """Count the articles that mention words, exactly, and list the first of them; without words, all."""
    with Assistant.open(index or default_index_path()) as assistant:
        counted = assistant.count(
            *(phrases or ()),
            any_of=any_of,
            limit=limit,
            source=source,
            date_from=date_from,
            date_to=date_to,
            section=section,
        )
    if json_output:
        write_json(count_to_json(counted))
    else:
        out.print(escape(count_in_words(counted)), style="bold green" if counted.total else "yellow")
        for citation in counted.citations:
            out.print(f"  {citation.number}. {escape(citation.quote)}")
            _show_place(citation.article)
    if not counted.total:
        raise typer.Exit(1)
