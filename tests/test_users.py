"""The file of users: hashes that give nothing away, and a file that others cannot read."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import InputError
from ui import users
from ui.users import User, UserFile, default_users_path

PASSWORD = "一个很长的密码，第1个"  # noqa: S105 (of a test)


@pytest.fixture
def file(tmp_path: Path) -> UserFile:
    return UserFile(tmp_path / "new" / "users.json")


def test_user_is_known_by_password_alone(file: UserFile) -> None:
    file.add("沈听澜", PASSWORD, reviewer=True)
    file.add("guest", PASSWORD, reviewer=False)
    assert file.check("沈听澜", PASSWORD) == User("沈听澜", reviewer=True)
    assert file.check("guest", PASSWORD) == User("guest", reviewer=False)
    for name, password in (("沈听澜", PASSWORD + " "), ("nobody", PASSWORD), ("", ""), ("guest", "")):
        assert file.check(name, password) is None
    assert file.users() == [User("guest", reviewer=False), User("沈听澜", reviewer=True)]


def test_file_holds_salted_hashes_for_its_owner_alone(file: UserFile) -> None:
    file.add("a", PASSWORD, reviewer=False)
    file.add("b", PASSWORD, reviewer=False)
    text = file.path.read_text(encoding="utf-8")
    entries = json.loads(text)["users"]
    assert PASSWORD not in text
    assert entries["a"]["hash"] != entries["b"]["hash"]
    assert entries["a"]["n"] >= 2**14
    if sys.platform != "win32":
        assert file.path.stat().st_mode & 0o077 == 0


def test_session_key_changes_with_the_password_and_goes_with_the_user(file: UserFile) -> None:
    file.add("a", PASSWORD, reviewer=False)
    key = file.session_key("a")
    assert UserFile(file.path).session_key("a") == key
    file.add("a", PASSWORD, reviewer=False)
    assert file.session_key("a") not in {key, None}
    file.remove("a")
    assert file.session_key("a") is None
    assert file.find("a") is None


def test_changes_by_another_process_are_seen(file: UserFile) -> None:
    assert file.users() == []
    UserFile(file.path).add("a", PASSWORD, reviewer=False)
    assert file.find("a") == User("a", reviewer=False)
    UserFile(file.path).remove("a")
    assert file.find("a") is None


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("", PASSWORD, "no name"),
        (" a", PASSWORD, "no name"),
        ("a\nb", PASSWORD, "no name"),
        ("a\u202eb", PASSWORD, "no name"),
        ("a" * 65, PASSWORD, "no name"),
        ("a", "short", "8 to 1000 characters"),
        ("a", "x" * 1001, "8 to 1000 characters"),
    ],
)
def test_what_is_no_name_or_password_is_refused(
    file: UserFile, name: str, password: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        file.add(name, password, reviewer=False)
    assert not file.path.exists()


def test_removing_nobody_is_told(file: UserFile) -> None:
    with pytest.raises(InputError, match="no user 'a'"):
        file.remove("a")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format": 2, "secret": "", "users": {}}',
        '{"format": 1, "secret": "", "users": {"a": {}}}',
    ],
)
def test_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "users.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"users\.json: .*damaged"):
        UserFile(path).users()


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="--users"):
        UserFile(tmp_path / "file" / "users.json").add("a", PASSWORD, reviewer=False)


def test_usual_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WENBAO_USERS", os.fspath(tmp_path / "u.json"))
    assert default_users_path() == tmp_path / "u.json"
    monkeypatch.delenv("WENBAO_USERS")
    assert default_users_path().name == "users.json"


@settings(deadline=None, max_examples=20)
@given(st.text(min_size=8, max_size=20), st.text(max_size=20))
def test_any_password_is_told_from_any_other(
    tmp_path_factory: pytest.TempPathFactory, password: str, other: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_COST", {"n": 2, "r": 1, "p": 1})  # the cost is not what is tested
        file = UserFile(tmp_path_factory.mktemp("users") / "users.json")
        file.add("a", password, reviewer=False)
        assert file.check("a", password)
        assert (file.check("a", other) is not None) == (other == password)
