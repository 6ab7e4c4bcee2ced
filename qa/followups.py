"""Follow-up questions to whole ones: 那2023年呢？ and 他是什么职务？ leave out what the turn before says.

A rule rewrites the words of the question, so that its user can see what is searched and change it.
"""

import re
from collections.abc import Sequence

from qa.gaps import asks_in_words
from qa.query import MAX_QUESTION, Query, read_question
from qa.records import Answer
from qa.segmentation import bigrams, fold
from qa.tagging import Token, tag

__all__ = ["Turn", "complete_question"]

# A question asked before, or with it the Answer or short answer it got.
Turn = str | Answer | tuple[str, Answer | str | None]

# How many turns are looked back on.
_TURNS = 4
_OPENING = re.compile(r"^(?:那么?|还有|另外|此外|然后|请问|[,，、 ])+")
_CLOSING = re.compile(r"(?:又?(?:呢|怎么样|如何)|吗)?[?？。!！ ]*$")
_MORE = re.compile(r"(?:还有|其他的?|别的|还有别的|还有其他的?|接着|继续)?")
_WHY = re.compile(
    r"(?:这|那|它)?(?:是|又|都)?(?:为什么|为何|为啥|因何|什么原因|怎么回事|原因(?:是什么|何在)?)"
)
# 5号线 takes the place of 4号线.
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十百]+")
_DIVISION = re.compile(r"该(?:省|市|县|区|州|旗|镇|乡|村|国)")
_PERSON = frozenset({"他", "她", "他们", "她们", "此人", "这个人", "这人", "那个人"})
_THERE = frozenset({"那里", "那儿", "这里", "这儿", "当地", "此地"})
_THING = frozenset(
    {"它", "它们", "其", "该", "这", "此", "这个", "这家", "这座", "这所", "这项", "这部", "这条", "这场"}
)
_BARE_THING = frozenset({"它", "它们", "其"})
_THEN = frozenset({"当年", "同年", "同期", "那年", "当时", "那时", "那一年", "当月", "同月"})
_SUBJECT_ENDS = frozenset({"v", "vd", "p", "r", "d", "c", "xc"})
_NAMES = frozenset({"PER", "LOC", "ORG", "nz", "nw"})
_NOUNS = frozenset({"n", "an", "vn", "f", "s", *_NAMES})
_NAMED_KINDS = frozenset({"place", "organisation", "agent", "name"})


def complete_question(question: str, history: Sequence[Turn]) -> str:
    """Return the question with what it leaves out; one that stands by itself is returned as it is.

    ``history`` is what was asked before, oldest first. Raises QuestionError for a question that is empty
    or far too long; turns that were refused for that are passed over.
    """
    previous: Query | None = None
    answer: str | None = None
    for turn in history[-_TURNS:]:
        asked, told = _question_of(turn), _answer_of(turn)
        if bigrams(fold(asked)) and len(asked) <= MAX_QUESTION:
            asked = _complete(read_question(asked), previous, answer)
            previous, answer = read_question(asked[:MAX_QUESTION]), told
    return _complete(read_question(question), previous, answer)[:MAX_QUESTION]


def _question_of(turn: Turn) -> str:
    if isinstance(turn, Answer):
        return turn.interpretation.question if turn.interpretation else turn.question
    return turn if isinstance(turn, str) else turn[0]


def _answer_of(turn: Turn) -> str | None:
    if isinstance(turn, str):
        return None
    told = turn if isinstance(turn, Answer) else turn[1]
    return told.short_answer if isinstance(told, Answer) else told


def _complete(query: Query, previous: Query | None, answer: str | None) -> str:
    if previous is None:
        return query.text
    bare = _CLOSING.sub("", _OPENING.sub("", query.text))
    if _WHY.fullmatch(fold(bare)):
        return f"{previous.text[: len(previous.before)]}{_behind_gap(previous)}，为什么？"
    if query.type == "other" or not (query.english or asks_in_words(query.folded)):
        return _with_other(previous, bare)
    replaced = _without_pronouns(query, previous, answer)
    if replaced != query.text:
        return replaced
    opened = _OPENING.match(query.text)
    if (opened and opened[0] != "请问") or not _has_subject(query):
        return _subject(previous, query) + _OPENING.sub("", query.text)
    return query.text


def _behind_gap(query: Query) -> str:
    return _CLOSING.sub("", query.text[len(query.text) - len(query.after) :])


def _with_other(previous: Query, other: str) -> str:
    """Ask the question before of something else: of another time, place, person, title or deed."""
    if _MORE.fullmatch(fold(other)):
        return previous.text
    text, rest = previous.text, fold(other)
    for wording in read_question(other).times:
        if wording not in rest:
            continue
        rest = rest.replace(wording, "", 1).strip("的在")
        text = _replace_time(previous, text, wording)
    if not rest:
        return text
    numbered = re.search(_NUMBER.sub(lambda _: f"(?:{_NUMBER.pattern})", re.escape(rest)), fold(text))
    if numbered and _NUMBER.search(rest):
        return text[: numbered.start()] + rest + text[numbered.end() :]
    kind = tag(rest)[-1].label if len(tag(rest)) == 1 else "ORG" if _ends_in_noun(rest) else "v"
    alike = [t.word for t in tag(previous.folded) if t.label in _NOUNS and t.word[-1] == rest[-1]]
    for old in [*alike, *_counterparts(previous, kind)] if kind == "n" else _counterparts(previous, kind):
        if old and old in fold(text):
            at = fold(text).index(old)
            return text[:at] + rest + text[at + len(old) :]
    return rest + text


def _ends_in_noun(text: str) -> bool:
    return tag(text)[-1].label in _NOUNS


def _counterparts(previous: Query, kind: str) -> list[str]:
    """What of the question before a word of this kind takes the place of, the likeliest first."""
    people, places, organisations = previous.people[-1:], previous.places[:1], previous.organisations[:1]
    if kind == "PER":
        return [*people, previous.focus]
    if kind == "LOC":
        return [*places, *organisations]
    if kind in {"v", "vd", "vn"}:
        return [previous.gap_word]
    if kind in {"ORG", "nz", "nw"}:
        named = [e.word for e in previous.entities if e.label in {"nz", "nw"}]
        return [*organisations, *named[:1], *places, _subject(previous, None)]
    return [previous.focus, previous.gap_word]


def _replace_time(previous: Query, text: str, wording: str) -> str:
    for old in previous.times:
        if old in text:
            return text.replace(old, wording, 1)
    return wording + text


def _without_pronouns(query: Query, previous: Query, answer: str | None) -> str:
    """Put in place of the first pronoun what it stands for in the turn before."""
    tokens = tag(query.folded)
    for index, token in enumerate(tokens):
        meant, end = _meant(tokens, index, previous, answer)
        if meant:
            return query.text[: token.start] + meant + query.text[end:]
    return query.text


def _meant(tokens: Sequence[Token], index: int, previous: Query, answer: str | None) -> tuple[str, int]:
    """Return what a word stands for ("" for none), and where the words end that it takes the place of."""
    token = tokens[index]
    if token.word in _PERSON:
        told = answer if previous.type in {"person", "agent"} else None
        return told or "".join(previous.people[-1:]), token.end
    if token.word in _THERE:
        told = answer if previous.type == "place" else None
        return told or "".join(previous.places[-1:]), token.end
    if token.word in _THEN:
        return "".join(previous.times[:1]), token.end
    if token.word in _THING or (token.word[0] == "该" and token.label == "n"):
        told = answer if previous.type in _NAMED_KINDS else None
        behind = "".join(following.word for following in tokens[index:])
        if _DIVISION.match(behind) and previous.places:
            return previous.places[-1], token.start + 2
        named = "" if token.word in _BARE_THING else "".join(previous.organisations[-1:])
        subject = told or named or _subject(previous, None)
        return subject, _end_of_repetition(tokens, index, subject)
    return "", token.end


def _end_of_repetition(tokens: Sequence[Token], index: int, subject: str) -> int:
    """Return where 该院 ends in 该院院长, and 这家医院 in 这家医院的院长: a noun may repeat what is meant."""
    pronoun = tokens[index]
    if pronoun.word in _BARE_THING:
        return pronoun.end
    shown = 1 if pronoun.word[0] == "该" else len(pronoun.word)
    behind = "".join(token.word for token in tokens[index:])[shown:]
    for length in (4, 3, 2, 1):
        if length <= len(behind) and subject.endswith(behind[:length]):
            return pronoun.start + shown + length
    end = pronoun.end
    for following in tokens[index + 1 : index + 3]:
        if following.label not in {"q", "n", "nz"}:
            break
        end = following.end
        if following.label != "q":
            break
    return end


def _has_subject(query: Query) -> bool:
    """Whether a question says what it is about: it names something, or has a noun before its first verb."""
    if any(e.label in _NAMES for e in query.entities) or "“" in query.text or "《" in query.text:
        return True
    for token in tag(query.folded):
        if token.label in _NOUNS:
            return True
        if token.label in {"v", "vd", "p", "r"}:
            break
    return len(query.before) > 1 and any(t.label in _NOUNS for t in tag(query.before))


def _subject(previous: Query, query: Query | None) -> str:
    """Return what the question before is about: its words before the verb, else all but what it asks for.

    Times are left out where ``query`` has its own, and a title that was asked for (院长是谁).
    """
    end = 0
    for token in tag(previous.before) if previous.before else ():
        if token.label in _SUBJECT_ENDS:
            break
        end = token.end
    subject = previous.text[:end]
    if query is None or query.times:
        for wording in previous.times:
            subject = subject.replace(wording, "", 1)
    if subject.endswith(previous.focus) and previous.type in {"person", "agent", "role"} and previous.focus:
        subject = subject.removesuffix(previous.focus)
    subject = subject.strip("的，, ")
    return subject or _CLOSING.sub("", previous.text[: len(previous.before)] + _behind_gap(previous)) + "，"
