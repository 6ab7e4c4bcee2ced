"""The list of known encoders, and which of them are on this disk."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from embeddings.known import KNOWN_MODELS, find_known
from qa.models_command import models

app = typer.Typer()
app.command()(models)


def test_known_models_are_listed_with_the_bundled_one_first() -> None:
    rows = [json.loads(line) for line in CliRunner().invoke(app, ["--json"]).stdout.splitlines()]

    assert rows[0] == {
        "name": "multilingual-use-v3",
        "megabytes": None,
        "dimension": 512,
        "tokens": None,
        "query_prompt": "",
        "document_prompt": "",
        "on_disk": True,
    }
    assert [row["name"] for row in rows[1:]] == [model.name for model in KNOWN_MODELS]


def test_what_is_in_the_cache_is_on_this_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--BAAI--bge-small-zh-v1.5"
    snapshot = folder / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("abc", encoding="utf-8")
    for file in ("config.json", "model.safetensors"):
        (snapshot / file).write_text("{}", encoding="utf-8")
    rows = [json.loads(line) for line in CliRunner().invoke(app, ["--json"]).stdout.splitlines()]

    assert [row["name"] for row in rows if row["on_disk"]][1:] == ["BAAI/bge-small-zh-v1.5"]


def test_the_table_tells_how_to_fetch_one() -> None:
    assert "hf download NAME" in CliRunner().invoke(app, []).stdout


@pytest.mark.parametrize("name", ["BAAI/bge-m3", "/models/bge-m3", "models\\bge-m3/"])
def test_a_folder_is_known_by_its_name(name: str) -> None:
    found = find_known(name)
    assert found is not None
    assert found.name == "BAAI/bge-m3"
    assert find_known("my/own-model") is None
