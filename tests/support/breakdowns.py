"""A named survey over two rounds with something to narrow by of every kind, and what each part of it must hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.campaign import CampaignState, Plan
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department, Touchpoint
from surveys.people.contact import Contact, Secrecy
from surveys.storage import Store

CODE, PEOPLE = "every-way", 24
SURVEY = Survey.model_validate(
    {
        "code": CODE, "title": "逐项", "use": "测试", "overall": "csat", "rounds": {"every": "month"},
        "dimensions": [{"code": "care", "label": "服务"}],
        "context": [
            {"code": "crew", "type": "choice", "label": "班组", "options": [
                {"code": "z", "label": {"zh-Hans": "丙班", "en": "Crew C"}}, {"code": "idle", "label": "没有人的班"},
                {"code": "a", "label": "甲班"}]},
            {"code": "hours", "type": "number", "label": "用时", "unit": "小时", "bands": [4, 24]},
        ],
        "sections": [{"questions": [
            {"type": "rating", "code": "csat", "title": "总体", "dimension": "care"},
            {"type": "rating", "code": "speed", "title": "快慢", "dimension": "care"},
            {"type": "single_choice", "code": "trade", "title": "行业", "options": [
                {"code": "shop", "label": "商铺"}, {"code": "nobody", "label": "没有人选"},
                {"code": "home", "label": "居民"}]},
            {"type": "multiple_choice", "code": "uses", "title": "用过", "options": [
                {"code": "solar", "label": "光伏"}, {"code": "heat", "label": "热泵"}]},
            {"type": "number", "code": "age", "title": "年龄", "minimum": 0, "maximum": 100},
            {"type": "number", "code": "bill", "title": "电费"},
        ]}],
    }
)  # fmt: skip


def answered(store: Store) -> Store:
    """With 24 answers, half of them of the month before; one campaign asked, another has none."""
    store.organisation.save(
        [Department("top", "总部"), Department("east", "城东所", "top"), Department("west", "城西所", "top")],
        [Touchpoint("e", "东厅", "east", district="城东"), Touchpoint("w", "西厅", "west", district="城西")],
    )
    store.surveys.save_draft(SURVEY, "top", by="test")
    store.surveys.publish(CODE, by="test")
    campaigns = [_campaign(store, name) for name in ("秋季回访", "没人答的活动")]
    store.contacts.keep([_contact(n) for n in range(PEOPLE)], by="test")
    store.responses.bring_in([_submission(n, campaigns[0]) for n in range(PEOPLE)])
    return store


def _campaign(store: Store, name: str) -> str:
    now = utc_now() - timedelta(days=60)
    made = store.campaigns.add(
        Plan(name=name, channel="sms"), CODE, 1, anonymous=False, department=None, by="test", now=now
    )
    store.campaigns.bring(made.id, CampaignState.RUNNING, by="test", now=now)
    return made.id


def _contact(n: int) -> Contact:
    """Every eighth file is secret."""
    return Contact(
        f"c{n}", f"客户{n}", customer_number=f"N{n}", who={"类别": "企业" if n % 2 else "居民", "住址": f"街{n}"},
        worth={"年电量": 100.0 * n}, tier="AB"[n % 3 == 0], secrecy=Secrecy.SECRET if n % 8 == 7 else Secrecy.NONE,
        secrecy_until=date(2099, 1, 1) if n % 8 == 7 else None,
    )  # fmt: skip


def facts_of_answer(n: int) -> dict[str, Any]:
    """What the answer of this number is, for narrowing and for counting by hand."""
    east = n % 2 == 0
    today = local_day(utc_now())
    before = today.replace(day=1) - timedelta(days=3)
    day = today if n < PEOPLE // 2 else before
    return {
        "round": f"{day:%Y-%m}", "department": "east" if east else "west", "touchpoint": "e" if east else "w",
        "district": "城东" if east else "城西", "channel": "sms" if n % 3 else "link", "campaign": n % 3 != 0,
        "context.crew": "a" if n % 4 else "z", "context.hours": float(n), "contact.tier": "AB"[n % 3 == 0],
        "contact.who.类别": "企业" if n % 2 else "居民", "contact.worth.年电量": 100.0 * n, "secret": n % 8 == 7,
        "csat": 1 + n % 5, "speed": 1 + n % 4, "trade": "home" if n % 3 == 1 else "shop",
        "uses": ["solar"] if n % 2 else ["solar", "heat"] if n % 4 == 0 else ["heat"], "age": 20 + n, "bill": 10.0 * n,
        "day": day,
    }  # fmt: skip


def _submission(n: int, campaign: str) -> Submission:
    told = facts_of_answer(n)
    asked = ("csat", "speed", "trade", "uses", "age", "bill")
    return Submission(
        f"{n:032x}", CODE, 1, {code: told[code] for code in asked}, told["day"],
        datetime.combine(told["day"], datetime.min.time(), UTC), touchpoint=told["touchpoint"],
        department=told["department"], district=told["district"], channel=told["channel"], contact=f"c{n}",
        campaign=campaign if told["campaign"] else None,
        context={"crew": told["context.crew"], "hours": f"{n}"},
    )  # fmt: skip


def amount(where: Mapping[str, str]) -> int:
    """How many answers have all of these, counted by hand; names and codes as other systems write them."""
    return sum(all(_has(facts_of_answer(n), name, code) for name, code in where.items()) for n in range(PEOPLE))


def _has(told: Mapping[str, Any], name: str, code: str) -> bool:
    if name == "department" and code == "top":
        return True
    if name == "campaign":
        return bool(told["campaign"])
    if name == "uses":
        return code in told["uses"]
    if name.startswith("contact.") and told["secret"]:
        return False
    value = told[name]
    if ".." in code:
        low, high = code.split("..")
        return (not low or value >= float(low)) and (not high or value < float(high))
    return str(value) == code
