"""The documents tell of the program as it is: commands, options, output, limits, modules, versions."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import qa
from eval.measures import MEASURES
from eval.results import result_from_json, result_to_json
from qa.assistant import Assistant
from qa.cli import application
from qa.contracts import (
    answer_to_json,
    article_to_json,
    citation_to_json,
    count_to_json,
    hit_to_json,
    lookup_to_json,
)
from qa.files import MAX_BYTES, MAX_LINES
from qa.index import read_manifest
from qa.query import MAX_QUESTION
from qa.quotes import MAX_QUOTE

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
# Of these the README shows no session: they serve, work on what was served, or look after an index.
NOT_SHOWN = {
    "adapt", "backup", "chat", "export", "feedback", "mcp", "models", "repair", "restore", "tune", "user", "verify",
}  # fmt: skip
READMES = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=lambda path: path.name)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
PAGE = ROOT / "eval/sample/pages/江岸日报-20250328-04.txt"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(read(path)) if name == language]


def prose(path: Path) -> str:
    return BLOCK.sub("", read(path))


def headings(path: Path) -> list[tuple[str, str]]:
    return re.findall(r"^(#+) (.+)$", prose(path), re.MULTILINE)


def section(path: Path, heading: str) -> str:
    """Return what stands below the heading that begins with these words, up to the next heading."""
    found = re.search(
        rf"^#+ {re.escape(heading)}(?!\w).*?\n(.*?)(?=^#|\Z)", prose(path), re.MULTILINE | re.DOTALL
    )
    assert found, f"{path.name} has no section {heading!r}"
    return found[1]


def options_by_command() -> dict[str, set[str]]:
    group = typer.main.get_command(application())
    assert isinstance(group, typer.core.TyperGroup)
    return {name: options_of(command) for name, command in group.commands.items()}


def options_of(command: Any) -> set[str]:
    """Return the options of a command; of one with commands of its own, those of them all."""
    if isinstance(command, typer.core.TyperGroup):
        return set().union(*map(options_of, command.commands.values()))
    options = (parameter for parameter in command.params if parameter.param_type_name == "option")
    return {option for parameter in options for option in parameter.opts}


@pytest.fixture(scope="module")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("documentation") / "sample.index"
    Assistant.build([PAGE.parent], index=index).close()
    return index


@pytest.fixture(scope="module")
def assistant(sample_index: Path) -> Iterator[Assistant]:
    with Assistant.open(sample_index) as opened:
        yield opened


@READMES
def test_every_command_has_a_section_with_exactly_its_options(readme: Path) -> None:
    described = [title.split()[1] for marks, title in headings(readme) if title.startswith("wenbao ")]
    options = options_by_command()

    assert sorted(described) == sorted(options)
    for command, expected in options.items():
        told = re.findall(r"^\| `(--[a-z-]+)", section(readme, f"wenbao {command}"), re.MULTILINE)
        assert sorted(told) == sorted(expected), command


def test_the_two_readmes_have_the_same_headings_tables_lists_and_code() -> None:
    outlines = [re.findall(r"^(?:#+ |\||- )", prose(readme), re.MULTILINE) for readme in (ENGLISH, CHINESE)]

    assert outlines[0] == outlines[1]
    assert BLOCK.findall(read(ENGLISH)) == BLOCK.findall(read(CHINESE))


@READMES
def test_the_two_commands_come_first(readme: Path) -> None:
    assert BLOCK.findall(read(readme))[0] == ("sh", "make run\nmake test\n")
    assert read(readme).index("make run") < read(readme).index("\n## ")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    code = "\n".join([*blocks(document, "sh"), *re.findall(r"`([^`\n]+)`", prose(document))])

    assert set(re.findall(r"(?:^|\n)make ([a-z]+)", code)) <= targets


def test_every_make_target_is_told_to_contributors() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", read(ROOT / "Makefile"), re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert f"| `make {target}` |" in read(ROOT / "CONTRIBUTING.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", prose(document)):
        path, _, anchor = link.partition("#")
        if link.startswith("http"):
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in [title.lower().replace(" ", "-") for _, title in headings(target)], link


def test_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = blocks(ENGLISH, "python")
    (tmp_path / "eval").symlink_to(ROOT / "eval")
    monkeypatch.chdir(tmp_path)

    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 (the example of our own README)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("True 38.1万件 ")
    assert any(line.startswith("1 江西推开一扇门解开千家结 江岸日报 2025-03-28 ") for line in lines)
    assert lines[-1] == "7盏"


@READMES
def test_python_names_exist(readme: Path) -> None:
    text = section(readme, "Python")

    assert {name for name in qa.__all__ if name.endswith("Error")} == set(re.findall(r"\b\w+Error\b", text))
    for name in re.findall(r"`(?:Assistant\.)?([a-z]+)\(", text):
        assert hasattr(Assistant, name), name


@READMES
def test_session_shows_what_the_program_says(
    readme: Path, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every shown line is a line of the output, in order; ``…`` stands for anything, and so does an id."""
    monkeypatch.setenv("WENBAO_INDEX", str(sample_index))
    monkeypatch.chdir(ROOT)
    steps = re.findall(
        r"^\$ wenbao (.+)\n((?:(?!\$ ).*\n)+)", "\n".join(blocks(readme, "console")), re.MULTILINE
    )
    assert {command.split()[0] for command, _ in steps} == set(options_by_command()) - NOT_SHOWN
    for command, shown in steps:
        if command.split()[0] in {"index", "eval"}:  # the one is run by the fixture, the other tells times
            continue
        lines = iter(CliRunner().invoke(application(), command.split()).stdout.splitlines())
        for expected in filter(str.strip, shown.splitlines()):
            pattern = re.sub(r"…|\b[0-9a-f]{16}\b", ".*", re.escape(expected))
            assert any(re.fullmatch(pattern, line) for line in lines), f"wenbao {command}: {expected}"


@READMES
def test_session_tells_the_size_of_the_sample(readme: Path, sample_index: Path) -> None:
    manifest = read_manifest(sample_index)
    assert manifest
    counts = manifest.counts
    cells = [str(counts["files"]), "0", str(counts["articles"]), str(counts["passages"])]

    assert cells in [re.findall(r"\d+", line)[:4] for line in blocks(readme, "console")[0].splitlines()]


@READMES
def test_json_examples_have_the_shapes_of_the_contracts(readme: Path, assistant: Assistant) -> None:
    shown_answer, shown_article, shown_hit, shown_quote, shown_count, shown_gold = map(
        json.loads, blocks(readme, "json")
    )
    answer = assistant.ask("江西综治中心化解了多少纠纷")
    article = next(a for a in assistant.articles() if any(p.credit for p in a.paragraphs))

    assert shown_answer.keys() == answer_to_json(answer, "1").keys()
    assert shown_answer["citations"][0].keys() == citation_to_json(answer.citations[0]).keys()
    assert shown_answer["short_answer"] == answer.short_answer
    assert shown_answer["citations"][0]["quote"] == answer.citations[0].quote
    assert shown_article.keys() == article_to_json(article).keys()
    assert shown_article["paragraphs"][0].keys() == {"text", "role", "spans", "credit"}
    assert shown_hit.keys() == hit_to_json(assistant.search("综治中心")[0], 1).keys()
    quote, count = assistant.look_up(shown_quote["quote"]), assistant.count("法治副校长")
    assert shown_quote.keys() == lookup_to_json(quote).keys()
    assert shown_quote["matches"][0].keys() == lookup_to_json(quote)["matches"][0].keys()
    assert shown_quote["matches"][0]["differences"] == lookup_to_json(quote)["matches"][0]["differences"]
    assert shown_count.keys() == count_to_json(count).keys()
    assert shown_count["articles"][0].keys() == count_to_json(count)["articles"][0].keys()
    assert shown_gold in map(json.loads, read(ROOT / "eval/sample/gold.jsonl").splitlines())


@READMES
def test_limits_are_those_of_the_program(readme: Path) -> None:
    for limit in (f"{MAX_BYTES >> 20} MiB", f"{MAX_LINES:,}", f"{MAX_QUESTION:,}", f"{MAX_QUOTE:,}"):
        assert limit in prose(readme)


def test_evaluation_page_defines_every_measure_and_the_json() -> None:
    page = ROOT / "docs/evaluation.md"
    table = section(page, "Measures")
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]+)\|", table, re.MULTILINE)))
    result, summary = map(json.loads, blocks(page, "json"))

    assert named == list(MEASURES)
    assert json.loads(json.dumps(result_to_json(result_from_json(result)))) == result
    assert {"type", "n", "unanswerable", "clusters", "em", "intervals"} <= summary["summary"][0].keys()


def test_architecture_lists_every_module() -> None:
    told = re.findall(
        r"^\| `((?:embeddings|qa|ui|eval)/[\w/]+\.py)` \|", read(ROOT / "docs/architecture.md"), re.MULTILINE
    )
    there = [
        path.relative_to(ROOT).as_posix()
        for package in ("embeddings", "qa", "ui", "eval")
        for path in (ROOT / package).rglob("*.py")
        if not path.name.startswith("__")
    ]

    assert sorted(told) == sorted(there)


def test_changelog_tells_of_this_version() -> None:
    versions = re.findall(r"^## \[(.+?)\]", read(ROOT / "CHANGELOG.md"), re.MULTILINE)

    assert versions[0] == "Unreleased"
    assert PROJECT["version"] in versions


def test_constraints_pin_every_dependency_and_fit_any_build_of_torch() -> None:
    lines = [line for line in read(ROOT / "constraints.txt").splitlines() if not line.startswith("#")]
    pins = dict(re.findall(r"^([\w.-]+)==([\w.]+)$", "\n".join(lines), re.MULTILINE | re.ASCII))
    extras = PROJECT["optional-dependencies"].values()
    wanted = [*PROJECT["dependencies"], *(requirement for extra in extras for requirement in extra)]
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in pins}

    assert len(pins) == len(lines)
    assert {re.split(r"[<>=~!\[; ]", requirement)[0] for requirement in wanted} <= {*names, "wenbao"}
    for readme in (ENGLISH, CHINESE):
        assert f"`torch=={pins['torch']}`" in read(readme)
    assert f"rev: v{pins['ruff']}\n" in read(ROOT / ".pre-commit-config.yaml")
