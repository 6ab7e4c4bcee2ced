"""Answers that come back: what is not in the archive is refused, what is told of an article is the archive's."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from small_archive import ANSWER, ARTICLE, QUOTE

from qa.contracts import answer_to_json
from qa.errors import InputError
from qa.records import Article
from ui.received import ReceivedAnswer, check_answer

READ = TypeAdapter(ReceivedAnswer).validate_python


def find_article(article_id: str) -> Article:
    if article_id != ARTICLE.article_id:
        raise KeyError(article_id)
    found: Article = ARTICLE
    return found


def sent(**changes: Any) -> dict[str, Any]:
    """The JSON of the answer, its citation changed."""
    told = answer_to_json(ANSWER)
    told["citations"][0] |= changes
    return told


def test_answer_comes_back_as_it_was() -> None:
    assert check_answer(READ(sent()), find_article) == ANSWER


def test_what_is_told_of_the_article_is_that_of_the_archive() -> None:
    forged = sent(headline="捏造", source="捏造日报", date="1999-01-01", page="99")
    assert check_answer(READ(forged), find_article).citations[0].article is ARTICLE


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": QUOTE.replace("38.1", "83.1")},
        {"quote": ""},
        {"quote": "", "start": 5, "end": 5},
        {"start": 1},
        {"end": 10**9, "quote": ARTICLE.text},
        {"start": -len(ARTICLE.text)},
        {"article_id": "none"},
    ],
)
@pytest.mark.parametrize("place", ["citations", "nearest"])
def test_quote_that_is_none_is_refused(changes: dict[str, Any], place: str) -> None:
    told = sent(**changes)
    told |= {"citations": [], "nearest": [], place: told["citations"]}
    with pytest.raises(InputError, match=r"引文\[1\].*citation 1"):
        check_answer(READ(told), find_article)


@settings(deadline=None)
@given(st.integers(), st.integers(), st.text(max_size=5))
def test_no_quote_passes_that_the_article_does_not_have(start: int, end: int, quote: str) -> None:
    try:
        checked = check_answer(READ(sent(start=start, end=end, quote=quote)), find_article)
    except InputError:
        return
    assert ARTICLE.text[start:end] == quote
    assert checked.citations[0].quote == quote != ""


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "题" * 1001},
        {"text": 5},
        {"citations": {}},
        {"citations": [{}]},
        {"nearest": [answer_to_json(ANSWER)["citations"][0]] * 101},
    ],
)
def test_shape_is_checked(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ(sent() | changes)
