"""Faults of wording: two things at once, leading, absolute, twice negated, jargon, too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveys.definition.design_checks.fault import (
    Finding,
    asking_questions,
    chinese,
    evaluating_questions,
    one_of,
    placed_questions,
)
from surveys.definition.survey import Audience, Survey
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

LONGEST_TITLE = 40

# Pairs that name one thing, and joining words that do not join what is judged.
_ONE_THING = re.compile(
    r"(意见|问题|想法|疑问|困难)(和|与|及|或|、)(建议|要求|想法|困难|意见|疑问)|投诉(和|与|、)(举报|建议)|"
    r"(亲友|亲戚|家人|同事|朋友|同行|亲朋)(和|与|或|、)(亲友|好友|家人|同事|朋友|同行)|(您|你)(和|与|及)(家人|您的家人)|"
    r"上级(和|与)下级|老人(和|与|、)残疾人|省(和|与|、)市|明察暗访|[^，。？、]{1,8}、[^，。？]{1,12}等"
)
_JOINING = re.compile(
    r"以及|并且|而且|同时|又|"
    r"(?<![温缓总平柔随饱共谐])(?:和|与)(?![谐气蔼解平睦否会时])|"
    r"(?<![以普涉顾波提遍不得来])及(?![时格早其])|"
    r"(?<![合归])(?:且)(?![慢])"
)
# "with": prepositions in front of a person or a yardstick, not joining words
_WITH = re.compile(
    r"(和|与|同|跟)(您|你|我|他|它|她|这|那|客户|用户|居民|群众|对方|本|贵|其他|别|相关|有关|各|预期|期望|承诺|宣传|合同|实际|标准|以往|去年|上次)|"
    r"(参与|给与|赋与|与时俱进|[和与].{1,8}(相比|相符|相称|相当|一致|有关|无关|沟通|联系|往来|配合|协作|合作|匹配|衔接|交流|打交道|不同))"
)
_JUDGING = (
    "准确|清楚|清晰|及时|便捷|方便|简便|简单|快捷|迅速|快|好|友善|友好|热情|耐心|满意|合理|规范|整洁|干净|明亮|舒适|稳定|正常|"
    "专业|熟练|公正|公平|透明|公开|畅通|顺畅|到位|充足|齐全|完善|完整|周到|礼貌|负责|认真|安全|可靠|有效|有序|明确|主动|易懂|高|低|短"
)
_JUDGED = re.compile(rf"(?:{_JUDGING})$")
_ASKING = re.compile(r"吗$|是不是|是否|有没有|为什么$")
_HOW = re.compile(r"^(?:很|非常|比较|都|也|十分|够|更|较|能|能够|有|不|做|且|并|均|得|十足|让人|令人|始终)*$")


def double_barrelled(survey: Survey) -> Iterator[Finding]:
    """One rating for two things: no one knows which of them was rated."""
    for place, wording in evaluating_questions(survey):
        if joined := _joined(wording):
            what = saying(marked("一题问了两件事（{joined}），两者感受不同的人无从作答"), joined=joined)
            yield place, what, "拆成两题，或只留下更重要的一件"


def _joined(wording: str) -> str:
    """What joins two judged things in a wording; empty when there is one."""
    question, *more = re.split("[？?]", _without_lead(wording))
    if again := next((each for each in more if _ASKING.search(each)), None):
        return f"“{question}？”与“{again}？”"  # any other that follows explains the scale
    words = _WITH.sub("", _ONE_THING.sub("", question))
    if found := _JOINING.search(words):
        return f"“{found.group()}”"
    clauses = [clause.rstrip("吗呢了。！") for clause in re.split(r"[，、；]", words)]
    judged = [clause for clause in clauses if _JUDGED.search(clause)]
    # The first has its own subject; a further one is a second thing when it brings a subject of its own.
    own = [clause for clause in judged[1:] if not _HOW.match(_JUDGED.sub("", clause))]
    return f"“{judged[0]}”与“{own[0]}”" if own else ""


def _without_lead(wording: str) -> str:
    """Without what goes before the question: 总体来说， 与上次相比，"""
    return re.sub(r"^[^，]{0,12}(来说|来看|而言|相比|之后|以后|以来|时|后|中|内)，", "", wording)


_LEADING = re.compile(
    r"难道|众所周知|大家都(认为|知道|说)|不觉得|您?是不是(也|都)?(觉得|认为)|是否也(觉得|认为)|显然|毫无疑问|不可否认|"
    r"相信您(一定|也|会)|您(一定|肯定|当然)|想必|(优质|优秀|贴心|卓越|一流|热情周到|暖心|高效便捷|先进|精心)的?(服务|产品|工作|员工|团队|体验)|"
    r"(糟糕|恶劣|低劣|落后)的?(服务|产品|态度|工作|环境)"
)


def leading(survey: Survey) -> Iterator[Finding]:
    """The wording suggests the answer."""
    for place, wording in asking_questions(survey):
        if found := _LEADING.search(wording):
            yield place, saying(marked("“{word}”暗示了答案"), word=found.group()), "改成中性的问法，不带评价"


_ABSOLUTE = one_of("""
    总是 从不 从来 从未 永远 绝对 完全 百分之百 毫无 每次都 一直都 任何时候 一切 所有的?人 (?<!不)一定(?!程度)
""")


def absolute(survey: Survey) -> Iterator[Finding]:
    """Few can agree to "always" and "never", so the scale loses its ends."""
    for place, wording in evaluating_questions(survey):
        if found := _ABSOLUTE.search(wording):
            yield (
                place,
                saying(marked("“{word}”说得太绝对，很少有人能同意"), word=found.group()),
                "去掉它，让分值表达程度",
            )


_TWICE_NEGATED = re.compile(
    r"(不是|并非|不会|不能|不可能|未必|从不|从未|不应|并不|(?<!有)没有|无)[^，。？、；]{0,6}?(不(?![同错断久足仅但过明良当实便]|合理|必要|文明|规范)|没有|未(?!来))|不无|无不|莫不"
)


def double_negation(survey: Survey) -> Iterator[Finding]:
    """Two negations are read as one, or as three."""
    for place, wording in asking_questions(survey):
        if found := _TWICE_NEGATED.search(re.sub(r"([一-鿿]{1,2})不\1|是否", "", wording)):
            yield place, saying(marked("“{word}”是双重否定，容易读反"), word=found.group()), "改成肯定的说法"


JARGON = {
    "业扩": "办电",
    "报装": "申请用电",
    "台区": "所在片区的供电设备",
    "配变": "变压器",
    "线损": "电量损耗",
    "计量装置": "电表",
    "工单": "这次服务",
    "闭环": "处理完毕并告知结果",
    "触点": "服务环节",
    "首问负责": "第一位接待的人负责到底",
    "赋能": "帮助",
    "抓手": "办法",
}
_ABBREVIATION = re.compile(r"(?<![A-Za-z])(CSAT|NPS|CES|KPI|SLA|IVR|CRM|GIS|SAIDI|SAIFI|O2O|VOC)(?![A-Za-z])")


_UNNAMED = re.compile(r"(?:选项|行|列) \d+")


def jargon(survey: Survey) -> Iterator[Finding]:
    """Words of the trade that customers do not know."""
    if survey.audience is not Audience.CUSTOMERS:
        return
    for place, wording in asking_questions(survey):
        if word := next((each for each in JARGON if each in wording), None):
            what = saying(marked("“{word}”是行业用语，客户未必明白"), word=word)
            yield place, what, saying(marked("换成日常的说法，例如“{plain}”"), plain=JARGON[word])
        elif found := _ABBREVIATION.search(wording):
            yield place, saying(marked("“{word}”是行业缩写，客户未必明白"), word=found.group()), "换成日常的说法"


def over_long(survey: Survey) -> Iterator[Finding]:
    """A long question is answered after its first half."""
    for place, wording in asking_questions(survey):
        if len(wording) > LONGEST_TITLE:
            what = saying(marked("题目有 {length} 字，读到后面容易忘了前面"), length=len(wording))
            yield place, what, saying(marked("缩短到 {most} 字以内，说明放到提示里"), most=LONGEST_TITLE)


def unnamed_part(survey: Survey) -> Iterator[Finding]:
    """An option or row that still has the number it was added with."""
    for place, question in placed_questions(survey):
        for setting in ("options", "rows", "choices"):
            for n, part in enumerate(getattr(question, setting, ())):
                if _UNNAMED.fullmatch(chinese(part.label).strip()):
                    what = saying(marked("“{label}”还是添加时的编号，没有写内容"), label=chinese(part.label))
                    yield (*place, setting, n, "label"), what, "写上内容，或删除它"
