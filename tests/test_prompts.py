"""Prompts: numbered passages within a budget of tokens."""

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.passages import count_tokens, cut_passages
from qa.prompts import build_prompt
from qa.records import Article

ARTICLES = [
    Article.from_text(
        f"第{n}座水库今年蓄水{n}0万立方米。" + "水质达到二类标准。" * 20,
        headline=f"水库{n}",
        date="2025-05-01",
    )
    for n in range(1, 7)
]
PASSAGES = [passage for article in ARTICLES for passage in cut_passages(article)]


def size(budget: int) -> tuple[int, int]:
    messages, shown = build_prompt("哪座水库蓄水最多？", PASSAGES, budget)
    return sum(count_tokens(message["content"]) for message in messages), len(shown)


def test_passages_are_numbered_with_headline_and_day() -> None:
    messages, shown = build_prompt("哪座水库蓄水最多？", PASSAGES, 10_000)

    assert shown == PASSAGES
    assert '<passage number="2" headline="水库2" date="2025-05-01">\n第2座水库' in messages[1]["content"]
    assert messages[1]["content"].startswith("问题：哪座水库蓄水最多？")


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=500, max_value=3000))
def test_the_budget_holds(budget: int) -> None:
    tokens, shown = size(budget)

    assert shown >= 1
    # A block's tokens and those of the text it joins may differ by one where they meet.
    assert tokens <= budget + shown


def test_a_passage_that_does_not_fit_is_cut_after_a_sentence() -> None:
    _, first = size(600)
    messages, _ = build_prompt("哪座水库蓄水最多？", PASSAGES[:1], 420)

    assert first < len(PASSAGES)
    assert messages[1]["content"].endswith("。\n</passage>\n")
    assert messages[1]["content"].count("水质") < PASSAGES[0].text.count("水质")
