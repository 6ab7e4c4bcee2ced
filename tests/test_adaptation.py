"""Adapting to an archive: its own pairs, what is held out, and the command that keeps what helps."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from embeddings.adapter import load_adapter
from embeddings.encoder import FloatArray, TextKind
from eval.adapt_command import adapt_encoder
from eval.adaptation import adapt, pairs_of
from qa.assistant import Assistant
from qa.errors import InputError
from qa.records import Article

SUBJECTS = [
    f"{place}{thing}"
    for place in "甲乙丙丁戊己庚辛壬癸"
    for thing in ("水库", "大桥", "医院", "学校", "车站", "公园")
]


class StubEncoder:
    """Encodes a text by its first two characters, with a part that tells only how long it is."""

    name = "stub"
    dimension = 24

    def __init__(self, manner: float) -> None:
        self.manner = manner

    def encode(self, texts: list[str], kind: TextKind = "document") -> FloatArray:  # noqa: ARG002
        rows = []
        for text in texts:
            chance = np.random.default_rng([ord(c) for c in text[:2]])
            manner = np.random.default_rng(len(text))
            vector = chance.normal(size=self.dimension)
            vector[:2] = manner.normal(scale=self.manner, size=2)
            rows.append(vector / np.linalg.norm(vector))
        return np.array(rows, np.float32)


def articles() -> list[Article]:
    return [
        Article.from_text(
            f"{subject}今年完成了全部的改造任务。\n{subject}第{number}号工程全部完成"
            + subject[::-1] * (number % 5 + 1),
            headline=f"{subject}报告",
        )
        for number, subject in enumerate(SUBJECTS)
    ]


def test_pairs_are_headlines_and_paragraphs_and_gold_questions() -> None:
    pairs = pairs_of(articles(), [("甲水库今年怎么样？", "甲水库今年完成了全部"), ("问", "这里没有的句子")])

    assert len(pairs.queries) == len(SUBJECTS) + 1
    assert len(pairs.paragraphs) == 2 * len(SUBJECTS)
    assert pairs.articles == len(SUBJECTS)
    assert (pairs.query_article[-1], pairs.paragraph_of[-1]) == (0, 0)


def test_too_few_articles_are_told() -> None:
    with pytest.raises(InputError, match="index 50 at least"):
        pairs_of(articles()[:20])


def test_a_gain_on_held_out_articles_is_told_with_its_interval() -> None:
    _, gain = adapt(StubEncoder(8.0), pairs_of(articles()))  # type: ignore[arg-type]

    assert gain.queries == len(SUBJECTS) // 10
    assert gain.after > gain.before
    assert gain.low <= gain.after - gain.before <= gain.high


@pytest.fixture
def index(tmp_path: Path) -> Path:
    rows = [{"title": a.headline, "text": a.text} for a in articles()]
    table = tmp_path / "articles.jsonl"
    table.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    Assistant.build([table], index=tmp_path / "index").close()
    return tmp_path / "index"


def run(index: Path, output: Path) -> tuple[int, dict[str, Any]]:
    app = typer.Typer()
    app.command()(adapt_encoder)
    found = CliRunner().invoke(app, ["--index", str(index), "--output", str(output), "--json"])
    return found.exit_code, json.loads(found.stdout)


def test_what_does_not_help_is_not_written(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.adapt_command.load_encoder", lambda _: StubEncoder(0.0))
    output = tmp_path / "mine.adapter.npz"
    status, told = run(index, output)

    assert told["before"] == 1.0
    assert (status, told["output"], output.exists()) == (1, None, False)


def test_what_helps_is_written(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.adapt_command.load_encoder", lambda _: StubEncoder(8.0))
    output = tmp_path / "mine.adapter.npz"
    status, told = run(index, output)

    assert (status, told["output"]) == (0, str(output))
    assert told["low"] > 0
    assert load_adapter(output).encoder == "stub"


def test_a_wrong_name_is_told(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(adapt_encoder)
    found = CliRunner().invoke(app, ["--output", str(tmp_path / "mine.bin")])

    assert found.exit_code == 2
    assert "mine.adapter.npz" in found.stderr
