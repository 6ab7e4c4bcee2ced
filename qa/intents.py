"""Questions that are asked of the archive itself: who said this sentence, how many articles mention that.

Read by their wording alone. What asks for something told in an article (他发表了多少篇论文) is none of
these: a count must name articles, a word of mention and nothing else but its scope; a look-up must
hold the sentence.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.alignment import letters_of
from qa.catalogue import Catalogue
from qa.counting import Mentions, Scope
from qa.gaps import asks_in_words
from qa.numerals import value_of
from qa.periods import Period, first_time
from qa.segmentation import fold
from qa.tagging import tag

__all__ = ["CountIntent", "LookupIntent", "read_count", "read_lookup"]

LookupGoal = Literal["who", "where"]
CountGoal = Literal["number", "list", "exists", "earliest", "latest"]

# Counting

_LONGEST_COUNT = 200  # characters; what is longer is no such question, and the patterns are slow on it
_ARTICLE = "(?:新闻)?(?:报道|报导|文章|稿件|稿子|新闻|消息|通讯)"
_MANY = "(?:多少|几)(?:篇|条|则)"
_WHICH = "哪(?:些|几篇|几条|一?篇)"
_MENTION = (
    "(?:提到|提及|提过|谈到|谈及|说到|讲到|写到|涉及到?|报道|介绍|包含|含有|出现|写|讲|关于|有关)(?:了|过)?"
)
_TOLD = "(?:提到|提及|提过|谈到|谈及|说到|讲到|写到|涉及|报道|出现)(?:了|过)?"
_EARLIEST, _LATEST = "最早|最先|首次|第一次", "最近一次|最后一次|最近|最新|最后|最晚"
_WHEN = f"(?:什么时候|什么时间|何时|哪一?天|哪一?年|{_WHICH}(?:{_ARTICLE})?|哪)"
_PHRASE = "(?P<phrase>.+?)"
_COUNTS: tuple[tuple[CountGoal | None, str], ...] = (
    (None, f"(?P<order>{_EARLIEST}|{_LATEST})的?(?:一[篇次])?{_TOLD}{_PHRASE}(?:的(?:那?一?篇)?{_ARTICLE})?(?:是|见于)?在?{_WHEN}"),
    (None, f"{_TOLD}{_PHRASE}的?(?P<order>{_EARLIEST}|{_LATEST})的?(?:一[篇次])?的?(?:{_ARTICLE})?是?在?{_WHEN}"),
    ("number", f"有?{_MANY}{_MENTION}{_PHRASE}的{_ARTICLE}(?P<after>)"),
    ("number", f"有?{_MANY}{_ARTICLE}?(?:里面?|中)?都?{_MENTION}{_PHRASE}"),
    ("number", f"{_MENTION}{_PHRASE}的{_ARTICLE}?(?P<after>.*?)有?{_MANY}{_ARTICLE}?"),
    ("number", f"{_PHRASE}(?:一共|总共|共)?在{_MANY}{_ARTICLE}(?:里面?|中)?都?(?:出现|被?提到|被?提及)[了过]*"),
    ("number", f"{_PHRASE}(?:一共|总共|共)?被{_MANY}{_ARTICLE}(?:提到|提及|报道)[了过]*"),
    ("list", f"有?{_WHICH}{_MENTION}{_PHRASE}的{_ARTICLE}(?P<after>)"),
    ("list", f"有?{_WHICH}{_ARTICLE}(?:里面?|中)?都?{_MENTION}{_PHRASE}"),
    ("list", f"{_MENTION}{_PHRASE}的{_ARTICLE}(?P<after>.*?)(?:分别)?(?:都?有|是){_WHICH}"),
    ("list", f"(?:列出|列举|找出|查找|查一下|找一下|搜一下)(?:所有|全部)?{_MENTION}{_PHRASE}的(?:所有|全部)?{_ARTICLE}"),
    ("exists", f"(?:有没有|有无|是否有){_MENTION}{_PHRASE}的{_ARTICLE}"),
    ("exists", f"(?:有没有|有无|是否有){_ARTICLE}(?:里面?|中)?{_MENTION}{_PHRASE}"),
    ("exists", f"有{_ARTICLE}(?:里面?|中)?{_MENTION}{_PHRASE}吗"),
    ("number", f"(?:有|刊登了?|登了|刊发了?|发表了|收录了?)?{_MANY}{_ARTICLE}(?P<after>)"),
)  # fmt: skip
_COUNT_PATTERNS = tuple((goal, re.compile(f"(?P<before>.*?){pattern}")) for goal, pattern in _COUNTS)
_COURTESY = re.compile(
    r"^(?:请问|请|帮我|我想知道|想知道|我想问一下|麻烦|查一下|查查|统计一下|统计|数一数|数一下|[，,\s])+"
)
_ENDING = re.compile(r"(?:[?？。.!！\s]|(?<!有)[呢啊呀])+$")
_PAPER = re.compile(r"《([^《》]{2,12})》|([\u4e00-\u9fff]{2,4}(?:日报|晚报|早报|时报|晨报|商报|都市报))")
_PAGE = re.compile(r"第?(\d{1,2}|[一二三四五六七八九十]{1,3})版|(头版)")
_SECTION = re.compile(r"([\u4e00-\u9fff]{2,4})版面?")
# What is left of a count beside phrase and scope; anything else (他, 记者, 这家公司) asks for something told.
_GLUE = re.compile(
    r"(?:在|于|的|里面|里|中|内|期间|这|那|该|本|我们|咱们|报纸|报社|报|媒体上|档案|资料|数据库|库|上|共计|一共|总共|合计|共|全部|所有|都|"
    r"曾经|曾|有|被|是|过|了|登过|刊登|发表|刊发|收录|和|到|目前|至今|截至|为止|总的|究竟|到底|[，,、:：\s])*"
)
_ARCHIVE = re.compile(r"档案|数据库|库里|报纸|[本这该]报")
_QUOTED = re.compile(r"[“「『\"《‘]([^“”「」『』\"《》]{1,60})[”」』\"》’]")
_TRAILING = re.compile(
    r"(?:(?:这个|一)(?:词|说法|名字)|这[一二三四五六七八九十]个字|字样|的(?:内容|情况|事情?))$"
)
_ALL_OF = frozenset({"和", "与", "及", "以及", "跟", "同时", "、"})
_ANY_OF = frozenset({"或", "或者", "或是"})

# Looking up

_THIS = r"(?:(?:这|此|该|下面|以下)一?(?:句|段|番|两句|几句)?(?:话|文字|引文|句子|表述|评价))"
_BY_WHOM = (
    r"(?:是|出自|來自|来自)?(?:谁|哪位|哪一?个?人|何人|什么人)(?:所)?(?:说|讲)?(?:过|的|之口|口中|的话)*"
)
_FROM_WHERE = (
    r"(?:(?:是|最早)?(?:出自|来自|见于|登在|刊登?在|出现在|源自|选自|摘自|在)(?:哪|什么|何)"
    r"一?(?:篇|里|儿|家|份|张|期|天|处|文|个?地方|报纸|报道|文章)|是哪一?(?:篇|家|份|张|期|天))[^。,?]{0,10}|是哪里来?的"
)
_WHETHER = r"(?:档案|报纸|报道|文章|库)?(?:里|中|上)?(?:有没有|有无|是否有|是否存在|有吗|存在吗)(?:出现|登|刊登|说|报道|这句话)?过?"
_SOURCE = r"的?出处(?:是|在)?(?:哪里|什么|哪儿|何处|哪篇[^。，？?]{0,6})?"
_ASKED = f"(?:(?P<who>{_BY_WHOM})|{_FROM_WHERE}|{_WHETHER}|{_SOURCE})"
_END = r"[?？。!！\s]*"
_OPEN, _CLOSE = '[“「『"]', '[”」』"]'
_LOOKUPS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"(?:请问|名言|这句话|原话)?[:：，,\s]*{_OPEN}(?P<quote>.{{2,}}){_CLOSE}[，,。\s]*{_THIS}[，,:：]?{_ASKED}{_END}",
        rf"(?:请问)?(?P<quote>.{{6,}}?)[，,。！!？?:：\s]*{_THIS}[，,:：]?{_ASKED}{_END}",
        rf"(?:请问)?{_OPEN}(?P<quote>.{{6,}}){_CLOSE}(?P<who>是?(?:谁|哪位|什么人|何人)(?:说|讲)过?的?(?:话)?){_END}",
        rf"(?:请问)?{_OPEN}(?P<quote>.{{6,}}){_CLOSE}(?:出自|见于|来自|登在|刊登?在)哪(?:一)?(?:篇|家|份|张|期)[^。，？?]{{0,10}}{_END}",
        rf"(?:请问)?(?P<who>(?:是)?(?:谁|哪位|什么人)(?:说|讲)[过了的]?){_THIS}?[:：，,\s]*{_OPEN}(?P<quote>.{{6,}}){_CLOSE}[的话]*{_END}",
        rf"(?:请问|帮我|请)?(?:查一?[下查]|找一?[下找]|核对一?下|有没有|有无){_THIS}[:：，,\s]*(?P<quote>.{{6,}})",
        rf"(?:请问)?{_THIS}{_ASKED}[:：，,?？\s]+(?P<quote>.{{6,}})",
        rf"(?P<quote>.{{6,}}?)[，,。\s]*(?:档案|报纸|报道|库)里?(?:有没有|有无|有吗)(?:{_THIS}|提到|登过|说过)?{_END}",
        rf"{_OPEN}(?P<quote>.{{6,}}){_CLOSE}{_SOURCE}{_END}",
        rf"{_OPEN}(?P<quote>[^“”「」『』\"]{{6,}}){_CLOSE}",
    )
)  # fmt: skip
_SENTENCE_END = re.compile(r"[。！!；;…][”」』）)]*$")
_ASKING_END = re.compile(r"[?？]\s*[”」』]?$|(?:是|为|在|有|的|达|达到|了)$")
_IMPERATIVE = re.compile(
    r"^(?:请|帮|给|告诉|介绍|说说|谈谈|讲讲|列|写|总结|概括|推荐|我|你|能|可以|麻烦|查|找|你好|您好|谢谢)"
)
_LONGEST_FRAMED = 2000  # characters; the patterns are slow on more
_STATEMENT = 12  # letters of a bare sentence that is surely more than a few words to search for
_COPIED = 20  # letters of a bare text that is hardly printed word for word by chance


@dataclass(frozen=True, slots=True)
class LookupIntent:
    """A sentence to look up. ``tentative`` tells that it may be an ordinary question unless it is printed so."""

    quote: str
    goal: LookupGoal
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class CountIntent:
    """Articles to count, and what the answer is to tell of them."""

    mentions: Mentions
    goal: CountGoal
    asks_when: bool = False


def read_lookup(question: str) -> LookupIntent | None:
    """Read a question for a sentence to look up; a bare sentence that asks nothing is one too."""
    text = question.strip()
    folded = fold(text)
    for pattern in _LOOKUPS if len(folded) <= _LONGEST_FRAMED else ():
        match = pattern.fullmatch(folded)
        if match:
            quote = text[slice(*match.span("quote"))].strip()
            return LookupIntent(quote, "who" if match.groupdict().get("who") else "where")
    letters = len(letters_of(text).folded)
    if letters < _STATEMENT or _IMPERATIVE.match(folded) or _ASKING_END.search(folded):
        return None
    asks, ends = asks_in_words(folded), bool(_SENTENCE_END.search(folded))
    if asks and not ends:
        return None
    # 几 and 如何 stand in statements too, and what lacks a full stop may be words to search for.
    tentative = asks or not ends
    return LookupIntent(text, "where", tentative) if not tentative or letters >= _COPIED else None


def read_count(question: str, catalogue: Catalogue) -> CountIntent | None:
    """Read a question for articles to count.

    The catalogue knows the newspapers, and the day of the newest article, from which 今年 and the like
    are counted.
    """
    if len(question) > _LONGEST_COUNT:
        return None
    folded = fold(question)
    start = match.end() if (match := _COURTESY.match(folded)) else 0
    end = match.start() if (match := _ENDING.search(folded, start)) else len(folded)
    for goal, pattern in _COUNT_PATTERNS:
        match = pattern.fullmatch(folded, start, end)
        if not match:
            continue
        intent = _intent(goal, match, question, catalogue)
        if intent:
            return intent
    return None


def _intent(
    goal: CountGoal | None, match: re.Match[str], question: str, catalogue: Catalogue
) -> CountIntent | None:
    groups = match.groupdict()
    before, after = groups["before"], groups.get("after") or ""
    first, last = match.span("phrase") if "phrase" in groups else (match.end(), match.end())
    if first == match.start():  # 2025年3月综治中心被多少篇报道提到
        time = first_time(groups["phrase"], catalogue.newest_day)
        if time and not time.start:
            first += time.end
            before = time.wording
    told = f"{before} {after}"
    scope = _scope(told, catalogue)
    if scope is None:
        return None
    phrases, any_of = _phrases(question[first:last]) if first < last else ((), False)
    if first < last and not phrases:
        return None
    if first == last and not (scope.sources or scope.words or _ARCHIVE.search(told)):
        return None
    if goal is None:
        goal = "earliest" if re.fullmatch(_EARLIEST, groups["order"]) else "latest"
    asks_when = bool(re.search(r"什么时[候间]|何时|哪一?[天年]$", match.group()))
    return CountIntent(Mentions(phrases, any_of, scope), goal, asks_when)


def _scope(told: str, catalogue: Catalogue) -> Scope | None:
    """Read the scope of a count; None where the words tell more than a scope."""
    time = first_time(told, catalogue.newest_day)
    if time:
        told = f"{told[: time.start]} {told[time.end :]}"
    source = next(
        (name for name in sorted(catalogue.newspapers, key=len, reverse=True) if fold(name) in told), None
    )
    if source:
        told = re.sub(f"《?{re.escape(fold(source))}》?", " ", told)
    elif paper := _PAPER.search(told):
        source = paper[1] or paper[2]
        told = told.replace(paper.group(), " ")
    page, sections = None, tuple[str, ...]()
    if match := _PAGE.search(told):
        page = "1" if match[2] else str(int(value_of(match[1]) or 0))
        told = told.replace(match.group(), " ")
    if match := _SECTION.search(told):
        sections = (match[1],)
        told = told.replace(match.group(), " ")
    if not _GLUE.fullmatch(told):
        return None
    sources = (source,) if source else ()
    if not time or not time.period:
        return Scope(sources, page=page, sections=sections)
    # What can be told without a day of reference was not counted from one.
    reference = None if first_time(time.wording, None) else catalogue.newest_day
    return Scope(sources, *_days(time.period), page, sections, time.wording, reference)


def _days(period: Period) -> tuple[str | None, str | None]:
    """Return the first and the last day in ISO 8601, None where the range is open."""
    first = None if period.first == date.min else period.first.isoformat()
    last = None if period.last == date.max else period.last.isoformat()
    return first, last


def _phrases(text: str) -> tuple[tuple[str, ...], bool]:
    """Cut what is to be mentioned into phrases: those in quotation marks, else at 和 or 或."""
    text = _TRAILING.sub("", text.strip(" \u3000，,的"))
    quoted = _QUOTED.findall(text)
    rest = _QUOTED.sub("", text).strip()
    if quoted and not rest:
        return tuple(map(str.strip, quoted)), False
    if quoted and all(token.word in _ALL_OF | _ANY_OF for token in tag(rest)):
        return tuple(map(str.strip, quoted)), any(word in rest for word in _ANY_OF)
    pieces, words = [""], set()
    for token in tag(text):
        if token.word in _ALL_OF | _ANY_OF:
            words.add(token.word)
            pieces.append("")
        else:
            pieces[-1] += token.word
    phrases = tuple(part for piece in pieces for part in piece.split() if letters_of(part).folded)
    return phrases, bool(words & _ANY_OF)
