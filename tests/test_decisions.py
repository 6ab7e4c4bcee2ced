import math

import pytest

from qa.articles import rebuild_page
from qa.decisions import Decision
from qa.headlines import Candidate, Heading, bigrams, match_headings
from qa.pages import split_lines

BRIDGE = "河东县的新桥昨天通车，大桥全长二百米，两岸居民往来方便多了"
LIBRARY = "小镇图书馆近日开放，藏书三万册，居民凭证借阅"


def decisions_of(*rows: str) -> dict[str, Decision]:
    page = rebuild_page(split_lines("page.txt", "\n\n".join(rows)))
    return {str(decision.chosen): decision for decision in page.decisions}


def test_headlines_and_the_bodies_without_one_are_decisions() -> None:
    found = decisions_of(
        "　　本报讯 河东县的新桥昨天通车，两岸居民往来方便多了。", "河东县新桥通车",
        "  图① 果农在采摘苹果。", "　　小镇图书馆近日开放，藏书三万册，居民凭证借阅。",
    )  # fmt: skip
    assert set(found) >= {"headline 2 = 1", "headline none = 4"}
    sure, none = found["headline 2 = 1"], found["headline none = 4"]
    assert sure.probability > 0.9
    assert not sure.unsure
    assert "headline 2 = 4" in [str(other) for other, _ in none.alternatives]
    assert (none.line, none.chosen.lines) == (4, None)


def test_a_heading_that_fits_two_bodies_alike_is_unsure() -> None:
    found = decisions_of(
        "　　本报讯 西山果园苹果丰收。",
        "西山果园东岭枣园",
        "　　□ 本报记者 王丽",
        "　　本报讯 东岭枣园红枣丰收。",
    )
    assert min(decision.probability for decision in found.values()) < 0.6
    for decision in found.values():
        shares = [share for _, share in decision.alternatives]
        assert shares == sorted(shares, reverse=True)
        assert decision.probability + sum(shares) == pytest.approx(1.0)


def test_two_openings_of_news_without_headlines_may_be_one() -> None:
    found = decisions_of("　　本报讯 西山果园苹果丰收。", "　　本报讯 东岭铁路通车。")
    ((other, share),) = found["split 2"].alternatives
    assert (str(other), share) == ("join 2 = 1", 0.5)
    assert found["split 2"].unsure


def test_joined_reports_may_be_two() -> None:
    found = decisions_of("两地果园丰收", "　　本报讯 西山果园苹果丰收。", "　　本报讯 东岭枣园也丰收。")
    (joined,) = [decision for name, decision in found.items() if name.startswith("join")]
    ((other, _),) = joined.alternatives
    assert str(other) == "split 3"


def test_the_scores_of_a_match_are_those_of_all_in_reach_but_the_taken() -> None:
    candidates = [Candidate(bigrams(BRIDGE), 0, 0), Candidate(bigrams(LIBRARY), 1, 0)]
    headings = [Heading("河东县新桥通车", 7.0, 2, 0, 0)]
    (match,) = match_headings(headings, candidates)
    scores = dict(match.scores)
    assert set(scores) == {None, 0, 1}
    assert scores[match.candidate] == match.score == max(scores.values())
    (other,) = match_headings(headings, candidates, taken={0})
    assert 0 not in dict(other.scores)
    assert other.candidate != 0


def test_what_is_displaced_counts_too() -> None:
    """The bridge's heading would fit neither body worse than its own; giving it the library costs both."""
    bodies = (
        "　　本报讯 河东县的新桥昨天通车，大桥全长二百米。",
        "　　本报讯 小镇图书馆近日开放，藏书三万册。",
    )
    alone = decisions_of(*bodies, "河东县新桥通车")["headline 3 = 1"]
    both = decisions_of(*bodies, "河东县新桥通车", "  图① 果农在采摘。", "小镇图书馆近日开放")[
        "headline 3 = 1"
    ]

    def loss(decision: Decision) -> float:
        shares = {str(other): share for other, share in decision.alternatives}
        return math.log(decision.probability / shares["headline 3 = 2"])

    assert loss(both) > loss(alone) + 1.0
