"""Files that readers add: what is refused, what is kept and where, undo; closed unless it is allowed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.errors import InputError
from qa.files import sample_pages
from qa.records import Article
from ui.app import build_app
from ui.settings import Settings
from ui.uploads import check_name

NEWS = "西岭县修好渡槽\n\n　　本报讯 西岭县水利局局长乔山月说，渡槽修好以后可以浇地4700亩。\n"
NAME = "江岸日报-20250501-02.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    first = Article.from_text("省综治中心主任唐俊说，要让群众少跑路。", headline="少跑路")
    with (
        Assistant.from_articles([first]) as assistant,
        TestClient(build_app(assistant, settings=Settings(uploads=folder, per_minute=0))) as opened,
    ):
        yield opened


def add(client: TestClient, name: str, data: bytes) -> Any:
    return client.post("/api/uploads", params={"name": name}, content=data)


def answered(client: TestClient) -> bool:
    answer = client.post("/api/ask", json={"question": "渡槽修好以后可以浇地多少亩？"})
    return bool(answer.json()["answered"])


def test_file_is_read_told_asked_and_taken_out(client: TestClient, folder: Path) -> None:
    before = client.get("/api/archive").json()
    assert (before["articles"], before["upload"]) == (1, True)
    assert not answered(client)
    added = add(client, NAME, NEWS.encode()).json()
    assert [article["headline"] for article in added["articles"]] == ["西岭县修好渡槽"]
    assert 0 < added["articles"][0]["confidence"] <= 1
    assert client.get("/api/archive").json()["articles"] == 2
    assert answered(client)
    assert [path.name for path in folder.rglob("*.txt")] == [NAME]

    assert client.delete(f"/api/uploads/{added['id']}").json() == {"removed": 1}
    assert client.get("/api/archive").json()["articles"] == 1
    assert not answered(client)
    assert list(folder.iterdir()) == []
    assert client.delete(f"/api/uploads/{added['id']}").status_code == 404

    again = add(client, NAME, NEWS.encode()).json()
    assert len(again["articles"]) == 1, "the same file can be added again"
    assert again["id"] != added["id"]


def test_sample_comes_back_when_all_that_took_its_place_is_taken_out(folder: Path, tmp_path: Path) -> None:
    settings = Settings(uploads=folder, per_minute=0)
    with (
        Assistant.build([sample_pages()], index=tmp_path / "index") as assistant,
        TestClient(build_app(assistant, settings=settings)) as client,
    ):
        before = client.get("/api/archive").json()
        first = add(client, NAME, NEWS.encode()).json()
        assert client.get("/api/archive").json()["articles"] == 1, "the sample makes way"
        second = add(client, "江岸日报-20250502-02.txt", NEWS.replace("渡槽", "水渠").encode()).json()
        assert client.delete(f"/api/uploads/{first['id']}").json() == {"removed": 1}
        assert client.get("/api/archive").json()["articles"] == 1
        client.delete(f"/api/uploads/{second['id']}")
        assert client.get("/api/archive").json() == before
        assert list(folder.iterdir()) == []
    with Assistant.open(tmp_path / "index") as again:
        assert again.overview().articles == before["articles"]


def test_archive_without_the_sample_is_left_empty(folder: Path) -> None:
    with (
        Assistant.from_articles([]) as assistant,
        TestClient(build_app(assistant, settings=Settings(uploads=folder, per_minute=0))) as client,
    ):
        added = add(client, NAME, NEWS.encode()).json()
        client.delete(f"/api/uploads/{added['id']}")
        assert client.get("/api/archive").json()["articles"] == 0


@pytest.mark.parametrize(
    "name",
    ["../page.txt", "/etc/page.txt", "a\\b.txt", "", ".", "..", ".page.txt", "page.exe", "page", "a\u202etxt.txt",
     "报" * 90 + ".txt", "page.txt\n", "~$page.docx", "con:page.txt"],
)  # fmt: skip
def test_name_that_is_none_is_refused_and_nothing_kept(client: TestClient, folder: Path, name: str) -> None:
    response = add(client, name, NEWS.encode())
    assert response.status_code == 400
    assert set(response.json()) == {"error"}
    assert not folder.exists()


@given(st.text(max_size=40))
def test_a_name_that_passes_stays_in_its_folder(name: str) -> None:
    try:
        check_name(name)
    except InputError:
        return
    assert (Path("/kept/here") / name).resolve().parent == Path("/kept/here")


@pytest.mark.parametrize("data", [b"", b"  \n", b"%PDF-1.4 nothing", bytes(range(256)) * 40])
def test_file_without_an_article_is_refused_and_not_kept(
    client: TestClient, folder: Path, data: bytes
) -> None:
    response = add(client, NAME, data)
    assert response.status_code == 400
    assert str(folder) not in response.json()["error"], "where files are kept is nobody's business"
    assert list(folder.iterdir()) == []


def test_file_that_is_too_large_is_refused_on_its_way(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.uploads.most_bytes", lambda name: 1 << 20)
    response = add(client, NAME, b"x" * ((1 << 20) + 1))
    assert response.status_code == 400
    assert "larger than 1 MiB" in response.json()["error"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("token", ["0" * 16, "..", "%2e%2e", "x", "../uploads"])
def test_undo_takes_only_what_was_added(client: TestClient, folder: Path, token: str) -> None:
    folder.mkdir()
    (folder.parent / "other.txt").write_text("别动")
    assert client.delete(f"/api/uploads/{token}").status_code in {400, 404, 405}
    assert (folder.parent / "other.txt").exists()
    assert folder.exists()


def test_routes_are_not_there_unless_allowed() -> None:
    with (
        Assistant.from_articles([]) as assistant,
        TestClient(build_app(assistant, settings=Settings(per_minute=0))) as client,
    ):
        assert add(client, NAME, NEWS.encode()).status_code in {404, 405}
        assert client.get("/api/archive").json()["upload"] is False
