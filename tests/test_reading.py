"""The fitted models: they belong to the features, rank, and judge."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa import reading
from qa.evidence import SENTENCE_FEATURES, Evidence, collect_evidence
from qa.interpretation import AnswerType
from qa.query import Query, read_question
from qa.reading import ANSWER_FEATURES, load_models, rank_evidence, rank_spans, read
from qa.records import Article, Hit, Passage
from qa.spans import SPAN_FEATURES
from qa.weighing import TermWeights

READER = Path(reading.__file__).parent / "reader.json"


def ready(question: str, *texts: str) -> tuple[Query, list[Evidence], TermWeights]:
    """Return a question, and the sentences of texts measured for it."""
    query = read_question(question)
    weights = TermWeights(dict.fromkeys(query.words, 1.0), dict.fromkeys(query.bigrams, 1.0))
    articles = [Article.from_text(text) for text in texts]
    parts = {"words": 1.0, "bigrams": 1.0, "vectors": 0.5}
    hits = [Hit(Passage(f"{n}", a, 0, len(a.text)), 1.0 - n / 10, parts) for n, a in enumerate(articles)]
    return query, collect_evidence(query, hits, weights), weights


@pytest.fixture
def other_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that takes the place of the package's, and models loaded anew."""
    monkeypatch.setattr(reading, "files", lambda package: tmp_path)
    load_models.cache_clear()
    yield tmp_path
    load_models.cache_clear()


def test_the_stored_weights_belong_to_the_features() -> None:
    models = load_models()
    assert "" in models.sentence
    assert "" in models.span
    assert {len(weights) for weights in models.sentence.values()} == {len(SENTENCE_FEATURES)}
    assert {len(weights) for weights in models.span.values()} == {1 + len(SPAN_FEATURES)}
    assert models.answer.shape == (len(ANSWER_FEATURES),)
    assert 0 < models.threshold < 1
    every = [*models.sentence.values(), *models.span.values(), models.answer]
    assert all(np.isfinite(weights).all() for weights in every)


def test_weights_are_named_by_types_of_answers() -> None:
    models = load_models()
    known = {"", *AnswerType.__args__}  # type: ignore[attr-defined]
    assert {*models.sentence, *models.span} <= known


@pytest.mark.parametrize("name", ["sentence", "span", "answer"])
@pytest.mark.parametrize("change", ["dropped", "renamed", "turned round"])
def test_weights_of_other_features_are_refused(other_reader: Path, name: str, change: str) -> None:
    stored: dict[str, Any] = json.loads(READER.read_text(encoding="utf-8"))
    features = stored["features"][name]
    stored["features"][name] = {
        "dropped": features[:-1],
        "renamed": ["something else", *features[1:]],
        "turned round": features[::-1],
    }[change]
    (other_reader / "reader.json").write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ValueError, match=f"other {name} features"):
        load_models()


def test_nothing_is_ranked_of_no_evidence() -> None:
    query, _, weights = ready("江西化解了多少纠纷？")
    assert rank_evidence(query, [], load_models()) == []
    assert rank_spans(query, [], weights, load_models()) == []
    nothing = read(query, [], weights)
    assert (nothing.ranked, nothing.span, nothing.confidence) == ((), None, 0.0)


@pytest.mark.parametrize(
    "question",
    [
        "江西化解了多少纠纷？",
        "介绍一下江西",
        "江西开海了吗？",
        "谁化解了纠纷？",
        "江西为什么化解纠纷？",
        "化解了哪三类纠纷？",
    ],
)
def test_rankings_are_finite_and_fall(question: str) -> None:
    query, evidence, weights = ready(question, "江西化解纠纷38.1万件，因为有唐俊。渔港开海。", "灯塔。", "！")
    models = load_models()
    ranked = rank_evidence(query, evidence, models)
    assert {id(e) for e, _ in ranked} == {id(e) for e in evidence}
    scores = [score for _, score in ranked]
    assert np.isfinite(scores).all()
    assert scores == sorted(scores, reverse=True)
    spans = [score for _, score in rank_spans(query, ranked, weights, models)]
    assert spans == sorted(spans, reverse=True)
    assert 0.0 <= read(query, evidence, weights).confidence <= 1.0


def test_the_sentence_that_answers_leads_with_its_span() -> None:
    query, evidence, weights = ready(
        "江西化解了多少纠纷？", "渔港昨天开海。", "江西化解纠纷38.1万件。灯塔高27米。"
    )
    best = read(query, evidence, weights)
    assert best.ranked[0][0].sentence == "江西化解纠纷38.1万件。"
    assert best.span is not None
    assert best.span.text == "38.1万件"
    assert best.span.evidence is best.ranked[0][0]


def test_an_answer_is_surer_than_what_is_merely_near() -> None:
    answering = read(*ready("江西化解了多少纠纷？", "江西化解纠纷38.1万件。"))
    near = read(*ready("江西化解了多少纠纷？", "白沙湾的灯塔高27米。"))
    assert answering.confidence > near.confidence
