"""Campaigns as they are run: what is said without a channel, a start that asks, drafts changed, copied, deleted."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from surveys.channels import CHANNELS, Readiness, channels_set_up
from surveys.channels import MessageState as Sending
from surveys.channels import SendingTrouble as Trouble
from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState
from surveys.intake.protocols import Progress
from surveys.localisation.clock import utc_now
from surveys.operations.launch import AudienceChanged, Unfit, copy_campaign, plan_campaign, replan_campaign, start
from surveys.operations.scheduler import Scheduler, invitation_message
from surveys.people.contact import Contact
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.campaigns import CampaignNotNow
from tests.console.test_console import Open, add_accounts, open_page, press, words, words_of_errors
from tests.fieldwork.test_campaigns import people, plan, started
from tests.support.front_door import NOW, SECRET, Clock

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated

GATEWAY = {
    "SMS_WEBHOOK_URL": "https://gateway.example.cn/send",
    "SMS_WEBHOOK_SECRET": "whsec_" + b64encode(b"k" * 32).decode(),
}


def draft(store: Store, **changes: object) -> Campaign:
    return plan_campaign(store, plan(**changes), "power-visit", department=None, by="test", now=NOW)


def warnings_of(app: AppTest) -> str:
    return "\n".join(each.value for each in app.warning)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GATEWAY.items():
        monkeypatch.setenv(name, value)


# Without a channel


@pytest.mark.parametrize("channel", list(CHANNELS))
def test_a_channel_is_ready_only_where_it_is_set_up(channel: str) -> None:
    """Nothing set up is not the same as set up wrongly."""
    made = channels_set_up({"SMS_WEBHOOK_URL": "http://insecure.example/"}, SECRET)
    assert made.readiness(channel) is (Readiness.UNFIT if channel == "sms" else Readiness.MISSING)
    assert channels_set_up(GATEWAY, SECRET).readiness("sms") is Readiness.READY


def test_without_a_channel_nobody_counts_as_invited(published: Store, open_page: Open) -> None:
    """Before the start, after it, and once the messages wait in the outbox: planned is not sent."""
    add_accounts(published)
    people(published, 80)
    made, at_noon = draft(published), datetime.combine(utc_now().date() + timedelta(days=2), time(4), UTC)
    app = open_page(published, "maker", "campaigns")
    assert "短信渠道还没有设置" in warnings_of(app) and "一条消息也发不出去" in warnings_of(app)
    press(app, "开始邀请")
    assert "没有发出任何消息" in words(app) and "80 人在等待" in words(app)
    for _ in range(2):
        shown = words(app)
        assert "邀请了 80" not in shown and "已邀请" not in shown
        assert "等待中的消息一条也发不出去" in warnings_of(app)
        [reach] = published.invitations.reach(made.id)
        assert (reach.invited, reach.waiting, reach.sent, reach.failed, reach.finished) == (80, 80, 0, 0, 0)
        Scheduler(published, clock=lambda: at_noon).run_due()
        app.run()
    assert published.outbox.counts() == {("sms", Sending.WAITING): 80}


def test_a_channel_turned_off_after_the_start_is_said(published: Store, open_page: Open, gateway: None,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """And again when it is set up wrongly; nothing of it is said once the campaign has ended."""
    add_accounts(published)
    people(published, 6)
    made = started(published)
    app = open_page(published, "head", "campaigns")
    assert not app.warning
    monkeypatch.delenv("SMS_WEBHOOK_URL")
    assert "短信渠道还没有设置" in warnings_of(app.run())
    monkeypatch.setenv("SMS_WEBHOOK_URL", "http://insecure.example/")
    assert "设置有误" in warnings_of(app.run())
    published.campaigns.bring(made.id, CampaignState.ENDED, by="test", now=NOW)
    assert not app.run().warning


def test_a_channel_that_fails_says_why(published: Store, open_page: Open, gateway: None) -> None:
    """In the words of the sending page, for what waits after a failed try and for what was given up."""
    add_accounts(published)
    people(published, 3)
    made = started(published)
    Scheduler(published, clock=Clock()).run_due()
    first, second, _ = published.outbox.claim("sms", 3, now=NOW)
    published.outbox.postpone(first, NOW, Trouble.SIGN_IN)
    published.outbox.failed(second, Trouble.ADDRESS)
    app = open_page(published, "maker", "campaigns")
    assert "对方不接受我们的账号" in warnings_of(app) and "这个地址不存在" in warnings_of(app)
    [reach] = published.invitations.reach(made.id, now=NOW)
    assert (reach.waiting, reach.failed, reach.sent) == (2, 1, 0)


def test_counts_of_a_campaign_add_up(published: Store) -> None:
    """Planned is waiting, sent, failed and dropped; bounced ones were sent; one who answered by phone was not sent."""
    people(published, 6)
    made = started(published, link_days=2)
    clock = Clock()
    assert [each.waiting for each in published.invitations.reach(made.id, now=NOW)] == [6]
    Scheduler(published, clock=clock).run_due()
    ids = sorted(each.id for each in published.invitations.of_campaign(made.id))
    taken = {each.message.invitation: each for each in published.outbox.claim("sms", 6, now=NOW)}
    published.outbox.failed(taken[ids[0]], Trouble.REFUSED)
    for each in ids[1:3]:
        published.outbox.sent(taken[each], now=NOW)
    published.outbox.bounced(invitation_message(ids[2]), "bounced")
    published.invitations.mark(ids[3], Progress.TURNED_AWAY)
    published.invitations.revoke([ids[4]])
    [reach] = published.invitations.reach(made.id, now=NOW)
    assert (reach.invited, reach.waiting, reach.sent, reach.failed, reach.bounced, reach.dropped) == (5, 1, 2, 1, 1, 1)
    [later] = published.invitations.reach(made.id, now=NOW + timedelta(days=2))
    assert (later.waiting, later.dropped) == (0, 2)
    assert later.waiting + later.sent + later.failed + later.dropped == later.invited


# The start asks


def test_the_start_asks_once_with_numbers(published: Store, open_page: Open, gateway: None) -> None:
    """How many, how many not, by what, when first; the same button again starts nothing twice."""
    add_accounts(published)
    people(published, 7)
    published.contacts.keep([Contact("no-phone", "无号码")], by="test")
    made = draft(published, reminders=(3, 7))
    app = open_page(published, "maker", "campaigns")
    shown = words(app)
    for told in (">7 人<", ">1 人<", "短信 · 可用", "每人最多 2 次"):
        assert told in shown, told
    assert published.campaigns.get(made.id).state is CampaignState.DRAFT and not published.invitations.of_campaign(
        made.id
    )
    press(app, "开始邀请")
    assert len(published.invitations.of_campaign(made.id)) == 7
    assert not [each for each in app.button if each.label == "开始邀请"]


def test_a_list_that_grew_meanwhile_is_not_written_to_unasked(published: Store, open_page: Open, gateway: None) -> None:
    """Whoever was told of three does not write to five; pressing again, knowing it, does."""
    add_accounts(published)
    people(published, 3)
    made = draft(published)
    app = open_page(published, "maker", "campaigns")
    people(published, 5)
    press(app, "开始邀请")
    assert "现在是 5 人" in words_of_errors(app) and not published.invitations.of_campaign(made.id)
    press(app, "开始邀请")
    assert len(published.invitations.of_campaign(made.id)) == 5


def test_the_store_starts_only_with_as_many_as_were_expected(published: Store) -> None:
    people(published, 3)
    made = draft(published)
    with pytest.raises(AudienceChanged):
        start(published, made, SECRET, by="test", now=NOW, expected=2)
    assert published.campaigns.get(made.id).state is CampaignState.DRAFT
    assert start(published, made, SECRET, by="test", now=NOW, expected=3) == 3


def test_a_campaign_of_a_closed_survey_does_not_start(published: Store, open_page: Open) -> None:
    """It would write to people whose links lead to a page that says no."""
    add_accounts(published)
    people(published, 3)
    made = draft(published)
    published.surveys.close("power-visit", by="test")
    app = open_page(published, "maker", "campaigns")
    assert "没有在收集" in warnings_of(app)
    press(app, "开始邀请")
    assert "没有在收集" in words_of_errors(app)
    assert published.campaigns.get(made.id).state is CampaignState.DRAFT and not published.invitations.of_campaign(
        made.id
    )


def test_a_draft_can_go_on_with_a_newer_version(published: Store, open_page: Open) -> None:
    """Not by itself, and anonymous where the newer version is."""
    add_accounts(published)
    people(published, 3)
    made = draft(published)
    newer = published.surveys.get("power-visit").survey.model_copy(update={"anonymous": True})
    published.surveys.save_draft(newer, "service", by="test")
    published.surveys.publish(newer.code, by="test")
    app = open_page(published, "maker", "campaigns")
    assert "这份草稿还按第 1 版邀请" in warnings_of(app)
    press(app, "改用第 2 版")
    kept = published.campaigns.get(made.id)
    assert (kept.version, kept.anonymous) == (2, True) and "还按第" not in warnings_of(app)


# Changing, copying, deleting


RICH = {
    "channel": "mail",
    "audience": {"filters": [{"attribute": "who.district", "is": "one_of", "values": ["城东", "城南"]}], "sample": 2,
                 "by": "who.district", "seed": 7},
    "message": {"subject": "标题", "body": "正文 {link}"},
    "reminder": {"subject": "再次", "body": "再次 {link}"},
    "reminders": [3, 8],
    "quotas": [{"code": "east", "label": "东", "limit": 5}, {"code": "total", "label": "总数", "limit": 9}],
    "ends_at": "2027-03-01T04:30:00Z",
    "link_days": 12,
}  # fmt: skip
RULES_OF_FILES = {
    "groups of different sizes": {"by": "who.district", "of_each": {"城东": 1, "城西": 2}},
    "a comparison the form lacks": {"filters": [{"attribute": "tier", "is": "unanswered"}]},
    "more filters than the form has": {"filters": [{"attribute": "tier", "is": "one_of", "values": ["A"]}] * 6},
}
SCHEDULES = {
    "at a time": {"at": "2027-01-05T06:15:00Z", "since": 9, "until": 18},
    "after an event": {"event": "meter.changed", "after": 3, "unit": "days"},
    "at once": {},
}


@pytest.mark.parametrize("schedule", list(SCHEDULES))
def test_a_draft_saved_unchanged_stays_as_it_is(published: Store, open_page: Open, schedule: str) -> None:
    """Everything that a plan can say comes through the form, also what the form does not show."""
    add_accounts(published)
    made = draft(published, **RICH, schedule=SCHEDULES[schedule])
    app = open_page(published, "maker", "campaigns")
    press(app, "保存修改")
    assert not words_of_errors(app) and "已保存" in words(app)
    assert published.campaigns.get(made.id).plan == made.plan


@pytest.mark.parametrize("rule", list(RULES_OF_FILES))
def test_a_rule_the_form_cannot_show_stays(published: Store, open_page: Open, rule: str) -> None:
    """It is said, and the rest is changed."""
    add_accounts(published)
    made = draft(published, audience=RULES_OF_FILES[rule])
    app = open_page(published, "maker", "campaigns")
    assert "保持不变" in words(app)
    next(each for each in app.text_input if each.value == "十一月回访").input("改了名")
    press(app, "保存修改")
    kept = published.campaigns.get(made.id).plan
    assert kept == made.plan.model_copy(update={"name": "改了名"})


def test_two_people_at_one_plan(published: Store, open_page: Open) -> None:
    """The second is told what the first changed, keeps what was typed, and may take the newest instead."""
    add_accounts(published)
    made = draft(published)
    app = open_page(published, "maker", "campaigns")

    def name() -> object:
        return next(each for each in app.text_input if str(each.key).startswith("edit.") and "name" in str(each.key))

    name().input("我的名字")  # type: ignore[attr-defined]
    published.campaigns.replan(made.id, plan(name="她的名字", link_days=9), by="boss")
    press(app, "保存修改")
    assert "没有保存" in words_of_errors(app) and "她的名字" in warnings_of(app) and "boss" in warnings_of(app)
    assert name().value == "我的名字"  # type: ignore[attr-defined]
    assert published.campaigns.get(made.id).plan.name == "她的名字"
    app.button(key=f"newest replan {made.id}").click().run()
    assert name().value == "她的名字"  # type: ignore[attr-defined]
    name().input("最后")  # type: ignore[attr-defined]
    press(app, "保存修改")
    kept = published.campaigns.get(made.id).plan
    assert (kept.name, kept.link_days) == ("最后", 9)


def test_a_plan_is_not_changed_once_it_runs(published: Store) -> None:
    """By the store itself, whatever a page that was open says."""
    people(published, 2)
    made = started(published)
    with pytest.raises(CampaignNotNow):
        replan_campaign(published, made, plan(name="后来"), by="test")
    with pytest.raises(CampaignNotNow):
        published.campaigns.delete(made.id, by="test")
    assert published.campaigns.get(made.id).plan.name == "十一月回访"


def test_an_unfit_change_is_refused(published: Store) -> None:
    made = draft(published)
    with pytest.raises(Unfit):
        replan_campaign(published, made, made.plan.model_copy(update={"channel": "pigeon"}), by="test")
    assert published.campaigns.get(made.id).plan == made.plan


def test_a_draft_is_deleted_and_only_as_it_was_seen(published: Store, open_page: Open) -> None:
    """What somebody has just changed stays, and is shown."""
    add_accounts(published)
    made = draft(published)
    with pytest.raises(ChangedMeanwhile):
        published.campaigns.delete(made.id, by="test", seen=plan(name="anders"))
    app = open_page(published, "maker", "campaigns", campaign=made.id)
    published.campaigns.replan(made.id, plan(name="刚改"), by="boss")
    app.button(key=f"delete {made.id}").click().run()
    assert "没有改动" in words_of_errors(app) and len(published.campaigns.all()) == 1
    app.button(key=f"delete {made.id}").click().run()
    assert published.campaigns.all() == [] and "已删除草稿" in words(app)
    line = published.accounts.audit()[0]
    assert (line.account, line.action, line.detail) == ("maker", "delete campaign", "刚改")


@pytest.mark.parametrize("state", list(CampaignState))
def test_a_campaign_is_copied_in_any_state(published: Store, open_page: Open, state: CampaignState) -> None:
    """As a draft of its own with nobody in it; the original goes on."""
    add_accounts(published)
    people(published, 6)
    made = draft(published, reminders=(3,)) if state is CampaignState.DRAFT else started(published, reminders=(3,))
    if state in (CampaignState.PAUSED, CampaignState.ENDED):
        published.campaigns.bring(made.id, state, by="test", now=NOW)
    app = open_page(published, "maker", "campaigns", campaign=made.id)
    press(app, "复制为新草稿")
    [copy] = [each for each in published.campaigns.all() if each.id != made.id]
    assert copy.state is CampaignState.DRAFT and copy.plan == made.plan.model_copy(
        update={"name": "十一月回访（副本）"}
    )
    assert not published.invitations.of_campaign(copy.id) and published.campaigns.get(made.id).state is state
    assert app.selectbox(key="campaign").value == copy.id


def test_the_copy_of_a_long_name_fits(published: Store, open_page: Open) -> None:
    add_accounts(published)
    draft(published, name="长" * 80)
    app = open_page(published, "maker", "campaigns")
    press(app, "复制为新草稿")
    assert sorted(len(each.plan.name) for each in published.campaigns.all()) == [80, 80]


def test_a_campaign_of_a_closed_survey_is_not_copied(published: Store) -> None:
    made = draft(published)
    published.surveys.close("power-visit", by="test")
    with pytest.raises(Unfit):
        copy_campaign(published, made, "新", by="test", now=NOW)


def test_only_who_makes_campaigns_has_the_buttons(published: Store, open_page: Open) -> None:
    """A manager sees the numbers of a draft; a designer whose role is gone changes nothing."""
    add_accounts(published)
    made = draft(published)
    assert not open_page(published, "head", "campaigns").button
    app = open_page(published, "maker", "campaigns")
    published.accounts.change("maker", role=Role.STAFF.value)
    app.button(key=f"delete {made.id}").click().run()
    assert len(published.campaigns.all()) == 1


# A test to oneself


def test_a_test_message_says_what_people_will_read(published: Store, open_page: Open, gateway: None) -> None:
    """By the campaign's channel, with a link that takes no answer; list and counts stay as they are."""
    add_accounts(published)
    people(published, 3)
    made = draft(published, message={"subject": "请评价", "body": "{name}，请填：{link}"})
    app = open_page(published, "maker", "campaigns")
    field = next(each for each in app.text_input if each.label == "发到")
    field.input("不是号码")
    press(app, "发送测试消息")
    assert "不是这个渠道的收件地址" in words_of_errors(app)
    next(each for each in app.text_input if each.label == "发到").input("13900001111")
    press(app, "发送测试消息")
    assert "正在等待发送" in words(app)
    [taken] = published.outbox.claim("sms", 9, now=utc_now() + timedelta(hours=1))
    message = taken.message
    assert message.address == "13900001111" and message.invitation is None
    assert message.body == "maker name，请填：http://localhost:8501/preview/power-visit"
    assert (
        published.invitations.of_campaign(made.id) == []
        and published.campaigns.get(made.id).state is CampaignState.DRAFT
    )
    assert published.accounts.audit()[0].action == "send test message"


def test_without_a_channel_no_test_is_offered(published: Store, open_page: Open) -> None:
    add_accounts(published)
    draft(published)
    app = open_page(published, "maker", "campaigns")
    assert not [each for each in app.button if each.label == "发送测试消息"] and "短信渠道还没有设置" in words(app)
    assert ("sms", Sending.WAITING) not in published.outbox.counts()
