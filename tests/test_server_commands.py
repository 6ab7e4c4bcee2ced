"""`wenbao user`, `wenbao feedback`, `wenbao export`: from the command line to files and back."""

import json
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
import typer
from small_archive import ARTICLE, QUESTION, QUOTE
from typer.testing import CliRunner, Result

from eval.gold import read_gold
from qa import cli
from qa.assistant import Assistant
from qa.building import add_articles
from qa.contracts import answer_to_json
from qa.errors import InputError, WenbaoError
from ui import export_command, feedback_command, user_command
from ui.feedback import FeedbackStore, Gold
from ui.users import User, UserFile

ROOT = Path(__file__).parents[1]
PASSWORD = "a long password"  # noqa: S105 (of a test)


def run(command: typer.Typer, *arguments: str | Path, input: str | None = None) -> Result:  # noqa: A002 (click's name)
    result = CliRunner().invoke(command, list(map(str, arguments)), input=input)
    if isinstance(result.exception, WenbaoError):
        raise result.exception
    return result


def export(*arguments: str | Path, input: str | None = None) -> Result:  # noqa: A002
    command = typer.Typer()
    command.command()(export_command.export)
    return run(command, *arguments, input=input)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Any) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "index"
    add_articles(folder, [ARTICLE], encoder)
    return folder


@pytest.fixture(scope="module")
def answers(index: Path) -> str:
    with Assistant.open(index) as assistant:
        told = [
            answer_to_json(assistant.ask(question), number)
            for number, question in enumerate([QUESTION, "你好"])
        ]
    return "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in told)


def test_commands_are_registered_and_reach_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    registered = project["entry-points"]["wenbao.commands"]
    assert {name: registered[name] for name in ("export", "feedback", "user")} == {
        "export": "ui.export_command:export",
        "feedback": "ui.feedback_command:app",
        "user": "ui.user_command:app",
    }

    class Entry:
        name, load = "user", staticmethod(lambda: user_command.app)

    monkeypatch.setattr(cli, "entry_points", lambda group: [Entry()])
    assert {"add", "remove", "list"} <= set(run(cli.application(), "user", "--help").stdout.split())


def test_users_are_added_listed_and_removed(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    asked = run(user_command.app, "add", "reader", "--users", users, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0
    assert PASSWORD not in asked.output
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    arguments = ("add", "审阅者", "--reviewer", "--users", users, "--password-file", tmp_path / "password")
    assert run(user_command.app, *arguments).exit_code == 0
    assert UserFile(users).check("reader", PASSWORD) == User("reader", reviewer=False)
    assert UserFile(users).check("审阅者", PASSWORD) == User("审阅者", reviewer=True)
    assert run(user_command.app, "list", "--users", users).stdout == "reader\n审阅者  reviewer\n"
    assert run(user_command.app, "remove", "reader", "--users", users).exit_code == 0
    assert run(user_command.app, "list", "--users", users).stdout == "审阅者  reviewer\n"
    with pytest.raises(InputError, match="cannot be read"):
        run(user_command.app, "add", "x", "--users", users, "--password-file", tmp_path / "none")


def test_feedback_goes_from_one_index_to_another_and_becomes_gold(tmp_path: Path, index: Path) -> None:
    store = FeedbackStore(tmp_path / "one" / "feedback.sqlite")
    with Assistant.open(index) as assistant:
        kept = store.put(assistant.ask(QUESTION), "up", "", "a")
    file = tmp_path / "feedback.jsonl"
    assert run(feedback_command.app, "export", file, "--index", tmp_path / "one").exit_code == 0
    other = tmp_path / "other.sqlite"
    assert run(feedback_command.app, "import", file, "--feedback", other).stdout == f"{other}: 1\n"
    assert FeedbackStore(other).read() == store.read()

    gold = tmp_path / "gold.jsonl"
    assert run(feedback_command.app, "export", gold, "--gold", "--feedback", other).exit_code == 1
    FeedbackStore(other).review(kept, Gold("quantity", QUESTION, ("38.1万件",), ARTICLE.headline, QUOTE))
    assert run(feedback_command.app, "export", gold, "--gold", "--feedback", other).stdout == f"{gold}: 1\n"
    assert [question.answers for question in read_gold(gold).questions] == [("38.1万件",)]


def test_feedback_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no feedback here"):
        run(feedback_command.app, "export", tmp_path / "x", "--feedback", tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()
    with pytest.raises(InputError, match="cannot be read"):
        run(feedback_command.app, "import", tmp_path / "none.jsonl", "--feedback", tmp_path / "f.sqlite")


@pytest.mark.parametrize("suffix", [".md", ".txt", ".bib", ".html", ".MD"])
def test_answers_are_exported_by_the_suffix(tmp_path: Path, index: Path, answers: str, suffix: str) -> None:
    file = tmp_path / f"answers{suffix}"
    assert export(file, "--index", index, input=answers).exit_code == 0
    assert "江西推开一扇门" in file.read_text(encoding="utf-8")


def test_answers_are_exported_from_a_file_to_word(tmp_path: Path, index: Path, answers: str) -> None:
    (tmp_path / "answers.jsonl").write_text(answers, encoding="utf-8")
    assert export(tmp_path / "a.docx", tmp_path / "answers.jsonl", "--index", index).exit_code == 0
    document = docx.Document(BytesIO((tmp_path / "a.docx").read_bytes()))
    assert {QUESTION, "你好"} <= {paragraph.text for paragraph in document.paragraphs}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", "{answers}", r"\.pdf; take one of \.md"),
        ("a", "{answers}", "without a suffix"),
        ("a.md", "", "no answers in it"),
        ("a.md", "{}", "standard input:1: no answer"),
        ("a.md", "?", "standard input:1: no answer"),
        ("missing/a.md", "{answers}", "cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_told(
    tmp_path: Path, index: Path, answers: str, name: str, content: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        export(tmp_path / name, "--index", index, input=content.replace("{answers}", answers))
    assert not (tmp_path / name).exists()


def test_wrong_quote_is_not_exported(tmp_path: Path, index: Path, answers: str) -> None:
    with pytest.raises(InputError, match="citation 1 is not what the article says"):
        export(
            tmp_path / "a.md", "--index", index, input=answers.replace(f'"quote": "{QUOTE}', '"quote": "捏造')
        )
    assert not (tmp_path / "a.md").exists()
