"""Why a question gets no answer, in its own language: what was asked, and what the archive has instead."""

import re
from collections.abc import Iterable, Sequence

from qa.constraints import Violation, editions_in
from qa.english import PROVINCES
from qa.evidence import SENTENCE_FEATURES, Evidence
from qa.interpretation import AnswerType
from qa.query import Query
from qa.segmentation import fold
from qa.tagging import tag
from qa.weighing import TermWeights

__all__ = [
    "explain_doubt",
    "explain_nothing",
    "explain_unchecked",
    "explain_violation",
    "is_related",
    "say_unanswered",
]

# Below this share of the question's words (weighted), what was found is not even related.
_RELATED_COVERAGE = 0.34
_SHARE = SENTENCE_FEATURES.index("words")
_TOLD_TIMES = 3
_YEAR = re.compile(r"(\d{4})年(?!\d)")
_OPENING = 120
_SHORT_NAME = 2  # characters of a city or county that goes without its 市 or 县
_DIVISION = re.compile(r"^[\u4e00-\u9fff]{2,7}?(?:自治区|省|市|自治州|州|县|区|镇|乡|村)")
# In Chinese and in English; English names and times stay as the articles write them.
_NOTHING = ("档案中没有找到与问题有关的内容。", "nothing in the archive has to do with the question.")
_UNCHECKED = ("引文未能与原文逐字核对，故不作答。", "the quotes could not be checked against the articles.")
_OTHER = ("档案里有{told}的，没有{asked}的。", "the archive has {told}, not {asked}.")
_NOT_NAMED = ("档案里最接近的报道没有提到“{asked}”。", "the nearest articles do not mention “{asked}”.")
_OTHER_TITLE = (
    "档案里说到了{told}，但不是所问的“{asked}”。",
    "the archive tells of {told}, who is not the “{asked}” that was asked for.",
)
_NOT_TOLD = (
    "档案里有相关的报道，但没有说到{asked}。",
    "there are related articles, but they do not tell {asked}.",
)
_ASKED: dict[AnswerType, tuple[str, str]] = {
    "quantity": ("所问的数字", "the figure asked for"),
    "ratio": ("所问的比例", "the share asked for"),
    "rank": ("所问的名次", "the rank asked for"),
    "duration": ("所问的时长", "how long"),
    "date": ("所问的时间", "when"),
    "person": ("所问的人", "who"),
    "agent": ("是谁做的", "who did it"),
    "role": ("所问的职务", "the post asked for"),
    "place": ("所问的地点", "where"),
    "organisation": ("所问的单位", "which organisation"),
}
_WHAT_IS_ASKED = ("问题所问的内容", "what is asked")


def say_unanswered(query: Query, reason: str) -> str:
    """Return the text of an abstention."""
    return _say(
        query, ("档案未能回答这个问题：{reason}", "The archive does not answer this: {reason}"), reason=reason
    )


def explain_nothing(query: Query) -> str:
    """Return that nothing was found that has to do with the question."""
    return _say(query, _NOTHING)


def explain_unchecked(query: Query) -> str:
    """Return that no quote stood the comparison with its article."""
    return _say(query, _UNCHECKED)


def explain_violation(
    query: Query, violation: Violation, best: Evidence, told: Iterable[str], weights: TermWeights
) -> str:
    """Return what the best evidence breaks; ``told`` are the times that it and others alike tell instead."""
    if violation.kind == "time":
        times = list(dict.fromkeys([violation.told, *told]))[:_TOLD_TIMES]
        return _say(query, _OTHER, told="、".join(sorted(times)), asked=violation.asked)
    if violation.kind == "figure":
        return explain_doubt(query, best, weights, violation)
    if violation.kind == "title":
        return _say(query, _OTHER_TITLE, told=violation.told, asked=violation.asked)
    other = violation.told
    if violation.kind == "place":
        other = _place_in(query, best, violation.asked)
    elif violation.kind == "edition":
        other = other or _edition_in(best, violation.asked)
    if other:
        return _say(query, _OTHER, told=other, asked=violation.asked)
    return _say(query, _NOT_NAMED, asked=violation.asked)


def explain_doubt(
    query: Query, best: Evidence, weights: TermWeights, violation: Violation | None = None
) -> str:
    """Return what the nearest evidence leaves out: an organisation, a word, or the thing asked for."""
    missing = _missing_words(best, weights)
    if not is_related(query, best, weights):
        return explain_nothing(query)
    around = fold(f"{best.article.headline}\n{best.article.text}")
    absent = next((name for name in query.organisations if _bare(query, name) not in around), None)
    if absent:
        other = _organisation_in(query, best, absent)
        return (
            _say(query, _OTHER, told=other, asked=absent) if other else _say(query, _NOT_NAMED, asked=absent)
        )
    if missing and violation is None:
        word = max(missing, key=lambda one: missing[one])
        return _say(query, _NOT_TOLD, asked=f"“{word}”")
    asked = _ASKED.get(query.type, _WHAT_IS_ASKED)
    return _say(query, _NOT_TOLD, asked=asked[query.english])


def is_related(query: Query, evidence: Evidence, weights: TermWeights) -> bool:
    """Whether a passage with its headline has enough of the question's words to be shown as related.

    Of a question in English, which shares no words with it, the sentence must be near in meaning.
    """
    if query.english:
        return evidence.features[_SHARE] >= _RELATED_COVERAGE
    covered = 1 - sum(_missing_words(evidence, weights).values()) / (sum(weights.words.values()) or 1)
    return covered >= _RELATED_COVERAGE


def _say(query: Query, wordings: tuple[str, str], **parts: str) -> str:
    told = wordings[query.english].format(**parts)
    return _YEAR.sub(r"\1", told) if query.english else told


def _missing_words(best: Evidence, weights: TermWeights) -> dict[str, float]:
    """Return the question's words that are not in the passage or its headline, with their weights."""
    around = fold(f"{best.article.headline} {best.hit.passage.text}")
    return {word: weight for word, weight in weights.words.items() if word not in around}


def _place_in(query: Query, evidence: Evidence, asked: str) -> str:
    """Return a place that the evidence is about in place of the one asked for, "" where none is told.

    Of a province it is another one, the one that the article names most.
    """
    article = evidence.article
    if any(asked.startswith(name) for name in PROVINCES):
        others = [name for name in sorted(PROVINCES) if not _is_asked(query, name)]
        around = fold(f"{article.headline}\n{article.dateline}\n{article.text}")
        told = max(others, key=around.count)
        if told in around:
            return told
    for text in (evidence.sentence, article.headline, article.dateline, article.text[:_OPENING]):
        for token in tag(text):
            found = _DIVISION.match(token.word) if token.label == "ORG" else None
            place = found[0] if found else token.word if token.label == "LOC" else ""
            if len(place) > 1 and not _is_asked(query, place) and _is_alike(place, asked):
                return place
    return ""


def _is_alike(place: str, asked: str) -> bool:
    """Whether a place is one for certain, and of the kind that is asked for: 某某县 is none for 藏经楼."""
    division = _DIVISION.fullmatch(asked) or len(asked) == _SHORT_NAME
    return [token.label for token in tag(place)] == ["LOC"] and (bool(division) or place[-1] == asked[-1])


def _bare(query: Query, organisation: str) -> str:
    """Return the name of an organisation without the place before it, which its own papers leave out."""
    places = [place for place in query.places if organisation.startswith(place)]
    rest = organisation[len(max(places, key=len, default="")) :].lstrip("省市县区")
    return rest if len(rest) > 1 else organisation


def _edition_in(evidence: Evidence, asked: str) -> str:
    """Return what the evidence has of things numbered alike (第26届 for 第25届), else ""."""
    kinds = {kind for _, kind, _ in editions_in(fold(asked))}
    text = fold(f"{evidence.sentence}\n{evidence.article.headline}\n{evidence.article.text}")
    return next((wording for _, kind, wording in editions_in(text) if kind in kinds and kind), "")


def _organisation_in(query: Query, evidence: Evidence, asked: str) -> str:
    """Return an organisation of the evidence that ends like the one asked for (某某公司), else ""."""
    texts: Sequence[str] = (evidence.sentence, evidence.article.headline)
    found = [token.word for text in texts for token in tag(text) if token.label == "ORG"]
    return next((word for word in found if fold(word)[-2:] == asked[-2:] and not _is_asked(query, word)), "")


def _is_asked(query: Query, name: str) -> bool:
    folded = fold(name)
    return folded in query.folded or any(
        folded.startswith(place) or place.startswith(folded) for place in query.places
    )
