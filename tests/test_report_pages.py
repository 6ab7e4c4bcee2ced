"""The pages of a run and of a comparison, read with a parser: what they show, and that texts stay texts."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evaluated import results

from eval.comparison import compare_runs
from eval.comparison_page import comparison_page
from eval.evaluation import Settings
from eval.measures import MEASURES, summarise
from eval.mistakes import KINDS, SHOWN, mark_part, mistake_of, render_mistakes
from eval.report_page import report_page
from eval.results import Quote, Result
from eval.run_folder import Run

HOSTILE = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(1)>"
VOID = {"meta"}
RECORD = {
    "gold": {"file": "/sets/<gold>.jsonl", "questions": 5, "sha256": "9" * 64},
    "index": {"sha256": "5" * 64, "encoder": "multilingual-use-v3", "counts": {"articles": 2}},
    "program": {"wenbao": "0.1.0", "sha256": "7" * 64},
    "environment": {"platform": "Linux", "cores": 2, "python": "3.11", "packages": {"numpy": "2"}},
    "settings": {"gold": "/sets/<gold>.jsonl", "limit": None},
    "started": "2026-01-01T00:00:00+00:00",
    "seconds": 1.2,
}


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def report(made: list[Result]) -> Page:
    return Page(report_page(RECORD, made, summarise(made)))


def runs() -> tuple[Run, Run]:
    better = [replace(r, scores=r.scores | {"evidence1": 1.0}) if r.id == "long" else r for r in results()]
    record = RECORD
    return Run(Path("be<fore"), record, Settings(), results()), Run(Path("after"), record, Settings(), better)


def hostile(result: Result) -> Result:
    """The same result with every text of it hostile."""
    quote = Quote(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    return replace(
        result,
        id=HOSTILE,
        type=HOSTILE,
        question=HOSTILE,
        answers=(HOSTILE,) if result.answers else (),
        headline=HOSTILE,
        evidence=HOSTILE,
        short_answer=HOSTILE if result.answered else None,
        reason=HOSTILE if result.reason else None,
        quotes=(quote,),
    )


def test_the_report_shows_figures_types_charts_mistakes_and_the_run() -> None:
    page = report(results())
    ids = [attributes.get("id") for _, attributes in page.elements]
    for name in ("figures", "types", "confidence", "mistakes", "run"):
        assert name in ids
    assert page.open == []
    for measure in MEASURES.values():
        assert measure.label in page.text
    charts = [a for tag, a in page.elements if tag == "svg" and a.get("class") == "chart"]
    assert len(charts) == 2
    for told in ("灯塔由谁看守？", "船从哪里出港？", "没有找到", "9" * 64, "5" * 64, "7" * 64, "numpy 2"):
        assert (told in page.text) is (told != "灯塔由谁看守？"), told


def test_a_retrieval_report_has_no_charts_of_confidence() -> None:
    searched = [
        replace(r, answered=False, confidence=None, scores={"recall1": 0.0})
        for r in results()
        if r.answerable
    ]
    page = report(searched)
    assert "confidence" not in [attributes.get("id") for _, attributes in page.elements]
    assert KINDS["retrieval"][0] in page.text


@pytest.mark.parametrize("make", [lambda made: report_page(RECORD, made, summarise(made)), render_mistakes])
def test_no_text_becomes_markup(make: object) -> None:
    page = Page(make([hostile(result) for result in results()]))  # type: ignore[operator]
    assert not {tag for tag, _ in page.elements} & {"script", "img"}
    assert HOSTILE in page.text
    assert page.open == []


def test_nothing_is_fetched_or_run() -> None:
    for html in (
        report_page(RECORD, results(), summarise(results())),
        comparison_page(compare_runs(*runs())),
    ):
        page = Page(html)
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "link", "img", "iframe", "object", "form"}
        policies = [
            a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
        assert "url(" not in html
        assert "@import" not in html
        assert all((a.get("href") or "#").startswith("#") for _, a in page.elements)


def test_links_lead_to_the_kinds_of_mistakes() -> None:
    page = report(results())
    ids = {attributes.get("id") for _, attributes in page.elements}
    links = {(a["href"] or "")[1:] for tag, a in page.elements if tag == "a"}
    assert links == {"mistakes-invented", "mistakes-evidence", "mistakes-declined"}
    assert links <= ids


def test_each_question_is_one_kind_of_mistake() -> None:
    assert [mistake_of(result) for result in results()] == [None, "evidence", "declined", None, "invented"]
    who = results()[0]
    assert mistake_of(replace(who, scores=who.scores | {"em": 0.0})) == "span"
    assert mistake_of(replace(who, missing=True)) == "missing"
    assert (
        mistake_of(replace(who, answered=False, confidence=None, scores={"recall1": 0.0}, rank=11))
        == "retrieval"
    )
    assert mistake_of(replace(who, answered=False, confidence=None, scores={"recall1": 0.0}, rank=10)) is None


def test_of_very_many_mistakes_the_rest_is_counted() -> None:
    _, _, where, _, _ = results()
    html = render_mistakes([where] * (SHOWN + 7))
    assert html.count('<article class="question">') == SHOWN
    assert "7 more stand in results.jsonl." in html
    assert render_mistakes([]) == '<p class="meaning">No mistakes.</p>'


def test_the_short_answer_is_marked_in_its_quote() -> None:
    assert mark_part("由<林海生>看守", "<林海生>") == "由<mark>&lt;林海生&gt;</mark>看守"
    assert mark_part("林海生", "林海生") == "林海生"
    assert mark_part("a<b", "") == "a&lt;b"


def test_the_comparison_shows_differences_and_what_was_won_and_lost() -> None:
    page = Page(comparison_page(compare_runs(*runs())))
    assert page.open == []
    assert "be<fore → after" in page.text
    won = page.text.index("Won by after"), page.text.index("看守了多久？"), page.text.index("Lost by after")
    assert won == tuple(sorted(won))
    assert "+33.3" in page.text
