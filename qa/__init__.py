"""问报 wenbao: ask a Chinese newspaper archive and get cited answers.

>>> from qa import Assistant
>>> assistant = Assistant.build(["corpus/"], index="my.index")  # doctest: +SKIP
>>> assistant.ask("江西综治中心化解了多少纠纷").short_answer  # doctest: +SKIP
'38.1万件'
"""

from qa.assistant import Assistant
from qa.counting import ArticleCount
from qa.errors import (
    EncoderError,
    IndexStateError,
    InputError,
    QuestionError,
    RerankerError,
    WenbaoError,
)
from qa.interpretation import Interpretation
from qa.quotes import QuoteLookup, QuoteMatch
from qa.records import Answer, Article, Citation, Difference, Hit, Paragraph, Passage
from qa.speakers import Speaker

__all__ = [
    "Answer",
    "Article",
    "ArticleCount",
    "Assistant",
    "Citation",
    "Difference",
    "EncoderError",
    "Hit",
    "IndexStateError",
    "InputError",
    "Interpretation",
    "Paragraph",
    "Passage",
    "QuestionError",
    "QuoteLookup",
    "QuoteMatch",
    "RerankerError",
    "Speaker",
    "WenbaoError",
]
