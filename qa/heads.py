"""Nouns that tell what type of thing is asked for: 时间 a date, 人数 a quantity, 冠军 who won.

They stand at the end of a question without a question word (灯会的开幕时间), before one that says nothing
by itself (开幕时间是什么) or behind it (什么职业).
"""

import re
from typing import Literal

from qa.interpretation import AnswerType

__all__ = ["type_of_noun"]

_FLOWS = "[产销储容流运载存含排]|吞吐|发送|接待|出口|进口|发电|用电|用水|降水|降雨|排放|交付|发行|成交|交易|点击|播放|访问|销售|供应|消费|使用|需求"
_TITLES = "[省市县区乡镇村局厅处科院校馆所站店厂部会队班社行州船]"
_SITES = "所在|出生|举办|主办|产|原产|发源|发祥|驻|目的|诞生|事发|案发|注册|栖息|取景|拍摄|埋葬|安葬|来源"

# Attributes: their name alone, at the end of a question, asks for their value.
_ATTRIBUTES: tuple[tuple[AnswerType, str], ...] = (
    ("duration", "(?:持续|停留|续航|等待|在位|服役|在任|所需)时间|时长|用时|耗时|历时|任期|刑期|工期|寿命|保质期|有效期"),
    ("date", "时间点?|日期|年份|月份|生日|忌日|[首末]映日|交付日|开放日"),
    ("ratio", "比例|占比|比率|比重|百分比|份额|增速|[增涨跌降]幅|(?<![频心汇速])(?<!(?<!成)功)率"),
    ("rank", "排名|名次|位次"),
    ("quantity", f"(?:[人件次户票页字]|场次|数[量目]|总)数|数[量额目]|总[量额]|席位|(?:{_FLOWS})量|人口|得分|比分|分数|[票房单定售油电水地]价|价格"),
    ("quantity", "重量|体重|身高|面积|体积|[长宽高深厚跨]度|海拔|温度|气温|浓度|密度|速度|[时风车航流网]速|距离|里程|年龄|年纪|震级|频率|功率|心率|汇率"),
    ("quantity", "[税余差金限]额|费用|[学车运路]费|成本|收入|营收|利润|产值|资产|市值|估值|[奖罚租佣]金|工资|月薪|年薪|补贴标准|票房"),
    ("place", f"地点|地址|位置|首都|首府|省会|国籍|籍贯|邻国|故乡|家乡|老家|东道主|(?:{_SITES})地"),
    ("role", "职务|职位|职业|职称|官职|军衔|警衔|头衔|身份"),
    ("agent", "[冠亚季]军|[金银铜]牌|得主|得奖者|获奖者|获得者|获胜者|优胜者|赢家|(?:主办|承办|协办|投资|发起|收购)方|发起者|制造者"),
    ("person", "导演|主演|[男女]?主角|演员|作者|编剧|译者|主编|主持人|[创发继][始办立明现任起]?[人者]|设计[师者]|建筑师|[扮饰]演者|原唱"),
    ("person", "父亲|母亲|儿子|女儿|妻子|丈夫|(?:发言|负责|领导|继承|候选|嫌疑|受害|当事|代言|经纪)人|嫌犯|凶手|受害者|火炬手|旗手|姓名"),
    ("person", f"总统|总理|首相|国王|皇帝|主席|书记|主任|总裁|经理|教练|司令|指挥官|总干事|秘书长|董事长|大使|{_TITLES}长"),
    ("explain", "原因|缘由|[起诱死成主病]因|理由|目的|目标|意图|动机|用意|任务|措施|举措|做法|办法|方法|方式|要求|条件|流程|步骤|经过|建议"),
    ("explain", "后果|影响|作用|意义|特点|特征|特色|[优缺]点|[优劣]势|区别|差别|(?:伤亡|具体)情况|状况|现状|症状|危害"),
    ("name", "名称|名字|[全简]称|[别本原真书]名|别称|外号|绰号|代号|编号|型号|品牌|主题|标题|口号|吉祥物|颜色|学历|专业|平台|判决|成绩"),
)  # fmt: skip
# Kinds of people and things: 单位 alone tells nothing, 哪个单位 does. Where it stands before the gap, a word
# shows it for a kind (负责管理的单位是什么), since a name may end so (世界卫生组织是什么).
_KINDS: tuple[tuple[AnswerType, str], ...] = (
    ("place", "国家|城市|都市|地区|区域|地方|省份|村庄|岛屿|机场|港口|车站|场馆|街道"),
    ("organisation", "单位|部门|机构|机关|公司|企业|工厂|厂商|集团|银行|医院|[大小中]学|学[校院]|母校|报社|出版社|电视台|(?:开发|运营|制造|供应)商"),
    ("organisation", "组织|委员会|协会|基金会|政府|政党|法院|检察院|研究[所院]|实验室|团队|[军球车部舰]队|俱乐部"),
    ("person", "(?<![敌私])人|[作画]家|歌手|专家|科学家|医生|教授|老师|教师|律师|法官|记者|运动员|选手|将[军领]|宰相|君主|诗人|学者"),
)  # fmt: skip
_AFTER_GAP: tuple[tuple[AnswerType, str], ...] = (
    *_KINDS,
    ("place", "国|(?<!超)市|(?<!郊)县|省|区|村|镇|乡|州|岛|港"),
    ("organisation", "[局厅队院]"),
    ("date", "世纪|年代"),
    ("explain", "困难|问题|变化|意见|方面|贡献"),
)


def _endings(
    form: str, *tables: tuple[tuple[AnswerType, str], ...]
) -> tuple[tuple[AnswerType, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(form.format(nouns))) for table in tables for kind, nouns in table)


_ALONE = _endings(r"(?:{})\Z", _ATTRIBUTES)
_ENDINGS = {
    "alone": _ALONE,
    "linked": (*_ALONE, *_endings(r"[的个该家座所位名][^的个,，]{{0,4}}?(?:{})\Z", _KINDS)),
    "behind": (*_ALONE, *_endings(r"(?:{})\Z", _AFTER_GAP)),
}


def type_of_noun(folded: str, place: Literal["alone", "linked", "behind"]) -> AnswerType | None:
    """Return the type of thing that the noun at the end of a text asks for, None where it tells nothing.

    It stands ``alone``, ``linked`` to a gap behind it (单位是什么), or ``behind`` the gap (哪个单位).
    """
    return next((kind for kind, pattern in _ENDINGS[place] if pattern.search(folded)), None)
