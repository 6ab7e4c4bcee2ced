"""The tables of what an Index holds."""

from pathlib import Path

from embeddings.universal import UniversalSentenceEncoder
from qa.building import add_articles
from qa.catalogue import Catalogue
from qa.index import Index
from qa.records import Article

NOTICE = "　　海岛供水公司公告：本周三夜间检修水管，零点到六点停水，请各户提前储水，多有不便敬请谅解。"
FIRST = Article.from_text(NOTICE, headline="停水", date="2025-03-01", source="海岛日报")
AGAIN = Article.from_text(NOTICE, headline="停水公告", date="2025-03-02", source="山城晚报")
UNDATED = Article.from_text("ＡＩ值守的燈塔。", headline="燈塔", kicker="海島")


def test_printings_passages_and_folded_texts(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    add_articles(tmp_path, [UNDATED, AGAIN, FIRST], encoder)
    index = Index.open(tmp_path)
    catalogue = Catalogue(index.database)
    printings = catalogue.printings
    assert printings.articles == sorted([FIRST.article_id, UNDATED.article_id])
    told = zip(printings.shown, printings.ids, printings.sources, printings.days, strict=True)
    assert {(printings.articles[shown], *rest) for shown, *rest in told} == {
        (FIRST.article_id, FIRST.article_id, "海岛日报", 20250301),
        (FIRST.article_id, AGAIN.article_id, "山城晚报", 20250302),
        (UNDATED.article_id, UNDATED.article_id, "", 0),
    }
    numbers = index.store.containing("bigrams", ["灯塔"])
    assert [printings.articles[place] for place in printings.articles_with(numbers)] == [UNDATED.article_id]
    assert len(printings.articles_with(printings.passages.tolist())) == 2
    assert len(printings.articles_with([])) == 0
    assert catalogue.newspapers == ["山城晚报", "海岛日报"]
    assert catalogue.newest_day == "2025-03-02"
    assert catalogue.folded(UNDATED.article_id) == "海岛\n灯塔\n\nai值守的灯塔。"
    index.close()


def test_an_empty_index(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    add_articles(tmp_path, [], encoder)
    index = Index.open(tmp_path)
    catalogue = Catalogue(index.database)
    assert (catalogue.printings.articles, catalogue.newspapers, catalogue.newest_day) == ([], [], None)
    index.close()
