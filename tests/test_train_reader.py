"""The training of the network: groups, targets, losses, and an export that equals the module."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from embeddings.loading import load_encoder
from eval.examples import part_of
from eval.gold import read_gold
from eval.groups import Asked, QuestionSet, draw_group, gather

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from eval.network import INPUTS, Network, OneQuestion, example_inputs, export  # noqa: E402
from eval.train_reader import PASSAGES, average, batches, common_characters, losses, targets  # noqa: E402
from qa.characters import FIRST_CHARACTER  # noqa: E402

HEIGHTS = range(20, 44)


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in SQuAD's form: a lighthouse an article, one question with an answer and one without."""
    path = tmp_path_factory.mktemp("questions") / "lighthouses.json"
    data = []
    for height in HEIGHTS:
        text = f"渔港{height}号昨天开海。第{height}号灯塔高{height}米，白天也点灯。"
        start = text.index(f"{height}米")
        answered = {
            "id": f"a{height}",
            "question": f"第{height}号灯塔有多高？",
            "answers": [{"text": f"{height}米", "answer_start": start}],
        }
        open_question = {"id": f"n{height}", "question": f"第{height}号灯塔是谁修的？", "answers": []}
        data.append({"paragraphs": [{"context": text, "qas": [answered, open_question]}]})
    path.write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def asked(questions: Path) -> list[Asked]:
    return gather(questions.parent, QuestionSet(questions.name, unanswerable=100), load_encoder())


def test_questions_held_out_are_not_gathered(questions: Path, asked: list[Asked]) -> None:
    parts = [part_of(question) for question in read_gold(questions).questions]
    assert 0 < len(asked) == parts.count("network") < len(parts)


def test_the_answers_stand_in_their_passages(asked: list[Asked]) -> None:
    for one in asked:
        assert bool(one.gold) == bool(one.answers)
        for passage, spans in one.gold.items():
            assert passage.article_id == one.article_id
            assert {passage.text[start:end] for start, end in spans} == set(one.answers)


def test_a_group_has_its_answer_or_none(asked: list[Asked]) -> None:
    rng, drawn = random.Random(0), []  # noqa: S311
    for one in asked * 5:
        passages, null = draw_group(one, PASSAGES, rng)
        assert len(passages) == PASSAGES
        assert null != any(passage in one.gold for passage in passages)
        drawn.append(null)
    assert any(drawn)
    assert not all(drawn)


def test_a_passage_without_its_answer_keeps_the_rest(asked: list[Asked]) -> None:
    one = next(a for a in asked if a.gold)
    (passage,) = one.gold
    cut = one.without_answer(passage)
    assert cut.text == passage.text[: passage.text.index("。") + 1]
    assert len(cut.frozen.states) == len(cut.frozen.piece_of) == len(cut.text) == len(one.features(cut))


def test_so_much_is_taken_of_a_set_and_closed_questions_see_their_own_article(questions: Path) -> None:
    taken = QuestionSet(questions.name, unanswerable=3, answerable=4, repeats=2, closed=True)
    asked = gather(questions.parent, taken, load_encoder())
    assert sum(bool(one.gold) for one in asked) == 2 * 4
    assert sum(not one.answers for one in asked) == 3
    assert {passage.article_id == one.article_id for one in asked for passage in one.found} == {True}


def test_targets_mark_the_answer_and_its_sentence(asked: list[Asked]) -> None:
    one = next(a for a in asked if a.gold)
    ((passage, ((start, end),)),) = one.gold.items()
    shown = [[passage, *[one.found[-1]] * (PASSAGES - 1)]]
    starts, ends, sentences = targets([(one, shown[0], False)], shown, (2, len(passage.text)))
    assert starts[0].nonzero().tolist() == [[start]]
    assert ends[0].nonzero().tolist() == [[end - 1]]
    assert sentences[0].tolist() == [0.0, 1.0] + [0.0, 0.0] * (PASSAGES - 1)
    none = targets([(one, shown[0], True)], shown, (2, len(passage.text)))
    assert not any(marks.any() for marks in none)


def test_the_loss_falls(asked: list[Asked]) -> None:
    torch.manual_seed(0)
    characters = common_characters(asked)
    numbers = {character: n for n, character in enumerate(characters, FIRST_CHARACTER)}
    network = Network(len(characters) + FIRST_CHARACTER).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3)
    seen = []
    for step, groups in zip(range(12), batches(asked, random.Random(0)), strict=False):  # noqa: S311
        span, sentence = losses(network, groups, numbers, np.random.default_rng(step))
        optimiser.zero_grad()
        (span + sentence).backward()
        optimiser.step()
        seen.append(float(span.detach() + sentence.detach()))
    assert np.isfinite(seen).all()
    assert np.mean(seen[-3:]) < 0.8 * np.mean(seen[:3])


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_the_exported_network_equals_the_module(tmp_path: Path) -> None:
    import onnxruntime  # noqa: PLC0415

    torch.manual_seed(0)
    network = Network(60).eval()
    export(network, "灯塔", tmp_path / "reader.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "reader.onnx"))
    assert session.get_modelmeta().custom_metadata_map["characters"] == "灯塔"
    for size in (
        {},
        {"passages": 1, "length": 9, "asked": 3, "sentences": 1},
        {"passages": 5, "length": 160},
    ):
        values = example_inputs(**size)
        with torch.inference_mode():
            expected = OneQuestion(network).eval()(*values)
        inputs = {name: value.numpy() for name, value in zip(INPUTS, values, strict=True)}
        for want, got in zip(expected, session.run(None, inputs), strict=True):
            np.testing.assert_allclose(got, want.numpy(), atol=1e-4)


def test_one_process_averages_with_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = torch.distributed
    meeting = (tmp_path / "meeting").as_uri()
    distributed.init_process_group("gloo", init_method=meeting, rank=0, world_size=1)
    monkeypatch.setattr("eval.train_reader.PROCESSES", 1)
    weights = [torch.ones(2, 3), torch.arange(4.0)]
    assert average(weights, over=True)
    assert not average(weights, over=False)
    assert torch.equal(weights[1], torch.arange(4.0))
    distributed.destroy_process_group()
