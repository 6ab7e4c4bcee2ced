import json
from pathlib import Path

import pytest

from eval.judged import read_questions
from qa.errors import InputError

DOCUMENTS = [
    {"_id": "d1", "title": "守灯人", "text": "灯塔由林海生看守了三十年。"},
    {"_id": "d2", "title": "只有标题", "text": ""},
]
QUERIES = [{"_id": "q1", "text": "灯塔由谁看守"}, {"_id": "q2", "text": "没有判断的问题"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"
TOPICS = """<top>
<num> Number: 301
<title> 灯塔
看守
<desc> Description: 谁看守灯塔
</top>
<top><num>302</num><title>渔港开海</title></top>
"""


def write_lines(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    write_lines(tmp_path / "corpus.jsonl", DOCUMENTS)
    write_lines(tmp_path / "queries.jsonl", QUERIES)
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def test_a_beir_folder_brings_its_documents_and_asks_the_judged_queries(beir: Path) -> None:
    gold = read_questions(beir)
    (question,) = gold.questions
    assert (question.id, question.question, question.answers) == ("q1", "灯塔由谁看守", ())
    assert question.grades == (("d1", 2), ("d2", 0))
    assert question.answerable
    assert gold.retrieval_only
    assert [(a.article_id, a.headline, a.text) for a in gold.articles] == [
        ("d1", "守灯人", "灯塔由林海生看守了三十年。"),
        ("d2", "只有标题", "只有标题"),
    ]


def test_other_judgements_may_be_named(beir: Path) -> None:
    other = beir / "qrels" / "dev.tsv"
    other.write_text("query-id\tcorpus-id\tscore\nq2\td2\t1\n", encoding="utf-8")
    assert [question.id for question in read_questions(beir).questions] == ["q1"], "the test split by itself"
    assert [question.id for question in read_questions(beir, other).questions] == ["q2"]


def test_the_only_judgements_are_taken_and_of_several_one_must_be_named(beir: Path) -> None:
    test = beir / "qrels" / "test.tsv"
    test.rename(beir / "qrels" / "dev.tsv")
    assert len(read_questions(beir).questions) == 1
    (beir / "qrels" / "train.tsv").write_text(QRELS, encoding="utf-8")
    with pytest.raises(InputError, match=r"no test\.tsv \(dev\.tsv, train\.tsv there\)"):
        read_questions(beir)


@pytest.mark.parametrize("topics", [TOPICS, "301\t灯塔 看守\n302\t渔港开海\n"])
def test_trec_topics_are_read_with_their_judgements(tmp_path: Path, topics: str) -> None:
    (tmp_path / "topics").write_text(topics, encoding="utf-8")
    (tmp_path / "qrels").write_text("301 0 a1 1\n302 0 a2 0\n302 0 a3 2\n", encoding="utf-8")
    gold = read_questions(tmp_path / "topics", tmp_path / "qrels")
    assert [(q.id, q.question, q.grades) for q in gold.questions] == [
        ("301", "灯塔 看守", (("a1", 1),)),
        ("302", "渔港开海", (("a2", 0), ("a3", 2))),
    ]
    assert gold.retrieval_only
    assert gold.articles == ()


def test_other_files_are_read_as_gold_questions(tmp_path: Path) -> None:
    write_lines(tmp_path / "gold.jsonl", [])
    with pytest.raises(InputError, match="no gold questions"):
        read_questions(tmp_path / "gold.jsonl")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("corpus.jsonl", '{"_id": "d1"}', r"corpus\.jsonl:1: expected a JSON object with _id and text"),
        ("corpus.jsonl", '["_id", "text"]', r"corpus\.jsonl:1: expected"),
        ("queries.jsonl", "\n{", r"queries\.jsonl:2: expected"),
        ("qrels/test.tsv", "q1\td1\t1\nq1\td1\n", r"test\.tsv:2: not a judgement"),
        ("qrels/test.tsv", "q1\td1\t1\nq1\td1\tyes\n", r"test\.tsv:2: not a judgement"),
        ("qrels/test.tsv", "q1\td1\t0\n", r"test\.tsv: names no relevant document"),
        ("qrels/test.tsv", "q9\td1\t1\n", r"test\.tsv: names no relevant document"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(beir: Path, name: str, text: str, told: str) -> None:
    (beir / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught:
        read_questions(beir)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_beir_is_told_by_the_file_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"queries\.jsonl: cannot be read"):
        read_questions(tmp_path)


@pytest.mark.parametrize(
    ("topics", "told"),
    [
        ("<top><num>1</num></top>", "topic 1 has no <num> or no <title>"),
        ("301 灯塔", r"topics:1: not a topic"),
    ],
)
def test_broken_topics_are_named(tmp_path: Path, topics: str, told: str) -> None:
    (tmp_path / "topics").write_text(topics, encoding="utf-8")
    (tmp_path / "qrels").write_text("301 0 a1 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_questions(tmp_path / "topics", tmp_path / "qrels")
