"""The page of campaigns: made, checked, started, paused and ended; each role sees what is theirs."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from surveys.fieldwork.campaigns.campaign import CampaignState, Plan
from surveys.fieldwork.campaigns.schedule import Schedule
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.launch import fatigue, plan_campaign
from surveys.people.contact import Contact
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors
from tests.fieldwork.test_campaigns import people, started

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated

GATEWAY_SECRET = "whsec_" + b64encode(b"k" * 32).decode()


def test_a_designer_makes_checks_starts_pauses_and_ends_a_campaign(published: Store, open_page: Open) -> None:
    """From the form to people invited; the draft says beforehand how many, and what they will read."""
    add_accounts(published)
    people(published, 12)
    published.contacts.keep([Contact("no-phone", "无号码")], by="test")
    app = open_page(published, "maker", "campaigns")
    app.text_input(key="plan.name").input("十一月回访")
    app.selectbox(key="plan.channel").select("sms")
    app.number_input(key="plan.filters").set_value(1).run()
    app.selectbox(key="plan.attribute.0").select("worth.bill")
    app.selectbox(key="plan.compare.0").select("at_least").run()
    app.multiselect(key="plan.values.0.worth.bill").select("300.0")
    app.radio(key="plan.draw").set_value("sample").run()
    app.number_input(key="plan.many").set_value(5)
    app.number_input(key="plan.most").set_value(4)
    press(app, "存为草稿并检查")
    [draft] = published.campaigns.all()
    assert draft.state is CampaignState.DRAFT and draft.plan.quotas[0].limit == 4
    assert "王女士，您好" in words(app)
    press(app, "开始邀请")
    assert "没有发出任何消息" in words(app) and "5 人在等待" in words(app)
    published.contacts.opt_out("no-phone", by="test")
    press(app, "暂停")
    assert "无**" in words(app) and ">4</td>" in words(app)
    press(app, "继续")
    assert published.campaigns.get(draft.id).state is CampaignState.RUNNING
    press(app, "确认结束")
    assert published.campaigns.get(draft.id).state is CampaignState.ENDED


def test_a_manager_reads_the_progress_of_own_departments_and_makes_nothing(published: Store, open_page: Open) -> None:
    """Counts of the own department's people only; no form, no buttons; a foreign department's campaign is not there."""
    add_accounts(published)
    people(published, 4)
    published.contacts.keep(
        [Contact(f"service-{n}", "客户", phone=f"1390000000{n}", department="service") for n in range(3)], by="test"
    )  # fmt: skip
    started(published)
    app = open_page(published, "head", "campaigns")
    assert ">4</td>" in words(app) and ">7</td>" not in words(app)
    assert not app.button and not app.text_input
    assert ">7</td>" in words(open_page(published, "boss", "campaigns"))


def test_the_progress_of_few_people_in_an_anonymous_survey_is_not_shown(published: Store, open_page: Open) -> None:
    """Fewer than five: neither their number nor how far they came."""
    add_accounts(published)
    people(published, 4)
    survey = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(survey, "service", by="test")
    published.surveys.publish(survey.code, by="test")
    started(published)
    app = open_page(published, "boss", "campaigns")
    assert "人数太少，不显示进展" in words(app) and "回收率" not in words(app)


def test_what_is_wrong_with_a_plan_is_said_and_nothing_is_made(published: Store, open_page: Open) -> None:
    """No name; no link in the text. The days between two invitations are kept by whoever may."""
    add_accounts(published)
    app = open_page(published, "maker", "campaigns")
    press(app, "存为草稿并检查")
    assert "活动名称" in words_of_errors(app)
    app.text_input(key="plan.name").input("回访")
    app.text_area(key="plan.body").input("忘了放链接")
    press(app, "存为草稿并检查")
    assert "{link}" in words_of_errors(app) and not published.campaigns.all()
    app.number_input(key="fatigue_days").set_value(90)
    press(app, "保存")
    assert fatigue(published) == timedelta(days=90)


def test_at_night_it_is_said_when_the_first_message_leaves(published: Store, open_page: Open, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """So that nobody waits beside an empty progress table."""
    add_accounts(published)
    people(published, 2)
    plan = Plan(name="夜里", channel="sms", schedule=Schedule(since=0, until=1))
    at_noon = datetime(2026, 11, 27, 4, tzinfo=UTC)
    monkeypatch.setenv("SMS_WEBHOOK_URL", "https://gateway.example.cn/send")
    monkeypatch.setenv("SMS_WEBHOOK_SECRET", GATEWAY_SECRET)
    plan_campaign(published, plan, "power-visit", department=None, by="test", now=at_noon)
    app = open_page(published, "maker", "campaigns")
    monkeypatch.setattr("surveys.console.distribution.campaign_drafts.utc_now", lambda: at_noon)
    press(app, "开始邀请")
    assert "2 人在等待。消息从 2026-11-28 00:00 起发出" in words(app).replace("\\", "")


def test_a_chosen_campaign_stays_chosen_when_it_is_started(published: Store, open_page: Open) -> None:
    """Whatever the list says of it afterwards."""
    add_accounts(published)
    people(published, 2)
    first, second = (
        plan_campaign(
            published, Plan(name=name, channel="sms"), "power-visit", department=None, by="test", now=utc_now()
        )
        for name in ("一", "二")
    )
    app = open_page(published, "maker", "campaigns")
    app.selectbox(key="campaign").select(first.id).run()
    press(app, "开始邀请")
    app.run()
    assert app.selectbox(key="campaign").value == first.id
    assert published.campaigns.get(first.id).state is CampaignState.RUNNING
    assert published.campaigns.get(second.id).state is CampaignState.DRAFT


def test_a_recurrence_after_a_date_in_the_files_is_set_up_from_the_rounds(published: Store, open_page: Open) -> None:
    """The page of rounds leads to the form with survey and way chosen; what it begins is listed there."""
    add_accounts(published)
    app = open_page(published, "maker", "campaigns", **{"for": "power-visit", "when": "file_date"})
    app.text_input(key="plan.name").input("入住三个月").run()
    press(app, "存为草稿并检查")
    assert "请选择档案里的日期" in words_of_errors(app), "there are no files yet"
    day = local_day(utc_now())
    moved = [Contact(f"c{n}", "客户", phone=f"1390000000{n}", who={"入住日期": text}) for n, text in enumerate(
        [f"{day}", f"{day:%Y年%m月%d日}", "去年"])]  # fmt: skip
    published.contacts.keep(moved, by="test")
    app = open_page(published, "maker", "campaigns", **{"for": "power-visit", "when": "file_date"})
    app.text_input(key="plan.name").input("入住三个月")
    app.number_input(key="plan.date_after").set_value(0)
    app.checkbox(key="plan.yearly").set_value(True)
    press(app, "存为草稿并检查")
    assert "档案里的“入住日期”之后 0 个月，每年一次" in words(app)
    press(app, "开始邀请")
    told = words(app)  # by e-mail, of which the files have none
    assert re.search(r"没有这个渠道的地址.*?>2</td>", told, re.DOTALL)
    assert re.search(r"读不出.*?>1</td>", told, re.DOTALL)
    rounds = open_page(published, "maker", "surveys", rounds="power-visit")
    assert "入住三个月" in words(rounds) and "每年一次" in words(rounds)
