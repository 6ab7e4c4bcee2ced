import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.continuations import Marks, find_continuations, join_halves, marks_of
from qa.records import Article, Continuation, Paragraph

LAMP = (
    "岛上的灯塔熄了三年，今年春天守灯人林海生带着两名学徒把它修好。他们换了灯泡，刷了白墙，又把旋梯上锈坏的"
)
LAMP_REST = "台阶一级一级补上。守灯人说，灯塔亮起来的那个晚上，渔船都鸣了笛。"
SHIP = "新造的渡轮下水，每天往返海岛与县城四趟。船长于大川介绍，渡轮能载三百名乘客。"
SHIP_REST = "渡轮的票价和原来一样，船长说老人和学生乘坐渡轮还能便宜一半。"


def article_of(text: str, page: str | None, headline: str = "", **known: object) -> Article:
    article = Article.from_text(
        text, headline=headline, page=page, file=f"报-20250328-{page}.txt", date="2025-03-28"
    )
    return replace(article, **known)  # type: ignore[arg-type]


def follows(*articles: Article) -> list[tuple[Article, Article]]:
    found = find_continuations(articles)
    by_id = {article.article_id: article for article in articles}
    return [(by_id[first], by_id[rest]) for first, rest in found.items()]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("灯亮了。（下转第四版）", Marks("4", None)),
        ("灯亮了。\n(下转第 4 版)", Marks("4", None)),
        ("灯亮了。▶下转A04版", Marks("A04", None)),
        ("灯亮了。【下转12版】", Marks("12", None)),
        ("（上接第一版）灯亮了。", Marks(None, "1")),
        ("（紧接第一版）\n灯亮了。", Marks(None, "1")),
        ("（上接第一版《灯塔亮了》）又灭了。（下转第十一版）", Marks("11", "1")),
        ("这条消息（下转第四版）印在中间。", Marks()),
        ("紧接着，灯亮了。上接第一版的说法不对", Marks()),
        ("", Marks()),
    ],
)
def test_marks_at_the_ends_of_an_article(text: str, marks: Marks) -> None:
    assert marks_of(article_of(text, "1")) == marks
    assert bool(marks) == any((marks.onto, marks.begun))


def test_a_mark_among_the_headlines_and_captions_between() -> None:
    assert marks_of(article_of("灯亮了。", "4", headline="（上接第一版）")) == Marks(None, "1")
    caption = Paragraph("图为灯塔。（下转第九版）", "caption")
    article = article_of("灯亮了。（下转第四版）", "1")
    assert marks_of(replace(article, paragraphs=(*article.paragraphs, caption))) == Marks("4", None)


def test_halves_that_name_each_other_are_matched_by_their_words() -> None:
    firsts = [article_of(f"{text}（下转第四版）", "1") for text in (LAMP, SHIP)]
    rests = [article_of(f"（上接第一版）{text}", "4") for text in (LAMP_REST, SHIP_REST)]
    expected = list(zip(firsts, rests, strict=True))
    for seed in range(6):
        shuffled = random.Random(seed).sample([*firsts, *rests], 4)  # noqa: S311 (an order, no secret)
        assert sorted(follows(*shuffled), key=str) == sorted(expected, key=str)


def test_one_mark_needs_common_words_or_a_common_headline() -> None:
    first = article_of(f"{LAMP}（下转第四版）", "1", headline="灯塔亮了")
    other = article_of(SHIP_REST, "4")
    assert follows(first, other) == []
    assert follows(first, replace(other, headline="灯塔亮了")) == [
        (first, replace(other, headline="灯塔亮了"))
    ]
    rest = article_of("守灯人林海生说，灯塔修好那晚，岛上的渔船都鸣了笛。", "4")
    assert follows(first, rest, other) == [(first, rest)]
    assert follows(first, replace(rest, byline=("本报记者 林海生",))) == [], "it begins here"
    unmarked = article_of(LAMP, "1")
    marked = article_of("（上接第一版）守灯人林海生说，灯塔修好那晚，岛上的渔船都鸣了笛。", "4")
    assert follows(unmarked, marked) == [(unmarked, marked)]


def test_pages_must_agree() -> None:
    first = article_of(f"{LAMP}（下转第四版）", "1")
    rest = article_of(f"（上接第一版）{LAMP_REST}", "4")
    assert follows(first, replace(rest, page="5")) == []
    assert follows(replace(first, page="2"), rest) == []
    assert follows(first, replace(rest, page=None)) == []
    lettered = article_of(f"{LAMP}（下转A4版）", "A01"), article_of(f"（上接A1版）{LAMP_REST}", "A04")
    assert follows(*lettered) == [lettered]


def test_a_chain_over_three_pages_and_never_a_ring() -> None:
    one = article_of(f"{LAMP}（下转第二版）", "1")
    two = article_of(f"（上接第一版）{LAMP_REST}（下转第三版）", "2")
    three = article_of("（上接第二版）灯塔的故事还在继续。", "3")
    assert follows(three, one, two) == [(one, two), (two, three)] or set(follows(three, one, two)) == {
        (one, two),
        (two, three),
    }
    ring = (
        article_of("（上接第二版）灯塔（下转第二版）", "1"),
        article_of("（上接第一版）灯塔（下转第一版）", "2"),
    )
    assert len(follows(*ring)) == 1


def test_a_torn_sentence_is_made_whole_and_the_marks_are_gone() -> None:
    first = article_of(f"开头。\n{LAMP}（下转第四版）", "1", headline="灯塔亮了")
    rest = article_of(f"（上接第一版）{LAMP_REST}\n结尾。", "4", byline=("本报记者 林海生",))
    joined = join_halves([first, rest])
    assert joined.text == f"开头。\n{LAMP}{LAMP_REST}\n结尾。"
    assert (joined.article_id, joined.headline, joined.byline) == (first.article_id, "灯塔亮了", rest.byline)
    assert joined.continued == (Continuation(rest.article_id, rest.file, "4", 1, 1),)
    assert not joined.partial
    assert join_halves([first]).partial
    assert join_halves([rest]).partial


def test_a_whole_sentence_keeps_its_paragraph_and_captions_their_place() -> None:
    caption = Paragraph("图为灯塔。", "caption", ((90, 95),))
    first = article_of("灯亮了。\n（下转第四版）", "1")
    first = replace(first, paragraphs=(*first.paragraphs, caption))
    joined = join_halves([first, article_of("（上接第一版）又灭了。（下转第五版）", "4")])
    assert [p.text for p in joined.paragraphs] == ["灯亮了。", "图为灯塔。", "又灭了。（下转第五版）"]
    assert (joined.continued[0].paragraph, joined.continued[0].span) == (2, 0)
    assert joined.partial, "page 5 is not there"


def test_an_article_without_marks_stays_as_it_is() -> None:
    article = article_of(LAMP, "1")
    assert join_halves([article]) == article


texts = st.lists(st.text("灯塔渔船。，", min_size=1, max_size=12), min_size=1, max_size=3)


@given(texts, texts, st.integers(1, 6))
def test_spans_still_point_at_the_characters_of_their_files(
    upper: list[str], lower: list[str], width: int
) -> None:
    """Each paragraph is printed in lines of some width; marks are broken over lines too."""
    raws, halves = [], []
    for page, printed in (
        ("1", [*upper[:-1], upper[-1] + "（下转第四版）"]),
        ("4", ["（上接第一版）" + lower[0], *lower[1:]]),
    ):
        raw, paragraphs = "", []
        for text in printed:
            spans = []
            for start in range(0, len(text), width):
                line = text[start : start + width]
                spans.append((len(raw) + 2, len(raw) + 2 + len(line)))
                raw += f"　　{line}\n"
            paragraphs.append(Paragraph(text, "body", tuple(spans)))
        raws.append(raw)
        halves.append(Article(page, f"{page}.txt", "", tuple(paragraphs), page=page))
    joined = join_halves(halves)
    (border,) = joined.continued
    assert joined.text.replace("\n", "") == "".join(upper + lower)
    for number, paragraph in enumerate(joined.paragraphs):
        read = [
            raws[(number, place) >= (border.paragraph, border.span)][start:end]
            for place, (start, end) in enumerate(paragraph.spans)
        ]
        assert "".join(read) == paragraph.text
