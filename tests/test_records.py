from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.records import Answer, Article, Citation, Paragraph, Passage

raw_texts = st.text(max_size=200) | st.text(alphabet="灯塔。\n\r \u3000\u2028a", max_size=60)


@given(raw_texts)
def test_an_article_of_text_keeps_its_offsets(raw: str) -> None:
    article = Article.from_text(raw, headline="守灯人")
    assert article.text == "\n".join(line.strip() for line in raw.splitlines() if line.strip())
    for paragraph, (start, end) in zip(article.paragraphs, article.paragraph_offsets, strict=True):
        assert paragraph.role == "body"
        assert article.text[start:end] == paragraph.text == paragraph.text.strip() != ""
        assert [raw[a:b] for a, b in paragraph.spans] == [paragraph.text]
    starts = [paragraph.spans[0][0] for paragraph in article.paragraphs]
    assert starts == sorted(set(starts))


@given(
    st.lists(
        st.builds(Paragraph, text=st.text(max_size=8), credit=st.text(max_size=4), role=st.just("caption"))
    )
)
def test_paragraph_offsets_hold_a_caption_with_its_credit(paragraphs: list[Paragraph]) -> None:
    article = Article("a", "", "", tuple(paragraphs))
    for paragraph, (start, end) in zip(paragraphs, article.paragraph_offsets, strict=True):
        assert article.text[start:end] == "\n".join(filter(None, (paragraph.text, paragraph.credit)))


def test_the_id_is_that_of_the_content() -> None:
    article = Article.from_text("守灯人每晚点灯。", headline="灯塔", file="a.txt")
    assert (
        article.article_id
        == Article.from_text("  守灯人每晚点灯。\n", headline="灯塔", file="a.txt").article_id
    )
    others = [
        Article.from_text("守灯人每晚点灯。", headline="灯塔", file="b.txt"),
        Article.from_text("守灯人每晚点灯。", headline="海岛", file="a.txt"),
        Article.from_text("守灯人每晚点灯", headline="灯塔", file="a.txt"),
        Article.from_text("守灯人每晚点灯。", kicker="灯塔", file="a.txt"),
    ]
    assert len({article.article_id, *(other.article_id for other in others)}) == 5
    assert len(article.article_id) == 16
    assert int(article.article_id, 16) >= 0


def test_the_title_falls_back_to_the_text() -> None:
    assert Article.from_text("正文", headline="题", kicker="引").title == "题"
    assert Article.from_text("正文", kicker="引").title == "引"
    assert Article.from_text("灯" * 40).title == "灯" * 24 + "…"


def test_records_do_not_change() -> None:
    article = Article.from_text("守灯人")
    passage = Passage("p", article, 1, 3)
    citation = Citation(1, article, "p", 0, 1, "守", 0.5)
    assert passage.text == "灯人"
    assert citation.article_id == article.article_id
    for record, name in (
        (article, "headline"),
        (passage, "start"),
        (citation, "quote"),
        (article.paragraphs[0], "text"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, "x")


def test_answers_are_equal_whatever_the_time_they_took() -> None:
    first = Answer(
        "问", answered=False, text="无", short_answer=None, confidence=0.0, reason="无", elapsed_ms=1.0
    )
    second = Answer(
        "问", answered=False, text="无", short_answer=None, confidence=0.0, reason="无", elapsed_ms=2.0
    )
    assert first == second
