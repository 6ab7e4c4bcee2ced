"""The page of articles: what it lists, its pages, and that no text of the archive becomes markup."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.records import Article
from ui.app import build_app
from ui.settings import Settings

ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def make(number: int) -> Article:
    return Article.from_text(
        f"第{number}篇说的是{'灯会' if number % 2 else '渡槽'}的事情，一共{number}盏。",
        headline=f"标题{number}{ATTACK}",
        source=("江岸日报", f"晨屿晚报{ATTACK}")[number % 2],
        date=f"2025-{number % 12 + 1:02}-11",
        section=f"副刊{ATTACK}" if number == 7 else None,
    )


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with (
        Assistant.from_articles(map(make, range(45))) as assistant,
        TestClient(build_app(assistant, settings=Settings(per_minute=0))) as opened,
    ):
        yield opened


class Page(HTMLParser):
    """The tags of a page with their attributes, and its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html.split("</head>", 1)[1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def links(self, name: str) -> list[str]:
        return [
            a["href"] or "" for tag, a in self.tags if tag == "a" and name in (a.get("class") or "").split()
        ]


def get(client: TestClient, **fields: str) -> Page:
    response = client.get("/browse", params=fields)
    assert response.status_code == 200
    page = Page(response.text)
    assert [tag for tag, _ in page.tags].count("script") == 1, "our own"
    assert not any(tag == "img" for tag, _ in page.tags)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    return page


def test_all_articles_are_reached_page_by_page(client: TestClient) -> None:
    found: list[str] = []
    page = get(client)
    while True:
        found += page.links("source")
        [*after] = page.links("page-after")
        if not after:
            break
        page = Page(client.get(after[0]).text)
    assert len(found) == len(set(found)) == 45
    assert len(page.links("page-before")) == 1


def test_filters_and_words_narrow_the_list_down_and_stay_in_the_links(client: TestClient) -> None:
    assert len(get(client, source="江岸日报").links("source")) == 20
    after = get(client, source="江岸日报", date_from="2025-01-01").links("page-after")
    assert after[0].startswith("/browse?source=")
    assert "date_from=2025-01-01" in after[0]
    assert len(get(client, section=f"副刊{ATTACK}").links("source")) == 1
    assert [attributes["value"] for tag, attributes in get(client).tags if tag == "option"].count(
        f"副刊{ATTACK}"
    ) == 1
    found = get(client, q="渡槽").links("source")
    assert 0 < len(found) <= 20
    assert all("渡槽" in client.get(f"/api/articles/{id_of(link)}").text for link in found)


def id_of(link: str) -> str:
    return link.removeprefix("#article=").partition("&")[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"q": ATTACK},
        {"source": ATTACK},
        {"date_from": ATTACK},
        {"section": ATTACK},
        {"q": "题" * 3000},
        {"q": " \n"},
        {"page": "999"},
    ],
)
def test_odd_requests_get_a_page(client: TestClient, fields: dict[str, str]) -> None:
    get(client, **fields)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_page_that_is_none_is_refused(client: TestClient, page: str) -> None:
    assert client.get("/browse", params={"page": page}).status_code == 422
