"""What must hold of evidence for it to speak of what was asked."""

from dataclasses import replace

import pytest

from qa.constraints import Violation, find_span_violation, find_violations
from qa.evidence import Evidence
from qa.finders import Candidate
from qa.query import read_question
from qa.records import Article, Hit, Passage
from qa.spans import SPAN_FEATURES, MeasuredSpan, measure_spans
from qa.weighing import TermWeights


def evidence_of(article: Article, sentence: str | None = None) -> Evidence:
    sentence = sentence or article.text
    start = article.text.index(sentence)
    hit = Hit(
        Passage("p-0", article, 0, len(article.text)), 1.0, {"words": 0.0, "bigrams": 0.0, "vectors": 0.0}
    )
    return Evidence(hit, start, start + len(sentence), sentence, ())


def violation(question: str, text: str, *, date: str | None = None, headline: str = "") -> Violation | None:
    article = Article.from_text(text, date=date, headline=headline)
    (broken,) = find_violations(read_question(question), [evidence_of(article)])
    return broken


def span_violation(question: str, text: str, span_text: str | None) -> Violation | None:
    query, evidence = read_question(question), evidence_of(Article.from_text(text))
    weights = TermWeights(dict.fromkeys(query.words, 1.0), dict.fromkeys(query.bigrams, 1.0))
    spans = {span.text: span for span in measure_spans(query, weights, evidence)}
    return find_span_violation(query, evidence, spans[span_text] if span_text else None)


@pytest.mark.parametrize(
    ("question", "text", "date"),
    [
        ("2024年江西化解了多少纠纷？", "2024年，江西化解纠纷38.1万件。", None),
        ("2024年江西化解了多少纠纷？", "去年，江西化解纠纷38.1万件。", "2025-03-28"),
        ("2025年江西化解了多少纠纷？", "江西今年化解纠纷38.1万件。", "2025-03-28"),
        ("2025年江西化解了多少纠纷？", "江西化解纠纷38.1万件。", "2025-03-28"),
        ("2024年江西化解了多少纠纷？", "江西化解纠纷38.1万件。", None),
        ("江西化解了多少纠纷？", "2019年，江西化解纠纷38.1万件。", "2025-03-28"),
        ("江西省化解了多少纠纷？", "江西化解纠纷38.1万件。", None),
        ("上海市综治中心化解了多少纠纷？", "上海综治中心化解纠纷38.1万件。", None),
        ("江西綜治中心化解了多少糾紛？", "江西综治中心化解纠纷38.1万件。", None),
        ("第24届灯会来了多少人？", "第24届灯会来了3万人。", None),
        ("第二十四届灯会来了多少人？", "第24届灯会来了3万人。", None),
        ("第24届灯会来了多少人？", "第二十四届灯会来了3万人。", None),
        ("第一届灯会来了多少人？", "首届灯会来了3万人。", None),
        ("二期工程投了多少钱？", "第二期工程投了3亿元。", None),
        ("地铁四号线有多少站？", "地铁4号线有20站。", None),
        ("唐俊去了哪里？", "唐俊去了灯塔。", None),
        ("去年江西化解了多少纠纷？", "2024年，江西化解纠纷38.1万件。", "2025-03-28"),
        ("去年江西化解了多少纠纷？", "去年，江西化解纠纷38.1万件。", "2023-03-28"),
        ("近三年江西化解了多少纠纷？", "近三年，江西化解纠纷38.1万件。", "2025-03-28"),
        ("“十四五”期间江西化解了多少纠纷？", "2024年，江西化解纠纷38.1万件。", None),
        ("截至目前江西化解了多少纠纷？", "2024年，江西化解纠纷38.1万件。", "2025-03-28"),
        ("2025年3月江西化解了多少纠纷？", "今年3月，江西化解纠纷38.1万件。", "2025-03-28"),
        ("2025年3月江西化解了多少纠纷？", "今年，江西化解纠纷38.1万件。", "2025-03-28"),
        ("3月27日的灯会来了多少人？", "3月28日，他说灯会来了3万人。", "2025-03-29"),
    ],
)
def test_nothing_is_broken_where_all_holds(question: str, text: str, date: str | None) -> None:
    assert violation(question, text, date=date) is None


@pytest.mark.parametrize(
    ("question", "text", "date", "told"),
    [
        ("2023年江西化解了多少纠纷？", "2024年，江西化解纠纷38.1万件。", None, "2024"),
        ("2024年江西化解了多少纠纷？", "江西今年化解纠纷38.1万件。", "2025-03-28", "2025"),
        ("2024年江西化解了多少纠纷？", "江西化解纠纷38.1万件。", "2025-03-28", "2025"),
        ("2024年江西化解了多少纠纷？", "江西化解纠纷38.1万件，比2024年多1万件。", "2025-03-28", "2025"),
    ],
)
def test_another_year(question: str, text: str, date: str | None, told: str) -> None:
    asked = question[:5]
    assert violation(question, text, date=date) == Violation("time", asked, told + "年")


@pytest.mark.parametrize(
    ("question", "text", "asked", "told"),
    [
        ("去年江西化解了多少纠纷？", "2023年，江西化解纠纷38.1万件。", "去年", "2023年"),
        ("2025年2月江西化解了多少纠纷？", "今年3月，江西化解纠纷38.1万件。", "2025年2月", "2025年3月"),
        ("“十三五”期间江西化解了多少纠纷？", "2024年，江西化解纠纷38.1万件。", "“十三五”期间", "2024年"),
        ("截至目前江西化解了多少纠纷？", "明年，江西将化解纠纷38.1万件。", "截至目前", "2026年"),
    ],
)
def test_another_time(question: str, text: str, asked: str, told: str) -> None:
    assert violation(question, text, date="2025-03-28") == Violation("time", asked, told)


@pytest.mark.parametrize(
    ("question", "text", "kind", "asked"),
    [
        ("上海的渡轮停航多久？", "江西的渡轮停航两天。", "place", "上海"),
        ("上海综治中心化解了多少纠纷？", "江西综治中心化解纠纷38.1万件。", "place", "上海"),
        ("上海的渡轮停航多久？", "渡轮在南昌市上海路上的码头停航两天。", "place", "上海"),
        ("唐俊去了哪里？", "林海生去了灯塔。", "person", "唐俊"),
        ("唐俊去了哪里？", "唐俊生去了灯塔。", "person", "唐俊"),
        ("第23届灯会来了多少人？", "第24届灯会来了3万人。", "edition", "第23届"),
        ("第24届灯会来了多少人？", "第124届灯会来了3万人。", "edition", "第24届"),
        ("第二十三届灯会来了多少人？", "第24届灯会来了3万人。", "edition", "第二十三届"),
        ("第二届灯会来了多少人？", "首届灯会来了3万人。", "edition", "第二届"),
        ("二期工程投了多少钱？", "一期工程投了3亿元。", "edition", "二期"),
    ],
)
def test_another_place_person_or_edition(question: str, text: str, kind: str, asked: str) -> None:
    broken = violation(question, text)
    assert broken is not None
    assert (broken.kind, broken.asked) == (kind, asked)


def test_every_sentence_is_judged_by_itself() -> None:
    editions = Article.from_text("第23届灯会来了2万人。第24届灯会来了3万人。")
    sentences = ["第24届灯会来了3万人。", "第23届灯会来了2万人。"]
    evidence = [
        *(evidence_of(editions, sentence) for sentence in sentences),
        evidence_of(Article.from_text("开海。")),
    ]
    assert find_violations(read_question("第23届灯会来了多少人？"), evidence) == [
        Violation("edition", "第23届", "第24届"),
        None,
        Violation("edition", "第23届"),
    ]


def test_a_place_or_person_may_stand_in_the_headline() -> None:
    assert violation("上海的渡轮停航多久？", "渡轮停航两天。", headline="上海渡轮停航") is None
    assert violation("唐俊去了哪里？", "他去了灯塔。", headline="唐俊上岛") is None


def test_a_place_may_be_told_by_the_dateline_or_the_paper() -> None:
    question = read_question("南昌的渡轮停航多久？")
    article = Article.from_text("渡轮停航两天。", date="2025-03-28")
    for told in (replace(article, dateline="本报南昌3月27日讯"), replace(article, source="南昌晚报")):
        assert find_violations(question, [evidence_of(told)]) == [None]
    assert find_violations(question, [evidence_of(article)]) == [Violation("place", "南昌")]


@pytest.mark.parametrize("title", ["市长", "副市长"])
def test_a_deputy_does_not_hold_the_title_and_the_reverse(title: str) -> None:
    other = {"市长": "副市长", "副市长": "市长"}[title]
    question = f"晨屿市{title}是谁？"
    assert span_violation(question, f"晨屿市{title}何海明致辞。", "何海明") is None
    broken = span_violation(question, f"晨屿市{other}何海明致辞。", "何海明")
    assert broken is not None
    assert (broken.kind, broken.asked, broken.told) == ("title", title, "何海明")


@pytest.mark.parametrize(
    ("question", "winner", "told"),
    [
        ("灯塔马拉松的女子冠军是谁？", "沈月", "男子组冠军是林海生，女子组冠军是沈月。"),
        ("灯塔马拉松的男子冠军是谁？", "林海生", "沈月夺得女子冠军，林海生夺得男子冠军。"),
        ("灯塔公开赛的男单冠军是谁？", "林海生", "林海生夺得男单冠军，沈月夺得女单冠军。"),
        ("海岛电影节最佳女主角是谁？", "沈月", "沈月获最佳女主角，陈小雨获最佳女配角。"),
    ],
)
def test_who_won_in_another_division_did_not_win_in_this(question: str, winner: str, told: str) -> None:
    asked = next(word for word in ("女子", "男子", "男单", "女主角") if word in question)
    for name in ("沈月", "林海生", "陈小雨"):
        if name in told:
            expected = None if name == winner else Violation("title", asked, name)
            assert span_violation(question, told, name) == expected


@pytest.mark.parametrize(
    ("question", "text", "proposed", "sound"),
    [
        ("灯塔什么时候重新点亮？", "灯塔在入冬以后重新点亮。", "入冬以后", True),
        ("灯塔什么时候重新点亮？", "守灯人一道把灯塔重新点亮。", "守灯人", False),
        ("灯塔的守灯人是谁？", "灯塔的守灯人老林，岛上人人认得。", "老林，岛上人", False),
    ],
)
def test_what_the_network_proposes_has_the_form_of_what_is_asked(
    question: str, text: str, proposed: str, sound: bool
) -> None:
    query, start = read_question(question), text.index(proposed)
    evidence = evidence_of(Article.from_text(text))
    span = MeasuredSpan(
        evidence, Candidate(start, start + len(proposed), "proposed"), (0.0,) * len(SPAN_FEATURES)
    )
    assert (find_span_violation(query, evidence, span) is None) == sound


def test_a_title_that_the_passage_does_not_name() -> None:
    broken = span_violation("渡轮公司的经理是谁？", "渡轮公司的船员沈月去了灯塔。", "沈月")
    assert broken == Violation("title", "经理", "沈月")


@pytest.mark.parametrize(("span", "told"), [("38.1万件", None), ("41.6万件", "2025年"), ("33万件", "2023年")])
def test_a_figure_is_of_the_time_told_last_before_it(span: str, told: str | None) -> None:
    text = "2023年化解纠纷33万件，2024年化解纠纷38.1万件，2025年化解纠纷41.6万件。"
    broken = span_violation("2024年化解了多少纠纷？", text, span)
    assert broken == (Violation("time", "2024年", told) if told else None)


@pytest.mark.parametrize(
    ("question", "text", "span", "kind"),
    [
        ("修船花了多少钱？", "修船请了20人。", "20人", "figure"),
        ("有多少家企业参加？", "参加的企业投了3亿元。", "3亿元", "figure"),
        ("修船花了多少钱？", "修船花了2.6万元。", "2.6万元", None),
        ("有多少家单位进驻？", "进驻单位1744个。", "1744个", None),
        ("修船花了多少钱？", "修船花了不少钱。", None, "figure"),
        ("渔港何时开海？", "渔港早就开海了。", None, "figure"),
        ("介绍一下渔港", "渔港早就开海了。", None, None),
    ],
)
def test_a_figure_must_be_there_and_have_the_unit(
    question: str, text: str, span: str | None, kind: str | None
) -> None:
    broken = span_violation(question, text, span)
    assert (broken and broken.kind) == kind
