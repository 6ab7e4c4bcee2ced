"""Who says a quote: before the mark, behind it, without marks, or not told."""

import pytest

from qa.records import Article
from qa.speakers import find_saying, find_speaker


def speaker_of(text: str, quote: str) -> tuple[str, str] | None:
    article = Article.from_text(text)
    start = article.text.index(quote)
    found = find_speaker(article, start, start + len(quote))
    if found is None:
        return None
    assert "".join(article.text[found.start : found.end].split()) == found.name
    return found.title, found.name


QUOTE = "灯塔停了三年，大家都盼着它亮"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"海岛县县长陈建国说：“{QUOTE}。”", ("海岛县县长", "陈建国")),
        (f"陈建国在接受采访时表示，“{QUOTE}。”", ("", "陈建国")),
        (f"“{QUOTE}。”海岛县文化局局长陈建国介绍。", ("海岛县文化局局长", "陈建国")),
        (f"“{QUOTE}。”陈建国告诉记者，“明天还要再亮一次。”", ("", "陈建国")),
        (f"据陈建国介绍，{QUOTE}。", ("", "陈建国")),
        (f"{QUOTE}，陈建国说。", ("", "陈建国")),
        (f"陈建国对李明说：“{QUOTE}。”", ("", "陈建国")),
        (f"陳建國說：「{QUOTE}。」", ("", "陳建國")),
        (f"陈建国来到码头。他说：“{QUOTE}。”", ("", "陈建国")),
        (f"陈建国说：“今天天气好”，“{QUOTE}。”", ("", "陈建国")),
        (f"“{QUOTE}。”当地村民说。", ("", "当地村民")),
        (f"国家统计局表示，“{QUOTE}。”", ("", "国家统计局")),
    ],
)
def test_speech(text: str, told: tuple[str, str]) -> None:
    assert speaker_of(text, QUOTE) == told


@pytest.mark.parametrize(
    "text",
    [
        f"{QUOTE}。",
        f"开展“{QUOTE}”主题活动。",
        f"陈建国说：“先修灯。”{QUOTE}。",
        f"“先修灯。”陈建国说。“{QUOTE}。”",
        f"他们说：“{QUOTE}。”",
        f"据介绍，{QUOTE}。",
    ],
)
def test_not_told(text: str) -> None:
    assert speaker_of(text, QUOTE) is None


@pytest.mark.parametrize(
    ("text", "saying", "verb"),
    [
        (f"县长陈建国说：“{QUOTE}。”", "县长陈建国说：", "说"),
        (f"“{QUOTE}。”陈建国告诉记者。", "陈建国告诉记者", "告诉记者"),
        (f"据陈建国介绍，{QUOTE}。", "据陈建国介绍，", "介绍"),
        (f"{QUOTE}，陈建国表示。", "，陈建国表示。", "表示"),
    ],
)
def test_the_words_of_speech(text: str, saying: str, verb: str) -> None:
    article = Article.from_text(text)
    start = article.text.index(QUOTE)
    found = find_saying(article, start, start + len(QUOTE))
    assert found is not None
    assert (article.text[found.start : found.end], found.verb) == (saying, verb)


def test_a_quote_with_the_words_of_speech_in_it() -> None:
    assert speaker_of(f"县长陈建国说：“{QUOTE}。”", f"县长陈建国说：“{QUOTE}。”") == ("县长", "陈建国")
