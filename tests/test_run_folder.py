import json
import re
from pathlib import Path

import ir_measures
import pytest
from evaluated import WHO, found, given, outcomes, results
from hypothesis import given as for_any
from hypothesis import strategies as st

from eval.evaluation import Evaluation, Settings
from eval.gold import GoldSet
from eval.measures import summarise
from eval.results import score
from eval.run_folder import (
    describe_run,
    first_difference,
    read_kept,
    read_run,
    replayed_files,
    write_files,
    write_run,
)
from eval.runs import Outcome
from qa.errors import InputError
from qa.records import Article

INDEX = {"sha256": "5e", "encoder": "multilingual-use-v3", "counts": {"articles": 2}}


def evaluation(asked: list[Outcome] | None = None) -> Evaluation:
    asked = outcomes() if asked is None else asked
    gold = GoldSet("gold.jsonl", tuple(outcome.question for outcome in asked))
    return Evaluation(Settings(gold="/gold.jsonl"), gold, INDEX, asked, "2026-01-01T00:00:00+00:00", 1.23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record = describe_run(evaluation(), summarise(results()))
    write_run(tmp_path / "runs" / "first", evaluation(), results(), record, "<p>页</p>")
    return tmp_path / "runs" / "first"


def test_a_run_folder_holds_all_of_a_run(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "run.json", "answers.jsonl", "results.jsonl", "run.trec", "qrels.trec", "report.html",
    }  # fmt: skip
    assert (folder / "report.html").read_text(encoding="utf-8") == "<p>页</p>"
    lines = [json.loads(line) for line in (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines[:-1]] == ["who", "long", "where", "nobody", "moon"]
    assert lines[-1].keys() == {"summary"}


def test_it_can_be_read_back(folder: Path) -> None:
    run = read_run(folder)
    assert (run.name, run.settings) == ("first", Settings(gold="/gold.jsonl"))
    assert [result.id for result in run.results] == [result.id for result in results()]
    assert summarise(run.results)[-1].figures.keys() == summarise(results())[-1].figures.keys()


def test_the_record_tells_what_the_figures_depend_on(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["gold"]["questions"] == 5
    assert record["index"] == INDEX
    assert record["started"] == "2026-01-01T00:00:00+00:00"
    assert record["environment"]["packages"]["faiss-cpu"]
    for digest in (record["gold"]["sha256"], record["program"]["sha256"], *record["sha256"].values()):
        assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert record["summary"][-1]["type"] == "all"


def test_answers_have_the_form_of_ask_but_no_times() -> None:
    files = replayed_files(evaluation())
    answers = [json.loads(line) for line in files["answers.jsonl"].splitlines()]
    assert [answer["id"] for answer in answers] == ["who", "long", "where", "nobody", "moon"]
    assert all("elapsed_ms" not in answer for answer in answers)
    assert answers[0]["citations"][0]["quote"] == "灯塔由林海生看守了三十年。"


def test_the_time_that_a_run_took_does_not_change_what_a_replay_gives() -> None:
    slow = Outcome(WHO, found(1), given(WHO, "林海生", 0.9), elapsed_ms=900.0)
    quick = Outcome(WHO, found(1), given(WHO, "林海生", 0.9), elapsed_ms=1.0)
    assert replayed_files(evaluation([slow])) == replayed_files(evaluation([quick]))
    other = Outcome(WHO, found(2), given(WHO, "海生", 0.9), elapsed_ms=1.0)
    assert replayed_files(evaluation([other])).keys() == replayed_files(evaluation([quick])).keys()
    for name, text in replayed_files(evaluation([other])).items():
        differs = name == "answers.jsonl"
        assert (first_difference(replayed_files(evaluation([quick]))[name], text) == 1) is differs, name


def test_the_trec_files_give_the_figures_of_the_record(folder: Path) -> None:
    run = list(ir_measures.read_trec_run(str(folder / "run.trec")))
    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.trec")))
    theirs = ir_measures.calc_aggregate([ir_measures.R @ 1, ir_measures.nDCG @ 10], qrels, run)
    summary = json.loads((folder / "run.json").read_text(encoding="utf-8"))["summary"][-1]
    assert summary["recall1"] == pytest.approx(theirs[ir_measures.R @ 1], abs=5e-5)
    assert summary["ndcg10"] == pytest.approx(theirs[ir_measures.nDCG @ 10], abs=5e-5)


def test_any_text_of_the_archive_survives(tmp_path: Path) -> None:
    odd = Article.from_text("半个字\ud800，行\u2028分。\x00")
    asked = [Outcome(WHO, found(1), given(WHO, "字\ud800", 0.5, odd))]
    record = describe_run(evaluation(asked), summarise(score(asked)))
    write_run(tmp_path / "run", evaluation(asked), score(asked), record, "")
    assert read_kept(tmp_path / "run", "answers.jsonl") == replayed_files(evaluation(asked))["answers.jsonl"]
    assert read_run(tmp_path / "run").results[0].short_answer == "字\ud800"


def test_the_program_is_hashed_the_same_each_time() -> None:
    rows = summarise(results())
    assert describe_run(evaluation(), rows) == describe_run(evaluation(), rows)


@pytest.mark.parametrize("lines", [["{"], ['{"id": 1}'], ['{"summary": []}', "[]"], ['{"summary": []}']])
def test_a_damaged_run_is_told_in_one_line(folder: Path, lines: list[str]) -> None:
    (folder / "results.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match="damaged run") as caught:
        read_run(folder)
    assert "\n" not in str(caught.value)


def test_another_format_and_another_folder_are_refused(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(record | {"format": 99}), encoding="utf-8")
    with pytest.raises(InputError, match="run format 99, this program reads 1"):
        read_run(folder)
    with pytest.raises(InputError, match=r"run\.json: cannot be read"):
        read_run(folder.parent)


def test_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_files(tmp_path / "file", {"name": "text"})


lines = st.lists(st.text("ab", max_size=2), min_size=1, max_size=5)


@for_any(lines, lines)
def test_the_first_line_that_differs(kept: list[str], replayed: list[str]) -> None:
    number = first_difference("\n".join(kept), "\n".join(replayed))
    if number is None:
        assert kept == replayed
    else:
        assert kept[: number - 1] == replayed[: number - 1]
        assert kept[number - 1 : number] != replayed[number - 1 : number]
