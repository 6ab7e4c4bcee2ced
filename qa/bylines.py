"""What a short printed line says of its makers: bylines, datelines, photo and editors' credits.

Also the people named in the run-in beginning of a news paragraph (``本报讯 记者…``).
"""

import re

__all__ = [
    "caption_label",
    "is_byline",
    "is_dateline",
    "is_editors_credit",
    "is_name_line",
    "is_photo_credit",
    "is_run_in",
    "people_of_byline",
    "people_of_run_in",
    "run_in_length",
    "tidy_credit",
]

_BULLET = "□■◎○●◇◆☐▢"
_HAN = "\u4e00-\u9fff"
_AGENCY = (
    r"(?:本报|本刊|本网|本社|新华社|中新社|中新网|人民网|法治网|新华网"
    r"|[\u4e00-\u9fff]{2,4}(?:日报|晚报|时报))"
)
_POST = r"(?:驻[\u4e00-\u9fff]{2,4}?)?(?:全媒体|融媒体|特约|见习|实习|首席|高级|摄影)*"
_ROLE = rf"{_AGENCY}?{_POST}(?:记者|通讯员|评论员|特派员|特约撰稿人|撰稿人)"
_DAY = r"[0-9０-９一二三四五六七八九十〇]{1,3}"
_NAME = rf"[{_HAN}]{{1,4}}(?:·[{_HAN}]{{1,8}})*"
_GAP = r"[\s、，,/／]"

_BYLINE = re.compile(rf"(?:{_ROLE})(?:{_GAP}+(?:{_ROLE}{_GAP}*)?{_NAME})+(?:{_GAP}*(?:文|图|摄|摄影|文/图))?")
_ATTACHED = re.compile(rf"(?:{_AGENCY}{_POST}(?:记者|通讯员){_GAP}*{_NAME}{_GAP}*)+")
_BARE_ROLE = re.compile(rf"{_AGENCY}(?:特约)?评论员")
_WORDS = re.compile(rf"[{_HAN}·]{{1,12}}(?:{_GAP}+[{_HAN}·]{{1,12}})*")
_NAMES = re.compile(rf"{_NAME}(?:{_GAP}+{_NAME})*")
_DATE = re.compile(
    r"[0-9０-９〇一二三四五六七八九]{4}年[0-9０-９一二三四五六七八九十]{1,2}月[0-9０-９一二三四五六七八九十]{1,3}日"
)
_DATELINE = re.compile(rf"据?{_AGENCY}[{_HAN}]{{0,12}}?(?:{_DAY}月)?{_DAY}日(?:讯|电)")
_RUN_IN = re.compile(rf"据?{_AGENCY}\s*(?:讯|[{_HAN}]{{0,12}}?(?:{_DAY}月)?{_DAY}日\s*(?:讯|电))")
_EDITORS = re.compile(
    r"(?:本版|[一二三四五六七八九十\d]{1,3}版)?(?:责编|责任编辑|责任校对|编辑|美编|美术编辑|版式设计|版式|校对|视觉设计|制图"
    r"|策划|融媒统筹|统筹|值班主任|值班编委|投稿邮箱|电子邮箱|邮箱|电话|数据来源)[:：\s]"
)
_PHOTO = re.compile(
    r"(?:.{0,40}?(?:摄|摄影|供图|摄影报道|图片报道)(?:[（(][^（）()]{1,12}[）)])?"
    r"|影像中国|人民视觉|视觉中国|资料图片|资料照片|新华社发.{0,12}|.{2,12}发[（(].{2,8}[）)]|[（(].{2,30}摄[）)])"
)
_CAPTION = re.compile(r"[▲△▼▽◀▶◄►]?\s*图(?:片)?[①-⑳❶-❿](?:[：:]|\s)*")
_RUN_IN_NAMES = re.compile(
    rf"({_AGENCY}|[{_HAN}]{{4,10}}电台|[{_HAN}]{{4,10}}电视台)?({_POST}(?:记者|通讯员))\s*"
    rf"((?:[{_HAN}·]{{2,4}}?、)*[{_HAN}·]{{2,4}}?)"
    # A digit begins the date behind a name whose space was lost at the end of a line.
    r"(?=[\s，,；）)：:0-9０-９]|从|报道|摄|近日|日前|今|昨|在|获悉|$|(?:、|\s)*(?:本报|新华社|通讯员))"
)
# Of names that end in no space or bracket, it is not sure where they end.
_RUN_IN_PEOPLE = re.compile(
    rf"\s*(?:[（(][^（）()]{{0,40}}(?:记者|通讯员|摄影)[^（）()]{{0,40}}[）)]|(?:{_POST}(?:记者|通讯员)\s*[{_HAN}·、]{{2,14}}\s+)+)?\s*"
)
_IN_BRACKETS = re.compile(rf"\s*[（(]({_NAME}(?:[、\s]{_NAME})*)[）)]")
_ROLE_WORD = re.compile(_ROLE)
_MAKER = re.compile(r"(?:摄影报道|摄影|摄|供图|文并图|文/图)$")
_LONGEST = 48  # characters; a longer line is text


def is_byline(text: str) -> bool:
    """Tell whether a line is nothing but a byline (``□　本报记者 …``, ``本报记者　…　…``)."""
    if len(text) > _LONGEST or text[-1:] in "。，、；：！？":
        return False
    if text[:1] in _BULLET:
        rest = text.lstrip(_BULLET).strip()
        return bool(_WORDS.fullmatch(rest))
    return any(pattern.fullmatch(text) for pattern in (_BYLINE, _BARE_ROLE))


def is_name_line(text: str) -> bool:
    """Tell whether a line may carry on a byline: names alone."""
    return len(text) <= 24 and bool(_NAMES.fullmatch(text))


def is_dateline(text: str) -> bool:
    """Tell whether a line is nothing but a dateline (``本报北京3月27日讯``) or a date."""
    bare = text.lstrip(_BULLET).strip()
    return len(text) <= 32 and bool(_DATELINE.fullmatch(bare) or _DATE.fullmatch(bare))


def is_run_in(text: str) -> bool:
    """Tell whether a paragraph opens as news does (``本报讯``, ``新华社北京3月27日电``)."""
    return bool(_RUN_IN.match(text[:_LONGEST]))


def run_in_length(text: str) -> int:
    """Return how many characters of a news paragraph its run-in has, reporters among them; 0 without one."""
    opening = _RUN_IN.match(text[:_LONGEST])
    if not opening:
        return 0
    people = _RUN_IN_PEOPLE.match(text, opening.end())
    return people.end() if people else opening.end()


def is_editors_credit(text: str) -> bool:
    """Tell whether a line credits editors or designers of the page, which is no article text."""
    return len(text) <= 120 and bool(_EDITORS.match(text)) and text[-1] not in "。！？"


def is_photo_credit(text: str) -> bool:
    """Tell whether a line below a caption credits its photographer or agency."""
    if len(text) > _LONGEST or text[-1] in "。，！？":
        return False
    return bool(_PHOTO.fullmatch(text) or is_byline(text) or _ATTACHED.fullmatch(text))


def caption_label(text: str) -> int:
    """Return the length of a numbered caption's label with the space after it (``图① ``), else 0."""
    match = _CAPTION.match(text[:16])
    return match.end() if match else 0


def tidy_credit(text: str) -> str:
    """Return a credit line with single spaces, the padding inside two-character names taken out."""
    return " ".join(_close_up(text.lstrip(_BULLET).split()))


def people_of_byline(lines: list[str]) -> list[str]:
    """Return the people of free-standing byline lines in order, each as ``role name``.

    A line without a role (an indented continuation) takes the role above it. White space inside a
    two-character name is padding: ``王  春`` is 王春.
    """
    people, role = [], ""
    for line in lines:
        text, position = line.lstrip(_BULLET).strip(), 0
        pieces: list[tuple[str, str]] = []
        for match in _ROLE_WORD.finditer(text):
            pieces.append((role, text[position : match.start()]))
            role, position = match.group(), match.end()
        pieces.append((role, text[position:]))
        for owner, names in pieces:
            found = _close_up([_MAKER.sub("", name) for name in re.split(rf"{_GAP}+", names)])
            people += [f"{owner} {name}".strip() for name in found]
        if not any(names.strip() for _, names in pieces) and role:
            people.append(role)
    return people


def people_of_run_in(text: str) -> list[str]:
    """Return the people named in the run-in beginning of a paragraph, each as ``role name``."""
    opening = _RUN_IN.match(text[:_LONGEST])
    if not opening:
        return []
    agency = re.match(rf"据?({_AGENCY})", opening.group())
    house = agency.group(1) if agency else ""
    rest = text[opening.end() : opening.end() + 80]
    head = re.split(r"[。！？]|报道", rest)[0] + "报道"
    people = []
    for owner, role, names in _RUN_IN_NAMES.findall(head):
        people += [f"{owner or house}{role} {name}" for name in names.split("、")]
    if not people and (match := _IN_BRACKETS.match(rest)):
        people = [f"{house} {name}" for name in re.split(r"[、\s]+", match.group(1))]
    return people


def _close_up(words: list[str]) -> list[str]:
    """Join single characters that stand in pairs (``王``, ``春``) into names; drop empty words."""
    names: list[str] = []
    waiting = False
    for word in filter(None, words):
        if waiting and len(_MAKER.sub("", word)) == 1:
            names[-1] += word
            waiting = False
        else:
            names.append(word)
            waiting = len(word) == 1
    return names
