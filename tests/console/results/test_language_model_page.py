"""The organisation's language model on pages: off until it is allowed, and then asked only when a button is pressed."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.comments.comment_worker import CommentBacklog
from analysis.text import Analyser
from analysis.text.language_model.jobs import JOBS
from analysis.text.language_model.switch import ALLOWED, MODEL_SETTING
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.fake_language_model import FakeModel, fake_model
from tests.support.open_review import OPEN_REVIEW

__all__ = ["open_page"]

pytestmark = pytest.mark.dated
TEXT = "等师傅上门等了{}个小时，电话13812345678打不通"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    with fake_model() as model:
        monkeypatch.setenv("XINSHENG_LLM_URL", model.url)
        monkeypatch.setenv("XINSHENG_LLM_MODEL", "qwen<b>")
        monkeypatch.setenv("XINSHENG_LLM_PRICE", "2 8")
        model.answer, model.usage = summarising, {"prompt_tokens": 600, "completion_tokens": 100}
        yield model


def summarising(asked: Any) -> str:
    comments = asked["comments"]
    said = [{"n": each["n"], "quote": "等师傅上门"} for each in comments]
    made_up = [{"n": each["n"], "quote": "师傅非常好"} for each in comments]
    return json.dumps([{"point": "上门让人久等", "said": said}, {"point": "师傅好", "said": made_up},
                       {"topic": "上门等候", "words": ["大鹅", "师傅太帅"]}], ensure_ascii=False)  # fmt: skip


def commented(store: Store, amount: int = 14) -> Store:
    add_accounts(store)
    now = utc_now()
    store.responses.append([
        submission(n, answers={"csat": 2, "comment": TEXT.format(n + 2)}, received_on=local_day(now),
                   received_at=now - timedelta(minutes=n))
        for n in range(amount)
    ])  # fmt: skip
    CommentBacklog(store, lambda _: Analyser.load()).analyse_waiting()
    return store


def press(app: AppTest, label: str) -> AppTest:
    button = next(each for each in app.button if each.label == label)
    return button.click().run()


def ended() -> None:
    for _ in range(200):
        if all(each.ended.is_set() for each in JOBS._jobs.values()):
            return
        Event().wait(0.02)


def test_nothing_is_connected_to_until_an_administrator_allows_it(
    published: Store,
    fake: FakeModel,
    open_page: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Address and model are set, and yet no page with comments opens a socket or offers anything."""
    store, opened = commented(published), list[object]()
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda own, to: opened.append(to) or connect(own, to))
    for page in ("comments", "teaching", "results", "settings"):
        assert "qwen" not in words(open_page(store, "boss", page)) or page == "settings"
    assert opened == [] and fake.asked == []


def test_a_summary_is_asked_for_counted_and_marked(published: Store, fake: FakeModel, open_page: Open) -> None:
    """What it costs stands there before; numbers are of the comments, invented quotations are gone, twice the same."""
    store = commented(published)
    store.organisation.set(MODEL_SETTING, ALLOWED, seen=None)
    app = open_page(store, "boss", "comments")
    assert "将把 14 条留言" in words(app) and fake.asked == []
    press(app, "归纳这些留言")
    ended()
    for _ in range(2):
        shown = words(open_page(store, "boss", "comments"))
        assert "14 / 14 条留言原话说到" in shown and "上门让人久等" in shown and "师傅非常好" not in shown
        assert "提示词 summary-1" in shown and "1 次请求，700 个 token，0.00 元" in shown and "<b>" not in fake.url
    assert len(fake.asked) == 1 and "13812345678" not in fake.sent and "＊" in fake.sent
    store.responses.append([submission(99, answers={"csat": 5, "comment": "很好"}, received_on=local_day(utc_now()),
                                       received_at=utc_now())])  # fmt: skip
    assert "上门让人久等" not in words(open_page(store, "boss", "comments"))  # another view, nothing said of it


def test_proposed_topics_are_filled_in_for_people_to_decide(published: Store, fake: FakeModel, open_page: Open) -> None:
    """Words that stand nowhere are gone; nothing is kept before somebody saves it."""
    store = add_accounts(published)
    now = utc_now()
    store.responses.append([
        submission(n, answers={"csat": 2, "comment": f"鱼塘里的大鹅又跑了第{n}回"}, received_on=local_day(now),
                   received_at=now - timedelta(minutes=n))
        for n in range(14)
    ])  # fmt: skip
    CommentBacklog(store, lambda _: Analyser.load()).analyse_waiting()
    store.organisation.set(MODEL_SETTING, ALLOWED, seen=None)
    app = open_page(store, "boss", "teaching", tab="topics")
    if not any(each.label == "请它提出主题" for each in app.button):
        pytest.fail(words(app)[-1500:])
    press(app, "请它提出主题")
    ended()
    app = open_page(store, "boss", "teaching", tab="topics")
    assert "大鹅</span>（14 / 14" in words(app) and "太帅" not in words(app)
    press(app, "填到上面")
    assert app.text_input(key="topic label").value == "上门等候" and app.text_area(key="topic words ").value == "大鹅"
    assert store.organisation.setting("comment topics") is None


@pytest.mark.parametrize(("status", "said"), [(500, "回答 500"), (200, "不是对话接口的格式")])
def test_what_goes_wrong_is_told_on_the_page(
    published: Store,
    fake: FakeModel,
    open_page: Open,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And may be tried again."""
    store = commented(published)
    store.organisation.set(MODEL_SETTING, ALLOWED, seen=None)
    fake.status = status
    if status == 200:
        monkeypatch.setattr(FakeModel, "write", lambda _self, out, _body: out.write(b"<html>"))
    press(open_page(store, "boss", "comments"), "归纳这些留言")
    ended()
    app = open_page(store, "boss", "comments")
    assert said in words(app) and any(each.label == "归纳这些留言" for each in app.button)


def test_comments_of_too_few_in_an_anonymous_survey_are_never_sent(
    published: Store,
    fake: FakeModel,
    open_page: Open,
) -> None:
    """Where the page shows no words, nothing is offered to be read by a model either."""
    store, review = add_accounts(published), OPEN_REVIEW
    store.surveys.save_draft(review, None, by="test")
    store.surveys.publish(review.code, by="test")
    place = {"touchpoint": None, "district": None, "received_at": None, "received_on": date(2026, 11, 2)}
    given = {"department": "repair", "overall": 4, "response": 4, "comment": "请按时交接，等了很久"}
    store.responses.append([submission(1000 + n, survey=review.code, answers=given, **place) for n in range(9)])
    store.responses.settle(date.max)
    CommentBacklog(store, lambda _: Analyser.load()).analyse_waiting()
    store.organisation.set(MODEL_SETTING, ALLOWED, seen=None)
    for page in ("comments", "teaching"):
        shown = words(open_page(store, "boss", page, survey=review.code))
        assert "qwen" not in shown
    assert fake.asked == []


def test_the_administrator_switches_it_and_tries_it_without_comments(
    published: Store,
    fake: FakeModel,
    open_page: Open,
) -> None:
    """State, address and price stand on the page; who switched it is in the audit trail."""
    store = commented(published)
    app = open_page(store, "boss", "settings", tab="model")
    assert fake.url in words(app) and "发送 2 元，回答 8 元" in words(app)
    press(app, "开启大语言模型")
    assert store.organisation.setting(MODEL_SETTING) == ALLOWED
    app = open_page(store, "boss", "settings", tab="model")
    fake.answer = lambda _asked: "在"
    press(app, "试一下（不发留言）")
    assert len(fake.asked) == 1 and "师傅" not in fake.sent
    press(open_page(store, "boss", "settings", tab="model"), "关闭大语言模型")
    assert store.organisation.setting(MODEL_SETTING) == ""
    assert [each.action for each in store.accounts.audit(9)].count("switch language model") == 2
