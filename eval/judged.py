"""Retrieval sets, which judge documents and have no answers: BEIR folders, TREC topics with judgements."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.gold import GoldQuestion, GoldSet, read_gold
from qa.errors import InputError
from qa.records import Article

__all__ = ["read_questions"]

TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
# A field of a topic ends where the next begins; old topics close none of their tags.
NUMBER = re.compile(r"<num>\s*(?:Number\s*:)?\s*([^<]+)", re.IGNORECASE)
TITLE = re.compile(r"<title>\s*(?:Topic\s*:)?\s*([^<]+)", re.IGNORECASE)

Grades = dict[str, dict[str, int]]


def read_questions(path: Path, judgements: Path | None = None) -> GoldSet:
    """Read a gold set of any form: JSON lines, SQuAD/CMRC, a BEIR folder, or TREC topics with judgements.

    A folder is BEIR's: ``corpus.jsonl``, ``queries.jsonl``, and ``judgements`` or else ``qrels/test.tsv``.
    A file with ``judgements`` holds TREC topics, which name documents by article id. Only questions
    with judgements are asked. Raises InputError that names the file, and the line where there is one.
    """
    if path.is_dir():
        return _read_beir(path, judgements)
    if judgements is None:
        return read_gold(path)
    topics = dict(_topics(path))
    return GoldSet(str(path), _judged(topics, _read_judgements(judgements), judgements), retrieval_only=True)


def _read_beir(folder: Path, judgements: Path | None) -> GoldSet:
    corpus = folder / "corpus.jsonl"
    queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl", "_id", "text")}
    articles = tuple(_article(corpus, row) for row in _rows(corpus, "_id", "text"))
    judgements = judgements or _beir_judgements(folder)
    questions = _judged(queries, _read_judgements(judgements), judgements)
    return GoldSet(str(folder), questions, articles, retrieval_only=True)


def _beir_judgements(folder: Path) -> Path:
    """Return the judgements of the test split, else the only ones there are."""
    found = sorted((folder / "qrels").glob("*.tsv"))
    test = [path for path in found if path.stem == "test"]
    if len(test or found) != 1:
        there = ", ".join(path.name for path in found) or "none"
        raise InputError(
            f"{folder / 'qrels'}: no test.tsv ({there} there); name the judgements with --qrels FILE"
        )
    return (test or found)[0]


def _article(path: Path, row: dict[str, Any]) -> Article:
    title, text = str(row.get("title") or ""), str(row["text"])
    article = Article.from_text(text if text.strip() else title, headline=title, file=path.name)
    return replace(article, article_id=str(row["_id"]))


def _judged(texts: dict[str, str], grades: Grades, judgements: Path) -> tuple[GoldQuestion, ...]:
    questions = tuple(
        GoldQuestion(name, "judged", text, (), grades=tuple(grades[name].items()))
        for name, text in texts.items()
        if name in grades
    )
    if not any(question.answerable for question in questions):
        raise InputError(
            f"{judgements}: names no relevant document for any of the questions; is it their file?"
        )
    return questions


def _read_judgements(path: Path) -> Grades:
    """Read judgements: question, document, grade (BEIR), or question, iteration, document, grade (TREC)."""
    grades: Grades = {}
    for number, line in _lines(path):
        fields = line.split("\t") if "\t" in line else line.split()
        try:
            question, document, grade = fields[0], fields[-2], int(fields[-1])
        except (IndexError, ValueError):
            if number == 1:
                continue  # BEIR's files begin with the names of the columns
            fields = []
        if len(fields) not in (3, 4):
            raise InputError(f"{path}:{number}: not a judgement; expected question, document and grade")
        grades.setdefault(question.strip(), {})[document.strip()] = grade
    return grades


def _topics(path: Path) -> Iterator[tuple[str, str]]:
    """Yield number and title of TREC topics, in their mark-up or one a line with a tab between."""
    lines = list(_lines(path))
    marked = TOPIC.findall("\n".join(line for _, line in lines))
    for position, topic in enumerate(marked, start=1):
        name, title = NUMBER.search(topic), TITLE.search(topic)
        if not (name and title):
            raise InputError(f"{path}: topic {position} has no <num> or no <title>")
        yield name[1].strip(), " ".join(title[1].split())
    for number, line in [] if marked else lines:
        key, tab, text = line.partition("\t")
        if not (tab and key.strip() and text.strip()):
            raise InputError(
                f"{path}:{number}: not a topic; expected <top> mark-up, or a number, a tab and a text"
            )
        yield key.strip(), text.strip()


def _rows(path: Path, *names: str) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            missing = [name for name in names if name not in row]
        except (ValueError, TypeError):
            row, missing = {}, list(names)
        if missing or not isinstance(row, dict):
            raise InputError(f"{path}:{number}: expected a JSON object with {' and '.join(names)}")
        yield row


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error}); check the path") from error
    # Only line feeds end a line: JSON strings may hold U+2028 and the like, at which splitlines() cuts.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")
