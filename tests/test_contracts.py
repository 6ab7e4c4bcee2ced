"""The shapes that other programs rely on; a key may be added here only together with a version."""

import json
from dataclasses import replace

from qa.contracts import (
    answer_to_json,
    article_to_json,
    citation_to_json,
    count_to_json,
    hit_to_json,
    lookup_to_json,
)
from qa.counting import ArticleCount, Mentions, Scope
from qa.quotes import QuoteLookup, QuoteMatch
from qa.records import Answer, Article, Citation, Continuation, Difference, Hit, Paragraph, Passage, Reprint
from qa.speakers import Speaker

ARTICLE = Article(
    article_id="0123456789abcdef",
    file="某报-20250328-02.txt",
    headline="灯塔重新点亮",
    kicker="海岛",
    subtitle="守灯人回来了",
    byline=("本报记者 林海生",),
    source="某报",
    date="2025-03-28",
    page="2",
    paragraphs=(
        Paragraph("灯塔昨晚重新点亮。", "body", ((10, 14), (16, 21))),
        Paragraph("点亮的灯塔。", "caption", ((30, 36),), credit="于大川 摄"),
    ),
    confidence=0.123456,
)
CITATION = Citation(1, ARTICLE, "0123456789abcdef-0", 0, 9, "灯塔昨晚重新点亮。", 0.987654)
CITATION_KEYS = [
    "number", "article_id", "headline", "byline", "source", "date", "page", "file", "passage_id", "quote",
    "start", "end", "score",
]  # fmt: skip
ANSWER_KEYS = {
    "question", "answered", "text", "short_answer", "confidence", "reason", "citations", "elapsed_ms",
}  # fmt: skip


def test_the_line_of_an_article() -> None:
    line = json.loads(json.dumps(article_to_json(ARTICLE)))
    assert line.pop("dateline") == ""
    assert line == {
        "article_id": "0123456789abcdef",
        "file": "某报-20250328-02.txt",
        "headline": "灯塔重新点亮",
        "kicker": "海岛",
        "subtitle": "守灯人回来了",
        "byline": ["本报记者 林海生"],
        "source": "某报",
        "date": "2025-03-28",
        "page": "2",
        "paragraphs": [
            {"text": "灯塔昨晚重新点亮。", "role": "body", "spans": [[10, 14], [16, 21]]},
            {"text": "点亮的灯塔。", "role": "caption", "spans": [[30, 36]], "credit": "于大川 摄"},
        ],
        "confidence": 0.1235,
        "section": None,
        "reported": None,
        "partial": False,
        "continued": [],
        "reprints": [],
    }


def test_a_continuation_and_a_reprint_in_the_line_of_an_article() -> None:
    article = replace(
        ARTICLE,
        section="海岛",
        reported="2025-03-27",
        partial=True,
        continued=(Continuation("fedcba9876543210", "某报-20250328-04.txt", "4", 0, 2),),
        reprints=(Reprint("aaaabbbbccccdddd", "晚报", "2025-03-29", "1", "b.txt", "灯塔亮了"),),
    )
    line = json.loads(json.dumps(article_to_json(article)))
    assert (line["section"], line["reported"], line["partial"]) == ("海岛", "2025-03-27", True)
    assert line["continued"] == [
        {
            "article_id": "fedcba9876543210",
            "file": "某报-20250328-04.txt",
            "page": "4",
            "paragraph": 0,
            "span": 2,
        }
    ]
    assert line["reprints"] == [
        {
            "article_id": "aaaabbbbccccdddd",
            "source": "晚报",
            "date": "2025-03-29",
            "page": "1",
            "file": "b.txt",
            "headline": "灯塔亮了",
        }
    ]


def test_the_line_of_an_answer() -> None:
    answer = Answer(
        "何时点亮", True, "灯塔昨晚重新点亮。[1]", "昨晚", 0.87654321, None, (CITATION,), elapsed_ms=1.23456
    )
    line = answer_to_json(answer)
    assert line.keys() == ANSWER_KEYS | {"nearest", "interpretation", "statements", "note"}
    assert line["citations"] == [citation_to_json(CITATION)]
    assert (line["answered"], line["short_answer"], line["reason"], line["nearest"]) == (
        True,
        "昨晚",
        None,
        [],
    )
    assert (line["confidence"], line["elapsed_ms"]) == (0.8765, 1.23)


def test_the_line_of_an_abstention_has_the_same_keys() -> None:
    line = answer_to_json(Answer("何时", False, "没有", None, 0.1, "没有", nearest=(CITATION,)))
    assert line.keys() == ANSWER_KEYS | {"nearest", "interpretation", "statements", "note"}
    assert (line["answered"], line["short_answer"], line["reason"], line["citations"]) == (
        False,
        None,
        "没有",
        [],
    )
    assert [near["quote"] for near in line["nearest"]] == ["灯塔昨晚重新点亮。"]


def test_the_id_of_a_batch_question_comes_first_and_only_if_given() -> None:
    answer = Answer("何时", False, "没有", None, 0.1, "没有")
    assert "id" not in answer_to_json(answer)
    for given in ("q1", 0, ""):
        line = answer_to_json(answer, given)
        assert next(iter(line)) == "id"
        assert line["id"] == given


def test_a_citation() -> None:
    line = citation_to_json(CITATION)
    assert list(line) == CITATION_KEYS
    assert line["article_id"] == ARTICLE.article_id
    assert ARTICLE.text[line["start"] : line["end"]] == line["quote"]
    assert line["byline"] == ["本报记者 林海生"]
    assert line["score"] == 0.9877


def test_a_hit() -> None:
    hit = Hit(Passage("0123456789abcdef-0", ARTICLE, 0, 9), 1.23456, {"words": 3.14159, "vectors": 0.5})
    line = hit_to_json(hit, 3)
    assert (line["rank"], line["score"], line["parts"]) == (3, 1.2346, {"words": 3.1416, "vectors": 0.5})
    assert line["text"] == ARTICLE.text[line["start"] : line["end"]] == "灯塔昨晚重新点亮。"
    assert (line["passage_id"], line["article_id"]) == ("0123456789abcdef-0", ARTICLE.article_id)


def test_a_quote_from_a_later_page_names_that_page() -> None:
    article = replace(
        ARTICLE,
        paragraphs=(
            Paragraph("灯塔昨晚亮了。", "body", ((0, 7),)),
            Paragraph("守灯人说，又亮了。", "body", ((8, 13), (5, 9))),
            Paragraph("渔船鸣笛。", "body", ((9, 14),)),
        ),
        continued=(Continuation("fedcba9876543210", "某报-20250328-04.txt", "4", 1, 1),),
    )
    assert article.text == "灯塔昨晚亮了。\n守灯人说，又亮了。\n渔船鸣笛。"
    for start, page in ((0, "2"), (8, "2"), (12, "2"), (13, "4"), (18, "4")):
        line = citation_to_json(replace(CITATION, article=article, start=start))
        assert (line["page"], line["file"]) == (page, f"某报-20250328-0{page}.txt"), start
        hit = hit_to_json(Hit(Passage("p", article, start, start + 1), 1.0, {}), 1)
        assert (hit["page"], hit["file"]) == (page, f"某报-20250328-0{page}.txt"), start


def test_a_continuation_of_nothing_but_its_mark_has_no_characters() -> None:
    article = replace(ARTICLE, continued=(Continuation("f", "b.txt", "4", len(ARTICLE.paragraphs), 0),))
    assert article.printed_at(len(article.text)) == (ARTICLE.file, "2")


def test_the_line_of_a_quote_looked_up() -> None:
    difference = Difference("replace", 2, 4, "昨晚", "今晚")
    speaker = Speaker("林海生", "守灯人", 0, 3)
    match = QuoteMatch(ARTICLE, "0123456789abcdef-0", 0, 9, 0.87654, (difference,), (), speaker)
    line = json.loads(json.dumps(lookup_to_json(QuoteLookup("灯塔今晚重新点亮。", "near", (match,)))))
    assert line == {
        "quote": "灯塔今晚重新点亮。",
        "kind": "near",
        "matches": [
            {
                "article_id": "0123456789abcdef",
                "headline": "灯塔重新点亮",
                "byline": ["本报记者 林海生"],
                "source": "某报",
                "date": "2025-03-28",
                "page": "2",
                "file": "某报-20250328-02.txt",
                "passage_id": "0123456789abcdef-0",
                "text": "灯塔昨晚重新点亮。",
                "start": 0,
                "end": 9,
                "similarity": 0.8765,
                "differences": [
                    {"operation": "replace", "start": 2, "end": 4, "printed": "昨晚", "quoted": "今晚"}
                ],
                "apart_from": [],
                "speaker": {"name": "林海生", "title": "守灯人", "start": 0, "end": 3},
                "reprints": [],
            }
        ],
    }
    cited = replace(CITATION, differences=(difference,))
    assert citation_to_json(cited) == citation_to_json(CITATION) | {
        "differences": line["matches"][0]["differences"]
    }


def test_the_line_of_a_count() -> None:
    asked = Mentions(("灯塔",), scope=Scope(("某报",), "2025-03-01", "2025-03-31", sections=("要闻",)))
    line = json.loads(json.dumps(count_to_json(ArticleCount(asked, 3, 4, 1, 2, (CITATION,)))))
    assert line.pop("articles") == [citation_to_json(CITATION) | {"reprints": []}]
    assert line == {
        "phrases": ["灯塔"],
        "any_of": False,
        "source": "某报",
        "section": "要闻",
        "date_from": "2025-03-01",
        "date_to": "2025-03-31",
        "total": 3,
        "printings": 4,
        "undated": 1,
        "elsewhere": 2,
    }
