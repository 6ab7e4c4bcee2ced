"""The HTML of the review page; pure functions. Every text of a reader or of the archive is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse

from ui.feedback import Evidence, Feedback, Status
from ui.pages import label, plain_page, text

__all__ = ["Draft", "Listing", "draft_of", "review_page"]

_STATUSES: Mapping[Status, str] = {
    "new": label("待审", "to review"),
    "accepted": label("已采纳", "accepted"),
    "rejected": label("未采纳", "rejected"),
}
_VERDICTS = {"up": label("👍 有用", "helpful"), "down": label("👎 不对", "wrong")}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form of one piece of feedback; ``answers`` one a line."""

    type: str = ""
    question: str = ""
    answers: str = ""
    article_id: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One screen of feedback: which, how many there are of each status, and where it begins.

    ``token`` is what proves that a form is of this page; ``drafts`` are forms that are given back as they
    were sent, by the id of their feedback, with what is wrong in ``error``.
    """

    status: Status
    counts: Mapping[str, int]
    shown: Sequence[Feedback]
    token: str
    first: int = 0
    error: str = ""
    drafts: Mapping[str, Draft] = field(default_factory=dict)


def draft_of(said: Feedback) -> Draft:
    """Return what a form begins with: the gold question, else what the reader and the answer tell."""
    if gold := said.gold:
        return Draft(gold.type, gold.question, "\n".join(gold.answers), gold.article_id, gold.evidence)
    confirmed = said.short_answer if said.verdict == "up" and said.answered else None
    evidence = said.evidence[0] if said.evidence else None
    return Draft(
        type="",
        question=said.question,
        answers=said.correction or confirmed or "",
        article_id=evidence.article_id if evidence else "",
        evidence=evidence.quote if evidence else "",
    )


def review_page(listing: Listing) -> HTMLResponse:
    """Return the page."""
    error = f'<p class="error" role="alert">{text(listing.error)}</p>' if listing.error else ""
    items = "".join(_item(said, listing) for said in listing.shown)
    empty = f"<p>{label('没有反馈。', 'No feedback here.')}</p>"
    body = f"{_navigation(listing)}{error}{items or empty}{_further(listing)}{_files(listing.token)}"
    return plain_page(label("反馈审阅", "Review of feedback"), body, 400 if listing.error else 200)


def _navigation(listing: Listing) -> str:
    links = "".join(
        f'<a href="/review?status={status}"{" aria-current=page" * (status == listing.status)}>'
        f"{name} {listing.counts[status]}</a>"
        for status, name in _STATUSES.items()
    )
    return f'<nav aria-label="状态 Status">{links}</nav>'


def _further(listing: Listing) -> str:
    following = listing.first + len(listing.shown)
    if not listing.shown or following >= listing.counts[listing.status]:
        return ""
    query = text(urlencode({"status": listing.status, "first": following}))
    return f'<p><a href="/review?{query}">{label("更早的", "Earlier ones")}</a></p>'


def _item(said: Feedback, listing: Listing) -> str:
    answer = said.short_answer or said.text
    correction = (
        f"<p><strong>{label('读者的更正', 'Correction')}:</strong> {text(said.correction)}</p>"
        if said.correction
        else ""
    )
    return (
        f'<article id="{text(said.id)}"><h2>{text(said.question)}</h2>'
        f'<p class="facts">{_VERDICTS[said.verdict]} · <time>{text(said.given)}</time> · '
        f"{label('读者', 'reader')} {text(said.client)}</p>"
        f"<p><strong>{label('回答', 'Answer')}:</strong> {text(answer)}</p>{correction}"
        f"{''.join(map(_quote, said.evidence))}"
        f"{_form(said, listing.drafts.get(said.id) or draft_of(said), listing.token)}</article>"
    )


def _quote(evidence: Evidence) -> str:
    link = f"/#article={quote(evidence.article_id, safe='')}"
    return (
        f'<blockquote>{text(evidence.quote)} <a href="{text(link)}">{text(evidence.headline)}</a> '
        f"<small>{text(evidence.article_id)}</small></blockquote>"
    )


def _form(said: Feedback, draft: Draft, token: str) -> str:
    return (
        f'<form method="post" action="/review/{text(quote(said.id, safe=""))}">'
        f'<input type="hidden" name="token" value="{text(token)}">'
        f"<label>{label('问题', 'Question')}"
        f'<input type="text" name="question" value="{text(draft.question)}" required></label>'
        f"<label>{label('答案，每行一个；档案里没有则留空', 'Answers, one a line; none if there is none')}"
        f'<textarea name="answers" rows="3">{text(draft.answers)}</textarea></label>'
        f"<label>{label('类型', 'Type')}"
        f'<input type="text" name="type" value="{text(draft.type)}"></label>'
        f"<label>{label('依据所在文章的编号', 'Id of the article with the evidence')}"
        f'<input type="text" name="article_id" value="{text(draft.article_id)}"></label>'
        f"<label>{label('依据，与原文一字不差', 'Evidence, as it is printed')}"
        f'<textarea name="evidence" rows="3">{text(draft.evidence)}</textarea></label>'
        f'<button name="action" value="accept">{label("采纳", "Accept")}</button>'
        f'<button name="action" value="reject" class="second" formnovalidate>{label("不采纳", "Reject")}'
        "</button></form>"
    )


def _files(token: str) -> str:
    return (
        f"<article><h2>{label('导出与导入', 'Export and import')}</h2><nav>"
        f'<a href="/review/gold.jsonl">{label("金标问题", "Gold questions")} gold.jsonl</a>'
        f'<a href="/review/feedback.jsonl">{label("全部反馈", "All feedback")} feedback.jsonl</a></nav>'
        '<form method="post" action="/review/import" enctype="multipart/form-data">'
        f'<input type="hidden" name="token" value="{text(token)}">'
        f"<label>{label('导入反馈', 'Import feedback')}"
        '<input type="file" name="file" accept=".jsonl" required></label>'
        f"<button>{label('导入', 'Import')}</button></form></article>"
    )
