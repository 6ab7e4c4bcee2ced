"""The benchmarks give tables of what they measured; the times themselves are the machine's."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from embeddings.universal import UniversalSentenceEncoder
from eval import speed
from eval.gold import GoldQuestion, GoldSet
from qa.assistant import Assistant
from qa.records import Article

ARTICLE = Article.from_text("渔港昨天开海，老船长林海生第一个出港。", headline="渔港开海")
ASKED = GoldQuestion("1", "person", "谁第一个出港？", ("林海生",))
UNANSWERABLE = GoldQuestion("2", "person", "谁登上了木星？", ())


def cells(table: str) -> list[list[str]]:
    """Return the cells of the rows that a printed table has below its header."""
    rows = [re.split(r"[│┃|]", line) for line in table.splitlines() if re.search(r"[│┃|]", line)]
    return [[cell.strip() for cell in row if cell.strip()] for row in rows][1:]


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """One article and two questions take the place of the sample, and one turn that of many."""

    @contextmanager
    def assistant() -> Iterator[Assistant]:
        with Assistant.from_articles([ARTICLE]) as opened:
            yield opened

    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(speed, "sample_assistant", assistant)
    monkeypatch.setattr(speed, "read_gold", lambda path: GoldSet("tiny", (UNANSWERABLE, ASKED)))
    monkeypatch.setattr(speed, "PASSAGES", 3)
    monkeypatch.setattr(speed, "TURNS", 1)
    monkeypatch.setattr(speed, "COLD_RUNS", 1)


@pytest.mark.usefixtures("tiny")
def test_the_encoder_is_measured_against_its_products(capsys: pytest.CaptureFixture[str]) -> None:
    speed.encoder()
    printed = capsys.readouterr().out
    assert "3 passages" in " ".join(printed.split())
    encode, products = cells(printed)
    assert (encode[0], products[0], products[-1]) == ("encode", "bare products", "1.00")
    assert all(float(cell) >= 0 for cell in (*encode[1:], *products[1:]))


@pytest.mark.usefixtures("tiny")
def test_asking_is_measured_against_searching(capsys: pytest.CaptureFixture[str]) -> None:
    speed.ask()
    printed = capsys.readouterr().out
    assert "2 of the sample" in " ".join(printed.split())
    asking, searching = cells(printed)
    assert (asking[0], searching[0], searching[-1]) == ("ask", "search", "1.00")
    for _, median, p95, _ in (asking, searching):
        assert 0 < float(median) <= float(p95)


@pytest.mark.usefixtures("tiny")
def test_whole_processes_are_measured_against_bare_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def run_python(code: str, *arguments: str) -> str:
        ran.append(code)
        return "True" if code == speed.WENBAO_TORCH else ""

    monkeypatch.setattr(speed, "run_python", run_python)
    speed.cold()
    printed = capsys.readouterr().out
    assert set(ran) == {speed.WENBAO, speed.WENBAO_TORCH, "pass"}
    assert "torch imported: yes" in " ".join(printed.split())
    asking, bare = cells(printed)
    assert (asking[0], bare[0], bare[-1]) == ("wenbao ask", "python -c pass", "1.0")


def test_a_process_gives_its_standard_error() -> None:
    code = "import sys; print('out'); print(sys.argv[1], file=sys.stderr)"
    assert speed.run_python(code, "灯塔").split() == ["灯塔"]
    assert speed.run_python("raise SystemExit(1)") == ""
    with pytest.raises(Exception, match="status 2"):
        speed.run_python("raise SystemExit(2)")


def test_tokens_are_counted_with_the_marks_at_the_ends(encoder: UniversalSentenceEncoder) -> None:
    assert speed.count_tokens([]) == 0
    assert speed.count_tokens([""]) == 2
    one, two = speed.count_tokens(["灯塔"]), speed.count_tokens(["灯塔", "灯塔"])
    assert two == 2 * one > 4


@pytest.mark.parametrize("tokens", [0, 1, 384, 385])
def test_any_number_of_tokens_can_be_multiplied(tokens: int) -> None:
    speed.multiply_matrices(tokens)


def test_jobs_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "TURNS", 2)
    done: list[str] = []
    jobs: list[Callable[[], object]] = [lambda: done.append("a"), lambda: done.append("b")]
    assert len(speed.best_of_turns(*jobs)) == 2
    assert done == ["a", "b", "a", "b"]


def test_the_sample_index_is_gone_at_the_end() -> None:
    with speed.sample_assistant() as assistant:
        folder = assistant._folder
        assert len(list(assistant.articles())) > 5
    assert not folder.exists()


def test_a_command_must_be_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["speed", "--help"])
    with pytest.raises(SystemExit):
        speed.app()
    told = capsys.readouterr().out
    assert all(command in told for command in ("encoder", "ask", "cold"))
