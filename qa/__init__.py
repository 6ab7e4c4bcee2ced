"""问报 wenbao: ask a Chinese newspaper archive and get cited answers.

>>> from qa import Assistant
>>> assistant = Assistant.build(["corpus/"], index="my.index")  # doctest: +SKIP
>>> assistant.ask("江西综治中心化解了多少纠纷").short_answer  # doctest: +SKIP
'38.1万件'
"""

from qa.assistant import Assistant
from qa.errors import EncoderError, IndexStateError, InputError, QuestionError, WenbaoError
from qa.interpretation import Interpretation
from qa.records import Answer, Article, Citation, Hit, Paragraph, Passage

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "EncoderError",
    "Hit",
    "IndexStateError",
    "InputError",
    "Interpretation",
    "Paragraph",
    "Passage",
    "QuestionError",
    "WenbaoError",
]
