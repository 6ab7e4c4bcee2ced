"""Answers to what is asked of the archive itself: quotes, counts, and what is not for it."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answers import check_citations
from qa.catalogue import Catalogue
from qa.counting import ArticleCount, Scope, count_articles
from qa.index import Index
from qa.intents import CountIntent, LookupIntent, read_count, read_lookup
from qa.lexical import Filters
from qa.outside import explain_outside
from qa.quotes import QuoteLookup, QuoteMatch, look_up
from qa.records import Answer, Article, Citation, Difference

__all__ = ["count_in_words", "lookup_in_words", "reply"]

_LISTED = 10  # articles that an answer names
_NEAREST = 2  # articles outside the scope that are shown where none is inside
_DIFFERENCES = 5  # differences that an answer names
_APART_FROM = {"punctuation": "标点", "form": "字形", "spacing": "空格"}
_CANNOT_CHECK = "引文未能与原文逐字核对，故不作答。"


def reply(index: Index, catalogue: Catalogue, question: str, filters: Filters) -> Answer | None:
    """Answer what is asked of the archive itself; None where a question asks for something told in it.

    What no archive answers (a greeting, the weather) is declined with the reason.
    """
    text = question.encode("utf-8", "ignore").decode("utf-8")  # half a surrogate pair is no character
    outside = explain_outside(text)
    if outside:
        return _abstain(question, outside, ())
    counting = read_count(text, catalogue)
    if counting:
        return _answer_count(index, catalogue, question, counting, filters)
    looking_up = read_lookup(text)
    if looking_up:
        found = look_up(index, looking_up.quote, filters)
        if found.kind == "exact" or not looking_up.tentative:
            return _answer_lookup(question, looking_up, found)
    return None


def _answer_lookup(question: str, intent: LookupIntent, found: QuoteLookup) -> Answer:
    # Of what is only like the quote the nearest is enough.
    shown = found.matches[: _LISTED if found.kind == "exact" else 1]
    citations = check_citations(_cite_match(match, number) for number, match in enumerate(shown, 1))
    if found.kind == "absent":
        return _abstain(question, lookup_in_words(found), citations)
    if not citations:
        return _abstain(question, _CANNOT_CHECK, ())
    best = found.matches[0]
    marks = "".join(f"[{citation.number}]" for citation in citations)
    speaker = best.speaker.name if best.speaker and intent.goal == "who" else None
    return Answer(
        question=question,
        answered=True,
        text=f"{lookup_in_words(found)}原文：{best.text}{marks}",
        short_answer=speaker or best.article.title,
        confidence=best.similarity,
        reason=None,
        citations=citations,
    )


def _cite_match(match: QuoteMatch, number: int) -> Citation:
    return Citation(
        number,
        match.article,
        match.passage_id,
        match.start,
        match.end,
        match.text,
        match.similarity,
        match.differences,
    )


def lookup_in_words(found: QuoteLookup) -> str:
    """Tell whether a quote stands in the archive, where, who says it, and in what it is not as printed."""
    if found.kind == "absent":
        return "档案里没有这句话。"
    best = found.matches[0]
    also = f"等{len(found.matches)}篇报道" if found.kind == "exact" and len(found.matches) > 1 else ""
    place = f"见于{_article_in_words(best.article)}{also}{_reprints_in_words(best.article)}{_told_by(best)}"
    if found.kind == "near":
        how = f"档案里没有一字不差的这句话，最接近的一句（相似度{best.similarity:.0%}）"
        return f"{how}{place}。与原文相比，{_differences_in_words(best.differences)}。"
    apart = "、".join(_APART_FROM[name] for name in best.apart_from)
    return f"{f'除{apart}外，' if apart else ''}这句话一字不差地{place}。"


def _told_by(match: QuoteMatch) -> str:
    """Say who says the quote, or that it is not told and whose the article is."""
    if match.speaker:
        return f"，说话人是{match.speaker.title}{match.speaker.name}"
    byline = "、".join(match.article.byline)
    return "，没有写明是谁说的" + (f"，文章署名{byline}" if byline else "")


def _article_in_words(article: Article) -> str:
    page = f"第{article.page}版" if article.page else ""
    facts = " ".join(part for part in (article.source, article.date, page) if part)
    return f"《{article.title}》" + (f"（{facts}）" if facts else "")


def _reprints_in_words(article: Article) -> str:
    if not article.reprints:
        return ""
    places = "、".join(" ".join(filter(None, (r.source, r.date))) or "日期不明" for r in article.reprints)
    return f"，另转载{len(article.reprints)}次（{places}）"


def _differences_in_words(differences: Sequence[Difference]) -> str:
    """Say what in the quote is not as it is printed."""
    told = []
    for one in differences[:_DIFFERENCES]:
        if one.operation == "insert":
            told.append(f"多了“{one.quoted}”")
        elif one.operation == "delete":
            told.append(f"少了“{one.printed}”")
        else:
            told.append(f"“{one.quoted}”原文作“{one.printed}”")
    return "，".join(told) + (f"等{len(differences)}处" if len(differences) > _DIFFERENCES else "")


def _answer_count(
    index: Index, catalogue: Catalogue, question: str, intent: CountIntent, filters: Filters
) -> Answer:
    asked = replace(intent.mentions, scope=intent.mentions.scope.narrowed(filters))
    limit = 1 if intent.goal in {"earliest", "latest"} else _LISTED
    count = count_articles(index, catalogue, asked, limit=limit, newest_first=intent.goal == "latest")
    citations = check_citations(count.citations)
    if not count.total:
        unknown = [name for name in asked.scope.sources if name not in catalogue.newspapers]
        reason = f"档案里没有《{unknown[0]}》。" if unknown else count_in_words(count)
        elsewhere = count_articles(index, catalogue, replace(asked, scope=Scope()), limit=_NEAREST)
        return _abstain(question, reason, check_citations(elsewhere.citations))
    if not citations:
        return _abstain(question, _CANNOT_CHECK, ())
    text, short = _tell_count(intent, count, citations)
    return Answer(
        question=question,
        answered=True,
        text=text,
        short_answer=short,
        confidence=1.0,
        reason=None,
        citations=citations,
    )


def _tell_count(intent: CountIntent, count: ArticleCount, citations: Sequence[Citation]) -> tuple[str, str]:
    """Return text and short answer of a count that is not nothing."""
    marks = "".join(f"[{citation.number}]" for citation in citations)
    told, left_out = _number_in_words(count), _left_out_in_words(count)
    first = citations[0].article
    if intent.goal in {"earliest", "latest"}:
        order = "最早" if intent.goal == "earliest" else "最近"
        text = f"{told}，{order}的一篇是{_article_in_words(first)}{marks}。{left_out}"
        return text, (intent.asks_when and first.date) or first.title
    if intent.goal == "number":
        return f"{told}。{marks}{left_out}", f"{count.total:,}篇"
    listed = "；".join(f"{_article_in_words(c.article)}[{c.number}]" for c in citations)
    more = f"，前{len(citations)}篇是" if len(citations) < count.total else ""
    return f"{told}{more}：{listed}。{left_out}", "有" if intent.goal == "exists" else f"{count.total:,}篇"


def count_in_words(count: ArticleCount) -> str:
    """Tell a count: the number, the scope, and what was not counted."""
    return f"{_number_in_words(count)}。{_left_out_in_words(count)}"


def _number_in_words(count: ArticleCount) -> str:
    link = "或" if count.asked.any_of else "和"
    phrases = link.join(f"“{phrase}”" for phrase in count.asked.phrases)
    where = _scope_in_words(count.asked.scope)
    if not count.total:
        return f"{where}没有{f'提到{phrases}的' if phrases else ''}报道"
    reprinted = f"（含转载共刊出{count.printings:,}次）" if count.printings > count.total else ""
    return f"{where}有{count.total:,}篇报道{f'提到{phrases}' if phrases else ''}{reprinted}"


def _left_out_in_words(count: ArticleCount) -> str:
    undated = f"另有{count.undated:,}篇没有日期，未计入。" if count.undated else ""
    elsewhere = f"范围之外有{count.elsewhere:,}篇。" if count.elsewhere and not count.total else ""
    return undated + elsewhere


def _scope_in_words(scope: Scope) -> str:
    """Tell which printings were counted."""
    days = _days_in_words(scope)
    when = f"{scope.words or days}，" if scope.words or days else ""
    if scope.words and scope.reference:
        when = f"{scope.words}（{days}，按档案里最新的{_day_in_words(scope.reference)}推算），"
    papers = "".join(f"《{name}》" for name in scope.sources)
    section = "".join(f"{name.removesuffix('版')}版" for name in dict.fromkeys(scope.sections))
    page = f"第{scope.page}版" if scope.page else ""
    return f"{when}{papers or '档案里'}{section}{page}"


def _days_in_words(scope: Scope) -> str:
    if scope.first == scope.last and scope.first:
        return _day_in_words(scope.first)
    if scope.first and scope.last:
        return f"{_day_in_words(scope.first)}至{_day_in_words(scope.last)}"
    if scope.first:
        return f"{_day_in_words(scope.first)}以来"
    return f"{_day_in_words(scope.last)}以前" if scope.last else ""


def _day_in_words(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def _abstain(question: str, reason: str, nearest: tuple[Citation, ...]) -> Answer:
    return Answer(
        question=question,
        answered=False,
        text=f"档案未能回答这个问题：{reason}",
        short_answer=None,
        confidence=0.0,
        reason=reason,
        nearest=nearest,
    )
