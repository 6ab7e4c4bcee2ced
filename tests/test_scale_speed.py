"""Indexes of any size measured: what is told, and that articles are added while clients ask."""

import json
import subprocess
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval import composing, scale_speed, scaling, speed
from eval.peers import compare_peers, main
from eval.scale import make_article
from eval.scale_speed import Served, measure, while_asked
from qa.assistant import Assistant
from qa.building import add_articles
from qa.records import Article

FEW = ["2024年化解了多少纠纷？", "主任是谁？"]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few sentences, questions, clients and articles, and no process of its own."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(composing, "Pool", partial(composing.Pool, size=60))
    monkeypatch.setattr(scale_speed, "questions", lambda: FEW)
    for name, value in (("_CLIENTS", 2), ("_ADDED", 2), ("_ALONE", 0.2)):
        monkeypatch.setattr(scale_speed, name, value)
    monkeypatch.setattr(scale_speed, "bandwidth", lambda: 1e10)
    monkeypatch.setattr(speed, "serve_in_own_process", measure)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("options", [[], ["--composed"]])
def test_an_index_is_built_measured_and_added_to(options: list[str], tmp_path: Path) -> None:
    place = tmp_path / "index"
    told = CliRunner().invoke(
        speed.app, ["scale", "--passages", "100", *options, "--index", str(place)], catch_exceptions=False
    )
    assert "passages built in" in told.stdout
    assert ("encoding alone" in told.stdout) is not bool(options)
    with Assistant.open(place) as assistant:
        assert assistant.article(make_article(10**7 + 2).article_id), "added while clients asked"
    again = CliRunner().invoke(speed.app, ["serve", str(place)], catch_exceptions=False)
    figures = {
        line.split("│")[1].strip(): line.split("│")[2].strip()
        for line in again.stdout.splitlines()
        if "│" in line
    }
    assert int(figures["passages"]) >= 100
    assert figures["searched"] == "all compared"
    # Composed of so few sentences, many passages are equally near.
    assert float(figures["recall"]) > (0.3 if options else 0.9)
    assert float(figures["adding seconds"]) == 0


def test_what_fails_while_clients_ask_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    with Assistant.from_articles([Article.from_text("渔港昨天开海。", headline="开海")]) as assistant:
        took, p95, failed = while_asked(assistant, ["", "哪天开海？"], lambda: None)
    assert took >= 0
    assert p95 > 0
    assert failed > 0, "an empty question is none"


@pytest.mark.usefixtures("few")
def test_an_index_is_measured_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    served = dict.fromkeys(Served.__slots__, 1) | {"searched": "all compared"}

    class Done:
        stdout = f"loaded\n{json.dumps(served)}\n"

    def run(command: list[str], **_: object) -> Done:
        ran.append(command)
        return Done()

    monkeypatch.setattr(subprocess, "run", run)
    (tmp_path / "records.sqlite").write_text("x", encoding="ascii")
    assert scale_speed.serve_in_own_process(tmp_path, adding=True).passages == 1
    assert ran[0][1:] == ["-m", "eval.scale_speed", str(tmp_path), "adding"]


def test_growth_is_told_and_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(place: Path, *, adding: bool) -> Served:
        size = int(place.name)
        assert not adding
        times = {"search": 2.0 * size**0.1, "dense": 0.5, "ask": 30.0}
        others = dict.fromkeys(Served.__slots__, 1.0)
        return Served(**others | times | {"passages": size, "searched": "all compared"})

    monkeypatch.setattr(scaling, "serve_in_own_process", serve)
    monkeypatch.setenv("COLUMNS", "200")
    command = typer.Typer()
    command.command()(scaling.scaling)
    picture = tmp_path / "scaling.svg"
    told = CliRunner().invoke(command, ["100000", "1000", "--picture", str(picture)], catch_exceptions=False)
    assert "from 1,000 to 100,000 passages: search x1.58, ask x1.00" in told.stdout
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.count("<polyline") == 3
    assert drawn.count("<circle") == 6
    assert "ask 30.0 ms" in drawn


def test_engines_are_compared_over_the_passages_of_an_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "index"
    with Assistant.from_articles([]) as nothing:
        add_articles(place, [make_article(number) for number in range(30)], nothing._encoder)
    ours, *others = compare_peers(place)
    assert ours.name == "wenbao"
    assert 0 < ours.queries <= 200
    assert ours.first_is_right > 0.8
    assert ours.queries_a_second > 0
    installed = [name for name in ("bm25s", "txtai", "haystack", "llama_index") if find_spec(name)]
    assert [peer.name for peer in others] == installed
    main(place)
    assert "wenbao" in capsys.readouterr().out
