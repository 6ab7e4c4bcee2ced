import math
from pathlib import Path

import pytest
from stored import EVERYTHING, FILTERED, ROWS

from qa.errors import QuestionError
from qa.lexical import Filters, LexicalStore
from qa.segmentation import terms


@pytest.fixture
def store(tmp_path: Path) -> LexicalStore:
    made = LexicalStore(tmp_path / "words")
    made.write([], ROWS)
    return made


def numbers(store: LexicalStore, text: str, filters: Filters = EVERYTHING, top_k: int = 10) -> list[int]:
    words, bigrams = terms(text)
    by_words = [number for number, _ in store.search("words", words, top_k, filters)]
    by_bigrams = [number for number, _ in store.search("bigrams", bigrams, top_k, filters)]
    assert sorted(by_words) == sorted(by_bigrams)
    return by_words


def test_search_finds_any_of_the_terms_best_first(store: LexicalStore) -> None:
    assert numbers(store, "灯塔") == [7, 3], "more often is better"
    assert numbers(store, "守灯人点亮") == [3, 9]
    assert numbers(store, "公交车") == [2**40], "numbers beyond 32 bits"
    assert numbers(store, "火车站") == []
    assert numbers(store, "灯塔", top_k=1) == [7]
    assert store.search("words", [], 10, EVERYTHING) == []
    scores = [score for _, score in store.search("words", ["灯塔", "守灯人"], 10, EVERYTHING)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_scores_are_those_of_bm25(store: LexicalStore) -> None:
    lengths = {number: len(terms(text)[1]) for number, text, *_ in ROWS}
    average = sum(lengths.values()) / len(lengths)
    rarity = math.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    for number, score in store.search("bigrams", ["灯塔"], 10, EVERYTHING):
        frequency = terms(next(row[1] for row in ROWS if row[0] == number))[1].count("灯塔")
        damped = frequency + 1.2 * (1 - 0.75 + 0.75 * lengths[number] / average)
        assert score == pytest.approx(rarity * frequency * 2.2 / damped, rel=0.02)


@pytest.mark.parametrize(("filters", "expected"), FILTERED)
def test_filters_select_and_do_not_add_to_the_score(
    store: LexicalStore, filters: Filters, expected: set[int]
) -> None:
    asked = ["灯塔", "守灯", "公交"]
    everything = dict(store.search("bigrams", asked, 10, EVERYTHING))
    assert everything.keys() == {3, 7, 9, 2**40}
    found = dict(store.search("bigrams", asked, 10, filters))
    assert found == {number: pytest.approx(everything[number]) for number in expected}


def test_what_is_removed_is_not_found(store: LexicalStore) -> None:
    store.write([3, 12345], [(11, "灯塔关闭", "海岛日报", "2025-05-01", None)])
    assert set(numbers(store, "灯塔")) == {7, 11}
    store.write([7, 9, 11, 2**40], [])
    assert numbers(store, "灯塔守灯人公交车") == []


def test_document_frequencies(store: LexicalStore) -> None:
    assert store.document_frequencies("bigrams", ["灯塔", "公交", "火车"]) == (
        4,
        {"灯塔": 2, "公交": 1, "火车": 0},
    )


def test_all_passages_with_terms(store: LexicalStore) -> None:
    assert sorted(store.containing("bigrams", ["灯塔"])) == [3, 7]
    assert store.containing("bigrams", ["灯塔", "守灯"]) == [3]
    assert store.containing("words", ["火车站"]) == []
    assert sorted(store.containing_character("灯")) == [3, 7, 9]
    assert store.containing_character("铁") == []


def test_nothing_is_in_an_empty_store(tmp_path: Path) -> None:
    empty = LexicalStore(tmp_path / "empty")
    assert empty.containing("bigrams", ["灯塔"]) == empty.containing_character("灯") == []


def test_a_store_is_read_again_from_its_folder(tmp_path: Path, store: LexicalStore) -> None:
    assert numbers(LexicalStore(tmp_path / "words"), "灯塔") == [7, 3]


def test_a_damaged_folder_is_told(tmp_path: Path, store: LexicalStore) -> None:
    (tmp_path / "words" / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="words is not a lexical index"):
        LexicalStore(tmp_path / "words")


@pytest.mark.parametrize("day", ["昨天", "2025-13-01", "20250328", "2025-W13-5", "2025-3-28"])
def test_filters_take_only_days_of_the_calendar(day: str) -> None:
    for dates in ((day, None), (None, day)):
        with pytest.raises(QuestionError, match="2025-03-28") as caught:
            Filters.checked(None, *dates)
        assert day in str(caught.value)


def test_filters_are_true_when_they_filter() -> None:
    assert not Filters.checked(None, None, None)
    assert not Filters.checked("", "", "")
    assert Filters.checked("海岛日报", None, None) == Filters("海岛日报")
    assert Filters.checked(None, "2025-03-28", None)
