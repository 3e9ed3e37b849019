"""Campaigns: who is asked, when, and how often; what goes out once goes out once, whatever happens between."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from surveys.channels import MessageState as Sending
from surveys.command_line import main
from surveys.definition.survey import Quota
from surveys.fieldwork.campaigns.audience import AudienceRule, Filter, LeftOutReason, audience, drawn
from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState, MessageText, Plan
from surveys.fieldwork.campaigns.invitations import link_token
from surveys.fieldwork.campaigns.progress import Reach
from surveys.fieldwork.campaigns.schedule import Schedule, Unit
from surveys.intake.protocols import Progress
from surveys.operations.launch import FATIGUE, Happening, Unfit, follow_up, plan_campaign, reach_audience, start
from surveys.operations.scheduler import Scheduler, invitation_message, links_of, write_message
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.records.campaigns import CampaignNotNow
from tests.support.front_door import NOW, SECRET, Clock, hidden, receipt, visiting


def people(store: Store, count: int = 6, **changes: object) -> list[Contact]:
    """Customers with a phone; every second one lives in the east."""
    made = [
        Contact(
            f"{number:016x}", f"客户{number}", phone=f"1380000{number:04d}", department="repair",
            who={"district": "城东" if number % 2 else "城西"}, worth={"bill": 100.0 * number},
        )
        for number in range(count)
    ]  # fmt: skip
    store.contacts.keep(made, by="test")
    return made


def plan(**changes: object) -> Plan:
    return Plan.model_validate({"name": "十一月回访", "channel": "sms"} | changes)


def started(store: Store, **changes: object) -> Campaign:
    made = plan_campaign(store, plan(**changes), "power-visit", department=None, by="test", now=NOW)
    start(store, made, SECRET, by="test", now=NOW)
    return store.campaigns.get(made.id)


def send_all(store: Store, now: datetime = NOW) -> int:
    """What the sender does: takes what waits and notes that it was sent."""
    taken = store.outbox.claim("sms", 100_000, now=now)
    return sum(store.outbox.sent(each, now=now) for each in taken)


def waiting(store: Store) -> int:
    return store.outbox.counts().get(("sms", Sending.WAITING), 0)


# Who


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ([], [0, 1, 2, 3, 4, 5]),
        ([Filter(attribute="who.district", values=("城东",))], [1, 3, 5]),
        ([Filter(attribute="worth.bill", compare="at_least", values=("300",))], [3, 4, 5]),
        (
            [Filter(attribute="who.区县", compare="unanswered"), Filter(attribute="tier", compare="unanswered")],
            [0, 1, 2, 3, 4, 5],
        ),
        ([Filter(attribute="who.district", compare="differs", values=("城东",))], [0, 2, 4]),
    ],
    ids=["everyone", "by a text", "by an amount", "two, one with a Chinese name", "the others"],
)  # fmt: skip
def test_people_are_filtered_by_what_is_known_of_them(store: Store, filters: list[Filter], ids: list[int]) -> None:
    """By the same comparisons as a survey's conditions."""
    rule = AudienceRule(filters=tuple(filters))
    found = audience(people(store), rule, lambda each: each.phone, lambda _: False)
    assert [int(each.id, 16) for each in found.people] == ids


def test_a_sample_is_drawn_again_with_its_seed(store: Store) -> None:
    """Whatever order the files come in; another seed draws others; it says when there are too few."""
    known = people(store, 200)
    rule = AudienceRule(sample=50, seed=7)
    first, _ = drawn(known, rule)
    assert drawn(known[::-1], rule) == (first, {}) and len({each.id for each in first}) == 50
    assert drawn(known, AudienceRule(sample=50, seed=8))[0] != first
    assert drawn(known, AudienceRule(sample=300))[1] == {"": 100}


def test_a_sample_favours_no_one() -> None:
    """Over many seeds each person is drawn equally often; four standard deviations off would be no chance."""
    known = [Contact(f"{number:016x}", "x") for number in range(20)]
    times = Counter(each.id for seed in range(2000) for each in drawn(known, AudienceRule(sample=5, seed=seed))[0])
    assert all(abs(times[each.id] - 500) < 4 * (2000 * 0.25 * 0.75) ** 0.5 for each in known)


def test_a_stratified_quota_draws_so_many_of_each_group(store: Store) -> None:
    """And says which group is too small."""
    rule = AudienceRule(by="who.district", of_each={"城东": 2, "城西": 5, "城北": 1})
    chosen, short = drawn(people(store, 8), rule)
    assert Counter(each.who["district"] for each in chosen) == {"城东": 2, "城西": 4}
    assert short == {"城西": 1, "城北": 1}


def test_who_must_not_be_asked_is_left_out_before_the_draw(published: Store) -> None:
    """Opted out, no address, asked lately: named with numbers; the sample is full all the same."""
    known = people(published, 6)
    published.contacts.opt_out(known[0].id, by="test")
    published.contacts.keep([Contact("no-phone", "无号码", department="repair")], by="test")
    started(published, audience={"filters": [{"attribute": "worth.bill", "is": "at_least", "values": ["500"]}]})
    found = reach_audience(published, plan(audience={"sample": 4}), None, NOW + timedelta(days=3))
    assert found.left_out == {LeftOutReason.OPTED_OUT: 1, LeftOutReason.NO_ADDRESS: 1, LeftOutReason.ASKED_LATELY: 1}
    assert (found.fitting, len(found.people), found.short) == (7, 4, {})


def test_no_one_is_asked_too_often_over_all_campaigns(published: Store) -> None:
    """Not in thirty days, unless the organisation sets otherwise; decided when the invitations are kept."""
    people(published)
    started(published)
    with pytest.raises(Unfit):
        started(published)
    published.organisation.set(FATIGUE, "0")
    assert len(published.invitations.of_campaign(started(published).id)) == 6


# When


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("schedule", "happened", "due"),
    [
        ({}, "2026-01-05T10:00", "2026-01-05T10:00"),
        ({}, "2026-01-05T22:30", "2026-01-06T08:00"),
        ({}, "2026-01-05T03:00", "2026-01-05T08:00"),
        ({"after": 2}, "2026-01-05T20:30", "2026-01-06T08:00"),
        ({"after": 36, "unit": "hours"}, "2026-01-05T09:15", "2026-01-06T21:15"),
        ({"after": 7, "unit": "days", "until": 24}, "2026-01-05T21:15", "2026-01-12T21:15"),
        ({"after": 1, "unit": "months"}, "2026-01-31T09:00", "2026-02-28T09:00"),
        ({"after": 1, "unit": "months"}, "2028-01-31T09:00", "2028-02-29T09:00"),
        ({"after": 12, "unit": "months"}, "2026-11-30T09:00", "2027-11-30T09:00"),
        ({"after": 3, "unit": "months"}, "2026-11-30T07:59", "2027-02-28T08:00"),
    ],
)
def test_after_an_event_people_are_asked_when_they_are_awake(schedule: dict, happened: str, due: str) -> None:  # type: ignore[type-arg]
    """Hours run through, days and months keep the time of day here; months go by the calendar."""
    rule = Schedule.model_validate({"event": "work_order.closed", "until": 22} | schedule)
    assert rule.due(NOW, local(happened)) == local(due)
    assert rule.due(NOW, local(happened)).tzinfo is UTC


def test_at_a_time_or_at_once() -> None:
    """A time that has passed is at once; both at once is refused."""
    assert Schedule(at=local("2026-12-01T09:00")).due(NOW) == local("2026-12-01T09:00")
    assert Schedule(at=local("2020-12-01T09:00")).due(NOW) == NOW
    with pytest.raises(ValueError, match="either"):
        Schedule(at=NOW, event="work_order.closed", unit=Unit.DAYS)


# Out


def test_due_invitations_wait_in_the_outbox_once(published: Store) -> None:
    """However often the scheduler runs, also twice at once; the link is put in only at the last moment."""
    people(published, 5)
    campaign = started(published, message={"subject": "回访", "body": "{name}，请点 {link}"})
    schedulers = [Scheduler(published, clock=Clock(), batch=2) for _ in range(2)]
    while sum(each.run_due() for each in schedulers):
        pass
    assert waiting(published) == 5
    [first, *_] = published.invitations.of_campaign(campaign.id)
    message = published.outbox.get(invitation_message(first.id))
    assert message and message.message.body.endswith("，请点 {link}") and "客户" in message.message.body
    links = links_of(published, SECRET, "https://ask.example", clock=Clock())(first.id)
    assert links and links.link.startswith("https://ask.example/i/") and links.opt_out == f"{links.link}/stop"


def test_a_run_cut_off_before_it_was_noted_repeats_itself(published: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages have the same ids, so that the second time adds none."""
    people(published, 3)
    started(published)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(published.invitations, "queued", killed)
        Scheduler(published, clock=Clock()).run_due()
    assert waiting(published) == 3
    assert Scheduler(published, clock=Clock()).run_due() == 3 and waiting(published) == 3


def test_only_who_has_not_answered_is_reminded(published: Store) -> None:
    """Three days after sending; not who answered, opted out or whose message came back; each reminder once."""
    people(published, 4)
    campaign, clock = started(published, reminders=(3, 7)), Clock()
    scheduler = Scheduler(published, clock=clock)
    scheduler.run_due()
    send_all(published)
    answered, bounced, stopped, silent = published.invitations.of_campaign(campaign.id)
    published.outbox.bounced(invitation_message(bounced.id), "bounced")
    published.contacts.opt_out(stopped.contact, by="test")
    with visiting(published, clock) as browser:
        link = links_of(published, SECRET, "")(answered.id)
        assert link
        page = browser.get(link.link).text
        assert receipt(browser.post(link.link, data={**hidden(page), "csat": "4", "nps": "9"}).text)
    clock.passes(days=2, hours=23)
    assert scheduler.run_due() == 0
    clock.passes(hours=2)
    scheduler.run_due()
    assert scheduler.run_due() == 0
    assert waiting(published) == 1 and published.outbox.get(invitation_message(silent.id, 1))
    send_all(published, clock.now)
    clock.passes(days=4)
    assert scheduler.run_due() == 1 and published.outbox.get(invitation_message(silent.id, 2))
    assert links_of(published, SECRET, "")(answered.id) is None


def test_pausing_takes_back_what_waits_and_going_on_sends_it_once(published: Store) -> None:
    """What was sent stays sent; ending takes the rest back for good, and its links say so."""
    people(published, 4)
    campaign, clock = started(published), Clock()
    scheduler = Scheduler(published, clock=clock)
    scheduler.run_due()
    [first, *_] = published.outbox.claim("sms", 1, now=NOW)
    published.outbox.sent(first, now=NOW)
    published.campaigns.bring(campaign.id, CampaignState.PAUSED, by="test", now=NOW)
    assert waiting(published) == 0 and scheduler.run_due() == 0
    published.campaigns.bring(campaign.id, CampaignState.RUNNING, by="test", now=NOW)
    scheduler.run_due()
    assert waiting(published) == 3
    published.campaigns.bring(campaign.id, CampaignState.ENDED, by="test", now=NOW)
    assert waiting(published) == 0
    with pytest.raises(CampaignNotNow):
        published.campaigns.bring(campaign.id, CampaignState.RUNNING, by="test", now=NOW)


def test_a_campaign_ends_by_itself(published: Store) -> None:
    """At its end nothing more goes out; links last no longer than it."""
    people(published, 2)
    ends = NOW + timedelta(days=5)
    campaign, clock = started(published, ends_at=ends.isoformat(), reminders=(3,)), Clock()
    assert {each.expires_at for each in published.invitations.of_campaign(campaign.id)} == {ends}
    clock.passes(days=5)
    Scheduler(published, clock=clock).run_due()
    assert published.campaigns.get(campaign.id).state is CampaignState.ENDED and waiting(published) == 0


def test_nothing_goes_out_at_night(published: Store) -> None:
    """A scheduler that was down all day catches up in the morning."""
    people(published, 2)
    started(published)
    clock = Clock()
    clock.now = local("2026-11-22T23:00")
    assert Scheduler(published, clock=clock).run_due() == 0
    clock.now = local("2026-11-23T08:00")
    assert Scheduler(published, clock=clock).run_due() == 2


def test_an_event_brings_one_follow_up_however_often_it_is_reported(published: Store) -> None:
    """After its time, to who fits, while the campaign runs; another event of the same person waits out the pause."""
    [customer, other] = people(published, 2)
    campaign = started(
        published,
        schedule={"event": "work_order.closed", "after": 2, "unit": "hours"},
        audience={"filters": [{"attribute": "who.district", "values": ["城西"]}]},
    )
    closed = Happening("work_order.closed", "erp:WO-1", customer.id, NOW)
    assert [follow_up(published, SECRET, closed, now=NOW) for _ in range(3)] == [1, 0, 0]
    again = Happening("work_order.closed", "erp:WO-2", customer.id, NOW)
    elsewhere = Happening("work_order.closed", "erp:WO-3", other.id, NOW)
    unknown = Happening("meter.changed", "erp:WO-4", customer.id, NOW)
    assert [follow_up(published, SECRET, each, now=NOW) for each in (again, elsewhere, unknown)] == [0, 0, 0]
    [invitation] = published.invitations.of_campaign(campaign.id)
    assert invitation.due_at == NOW + timedelta(hours=2)
    published.campaigns.bring(campaign.id, CampaignState.PAUSED, by="test", now=NOW)
    published.organisation.set(FATIGUE, "0")
    assert follow_up(published, SECRET, again, now=NOW) == 0


def test_a_name_with_braces_makes_no_second_link(published: Store) -> None:
    """Nor does a percent sign or a backslash in it do anything."""
    [person] = people(published, 1)
    campaign = started(published, message={"body": "{name}：{link}"})
    [invitation] = published.invitations.of_campaign(campaign.id)
    named = Contact(person.id, "{link}%s\\1{opt_out}", phone=person.phone)
    assert write_message(campaign, campaign.plan.message, invitation, named, "1", 0).body == "link%s\\1opt_out：{link}"


@pytest.mark.parametrize("body", ["没有链接", "{link} {link}"])
def test_a_message_carries_the_link_once(body: str) -> None:
    with pytest.raises(ValueError, match="exactly once"):
        MessageText(body=body)


def test_what_cannot_be_given_out_is_said(published: Store) -> None:
    """An unknown channel, an end before the beginning, nobody to ask, reminders in disorder."""
    with pytest.raises(Unfit, match="pigeon"):
        plan_campaign(published, plan(channel="pigeon"), "power-visit", department=None, by="test", now=NOW)
    with pytest.raises(Unfit):
        started(published)
    people(published, 1)
    with pytest.raises(Unfit):
        started(published, ends_at=(NOW - timedelta(days=1)).isoformat())
    with pytest.raises(ValueError, match="later than the one before"):
        plan(reminders=(7, 3))


# Back


def test_one_tap_and_a_confirmation_stop_all_invitations(published: Store) -> None:
    """Looking at the page does nothing, so that no link scanner opts anyone out; a used link still serves."""
    [person] = people(published, 1)
    campaign = started(published)
    [invitation] = published.invitations.of_campaign(campaign.id)
    published.invitations.revoke([invitation.id])
    link = f"/i/{_token(published, invitation.id)}"
    with visiting(published) as browser:
        asked = browser.get(f"{link}/stop")
        assert asked.status_code == 200 and f'action="{link}/stop"' in asked.text
        known = published.contacts.get(person.id)
        assert known and known.opted_out_at is None
        assert browser.post(f"{link}/stop", data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert browser.post("/i/nonsense/stop").status_code == 404
    known = published.contacts.get(person.id)
    assert known and known.opted_out_at == NOW
    assert reach_audience(published, plan(), None, NOW).left_out == {LeftOutReason.OPTED_OUT: 1}


def test_a_campaigns_own_quota_turns_away_and_asks_no_more(published: Store) -> None:
    """The cell counts by answers; who came too late is thanked, not kept, and not reminded."""
    people(published, 3)
    when = {"item": "csat", "is": "at_least", "value": 4}
    campaign = started(published, quotas=[{"code": "glad", "label": "满意", "when": when, "limit": 1}])
    tokens = [_token(published, each.id) for each in published.invitations.of_campaign(campaign.id)]
    said = []
    with visiting(published) as browser:
        for token, csat in zip(tokens, ("5", "4", "2"), strict=True):
            page = browser.get(f"/i/{token}").text
            said.append(browser.post(f"/i/{token}", data={**hidden(page), "csat": csat, "nps": "9"}).text)
        assert browser.get(f"/i/{tokens[1]}").status_code == 410
    assert [bool(receipt(each)) for each in said] == [True, False, True]
    assert "份数已满" in said[1] and published.responses.amount("power-visit") == 2
    assert published.quotas.taken(f"campaign:{campaign.id}") == {"glad": 1}


def test_a_surveys_quota_ends_with_its_own_words(published: Store) -> None:
    """On the open link too."""
    survey = published.surveys.get("power-visit").survey
    quota = Quota.model_validate({"code": "all", "label": "总数", "limit": 1})
    full = survey.model_copy(update={"quotas": (quota,)})
    published.surveys.save_draft(full, "service", by="test")
    published.surveys.publish(full.code, by="test")
    with visiting(published) as browser:
        pages = [browser.get("/s/power-visit").text for _ in range(2)]
        said = [browser.post("/s/power-visit", data={**hidden(p), "csat": "5", "nps": "9"}).text for p in pages]
    assert [bool(receipt(each)) for each in said] == [True, False]


def test_the_command_line_checks_starts_and_stops(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """A plan in a file; a mistake in it is named with its place, and nothing goes out."""
    people(published, 4)
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    file = tmp_path / "plan.yaml"
    file.write_text("name: 回访\nchannel: sms\naudience: {by: who.district, of_each: {城东: 1, 城西: 5}}\n", "utf-8")
    assert main(["invite", "check", "power-visit", str(file)]) == 0
    said = capsys.readouterr().out
    assert "将邀请 3 人" in said and "城西：还差 3 人" in said and not published.campaigns.all()
    assert main(["invite", "start", "power-visit", str(file)]) == 0
    [campaign] = published.campaigns.all()
    actions = (["list"], ["pause", campaign.id], ["end", campaign.id])
    assert [main(["invite", *action]) for action in actions] == [0, 0, 0]
    assert "邀请 3，发出 0" in capsys.readouterr().out
    assert main(["invite", "go-on", campaign.id]) == main(["invite", "end", "none"]) == 1
    file.write_text("name: 回访\nchanel: sms\n", "utf-8")
    assert main(["invite", "start", "power-visit", str(file)]) == 1
    assert "chanel" in capsys.readouterr().err and len(published.campaigns.all()) == 1


def test_progress_counts_by_segment(published: Store) -> None:
    """Sent, bounced, opened, begun, finished; a message that came back is no base for the response rate."""
    people(published, 4)
    campaign = started(published, audience={"by": "who.district"})
    Scheduler(published, clock=Clock()).run_due()
    send_all(published)
    first, second, *_ = sorted(published.invitations.of_campaign(campaign.id), key=lambda each: each.contact)
    published.outbox.bounced(invitation_message(first.id), "bounced")
    published.invitations.mark(second.id, Progress.OPENED)
    east, west = published.invitations.reach(campaign.id)
    assert east == Reach("城东", 2, sent=2, bounced=0, opened=1, reached=2)
    assert west == Reach("城西", 2, sent=2, bounced=1, reached=1)
    assert published.invitations.reach(campaign.id, ["service"]) == []


def test_those_invited_to_a_survey_are_counted_over_its_campaigns_and_by_when(published: Store) -> None:
    """Who was invited before or after the time looked at, to another survey, or is another department's, is not."""
    people(published, 4)
    campaign = started(published, audience={"by": "who.district"})
    Scheduler(published, clock=Clock()).run_due()
    send_all(published)
    first, *_ = sorted(published.invitations.of_campaign(campaign.id), key=lambda each: each.contact)
    published.outbox.bounced(invitation_message(first.id), "bounced")
    invited, survey = published.invitations.invited, campaign.survey
    assert invited(survey) == Reach(None, 4, sent=4, reached=3)
    before, after = ((Clock()() + timedelta(seconds=each)).isoformat() for each in (-1, 1))
    assert invited(survey, since=before, until=after).reached == 3
    assert invited(survey, since=after) == invited(survey, until=before) == invited("another") == Reach(None)
    assert invited(survey, ["service"]) == Reach(None)


def _token(store: Store, invitation: str) -> str:
    return link_token(SECRET, invitation)
