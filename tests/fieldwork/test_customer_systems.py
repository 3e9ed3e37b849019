"""Systems of customers, each walked on an empty database from its set-up over two rounds to a result for each subject.

Through the doors that users have: the first start, pages of the console, the API with a key made there, messages and
their links, posters, keypad and text message. To add a system, add a line to `SYSTEMS`: how it is set up, how a round
is asked and answered, and how many answers each subject then has, as another system reads them, in all and by round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from surveys.definition.templates import template
from surveys.localisation.clock import utc_now
from surveys.storage import Store
from tests.console.test_console import Open, open_page, words
from tests.support.doors import Doors, required

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

TREE = "名称,上级部门,代号\n公司,,head\n配网抢修部,公司,repair\n营销服务部,公司,service\n"
Found = dict[str, dict[str, int]]  # by what results are narrowed by, value: answers of each round


@dataclass(frozen=True)
class System:
    """How a system is set up; how one of its rounds is asked and answered; the days between two rounds."""

    survey: str
    set_up: Callable[[Doors], None]
    ask: Callable[[Doors, int], None]
    each_round: Found
    days: int = 40


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """An empty database; then its administrator and departments."""
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", TREE)
    return found


# S5: an order is accepted, dispatched and closed, its customer asked by text message; crews and hours have results.


def set_up_orders(doors: Doors) -> None:
    doors.publish("work-order")
    doors.campaign("work-order", "工单回访", event="work_order.closed")


def close_orders(doors: Doors, number: int) -> None:
    at = utc_now().isoformat()
    for n, crew in enumerate(("一班", "一班", "二班")):
        order = f"WO-{number}-{n}"
        for hours, kind in ((3, "order.accepted"), (2, "order.dispatched"), (1, "order.on_site")):
            when = (utc_now() - timedelta(hours=hours)).isoformat()
            doors.event(f"{number}{n}1", kind, id=f"{order}-{kind}", occurred_at=when, context={"order": order})
        facts = {"order": order, "crew": crew, "business": "fault"}
        report = partial(doors.event, f"{number}{n}1", "work_order.closed", occurred_at=at, department="repair")
        assert report(context=facts)["invitations"] == 1
        assert report(context=facts)["held_back"] == {"known_event": 1}
    doors.passes(hours=2)
    doors.work()
    assert doors.answer_messages(solved="fully", csat="5") == 3
    assert {each.context["hours_to_resolve"] for each in doors.store.responses.newest("work-order", 9)} == {"3"}


# S11: each touchpoint by the poster that hangs there.


def set_up_touchpoints(doors: Doors) -> None:
    halls = ("城东营业厅,营销服务部,hall-e,办理", "城西营业厅,营销服务部,hall-w,办理")
    doors.import_table("touchpoints", "\n".join(["名称,部门,代号,服务环节", *halls]))
    doors.publish("touchpoint-spot")


def scan_posters(doors: Doors, number: int) -> None:
    for hall, times in (("hall-e", 2), ("hall-w", 1)):
        for _ in range(times):
            doors.answer(f"/s/touchpoint-spot?tp={hall}", **required(template("touchpoint-spot").questions()))


# S19: the short survey by links of each kind of policy, the counter, and the yearly evaluation.


def set_up_insurance(doors: Doors) -> None:
    for survey in ("insurance-short", "insurance-counter", "insurance-yearly"):
        doors.publish(survey)


def ask_clients(doors: Doors, number: int) -> None:
    for kind in ("车险", "车险", "寿险"):
        address = f"/s/insurance-short?policy_kind={kind}"
        doors.answer(address, csat="4", initiative="own", terms="fully", claims="mostly")
    counter = {"matter": "underwriting", "csat": "5", "courtesy": "5", "competence": "5", "plan": "4"}
    doors.answer("/s/insurance-counter?counter=3&line=motor", **counter)


# S21: named people of key accounts behind links of their own; a low score alerts at once.


def set_up_key_accounts(doors: Doors) -> None:
    doors.import_table("accounts", "用户名,姓名,角色,部门\nmanager,客户经理,部门管理者,营销服务部\n")
    doors.import_subjects("account", "代号,名称,部门,客户编号\ng1,水泵厂,营销服务部,K1\ng2,电机厂,营销服务部,K2\n")
    doors.import_people("客户编号,姓名,手机号,部门,客户等级\nK1,水泵厂,13900000001,service,重要\nK2,电机厂,13900000002,service,重要\n")
    doors.publish("key-account")
    app = doors.page("cases", tab="rules")
    app.selectbox(key="rule survey").select("key-account").run()
    app.text_input(key="rule name").input("大客户低分")
    app.selectbox(key="rule item 0").select("csat").run()
    app.text_input(key="rule value 0").input("2")
    app.selectbox(key="rule department").select("service").run()
    app.button(key="save rule").click().run()
    assert doors.store.case_rules.all(), words(app)


def ask_key_accounts(doors: Doors, number: int) -> None:
    doors.campaign("key-account", f"第 {number} 轮")
    doors.work()
    score = "2" if number else "4"
    assert doors.answer_messages(**required(template("key-account").questions()) | {"csat": score}) == 2
    doors.work()
    assert len(doors.store.cases.all()) == (2 if number else 0)


# S23: agent and queue come along with keys and text messages.


def call(doors: Doors, number: int) -> None:
    with doors.system() as system:
        for n, (agent, queue) in enumerate((("8001", "抢修"), ("8001", "抢修"), ("8002", "业扩"))):
            for door, entered in (("/ivr", {"keys": ["5", "1"]}), ("/sms", {"text": "4 1"})):
                facts = {"agent": agent, "queue": queue}
                said = {"id": f"{door[1:]}-{number}-{n}", "survey": "keypad-reply", "context": facts}
                answer = system.post(door, json=said | entered)
                assert answer.json().get("outcome") == "accepted", answer.text


# S24: each type of business is followed up with what it needs.


def set_up_business(doors: Doors, survey: str) -> None:
    doors.publish(survey)
    doors.campaign(survey, "办结回访", event="business.done")
    assert all(each in words(doors.page("events")) for each in names(survey).values())


def names(survey: str) -> dict[str, str]:
    [fact] = [each for each in template(survey).context if each.code == "biz"]
    assert all(each.note for each in fact.options), "the papers that each type needs"
    return {each.code: str(each.label) for each in fact.options}


def finish_business(doors: Doors, number: int, survey: str) -> None:
    for n, business in enumerate(names(survey)):
        facts = {"biz": business, "order": f"{number}-{n}"}
        assert doors.event(f"{number}{n}2", "business.done", department="service", context=facts)["invitations"] == 1
    doors.passes(hours=2)
    doors.work()
    assert doors.answer_messages(csat="4") == len(names(survey))


def business(survey: str) -> System:
    each = dict.fromkeys(names(survey), 1)
    return System(survey, partial(set_up_business, survey=survey), partial(finish_business, survey=survey),
                  {"context.biz": each})  # fmt: skip


SYSTEMS = {
    "S5 closed loop": System(
        "work-order", set_up_orders, close_orders,
        {"context.crew": {"一班": 2, "二班": 1}, "context.business": {"fault": 3}, "department": {"repair": 3}},
    ),
    "S11 touchpoints": System(
        "touchpoint-spot", set_up_touchpoints, scan_posters,
        {"touchpoint": {"hall-e": 2, "hall-w": 1}, "department": {"service": 3}},
    ),
    "S19 insurance": System(
        "insurance-short", set_up_insurance, ask_clients,
        {"context.policy_kind": {"车险": 2, "寿险": 1}},
    ),
    "S19 insurance counter": System("insurance-counter", set_up_insurance, ask_clients, {"context.line": {"motor": 1}}),
    "S21 key accounts": System(
        "key-account", set_up_key_accounts, ask_key_accounts,
        {"context.account": {"g1": 1, "g2": 1}, "context.tier": {"重要": 2}}, days=190,
    ),
    "S23 keypad and text message": System(
        "keypad-reply", lambda doors: doors.publish("keypad-reply"), call,
        {"context.agent": {"8001": 4, "8002": 2}, "context.queue": {"抢修": 4, "业扩": 2}},
    ),
    "S24 new connections": business("new-connection"), "S24 changes of capacity": business("capacity-change"),
    "S24 changes of account": business("account-change"), "S24 changes of site": business("site-change"),
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_of_customers_works_from_its_set_up_over_two_rounds(name: str, doors: Doors) -> None:
    """Each subject has its answers in each round, and both together where nothing is said of the round."""
    system = SYSTEMS[name]
    system.set_up(doors)
    for number in range(2):
        system.ask(doors, number)
        doors.passes(days=system.days)
    rounds = doors.rounds(system.survey)
    assert len(rounds) == 2
    for where, subjects in system.each_round.items():
        for value, count in subjects.items():
            told = [doors.told(system.survey, where, value, each) for each in (*rounds, "")]
            assert told == [count, count, 2 * count], (where, value)
    page = words(doors.page("results", survey=system.survey, period="all"))
    assert f"{2 * max(sum(each.values()) for each in system.each_round.values())} 份答卷" in page
