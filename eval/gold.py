"""Gold questions: reading them from JSON lines and from SQuAD/CMRC files."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.errors import InputError
from qa.records import Article

__all__ = ["GoldQuestion", "GoldSet", "read_gold"]

YES_NO = frozenset({"YES", "NO"})  # CAIL2019's answers to questions that no span answers


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with its right answers; no answers means that the corpus does not answer it.

    ``evidence`` is the text that answers it and ``headline`` that of its article, both empty where
    unknown. ``article_id`` names the article it was asked about, in sets that bring their articles.
    ``grades`` are the judgements of a retrieval set (BEIR, TREC), pairs of a document's name and its
    grade, over 0 where it is relevant; such questions have no answers.
    """

    id: str
    type: str
    question: str
    answers: tuple[str, ...]
    headline: str = ""
    evidence: str = ""
    article_id: str | None = None
    grades: tuple[tuple[str, int], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the corpus answers the question."""
        return bool(self.answers) or any(grade > 0 for _, grade in self.grades)

    @property
    def cluster(self) -> str:
        """What it shares with questions that are not independent of it: its article, where that is known."""
        return self.article_id or self.headline or self.id


@dataclass(frozen=True, slots=True)
class GoldSet:
    """The questions of one set; ``articles`` is their corpus where the set brings it (SQuAD, BEIR).

    ``retrieval_only`` tells that it judges documents and has no answers (BEIR, TREC).
    """

    file: str
    questions: tuple[GoldQuestion, ...]
    articles: tuple[Article, ...] = ()
    retrieval_only: bool = False

    def sample(self, size: int) -> "GoldSet":
        """Return at most ``size`` (> 0) questions, evenly spread over the file, with the whole corpus.

        Neighbours in a file are mostly about the same article: its first questions would be a poor sample.
        """
        count = len(self.questions)
        if size >= count:
            return self
        spread = tuple(self.questions[i * count // size] for i in range(size))
        return replace(self, questions=spread)


def read_gold(path: str | Path) -> GoldSet:
    """Read gold questions from JSON lines or from a SQuAD/CMRC file; the content tells which.

    Raises InputError for a file that cannot be read, holds no questions, or has a broken line or entry.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read as UTF-8 text ({error}); check the path of the gold file"
        ) from error
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        content = None  # several JSON lines are no single JSON text
    gold = _from_squad(path, content["data"]) if _is_squad(content) else _from_lines(path, text)
    if not gold.questions:
        raise InputError(f"{path}: no gold questions in it; give JSON lines or a SQuAD/CMRC file")
    return gold


def _from_lines(path: Path, text: str) -> GoldSet:
    questions: dict[str, GoldQuestion] = {}
    # Only line feeds end a line: JSON strings may hold U+2028 and the like, at which splitlines() cuts.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = _question_from_line(line)
        except ValueError as error:
            raise InputError(
                f"{path}:{number}: {error}; expected one JSON object a line with id, question and answers "
                "(a list of texts), or a whole SQuAD/CMRC file"
            ) from error
        if question.id in questions:
            raise InputError(
                f"{path}:{number}: the id {question.id!r} was used before; give each question its own"
            )
        questions[question.id] = question
    return GoldSet(str(path), tuple(questions.values()))


def _question_from_line(line: str) -> GoldQuestion:
    """Return the question of one JSON line; raises ValueError that says what is wrong with it."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(row, dict):
        raise ValueError(f"not a JSON object but {type(row).__name__}")  # noqa: TRY004 (a broken file, not a wrong call)
    missing = [name for name in ("id", "question", "answers") if name not in row]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)}")
    answers = row["answers"]
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise ValueError(f"answers is not a list of texts but {answers!r}")
    return GoldQuestion(
        id=str(row["id"]),
        type=str(row.get("type") or "untyped"),
        question=str(row["question"]),
        answers=_distinct(answers),
        headline=str(row.get("headline") or ""),
        evidence=str(row.get("evidence") or ""),
    )


def _is_squad(content: Any) -> bool:
    return isinstance(content, dict) and isinstance(content.get("data"), list)


def _from_squad(path: Path, entries: list[Any]) -> GoldSet:
    """Read a parsed SQuAD-like file; ``is_impossible`` is not used: CAIL2019's contradicts its answers."""
    articles: dict[str, Article] = {}  # by context: a text that stands in the file twice is one article
    questions: list[GoldQuestion] = []
    for number, entry in enumerate(entries):
        try:
            for paragraph in entry["paragraphs"]:
                context = paragraph["context"]
                if context not in articles:
                    articles[context] = _article_from_context(path, entry, paragraph, number)
                rows = (row for row in paragraph["qas"] if not _answers_lost(row))
                questions += [_question_from_squad(row, articles[context]) for row in rows]
        except (AttributeError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}: data[{number}] is not in SQuAD form ({type(error).__name__}: {error}); expected "
                "paragraphs, each with context and qas"
            ) from error
    return GoldSet(str(path), tuple(questions), tuple(articles.values()))


def _article_from_context(
    path: Path, entry: dict[str, Any], paragraph: dict[str, Any], number: int
) -> Article:
    # DRCD numbers the paragraph, CMRC the entry, CAIL calls it a case, SQuAD has no number at all.
    context_id = paragraph.get("id") or entry.get("id") or entry.get("caseid") or number
    headline = str(entry.get("title") or "")
    return Article.from_text(paragraph["context"], headline=headline, file=f"{path.name}#{context_id}")


def _answers_lost(row: dict[str, Any]) -> bool:
    """Whether all answers of a question are null: it has one that the file lost, so it cannot be scored."""
    texts = [answer["text"] for answer in row.get("answers") or []]
    return bool(texts) and all(text is None for text in texts)


def _question_from_squad(row: dict[str, Any], article: Article) -> GoldQuestion:
    texts = [answer["text"] for answer in row.get("answers") or []]
    # Some files write numbers bare, and an annotator who found no answer left an empty text.
    answers = _distinct(str(text) for text in texts if text not in ("", None))
    kind = "unanswerable" if not answers else "yes-no" if YES_NO.intersection(answers) else "span"
    return GoldQuestion(
        id=str(row["id"]),
        type=kind,
        question=str(row["question"]),
        answers=answers,
        headline=article.headline,
        article_id=article.article_id,
    )


def _distinct(answers: Any) -> tuple[str, ...]:
    """Return the answers that are not blank, each once, in their order."""
    return tuple(dict.fromkeys(answer for answer in answers if answer.strip()))
