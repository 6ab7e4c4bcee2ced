"""Fusion weights tuned to an encoder: measured, kept with the index if they help, and used."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from embeddings.adapter import Adapter, save_adapter
from eval.tune_command import tune_index
from eval.tuning import headline_queries, tune
from qa.assistant import Assistant
from qa.errors import InputError
from qa.fusion import FUSION, FusionWeights, read_weights, write_weights
from qa.records import Article
from qa.reranking import LOOKS

PLACES = "江 河 湖 海 山 岭 原 川 谷 洲 岛 泉 林 桥 关 港 湾 峡 坡 塘 堡 镇".split()  # noqa: SIM905
ARTICLES = [
    Article.from_text(
        f"{place}南地区昨日建成一座水电站，供{n + 3}万户居民用电。", headline=f"{place}南水电站投产发电"
    )
    for n, place in enumerate(PLACES)
]


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """Spoil the bundled encoder: vectors that tell nothing."""
    path = tmp_path / "spoilt.adapter.npz"
    matrix = np.zeros((512, 512), np.float32)
    matrix[:, 0] = np.abs(np.random.default_rng(3).normal(size=512)) * 0.01
    save_adapter(Adapter("multilingual-use-v3", matrix), path)
    return path


@pytest.fixture
def index(tmp_path: Path, adapter: Path) -> Path:
    table = tmp_path / "articles.jsonl"
    rows = [{"title": a.headline, "text": a.text} for a in ARTICLES]
    table.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    Assistant.build([table], index=tmp_path / "index", encoder=str(adapter)).close()
    return tmp_path / "index"


def run(*arguments: object) -> tuple[int, dict[str, Any]]:
    app = typer.Typer()
    app.command()(tune_index)
    found = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    return found.exit_code, json.loads(found.stdout or "{}")


def test_weights_that_trust_vectors_that_tell_nothing_are_tuned_away(index: Path) -> None:
    with Assistant.open(index) as assistant:
        encoder = assistant._encoder.name
    write_weights(index, encoder, FusionWeights(0.0, 0.0, 1.0))
    status, told = run("--index", index)

    assert status == 0
    assert told["after"] > told["before"]
    assert read_weights(index, encoder) == FusionWeights(**told["weights"])
    assert run("--index", index)[0] == 1, "what is best already is not replaced"
    with Assistant.open(index) as assistant:
        assert assistant.search("泉南水电站")[0].passage.article.headline == "泉南水电站投产发电"


def test_tuned_weights_are_those_of_the_search(index: Path) -> None:
    with Assistant.open(index) as assistant:
        name = assistant._encoder.name
    write_weights(index, name, FusionWeights(2.0, 0.0, 0.0))
    with Assistant.open(index) as assistant:
        hits = assistant.search("泉南水电站")
    most = max(hit.parts["words"] for hit in hits)
    for hit in hits:
        told = sum(weight * hit.parts[look] for look, weight in LOOKS.items())
        assert hit.score == pytest.approx(hit.parts["words"] / most + told)


def test_gold_questions_are_tuned_on_where_they_are_given(index: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"id": str(n), "type": "quantity", "question": f"{place}南水电站供多少户居民用电？", "answers": ["万户"],
         "headline": f"{place}南水电站投产发电", "evidence": "万户"}
        for n, place in enumerate(PLACES)
    ]  # fmt: skip
    gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    _, told = run("--index", index, "--gold", gold)

    assert told["queries"] == len(PLACES)


@pytest.mark.parametrize(
    "content", ["", "{", '{"format": 1, "encoder": "other", "words": 1}', '{"format": 9}']
)
def test_a_damaged_file_of_weights_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "fusion.json").write_text(content, encoding="utf-8")
    assert read_weights(tmp_path, "any") == FUSION


def test_too_few_queries_are_told() -> None:
    bare, queries = headline_queries(ARTICLES[:5])
    assert not any(article.headline for article in bare)
    with Assistant.from_articles(bare) as assistant, pytest.raises(InputError, match="20 at least"):
        tune(assistant, queries, FUSION)
