"""An Article as it is stored, and read again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.records import Article, Continuation, Paragraph, Reprint
from qa.storage import article_from_record, article_to_record

ARTICLE = Article(
    article_id="0123456789abcdef",
    file="海岛日报-20250328-01.txt",
    headline="灯塔",
    paragraphs=(Paragraph("点亮的灯塔。", "caption", ((3, 6), (8, 11)), "于大川 摄"),),
    byline=("本报记者 林海生",),
    date="2025-03-28",
    continued=(Continuation("fedcba9876543210", "海岛日报-20250328-02.txt", "2", 1, 0),),
)


def test_an_article_is_what_it_was() -> None:
    assert article_from_record(article_to_record(ARTICLE)) == ARTICLE


def test_reprints_are_not_read() -> None:
    reprinted = replace(ARTICLE, reprints=(Reprint("a", None, None, None, "", "灯塔"),))
    assert article_from_record(article_to_record(reprinted)) == ARTICLE


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text(text: str) -> None:
    article = Article.from_text(text, headline=text)
    assert article_from_record(article_to_record(article)) == article
