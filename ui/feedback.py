"""What readers say of answers, kept in SQLite until a reviewer has made gold questions of it."""

import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from qa.errors import IndexStateError, InputError
from qa.records import Answer

__all__ = ["Evidence", "Feedback", "FeedbackStore", "Gold", "Status", "Verdict", "feedback_line", "gold_line"]

Verdict = Literal["up", "down"]
Status = Literal["new", "accepted", "rejected"]

_FORMAT = 1
_SCHEMA = """
CREATE TABLE secret (value TEXT NOT NULL);
CREATE TABLE feedback (
    id TEXT PRIMARY KEY, given TEXT NOT NULL, client TEXT NOT NULL, verdict TEXT NOT NULL,
    question TEXT NOT NULL, answered INTEGER NOT NULL, short_answer TEXT, text TEXT NOT NULL,
    evidence TEXT NOT NULL, correction TEXT NOT NULL, status TEXT NOT NULL, reviewed TEXT, gold TEXT
);
CREATE INDEX feedback_by_status ON feedback (status, given);
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that was shown with an answer."""

    article_id: str
    headline: str
    quote: str


@dataclass(frozen=True, slots=True)
class Gold:
    """What a reviewer made of a piece of feedback; without answers, the archive does not answer it."""

    type: str
    question: str
    answers: tuple[str, ...]
    headline: str
    evidence: str
    article_id: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one reader said of one answer. Times are ISO 8601 in UTC; ``client`` is a hash.

    ``gold`` is there when ``status`` is accepted, ``reviewed`` when it is not new.
    """

    id: str
    given: str
    client: str
    verdict: Verdict
    question: str
    answered: bool
    short_answer: str | None
    text: str
    evidence: tuple[Evidence, ...]
    correction: str
    status: Status = "new"
    reviewed: str | None = None
    gold: Gold | None = None


_COLUMNS = tuple(field.name for field in fields(Feedback))
_NAMES = ", ".join(_COLUMNS)
_ADAPTER = TypeAdapter(Feedback)


class FeedbackStore:
    """One SQLite file, made when something is first kept. Raises IndexStateError when it cannot be used.

    Safe from several threads and processes: each call opens the file and closes it again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                self._prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise IndexStateError(
                f"{self.path}: 无法保存反馈 (cannot be kept here: {error}; name another --feedback file)"
            ) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found == 0:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                connection.execute(statement)
            connection.execute("INSERT INTO secret VALUES (?)", (secrets.token_hex(),))
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        elif found != _FORMAT:
            raise IndexStateError(
                f"{self.path}: feedback of format {found}, this program reads {_FORMAT}; "
                "name another --feedback file"
            )

    def put(self, answer: Answer, verdict: Verdict, correction: str, client: str) -> str:
        """Keep what ``client`` says of an answer and return its id.

        What it says of the same answer again takes the place of that, until it is reviewed. Of ``client``
        a keyed hash is kept, which no list of addresses can be compared with.
        """
        with self._open() as connection:
            (secret,) = connection.execute("SELECT value FROM secret").fetchone()
            hashed = hmac.new(secret.encode(), client.encode(), "sha256").hexdigest()[:16]
            said = _feedback(answer, verdict, correction, hashed)
            _write(
                connection,
                said,
                "verdict = excluded.verdict, correction = excluded.correction, given = excluded.given "
                "WHERE status = 'new'",
            )
        return said.id

    def read(self, status: Status | None = None, limit: int = -1, after: int = 0) -> list[Feedback]:
        """Return the feedback, of one status or all, the latest first."""
        chosen = "WHERE status = ?" if status else ""
        sql = f"SELECT {_NAMES} FROM feedback {chosen} ORDER BY given DESC, id LIMIT ? OFFSET ?"  # noqa: S608 (names of our own)
        with self._open() as connection:
            rows = connection.execute(sql, (*([status] if status else []), limit, after)).fetchall()
        return list(map(_from_row, rows))

    def find(self, feedback_id: str) -> Feedback | None:
        """Return the feedback of an id."""
        with self._open() as connection:
            sql = f"SELECT {_NAMES} FROM feedback WHERE id = ?"  # noqa: S608 (names of our own)
            row = connection.execute(sql, (feedback_id,)).fetchone()
        return row and _from_row(row)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each status."""
        with self._open() as connection:
            rows = connection.execute("SELECT status, COUNT(*) FROM feedback GROUP BY status")
            return {"new": 0, "accepted": 0, "rejected": 0} | dict(rows.fetchall())

    def review(self, feedback_id: str, gold: Gold | None) -> None:
        """Accept a piece of feedback as ``gold``, or without it reject it."""
        status = "accepted" if gold else "rejected"
        values = (status, _now(), gold and _json(gold), feedback_id)
        with self._open() as connection:
            sql = "UPDATE feedback SET status = ?, reviewed = ?, gold = ? WHERE id = ?"
            connection.execute(sql, values)

    def merge(self, lines: Iterable[str], name: str) -> int:
        """Take in JSON lines that `feedback_line` wrote, and return how many were new or newer.

        Of two with the same id the one reviewed later stays. Raises InputError for a line that is no
        feedback; then none is taken in.
        """
        read = [_read_line(line, name, number) for number, line in enumerate(lines, 1) if line.strip()]
        newer = (
            "given = excluded.given, verdict = excluded.verdict, correction = excluded.correction, "
            "status = excluded.status, reviewed = excluded.reviewed, gold = excluded.gold "
            "WHERE excluded.reviewed > COALESCE(reviewed, '')"
        )
        with self._open() as connection:
            return sum(_write(connection, said, newer) for said in read)


def gold_line(said: Feedback) -> dict[str, Any] | None:
    """Return the line of a file of gold questions, as `wenbao eval --gold` reads it; None if not accepted."""
    if not said.gold:
        return None
    gold = said.gold
    return {"id": f"feedback-{said.id}", "type": gold.type, "question": gold.question} | {
        "answers": list(gold.answers),
        "headline": gold.headline,
        "evidence": gold.evidence,
    }


def feedback_line(said: Feedback) -> dict[str, Any]:
    """Return the line that `FeedbackStore.merge` reads."""
    return asdict(said)


def _read_line(line: str, name: str, number: int) -> Feedback:
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the line"
        raise InputError(
            f"{name}:{number}: no feedback ({place}: {first['msg']}); "
            "give a file that `wenbao feedback export` wrote"
        ) from None


def _feedback(answer: Answer, verdict: Verdict, correction: str, client: str) -> Feedback:
    cited = answer.citations or answer.nearest
    told = f"{client}\x1f{answer.question}\x1f{answer.text}"
    return Feedback(
        id=hashlib.sha256(told.encode()).hexdigest()[:16],
        given=_now(),
        client=client,
        verdict=verdict,
        question=answer.question,
        answered=answer.answered,
        short_answer=answer.short_answer,
        text=answer.text,
        evidence=tuple(Evidence(one.article_id, one.article.title, one.quote) for one in cited),
        correction=correction,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(connection: sqlite3.Connection, said: Feedback, otherwise: str) -> int:
    """Insert a row, or do ``otherwise`` to the one of the same id; return how many rows were changed."""
    row = asdict(said) | {"evidence": _json(said.evidence), "gold": said.gold and _json(said.gold)}
    marks = ", ".join("?" * len(_COLUMNS))
    sql = f"INSERT INTO feedback VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {otherwise}"  # noqa: S608 (of our own)
    return connection.execute(sql, [row[name] for name in _COLUMNS]).rowcount


def _from_row(row: tuple[Any, ...]) -> Feedback:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["evidence"] = json.loads(values["evidence"])
    values["gold"] = values["gold"] and json.loads(values["gold"])
    return _ADAPTER.validate_python(values)


def _json(value: Gold | tuple[Evidence, ...]) -> str:
    told = asdict(value) if isinstance(value, Gold) else [asdict(one) for one in value]
    return json.dumps(told, ensure_ascii=False)
