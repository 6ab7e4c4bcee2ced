import json

from rich.console import Console

from eval.gold import GoldQuestion
from eval.reports import outcome_to_json, summary_table, summary_to_json
from eval.runs import Outcome, SummaryRow, summarise
from qa.records import Answer, Article, Citation

ARTICLE = Article.from_text("灯塔由林海生看守了三十年。")
WHO = GoldQuestion("who", "person", "灯塔由谁看守？", ("林海生",))
NOBODY = GoldQuestion("nobody", "unanswerable", "谁登上了月球？", ())
CITATIONS = tuple(Citation(number, ARTICLE, "p", 0, 13, ARTICLE.text, 1.0) for number in range(1, 5))
ANSWERED = Outcome(
    WHO,
    2,
    Answer(WHO.question, True, "林海生", "林海生", 0.87654321, None, CITATIONS),
    evidence1=True,
    evidence3=True,
    exact_match=True,
    f1=2 / 3,
    elapsed_ms=12.3456,
)
DECLINED = Outcome(
    NOBODY, None, Answer(NOBODY.question, False, "没有", None, 0.1, "nothing found"), elapsed_ms=8.0
)


def printed(rows: list[SummaryRow]) -> list[str]:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(summary_table(rows, "gold.jsonl"))
    return capture.get().splitlines()


def cells(lines: list[str], start: str) -> list[str]:
    (line,) = [line for line in lines if line.strip("│┃ ").startswith(start)]
    return [cell.strip() for cell in line.replace("┃", "│").strip("│").split("│")]


def test_the_table_has_a_line_for_each_row_under_its_heading() -> None:
    lines = printed(summarise([ANSWERED, DECLINED]))
    heading = cells(lines, "type")
    person, unanswerable, overall = (cells(lines, name) for name in ("person", "unanswerable", "all"))
    assert dict(zip(heading, person, strict=True)) == {
        "type": "person",
        "n": "1",
        "unanswerable": "0",
        "R@1": "0.0",
        "R@5": "100.0",
        "MRR@10": "50.0",
        "evidence@1": "100.0",
        "evidence@3": "100.0",
        "EM": "100.0",
        "F1": "66.7",
        "answered": "100.0",
        "abstained": "–",
        "median ms": "12",
        "p95 ms": "12",
    }
    assert dict(zip(heading, unanswerable, strict=True))["abstained"] == "100.0"
    assert dict(zip(heading, overall, strict=True))["n"] == "2"
    assert any("gold.jsonl" in line for line in lines)


def test_columns_without_a_figure_are_left_out() -> None:
    heading = cells(printed(summarise([ANSWERED], retrieval_only=True)), "type")
    assert heading == ["type", "n", "unanswerable", "R@1", "R@5", "MRR@10", "median ms", "p95 ms"]


def test_an_outcome_is_one_flat_json_object() -> None:
    assert json.loads(json.dumps(outcome_to_json(ANSWERED), ensure_ascii=False)) == {
        "id": "who",
        "type": "person",
        "question": "灯塔由谁看守？",
        "answers": ["林海生"],
        "rank": 2,
        "answered": True,
        "short_answer": "林海生",
        "confidence": 0.8765,
        "reason": None,
        "quotes": [ARTICLE.text] * 3,
        "evidence1": True,
        "evidence3": True,
        "exact_match": True,
        "f1": 0.6667,
        "elapsed_ms": 12.35,
        "error": None,
    }


def test_an_outcome_without_an_answer_has_the_same_names() -> None:
    refused = outcome_to_json(Outcome(WHO, None, error="too long"))
    assert refused.keys() == outcome_to_json(ANSWERED).keys()
    assert (refused["answered"], refused["short_answer"], refused["error"]) == (False, None, "too long")
    assert outcome_to_json(DECLINED)["reason"] == "nothing found"


def test_the_summary_is_one_json_object_with_the_rows_of_the_table() -> None:
    rows = json.loads(json.dumps(summary_to_json(summarise([ANSWERED, DECLINED]))))["summary"]
    assert [row["type"] for row in rows] == ["person", "unanswerable", "all"]
    assert (rows[0]["f1"], rows[0]["abstained"], rows[1]["abstained"]) == (0.6667, None, 1.0)
