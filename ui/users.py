"""Users and their passwords: a JSON file with a salted scrypt hash for each."""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_dir

from qa.errors import InputError

__all__ = ["User", "UserFile", "default_users_path"]

_FORMAT = 1
# RFC 7914 for interactive logins: 16 MiB and some 50 ms; N, r, p are kept with each hash.
_COST = {"n": 2**14, "r": 8, "p": 1}
_MIN_PASSWORD, _MAX_PASSWORD, _MAX_NAME = 8, 1000, 64


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking: a name, None where there is no login; a reviewer may turn feedback into gold."""

    name: str | None = None
    reviewer: bool = False


def default_users_path() -> Path:
    """Return ``$WENBAO_USERS``, else a file in the user's data directory."""
    named = os.environ.get("WENBAO_USERS")
    return Path(named) if named else Path(user_data_dir("wenbao")) / "users.json"


class UserFile:
    """A file of users, read again when it has changed. Raises InputError when it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._content: dict[str, Any] = {}

    def add(self, name: str, password: str, *, reviewer: bool) -> None:
        """Add a user, or give one another password. Raises InputError for what is no name or password."""
        if not name.isprintable() or not 0 < len(name.strip()) == len(name) <= _MAX_NAME:
            raise InputError(f"{name!r} is no name: 1 to {_MAX_NAME} letters, without space around them")
        if not _MIN_PASSWORD <= len(password) <= _MAX_PASSWORD:
            raise InputError(f"a password has {_MIN_PASSWORD} to {_MAX_PASSWORD} characters; choose another")
        content = self._read() or {"format": _FORMAT, "secret": secrets.token_hex(), "users": {}}
        salt = secrets.token_hex(16)
        hashed = _scrypt(password, {"salt": salt, **_COST})
        content["users"][name] = {"salt": salt, **_COST, "hash": hashed, "reviewer": reviewer}
        self._write(content)

    def remove(self, name: str) -> None:
        """Remove a user, whose sessions end with that. Raises InputError when there is none of that name."""
        content = self._read()
        if name not in content.get("users", {}):
            raise InputError(f"{self.path}: no user {name!r} in it; `wenbao user list` shows who is")
        del content["users"][name]
        self._write(content)

    def users(self) -> list[User]:
        """Return all users, by name."""
        entries: Mapping[str, Any] = self._read().get("users", {})
        return [User(name, entries[name]["reviewer"]) for name in sorted(entries)]

    def check(self, name: str, password: str) -> User | None:
        """Return the user if this is the password; takes as long where there is no such user."""
        entry = self._entry(name) or {"salt": "", **_COST, "hash": "", "reviewer": False}
        hashed = _scrypt(password[:_MAX_PASSWORD], entry)
        return User(name, entry["reviewer"]) if hmac.compare_digest(hashed, entry["hash"]) else None

    def find(self, name: str) -> User | None:
        """Return the user of a name."""
        entry = self._entry(name)
        return User(name, entry["reviewer"]) if entry else None

    def session_key(self, name: str) -> str | None:
        """Return what sessions of a user are signed with; it changes with the password. None without user."""
        entry = self._entry(name)
        return f"{self._read()['secret']}{entry['hash']}" if entry else None

    def _entry(self, name: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._read().get("users", {}).get(name)
        return found

    def _read(self) -> dict[str, Any]:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot be read ({error.strerror}); name another --users file"
            ) from error
        seen = (state.st_mtime_ns, state.st_size)
        if seen != self._seen:
            self._content, self._seen = self._load(), seen
        return self._content

    def _load(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
            sound = content["format"] == _FORMAT and isinstance(content["secret"], str)
            for entry in content["users"].values():
                sound &= {"salt", "n", "r", "p", "hash", "reviewer"} == set(entry)
        except (OSError, ValueError, LookupError, AttributeError, TypeError):
            sound = False
        if not sound:
            raise InputError(
                f"{self.path}: no file of users, or a damaged one; delete it and add the users again"
            )
        return content

    def _write(self, content: dict[str, Any]) -> None:
        """Replace the file in one step; nobody but its owner may read it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".users-")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, indent=1)
            Path(name).replace(self.path)
        except OSError as error:
            raise InputError(
                f"{self.path}: cannot be written ({error.strerror}); name another --users file"
            ) from error


def _scrypt(password: str, entry: Mapping[str, Any]) -> str:
    cost = {name: entry[name] for name in _COST}
    salt = bytes.fromhex(entry["salt"])
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **cost).hex()
