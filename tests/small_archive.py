"""A small archive: one article, and a question that it answers."""

from qa.records import Article

QUESTION = "江西综治中心化解了多少纠纷"
QUOTE = "江西全省的综治中心在2024年里梳理出38.7万件矛盾纠纷，当年就化解了38.1万件。"
ARTICLE = Article.from_text(
    f"{QUOTE}\n省综治中心主任唐俊说，要让群众少跑路。",
    headline="江西推开一扇门",
    byline=("本报记者 沈听澜",),
    source="江岸日报",
    date="2025-03-28",
    page="4",
)
