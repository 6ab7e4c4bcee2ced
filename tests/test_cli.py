"""The command line: flags, JSON shapes, exit status, and errors in one line."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from embeddings.universal import UniversalSentenceEncoder
from qa.building import add_articles
from qa.cli import application, main
from qa.index import default_index_path
from qa.records import Article

CENTRE = """一扇门里解纠纷
□ 本报记者 林海生
　　江西去年把综治中心建到了县里。2024年，江
西各级综治中心排查矛盾纠纷38.7万件，化解38.1万件。
　　江西省综治中心主任唐俊说，群众少跑了路。
"""
LANTERNS = """晨屿灯会亮灯
□ 本报记者 沈月明
　　第24届晨屿灯会昨晚在白沙湾开幕，当晚迎来游客3.2万人次。
　　灯会由晨屿市文化馆主办，将持续20天。
"""
QUESTION = "江西综治中心化解了多少纠纷"
UNANSWERED = "木星有多少颗卫星？"

ARTICLE_KEYS = {
    "article_id", "file", "headline", "kicker", "subtitle", "byline", "source", "date", "page", "paragraphs",
    "confidence",
}  # fmt: skip
ANSWER_KEYS = {
    "question", "answered", "text", "short_answer", "confidence", "reason", "citations", "elapsed_ms",
}  # fmt: skip
CITATION_KEYS = {
    "number", "article_id", "headline", "byline", "source", "date", "page", "file", "passage_id", "quote",
    "start", "end", "score",
}  # fmt: skip
HIT_KEYS = {
    "score",
    "passage_id",
    "article_id",
    "headline",
    "source",
    "date",
    "page",
    "file",
    "start",
    "end",
    "text",
}


class Finished:
    """What a run of the command line left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> dict[str, Any]:
        (row,) = self.rows
        return row

    def error(self) -> str:
        """The one line on standard error of a run that ended with status 2."""
        assert self.status == 2
        assert self.out == ""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line


class CommandLine:
    """Runs `wenbao` inside the tests' own process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: object) -> Finished:
        self._monkeypatch.setattr(sys, "argv", ["wenbao", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        return Finished(int(ended.value.code or 0), out, err)


@pytest.fixture
def wenbao(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> CommandLine:
    monkeypatch.setenv("WENBAO_INDEX", str(tmp_path / "default.index"))
    monkeypatch.setenv("COLUMNS", "200")
    return CommandLine(monkeypatch, capsys)


def in_own_process(*arguments: object, **environment: str) -> Finished:
    command = [sys.executable, "-c", "from qa.cli import main; main()", *map(str, arguments)]
    done = subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "江岸日报-20250328-04.txt").write_text(CENTRE, encoding="utf-8")
    (folder / "晨屿晚报-20250210-02.txt").write_text(LANTERNS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexes") / "built"
    CliRunner().invoke(application(), ["index", str(pages), "--index", str(folder)], catch_exceptions=False)
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """An index of its own, to be damaged."""
    return Path(shutil.copytree(built, tmp_path / "copied"))


# Flags and help


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("index", {"--index", "--encoder", "--source", "--date", "--json"}),
        ("articles", {"--index", "--report", "--json"}),
        ("search", {"--index", "--top-k", "--source", "--from", "--to", "--json"}),
        ("ask", {"--index", "--batch", "--source", "--from", "--to", "--json"}),
        ("chat", {"--index", "--json"}),
        ("eval", {"--gold", "--index", "--json"}),
    ],
)
def test_every_command_tells_its_flags(wenbao: CommandLine, command: str, flags: set[str]) -> None:
    told = wenbao(command, "--help")
    assert told.status == 0
    missing = {flag for flag in flags if flag not in told.out}
    if command == "chat":
        missing.discard("--json")  # a server has no answer to write
    assert not missing


def test_the_help_names_every_command(wenbao: CommandLine) -> None:
    told = wenbao("--help")
    assert told.status == 0
    assert all(
        f" {command} " in told.out for command in ("index", "articles", "search", "ask", "chat", "eval")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("search",),
        ("index",),
        ("ask", "--wings"),
        ("search", "灯", "--top-k", "0"),
        ("search", "灯", "--top-k", "x"),
    ],
)
def test_wrong_usage_is_status_2(wenbao: CommandLine, arguments: tuple[str, ...]) -> None:
    done = wenbao(*arguments)
    assert done.status == 2
    assert "Error" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("extra", [(), (QUESTION, "--batch", "questions.jsonl")])
def test_ask_takes_a_question_or_a_batch(wenbao: CommandLine, built: Path, extra: tuple[str, ...]) -> None:
    assert "--batch" in wenbao("ask", *extra, "--index", built).error()


# index


def test_index_tells_what_it_did(wenbao: CommandLine, pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "index"
    first = wenbao("index", pages, "--index", folder, "--json")
    assert first.status == 0
    assert first.row == {
        "files": 2, "unchanged": 0, "articles": 2, "passages": 2, "embedded": 2, "removed": 0, "skipped": [],
        "interrupted": False, "index": str(folder),
    }  # fmt: skip
    again = wenbao("index", pages, "--index", folder, "--json").row
    assert (again["files"], again["unchanged"], again["articles"], again["embedded"]) == (2, 2, 0, 0)


def test_index_shows_a_table(wenbao: CommandLine, pages: Path, tmp_path: Path) -> None:
    done = wenbao("index", pages, "--index", tmp_path / "i")
    assert done.status == 0
    assert all(word in done.out for word in ("files", "articles", "passages", "skipped"))
    assert done.err == ""


def test_the_index_is_that_of_the_environment_unless_named(
    wenbao: CommandLine, pages: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.environ["WENBAO_INDEX"])
    assert default_index_path() == folder
    assert wenbao("search", "灯会").error().startswith(str(folder))
    assert wenbao("index", pages, "--json").row["index"] == str(folder)
    assert wenbao("search", "灯会", "--json").status == 0
    monkeypatch.delenv("WENBAO_INDEX")
    assert default_index_path().is_absolute()
    assert default_index_path() != folder
    assert wenbao("search", "灯会", "--index", built).status == 0


def test_source_and_date_may_be_told(wenbao: CommandLine, pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "i"
    assert (
        wenbao("index", pages, "--index", folder, "--source", "潮声周刊", "--date", "2020-01-02").status == 0
    )
    told = {(row["source"], row["date"]) for row in wenbao("articles", "--index", folder, "--json").rows}
    assert told == {("潮声周刊", "2020-01-02")}


@pytest.mark.parametrize("date", ["2025/03/28", "明天", "2025-02-30", "20250328"])
def test_a_date_of_publication_must_be_one(
    wenbao: CommandLine, pages: Path, tmp_path: Path, date: str
) -> None:
    assert date in wenbao("index", pages, "--index", tmp_path / "i", "--date", date).error()


# articles


@pytest.mark.parametrize("of_index", [False, True])
def test_articles_as_json(wenbao: CommandLine, pages: Path, built: Path, of_index: bool) -> None:
    done = wenbao("articles", *(("--index", built) if of_index else (pages,)), "--json")
    assert done.status == 0
    assert {row["headline"] for row in done.rows} == {"一扇门里解纠纷", "晨屿灯会亮灯"}
    for row in done.rows:
        assert row.keys() >= ARTICLE_KEYS
        raw = Path(row["file"]).read_text(encoding="utf-8")
        assert isinstance(row["byline"], list)
        assert 0 <= row["confidence"] <= 1
        for paragraph in row["paragraphs"]:
            assert paragraph.keys() >= {"text", "role", "spans"}
            assert paragraph["role"] in {"body", "subhead", "caption"}
            printed = "".join(raw[start:end] for start, end in paragraph["spans"])
            assert "".join(printed.split()) == "".join(paragraph["text"].split())
    told = {(row["source"], row["date"], row["page"]) for row in done.rows}
    assert told == {("江岸日报", "2025-03-28", "4"), ("晨屿晚报", "2025-02-10", "2")}


def test_articles_to_read(wenbao: CommandLine, pages: Path) -> None:
    done = wenbao("articles", pages)
    assert done.status == 0
    assert "晨屿灯会亮灯" in done.out
    assert "江岸日报" in done.out


def test_articles_to_check(wenbao: CommandLine, pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done = wenbao("articles", pages, "--report", out)
    assert (done.status, done.err) == (0, "")
    assert f"{out}: 2 pages, 2 articles, 0 decisions to check" in done.out.replace("\n", " ")
    assert "晨屿灯会亮灯" in (tmp_path / "report_pages/0001.html").read_text(encoding="utf-8")
    assert "name the pages" in wenbao("articles", "--report", out).error()
    assert "without --json" in wenbao("articles", pages, "--report", out, "--json").error()
    assert "cannot be written" in wenbao("articles", pages, "--report", tmp_path / "no/out.html").error()


def test_corrections_beside_a_page_are_followed_and_broken_ones_told(
    wenbao: CommandLine, tmp_path: Path
) -> None:
    page, beside = tmp_path / "page.txt", tmp_path / "page.txt.corrections"
    page.write_text(LANTERNS, encoding="utf-8")
    beside.write_text("split 4\nsplit 99\nnonsense\n", encoding="utf-8")
    done = wenbao("articles", page, "--json")
    assert done.status == 0
    assert len(done.rows) == 2
    assert f"skipped: {beside}:3: 'nonsense' is no correction" in done.err
    assert f"skipped: {beside}:2: the page has the lines 1 to 4" in done.err
    assert "corrections, not a page" in wenbao("articles", beside).error()


# search


def test_search_as_json(wenbao: CommandLine, built: Path) -> None:
    done = wenbao("search", "白沙湾灯会", "--index", built, "--json")
    assert done.status == 0
    assert all(row.keys() >= HIT_KEYS for row in done.rows)
    assert done.rows[0]["headline"] == "晨屿灯会亮灯"
    assert [row["score"] for row in done.rows] == sorted((row["score"] for row in done.rows), reverse=True)
    texts = {
        row["article_id"]: article_text(row) for row in wenbao("articles", "--index", built, "--json").rows
    }
    assert all(texts[row["article_id"]][row["start"] : row["end"]] == row["text"] for row in done.rows)


def article_text(row: dict[str, Any]) -> str:
    return "\n".join(paragraph["text"] for paragraph in row["paragraphs"])


@pytest.mark.parametrize(
    ("flags", "headlines"),
    [
        (("--top-k", "1"), ["晨屿灯会亮灯"]),
        (("--source", "江岸日报"), ["一扇门里解纠纷"]),
        (("--from", "2025-03-01"), ["一扇门里解纠纷"]),
        (("--to", "2025-03-01"), ["晨屿灯会亮灯"]),
        (("--from", "2025-02-10", "--to", "2025-02-10"), ["晨屿灯会亮灯"]),
    ],
)
def test_search_takes_filters(
    wenbao: CommandLine, built: Path, flags: tuple[str, ...], headlines: list[str]
) -> None:
    rows = wenbao("search", "白沙湾灯会", "--index", built, "--json", *flags).rows
    assert [row["headline"] for row in rows] == headlines


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_nothing_found_is_status_1(wenbao: CommandLine, built: Path, json_flag: tuple[str, ...]) -> None:
    done = wenbao("search", "灯会", "--index", built, "--source", "潮声周刊", *json_flag)
    assert (done.status, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1


def test_search_to_read(wenbao: CommandLine, built: Path) -> None:
    done = wenbao("search", "白沙湾灯会", "--index", built)
    assert done.status == 0
    assert "1. 晨屿灯会亮灯" in done.out


# ask


def test_an_answer_as_json(wenbao: CommandLine, built: Path) -> None:
    done = wenbao("ask", QUESTION, "--index", built, "--json")
    assert done.status == 0
    row = done.row
    assert row.keys() >= ANSWER_KEYS
    assert "id" not in row
    assert (row["question"], row["answered"], row["short_answer"], row["reason"]) == (
        QUESTION,
        True,
        "38.1万件",
        None,
    )
    assert 0 <= row["confidence"] <= 1
    assert row["elapsed_ms"] > 0
    assert [citation["number"] for citation in row["citations"]] == list(range(1, len(row["citations"]) + 1))
    texts = {a["article_id"]: article_text(a) for a in wenbao("articles", "--index", built, "--json").rows}
    for citation in row["citations"]:
        assert citation.keys() >= CITATION_KEYS
        assert texts[citation["article_id"]][citation["start"] : citation["end"]] == citation["quote"]
    assert "38.1万件" in row["citations"][0]["quote"]
    assert row["citations"][0]["byline"] == ["本报记者 林海生"]


def test_an_abstention_as_json(wenbao: CommandLine, built: Path) -> None:
    done = wenbao("ask", UNANSWERED, "--index", built, "--json")
    assert done.status == 1
    row = done.row
    assert row.keys() >= ANSWER_KEYS
    assert (row["answered"], row["short_answer"], row["citations"]) == (False, None, [])
    assert row["reason"]
    assert row["reason"] in row["text"]


def test_an_answer_to_read_names_its_source(wenbao: CommandLine, built: Path) -> None:
    done = wenbao("ask", QUESTION, "--index", built)
    assert done.status == 0
    assert done.out.splitlines()[0] == "38.1万件"
    assert "[1]" in done.out
    assert all(word in done.out for word in ("一扇门里解纠纷", "江岸日报", "2025-03-28"))


def test_an_abstention_to_read_says_why(wenbao: CommandLine, built: Path) -> None:
    done = wenbao("ask", "上海综治中心化解了多少纠纷？", "--index", built)
    assert done.status == 1
    assert "上海" in done.out
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "flags", [("--source", "晨屿晚报"), ("--to", "2025-03-01"), ("--from", "2026-01-01")]
)
def test_ask_takes_filters(wenbao: CommandLine, built: Path, flags: tuple[str, ...]) -> None:
    done = wenbao("ask", QUESTION, "--index", built, "--json", *flags)
    assert done.status == 1
    assert not done.row["answered"]


# ask --batch


def batch_file(folder: Path, *lines: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_batch_keeps_ids_and_order(wenbao: CommandLine, built: Path, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = [
        {"id": "b", "question": UNANSWERED},
        {"id": 7, "question": QUESTION},
        {"question": "第24届晨屿灯会来了多少游客？"},
        {"id": "a", "question": QUESTION},
    ]
    done = wenbao(
        "ask", "--batch", batch_file(tmp_path, *map(json.dumps, asked), ""), "--index", built, "--json"
    )
    assert done.status == 0
    assert [row.get("id") for row in done.rows] == ["b", 7, None, "a"]
    assert [row["question"] for row in done.rows] == [row["question"] for row in asked]
    assert [row["short_answer"] for row in done.rows] == [None, "38.1万件", "3.2万人次", "38.1万件"]
    assert all(row.keys() >= ANSWER_KEYS for row in done.rows)


@pytest.mark.parametrize("bad", ["", "   ", "？", "灯" * 10_000])
def test_a_question_that_cannot_be_asked_does_not_stop_the_batch(
    wenbao: CommandLine, built: Path, tmp_path: Path, bad: str
) -> None:
    lines = [json.dumps({"id": n, "question": text}) for n, text in enumerate([QUESTION, bad, QUESTION])]
    done = wenbao("ask", "--batch", batch_file(tmp_path, *lines), "--index", built, "--json")
    assert done.status == 0
    assert [row["id"] for row in done.rows] == [0, 1, 2]
    assert [row["answered"] for row in done.rows] == [True, False, True]
    assert done.rows[1]["reason"]


def test_a_batch_without_an_answer_is_status_1(wenbao: CommandLine, built: Path, tmp_path: Path) -> None:
    path = batch_file(tmp_path, json.dumps({"id": 1, "question": UNANSWERED}))
    assert wenbao("ask", "--batch", path, "--index", built, "--json").status == 1


@pytest.mark.parametrize(
    "broken",
    ["{", '{"id": 1}', "[]", "3", '"灯会"', '{"id": 1, "question": null}', '{"id": 1, "question": 5}'],
)
def test_a_broken_line_of_a_batch_is_named(
    wenbao: CommandLine, built: Path, tmp_path: Path, broken: str
) -> None:
    path = batch_file(tmp_path, json.dumps({"id": 1, "question": QUESTION}), broken)
    assert f"{path}:2" in wenbao("ask", "--batch", path, "--index", built, "--json").error()


def test_a_line_separator_in_a_question_does_not_end_the_line(
    wenbao: CommandLine, built: Path, tmp_path: Path
) -> None:
    path = batch_file(
        tmp_path, json.dumps({"id": 1, "question": f"请问：\u2028{QUESTION}"}, ensure_ascii=False)
    )
    assert wenbao("ask", "--batch", path, "--index", built, "--json").row["short_answer"] == "38.1万件"


@pytest.mark.parametrize("lines", [(), ("", "  ")])
def test_a_batch_without_questions(
    wenbao: CommandLine, built: Path, tmp_path: Path, lines: tuple[str, ...]
) -> None:
    path = batch_file(tmp_path, *lines)
    assert str(path) in wenbao("ask", "--batch", path, "--index", built, "--json").error()


def test_a_wrong_date_stops_a_batch(wenbao: CommandLine, built: Path, tmp_path: Path) -> None:
    path = batch_file(tmp_path, json.dumps({"id": 1, "question": QUESTION}))
    assert "三月" in wenbao("ask", "--batch", path, "--index", built, "--json", "--from", "三月").error()


def test_a_batch_that_cannot_be_read(wenbao: CommandLine, built: Path, tmp_path: Path) -> None:
    assert str(tmp_path / "none") in wenbao("ask", "--batch", tmp_path / "none", "--index", built).error()
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    assert str(tmp_path / "binary") in wenbao("ask", "--batch", tmp_path / "binary", "--index", built).error()


# Questions and dates that cannot be asked


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("question", ["", " \n", "？！", "灯" * 10_000])
def test_an_empty_or_endless_question(wenbao: CommandLine, built: Path, command: str, question: str) -> None:
    line = wenbao(command, question, "--index", built).error()
    assert len(line) < 200


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("flag", ["--from", "--to"])
def test_a_date_that_is_none(wenbao: CommandLine, built: Path, command: str, flag: str) -> None:
    assert "三月" in wenbao(command, QUESTION, "--index", built, flag, "三月").error()


# Files that cannot be read


def write_unreadable(kind: str, path: Path) -> Path:
    content = {
        "empty": b"",
        "blank": b" \n\n",
        "binary": bytes(range(256)) * 40,
        "endless": "灯\n".encode() * 1_000_000,
    }
    if kind in content:
        path.write_bytes(content[kind])
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "blank", "binary", "endless"])
def test_a_file_that_is_no_page(wenbao: CommandLine, tmp_path: Path, kind: str) -> None:
    path = write_unreadable(kind, tmp_path / "page.txt")
    assert str(path) in wenbao("index", path, "--index", tmp_path / "i").error()
    assert str(path) in wenbao("articles", path).error()
    assert "no index here" in wenbao("search", "灯", "--index", tmp_path / "i").error()


def test_a_folder_without_pages(wenbao: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    assert str(tmp_path / "pages") in wenbao("index", tmp_path / "pages", "--index", tmp_path / "i").error()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8-sig"])
def test_pages_in_other_encodings(wenbao: CommandLine, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes((LANTERNS * 3).encode(encoding))
    assert wenbao("index", path, "--index", tmp_path / "i", "--json").row["skipped"] == []
    done = wenbao("ask", "第24届晨屿灯会来了多少游客？", "--index", tmp_path / "i", "--json")
    assert done.row["short_answer"] == "3.2万人次"


def test_a_mixture_is_indexed_as_far_as_it_can_be_read(
    wenbao: CommandLine, pages: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(pages, tmp_path / "mixture"))
    bad = [write_unreadable(kind, folder / f"{kind}.txt") for kind in ("empty", "binary", "endless")]
    (folder / "notes.odt").write_text("no page", encoding="utf-8")
    done = wenbao("index", folder, "--index", tmp_path / "i", "--json")
    assert done.status == 0
    assert {name for name, _ in done.row["skipped"]} == {str(path) for path in bad}
    assert all(reason for _, reason in done.row["skipped"])
    assert done.row["articles"] == 2
    assert wenbao("ask", QUESTION, "--index", tmp_path / "i", "--json").row["short_answer"] == "38.1万件"
    shown = wenbao("index", folder, "--index", tmp_path / "i2")
    assert shown.status == 0
    assert all(str(path) in shown.err for path in bad)
    rebuilt = wenbao("articles", folder, "--json")
    assert (rebuilt.status, len(rebuilt.rows)) == (0, 2)
    assert all(str(path) in rebuilt.err for path in bad)


# Indexes that cannot be used


@pytest.mark.parametrize("command", [("search", "灯"), ("ask", "灯在哪里"), ("articles",)])
def test_no_index(wenbao: CommandLine, tmp_path: Path, command: tuple[str, ...]) -> None:
    line = wenbao(*command, "--index", tmp_path / "none").error()
    assert str(tmp_path / "none") in line
    assert "wenbao index" in line


@pytest.mark.parametrize("command", [("search", "灯"), ("ask", "灯在哪里"), ("articles",)])
def test_an_index_that_is_a_file(wenbao: CommandLine, tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "file"
    file.write_text("no index", encoding="utf-8")
    assert str(file) in wenbao(*command, "--index", file).error()


@pytest.mark.parametrize("below", [False, True])
def test_an_index_cannot_be_written_over_a_file(
    wenbao: CommandLine, pages: Path, tmp_path: Path, below: bool
) -> None:
    file = tmp_path / "file"
    file.write_text("no index", encoding="utf-8")
    target = file / "index" if below else file
    assert str(target) in wenbao("index", pages, "--index", target).error()
    assert file.read_text(encoding="utf-8") == "no index"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="all places are writable for root"
)
def test_a_place_that_may_not_be_written(wenbao: CommandLine, pages: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert str(closed) in wenbao("index", pages, "--index", closed / "i").error()


def damage(index: Path, kind: str) -> None:
    records = index / "records.sqlite"
    if kind == "no records":
        records.unlink()
    elif kind == "broken manifest":
        put_manifest(records, "[]")
    elif kind == "later format":
        put_manifest(records, json.dumps({"format": 99}))
    elif kind == "cut records":
        records.write_bytes(records.read_bytes()[:5000])
    elif kind == "changed vectors":
        vectors = next((index / "vectors").glob("*.faiss"))
        data = bytearray(vectors.read_bytes())
        data[-1] ^= 1
        vectors.write_bytes(data)
    elif kind == "no words":
        shutil.rmtree(next(index.glob("words-*")))
    else:
        raise ValueError(kind)


def put_manifest(records: Path, text: str) -> None:
    with closing(sqlite3.connect(records)) as connection:
        connection.execute("UPDATE manifest SET value = ?", (text,))
        connection.commit()


@pytest.mark.parametrize(
    "kind",
    ["no records", "broken manifest", "later format", "cut records", "changed vectors", "no words"],
)
@pytest.mark.parametrize("command", [("ask", QUESTION), ("articles",)])
def test_a_damaged_index(wenbao: CommandLine, copied: Path, kind: str, command: tuple[str, ...]) -> None:
    damage(copied, kind)
    line = wenbao(*command, "--index", copied, "--json").error()
    assert str(copied) in line
    assert "index" in line


def test_an_index_of_an_encoder_that_is_not_there(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    class Other:
        name = "no-such-place/no-such-model"
        dimension = encoder.dimension
        encode = staticmethod(encoder.encode)

    add_articles(tmp_path / "other", [Article.from_text("灯会在白沙湾。")], Other())
    done = in_own_process("ask", QUESTION, "--index", tmp_path / "other", HF_HUB_OFFLINE="1")
    assert "no-such-place/no-such-model" in done.error()


# Real processes


def test_a_process_ends_with_its_status(built: Path) -> None:
    answered = in_own_process("ask", QUESTION, "--index", built, "--json")
    assert (answered.status, answered.row["short_answer"], answered.err) == (0, "38.1万件", "")
    declined = in_own_process("ask", UNANSWERED, "--index", built, "--json")
    assert (declined.status, declined.row["answered"]) == (1, False)
    assert "no index here" in in_own_process("ask", QUESTION, "--index", built / "none").error()


def test_characters_that_no_encoding_has_do_not_break_a_process(built: Path, tmp_path: Path) -> None:
    path = tmp_path / "surrogate.jsonl"
    path.write_text('{"id": 1, "question": "江西\\ud83d综治中心化解了多少纠纷"}\n', encoding="utf-8")
    done = in_own_process("ask", "--batch", path, "--index", built, "--json")
    assert done.status in {0, 1}
    assert done.row["id"] == 1
    assert "Traceback" not in done.err


def test_a_terminal_that_knows_no_chinese_gets_escapes(built: Path) -> None:
    done = in_own_process("ask", QUESTION, "--index", built, "--json", PYTHONIOENCODING="ascii")
    assert (done.status, done.err) == (0, "")
    assert done.row["short_answer"] == "38.1万件"
    assert "\\u4e07" in done.out


def test_a_reader_may_close_the_pipe(built: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from qa.cli import main; main()",
        "articles",
        "--index",
        str(built),
        "--json",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_columns_of_a_table_are_named_on_the_command_line(wenbao: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("抬头,话\n灯塔,灯塔开放了。\n", encoding="utf-8")
    assert "no column of text among 抬头, 话" in wenbao("articles", path).error()
    shown = wenbao("articles", path, "--columns", "title=抬头,text=话", "--json")
    assert (shown.row["headline"], shown.row["paragraphs"][0]["text"]) == ("灯塔", "灯塔开放了。")
    done = wenbao("index", path, "--columns", "标题=抬头,正文=话", "--json")
    assert (done.status, done.row["articles"]) == (0, 1)
    assert "is not FIELD=COLUMN" in wenbao("index", path, "--columns", "color=red").error()
