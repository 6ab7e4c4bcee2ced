"""What an Index shows depends on its Articles, and not on the order in which they came."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.universal import UniversalSentenceEncoder
from qa import Assistant
from qa.building import index_paths
from qa.database import Change, Database
from qa.linking import plan_change, with_continuations
from qa.passages import cut_passages
from qa.records import Article

CHARACTERS = (
    "海岛灯塔渔船码头学校果园铁路医院书店工人农民学生老师今天昨天修建开放参观学习劳动春秋山水风云雨雪"
)


def text_of(seed: int, length: int = 150) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=length))  # noqa: S311 (text of no meaning)


def article_of(text: str, source: str, day: int, page: int = 1) -> Article:
    date = f"2025-03-{day:02d}"
    file = f"{source}-{date}-{page}.txt"
    return Article.from_text(text, headline=text[:6], source=source, date=date, page=str(page), file=file)


STORY = text_of(1)
FIRST = article_of(STORY + "。", "日报", 1)
SECOND = article_of(STORY[:70] + "又" + STORY[71:] + "。", "晚报", 2)
THIRD = article_of(STORY[:100] + "。", "早报", 3)
OTHER = article_of(text_of(2) + "。", "日报", 1, 2)
UPPER = article_of(text_of(3) + "（下转第四版）", "日报", 1)
LOWER = article_of(f"（上接第一版）{text_of(3)[:50]}{text_of(4)}。", "日报", 1, 4)
REPRINT = article_of(f"{text_of(3)}{text_of(3)[:50]}{text_of(4)}。", "晚报", 2, 7)
ALL = [FIRST, SECOND, THIRD, OTHER, UPPER, LOWER, REPRINT]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "records.sqlite", writable=True)
    yield opened
    opened.close()


def change(database: Database, added: Sequence[Article] = (), removed: Iterable[Article] = ()) -> Change:
    """Plan and write a change, with the passages of what it shows."""
    planned = plan_change(database, added, [article.article_id for article in removed])
    database.apply(planned)
    for article in planned.shown:
        for passage in cut_passages(article):
            database.put_passage(passage, passage.text)
    check(database)
    return planned


def check(database: Database) -> None:
    """Passages are those of the Articles shown, and only of these, as they are now."""
    shown = database.article_ids()
    for name in shown:
        article = database.article(name)
        assert [p.text for _, p in database.passages_of(name)] == [p.text for p in cut_passages(article)]
    assert database.counts()["passages"] == sum(len(cut_passages(database.article(n))) for n in shown)


def state(database: Database) -> dict[str, Article]:
    return {name: database.article(name) for name in database.article_ids()}


def leaders(database: Database) -> dict[str, list[str]]:
    return {name: [r.article_id for r in article.reprints] for name, article in state(database).items()}


def ids(*articles: Article) -> list[str]:
    return [article.article_id for article in articles]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_articles_does_not_matter(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    shuffled = rng.sample(ALL, len(ALL))
    database = Database(tmp_path / "records.sqlite", writable=True)
    while shuffled:
        group = [shuffled.pop() for _ in range(min(len(shuffled), rng.randrange(1, 4)))]
        change(database, group)
    assert leaders(database) == {
        FIRST.article_id: ids(SECOND, THIRD),
        OTHER.article_id: [],
        UPPER.article_id: ids(REPRINT),
    }
    joined = database.article(UPPER.article_id)
    assert joined.text == text_of(3) + text_of(3)[:50] + text_of(4) + "。"
    assert [part.article_id for part in joined.continued] == ids(LOWER)
    assert not joined.partial
    assert database.article(LOWER.article_id).partial, "a half by itself"
    database.close()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(range(len(ALL))), max_size=4)), max_size=6))
def test_what_came_and_went_leaves_no_trace(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, set[int]]]
) -> None:
    """After any steps the Index shows what one made of the same Articles at once shows."""
    folder = tmp_path_factory.mktemp("records")
    stepwise, at_once = (Database(folder / name, writable=True) for name in ("steps", "once"))
    present: set[int] = set()
    for adding, numbers in steps:
        group = [ALL[number] for number in sorted(numbers)]
        change(stepwise, group if adding else [], group)
        present = present | numbers if adding else present - numbers
    change(at_once, [ALL[number] for number in sorted(present)])
    assert state(stepwise) == state(at_once)
    stepwise.close()
    at_once.close()


def test_a_reprint_that_comes_later_has_no_passages_and_changes_none(database: Database) -> None:
    change(database, [FIRST, OTHER])
    before = dict(database.passages_of(FIRST.article_id))
    planned = change(database, [SECOND])
    assert list(planned.shown) == []
    assert list(database.passages_of(SECOND.article_id)) == []
    assert dict(database.passages_of(FIRST.article_id)).keys() == before.keys(), "the same numbers"
    (line,) = database.article(FIRST.article_id).reprints
    assert (line.source, line.date, line.headline) == ("晚报", "2025-03-02", SECOND.headline)
    assert database.article(SECOND.article_id) == SECOND
    assert database.counts()["articles"] == 2


def test_an_earlier_publication_takes_the_lead(database: Database) -> None:
    change(database, [SECOND, THIRD])
    assert leaders(database) == {SECOND.article_id: ids(THIRD)}
    planned = change(database, [FIRST])
    assert ids(*planned.shown) == ids(FIRST)
    assert leaders(database) == {FIRST.article_id: ids(SECOND, THIRD)}


def test_the_next_takes_the_place_of_a_leader_removed(database: Database) -> None:
    change(database, [FIRST, SECOND, THIRD])
    planned = change(database, removed=[FIRST])
    assert ids(*planned.shown) == ids(SECOND)
    assert leaders(database) == {SECOND.article_id: ids(THIRD)}
    change(database, removed=[SECOND, THIRD])
    assert state(database) == {}


def test_articles_put_again_as_they_are_change_nothing(database: Database) -> None:
    change(database, ALL)
    before = state(database)
    change(database, ALL, ALL)
    assert state(database) == before


def test_two_groups_become_one_by_an_article_between_and_fall_apart_without_it(database: Database) -> None:
    text = text_of(5, 300)
    left, middle, right = text[:200], text[:280], text[100:]
    parts = [article_of(t + "。", "日报", day) for day, t in enumerate((left, middle, right), 1)]
    change(database, [parts[0], parts[2]])
    assert len(state(database)) == 2
    change(database, [parts[1]])
    assert leaders(database) == {parts[0].article_id: ids(parts[1], parts[2])}
    change(database, removed=[parts[1]])
    assert leaders(database) == {parts[0].article_id: [], parts[2].article_id: []}


def test_a_half_that_changes_changes_the_whole(database: Database) -> None:
    change(database, [UPPER, LOWER])
    edited = replace(LOWER, paragraphs=Article.from_text(LOWER.text.replace("。", "！")).paragraphs)
    change(database, [edited], [LOWER])
    assert state(database)[UPPER.article_id].text.endswith("！")
    change(database, removed=[UPPER])
    assert list(state(database)) == ids(edited)
    assert database.article(edited.article_id).partial


def test_halves_of_other_issues_are_left_apart(database: Database) -> None:
    change(database, [UPPER, replace(LOWER, date="2025-03-02")])
    assert len(state(database)) == 2
    assert all(article.partial for article in state(database).values())
    undated = [replace(half, date=None, article_id=f"{half.page}") for half in (UPPER, LOWER)]
    change(database, undated)
    assert all(article.partial and not article.continued for article in state(database).values())


def test_removing_an_article_names_its_parts_too(database: Database) -> None:
    change(database, [UPPER, LOWER, FIRST, SECOND])
    assert with_continuations(database, ids(UPPER)) == ids(UPPER, LOWER)
    assert with_continuations(database, ids(FIRST)) == ids(FIRST), "not its reprints"
    assert with_continuations(database, ["nobody"]) == ["nobody"]


PAGES = {
    "日报-20250328-01.txt": "岛上灯塔重新点亮\n\n　　岛上的灯塔熄了三年，今年春天守灯人林海生带着两名学徒把它修好。他们换了灯泡，刷了白墙，"
    "又把旋梯上锈坏的（下转第四版）\n",
    "日报-20250328-04.txt": "岛上灯塔重新点亮\n\n（上接第一版）台阶一级一级补上。守灯人说，灯塔亮起来的那个晚上，渔船都鸣了笛。\n\n"
    "　　到了夏天，来海岛看灯塔的游客比往年多了两成，小店的生意也好了。\n",
    "晚报-20250329-02.txt": "灯塔亮了渔船鸣笛\n\n　　岛上的灯塔熄了三年，今年春天守灯人林海生带着两名学徒把它修好。他们换了灯泡，刷了白墙，"
    "又把旋梯上锈坏的台阶一级一级补上。守灯人说，灯塔亮起来的那个晚上，渔船都鸣了笛。\n\n"
    "　　到了夏天，来海岛看灯塔的游客比往年多了两成，小店生意也好了。\n",
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_pages_of_two_newspapers_become_one_article(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    index = tmp_path / "index"
    index_paths(index, [pages / "晚报-20250329-02.txt"], encoder)
    index_paths(index, [pages / "日报-20250328-04.txt"], encoder)
    index_paths(index, [pages], encoder)
    again = index_paths(index, [pages], encoder)
    assert (again.files, again.unchanged, again.passages, again.embedded) == (3, 3, 0, 0)
    with Assistant.open(index) as assistant:
        (article,) = assistant.articles()
        assert (article.source, article.date, article.page) == ("日报", "2025-03-28", "1")
        assert "旋梯上锈坏的台阶一级一级补上" in article.text
        assert [part.page for part in article.continued] == ["4"]
        assert [(r.source, r.date, r.headline) for r in article.reprints] == [
            ("晚报", "2025-03-29", "灯塔亮了渔船鸣笛")
        ]
        hits = assistant.search("旋梯上锈坏的台阶")
        assert {hit.passage.article.article_id for hit in hits} == {article.article_id}
        assert assistant.remove([article.article_id, "nobody"]) == 1
        (next_one,) = assistant.articles()
        assert (next_one.source, next_one.reprints) == ("晚报", ())
        assert assistant.search("旋梯上锈坏的台阶")[0].passage.article == next_one


def test_a_changed_sidecar_is_read_and_a_new_source_embeds_nothing(
    tmp_path: Path, pages: Path, encoder: UniversalSentenceEncoder
) -> None:
    index = tmp_path / "index"
    index_paths(index, [pages], encoder)
    (pages / "wenbao.toml").write_text('source = "海岛报业"\n', encoding="utf-8")
    summary = index_paths(index, [pages], encoder)
    assert (summary.unchanged, summary.embedded) == (0, 0)
    with Assistant.open(index) as assistant:
        (article,) = assistant.articles()
        assert article.source == article.reprints[0].source == "海岛报业"
        assert len(assistant.search("灯塔", source="海岛报业")) == len(assistant.search("灯塔")) > 0
        assert assistant.search("灯塔", source="日报") == []
