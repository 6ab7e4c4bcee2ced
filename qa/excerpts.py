"""A quoted sentence as an answer shows it: without the paper's run-in, with its subject and its years told.

Everything is in the words of the article; the whole sentence is in the Citation.
"""

import re
from collections.abc import Iterator

from qa.bylines import run_in_length
from qa.evidence import Evidence
from qa.names import tells_of_place
from qa.periods import times_told
from qa.query import Query
from qa.records import Article, Span
from qa.segmentation import fold
from qa.tagging import tag

__all__ = ["excerpt"]

_RELATIVE = re.compile(r"^(?:[今去明]年|大?前年|后年)|[昨今明][日天晚]$|[前后]天$")
_SAME_YEAR = re.compile("同一?年")
_NAMES = frozenset({"PER", "LOC", "ORG"})
_NOUNS = _NAMES | {"n", "nz", "nw", "vn"}
_MARKED = re.compile(r"“[^“”]{2,20}”|《[^《》]{2,30}》|「[^「」]{2,20}」")
_PAIRS = ("“”", "‘’", "（）", "()", "《》", "「」", "『』", "【】")
_CLAUSE = re.compile(r"[，；]")
# What turns the clause before it round must not be cut off; nor does a sentence end behind these.
_TURNS = re.compile(r"但|不过|然而|而|却|并非|除|只|仅|实际")
_OPEN_END = re.compile(
    r"(?:说|称|道|表示|介绍|指出|强调|坦言|透露|认为|提醒|告诉[^，]{0,6}|显示|获悉|了解到|发现|通报|是|为|将|让|使|时|后|前|中|来|起|下|的)$"
)
_END = re.compile(r"[，、；：,;:\s]+$")
_CLOSED = re.compile(r"[。！？!?…][”’』」）)]*$")
_SHORTEST_CUT = 8
_OPENING = 120  # characters


def excerpt(query: Query, evidence: Evidence, until: int | None = None) -> str:
    """Return a sentence as it is shown; ``until`` is where the answer in it ends, None to keep all clauses.

    A name of the question that the sentence leaves out and its article tells is put before it (江西：全省
    共有……), and a year that depends on the day of issue is told (去年（2024年）).
    """
    start, end = evidence.start + run_in_length(evidence.sentence), evidence.end
    if start >= end or (until is not None and start >= evidence.start + until):
        start = evidence.start
    if until is not None:
        end = start + _cut(query, evidence.article.text[start:end], evidence.start + until - start)
    told = _END.sub("", _with_years(evidence.article, start, end))
    if query.asks_for_byline and not _CLAUSE.search(told):
        return told  # a credit line is no sentence
    return f"{_subject(query, evidence)}{told}" + ("" if _CLOSED.search(told) else "。")


def _cut(query: Query, text: str, until: int) -> int:
    """Return where the clause ends that holds the answer or, behind it, a new word of the question."""
    for match in _CLAUSE.finditer(text):
        kept, rest = fold(text[: match.start()]), fold(text[match.end() :])
        if match.start() < until or len(rest) < _SHORTEST_CUT or _TURNS.match(rest) or _OPEN_END.search(kept):
            continue
        adds = any(word in rest and word not in kept for word in query.words)
        if not adds and all(kept.count(pair[0]) == kept.count(pair[1]) for pair in _PAIRS):
            return match.start()
    return len(text)


def _with_years(article: Article, start: int, end: int) -> str:
    """Return ``article.text[start:end]`` with what 去年 and 昨日 mean behind them, each once."""
    pieces, place, seen = [], start, set[str]()
    if same := _SAME_YEAR.match(article.text, start, end):
        told = times_told(article.text, None, start, start + 1)
        if told and told[0].period and told[0].start < start:
            pieces.append(f"{same[0]}（{told[0].period.last.year}年）")
            place = same.end()
    for word in times_told(article.text, article.date, start, end):
        relative = _RELATIVE.search(fold(word.wording))
        if not relative or word.start < start or word.period is None or relative[0] in seen:
            continue
        seen.add(relative[0])
        stop = word.start + relative.end()
        day = f"{word.period.last.year}年" if relative[0].endswith("年") else str(word.period)
        pieces.append(f"{article.text[place:stop]}（{day}）")
        place = stop
    return "".join(pieces) + article.text[place:end]


def _subject(query: Query, evidence: Evidence) -> str:
    """Return the name of the question that the sentence leaves out, as the article prints it, with a colon.

    The article must name it where it says what it is about: in its headlines, its opening, or before the
    sentence in the paragraph. A sentence that has another name of the same kind may be about that.
    """
    if query.asks_for_byline or query.english:
        return ""
    sentence, article = fold(evidence.sentence), evidence.article
    paragraph = article.text[article.text.rfind("\n", 0, evidence.start) + 1 : evidence.start]
    heads = "\n".join(
        (
            article.kicker,
            article.headline,
            article.subtitle,
            article.text[: min(_OPENING, evidence.start)],
            paragraph,
        )
    )
    others = {
        t.label for t in tag(evidence.sentence) if t.label in _NAMES and fold(t.word) not in query.folded
    }
    for name, label in _names(query):
        if name in sentence or (label == "LOC" and tells_of_place(name, sentence)):
            return ""
        place = fold(heads).find(name)
        if place >= 0 and label not in others:
            return f"{heads[place : place + len(name)]}："
    return ""


def _names(query: Query) -> Iterator[tuple[str, str]]:
    """Yield the names before the question's gap that it may be about, with their labels.

    They are what it has in marks, and people, places and organisations with the noun that they begin (敖云旗
    + 铝业园); of several in a row it is the last (江西 + 茶岭县).
    """
    folded = query.folded[: len(query.before) or None]
    marked = _MARKED.search(folded)
    if marked:
        yield marked[0], "marked"
    tokens = [token for token in tag(query.folded) if token.end <= len(folded)]
    for place, token in enumerate(tokens):
        following = tokens[place + 1].label if place + 1 < len(tokens) else ""
        if token.label not in _NAMES or following in _NAMES or _is_in((token.start, token.end), marked):
            continue
        last = place
        while last + 1 < len(tokens) and tokens[last + 1].label in _NOUNS:
            last += 1
        closed = last + 1 == len(tokens) or tokens[last + 1].label == "u"
        if last > place and closed:
            yield folded[token.start : tokens[last].end], token.label
        yield token.word, token.label


def _is_in(span: Span, marked: re.Match[str] | None) -> bool:
    return marked is not None and marked.start() <= span[0] and span[1] <= marked.end()
