"""A small random CrossEncoder stands for any: what is tested is how it is used."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from random_bert import SIZES, save_tokenizer

from embeddings.loading import load_reranker
from embeddings.reranker import RerankerUnavailableError
from qa import Article, Assistant, RerankerError

PAGES = (
    "海岛灯塔昨晚重新点亮。守灯人林海生说，灯塔停了三年。",
    "山城的公交车换了新车，票价没有变。",
    "台风逼近，渡轮停航两天，灯塔照常亮着。",
)
CHARACTERS = sorted(set("".join(PAGES) + "谁说停了多久"))
QUESTION = "灯塔停了多久"


def save_model(folder: Path, labels: int | None) -> Path:
    """Save a random two-layer BERT over single characters, with a head of so many labels or without one."""
    import torch  # noqa: PLC0415 (takes seconds)
    from transformers import BertConfig, BertForSequenceClassification, BertModel  # noqa: PLC0415

    torch.manual_seed(1)
    tokens = save_tokenizer(folder, CHARACTERS, pairs=True)
    head = {"num_labels": labels} if labels else {}
    config = BertConfig(vocab_size=tokens, initializer_range=0.5, **SIZES, **head)
    model = BertForSequenceClassification(config) if labels else BertModel(config)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("reranker"), labels=1)


def test_scores_are_those_of_the_model(model: Path) -> None:
    import torch  # noqa: PLC0415
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    scores = load_reranker(str(model)).score(QUESTION, PAGES)
    assert scores.shape == (3,)
    assert scores.dtype == np.float32
    tokenizer, network = (
        loaded.from_pretrained(str(model)) for loaded in (AutoTokenizer, AutoModelForSequenceClassification)
    )
    for page, score in zip(PAGES, scores, strict=True):
        with torch.no_grad():
            logit = network(**tokenizer(QUESTION, page, return_tensors="pt")).logits[0, 0]
        assert score == pytest.approx(torch.sigmoid(logit).item(), abs=1e-5)
    assert load_reranker(str(model)).score(QUESTION, []).shape == (0,)


def test_hits_come_in_the_order_of_the_reranker(model: Path) -> None:
    articles = [Article.from_text(page, headline=f"第{number}篇") for number, page in enumerate(PAGES)]
    with (
        Assistant.from_articles(articles) as plain,
        Assistant.from_articles(articles, reranker=str(model)) as reranked,
    ):
        before, after = plain.search(QUESTION), reranked.search(QUESTION)
        answer = reranked.ask(QUESTION)
    assert {hit.passage.passage_id for hit in after} == {hit.passage.passage_id for hit in before}
    scores = [hit.score for hit in after]
    assert scores == sorted(scores, reverse=True) == [hit.parts["reranker"] for hit in after]
    assert all("reranker" not in hit.parts for hit in before)
    texts = [f"{hit.passage.article.headline}\n{hit.passage.text}" for hit in after]
    np.testing.assert_allclose(scores, load_reranker(str(model)).score(QUESTION, texts), atol=1e-5)
    assert [h.passage.passage_id for h in before] != [h.passage.passage_id for h in after], (
        "else it shows nothing"
    )
    assert answer.citations or answer.nearest


def test_a_reranker_goes_with_an_index_that_is_opened(model: Path, tmp_path: Path) -> None:
    page = tmp_path / "海岛日报-20250328-01.txt"
    page.write_text("\n".join(f"　　{text}" for text in PAGES), encoding="utf-8")
    Assistant.build([page], index=tmp_path / "index").close()
    with Assistant.open(tmp_path / "index", reranker=str(model)) as assistant:
        assert all("reranker" in hit.parts for hit in assistant.search(QUESTION))
        assert assistant.search(QUESTION, source="山城晚报") == []


@pytest.mark.parametrize("name", ["BAAI/no-such-reranker", "no-such-folder/model", "."])
def test_a_model_that_is_not_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RerankerError, match="hf download") as caught:
        Assistant.from_articles([Article.from_text(PAGES[0])], reranker=name)
    assert name in str(caught.value)
    assert "folder" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("labels", "message"), [(3, "3 scores"), (None, "no head")])
def test_a_model_that_is_no_reranker(tmp_path: Path, labels: int | None, message: str) -> None:
    with pytest.raises(RerankerUnavailableError, match=message):
        load_reranker(str(save_model(tmp_path / "model", labels)))


def test_a_missing_model_is_one_line_on_the_command_line(tmp_path: Path) -> None:
    page = tmp_path / "海岛日报-20250328-01.txt"
    page.write_text(f"　　{PAGES[0]}\n", encoding="utf-8")
    index = str(tmp_path / "index")
    Assistant.build([page], index=index).close()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "HF_HUB_OFFLINE": "1"}
    for command in (("search", QUESTION), ("ask", QUESTION)):
        arguments = [*command, "--index", index, "--reranker", "no-such/model"]
        run = subprocess.run(
            [sys.executable, "-c", "from qa.cli import main; main()", *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert (run.returncode, run.stdout) == (2, "")
        assert "no-such/model" in run.stderr
        assert "Traceback" not in run.stderr
