import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.records import Article
from qa.reprints import band_keys, fingerprint, is_reprint, publication_order, reprint_of

CHARACTERS = (
    "海岛灯塔渔船码头学校果园铁路医院书店工人农民学生老师今天昨天修建开放参观学习劳动春秋山水风云雨雪"
)


def text_of(seed: int, length: int = 400) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=length))  # noqa: S311 (text of no meaning)


def alike(one: str, other: str) -> bool:
    """Tell whether two texts are taken for the same, by their bands and by comparison."""
    prints = [fingerprint(Article.from_text(text)) for text in (one, other)]
    found = bool(set(band_keys(prints[0])) & set(band_keys(prints[1])))
    assert is_reprint(*prints) == is_reprint(*prints[::-1])
    return found and is_reprint(*prints)


@pytest.mark.parametrize("seed", range(20))
def test_a_reprint_with_edits_is_found(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    paragraphs = [text_of(seed * 10 + number, 120) for number in range(5)]
    text = "\n".join(paragraphs)
    assert alike(text, text)
    assert alike(text, "，".join(paragraphs)), "punctuation and paragraphs do not matter"
    changed = list(text)
    for place in rng.sample(range(len(text)), 8):
        changed[place] = rng.choice(CHARACTERS)
    assert alike(text, "".join(changed))
    assert alike(text, "\n".join(paragraphs[: seed % 5] + paragraphs[seed % 5 + 1 :]))
    assert not alike(text, text_of(1000 + seed, 600))


def test_width_case_and_script_do_not_matter() -> None:
    text = "海岛医院用ABC方法治好了27名渔民，学习这种方法的医生从县城赶来参观，他们说这里的条件与设备都不错，会再来。"
    other = "海島醫院用ａｂｃ方法治好了２７名漁民，學習這種方法的醫生從縣城趕來參觀，他們說這裏的條件與設備都不錯，會再來。"
    assert alike(text * 2, other * 2)


def test_the_same_notice_of_another_day_has_other_figures() -> None:
    notice = "今日渡轮开行{}班，载客{}人，比昨日多{}人；码头气温{}度，海上风力{}级，能见度{}公里，明日照常开行，请各位乘客提前到码头候船，带好随身物品，照看好老人和孩子。"
    monday, tuesday = notice.format(14, 803, 27, 18, 3, 12), notice.format(16, 951, 148, 21, 4, 9)
    assert alike(monday, monday)
    assert alike(monday, notice.format(14, 803, 27, 18, 3, 15)), "one figure put right"
    assert not alike(monday, tuesday)


def test_short_texts_must_be_the_same_and_the_shortest_are_left_alone() -> None:
    short = "码头今天停工修理，渡轮改在东岸的旧港口上下乘客。"
    assert alike(short, short)
    assert not alike(short, short.replace("东", "西"))
    for nothing in ("本报记者 林海生", "", "。" * 100):
        found = fingerprint(Article.from_text(nothing))
        assert band_keys(found) == []
        assert not is_reprint(found, found)


def test_headlines_do_not_matter() -> None:
    texts = [Article.from_text(text_of(1), headline=headline) for headline in ("灯塔亮了", "海岛新貌")]
    assert is_reprint(*map(fingerprint, texts))


def test_the_keys_are_the_same_in_every_run() -> None:
    """They are stored: other keys would need another format of the Index."""
    keys = band_keys(fingerprint(Article.from_text("码头今天停工修理，渡轮改在东岸的旧港口上下乘客。")))
    assert len(keys) == len(set(keys)) == 24
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert keys[:2] == [6263118705521425246, -2884002562667416406]


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=60))
def test_any_text_has_a_fingerprint(text: str) -> None:
    found = fingerprint(Article.from_text(text * 3))
    assert len(band_keys(found)) in {0, 24}
    assert is_reprint(found, found) == (len(found.shingles) > 0)


def test_a_text_longer_than_a_block_is_hashed_whole() -> None:
    text = text_of(3, 12_000)
    assert alike(text, text[4200:] + text[:4200])


def article_of(
    date: str | None, source: str | None = None, page: str | None = None, file: str = "a"
) -> Article:
    return Article.from_text("灯", source=source, date=date, page=page, file=file)


def test_the_first_publication_leads() -> None:
    ordered = [
        article_of("2025-03-27", "晚报", "9"),
        article_of("2025-03-28", "日报", "2"),
        article_of("2025-03-28", "日报", "10"),
        article_of("2025-03-28", "晚报", "1", "a"),
        article_of("2025-03-28", "晚报", "1", "b"),
        article_of(None, "日报", "1"),
    ]
    for seed in range(5):
        shuffled = random.Random(seed).sample(ordered, len(ordered))  # noqa: S311
        assert sorted(shuffled, key=publication_order) == ordered


def test_the_line_of_a_reprint() -> None:
    article = Article.from_text("灯亮了。", source="晚报", date="2025-03-28", page="3", file="b.txt")
    line = reprint_of(article)
    assert (line.article_id, line.source, line.date, line.page, line.file) == (
        article.article_id, "晚报", "2025-03-28", "3", "b.txt",
    )  # fmt: skip
    assert line.headline == article.title
