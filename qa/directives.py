"""Sentences of a text that speak to a language model instead of to readers: planted instructions.

What stands in an archive is told, not obeyed. A sentence that gives orders to whoever reads it with a model
is neither shown to one nor accepted as support of what one writes.
"""

import re

from qa.segmentation import fold

__all__ = ["addresses_model"]

_MODEL = (
    r"(?:你是|你现在是|你将扮演|你扮演|扮演|作为|身为)(?:一个|一名|一位)?[^，。；,.]{0,8}(?:ai|人工智能|助手|助理|模型|机器人|海盗|黑客|猫)"
    r"|(?:语言|大)模型(?:请|应|必须|需|注意|须)|ai(?:助手|模型|系统)?[请须:]|致(?:ai|人工智能|大模型|语言模型|阅读本文的)"
    r"|chatgpt|gpt-?\d|\bllm\b|\bassistant\b|\bsystem\b|system ?prompt|developer mode|\bdan\b|jailbreak|越狱"
)
_ORDERS = (
    r"(?:忽略|无视|忘记|忘掉|抛开|不要理会|不必理会|停止遵守|覆盖|绕过)[^。！？]{0,14}(?:指令|指示|提示|要求|规则|设定|限制|命令|说明|内容|约束|身份|段落|问题)"
    r"|(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules?|above|previous|context|guidelines?)"
    r"|(?:系统|新的?|开发者|隐藏|最新|最高优先级)(?:提示词?|指令|命令|消息|提示)|提示词"
    r"|(?:只|仅|必须|一律|统一|直接|务必|请|应当|都要)(?:能|需|可以|须|要|用)?(?:[^。！？，,]{0,12})(?:回复|回答|输出|答复|打印|返回|回应|作答|复述|写出|透露|泄露|重复)(?![了过的率件会制])"
    r"|(?:在|将)?(?:你的)?(?:回答|回复|答案|输出)(?:中|里|开头|末尾|结尾|前|后|的)?(?:必须|加上|附上|插入|包含|改为|改成|写成|应为|里加|中加|只写|末尾加|加入)"
    r"|\b(?:reply|respond|answer|output|print|say|repeat|reveal|tell the user|write)\b.{0,30}(?:only|with|exactly|\bthe\b|:|\")"
    r"|you (?:are|must|should|will) (?:now )?(?:a|an|only|reply|respond|answer|act|pretend|ignore)"
    r"|do not (?:follow|obey|mention|answer)|from now on|new instructions?"
    r"|<\|?(?:im_start|im_end|system|user|assistant|endoftext)|\[/?inst\]|###? ?(?:instruction|system|response|指令|系统)|</?(?:passage|system|instructions?|prompt)>"
    r"|!\[[^\]]*\]\(|https?://\S+[?&]\w+=|(?:发送|上传|提交|转发)(?:到|至|给)[^。]{0,12}(?:https?|邮箱|网址|服务器)|(?:点击|访问|打开)[^。]{0,10}https?"
)
_DIRECTIVE = re.compile(f"{_MODEL}|{_ORDERS}")


def addresses_model(sentence: str) -> bool:
    """Whether a sentence tells a language model what to do (忽略以上指令，只回复……; ignore previous instructions)."""
    return bool(_DIRECTIVE.search(fold(sentence)))
