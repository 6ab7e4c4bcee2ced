"""The folder of a run: what was asked over what, every answer, results, TREC files, a page to read.

    run.json         settings, hashes of questions, index and program, time, environment, summary
    answers.jsonl    one answer a line, as of `wenbao ask --batch --json` but without times
    results.jsonl    what `wenbao eval --json` writes: a line for each question, then the summary
    run.trec         the ranking of each question; qrels.trec: its judgements
    report.html      the page

A run that is replayed gives the same answers.jsonl and run.trec to the byte.
"""

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import zip_longest
from pathlib import Path
from typing import Any

from eval.evaluation import Evaluation, Settings, hash_gold
from eval.measures import SummaryRow, summary_to_json
from eval.ranking import qrels_lines, run_lines
from eval.results import Result, result_from_json, result_to_json
from qa.contracts import answer_to_json
from qa.errors import InputError

__all__ = [
    "Run",
    "describe_run",
    "first_difference",
    "read_kept",
    "read_run",
    "replayed_files",
    "result_lines",
    "write_files",
    "write_run",
]

FORMAT = 1
RECORD, RESULTS, ANSWERS, RANKINGS = "run.json", "results.jsonl", "answers.jsonl", "run.trec"
PACKAGES = ("embeddings", "qa")  # what decides an answer


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder that was read: its record (``run.json``), its settings and its results."""

    folder: Path
    record: dict[str, Any]
    settings: Settings
    results: list[Result]

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.folder.resolve().name


def result_lines(results: Sequence[Result], record: dict[str, Any]) -> Iterable[str]:
    """Yield the lines of ``wenbao eval --json``: the results, then the summary of the record."""
    for told in (*map(result_to_json, results), {"summary": record["summary"]}):
        yield json.dumps(told, ensure_ascii=False)


def replayed_files(evaluation: Evaluation) -> dict[str, str]:
    """Return the text of the files that a replay gives to the byte, by name."""
    asked = evaluation.outcomes
    answers = [answer_to_json(o.answer, o.question.id) for o in asked if o.answer is not None]
    for told in answers:
        del told["elapsed_ms"]
    rankings = {o.question.id: o.ranking for o in asked if o.ranking is not None}
    return {
        ANSWERS: _text(json.dumps(told, ensure_ascii=False) for told in answers),
        RANKINGS: _text(run_lines(rankings)),
    }


def describe_run(evaluation: Evaluation, rows: Sequence[SummaryRow]) -> dict[str, Any]:
    """Return the record of a run, the content of ``run.json``."""
    gold = evaluation.gold
    hashes = {
        name: _sha256(text.encode("utf-8", "surrogatepass"))
        for name, text in replayed_files(evaluation).items()
    }
    return {
        "format": FORMAT,
        "started": evaluation.started,
        "seconds": round(evaluation.seconds, 1),
        "settings": asdict(evaluation.settings),
        "gold": {"file": gold.file, "questions": len(gold.questions), "sha256": hash_gold(gold)},
        "index": evaluation.index,
        "program": {"wenbao": version("wenbao"), "sha256": _hash_program()},
        "environment": _environment(),
        "sha256": hashes,
    } | summary_to_json(rows)


def write_run(
    folder: Path, evaluation: Evaluation, results: Sequence[Result], record: dict[str, Any], page: str
) -> None:
    """Write a run folder, made if need be. Raises InputError when it cannot be written."""
    rankings = {o.question.id: o.ranking for o in evaluation.outcomes if o.ranking is not None}
    files = replayed_files(evaluation) | {
        "qrels.trec": _text(qrels_lines(rankings)),
        RESULTS: _text(result_lines(results, record)),
        "report.html": page,
        RECORD: json.dumps(record, ensure_ascii=False, indent=2) + "\n",
    }
    write_files(folder, files)


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Write texts into a folder, made if need be. Raises InputError when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", errors="surrogatepass", newline="\n")
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written ({error.strerror or error}); choose another folder"
        ) from error


def read_run(folder: Path) -> Run:
    """Read a run folder. Raises InputError when it is none, or damaged."""
    try:
        record = json.loads(read_kept(folder, RECORD))
        rows = [json.loads(line) for line in read_kept(folder, RESULTS).split("\n") if line.strip()]
        results = [result_from_json(row) for row in rows if "summary" not in row]
        if record["format"] != FORMAT:
            raise InputError(f"{folder}: run format {record['format']}, this program reads {FORMAT}")
        if len(results) != record["gold"]["questions"]:
            raise ValueError(f"{len(results)} results of {record['gold']['questions']} questions")  # noqa: TRY301
        return Run(folder, record, Settings(**record["settings"]), results)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder}: damaged run ({type(error).__name__}: {error}); run the evaluation again"
        ) from error


def read_kept(folder: Path, name: str) -> str:
    """Return the text of a file of a run folder. Raises InputError when it cannot be read."""
    try:
        return (folder / name).read_bytes().decode("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{folder / name}: cannot be read ({error}); give a folder that `wenbao eval --output` wrote"
        ) from error


def first_difference(kept: str, replayed: str) -> int | None:
    """Return the number of the first line that differs, from 1; None where the texts are the same."""
    pairs = enumerate(zip_longest(kept.split("\n"), replayed.split("\n")), start=1)
    return next((number for number, (old, new) in pairs if old != new), None)


def _hash_program() -> str:
    """Return the SHA-256 of the files that decide an answer: programs, weights, tables."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root).as_posix()} {_sha256(path.read_bytes())}\n".encode())
    return digest.hexdigest()


def _environment() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "packages": dict(_packages()),
    }


def _packages() -> Iterator[tuple[str, str]]:
    """Yield what the program requires and is installed, with its version."""
    for name in sorted({re.split(r"[^\w.-]", told)[0] for told in requires("wenbao") or ()}):
        with suppress(PackageNotFoundError):
            yield name, version(name)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
