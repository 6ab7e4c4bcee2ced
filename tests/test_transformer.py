"""A small random model stands for any sentence-transformers model: what is tested is how it is used."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from random_bert import SIZES, save_tokenizer
from typer.testing import CliRunner

from embeddings.encoder import EncoderUnavailableError
from embeddings.loading import load_encoder
from eval.tune_command import tune_index
from qa import Article, Assistant, EncoderError, IndexStateError

PAGE = "海岛灯塔昨晚重新点亮。守灯人林海生说，灯塔停了三年。"
CHARACTERS = sorted(set(PAGE + "山城公交车换了新车问文：，。多久何时谁"))
PROMPTS = {"query": "问：", "document": "文："}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a random two-layer BERT over single characters, with prompts, and return its folder."""
    import torch  # noqa: PLC0415 (takes seconds)
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer  # noqa: PLC0415
    from transformers import BertConfig, BertModel  # noqa: PLC0415

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("bert")
    tokens = save_tokenizer(folder / "bert", CHARACTERS)
    BertModel(BertConfig(vocab_size=tokens, **SIZES)).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    modules = [transformer, Pooling(32, pooling_mode="mean")]
    SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu").save(str(folder / "model"))
    return folder / "model"


def test_unit_vectors_of_a_model_in_a_folder(model: Path) -> None:
    encoder = load_encoder(str(model))
    assert (encoder.name, encoder.dimension) == (str(model.resolve()), 32)
    texts = ["海岛灯塔", "守灯人林海生说，灯塔停了三年。", "灯"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(encoder.encode(texts[2:])[0], vectors[2], atol=1e-5)
    assert encoder.encode([]).shape == (0, 32)


@pytest.mark.parametrize(
    ("backend", "needed"), [("onnx", "optimum.onnxruntime"), ("openvino", "optimum.intel")]
)
def test_other_backends_give_the_vectors_of_torch(
    model: Path, tmp_path: Path, backend: str, needed: str
) -> None:
    pytest.importorskip(needed, reason=f"needs sentence-transformers[{backend}]", exc_type=ImportError)
    encoder = load_encoder(f"{model}?backend={backend}")
    texts = [PAGE, "灯塔", "山城公交车换了新车"]
    for kind in ("query", "document"):
        expected = load_encoder(str(model)).encode(texts, kind)
        np.testing.assert_allclose(encoder.encode(texts, kind), expected, atol=1e-4)
    (tmp_path / "a.txt").write_text(f"灯塔\n\n　　{PAGE}\n", encoding="utf-8")
    with Assistant.build([tmp_path / "a.txt"], index=tmp_path / "index", encoder=encoder.name) as assistant:
        assert assistant.ask("灯塔停了多久？").short_answer == "三年"


def test_questions_and_documents_get_the_prompts_of_the_model(model: Path) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    encoder = load_encoder(str(model))
    plain = SentenceTransformer(str(model), local_files_only=True)
    for kind in ("query", "document"):
        expected = plain.encode([PROMPTS[kind] + "灯塔停了多久"], prompt="", normalize_embeddings=True)
        np.testing.assert_allclose(encoder.encode(["灯塔停了多久"], kind), expected, atol=1e-5)
    assert not np.allclose(encoder.encode(["灯塔"], "query"), encoder.encode(["灯塔"], "document"), atol=1e-3)


def test_an_index_of_such_a_model_is_opened_with_it_again(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "海岛日报-20250328-01.txt"
    page.write_text(f"　　{PAGE}\n　　山城公交车换了新车。\n", encoding="utf-8")
    monkeypatch.chdir(model.parent)
    with Assistant.build([page], index=tmp_path / "index", encoder=model.name) as built:
        hits = built.search("守灯人林海生")
    monkeypatch.chdir(tmp_path)
    with Assistant.open(tmp_path / "index") as opened:
        assert [(h.passage, h.score) for h in opened.search("守灯人林海生")] == [
            (h.passage, h.score) for h in hits
        ]
        assert hits
        assert PAGE[:5] in hits[0].passage.text
        answer = opened.ask("谁说灯塔停了三年")
        assert all(c.article.text[c.start : c.end] == c.quote for c in answer.citations + answer.nearest)
        assert answer.citations or answer.nearest
    with Assistant.build([page], index=tmp_path / "index") as again:
        assert again.last_summary is not None
        assert (again.last_summary.unchanged, again.last_summary.embedded) == (1, 0), (
            "the index knows its encoder"
        )
    with pytest.raises(IndexStateError, match="multilingual-use-v3"):
        Assistant.build([page], index=tmp_path / "index", encoder="multilingual-use-v3")


def test_settings_behind_the_name_are_those_of_the_vectors(model: Path) -> None:
    plain = load_encoder(str(model))
    short = load_encoder(f"{model}?dimension=8&tokens=4&query=&device=cpu")
    texts = ["守灯人林海生说", "灯塔停了三年"]

    assert (plain.dimension, short.dimension) == (32, 8)
    assert short.encode(texts).shape == (2, 8)
    np.testing.assert_allclose(np.linalg.norm(short.encode(texts), axis=1), 1.0, atol=1e-5)
    same = short.encode(["文：守灯人林海生说", "文：守灯"][1:], "query")
    np.testing.assert_allclose(short.encode(["守灯人"], "document"), same, atol=1e-5)
    assert load_encoder(short.name).name == short.name


def test_documents_are_encoded_by_several_processes(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.transformer._WORTH_PROCESSES", 3)
    texts = ["守灯人林海生说", "灯塔停了三年", "山城公交车换了新车", "海岛"]
    expected = load_encoder(str(model)).encode(texts)
    many = load_encoder(f"{model}?processes=2&device=cpu")
    np.testing.assert_allclose(many.encode(texts), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "told"),
    [("width=3", "there are dimension, tokens"), ("dimension=0", "above 0"), ("backend=tpu", "torch, onnx")],
)
def test_wrong_settings_are_told(model: Path, settings: str, told: str) -> None:
    with pytest.raises(EncoderUnavailableError, match=told):
        load_encoder(f"{model}?{settings}")


def test_prompts_that_makers_ask_for_stand_in_where_the_files_have_none(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "multilingual-e5-small"
    shutil.copytree(model, folder)
    settings = folder / "config_sentence_transformers.json"
    told = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(told | {"prompts": {}}), encoding="utf-8")
    known, bare = load_encoder(str(folder)), load_encoder(f"{folder}?query=&document=")
    np.testing.assert_allclose(
        known.encode(["灯塔"], "query"), bare.encode(["query: 灯塔"], "query"), atol=1e-5
    )
    np.testing.assert_allclose(known.encode(["灯塔"]), bare.encode(["passage: 灯塔"]), atol=1e-5)


def test_a_model_goes_through_build_tune_and_ask(tmp_path: Path, model: Path) -> None:
    rows = [
        {"title": f"{c}岛灯塔", "text": f"{c}岛的灯塔停了{n + 3}年。"} for n, c in enumerate(CHARACTERS[:24])
    ]
    table = tmp_path / "rows.jsonl"
    table.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    Assistant.build([table], index=tmp_path / "index", encoder=f"{model}?dimension=16").close()
    app = typer.Typer()
    app.command()(tune_index)
    tuned = CliRunner().invoke(app, ["--index", str(tmp_path / "index"), "--json"])
    assert tuned.exit_code in {0, 1}, tuned.stderr
    assert json.loads(tuned.stdout)["queries"] >= 20
    with Assistant.open(tmp_path / "index") as assistant:
        assert assistant.ask(f"{CHARACTERS[7]}岛的灯塔停了多少年").citations


@pytest.mark.parametrize("name", ["BAAI/no-such-model", "no-such-folder/model", "."])
def test_a_model_that_is_not_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EncoderUnavailableError):
        load_encoder(name)
    with pytest.raises(EncoderError, match="hf download") as caught:
        Assistant.from_articles([Article.from_text(PAGE)], encoder=name)
    message = str(caught.value)
    assert name in message
    assert "folder" in message
    assert "\n" not in message


def test_the_default_way_imports_no_torch() -> None:
    program = (
        "import sys\n"
        "from qa import Article, Assistant\n"
        f"with Assistant.from_articles([Article.from_text({PAGE!r}, headline='灯塔')]) as assistant:\n"
        "    assert assistant.search('灯塔')\n"
        "    assistant.ask('谁说灯塔停了三年')\n"
        "print({'torch', 'sentence_transformers', 'transformers', 'gradio'} & set(sys.modules))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, "set()"), run.stderr
