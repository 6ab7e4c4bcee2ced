"""What is caught and what is kept of sentences that a model might write over the sample pages."""

from collections.abc import Iterator

import pytest

from eval.evaluation import SAMPLE_PAGES
from eval.statements import HELD_OUT, STATEMENTS, Checked, check_statements
from qa.assistant import Assistant
from qa.passages import cut_passages
from qa.records import Article
from qa.support import FEATURES, best_support, measure_support

BRIDGE = Article.from_text(
    "南渡大桥全长1576米，由周砚秋担任总设计师。\n大桥2021年3月动工，总投资12.4亿元。\n北岸新建的公园占地30公顷，由林知夏设计。",
    headline="南渡大桥通车",
    date="2025-06-19",
)
TUNNEL = Article.from_text("东岭隧道长8.2公里，2023年贯通。", headline="东岭隧道", date="2025-06-19")
PASSAGES = [*cut_passages(TUNNEL), *cut_passages(BRIDGE)]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Checked]]:
    with Assistant.build([SAMPLE_PAGES], index=tmp_path_factory.mktemp("statements")) as assistant:
        yield check_statements(assistant, STATEMENTS)


def test_at_least_48_of_50_hallucinations_are_caught(checked: list[Checked]) -> None:
    invented = [one for one in checked if one.kind != "supported"]

    assert len(invented) == 50
    assert sum(not one.kept for one in invented) >= 48, [one.statement for one in invented if one.kept]


def test_at_most_3_of_50_supported_statements_are_dropped(checked: list[Checked]) -> None:
    supported = [one for one in checked if one.kind == "supported"]

    assert len(supported) == 50
    assert sum(not one.kept for one in supported) <= 3, [one.statement for one in supported if not one.kept]


def test_what_was_measured_on_held_out_statements_holds(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Assistant.build([SAMPLE_PAGES], index=tmp_path_factory.mktemp("held-out")) as assistant:
        checked = check_statements(assistant, HELD_OUT)
    supported = [one for one in checked if one.kind == "supported"]
    invented = [one for one in checked if one.kind != "supported"]

    assert (len(supported), len(invented)) == (50, 50)
    assert sum(not one.kept for one in invented) >= 45
    assert sum(not one.kept for one in supported) <= 3


def test_a_sentence_may_be_supported_by_several_of_an_article() -> None:
    support = best_support("南渡大桥由周砚秋设计，2021年3月动工，投资12.4亿元。", PASSAGES)

    assert support is not None
    assert support.holds
    assert support.quotation.article is BRIDGE
    assert len(support.quotation.spans) == 2


def test_the_passage_that_is_cited_wrongly_is_replaced_by_the_one_that_supports() -> None:
    support = best_support("南渡大桥全长1576米。", PASSAGES, cited=PASSAGES[:1])

    assert support is not None
    assert support.holds
    assert support.quotation.article is BRIDGE


def test_facts_of_two_articles_are_not_mixed() -> None:
    support = best_support("南渡大桥长8.2公里。", PASSAGES)

    assert support is not None
    assert not support.holds


def test_features_are_of_their_names() -> None:
    support = best_support("南渡大桥全长1576米。", PASSAGES)
    assert support is not None
    features = measure_support("南渡大桥全长1576米。", support.quotation)

    assert len(features) == len(FEATURES)
    assert all(-1.0 <= feature <= 1.001 for feature in features)


def test_nothing_supports_without_passages() -> None:
    assert best_support("南渡大桥全长1576米。", []) is None
