import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.tagging import tag


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40) | st.text(alphabet="江西省綜治中心３月2日AI \u3000\n\t，。", max_size=40))
def test_tokens_tile_the_text(text: str) -> None:
    tokens = tag(text)
    assert "".join(token.word for token in tokens) == text
    position = 0
    for token in tokens:
        assert (token.start, text[token.start : token.end]) == (position, token.word)
        assert token.word
        position = token.end
    assert position == len(text)


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("记者王小明在北京采访了林海生。", "北京", "LOC"),
        ("记者王小明在北京采访了林海生。", "林海生", "PER"),
        ("会议于2025年3月28日召开。", "2025年3月28日", "TIME"),
        ("国家统计局公布了数据。", "国家统计局", "ORG"),
        ("他在臺灣長大。", "臺灣", "LOC"),
    ],
)
def test_names_places_and_times(text: str, word: str, label: str) -> None:
    assert (word, label) in [(token.word, token.label) for token in tag(text)]


def test_texts_are_remembered() -> None:
    assert tag("灯塔昨晚点亮。") is tag("灯塔昨晚点亮。")
