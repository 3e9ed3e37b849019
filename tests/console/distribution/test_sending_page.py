"""The console's page on what is sent: progress, failures in words, retry, and a test to oneself."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from surveys.channels import MessageState, SendingTrouble
from surveys.localisation.language import gettext
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.protection.sessions import SESSION_COOKIE
from tests.channels.test_outbox import SOON, put
from tests.console.test_console import Open, add_accounts, open_page, press, signed_in, words, words_of_errors

__all__ = ["open_page"]

ROOT = Path(__file__).parents[3]


@pytest.fixture
def busy(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Mail is set up; one message failed, one came back, one waits."""
    monkeypatch.setenv("SMTP_HOST", "localhost")
    monkeypatch.setenv("SMTP_FROM", "survey@example.cn")
    monkeypatch.setenv("WECOM_WEBHOOK_URL", "http://insecure.example/")
    put(store, 1, 2, 3)
    failed, bounced, _ = store.outbox.claim("mail", 3, now=SOON)
    store.outbox.failed(failed, SendingTrouble.ADDRESS, "550 5.1.1")
    store.outbox.sent(bounced, now=SOON)
    store.outbox.bounced(bounced.message.id, SendingTrouble.MAILBOX_FULL, "5.2.2")
    return add_accounts(store)


def test_failures_are_told_in_words_and_tried_again(busy: Store, open_page: Open) -> None:
    """Addresses are masked; a wrong setting is named; retry works on what failed alone."""
    app = open_page(busy, "maker", "sending")
    shown = words(app)
    assert "这个地址不存在或写法不对" in shown and "对方邮箱已满" in shown and "550 5.1.1" in shown
    assert "n1@example.com" not in shown and "n*@example.com" in shown
    assert "企业微信群" in words_of_errors(app) and "https" in words_of_errors(app)
    assert "未设置" in shown and "可用" in shown
    press(app, "再试一次")
    assert busy.outbox.counts() == {("mail", MessageState.WAITING): 2, ("mail", MessageState.BOUNCED): 1}
    assert "1 条消息将再次发送" in words(app)


def test_a_test_message_to_oneself(busy: Store, open_page: Open) -> None:
    """Goes the same way as all others; a wrong address is refused."""
    app = open_page(busy, "boss", "sending")
    app.text_input[0].input("nobody")
    press(app, "发送测试消息")
    assert "这不是这个渠道的收件地址" in words_of_errors(app)
    app.text_input[0].input("boss@example.cn")
    press(app, "发送测试消息")
    assert busy.outbox.counts()["mail", MessageState.WAITING] == 2
    assert "正在等待发送" in words(app)
    [taken] = busy.outbox.claim("mail", 9, now=SOON.replace(year=2027))[-1:]
    assert taken.message.invitation is None


def test_every_reason_has_its_english() -> None:
    """Channels too."""
    assert not [reason for reason in SendingTrouble if gettext(reason.words, "en") == reason.words]


def test_what_draws_itself_anew_asks_each_time_who_looks(busy: Store, open_page: Open) -> None:
    """A page left open tells somebody who may not see it any more nothing new: the fragment runs without its page."""
    app = open_page(busy, "maker", "sending")
    assert "未设置" in words(app)
    busy.accounts.change("maker", role=Role.AGENT.value)
    session_of = signed_in(busy, "maker")
    looking = AppTest.from_string(
        "from surveys.console.kit import session\n"
        "from surveys.permissions import Action\n"
        "import streamlit as st\n"
        "session.fragment(Action.RUN_OUTBOX, 5)(lambda: st.write('what the outbox holds'))()\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ContextProxy, "cookies", property(lambda _: {SESSION_COOKIE: session_of}))
        shown = words(looking.run())
        assert "what the outbox holds" not in shown and "没有执行此操作的权限" in shown
        busy.accounts.change("maker", role=Role.DESIGNER.value)
        again = signed_in(busy, "maker")
        patch.setattr(ContextProxy, "cookies", property(lambda _: {SESSION_COOKIE: again}))
        assert "what the outbox holds" in words(looking.run())


def test_only_the_kit_makes_fragments() -> None:
    """Where they ask who looks."""
    rooms = [*(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")]
    assert [path.name for path in rooms if "st.fragment" in path.read_text("utf-8")] == ["session.py"]
