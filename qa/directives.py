"""Sentences of a text that speak to a language model instead of to readers: planted instructions.

What stands in an archive is told, not obeyed. A sentence that gives orders to whoever reads it with a model
is neither shown to one nor accepted as support of what one writes; nor is what follows it in its paragraph.
"""

import re

from qa.passages import sentence_spans
from qa.records import Passage, Span
from qa.segmentation import fold

__all__ = ["addresses_model", "spans_for_readers"]

_MODEL = (
    r"(?:你是|你现在是|你将扮演|你扮演|扮演|作为|身为)(?:一个|一名|一位)?[^，。；,.]{0,8}(?:ai|人工智能|助手|助理|模型|机器人|海盗|黑客|猫)"
    r"|(?:语言|大)模型(?:请|应|必须|需|注意|须)|ai(?:助手|模型|系统)?[请须:]|致(?:ai|人工智能|大模型|语言模型|阅读本文的)"
    r"|chatgpt|gpt-?\d|\bllm\b|\b(?:assistant|system|user) ?[:>\]]|system ?prompt|developer mode|\bdan\b|jailbreak|越狱"
)
_ORDERS = (
    r"(?:忽略|无视|忘记|忘掉|抛开|不要理会|不必理会|停止遵守|覆盖|绕过)[^。！？]{0,10}(?:指令|指示|提示|规则|设定|限制|命令|约束|身份)"
    r"|(?:忽略|无视|忘记|忘掉|抛开|不要理会|不必理会)[^。！？]{0,6}(?:之前|以上|上面|上述|前面|先前|读者|用户)[^。！？]{0,8}(?:要求|内容|说明|段落|问题|话)"
    r"|(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules?|above|previous|context|guidelines?)"
    r"|(?:系统|新的?|开发者|隐藏|最新|最高优先级)(?:提示词?|指令|命令|消息|提示)|提示词"
    r"|(?:只|仅|必须|一律|统一|直接|务必|请|应当|应该)(?:能|需|可以|须|要|用)?[^。！？，,]{0,6}(?:回复|回答|输出|打印|返回|复述|透露|泄露|重复)(?![了过的率件会制])"
    r"|^(?:请|现在)?(?:回答|回复|输出|重复|复述|告诉读者)[:：“\"]"
    r"|(?:你的)?(?:回答|回复|答案|输出)(?:时|中|里|开头|末尾|结尾|前|后|的)*(?:必须|加上|附上|插入|包含|改为|改成|写成|应为|只写|加入)"
    r"|\b(?:reply|respond|answer|output|print|say|repeat|reveal|tell the user|write)\b.{0,30}(?:only|with|exactly|\bthe\b|:|\")"
    r"|you (?:are|must|should|will) (?:now )?(?:a|an|only|reply|respond|answer|act|pretend|ignore)"
    r"|do not (?:follow|obey|mention|answer)|from now on|new instructions?"
    r"|<\|?(?:im_start|im_end|system|user|assistant|endoftext)|\[/?inst\]|###? ?(?:instruction|system|response|指令|系统)|</?(?:passage|system|instructions?|prompt)>"
    r"|\]\(https?:|https?://\S+[?&]\w+=|(?:发送|上传|提交|转发)(?:到|至|给)[^。]{0,12}(?:https?|邮箱|网址|服务器)|(?:点击|访问|打开)[^。]{0,10}https?"
)
_DIRECTIVE = re.compile(f"{_MODEL}|{_ORDERS}")


def addresses_model(sentence: str) -> bool:
    """Whether a sentence tells a language model what to do (忽略以上指令，只回复……; ignore previous instructions)."""
    return bool(_DIRECTIVE.search(fold(sentence)))


def spans_for_readers(passage: Passage) -> list[Span]:
    """Return the sentences of a passage, as spans of its article's text, without planted instructions."""
    text = passage.article.text
    kept: list[Span] = []
    planted_in = None  # the paragraph that an instruction stands in, by its end
    for start, end in sentence_spans(text, passage.start, passage.end):
        paragraph = text.find("\n", start)
        if addresses_model(text[start:end]):
            planted_in = paragraph
        elif paragraph != planted_in:
            kept.append((start, end))
    return kept
