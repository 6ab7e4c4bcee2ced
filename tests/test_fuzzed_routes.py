"""Every route, asked what its description allows and what it does not, by schemathesis.

More requests, over HTTP: docs/programs.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_archive import ARTICLE, QUESTION

from qa.assistant import Assistant
from ui.app import build_app
from ui.settings import Settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

CONFIG = schemathesis.Config.from_path(Path(__file__).with_name("schemathesis.toml"))
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
FUZZED = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What stands in no description: pages, their forms and what they send.
PAGES = {
    "GET /": "",
    "GET /api/user": "",
    "GET /browse": "q source section date_from date_to page",
    "GET /docs": "",
    "GET /login": "next",
    "GET /metrics": "",
    "GET /review": "status first",
    "GET /review/gold.jsonl": "",
    "GET /review/feedback.jsonl": "",
    "POST /login": "name password",
    "POST /logout": "",
    "POST /review/import": "token file",
    "POST /review/0": "action token type question answers article_id evidence",
}
VALUES = st.sampled_from(["", "0", "-1", "1", "accept", "reject", "new", "2025-03-28", QUESTION]) | st.text()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("fuzzed")
    chosen = Settings(
        per_minute=0, feedback=folder / "feedback.sqlite", uploads=folder / "uploads", metrics=True
    )
    with Assistant.from_articles([ARTICLE]) as assistant:
        yield build_app(assistant, settings=chosen)


@pytest.fixture(scope="module")
def operations(app: FastAPI) -> dict[str, Any]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=CONFIG)
    return {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


def about_the_archive(case: Any) -> Any:
    """Ask for what is there, with all else as it was made up."""
    if "article_id" in case.path_parameters:
        case.path_parameters["article_id"] = ARTICLE.article_id
    for name in {"question", "query"} & set(case.body if isinstance(case.body, dict) else ()):
        case.body[name] = QUESTION
    return case


DESCRIBED = [
    "GET /healthz", "POST /api/ask", "POST /api/search", "GET /api/articles/{article_id}",
    "GET /api/articles/{article_id}/original", "GET /api/articles/{article_id}/pages/{number}",
    "GET /api/archive", "GET /api/examples", "POST /api/export", "POST /api/feedback", "POST /api/uploads",
    "DELETE /api/uploads/{token}", "GET /v1/models", "POST /v1/chat/completions",
]  # fmt: skip


def test_all_that_is_described_is_asked(operations: dict[str, Any]) -> None:
    assert sorted(operations) == sorted(DESCRIBED)


@pytest.mark.parametrize("label", DESCRIBED)
def test_every_route_keeps_to_its_description(operations: dict[str, Any], label: str) -> None:
    # Some routes have nothing that could be wrong with a request: then the last gives nothing.
    right, wrong = (operations[label].as_strategy(generation_mode=mode) for mode in MODES)

    @FUZZED
    @given(right.map(about_the_archive) | right | wrong)
    def ask(case: Any) -> None:
        case.call_and_validate()

    ask()


@pytest.mark.parametrize("page", PAGES)
def test_no_form_brings_a_page_down(app: FastAPI, page: str) -> None:
    method, path = page.split()
    client = TestClient(app, raise_server_exceptions=False)

    @FUZZED
    @given(st.dictionaries(st.sampled_from(PAGES[page].split() or ["none"]), VALUES))
    def send(fields: dict[str, str]) -> None:
        sent: dict[str, Any] = {"params" if method == "GET" else "data": fields}
        response = client.request(method, path, follow_redirects=False, **sent)
        assert response.status_code < 500

    send()


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("PUT", "/api/ask", 405, "POST"),
        ("TRACE", "/healthz", 405, "GET"),
        ("POST", f"/api/articles/{ARTICLE.article_id}", 405, "GET"),
        ("DELETE", "/login", 405, "GET, POST"),
        ("GET", "/api/nothing", 404, None),
        ("GET", "/v1", 404, None),
    ],
)
def test_what_no_route_takes_is_told_so(
    app: FastAPI, method: str, path: str, status: int, allowed: str | None
) -> None:
    response = TestClient(app).request(method, path)
    assert (response.status_code, response.headers.get("allow")) == (status, allowed)
    assert response.json()["error"]
