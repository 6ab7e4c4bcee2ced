"""Questions that no archive answers: greetings, tasks to write something, the weather, the time, a sum.

Read strictly, as whole questions: what only begins like one of these (今天的天气报道有几篇) is asked of
the archive.
"""

import re

from qa.segmentation import fold

__all__ = ["explain_outside"]

_LONGEST = 40  # characters; what is longer tells of something
_POLITE = "(?:请|请你|麻烦你?|帮我|帮忙|能不能|可以|你能|给我|为我|替我)*"
_MADE = "(?:诗|词|歌|小说|故事|作文|文章|稿子?|报告|总结|邮件|信|情书|笑话|代码|程序|段子|对联|广告语?|口号)"
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "问候",
        "(?:你好|您好|嗨|哈喽|hello|hi|早上好|上午好|下午好|晚上好|早安|晚安|再见|拜拜|谢谢你?|多谢|辛苦了|好的|嗯|哦|在吗|在不在)+",
    ),
    (
        "对程序自己的提问",
        "你(?:是谁|叫什么(?:名字)?|几岁了?|会(?:做|干)?(?:什么|啥)|能(?:做|干)(?:什么|啥|些什么)|是(?:什么|人|机器人|真人)吗?|是不是(?:人|机器人|真人))",
    ),
    (
        "写作的任务",
        f"{_POLITE}(?:写|作|编|创作|讲|说|生成|画)(?![过了的])(?:一|个|几|两)?(?:首|篇|个|段|封|幅|份|则|副|句)?[^，。]{{0,16}}?{_MADE}(?:吧|吗)?",
    ),
    ("翻译的任务", f"{_POLITE}(?:把|将)?[^，。]{{0,24}}翻译成?(?:一下)?(?:成?(?:英文|英语|中文|日语|法语))?(?:吧|吗)?"),
    ("天气", "(?:[今明后昨]天|现在|这周末?|下周|周末)?[\u4e00-\u9fff]{0,4}(?:的)?天气(?:怎么样|如何|好吗|预报|好不好)?"),
    ("天气", "(?:(?:[今明后]天|现在)[\u4e00-\u9fff]{0,6}|[\u4e00-\u9fff]{2,6}(?:[今明后]天|现在))(?:会|要)?(?:不会)?(?:下雨|下雪|刮风|降温|冷|热)(?:吗|不)?"),
    ("节目单", "(?:[今明]天|[今明]晚|晚上|现在)+有(?:什么|啥|哪些)(?:好看的)?(?:电视剧?|电影|节目|电视节目)"),
    ("时刻", "(?:现在|今天|此刻)(?:是)?(?:几点(?:钟|了)*|什么时间|几号|星期几|周几|几月几[日号])了?"),
    ("行情", "(?:今天|今日|现在|目前|当前|实时)的?[\u4e00-\u9fffa-z]{0,8}(?:股价|汇率|金价|油价|比分)(?:是|现在)?(?:多少|怎么样|如何)?"),
    ("算术", r"(?:计算|算一?下|求)?[\d\s.,+\-*/×÷()（）^]*\d[\d\s.,]*[+\-*/×÷^][\d\s.,+\-*/×÷()（）^]*\d[)）]?\s*(?:=|等于)?(?:多少|几)?"),
    ("闲聊", f"{_POLITE}(?:推荐|介绍)(?:一|几|个|些|部|本)*(?:家|首|款|处)?(?:好(?:看|吃|玩|听)的)?(?:电影|歌|书|餐厅|饭店|[\u4e00-\u9fff]{{1,3}}店|景点|游戏|小说|电视剧)"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_ENDING = re.compile(r"[\s?？!！。.,，~～呢啊呀吧]+$")


def explain_outside(question: str) -> str | None:
    """Return why a question is none for an archive, None where it may be one."""
    folded = _ENDING.sub("", fold(question.strip()))
    if not folded or len(folded) > _LONGEST:
        return None
    for kind, pattern in _COMPILED:
        if pattern.fullmatch(folded):
            return f"这是{kind}，不是向报纸档案提的问题。请问档案里报道过的人、事、数字或时间。"
    return None
