from dataclasses import replace
from pathlib import Path

import pytest

from eval.evaluation import Settings, carry_out, describe_index, hash_gold, read_gold_set
from eval.gold import GoldQuestion, GoldSet
from qa.assistant import Assistant
from qa.errors import IndexStateError, InputError
from qa.records import Article

LAMP = Article.from_text("灯塔由林海生看守了三十年。", headline="守灯人", file="a.txt")
WHO = GoldQuestion("who", "person", "灯塔由谁看守？", ("林海生",), article_id=LAMP.article_id)
GOLD = GoldSet("set.json", (WHO,), (LAMP,))


def build(folder: Path, text: str) -> dict[str, object]:
    page = folder.parent / "page.txt"
    page.write_text("　　" + text, encoding="utf-8")
    Assistant.build([page], index=folder).close()
    with Assistant.open(folder) as assistant:
        return describe_index(folder, assistant)


def test_an_index_built_again_has_the_same_hash_and_another_text_another(tmp_path: Path) -> None:
    first, again = (build(tmp_path / name, LAMP.text) for name in ("first", "again"))
    other = build(tmp_path / "other", LAMP.text.replace("三十", "四十"))
    assert first == again
    assert first["sha256"] != other["sha256"]
    assert first["encoder"] == "multilingual-use-v3"


def test_questions_are_hashed_by_what_they_say_wherever_they_are_kept() -> None:
    assert hash_gold(GOLD) == hash_gold(replace(GOLD, file="elsewhere.json"))
    assert hash_gold(GOLD) != hash_gold(replace(GOLD, questions=(replace(WHO, answers=("海生",)),)))


def test_a_set_that_brings_its_articles_is_asked_over_these() -> None:
    evaluation = carry_out(Settings(gold="set.json"), GOLD)
    assert evaluation.index is not None
    assert evaluation.index["counts"]["articles"] == 1
    (outcome,) = evaluation.outcomes
    assert outcome.ranking is not None
    assert outcome.ranking.rank == 1
    assert evaluation.seconds > 0


def test_a_set_without_articles_is_asked_of_the_index_that_is_named(tmp_path: Path) -> None:
    gold = replace(GOLD, articles=())
    with pytest.raises(IndexStateError, match="no index here"):
        carry_out(Settings(gold="set.jsonl", index=str(tmp_path)), gold)


def test_the_sample_is_asked_by_itself_and_a_limit_holds() -> None:
    gold = read_gold_set(Settings(limit=2))
    assert len(gold.questions) == 2
    evaluation = carry_out(Settings(limit=2), gold)
    assert evaluation.index is not None
    assert evaluation.index["counts"]["files"] == 10


def test_judged_documents_cannot_be_scored_by_answers(tmp_path: Path) -> None:
    (tmp_path / "topics").write_text("1\t灯塔", encoding="utf-8")
    (tmp_path / "qrels").write_text("1 0 a 1", encoding="utf-8")
    settings = Settings(gold=str(tmp_path / "topics"), qrels=str(tmp_path / "qrels"), answers="answers.jsonl")
    with pytest.raises(InputError, match="judges documents, no answers"):
        read_gold_set(settings)
