"""Evidence measured by meaning, for questions that share no word with it."""

import pytest

from embeddings.universal import UniversalSentenceEncoder
from qa.assistant import Assistant
from qa.evidence import SENTENCE_FEATURES, Evidence
from qa.query import read_question
from qa.records import Article, Hit, Passage
from qa.similarity import measure_by_meaning

ARTICLE = Article.from_text("台风逼近，渡轮停航两天。灯会来了三万名游客。", date="2025-03-28")


@pytest.fixture
def evidence() -> list[Evidence]:
    hit = Hit(
        Passage("p", ARTICLE, 0, len(ARTICLE.text)), 1.0, {"words": 0.0, "bigrams": 0.0, "vectors": 0.3}
    )
    sentences = ["台风逼近，渡轮停航两天。", "灯会来了三万名游客。"]
    features = (0.0,) * len(SENTENCE_FEATURES)
    starts = map(ARTICLE.text.index, sentences)
    return [Evidence(hit, at, at + len(s), s, features) for at, s in zip(starts, sentences, strict=True)]


def test_the_nearer_sentence_has_the_greater_share(
    evidence: list[Evidence], encoder: UniversalSentenceEncoder
) -> None:
    place = SENTENCE_FEATURES.index("words")
    query = read_question("How many tourists came to the lantern fair?")
    ferry, lanterns = measure_by_meaning(query, evidence, encoder)
    assert 0 <= ferry.features[place] < lanterns.features[place] <= 1
    assert lanterns.features[SENTENCE_FEATURES.index("words in article")] == pytest.approx(0.5)
    assert (lanterns.start, lanterns.sentence) == (evidence[1].start, evidence[1].sentence)


def test_nothing_is_measured_where_nothing_was_found(encoder: UniversalSentenceEncoder) -> None:
    assert measure_by_meaning(read_question("How many tourists came?"), [], encoder) == []


def test_an_english_question_is_answered_from_chinese_text() -> None:
    centre = Article.from_text(
        "江西各级综治中心去年化解矛盾纠纷38.1万件。", headline="一扇门", date="2025-03-28"
    )
    with Assistant.from_articles([centre, ARTICLE]) as assistant:
        answer = assistant.ask("How many tourists came to the lantern fair?")
        assert answer.short_answer == "三万名"
        assert answer.citations[0].quote == "灯会来了三万名游客。"
        assert not assistant.ask("How many disputes did the centres of Shanghai resolve?").answered
        assert not assistant.ask("How many disputes did the centres of Jiangxi resolve in 2023?").answered
