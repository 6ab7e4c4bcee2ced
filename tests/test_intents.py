"""What is asked of the archive itself, and what only looks like it."""

from collections.abc import Iterator

import pytest

from qa import Article, Assistant
from qa.catalogue import Catalogue
from qa.intents import read_count, read_lookup


@pytest.fixture(scope="module")
def catalogue() -> Iterator[Catalogue]:
    papers = [
        Article.from_text("灯塔点亮。", source="海岛日报", date="2025-11-20"),
        Article.from_text("码头停工。", source="山城晚报", date="2025-03-28"),
    ]
    with Assistant.from_articles(papers) as assistant, assistant._serving.reading() as snapshot:
        yield snapshot.catalogue


@pytest.mark.parametrize(
    ("question", "goal", "phrases"),
    [
        ("2025年3月有多少篇报道提到综治中心", "number", ("综治中心",)),
        ("请问有几篇文章提到过“灯会”和“花灯”？", "number", ("灯会", "花灯")),
        ("提到灯塔的报道一共有多少篇", "number", ("灯塔",)),
        ("有多少篇报道提到“法院和检察院”", "number", ("法院和检察院",)),
        ("有多少篇报道提到法院和检察院", "number", ("法院", "检察院")),
        ("提到灯塔的有几篇", "number", ("灯塔",)),
        ("有多少篇关于灯塔的报道", "number", ("灯塔",)),
        ("灯塔被多少篇报道提到过", "number", ("灯塔",)),
        ("2025年3月灯塔在多少篇报道中出现过", "number", ("灯塔",)),
        ("有多少篇报道提到2024年", "number", ("2024年",)),
        ("請問有多少篇報導提到燈塔？", "number", ("燈塔",)),
        ("哪些报道提到了法治副校长", "list", ("法治副校长",)),
        ("有哪些关于灯塔的报道", "list", ("灯塔",)),
        ("列出所有提到灯塔的报道", "list", ("灯塔",)),
        ("今年有没有报道提到灯塔", "exists", ("灯塔",)),
        ("有没有提到灯塔的报道？", "exists", ("灯塔",)),
        ("有报道提到过火星吗？", "exists", ("火星",)),
        ("最早提到灯塔的报道是哪篇", "earliest", ("灯塔",)),
        ("最近一次提到灯塔是什么时候", "latest", ("灯塔",)),
        ("海岛日报2025年3月28日第4版有多少篇文章？", "number", ()),
        ("档案里一共有多少篇报道", "number", ()),
        ("哪些文章提到呼和浩特和平路", "list", ("呼和浩特和平路",)),
    ],
)
def test_counts(catalogue: Catalogue, question: str, goal: str, phrases: tuple[str, ...]) -> None:
    intent = read_count(question, catalogue)
    assert intent is not None
    assert (intent.goal, intent.mentions.phrases, intent.mentions.any_of) == (goal, phrases, False)
    assert intent.asks_when == ("什么时候" in question)


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("有多少篇报道提到灯塔", {}),
        (
            "2025年3月有多少篇报道提到灯塔",
            {"first": "2025-03-01", "last": "2025-03-31", "words": "2025年3月"},
        ),
        ("提到灯塔的报道在2024年有几篇", {"first": "2024-01-01", "last": "2024-12-31", "words": "2024年"}),
        ("《海岛日报》有几篇报道提到灯塔", {"sources": ("海岛日报",)}),
        ("人民日报有多少篇报道提到灯塔", {"sources": ("人民日报",)}),
        ("山城晚报第四版有多少篇报道提到灯塔", {"sources": ("山城晚报",), "page": "4"}),
        ("头版有多少篇报道提到灯塔", {"page": "1"}),
        ("要闻版有多少篇报道提到灯塔", {"sections": ("要闻",)}),
        (
            "今年有多少篇报道提到灯塔",
            {"first": "2025-01-01", "last": "2025-12-31", "words": "今年", "reference": "2025-11-20"},
        ),
    ],
)
def test_scopes(catalogue: Catalogue, question: str, scope: dict[str, object]) -> None:
    intent = read_count(question, catalogue)
    assert intent is not None
    told = {name: getattr(intent.mentions.scope, name) for name in intent.mentions.scope.__slots__}
    assert {name: value for name, value in told.items() if value} == scope


def test_any_of(catalogue: Catalogue) -> None:
    intent = read_count("有多少篇报道提到地铁或者公交", catalogue)
    assert intent is not None
    assert (intent.mentions.phrases, intent.mentions.any_of) == (("地铁", "公交"), True)


@pytest.mark.parametrize(
    "question",
    [
        "综治中心化解了多少件纠纷",
        "他发表了多少篇论文",
        "他发表了多少篇文章",
        "这家报社去年发表了多少篇报道",
        "记者林海生写了多少篇报道",
        "媒体发表了多少篇报道批评此事",
        "他的哪些文章提到了故乡",
        "报告提到了多少个问题",
        "这份报告有多少篇",
        "哪些报道被认为是错误的",
        "他的讲话被多少篇报道引用",
        "国外有多少篇报道提到中国",
        "教育部收到了几条消息",
        "群里有多少条消息提到他",
        "两会期间刊发了多少篇",
        "2025年13月有多少篇报道提到灯塔",
        "提到",
        "",
    ],
)
def test_what_only_looks_like_a_count(catalogue: Catalogue, question: str) -> None:
    assert read_count(question, catalogue) is None


QUOTE = "灯塔停用了三年，修理花了38.1万元"


@pytest.mark.parametrize(
    ("question", "quote", "goal"),
    [
        (f"“{QUOTE}”这句话是谁说的？", QUOTE, "who"),
        (f"「{QUOTE}」這句話是誰說的", QUOTE, "who"),
        (f"“{QUOTE}”是谁说的", QUOTE, "who"),
        (f"谁说过“{QUOTE}”？", QUOTE, "who"),
        (f"这句话是谁说的：{QUOTE}", QUOTE, "who"),
        (f"{QUOTE}，这句话出自哪篇？", QUOTE, "where"),
        (f"“{QUOTE}”这段话出自何处", QUOTE, "where"),
        (f"“{QUOTE}”的出处", QUOTE, "where"),
        (f"有没有这句话：{QUOTE}", QUOTE, "where"),
        (f"查一下这句话：{QUOTE}", QUOTE, "where"),
        (f"{QUOTE}，档案里有没有？", QUOTE, "where"),
        (f"“{QUOTE}。”", f"{QUOTE}。", "where"),
        (f"{QUOTE}。", f"{QUOTE}。", "where"),
    ],
)
def test_lookups(question: str, quote: str, goal: str) -> None:
    intent = read_lookup(question)
    assert intent is not None
    assert (intent.quote, intent.goal, intent.tentative) == (quote, goal, False)


@pytest.mark.parametrize(
    "text",
    [
        "县里打算把旧灯室改成展馆，如何布置由守灯人说了算。",  # a statement with 如何 in it
        "县里还打算把旧灯室改成展馆，明年春天向游客开放",  # without a full stop
    ],
)
def test_a_text_that_is_a_lookup_only_if_it_is_printed_so(text: str) -> None:
    intent = read_lookup(text)
    assert intent is not None
    assert intent.tentative


@pytest.mark.parametrize(
    "question",
    [
        "",
        "灯塔",
        "灯塔停用了几年？",
        "2024荆屿马拉松女子冠军",
        "帮我推荐一家好吃的火锅店。",
        "请介绍一下海岛灯塔重新点亮的来龙去脉。",
        "“三个善于”是谁提出的",
        "“听潮”是谁写的",
        "“灯亮着，船就回得来”这句话是什么意思？",
        "“灯亮着，船就回得来”这句话是哪里的渔民说的？",
        "谁说灯塔停用了三年",
        "灯塔停用了多少年，修理花了多少万元，由哪家公司承包",
    ],
)
def test_what_is_no_lookup(question: str) -> None:
    assert read_lookup(question) is None
