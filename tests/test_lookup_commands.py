"""`wenbao quote` and `wenbao count`, on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa.building import add_articles
from qa.cli import application
from qa.records import Article

LAMP = Article.from_text(
    "海岛灯塔昨晚重新点亮。守灯人林海生说，灯塔停用了[三]年，修理花了38.1万元。",
    headline="灯塔亮了",
    date="2025-03-05",
    source="海岛日报",
)
MUSEUM = Article.from_text("灯塔明年改成展馆。", headline="展馆", date="2025-05-01", source="山城晚报")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from embeddings.universal import UniversalSentenceEncoder  # noqa: PLC0415 (loads a model)

    made = tmp_path_factory.mktemp("indexes") / "lamp"
    add_articles(made, [LAMP, MUSEUM], UniversalSentenceEncoder())
    return made


def run(folder: Path, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(application(), [*arguments, "--index", str(folder)], input=given)


def test_a_quote_that_is_printed(folder: Path) -> None:
    done = run(folder, "quote", "海岛灯塔昨晚重新点亮")
    assert done.exit_code == 0
    assert "这句话一字不差地见于《灯塔亮了》（海岛日报 2025-03-05）" in done.stdout
    assert "  海岛灯塔昨晚重新点亮\n" in done.stdout


def test_a_quote_that_is_nearly_printed(folder: Path) -> None:
    done = run(folder, "quote", "灯塔总共停用了五年，修理花了38.1元")
    assert done.exit_code == 0
    assert "  灯塔{+总共+}停用了[[-三-]{+五+}]年，修理花了38.1[-万-]元\n" in done.stdout


def test_a_quote_from_standard_input_as_json(folder: Path) -> None:
    done = run(folder, "quote", "-", "--json", given="海島燈塔昨晚\n重新點亮。\n")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert (done.exit_code, found["kind"], found["matches"][0]["text"]) == (
        0,
        "exact",
        "海岛灯塔昨晚重新点亮。",
    )


def test_a_quote_that_is_not_there(folder: Path) -> None:
    for arguments in (
        ("quote", "火星探测器何日返航"),
        ("quote", "海岛灯塔昨晚重新点亮", "--source", "山城晚报"),
    ):
        done = run(folder, *arguments)
        assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "档案里没有这句话。")


def test_a_count(folder: Path) -> None:
    done = run(folder, "count", "灯塔")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "档案里有2篇报道提到“灯塔”。"
    assert "  2. 灯塔明年改成展馆。" in done.stdout
    assert "[三]" in run(folder, "count", "三").stdout


@pytest.mark.parametrize(
    ("arguments", "total", "listed"),
    [
        (("灯塔",), 2, 2),
        ((), 2, 2),
        (("灯塔", "--limit", "1"), 2, 1),
        (("灯塔", "守灯人"), 1, 1),
        (("展馆", "守灯人", "--any"), 2, 2),
        (("灯塔", "--source", "山城晚报"), 1, 1),
        (("灯塔", "--from", "2025-04-01", "--to", "2025-05-01"), 1, 1),
        (("火星",), 0, 0),
    ],
)
def test_a_count_as_json(folder: Path, arguments: tuple[str, ...], total: int, listed: int) -> None:
    done = run(folder, "count", *arguments, "--json")
    (line,) = done.stdout.splitlines()
    count = json.loads(line)
    assert (count["total"], len(count["articles"]), done.exit_code) == (total, listed, 0 if total else 1)
