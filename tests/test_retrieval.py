"""Fused retrieval over a small index."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.encoder import Encoder
from qa.building import add_articles
from qa.fusion import FUSION, FusionWeights
from qa.index import Index
from qa.lexical import Filters
from qa.query import read_question
from qa.records import Article, Hit
from qa.retrieval import retrieve

ARTICLES = (
    Article.from_text(
        "江西各级综治中心化解矛盾纠纷38.1万件。", headline="一扇门", source="江岸日报", date="2025-03-28"
    ),
    Article.from_text(
        "台风逼近，白沙湾渡轮停航两天。", headline="渡轮停航", source="江岸日报", date="2025-08-05"
    ),
    Article.from_text(
        "晨屿灯会在白沙湾亮灯，游客三万人。", headline="灯会", source="晨屿晚报", date="2025-02-10"
    ),
    Article.from_text("图书馆迁入新馆，藏书十二万册。", headline="新馆", source="晨屿晚报"),
)


@pytest.fixture(scope="module")
def index(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    add_articles(folder, ARTICLES, encoder)
    opened = Index.open(Path(folder))
    yield opened
    opened.close()


def found(
    index: Index,
    encoder: Encoder,
    question: str,
    *,
    top_k: int = 10,
    filters: Filters | None = None,
    weights: FusionWeights = FUSION,
) -> list[Hit]:
    query = read_question(question)
    return retrieve(index, encoder, query, top_k=top_k, filters=filters or Filters(), weights=weights)


def headlines(hits: list[Hit]) -> list[str]:
    return [hit.passage.article.headline for hit in hits]


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("江西化解了多少纠纷", "一扇门"),
        ("江西化解了多少糾紛", "一扇门"),
        ("渡轮为什么停航", "渡轮停航"),
        ("灯会来了多少游客", "灯会"),
        ("图书馆有多少藏书", "新馆"),
    ],
)
def test_the_passage_that_answers_is_first(
    index: Index, encoder: Encoder, question: str, headline: str
) -> None:
    assert headlines(found(index, encoder, question))[0] == headline


def test_hits_come_best_first_each_once_with_their_parts(index: Index, encoder: Encoder) -> None:
    hits = found(index, encoder, "白沙湾有多少游客")
    assert len({hit.passage.passage_id for hit in hits}) == len(hits) == len(ARTICLES)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(set(hit.parts) == {"words", "bigrams", "vectors"} for hit in hits)
    best = {name: max(hit.parts[name] for hit in hits) for name in hits[0].parts}
    for hit in hits:
        fused = (
            FUSION.words * hit.parts["words"] / best["words"]
            + FUSION.bigrams * hit.parts["bigrams"] / best["bigrams"]
            + FUSION.vectors * hit.parts["vectors"] / best["vectors"]
        ) / (FUSION.words + FUSION.bigrams + FUSION.vectors)
        assert hit.score == pytest.approx(fused, abs=1e-5)


def test_a_list_without_weight_has_no_say(index: Index, encoder: Encoder) -> None:
    hits = found(
        index, encoder, "白沙湾有多少游客", weights=FusionWeights(words=0.0, bigrams=0.0, vectors=1.0)
    )
    assert [h.parts["vectors"] for h in hits] == sorted((h.parts["vectors"] for h in hits), reverse=True)


def test_only_so_many_hits_as_asked_for(index: Index, encoder: Encoder) -> None:
    everything = found(index, encoder, "白沙湾有多少游客")
    assert headlines(found(index, encoder, "白沙湾有多少游客", top_k=2)) == headlines(everything)[:2]


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(source="晨屿晚报"), {"灯会", "新馆"}),
        (Filters(date_from="2025-03-28"), {"一扇门", "渡轮停航"}),
        (Filters(date_to="2025-03-28"), {"一扇门", "灯会"}),
        (Filters(date_from="2025-03-28", date_to="2025-03-28"), {"一扇门"}),
        (Filters(source="晨屿晚报", date_from="2025-03-01"), set()),
        (Filters(source="潮声周刊"), set()),
    ],
)
def test_filters_hold_of_every_hit(
    index: Index, encoder: Encoder, filters: Filters, allowed: set[str]
) -> None:
    assert (
        set(headlines(found(index, encoder, "白沙湾渡轮停航、灯会游客、化解纠纷、新馆藏书", filters=filters)))
        == allowed
    )


def test_an_empty_index_finds_nothing(encoder: Encoder, tmp_path: Path) -> None:
    add_articles(tmp_path, [], encoder)
    empty = Index.open(tmp_path)
    assert found(empty, encoder, "江西化解了多少纠纷") == []
    empty.close()


def test_two_runs_agree(index: Index, encoder: Encoder) -> None:
    first, second = (found(index, encoder, "白沙湾有多少游客") for _ in range(2))
    assert [(h.passage.passage_id, h.score) for h in first] == [
        (h.passage.passage_id, h.score) for h in second
    ]


def test_a_row_of_a_store_that_the_records_do_not_know_shows_to_nobody(
    encoder: Encoder, tmp_path: Path
) -> None:
    add_articles(tmp_path, ARTICLES, encoder)
    # As after a commit that a server kept and the records lost.
    with sqlite3.connect(tmp_path / "records.sqlite") as records:
        records.execute("DELETE FROM passages WHERE article_id = ?", [ARTICLES[1].article_id])
    opened = Index.open(tmp_path)
    assert "渡轮停航" not in headlines(found(opened, encoder, "渡轮为什么停航"))
    opened.close()
