"""How a server is run: what `wenbao chat` is told by its options and the environment."""

import ipaddress
import os
import re
from dataclasses import dataclass
from logging import Logger
from pathlib import Path

from qa.errors import InputError
from ui.origin import LOOPBACK_HOSTS
from ui.users import UserFile, default_users_path

__all__ = ["Settings", "choose_access", "choose_token"]

# A token is sent with every request of a program: one that can be guessed is none.
_MIN_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server; with the defaults nothing is asked of its readers.

    ``users`` is a file of users and ``token`` a secret of programs; a login is required when there is
    either. ``everyone_reviews`` lets those review feedback who needed no login. ``hosts`` are the names
    that the server may be called by, empty for any. ``feedback`` is the SQLite file that keeps what
    readers say of answers, None to keep nothing. ``per_minute`` is how many requests each client has,
    all of which it may send at once; 0 for no limit. ``uploads`` is the folder that keeps the files which
    readers add to the archive, None to take none. ``metrics`` opens ``/metrics``, for Prometheus.
    """

    users: Path | None = None
    token: str | None = None
    everyone_reviews: bool = True
    hosts: frozenset[str] = frozenset()
    feedback: Path | None = None
    per_minute: int = 120
    uploads: Path | None = None
    access_log: Logger | None = None
    metrics: bool = False


def choose_access(host: str, users: Path | None, token_file: Path | None, *, no_auth: bool) -> Settings:
    """Return Settings that tell who may use a server that listens on ``host``.

    A login is asked for when users or a token are set up. Where they are not, only this machine may reach
    the server, by its own names; ``no_auth`` lifts both. Raises InputError when neither is the case, or
    when users or a token that are named are not there.
    """
    local = is_loopback(host)
    if no_auth:
        return Settings(everyone_reviews=False)
    found = _find_users(users)
    token = _read_token(token_file)
    if not (found or token or local):
        raise InputError(
            f"{host}: others than you could read the archive here; add a user (`wenbao user add NAME`), set "
            "WENBAO_TOKEN, or say --no-auth to let everyone in"
        )
    if found or token:
        return Settings(users=found, token=token, everyone_reviews=False)
    return Settings(hosts=LOOPBACK_HOSTS)


def choose_token(host: str, token_file: Path | None, *, no_auth: bool) -> Settings:
    """Return Settings of a server for programs alone, which send a token and cannot log in by name.

    As with `choose_access`, without a token only this machine may reach it unless ``no_auth`` lifts that.
    """
    token = None if no_auth else _read_token(token_file)
    if token or no_auth:
        return Settings(token=token, everyone_reviews=False)
    if not is_loopback(host):
        raise InputError(
            f"{host}: others than you could read the archive here; set WENBAO_TOKEN, name a --token-file, or "
            "say --no-auth to let every program in"
        )
    return Settings(hosts=LOOPBACK_HOSTS)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _find_users(named: Path | None) -> Path | None:
    """Return the file of users that has any: the named one, or the usual one if it is there."""
    path = named or default_users_path()
    if UserFile(path).users():
        return path
    if named:
        raise InputError(f"{named}: no users in it; add one with `wenbao user add NAME --users {named}`")
    return None


def _read_token(file: Path | None) -> str | None:
    """Return the token in a file, else that of the environment."""
    try:
        token = (
            file.read_text(encoding="utf-8").strip() if file else os.environ.get("WENBAO_TOKEN", "").strip()
        )
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: the token cannot be read ({error}); name another --token-file") from error
    if (file or token) and not (len(token) >= _MIN_TOKEN and re.fullmatch(r"[!-~]+", token)):
        place = file or "WENBAO_TOKEN"
        raise InputError(
            f"{place}: a token has at least {_MIN_TOKEN} letters and digits; take 32 random ones"
        )
    return token or None
