"""Answers as HTML: what is marked and linked, and that no text ever becomes markup."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from qa.contracts import answer_to_json
from qa.interpretation import Interpretation
from qa.lexical import Filters
from qa.records import Answer, Article, Citation, Difference, Hit, Passage
from qa.statements import Statement
from ui.answer_text import article_link
from ui.render import (
    render_answer,
    render_error,
    render_evidence,
    render_question,
    render_suggestions,
)

HOSTILE = "<script>alert(1)</script> ${alert(2)} {{alert(3)}} \"' <img src=x onerror=alert(4)> &lt;"
TAGS = {"a", "br", "button", "div", "li", "mark", "span", "ul"}
ATTRIBUTES = {"class", "href", "title", "type"}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.just(HOSTILE)


class Reader(HTMLParser):
    """Reads HTML into (class or tag, text) pairs, links and titles, and refuses all other markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.titles: list[str] = []
        self._open: list[list[str]] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        if tag == "br":
            self.handle_data("\n")
            return
        self.links += [attributes["href"]] if "href" in attributes else []
        self.titles += [attributes["title"]] if "title" in attributes else []
        self._open.append([tag, attributes.get("class", tag), ""])

    def handle_endtag(self, tag: str) -> None:
        opened, name, text = self._open.pop()
        assert opened == tag
        self.found.append((name, text))

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element[2] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def all(self, name: str) -> list[str]:
        return [text for found, text in self.found if name in found.split()]


def cite(number: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article, f"{article.article_id}-0", start, start + len(quote), quote, 1.0)


def make_article(
    text: str = "2024年排查38.7万件。当年化解38.1万件。", headline: str = "推开一扇门"
) -> Article:
    return Article.from_text(text, headline=headline, source="江岸日报", date="2025-03-28", page="4")


def make_answer(citations: tuple[Citation, ...], short: str | None, text: str | None = None) -> Answer:
    composed = "".join(f"{c.quote}[{c.number}]" for c in citations)
    return Answer("问", True, composed if text is None else text, short, 0.9, None, citations)


def test_short_answer_is_marked_and_chips_stand_behind_their_sentences() -> None:
    article = make_article()
    citations = cite(1, article, "当年化解38.1万件。"), cite(2, article, "2024年排查38.7万件。")
    html = render_answer(make_answer(citations, "38.1万件"))
    reader = Reader(html)
    assert reader.all("mark") == ["38.1万件"]
    assert reader.all("text") == ["当年化解38.1万件。12024年排查38.7万件。2"]
    assert reader.all("chip") == ["1", "2"]
    assert reader.titles == ["推开一扇门"] * 2
    assert html.index("</mark>。<span") < html.index(">1</a>") < html.index("2024年排查")


def test_short_answer_is_marked_in_the_best_evidence_not_before_it() -> None:
    article = make_article("上月5件。本月5件。")
    html = render_answer(make_answer((cite(1, article, "本月5件。"),), "5件", "上月5件。本月5件。[1]"))
    assert "上月5件。本月<mark>5件</mark>。" in html


def test_short_answer_that_is_not_in_the_text_stands_above_it() -> None:
    article = make_article()
    reader = Reader(render_answer(make_answer((cite(1, article, "当年化解38.1万件。"),), "三十八万")))
    assert reader.all("short-answer") == ["三十八万"]
    assert reader.all("text") == ["当年化解38.1万件。1"]


def test_bracketed_number_of_the_article_itself_stays() -> None:
    article = make_article("见注[1]及[2]。")
    reader = Reader(render_answer(make_answer((cite(1, article, "见注[1]及[2]。"),), None)))
    assert reader.all("text") == ["见注[1]及[2]。1"]


def test_a_chip_stands_behind_what_it_is_cited_for_where_the_quote_is_not_in_the_text() -> None:
    article = make_article()
    citations = cite(1, article, "当年化解38.1万件。"), cite(2, article, "2024年排查38.7万件。")
    answer = make_answer(citations, "2篇", "有2篇报道：《甲》[1]；《乙》[2]。")
    html = render_answer(answer)
    assert Reader(html).all("text") == ["有2篇报道：《甲》1；《乙》2。"]
    assert html.index("《甲》") < html.index(">1</a>") < html.index("《乙》") < html.index(">2</a>")


def test_a_quote_that_is_not_as_printed_shows_what_it_adds_and_leaves_out() -> None:
    article = make_article("排查纠纷，化解<b>。")
    differences = (
        Difference("delete", 0, 2, "排查", ""),
        Difference("insert", 4, 4, "", "<i>多"),
        Difference("replace", 4, 5, "，", "；"),
    )
    citation = replace(cite(1, article, article.text), differences=differences)
    reader = Reader(render_answer(make_answer((citation,), None)))
    assert reader.all("left-out") == ["排查", "，"]
    assert reader.all("added") == ["<i>多", "；"]
    assert reader.all("quote") == ["排查纠纷<i>多，；化解<b>。"]


def test_a_sentence_that_is_the_whole_answer_is_marked_as_such() -> None:
    article = make_article()
    html = render_answer(make_answer((cite(1, article, "当年化解38.1万件。"),), "当年化解38.1万件。"))
    assert '<mark class="whole">当年化解38.1万件。</mark>' in html


def test_a_list_that_is_the_short_answer_has_its_items_marked() -> None:
    article = make_article("馆里有古籍、地图和唱片。")
    text = "馆里有以下藏品：\n- 古籍\n- 地图\n- <b>唱片[1]"
    html = render_answer(make_answer((cite(1, article, article.text),), "古籍、地图和<b>唱片", text))
    reader = Reader(html)
    assert reader.all("li") == ["古籍", "地图", "<b>唱片1"]
    assert reader.all("mark") == ["古籍", "地图", "<b>唱片"]
    assert reader.all("short-answer") == []
    assert html.index("</ul>") > html.index(">1</a>")


def test_articles_that_differ_are_a_list_with_one_answer_marked() -> None:
    article = make_article("来了3万人。来了5万人。")
    citations = cite(1, article, "来了3万人。"), cite(2, article, "来了5万人。")
    text = "几篇报道说法不同：\n- 2025年3月28日：来了3万人。[1]\n- 日期不明：来了5万人。[2]"
    reader = Reader(render_answer(make_answer(citations, "3万人", text)))
    assert reader.all("li") == ["2025年3月28日：来了3万人。1", "日期不明：来了5万人。2"]
    assert reader.all("mark") == ["3万人"]
    assert reader.all("chip") == ["1", "2"]


def test_one_line_with_several_numbers_has_as_many_chips() -> None:
    article = make_article()
    citations = cite(1, article, "当年化解38.1万件。"), cite(2, article, "2024年排查38.7万件。")
    reader = Reader(render_answer(make_answer(citations, "38.1万件", "化解了38.1万件。[1][2]")))
    assert reader.all("text") == ["化解了38.1万件。12"]
    assert reader.all("chip") == ["1", "2"]


def test_a_whole_sentence_without_its_run_in_is_not_told_twice() -> None:
    article = make_article("本报讯 当年化解38.1万件。")
    quote = cite(1, article, article.text)
    reader = Reader(render_answer(make_answer((quote,), article.text, "当年化解38.1万件。[1]")))
    assert reader.all("short-answer") == []
    assert reader.all("text") == ["当年化解38.1万件。1"]


def test_source_card_names_headline_paper_date_page_and_quote() -> None:
    article = make_article()
    reader = Reader(render_answer(make_answer((cite(1, article, "当年化解38.1万件。"),), "38.1万件")))
    assert [reader.all(name) for name in ("headline", "paper", "date", "page", "quote", "number")] == [
        ["推开一扇门"],
        ["江岸日报"],
        ["2025-03-28"],
        ["4"],
        ["当年化解38.1万件。"],
        ["1"],
    ]
    unknown = replace(article, source=None, date=None)
    reader = Reader(render_answer(make_answer((cite(1, unknown, "当年化解38.1万件。"),), "38.1万件")))
    assert reader.all("paper") == reader.all("date") == []


def test_links_carry_the_code_points_of_the_quote() -> None:
    article = make_article("𠮷祥😀开头。当年化解38.1万件。")
    citation = cite(1, replace(article, article_id="a&b=#?"), "当年化解38.1万件。")
    link = article_link(citation.article_id, citation.start, citation.end)
    assert parse_qs(link.removeprefix("#")) == {
        "article": ["a&b=#?"],
        "start": ["6"],
        "end": ["17"],
    }
    reader = Reader(render_answer(make_answer((citation,), "38.1万件")))
    assert reader.links == [link] * 2


def test_abstention_gives_its_reason_and_the_nearest_evidence_as_such() -> None:
    nearest = cite(1, make_article(), "当年化解38.1万件。")
    answer = Answer("问", False, "未能回答：没有上海", None, 0.1, "没有上海", (), (nearest,))
    reader = Reader(render_answer(answer))
    assert reader.all("reason") == ["没有上海"]
    assert reader.all("answer") == reader.all("mark") == reader.all("chip") == []
    assert len(reader.all("nearest-label")) == 1
    assert reader.all("quote") == [nearest.quote]
    bare = Reader(render_answer(replace(answer, nearest=(), reason=None)))
    assert bare.all("reason") == ["未能回答：没有上海"]
    assert bare.all("nearest-label") == bare.all("sources") == []


@given(texts, texts, texts, texts, st.integers(0, 40), st.integers(0, 40))
def test_any_text_stays_text(body: str, headline: str, told: str, short: str, left: int, right: int) -> None:
    article = replace(make_article(f"文{body}", headline or "题"), source=told, date=told, page=told)
    quote = article.text[left : left + right] or article.text
    citation = cite(1, article, quote)
    for answer in (
        make_answer((citation,), short),
        make_answer((citation,), quote[:5], f"{told}{quote}{told}"),
        make_answer((citation,), quote[1:3], told),
    ):
        reader = Reader(render_answer(answer))
        plain = answer.text.replace(f"{quote}[1]", f"{quote}1", 1) if f"{quote}[1]" in answer.text else None
        if plain is not None:
            assert reader.all("text") == [plain]
        assert reader.all("headline") == [article.title]
        assert reader.all("quote") == [quote]
        assert reader.all("paper") == reader.all("page") == ([told] if told else [])
    reason = Reader(render_answer(Answer(told, False, body, None, 0.0, headline or None, (), (citation,))))
    assert reason.all("reason") == [headline or body]


@given(texts)
def test_questions_and_errors_stay_text(text: str) -> None:
    assert Reader(render_question(text)).all("question") == [text]
    assert Reader(render_suggestions([text, "问"])).all("ask-this") == [text, "问"]
    assert Reader(render_error(text)).all("failure") == [text]


def test_the_whole_question_of_a_follow_up_is_shown_escaped() -> None:
    read = Interpretation("2023年<b>江西</b>呢", "quantity")
    answer = Answer("那2023年呢？", False, "没有", None, 0.1, "没有", interpretation=read)
    assert '<div class="searched">2023年&lt;b&gt;江西&lt;/b&gt;呢</div>' in render_answer(answer)
    assert "searched" not in render_answer(replace(answer, question=read.question))


def test_reading_of_the_question_is_shown_as_buttons() -> None:
    read = Interpretation("问", "date", people=("唐俊",), places=("江西", "<b>"), times=("2024年",))
    reader = Reader(render_answer(replace(make_answer((), None), interpretation=read)))
    assert reader.all("term") == ["", "唐俊", "江西", "<b>", "2024年", ""]
    assert reader.all("places") == ["江西", "<b>"]
    assert reader.all("type-date") == [""]
    assert Reader(render_answer(make_answer((), None))).all("term") == []


@given(texts, texts)
def test_record_behind_an_answer_is_the_answer_and_its_filters(text: str, source: str) -> None:
    article = make_article(f"文{text}")
    answer = make_answer((cite(1, article, article.text),), text)
    filters = Filters(source, "2024-01-01", None)
    reader = Reader(render_answer(answer, filters))
    [record] = reader.all("record")
    assert json.loads(record) == {
        "answer": json.loads(json.dumps(answer_to_json(answer))),
        "filters": {"source": source, "date_from": "2024-01-01", "date_to": None, "section": None},
    }


def test_filters_of_an_answer_are_shown_where_there_are_any() -> None:
    answer = make_answer((), None)
    assert Reader(render_answer(answer)).all("within") == []
    assert Reader(render_answer(answer, Filters("江岸日报", None, "2024-01-01"))).all("within") == [
        "江岸日报2024-01-01"
    ]


@given(texts, texts)
def test_evidence_found_so_far_is_shown_as_text(body: str, headline: str) -> None:
    article = make_article(f"文{body}", headline)
    reader = Reader(render_evidence([Hit(Passage("p", article, 0, len(article.text)), 1.0, {})]))
    assert reader.all("headline") == [article.title]
    assert reader.all("quote") == [article.text[:90]]
    assert reader.all("checking") == reader.all("stop") == [""]


def test_an_abstention_can_be_retried_and_judged_but_not_exported() -> None:
    refused = Answer("问", False, "没有", None, 0.1, "没有")
    for answer, wanted in ((refused, False), (make_answer((), None), True)):
        reader = Reader(render_answer(answer))
        assert [bool(reader.all(name)) for name in ("copy", "export")] == [wanted, wanted]
        assert all(reader.all(name) for name in ("retry", "good", "bad"))
    assert Reader(render_error("坏了")).all("retry") == [""]


def test_what_a_model_wrote_is_shown_sentence_by_sentence() -> None:
    article = make_article()
    cited = cite(1, article, "当年化解38.1万件。")
    told = (
        Statement("当年有38.1万件化解了。", (1,)),
        Statement(f"群众很满意{HOSTILE}。", (), "没有找到说到这些的原文"),
    )
    note = f"另有1句已略去{HOSTILE}"
    answer = replace(make_answer((cited,), "38.1万件"), text="", statements=told, note=note)
    reader = Reader(render_answer(answer))
    assert reader.all("text") == [f"当年有38.1万件化解了。1群众很满意{HOSTILE}。没有找到说到这些的原文"]
    assert reader.all("unsupported") == [f"群众很满意{HOSTILE}。"]
    assert (reader.all("mark"), reader.all("chip"), reader.all("note")) == (["38.1万件"], ["1"], [note])
    assert len(reader.all("written")) == len(reader.all("actions")) == 1
    growing = Reader(render_answer(answer, growing=True))
    assert growing.all("actions") == growing.all("note") == []
    assert len(growing.all("writing")) == 1
    elsewhere = Reader(render_answer(replace(answer, short_answer="三成")))
    assert elsewhere.all("short-answer") == ["三成"]
