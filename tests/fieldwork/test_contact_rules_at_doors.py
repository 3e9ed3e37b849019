"""Wishes and rest hold at every door by which somebody could be asked, and what they hold back is said there."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from surveys.localisation.clock import local_day, utc_now
from surveys.operations.event_folder import AT_REST, FolderWatch
from surveys.operations.scheduler import links_of
from surveys.operations.task_reminders import remind, unreached
from surveys.storage import Store
from tests.console.test_console import Open, open_page, press, words
from tests.fieldwork.test_customer_systems import TREE
from tests.support.doors import BASE, Doors
from tests.support.tasks import a_task

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated

PEOPLE = "客户编号,姓名,手机号,邮箱,部门\n11,王芳,13800000001,wang@example.cn,repair\n12,李强,13800000002,,repair\n"
CLOSED, LINES = "work_order.closed", "事件编号,事件类型,发生时间,户号,电话,部门"


@pytest.fixture
def doors(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Doors:
    """Two customers, and a campaign that follows up closed orders by text message."""
    found = Doors(Store(tmp_path / "xinsheng.db"), open_page, monkeypatch)
    found.import_table("departments", TREE)
    found.import_people(PEOPLE)
    found.publish("work-order")
    found.campaign("work-order", "工单回访", event=CLOSED)
    return found


def wish(doors: Doors, number: str, way: str) -> None:
    """Somebody says by which way alone they want to be asked, and it is noted in their file."""
    contact = doors.store.contacts.numbered(number)
    assert contact is not None
    app = doors.page("people")
    app.selectbox(key="contact chosen").set_value(contact.id).run()
    press(app, "查看档案")
    app.selectbox(key=f"only {contact.id}").select(way).run()
    app.button(key=f"keep only {contact.id}").click().run()


def by_api(doors: Doors, number: str, event: str) -> str:
    return str(doors.event(number, CLOSED, id=event, customer={"customer_number": number})["held_back"])


def table(doors: Doors, number: str, event: str) -> bytes:
    return f"{LINES}\n{event},{CLOSED},{utc_now():%Y-%m-%d %H:%M},{number},,repair\n".encode()


def by_file(doors: Doors, number: str, event: str) -> str:
    app = doors.page("events")
    app.file_uploader(key="events file").upload("orders.csv", table(doors, number, event), "text/csv").run()
    press(app, "带入 1 件")
    return words(app)


def by_folder(doors: Doors, number: str, event: str) -> str:
    folder = doors.store.path.parent / "in"
    folder.mkdir(exist_ok=True)
    doors.store.organisation.set("events_folder", str(folder))
    file = folder / f"{event}.csv"
    file.write_bytes(table(doors, number, event))
    moment = utc_now().timestamp() - AT_REST - 1
    os.utime(file, (moment, moment))
    assert FolderWatch(doors.store, doors.secret, utc_now).look() == 1
    [report] = (folder / "done").glob(f"{event}-*.report.csv")
    return report.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("door", "rest", "channel"),
    [(by_api, "asked_lately", "other_channel"), (by_file, "最近已被邀请过", "只愿通过另一种渠道联系"),
     (by_folder, "最近已被邀请过", "只愿通过另一种渠道联系")],
    ids=["api", "file", "folder"],
)  # fmt: skip
def test_what_an_event_does_not_bring_about_is_said_where_it_came_in(
    doors: Doors, door: Callable[[Doors, str, str], str], rest: str, channel: str
) -> None:
    """The second order within the resting period invites nobody, and neither does that of who wants mail alone."""
    assert rest not in door(doors, "11", "E1") and rest in door(doors, "11", "E2")
    wish(doors, "12", "mail")
    assert channel in door(doors, "12", "E3")
    doors.passes(hours=2)
    doors.work()
    assert doors.answer_messages(solved="fully", csat="5") == 1


def test_the_planned_campaign_says_who_rests_and_who_wants_another_way(doors: Doors) -> None:
    """Before it starts; exempt with a reason it says instead how many are asked in spite of it, and the audit too."""
    by_api(doors, "11", "E1")
    wish(doors, "12", "call")
    doors.publish("power-visit")
    planned = plan(doors, "再问一次")
    assert "不邀请：最近已被邀请过" in words(planned) and "不邀请：只愿通过另一种渠道联系" in words(planned)
    exempt = plan(doors, "复查", because="每张工单都要回访")
    assert "本活动不受间隔限制" in words(exempt)
    press(exempt, "开始邀请")
    assert "1: 每张工单都要回访" in words(doors.page("audit"))
    [running] = [each for each in doors.store.campaigns.all() if each.plan.name == "复查"]
    assert doors.store.invitations.despite_rest(running.id) == 1


def plan(doors: Doors, name: str, because: str = "") -> AppTest:
    app = doors.page("campaigns")
    app.text_input(key="plan.name").input(name)
    app.selectbox(key="plan.survey").select("power-visit")
    app.selectbox(key="plan.channel").select("sms")
    app.text_input(key="plan.exempt").input(because)
    press(app, "存为草稿并检查")
    [made] = [each for each in doors.store.campaigns.all() if each.plan.name == name]
    return app.selectbox(key="campaign").select(made.id).run()


def waiting(doors: Doors, channel: str) -> int:
    return sum(count for (by, _), count in doors.store.outbox.counts().items() if by == channel)


def test_a_wish_that_comes_before_the_reminder_is_heard(doors: Doors) -> None:
    """Invited by text message, then only mail is wanted: no reminder, and the link is left as it was."""
    doors.publish("power-visit")
    app = doors.page("campaigns")
    app.text_input(key="plan.name").input("带提醒")
    app.selectbox(key="plan.survey").select("power-visit")
    app.selectbox(key="plan.channel").select("sms")
    app.multiselect(key="plan.reminders").set_value([3])
    press(app, "存为草稿并检查")
    [made] = [each for each in doors.store.campaigns.all() if each.plan.name == "带提醒"]
    app.selectbox(key="campaign").select(made.id).run()
    press(app, "开始邀请")
    doors.work()
    first = [doors.store.outbox.sent(each, now=utc_now()) for each in doors.store.outbox.claim("sms", 9, now=utc_now())]
    assert len(first) == 2
    wish(doors, "11", "mail")
    doors.passes(days=4)
    doors.work()
    [reminder] = doors.store.outbox.claim("sms", 9, now=utc_now())
    assert reminder.message.address.endswith("13800000002")


def test_a_text_message_that_stops_all_is_heard_by_mail_and_by_tasks(doors: Doors) -> None:
    """Who writes 退订 gets nothing of events, campaigns or tasks any more, by whichever way."""
    with doors.system() as system:
        said = {"id": "1", "from": "13800000001", "text": "退订"}
        assert system.post("/sms", json=said).json()["outcome"] == "opted_out"
    assert "opted_out" in by_api(doors, "11", "E1")
    doors.publish("power-visit")
    assert "不邀请：不愿再收到邀请" in words(plan(doors, "再问一次"))
    task = outsiders_task(doors, "11")
    assert unreached(doors.store, [task]) == 1
    assert remind(doors.store, [task], BASE, utc_now()) == 0


def outsiders_task(doors: Doors, number: str):  # type: ignore[no-untyped-def]
    contact = doors.store.contacts.numbered(number)
    assert contact is not None
    due = local_day(utc_now()) + timedelta(days=2)
    task = a_task("power-visit", None, contact=contact.id, due_on=due, round="2026-11")
    doors.store.tasks.make([task], {task.id: f"token-{task.id}"}, by="test")
    return task


def test_an_outsiders_task_goes_by_the_channel_that_is_wanted(doors: Doors) -> None:
    """By mail where there is one, by text message for who wants that; what waits of the other way is not sent."""
    doors.publish("power-visit")
    task = outsiders_task(doors, "11")
    assert remind(doors.store, [task], BASE, utc_now()) == 1 and waiting(doors, "mail") == 1
    links = links_of(doors.store, doors.secret, BASE, clock=utc_now)
    [waits] = doors.store.outbox.claim("mail", 9, now=utc_now())
    assert links(waits.message.invitation or "") is not None
    wish(doors, "11", "sms")
    assert links(waits.message.invitation or "") is None, "the message by mail that waited is given up"
    doors.passes(days=1)
    assert remind(doors.store, [task], BASE, utc_now()) == 1 and waiting(doors, "sms") == 1
    wish(doors, "11", "call")
    assert unreached(doors.store, [task]) == 1
