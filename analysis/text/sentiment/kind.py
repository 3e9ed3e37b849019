"""What sort of comment this is, judged by its form: nothing said, a suggestion, a question, or neither."""

from __future__ import annotations

import re

_LEFT_OUT = re.compile(r"[\W_]+|[的了吧啊呀哦哈呢嘛啦]+$")
_THING = (
    "(?:的|其他|其它|别的|特别的|更多的?|任何|什么|啥|好的)*"
    "(?:意见|建议|想法|看法|要求|需求|诉求|要说|说|补充|评论|问题|反馈|内容|提)?"
    "(?:和|与|或|及)?(?:意见|建议|想法|问题)?"
)
NOTHING = re.compile(
    "(?:我|本人|第一次[办来用]?|刚搬?来|目前|暂时?|现在|这边|个人|对此|都|也|就|真的|确实|基本上?|应该)*"
    f"(?:(?:没有|没|无|木有|冇){_THING}(?:了|可(?:说|提|写|补充))?|不知道|不清楚|不了解|不太了解|没了解过|没想好|想不出来?|想不到|没什么|没啥"
    "|说不清楚?|不好说|不便评价|不好评价|不好评论|无法评价|不予?评价|不评价|未体验|没体验过|没用过|没办过|不详|略|同上|如上|见上|以上|跳过|保密|随便|随意"
    "|空|暂缺|不填|没填|不想说|不想填|不适用|none|null|nan|na|n|no|nil|无可奉告|无所谓|没感觉|暂无|暂时没有|没有?想到|想到|没想过)+"
    "(?:了|吧|的|啊|谢谢|呢|哦|哈|嘛|啦)*"
)
_AGAIN = (
    "再|老是?|总是?|一直|动不动|经常|频繁|随便|随意|轻易|突然|乱|天天|让|把|停|断|涨|推|拖|敷衍|忽悠|太|那么|这么|只|光"
)
DONT = re.compile(
    "(?:(?<![要我你他她它都也谁还可会就价])|(?:可|还|能))不要(?!紧|钱|脸|面子|命|[买选点吃喝用来去信]|相信|指望|上当|错过|犹豫|怀疑|小看|低估|说|提|的|了|也|白不要"
    "|误会|客气|谢|担心|想|[太]?好|太[^多久长频慢高贵少晚早远难吵乱低忙死复麻随]|红包|烟|水|礼|小费|报酬|任何|好处|一分|发票|证明|材料|排队|预约|跑|等|花|填|带|操心|$)"
    f"|(?<![特区分级性告个差辨识离送类鉴])别(?:{_AGAIN})(?!买|来|去|上当|信|用|点|吃|说|提)"
)
"""Asked not to do something. Who is told not to buy is warned, and who takes no money is praised."""
SUGGESTION = re.compile(
    f"{DONT.pattern}|"
    "希望|建议|期望|期待|盼望?|恳请|恳求|渴望|但愿|最好(?!的|了|吃|看|用|喝|是)|就更?好了|(?:如果|要是|若是?|假如|能).{0,14}(?:会|就|那?就)?更?(?:好了|好些|方便|完美|满意)|会更好|更完美了"
    "|^(?:麻烦|劳驾|拜托|烦请|敬请)[^,]{0,4}(?:尽[快早]|早[点日]|快点|赶[紧快]|帮|给|安排|派|处理|解决|修|把|检查|换|改)"
    "|^(?:快点|赶[紧快])(?:来|修|给|把|处理|解决|恢复|送电|通知)(?!了)"
    "|^(?:请(?!问|教)|望(?!而|着|见|去)|求(?!助|救)|应该?(?!是)|应当|需要?(?=加强|改|提|增|完善|多)|能不能|可不可以|能否|可否|可以(?=考虑|多|再|增|加|适当))"
    "|^(?:多(?:一?些|搞|组织|开展|增加|安排|宣传|关心|提供|设|开|派)|增加|增设|加强|加大|加快|改善|改进|提高|提升|完善|优化|尽快|尽早|早日|继续(?!保持|发扬)|简化|降低|缩短|减少|取消|延长|普及|推广)"
    "|(?:应该?|应当|必须|需要?|有待|可以|能够?)(?:尽快|再|进一步|多|适当)?(?:加强|加大|加快|改善|改进|提高|提升|完善|优化|增加|增设|简化|降低|缩短|减少|提前)"
    "|(?<![不没])(?:得|要|该)(?:再|继续|多|进一步)?(?:加强|改善|改进|提高|提升|完善|优化|加快|加大|整改)(?!了)"
    "|^(?:我们?|大家|再次|强烈|坚决|唯一的?)*要求(?!不[高多严]|很|太|也|都|[高低多严]|合理|没|基本|的|被|得到)|(?:^|就|我)只求|唯一的?(?:要求|愿望|请求)(?:就|便)?是"
    "|^[^,用会]{0,6}(?:不|别|少)(?![用需必管会同错])[^,]{1,8}就(?:行|可以|够|成|好)了?$"
    "|^(?:我们?)?(?:就|只|很)?想(?:要)?(?=更|早|快|多|少[停断跳]|提前)"
    "|再(?:[快好多早低近稳细]|便宜|方便|简单|热情|主动|耐心)(?:一?点|一?些).{0,4}就(?:更|很|最|太)?(?:完美|好|满意|理想|棒)"
    "|^(?:麻烦)?(?:下次|下回|以后|今后|往后)(?:请|别|勿|记得|务必|尽量|一定要?|多|少[停断跳]|早点|快点|提前|[^,会都才]{0,6}(?:提前|事先|早点)(?:说|讲|告诉|通知))(?!.*了$)"
    "|^(?:快|早点|赶紧|赶快)[^,了]{1,8}吧$|^(?:尽量)?少(?:[停断跳](?!机)|涨价|推诿|拖)(?!.*了$)|^(?:请|切|千万)?[勿莫](?!名|非|过|扰|忘)"
    "|^(?:请|务必|坚决|尽量)?(?:杜绝|避免|防止)(?:再次?|频繁|经常|出现|发生|随意|乱|突然|长时间|大面积|类似)*(?:停电|断电|跳闸|限电|推诿|扯皮|乱收费|误|错|排队|这种|此类)"
)
_FOR_EFFECT = re.compile("难道|岂(?:不|能|有)|就不能.{1,14}[吗么]")  # what is asked so is not wished for but missed
KEEP_ON = re.compile(
    "^[^不别勿没]*(?:继续(?:能够?|这样|这么|如此)?(?:保持|发扬|坚持)|再接再厉|(?:保持|坚持|好)下去|一如既往)"
)
"""Wished to go on as it is, which is praise of what is."""
RHETORICAL = re.compile(
    "(?:哪里|哪儿|哪|何处|上哪儿?)(?:还)?(?:能|可以|去)?(?:找|有)|(?:谁|怎么?)(?:能|会|敢)?(?:还)?不(?:喜欢|爱|满意|开心|高兴|感动|放心|夸|点赞|点个赞|说)"
    "|能不(?:喜欢|爱|满意|开心|高兴|感动|放心|夸|点赞|点个赞)|难道(?:还)?(?:不|能)|何必|岂(?:不|能)"
)
"""Asked for effect: the answer is in the question."""
QUESTION = re.compile(
    "[?]|请问|^(?:为什么|为啥|怎么(?!会这|样都|都|说|也)|怎样|如何|啥时候|什么时候|何时|哪里可以|哪儿)|什么时候(?:能|才|可以|来|修)|(?:是不是|能不能|可不可以|会不会|有没有).{1,12}(?:呢|啊|呀)?$"
    "|(?:吗|么)$|怎么(?:办|交|缴|查|申请|办理|收费|算|弄)(?:理|呢|啊|呀)?$"
)
OUTCRY = re.compile(
    "凭什么|这也叫|难道|就不能.{1,14}[吗么]|怎么回事|搞什么|还有没有人?管|有没有人管|什么态度|良心呢|不是(?:坑|骗|欺)|何必|像话吗|合理吗|还要不要|讲不讲理"
)
_WHO = (
    "(?:我们?|俺|咱们?|本人|我们?家里?|家里|全家|我[爸妈]|[爸妈]妈?|父母|爱人|孩子|老[伴公婆]"
    "|我们?(?:单位|公司|厂|店|村|小区|班))"
)
_WHEN = (
    "(?:平时|平常|通常|一般都?|主要|偶尔|有时候?|经常|每个?[月年周天]|上个?[月周]|前[年天]|去年|今年|昨天|前天|今天|刚|刚刚|第[一二三]次"
    "|\\d{1,4}[年月号日]|目前|现在)"
)
FACT = re.compile(
    f"^{_WHO}(?:都|也|就|{_WHEN})*(?:是(?![很真太不最])|住|在|用的?是|有[一二两三四五六七八九十几\\d]|没?办过|去过|来过|买|租|搬|装的|属于|姓|从事|做)"
    f"|^{_WHEN}(?:{_WHO}|都|也|就|是|才)*(?:用|去|来|在|办|交|缴|搬|装|买|住|开|接|有人|自己|通过|走|填|参加)"
    "|^(?:用的?是|住在?|通过|使用|办的?是|坐的|走的)|^(?:电|水|气|物业)费(?:都|一直)?是?[^,。]{0,6}(?:交|缴|付)"
)
"""A plain fact of who writes: what they are, have, use or did, in the form in which no judgement is passed."""
_FACT_AT_MOST = 24
_LOUD = re.compile("[?!]{2,}$")


def without_ornament(text: str) -> str:
    """The normalised comment without punctuation, blanks and closing particles."""
    return _LEFT_OUT.sub("", text)


def is_empty_answer(text: str) -> bool:
    """Whether a normalised comment says nothing: empty, digits, one repeated letter, or 无, 没有, 暂无建议…"""
    bare = without_ornament(text)
    if not bare:
        return not re.search(r"[^\W\d_]|[\U0001F000-\U0001FFFF\u2600-\u27bf]", text)
    if len(bare) > 24:
        return False
    return bool(NOTHING.fullmatch(bare)) or bare.isdigit() or bool(re.fullmatch(r"([a-z])\1*|([0-9a-z])\2+", bare))


def is_suggestion(clause: str) -> bool:
    """Whether a normalised clause asks for something to be done in future, and not only for what is done already."""
    return bool(SUGGESTION.search(clause) and not KEEP_ON.search(clause) and not _FOR_EFFECT.search(clause))


def is_plain_fact(text: str) -> bool:
    """Whether a normalised comment does no more than tell a fact of its author."""
    return len(text) <= _FACT_AT_MOST and bool(FACT.search(text))


def is_rhetorical(text: str) -> bool:
    """Whether a normalised text asks for effect."""
    return bool(RHETORICAL.search(text))


def is_question(text: str) -> bool:
    """Whether a normalised comment asks for an answer; an outcry in the form of a question does not."""
    text = text.rstrip(" 。.!,")
    return bool(QUESTION.search(text)) and not is_outcry(text) and not _LOUD.search(text)


def is_outcry(text: str) -> bool:
    """Whether a normalised comment is anger in the form of a question."""
    return bool(OUTCRY.search(text))
