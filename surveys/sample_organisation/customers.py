"""Customers of the sample organisation, a campaign that waits for closed work orders, and one still being planned."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.people.contact import Contact, Secrecy
from surveys.sample_organisation.organisation import DISTRICTS, SERVING

CUSTOMERS = 80
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_BUSINESS = ("居民", "居民", "居民", "居民", "商业", "工业")
_SECRET = (3, 11)  # whose files are held closely, by their place

FOLLOW_UP = Plan(
    name="工单办结回访", channel="sms", schedule=Schedule(event="work_order.closed", after=2, unit=Unit.HOURS)
)
YEARLY = Plan(name="大客户年度调查", channel="mail", reminders=(7,), link_days=45)


_SERVED = {
    "客户经理": "周经理",
    "服务方案": "双电源改造随客户年度检修；每季度上门一次；停电提前七天书面通知并电话确认",
    "方案复核": "每半年",
}
"""The individual service plan of the customer who uses the most."""


def sample_customers(seed: int, today: date) -> Iterator[Contact]:
    """The people of `_people`; who uses the most has a service plan of their own."""
    people = list(_people(seed, today))
    largest = max((each for each in people if each.secrecy is Secrecy.NONE), key=lambda each: each.worth["年用电量"])
    for each in people:
        yield replace(each, who={**each.who, **_SERVED}) if each is largest else each


def _people(seed: int, today: date) -> Iterator[Contact]:
    """Made-up people. Their consumption is as uneven as it usually is: a few use most of it."""
    chance = random.Random(seed)  # noqa: S311  the same people for the same seed
    for number in range(CUSTOMERS):
        kind = chance.choice(_BUSINESS)
        consumption = round(chance.paretovariate(1.16) * (1500 if kind == "居民" else 20000))
        yield Contact(
            id=f"{chance.getrandbits(64):016x}",
            name=chance.choice(_SURNAMES) + chance.choice(("先生", "女士")),
            customer_number=f"YW{10_000 + number}",
            phone=f"1300000{number:04d}",
            email=f"customer{number}@example.com",
            department=chance.choice(SERVING).code,
            who={"区域": chance.choice(list(DISTRICTS.values())), "用户类别": kind},
            does={"缴费方式": chance.choice(("网上国网", "微信", "营业厅", "银行代扣"))},
            worth={"年用电量": consumption},
            secrecy=Secrecy.SECRET if number in _SECRET else Secrecy.NONE,
            secrecy_until=today + timedelta(days=365) if number in _SECRET else None,
        )
