"""A small archive: one article, a question that it answers, and the answer."""

from qa.records import Answer, Article, Citation

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
ANSWER = Answer(
    QUESTION,
    answered=True,
    text=f"{QUOTE}[1]",
    short_answer="38.1万件",
    confidence=0.9,
    reason=None,
    citations=(Citation(1, ARTICLE, "p", 0, len(QUOTE), QUOTE, 0.5),),
)
