"""Words that questions use where the text uses others: 负责人 for 主任, 比例 for 占, 伤亡 for 死亡."""

__all__ = ["variants_of"]

# But for the first two groups: pairs whose second word stands in the sentence that answers at least four
# times as often as in the others of its article, where the first is asked for and missing
# (DRCD, ATS and CAIL development data; docs/decisions.md).
_VARIANTS: dict[str, tuple[str, ...]] = {
    "负责人": (
        "主任",
        "书记",
        "局长",
        "院长",
        "馆长",
        "校长",
        "经理",
        "所长",
        "理事长",
        "会长",
        "站长",
        "处长",
    ),
    "占比": ("占", "比例", "比重"),
    "比重": ("占", "比例", "占比"),
    "比例": ("占", "占比", "比重"),
    "原因": ("因", "导致"),
    "目的": ("为了", "旨在"),
    "造成": ("导致", "致"),
    "导致": ("造成", "致"),
    "伤亡": ("死亡", "受伤"),
    "死亡": ("丧生", "身亡"),
    "地点": ("位于",),
    "地方": ("位于",),
    "职务": ("任",),
    "职位": ("任",),
    "担任": ("任",),
    "称为": ("称", "叫"),
    "称之为": ("称",),
    "成立": ("设立", "建立", "创立"),
    "建立": ("成立",),
    "举办": ("举行",),
    "举行": ("举办",),
    "召开": ("举行", "举办"),
    "年龄": ("岁",),
    "遭到": ("遭",),
    "遭遇": ("遭",),
    "抓捕": ("抓获",),
}


def variants_of(word: str) -> tuple[str, ...]:
    """Return the words that may stand in the text for a word of the question, none for most."""
    return _VARIANTS.get(word, ())
