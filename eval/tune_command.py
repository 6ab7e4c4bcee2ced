"""The command `wenbao tune`: fit the fusion weights to an index's encoder, and keep them with it."""

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from eval.gains import Gain
from eval.gold import read_gold
from eval.tuning import Queries, headline_queries, tune
from qa.assistant import Assistant
from qa.errors import IndexStateError, WenbaoError
from qa.fusion import FusionWeights, read_weights, write_weights
from qa.index import default_index_path, read_manifest
from qa.options import IndexOption, JsonOption

__all__ = ["tune_index"]


def tune_index(
    index: IndexOption = None,
    gold: Annotated[
        Path | None,
        typer.Option("--gold", help="Gold questions to tune on; without them, the archive's own headlines."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=20, help="Tune on so many articles at most.")] = 1000,
    json_output: JsonOption = False,
) -> None:
    """Fit the weights of words, bigrams and vectors to the index's encoder; keep them if they help.

    Exit status: 0 kept, 1 no certain gain, 2 wrong usage or unreadable input.
    """
    try:
        folder = index or default_index_path()
        manifest = read_manifest(folder)
        if manifest is None:
            raise IndexStateError(f"{folder}: no index here; make one with `wenbao index PATH...`")
        weights, gain = _tune(folder, manifest.encoder, gold, limit)
        if gain.helps:
            write_weights(folder, manifest.encoder, weights)
    except WenbaoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    _tell(weights, gain, json_output)
    if not gain.helps:
        raise typer.Exit(1)


def _tune(folder: Path, encoder: str, gold: Path | None, limit: int) -> tuple[FusionWeights, Gain]:
    current = read_weights(folder, encoder)
    with Assistant.open(folder) as assistant:
        if gold:
            return tune(assistant, _gold_queries(gold, assistant)[:limit], current)
        articles, queries = headline_queries(list(islice(assistant.articles(), limit)))
    with Assistant.from_articles(articles, encoder=encoder) as bare:
        return tune(bare, queries, current)


def _gold_queries(gold: Path, assistant: Assistant) -> Queries:
    """Return the questions whose article the index has, by the headline or the id that they name."""
    by_name = {name: a.article_id for a in assistant.articles() for name in (a.headline, a.article_id)}
    asked = read_gold(gold).questions
    named = [(q.question, by_name.get(q.article_id or q.headline)) for q in asked if q.answerable]
    return [(question, article_id) for question, article_id in named if article_id]


def _tell(weights: FusionWeights, gain: Gain, json_output: bool) -> None:
    if json_output:
        typer.echo(json.dumps({"weights": asdict(weights)} | asdict(gain) | {"kept": gain.helps}))
        return
    chosen = f"words {weights.words}, bigrams {weights.bigrams}, vectors {weights.vectors}"
    typer.echo(f"{gain.queries} queries: {gain.told} with {chosen}")
    typer.echo("kept with the index" if gain.helps else "no certain gain: the weights stay as they are")
