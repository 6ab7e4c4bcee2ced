"""From a thumb to a gold question over real HTTP: feedback, review, export and import."""

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import serve_app
from small_archive import ARTICLE, QUESTION, QUOTE

from eval.gold import read_gold
from qa.assistant import Assistant
from qa.records import Article
from ui.app import build_app
from ui.settings import Settings

ATTACK = "\"><script>alert('x')</script><img src=x onerror=alert(1)>\u202e${x}"
HOSTILE = Article.from_text(
    f"青桥灯会今年展出花灯7盏{ATTACK}。", headline=ATTACK, source=ATTACK, date="2025-01-01"
)


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with Assistant.from_articles([ARTICLE, HOSTILE]) as opened:
        yield opened


@pytest.fixture(scope="module")
def served(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server and its file of feedback."""
    file = tmp_path_factory.mktemp("feedback") / "feedback.sqlite"
    with serve_app(build_app(assistant, settings=Settings(feedback=file, per_minute=0))) as address:
        yield address, file


@pytest.fixture
def client(served: tuple[str, Path]) -> Iterator[httpx.Client]:
    address, file = served
    with httpx.Client(base_url=address, timeout=60) as opened:
        yield opened
    file.unlink(missing_ok=True)


def give(server: httpx.Client, question: str = QUESTION, **told: Any) -> str:
    """Ask, say something of the answer, and return the id of that."""
    answer = server.post("/api/ask", json={"question": question}).json()
    response = server.post("/api/feedback", json={"answer": answer, "verdict": "up"} | told)
    assert response.status_code == 200, response.text
    return str(response.json()["id"])


class Form(HTMLParser):
    """The fields of the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.add(tag)
        if tag == "input" and told.get("name") != "file":
            self.fields[told["name"] or ""] = told.get("value") or ""


def form(client: httpx.Client, status: str = "new") -> tuple[str, dict[str, str]]:
    """Return the page and the fields of the only piece of feedback on it."""
    page = client.get("/review", params={"status": status}).text
    fields = Form(page).fields
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return page, fields | {name: unescape(value) for name, value in areas}


def gold_of(client: httpx.Client, tmp_path: Path) -> list[Any]:
    (tmp_path / "gold.jsonl").write_text(client.get("/review/gold.jsonl").text, encoding="utf-8")
    return list(read_gold(tmp_path / "gold.jsonl").questions)


def test_thumb_becomes_a_gold_question(client: httpx.Client, tmp_path: Path) -> None:
    kept = give(client)
    page, fields = form(client)
    assert "待审" in page
    assert fields["answers"] == "38.1万件"
    assert (fields["article_id"], fields["evidence"]) == (ARTICLE.article_id, QUOTE)
    response = client.post(f"/review/{kept}", data=fields | {"action": "accept", "type": "quantity"})
    assert (response.status_code, response.headers["location"]) == (303, "/review")
    [gold] = gold_of(client, tmp_path)
    assert (gold.type, gold.question, gold.answers) == ("quantity", QUESTION, ("38.1万件",))
    assert (gold.headline, gold.evidence) == (ARTICLE.headline, QUOTE)
    assert kept not in client.get("/review").text
    _, again = form(client, "accepted")
    assert again["type"] == "quantity"


def test_correction_is_what_the_form_begins_with(client: httpx.Client, tmp_path: Path) -> None:
    kept = give(client, verdict="down", correction=" 38.7万件 ")
    _, fields = form(client)
    assert fields["answers"] == "38.7万件"
    changed = {
        "action": "accept",
        "answers": " 38.7万件\r\n\r\n约38.7万件\r\n38.7万件",
        "question": " 梳理出 多少？ ",
    }
    client.post(f"/review/{kept}", data=fields | changed)
    [gold] = gold_of(client, tmp_path)
    assert (gold.question, gold.answers) == ("梳理出 多少？", ("38.7万件", "约38.7万件"))


def test_question_that_the_archive_does_not_answer(client: httpx.Client, tmp_path: Path) -> None:
    kept = give(client, "火星上有多少家书店？", verdict="up")
    _, fields = form(client)
    assert fields["answers"] == ""
    client.post(f"/review/{kept}", data=fields | {"action": "accept"})
    [gold] = gold_of(client, tmp_path)
    assert (gold.type, gold.answers, gold.evidence, gold.headline) == ("unanswerable", (), "", "")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evidence": QUOTE.replace("38.1", "83.1")}, "must stand in the article"),
        ({"article_id": ""}, "must stand in the article"),
        ({"article_id": "none"}, "no article none"),
        ({"question": " "}, "write the question"),
    ],
)
def test_wrong_form_comes_back_as_it_was_sent(
    client: httpx.Client, changes: dict[str, str], message: str
) -> None:
    kept = give(client)
    _, fields = form(client)
    sent = fields | {"action": "accept", "type": "谁填的"} | changes
    response = client.post(f"/review/{kept}", data=sent)
    assert response.status_code == 400
    assert message in response.text
    assert 'role="alert"' in response.text
    assert 'value="谁填的"' in response.text
    assert client.get("/review/gold.jsonl").text == ""


def test_rejected_is_no_gold(client: httpx.Client) -> None:
    kept = give(client)
    _, fields = form(client)
    client.post(f"/review/{kept}", data=fields | {"action": "reject", "evidence": "无关"})
    assert client.get("/review/gold.jsonl").text == ""
    assert kept in client.get("/review", params={"status": "rejected"}).text


def test_form_of_another_page_is_refused(client: httpx.Client) -> None:
    kept = give(client)
    _, fields = form(client)
    for token in ("0" * 64, "ü"):
        for path in (f"/review/{kept}", "/review/import"):
            sent = fields | {"action": "accept", "token": token}
            files = {"file": b""} if path.endswith("import") else None
            assert client.post(path, data=sent, files=files).status_code == 403
    foreign = {"Origin": "https://example.org"}
    assert (
        client.post(f"/review/{kept}", data=fields | {"action": "accept"}, headers=foreign).status_code == 403
    )
    assert client.post("/review/none", data=fields | {"action": "accept"}).status_code == 404


def test_quote_that_is_none_is_not_kept(client: httpx.Client) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    answer["citations"][0]["quote"] = "捏造的话"
    response = client.post("/api/feedback", json={"answer": answer, "verdict": "up"})
    assert response.status_code == 400
    assert "citation 1" in response.json()["error"]
    assert client.get("/review/feedback.jsonl").text == ""


@pytest.mark.parametrize(
    "told", [{"verdict": "maybe"}, {"correction": "x" * 2001}, {"client": "x" * 65}, {"answer": 5}]
)
def test_what_is_no_feedback_is_refused(client: httpx.Client, told: dict[str, Any]) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    response = client.post("/api/feedback", json={"answer": answer, "verdict": "up"} | told)
    assert response.status_code == 422
    assert "error" in response.json()


def test_feedback_goes_out_and_in_again(client: httpx.Client) -> None:
    give(client)
    exported = client.get("/review/feedback.jsonl")
    assert 'filename="feedback.jsonl"' in exported.headers["content-disposition"]
    row = json.loads(exported.text)
    assert (row["question"], row["evidence"][0]["quote"]) == (QUESTION, QUOTE)
    _, fields = form(client)
    more = json.dumps(row | {"id": "other", "question": "别处的问题"}, ensure_ascii=False)
    token = {"token": fields["token"]}
    assert client.post("/review/import", data=token, files={"file": more.encode()}).status_code == 303
    assert "别处的问题" in client.get("/review").text
    for broken, message in ((b"{}", "import:1: no feedback"), (b"\xff", "no UTF-8 text")):
        response = client.post("/review/import", data=token, files={"file": broken})
        assert (response.status_code, message in response.json()["error"]) == (400, True)


def test_hostile_texts_are_shown_and_do_nothing(client: httpx.Client) -> None:
    give(client, f"青桥灯会展出多少盏花灯{ATTACK}", correction=ATTACK)
    page = client.get("/review")
    assert not Form(page.text).tags & {"script", "img"}
    assert "[U+202E]" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-frame-options"] == "DENY"


def test_long_lists_are_shown_in_parts(client: httpx.Client) -> None:
    for number in range(25):
        give(client, client=str(number))
    first = client.get("/review")
    assert first.text.count("<article id=") == 20
    link = re.search(r'href="(/review\?status=new&amp;first=20)"', first.text)
    assert link
    assert client.get(unescape(link[1])).text.count("<article id=") == 5
