"""Who may use a server, by its address and by what is set up."""

from pathlib import Path

import pytest

from qa.errors import InputError
from ui.origin import LOOPBACK_HOSTS
from ui.settings import Settings, choose_access
from ui.users import UserFile

TOKEN = "0123456789abcdef"  # noqa: S105 (of a test)
LOCAL = ["127.0.0.1", "127.1.2.3", "::1", "localhost"]
PUBLIC = ["0.0.0.0", "::", "192.168.1.5", "archive.example.org"]  # noqa: S104 (nothing listens)


@pytest.fixture(autouse=True)
def nothing_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_USERS", str(tmp_path / "users.json"))
    monkeypatch.delenv("WENBAO_TOKEN", raising=False)


def choose(
    host: str, users: Path | None = None, token_file: Path | None = None, no_auth: bool = False
) -> Settings:
    return choose_access(host, users, token_file, no_auth=no_auth)


def add_user(path: Path) -> Path:
    UserFile(path).add("reader", "a long password", reviewer=False)
    return path


@pytest.mark.parametrize("host", LOCAL)
def test_this_machine_needs_no_login_but_its_own_names(host: str) -> None:
    assert choose(host) == Settings(hosts=LOOPBACK_HOSTS, everyone_reviews=True)


@pytest.mark.parametrize("host", PUBLIC)
def test_other_addresses_are_refused_without_a_login(host: str) -> None:
    with pytest.raises(InputError, match=r"wenbao user add.*WENBAO_TOKEN.*--no-auth"):
        choose(host)


@pytest.mark.parametrize("host", [*LOCAL, *PUBLIC])
def test_users_or_a_token_ask_for_a_login_anywhere(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAO_TOKEN", f" {TOKEN}\n")
    assert choose(host) == Settings(token=TOKEN, everyone_reviews=False)
    monkeypatch.delenv("WENBAO_TOKEN")
    path = add_user(tmp_path / "users.json")
    assert choose(host) == Settings(users=path, everyone_reviews=False)
    other = add_user(tmp_path / "other.json")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    expected = Settings(users=other, token=TOKEN, everyone_reviews=False)
    assert choose(host, other, tmp_path / "token") == expected


@pytest.mark.parametrize("host", [*LOCAL, *PUBLIC])
def test_no_auth_lets_everyone_read_and_nobody_review(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAO_TOKEN", TOKEN)
    add_user(tmp_path / "users.json")
    assert choose(host, no_auth=True) == Settings(everyone_reviews=False)


def test_named_file_without_users_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no users in it"):
        choose("127.0.0.1", tmp_path / "none.json")


@pytest.mark.parametrize("content", ["", "short", "has a space in its middle", "字" * 20])
def test_weak_token_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="at least 16"):
        choose("127.0.0.1", token_file=tmp_path / "token")


def test_missing_token_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--token-file"):
        choose("127.0.0.1", token_file=tmp_path / "none")
