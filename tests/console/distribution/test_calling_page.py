"""The page of phone interviews: queues are opened, watched and closed; days are counted by agent."""

from __future__ import annotations

from datetime import time

import pytest

from surveys.fieldwork.calls import CallOutcome, CallQueue, CallRules
from surveys.localisation.clock import utc_now
from surveys.people.contact import Contact, Secrecy
from surveys.people.visibility import Sight
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated

OPEN = Sight(None, Secrecy.NONE, plain=False)


def test_a_queue_is_opened_worked_watched_and_closed(published: Store, open_page: Open) -> None:
    """Of those of one tier; the day's table says whose call it was and what came of it."""
    store = add_accounts(published)
    people = [Contact(f"c{n}", "王建国", phone=f"1381234567{n}", tier="AB"[n % 2]) for n in range(5)]
    store.contacts.keep(people, by="test")
    app = open_page(store, "boss", "calls")
    press(app, "新建名单")
    assert "请填写名单名称" in words_of_errors(app)
    app.selectbox(key="call tier").set_value("A").run()
    next(box for box in app.text_input if box.label == "名单名称").input("抢修*回访*")
    press(app, "新建名单")
    assert "共 3 通" in words(app) and len(store.calls.queues()) == 1
    at_any_hour = CallQueue("n", "夜间", "power-visit", rules=CallRules(opens=time(0), closes=time.max))
    store.calls.open_queue(at_any_hour, ["c1"], by="test", now=utc_now())
    call = store.calls.take("voice", OPEN, utc_now())
    assert call
    store.calls.report(call.id, "voice", CallOutcome.REFUSED, utc_now())
    shown = words(open_page(store, "boss", "calls"))
    assert "voice name" in shown and "王建国" not in shown
    own = words(open_page(store, "voice", "calls"))
    assert "voice name" in own and "新建名单" not in own and "开始拨打" in own
    press(open_page(store, "boss", "calls"), "关闭名单")
    assert sum(each.closed for each in store.calls.queues()) == 1


def test_a_queue_of_nobody_is_not_opened(published: Store, open_page: Open) -> None:
    """It says why, and leaves nothing behind."""
    store = add_accounts(published)
    store.contacts.keep([Contact("c", "王建国", email="a@example.com")], by="test")
    app = open_page(store, "boss", "calls")
    next(box for box in app.text_input if box.label == "名单名称").input("回访")
    press(app, "新建名单")
    assert "没有可以拨打的人" in words_of_errors(app) and not store.calls.queues()


def test_an_agent_sees_no_other_agents_days(published: Store, open_page: Open) -> None:
    store = add_accounts(published)
    store.contacts.keep([Contact("c", "王建国", phone="13812345678")], by="test")
    queue = CallQueue("n", "夜间", "power-visit", rules=CallRules(opens=time(0), closes=time.max))
    store.calls.open_queue(queue, ["c"], by="test", now=utc_now())
    call = store.calls.take("other", OPEN, utc_now())
    assert call
    store.calls.report(call.id, "other", CallOutcome.REFUSED, utc_now())
    assert "这段时间还没有拨打过电话" in words(open_page(store, "voice", "calls"))
