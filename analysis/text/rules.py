"""Rules for what a table of n-grams cannot see in a short comment: what a negation, a contrast, a comparison
or a pair of ironic quotation marks does to an opinion word.

They read characters, not words, because segmentation tears negations apart; and they are meant for short
comments only, where one word decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.text.lexicon import Hit

_REACH = 12
_HARMLESS = re.compile(
    "不得不|不由得|不由自主|不仅仅?|不但|不光|不只是?|不单|不管|不论|无论|无非|差不多|没想到|没成想|想不到|不好意思|不愧"
    "|要不是|不用说|不必说|说不定|不一会儿?|不久|不断|不时|不停地|特别|别人|别的|别家|个别|区别|分别|非常|非得|不免|不过|不料|不然|未来|不禁"
    "|无论如何|有没有|能不能|是不是|好不好|会不会|可不可以|对不起|不同|不知不觉|没话说|不止|不外乎|不要太"
)
_NOT = (
    "不能说|不能算|不敢说|谈不上|称不上|算不上|说不上|没什么|没有什么|没啥|没有|没|木有|不是|不会|不算|不怎么|不太|不大|不够|不要|不用|不必|无需|无须"
    "|不再|不能|不|毫无|从无|无|从未|未曾|未|并非|绝非|非|莫|别|难以|杜绝|避免|减少了?|告别|甭|何谈|缺乏|缺少|免得|省得|免去|省去|不存在"
)
_FILLING = (
    "那么|这么|那样|这样|很|太|特别|非常|十分|多|再|又|出现|发生|有|过|啥|什么|任何|让人|令人|使人|叫人|觉得|感到|感觉|怎么|的|地|得|是|能|会|可以|得到|做到"
    "|给我|给|人|一点儿?|丁点|够|完全|真|被|遇到|碰到|因为|因|去|来|到|像|一个|一次|半点|丝毫|怎样|乱|随便|必|在|用|对|大家|用户|客户|我们?|过任何"
)
_NEGATED = re.compile(f"(?:(?:{_NOT})(?:{_FILLING}){{0,3}})+$")
_NEGATION = re.compile(_NOT)
_LESS_THAN = re.compile(
    "(?:没有|没|不如|不及|比不上|赶不上|不像)[^,。]{0,8}(?:以前|之前|原来|过去|从前|先前|当初|去年|上次|别的|其他|其它|人家|别人|别处|想象|想像|预期|宣传|说)"
    "[^,。]{0,4}$"
)
_CLAIM = re.compile("(?:不能说|不能算|不敢说|谈不上|称不上|算不上|说不上|没人说|不觉得|不认为)[^,。]{1,8}$")
_DENIED_BLAME = 2.4
"""Who says "not slow at all" is content, however weak the word."""
_UNDONE = re.compile("^(?:不了|不起来|不到哪|个屁|个鬼|才怪|不上|不出来)")
_STRONGER = re.compile(
    "(?:最|太|非常|特别|极其|极|超级?|贼|巨|真是?|十分|相当|老|死|好|蛮|挺|很|越来越|更加?)(?:的|地)?$"
)
_WEAKER = re.compile("(?:有点儿?|有些|稍微|稍|略微?|比较|还算|还|尚|偏)$")
_IRONY = re.compile(
    "(?:[\"“'‘「]([^\"”'’」]{1,6})[\"”'’」])|呵呵|真是服了|也是醉了|醉了|佩服得?五体投地|好一个|我谢谢你|谢谢你全家|多亏了?.{0,8}(?:停电|没电|黑)"
    "|(?:感谢|谢谢|多谢|拜).{0,14}(?:让|害|使)我?们?.{0,10}(?:体验|享受|见识|感受|领教|蜡烛|烛光|摸黑|黑|热|冻|等)"
    "|(?:可|还)真(?:会|行|有本事)|真(?:有你们的|行啊)|原始社会|回到(?:解放前|旧社会|石器时代|八十年代|古代)"
)
_IRONIC_WHOLE = 6
_CONTRAST = re.compile(
    "^(?:但是?|不过|可是|可(?![以能靠爱])|然而|只是|就是|唯一|唯独|只不过|却|美中不足|可惜|遗憾的是|偏偏|反而)"
)
_CONCESSION = re.compile("^(?:虽然?说?|尽管|虽说|固然|即使|即便|就算)")
_FORMERLY = re.compile("^(?:以前|之前|原来|过去|原先|从前|早先|早些年|前些年|往年)")
_NEUTRAL = re.compile(
    "一般般?$|^(?:感觉|总体|整体|服务|态度|速度|质量|都|还|很|就)*(?:一般般?|普普通通|普通|中等|平平|凑合|将就|马马虎虎|中规中矩|过得去|说得过去|差不多|就那样|就这样|不好不坏|不功不过|无功无过|无感|没感觉|正常吧)"
)
_AMBIVALENT = re.compile(
    "(?:说不上|谈不上|不算|称不上|没有特别|不)好.{0,4}(?:坏|差)|好坏参半|有好有坏|有利有弊|有赞有弹|一半一半"
)


def clause_strength(clause: str, hits: Sequence[Hit]) -> float:
    """The strength of a normalised clause from its opinion words, each in its context."""
    total, free = 0.0, 0
    ironic = [match.span(1) for match in _IRONY.finditer(clause) if match.group(1)]
    for hit in hits:
        strength = _in_context(clause, hit, max(free, hit.start - _REACH))
        if strength > 0 and any(start <= hit.start and hit.end <= end for start, end in ironic):
            strength = -strength
        total += strength
        free = hit.end
    return total


def _in_context(clause: str, hit: Hit, since: int) -> float:
    before = _HARMLESS.sub(lambda match: "·" * len(match[0]), clause[since : hit.start])
    strength = hit.strength * _degree(before)
    if strength > 0 and (_LESS_THAN.search(before) or _UNDONE.match(clause[hit.end :])):
        return -strength
    negated = _NEGATED.search(before)
    denials = len(_NEGATION.findall(negated.group())) if negated else bool(_CLAIM.search(before))
    if denials % 2:
        return -0.9 * strength if strength > 0 else max(_DENIED_BLAME, -0.9 * strength)
    return strength


def _degree(before: str) -> float:
    if _WEAKER.search(before):
        return 0.7
    return 1.3 if _STRONGER.search(before) else 1.0


def clause_weight(clauses: Sequence[str], position: int) -> float:
    """How much a clause counts beside the others: what stands after a "but" outweighs what stands before."""
    if _CONCESSION.match(clauses[position]) and position + 1 < len(clauses):
        return 0.25
    if _FORMERLY.match(clauses[position]) and position + 1 < len(clauses):
        return 0.25
    if any(_CONTRAST.match(later) for later in clauses[position + 1 :]):
        return 0.3
    return 1.0


def is_ironic(text: str) -> bool:
    """Whether a normalised comment uses a known turn of irony, quoted praise aside."""
    return any(match.group(1) is None for match in _IRONY.finditer(text))


def is_ambivalent(text: str) -> bool:
    """Whether a normalised comment says that it is neither good nor bad."""
    return bool(_AMBIVALENT.search(text))


def is_lukewarm(text: str) -> bool:
    """Whether a normalised comment says "so-so"."""
    return bool(_NEUTRAL.search(text.strip(" ,。!吧了的啊")))
