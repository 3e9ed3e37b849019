"""Rules for what a table of n-grams cannot see in a short comment: what a negation, a contrast, a comparison
or a pair of ironic quotation marks does to an opinion word.

They read characters, not words, because segmentation tears negations apart; and they are meant for short
comments only, where one word decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from analysis.text.sentiment.lexicon import Hit

RULES_UP_TO = 30
"""Longest comment in characters that the rules may touch; on longer ones the table alone is better."""
REACH = 12
"""How many characters before an opinion word may turn it."""
LATER = 7
"""Within how many characters after a blaming word it may be said that what is blamed is gone."""
_HARMLESS = re.compile(
    "不得不|不由得|不由自主|不仅仅?|不但|不光|不只是?|不单|不管|不论|无论|无非|差不多|没想到|没成想|想不到|不好意思|不愧"
    "|要不是|不用说|不必说|说不定|不一会儿?|不久|不断|不时|不停地|特别|别人|别的|别家|个别|区别|分别|非常|非得|不免|不过|不料|不然|未来|不禁"
    "|无论如何|有没有|能不能|是不是|好不好|会不会|可不可以|对不起|不同|不知不觉|没话说|谁(?:能|会)?不|(?:怎么?|哪|岂)能不|不止|不外乎|不要太"
)
NOT = (
    "不能说|不能算|不敢说|谈不上|称不上|算不上|说不上|没什么|没有什么|没啥|没有|没|木有|不是|不会|不算|不怎么|不太|不大|不够|不要|不用|不必|无需|无须"
    "|不再|不能|不|毫无|从无|无|从未|未曾|未|并非|绝非|非|莫|别|挑不出|找不出|看不出|难以|杜绝|避免|减少了?|告别|甭|何谈|缺乏|缺少|免得|省得|免去|省去|不存在"
)
DENYING = frozenset(word[0] for word in NOT.split("|"))
"""Every negation holds one of these characters."""
_FILLING = (
    "那么|这么|那样|这样|很|太|特别|非常|十分|多|再|又|出现|发生|有|过|啥|什么|任何|让人|令人|使人|叫人|觉得|感到|感觉|怎么|的|地|得|是|能|会|可以|得到|做到"
    "|给我|给|人|一点儿?|丁点|够|完全|真|被|遇到|碰到|因为|因|去|来|到|像|一个|一次|半点|丝毫|怎样|乱|随便|必|在|用|对|大家|用户|客户|我们?|过任何|让|叫|使|给|跟|找|挑|看|见|听|花|出|哪里|哪儿|半句|一句|一分|一点都|明显|见过|遇过|再有过?|有过|需要"
)
_NEGATED = re.compile(f"(?:(?:{NOT})(?:{_FILLING}){{0,3}})+$")
_NEGATION = re.compile(NOT)
_LESS_THAN = re.compile(
    "(?:没有|没|不如|不及|比不上|赶不上|不像)[^,。]{0,8}(?:以前|之前|原来|过去|从前|先前|当初|去年|上次|别的|其他|其它|人家|别人|别处|想象|想像|预期|宣传|说)"
    "[^,。]{0,4}$"
)
_CLAIM = re.compile("(?:不能说|不能算|不敢说|谈不上|称不上|算不上|说不上|没人说|不觉得|不认为)[^,。]{1,8}$")
_DENIED_BLAME = 2.4
"""Who says "not slow at all" is content, however weak the word."""
_GONE = re.compile(
    "^[^,。]{0,6}(?:少了|变少|减少|更少|下降|降低|降了|缓解|没了|没有了|消失|不见了|解决了|消除|取消了|好多了|改掉|不存在了?)"
)
ENDING = frozenset("少变减更下降缓没消不解取好改")
"""Whatever says that something is gone begins with one of these."""
UNDOING = frozenset("不个才")
"""The same for what takes praise back."""
_UNDONE = re.compile("^(?:不了|不起来|不到哪|个屁|个鬼|才怪|不上|不出来)")
IRONY = re.compile(
    "(?:[\"“'‘「]([^\"”'’」]{1,6})[\"”'’」])|^呵呵|真是服了|也是醉了|醉了|佩服得?五体投地|好一个|我谢谢你|谢谢你全家|多亏了?.{0,8}(?:停电|没电|黑)"
    "|(?:感谢|谢谢|多谢|拜).{0,14}(?:让|害|使)我?们?.{0,10}(?:体验|享受|见识|感受|领教|蜡烛|烛光|摸黑|黑|热|冻|等)"
    "|(?:可|还)真(?:会|行|有本事)|真(?:有你们的|行啊)|原始社会|回到(?:解放前|旧社会|石器时代|八十年代|古代)"
)
QUOTING = frozenset("\"“'‘「")
CONTRAST = re.compile(
    "^(?:但是?|不过|可是|可(?![以能靠爱])|然而|只是|就是|唯一|唯独|只不过|却|美中不足|可惜|遗憾的是|偏偏|反而)"
)
SET_ASIDE = re.compile(
    "^(?:虽然?说?|尽管|虽说|固然|即使|即便|就算|以前|之前|原来|过去|原先|从前|早先|早些年|前些年|往年|[^,]{1,6}倒(?:是|也|还))"
)
_BEFORE_BUT = 0.3
_SET_ASIDE_WEIGHT = 0.25
NEUTRAL = re.compile(
    "一般般?$|^(?:感觉|总体|整体|服务|态度|速度|质量|都|还|很|就)*(?:一般般?|普普通通|普通|中等|平平|凑合|将就|马马虎虎|中规中矩|过得去|说得过去|差不多|就那样|就这样|不好不坏|不功不过|无功无过|无感|没感觉|正常吧)"
)
AMBIVALENT = re.compile(
    "(?:说不上|谈不上|不算|称不上|没有特别|不)好.{0,4}(?:坏|差)|好坏参半|有好有坏|有利有弊|有赞有弹|一半一半|马马虎虎|不咸不淡|不温不火"
)


class RuleReading(NamedTuple):
    """An opinion word with the strength that its context gives it; what turns the word begins at *since*."""

    hit: Hit
    strength: float
    since: int

    @property
    def is_turned(self) -> bool:
        """Whether the context makes praise of blame or the other way round."""
        return self.strength * self.hit.strength < 0


def readings(clause: str, hits: Sequence[Hit]) -> list[RuleReading]:
    """The opinion words of a normalised clause, each read in its context."""
    found, free = [], 0
    ironic = [match.span(1) for match in IRONY.finditer(clause) if match.group(1)]
    for hit in hits:
        reading = _in_context(clause, hit, max(free, hit.start - REACH))
        if reading.strength > 0 and any(start <= hit.start and hit.end <= end for start, end in ironic):
            reading = RuleReading(hit, -reading.strength, reading.since)
        found.append(reading)
        free = hit.end
    return found


def _in_context(clause: str, hit: Hit, since: int) -> RuleReading:
    before = _HARMLESS.sub(lambda match: "·" * len(match[0]), clause[since : hit.start])
    after = clause[hit.end :]
    if hit.strength > 0:
        less = _LESS_THAN.search(clause[since : hit.start])
        if less or _UNDONE.match(after):
            return RuleReading(hit, -hit.strength, since + less.start() if less else hit.start)
    elif _GONE.match(after):
        return RuleReading(hit, _DENIED_BLAME, hit.start)
    negated = _NEGATED.search(before) or _CLAIM.search(before)
    if not negated or len(_NEGATION.findall(negated.group())) % 2 == 0:
        return RuleReading(hit, hit.strength, hit.start)
    turned = -0.9 * hit.strength
    return RuleReading(hit, turned if turned < 0 else max(_DENIED_BLAME, turned), since + negated.start())


def clause_weights(clauses: Sequence[str], strengths: Sequence[float]) -> list[float]:
    """How much each clause counts beside the others.

    An opinion after a "but" outweighs what stands before it; a concession and what was formerly so weigh little
    when an opinion follows. *strengths* has the strength of each clause in its context.
    """
    weights = [1.0] * len(clauses)
    opinion_follows = turned = False
    for position in range(len(clauses) - 1, -1, -1):
        if turned:
            weights[position] = _BEFORE_BUT
        elif opinion_follows and SET_ASIDE.match(clauses[position]):
            weights[position] = _SET_ASIDE_WEIGHT
        opinion_follows = opinion_follows or strengths[position] != 0
        turned = turned or (opinion_follows and bool(CONTRAST.match(clauses[position])))
    return weights


def is_turn(clause: str) -> bool:
    """Whether a normalised clause begins with a contrast, a concession or what was formerly so."""
    return bool(CONTRAST.match(clause) or SET_ASIDE.match(clause))


def is_ironic(text: str) -> bool:
    """Whether a normalised comment uses a known turn of irony, quoted praise aside."""
    return any(match.group(1) is None for match in IRONY.finditer(text))


def is_ambivalent(text: str) -> bool:
    """Whether a normalised comment says that it is neither good nor bad."""
    return bool(AMBIVALENT.search(text))


def is_lukewarm(text: str) -> bool:
    """Whether a normalised comment says "so-so"."""
    return bool(NEUTRAL.search(text.strip(" ,。!吧了的啊")))
