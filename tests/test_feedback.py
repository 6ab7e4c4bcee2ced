"""The file of feedback: what is kept, replaced, reviewed, and goes out and in as JSON lines."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_archive import ANSWER, ARTICLE, QUESTION, QUOTE

from eval.gold import read_gold
from qa.errors import IndexStateError, InputError
from qa.records import Answer
from ui.feedback import FeedbackStore, Gold, feedback_line, gold_line

GOLD = Gold("quantity", QUESTION, ("38.1万件", "38.1 万件"), ARTICLE.headline, QUOTE, ARTICLE.article_id)


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "new" / "feedback.sqlite")


def lines_of(store: FeedbackStore) -> list[str]:
    return [json.dumps(feedback_line(said), ensure_ascii=False) for said in store.read()]


def test_feedback_is_kept_with_question_answer_and_evidence(store: FeedbackStore) -> None:
    kept = store.put(ANSWER, "down", "38.7万件", "10.0.0.7")
    [said] = FeedbackStore(store.path).read()
    assert said.id == kept
    assert (said.question, said.answered, said.short_answer) == (QUESTION, True, "38.1万件")
    assert (said.verdict, said.correction, said.status) == ("down", "38.7万件", "new")
    assert [(e.article_id, e.headline, e.quote) for e in said.evidence] == [
        (ARTICLE.article_id, ARTICLE.headline, QUOTE)
    ]
    assert said.given.endswith("+00:00")
    assert "10.0.0.7" not in store.path.read_bytes().decode("latin-1")


def test_client_is_hashed_with_a_secret_of_the_file(store: FeedbackStore, tmp_path: Path) -> None:
    other = FeedbackStore(tmp_path / "other.sqlite")
    for one in (store, other):
        one.put(ANSWER, "up", "", "10.0.0.7")
    assert store.read()[0].client != other.read()[0].client


def test_same_client_changes_its_mind_until_it_is_reviewed(store: FeedbackStore) -> None:
    kept = store.put(ANSWER, "up", "", "a")
    assert store.put(ANSWER, "down", "更正", "a") == kept
    assert store.put(ANSWER, "up", "", "b") != kept
    assert [(said.verdict, said.correction) for said in store.read() if said.id == kept] == [("down", "更正")]
    store.review(kept, None)
    store.put(ANSWER, "up", "", "a")
    found = store.find(kept)
    assert found
    assert (found.status, found.verdict) == ("rejected", "down")


def test_reviewed_feedback_becomes_gold_that_eval_reads(store: FeedbackStore, tmp_path: Path) -> None:
    first, second, third = (store.put(ANSWER, "up", "", client) for client in "abc")
    store.review(first, GOLD)
    store.review(second, Gold("unanswerable", "没有的事？", (), "", ""))
    store.review(third, None)
    assert store.counts() == {"new": 0, "accepted": 2, "rejected": 1}
    assert [said.id for said in store.read("rejected")] == [third]
    lines = [json.dumps(gold_line(said), ensure_ascii=False) for said in store.read("accepted")]
    (tmp_path / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    gold = {question.id: question for question in read_gold(tmp_path / "gold.jsonl").questions}
    read = gold[f"feedback-{first}"]
    assert (read.type, read.question, read.answers) == ("quantity", QUESTION, GOLD.answers)
    assert (read.headline, read.evidence) == (ARTICLE.headline, QUOTE)
    assert not gold[f"feedback-{second}"].answerable


def test_feedback_goes_out_and_in_again(store: FeedbackStore, tmp_path: Path) -> None:
    first, second = (store.put(ANSWER, "up", "", client) for client in "ab")
    store.review(first, GOLD)
    other = FeedbackStore(tmp_path / "other.sqlite")
    assert other.merge(lines_of(store), "x") == 2
    assert other.read() == store.read()
    assert other.merge(lines_of(store), "x") == 0
    other.review(second, None)
    assert store.merge(lines_of(other), "x") == 1
    assert store.read() == other.read()


@pytest.mark.parametrize("line", ["{}", "[]", "?", '{"id": 5}', "null"])
def test_import_of_what_is_no_feedback_takes_in_nothing(store: FeedbackStore, line: str) -> None:
    store.put(ANSWER, "up", "", "a")
    good = lines_of(store)[0].replace('"id": "', '"id": "new-')
    with pytest.raises(InputError, match=r"sent\.jsonl:2: no feedback"):
        store.merge([good, line], "sent.jsonl")
    assert len(store.read()) == 1


def test_file_that_is_no_feedback_is_told(tmp_path: Path) -> None:
    path = tmp_path / "feedback.sqlite"
    path.write_text("no database, but long enough to be looked at as one" * 100)
    with pytest.raises(IndexStateError, match="--feedback"):
        FeedbackStore(path).read()
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(IndexStateError, match="format 7"):
        FeedbackStore(path).read()
    with pytest.raises(IndexStateError, match="--feedback"):
        FeedbackStore(tmp_path).read()


def test_many_readers_at_once(store: FeedbackStore) -> None:
    threads = [
        threading.Thread(target=lambda n=n: store.put(ANSWER, "up", "", f"client {n}")) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.read()) == 20


@settings(deadline=None, max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_kept_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, text: str, correction: str
) -> None:
    store = FeedbackStore(tmp_path_factory.mktemp("feedback") / "f.sqlite")
    answer = Answer(text, answered=False, text=text, short_answer=None, confidence=0.0, reason=text)
    kept = store.put(answer, "down", correction, text)
    found = store.find(kept)
    assert found
    assert (found.question, found.text, found.correction) == (text, text, correction)
    assert FeedbackStore(store.path).merge(lines_of(store), "x") == 0
