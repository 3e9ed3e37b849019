"""What forms of the sample organisation can be about, beside departments and touchpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from surveys.organisation.subjects import Attributes, Subject

_STEPS = (  # code, name, department, what comes after, who works there
    ("accept", "业务受理", "service", ("survey",), ("staff-service", "staff-service3")),
    ("survey", "现场勘查", "connection", ("approve",), ("staff-connection", "staff-connection2")),
    ("approve", "方案答复", "connection", ("build",), ("staff-connection3",)),
    ("build", "工程实施", "repair", ("connect",), ("staff-repair", "staff-repair3")),
    ("connect", "验收接电", "crew-south", (), ("staff-crew-south", "staff-crew-south2")),
)
_SITES = (
    ("hall-east-site", "城东营业厅", "service", "营业厅"), ("hall-west-site", "城西营业厅", "service", "营业厅"),
    ("depot-north", "城北抢修驻点", "repair", "抢修驻点"),
)  # fmt: skip
_AGENTS = (("agent-1", "一号坐席"), ("agent-2", "二号坐席"), ("agent-3", "三号坐席"), ("agent-4", "四号坐席"))
_OUTSIDERS = (
    ("trainer-li", "李教授", "云湾电力学院", "服务沟通", ""),
    ("supervisor-he", "何律师", "云湾市律师协会", "行风监督", "YW10002"),
)  # fmt: skip
_KEY_ACCOUNTS = (("ka-paper", "云湾纸业", "YW10004", "制造"), ("ka-mall", "海悦广场", "YW10007", "商业"))
_CALLS = 40  # four agents, ten days
_HELD = timedelta(days=10)  # so long ago the session was


def sample_subjects(today: date, accounts: Sequence[str]) -> list[Subject]:
    """Steps, sites, agents, calls, key accounts, outsiders, a course, its session; people are among *accounts*."""
    return [*_made(today, frozenset(accounts))]


def _made(today: date, there: frozenset[str]) -> Iterator[Subject]:
    for code, name, department, following, members in _STEPS:
        facts = {"process": ("新装增容",), "successor": following, "members": _known(members, there)}
        yield Subject("step", code, name, department, _told(facts))
    for code, name, department, category in _SITES:
        yield Subject("site", code, name, department, {"category": (category,)})
    for code, name in _AGENTS:
        yield Subject("agent", code, name, "service", {"team": ("95598 班",)})
    for place in range(_CALLS):
        agent, day = _AGENTS[place % len(_AGENTS)][0], today - timedelta(days=1 + place // len(_AGENTS))
        facts = {"agent": (agent,), "date": (day.isoformat(),), "minutes": (str(2 + place * 5 % 9),)}
        yield Subject("call", f"call-{place + 1}", f"第 {place + 1} 通", "service", facts)
    for code, name, organisation, expertise, number in _OUTSIDERS:
        facts = {"organisation": (organisation,), "expertise": (expertise,), "contact": _known((number,), {number})}
        yield Subject("outsider", code, name, None, _told(facts))
    for code, name, number, industry in _KEY_ACCOUNTS:
        facts = {"customer_number": (number,), "industry": (industry,), "manager": _known(("manager-service",), there)}
        yield Subject("account", code, name, "service", _told(facts))
    yield Subject("course", "courtesy", "服务礼仪与沟通", "service", {"category": ("服务",), "hours": ("8",)})
    present = ("staff-service", "staff-service3", "staff-service4", "staff-repair", "staff-connection")
    facts = {
        "course": ("courtesy",), "date": ((today - _HELD).isoformat(),), "trainer": ("trainer-li",),
        "participants": _known(present, there),
    }  # fmt: skip
    yield Subject("session", "courtesy-1", "服务礼仪一班", "service", _told(facts))


def _known(codes: Sequence[str], there: frozenset[str] | set[str]) -> tuple[str, ...]:
    return tuple(each for each in codes if each and each in there)


def _told(facts: Attributes) -> Attributes:
    return {name: values for name, values in facts.items() if values}
