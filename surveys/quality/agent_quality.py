"""The quality of an agent's work in a period: its parts, their weights, what the weakest part asks for, objections."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.organisation.subjects import Subject

LONGEST_NOTE = 2000
OBJECTION_DAYS, ANSWER_DAYS = 10, 5
WEIGHTS = "quality weights"  # the setting of the organisation


class QualityPart(StrEnum):
    """What the composite is made of, each in points of 100."""

    CALLS = "calls"
    TEST = "test"
    ATTENDANCE = "attendance"
    PRODUCTIVITY = "productivity"

    @property
    def label(self) -> str:
        return _PARTS[self]


_PARTS = {
    QualityPart.CALLS: marked("通话质检"),
    QualityPart.TEST: marked("业务测试"),
    QualityPart.ATTENDANCE: marked("出勤"),
    QualityPart.PRODUCTIVITY: marked("工作效率"),
}
USUAL_WEIGHTS: Mapping[QualityPart, int] = {
    QualityPart.CALLS: 50, QualityPart.TEST: 20, QualityPart.ATTENDANCE: 15, QualityPart.PRODUCTIVITY: 15,
}  # fmt: skip

# What the weakest part, or dimension of the calls, asks for. Attendance is nothing that a course mends.
NEXT_STEPS: Mapping[str, str] = {
    "courtesy": marked("培训：电话礼仪"),
    "empathy": marked("培训：倾听与情绪安抚"),
    "competence": marked("培训：业务知识与工单规范"),
    "answering": marked("培训：提问、复述与表达技巧"),
    QualityPart.TEST: marked("培训：业务知识复训，并补考"),
    QualityPart.ATTENDANCE: marked("考勤管理：与本人面谈原因、调整排班，不安排培训"),
    QualityPart.PRODUCTIVITY: marked("培训：系统操作与话后处理效率"),
}
GOOD_ENOUGH = 80.0  # above it nothing is asked for


@dataclass(frozen=True)
class AgentMarks:
    """What other systems know of an agent's period: test, attendance and available time in per cent, talk in minutes.

    None where nothing is known.
    """

    test: float | None = None
    attendance: float | None = None
    talk_minutes: float | None = None
    available: float | None = None

    def parts(self, usual_talk: float | None) -> dict[QualityPart, float]:
        """Points of what is known; productivity is half available time, half talk time against the *usual_talk*."""
        known = {QualityPart.TEST: self.test, QualityPart.ATTENDANCE: self.attendance}
        talk = None
        if self.talk_minutes is not None and usual_talk:
            talk = min(100.0, self.talk_minutes / usual_talk * 100)
        halves = [each for each in (talk, self.available) if each is not None]
        known[QualityPart.PRODUCTIVITY] = sum(halves) / len(halves) if halves else None
        return {part: value for part, value in known.items() if value is not None}


def composite(parts: Mapping[QualityPart, float], weights: Mapping[QualityPart, int]) -> float | None:
    """Points by weight; None where a part that counts is not known: others may not stand in for it."""
    counted = [part for part, weight in weights.items() if weight]
    if not counted or any(part not in parts for part in counted):
        return None
    return sum(parts[part] * weights[part] for part in counted) / sum(weights[part] for part in counted)


def next_step(parts: Mapping[QualityPart, float], dimensions: Mapping[str, float]) -> str | None:
    """What the weakest of all asks for; None where all is good enough."""
    low: dict[str, float] = dict(dimensions)
    low |= {part.value: value for part, value in parts.items() if part is not QualityPart.CALLS}
    known = {name: value for name, value in low.items() if name in NEXT_STEPS and value < GOOD_ENOUGH}
    return NEXT_STEPS[min(known, key=lambda name: known[name])] if known else None


def weights_from(text: str | None) -> dict[QualityPart, int]:
    """As the organisation has set them, else the usual ones."""
    kept = json.loads(text) if text else {}
    return {part: int(kept.get(part, USUAL_WEIGHTS[part])) for part in QualityPart}


def weights_problem(weights: Mapping[QualityPart, int]) -> Message | None:
    """What is wrong with weights; None where they add up."""
    total = sum(weights.values())
    return None if total == 100 else saying("权重合计应为 100%，现在是 {total}%。", total=total)


@dataclass(frozen=True)
class CallDraw:
    """One drawn call: who made it, and which listeners are to rate it."""

    call: str
    agent: str
    listeners: tuple[int, ...]


@dataclass(frozen=True)
class DrawPlan:
    """How many calls of each agent are drawn from which days, who listens, and how many get a second listener."""

    first: date
    last: date
    each: int
    listeners: Sequence[int]
    second_share: float
    seed: str
    done: Collection[str] = field(default_factory=frozenset)  # calls that were drawn before


def drawn_calls(calls: Iterable[Subject], plan: DrawPlan, own: Mapping[str, int]) -> list[CallDraw]:
    """Calls drawn at random for each agent; the same seed draws the same, nobody listens to themselves.

    *own*: the numbers of agents' accounts. One call of those that two can hear gets a second listener at the least.
    """
    chance = random.Random(plan.seed)  # noqa: S311  fair, not secret
    by_agent: dict[str, list[str]] = {}
    for each in sorted(calls, key=lambda one: one.code):
        if plan.first.isoformat() <= each.one("date") <= plan.last.isoformat() and each.code not in plan.done:
            by_agent.setdefault(each.one("agent"), []).append(each.code)
    found = [
        (call, agent)
        for agent, own_calls in sorted(by_agent.items())
        for call in chance.sample(own_calls, min(plan.each, len(own_calls)))
    ]
    twice = round(plan.second_share * len(found)) or (1 if plan.second_share > 0 and found else 0)
    seconds = set(chance.sample([call for call, _ in found], twice))
    draws = []
    for number, (call, agent) in enumerate(found):
        hands = [each for each in plan.listeners if each != own.get(agent)]
        turned = hands[number % len(hands) :] + hands[: number % len(hands)] if hands else []
        if turned:
            draws.append(CallDraw(call, agent, tuple(turned[: 2 if call in seconds else 1])))
    return draws


class NoteKind(StrEnum):
    """What is written about an agent's work."""

    COACHING = "coaching"
    OBJECTION = "objection"


@dataclass(frozen=True)
class AgentNote:
    """A talk of a coach with an agent, or an agent's objection to a card with its answer."""

    id: str
    kind: NoteKind
    agent: str
    about: str  # the day of a talk's next look, or the card objected to
    words: str
    by: str
    on: date
    due_on: date | None = None
    answer: str = ""
    answered_by: str = ""
    answered_on: date | None = None


def objection_problem(card_day: date, today: date, words: str) -> Message | None:
    """Why an objection can't be taken; None where it can."""
    if (today - card_day).days > OBJECTION_DAYS:
        return saying("申诉期已过。")
    if not words.strip() or len(words) > LONGEST_NOTE:
        return saying("请写明申诉理由，不超过 {most} 字。", most=LONGEST_NOTE)
    return None


def answer_problem(
    account: str, own_agents: Collection[str], note: AgentNote, listener: str, words: str
) -> Message | None:  # fmt: skip
    """Why this account may not answer an objection so; None where it may. *listener*: who rated the card."""
    if note.agent in own_agents or account == note.by:
        return saying("不能答复自己的申诉。")
    if account == listener:
        return saying("申诉由打分人以外的人答复。")
    if not words.strip() or len(words) > LONGEST_NOTE:
        return saying("请写明答复，不超过 {most} 字。", most=LONGEST_NOTE)
    return None
