from pathlib import Path

from evaluated import results
from rich.console import Console
from rich.table import Table

from eval.comparison import Comparison, Difference
from eval.evaluation import Settings
from eval.measures import MEASURES, summarise
from eval.reports import BY_TYPE, comparison_table, figures_table, types_table
from eval.run_folder import Run


def printed(table: Table) -> list[str]:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(table)
    return capture.get().splitlines()


def cells(lines: list[str], start: str) -> list[str]:
    (line,) = [line for line in lines if line.strip("│┃ ").startswith(start)]
    return [cell.strip() for cell in line.replace("┃", "│").strip("│").split("│")]


def test_the_table_of_types_has_a_line_for_each_under_its_heading() -> None:
    lines = printed(types_table(summarise(results())))
    heading = cells(lines, "type")
    assert heading == [
        "type",
        "n",
        "unanswerable",
        *(MEASURES[name].label for name in BY_TYPE),
        "median ms",
        "p95 ms",
    ]
    person = dict(zip(heading, cells(lines, "person"), strict=True))
    assert (person["n"], person["R@1"], person["evidence@1"], person["citation precision"]) == (
        "1",
        "0.0",
        "100.0",
        "50.0",
    )
    assert (person["abstention recall"], person["median ms"]) == ("–", "10")
    assert dict(zip(heading, cells(lines, "unanswerable"), strict=True))["abstention recall"] == "50.0"
    assert dict(zip(heading, cells(lines, "all"), strict=True))["n"] == "5"


def test_columns_without_a_figure_are_left_out() -> None:
    unanswerable = [result for result in results() if not result.answerable]
    assert cells(printed(types_table(summarise(unanswerable))), "type") == [
        "type",
        "n",
        "unanswerable",
        "citation precision",
        "abstention recall",
        "median ms",
        "p95 ms",
    ]


def test_the_table_of_figures_has_intervals_and_says_what_each_means() -> None:
    lines = printed(figures_table(summarise(results())[-1], "gold.jsonl"))
    assert any("gold.jsonl" in line for line in lines)
    label, value, interval, n, meaning = cells(lines, "evidence@1")
    assert (label, value, n, meaning) == ("evidence@1", "33.3", "3", MEASURES["evidence1"].meaning)
    low, high = map(float, interval.split("–"))
    assert 0 <= low <= 33.3 <= high <= 100
    assert cells(lines, "ECE")[-1].endswith("(less is better)")


def test_the_table_of_a_comparison_has_differences_with_their_signs() -> None:
    before, after = (Run(Path(name), {}, Settings(), []) for name in ("before", "after"))
    difference = Difference(0.9, 0.8, -0.1, -0.15, 0.02, 0.0312)
    lines = printed(comparison_table(Comparison(before, after, {"em": difference}, [], [])))
    assert any("before → after" in line for line in lines)
    assert cells(lines, "measure") == ["measure", "before", "after", "difference", "95 % interval", "p"]
    assert cells(lines, "EM") == ["EM", "90.0", "80.0", "-10.0", "-15.0 to +2.0", "0.0312"]
