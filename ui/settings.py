"""How a server is run: what `wenbao chat` is told by its options."""

from dataclasses import dataclass
from logging import Logger
from pathlib import Path

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server; with the defaults nothing is asked of its readers.

    ``users`` is a file of users and ``token`` a secret of programs; a login is required when there is
    either. ``everyone_reviews`` lets those review feedback who needed no login. ``hosts`` are the names
    that the server may be called by, empty for any. ``feedback`` is the SQLite file that keeps what
    readers say of answers, None to keep nothing. ``per_minute`` is how many requests each client has,
    all of which it may send at once; 0 for no limit. ``uploads`` is the folder that keeps the files which
    readers add to the archive, None to take none.
    """

    users: Path | None = None
    token: str | None = None
    everyone_reviews: bool = True
    hosts: frozenset[str] = frozenset()
    feedback: Path | None = None
    per_minute: int = 120
    uploads: Path | None = None
    access_log: Logger | None = None
