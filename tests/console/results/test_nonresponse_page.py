"""分析 → 回收与无应答: rates by AAPOR, the list beside who answered, reminders and channels; nothing of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.command_line import main
from analysis.released.gate import gate_of
from analysis.released.summary import results_of
from surveys.definition.survey import Survey
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.scheduler import Scheduler
from surveys.people.contact import Contact
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.fieldwork.test_campaigns import started
from tests.fieldwork.test_dispositions import send_all
from tests.support.front_door import NOW, Clock

__all__ = ["open_page"]
pytestmark = pytest.mark.dated
ASKED, EAST, LATE = 80, 40, 24


def asked(store: Store) -> None:
    """Eighty are asked; all of the east answer at once and gladly, of the others two in five after a reminder."""
    add_accounts(store)
    known = [
        Contact(
            f"{number:016x}", f"客户{number}", phone=f"1380000{number:04d}", department="repair",
            who={"片区": "城东" if number < EAST else "城西"},
        )
        for number in range(ASKED)
    ]  # fmt: skip
    store.contacts.keep(known, by="test")
    clock = Clock()
    campaign = started(store, reminders=(3,))
    send_all(store)
    clock.passes(days=3, hours=4)
    Scheduler(store, clock=clock).run_due()
    taken = store.outbox.claim("sms", 1000, now=clock())
    assert len(taken) == ASKED and all(store.outbox.sent(each, now=clock()) for each in taken)
    links = {each.contact: each.id for each in store.invitations.of_campaign(campaign.id)}
    today, answers = local_day(NOW), []
    for number, person in enumerate(known[: EAST + LATE]):
        late = number >= EAST
        came = timedelta(days=4 if late else 0)
        along = {"contact": person.id, "invitation": links[person.id], "campaign": campaign.id}
        told = {"answers": {"csat": (3 if late else 5) - number % 2}, "channel": "sms" if late else "link"}
        answers.append(submission(number, received_on=today + came, received_at=NOW + came, **along, **told))
    store.responses.bring_in(answers)


def test_response_rates_for_other_programs_are_those_of_the_page(
    published: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(published)
    found = results_of(gate_of(published)).response_rates(published.surveys.get("power-visit"), break_offs_count=False)
    assert found is not None and found["asked"] == ASKED and found["dispositions"]["complete"] == EAST + LATE
    first = found["rates"][0]
    assert first["name"] == "RR1" and first["value"] == 0.8 and first["low"] < 0.8 < first["high"]
    assert main(["response-rates", "power-visit", "--database", str(published.path)]) == 0
    assert "RR1\t0.8\t" in capsys.readouterr().out
    assert main(["response-rates", "nothing", "--database", str(published.path)]) == 1


def test_who_answers_late_and_who_does_not(published: Store, open_page: Open) -> None:
    asked(published)
    shown = open_page(published, "boss", "analysis", survey="power-visit", part="response", period="all")
    said = words(shown)
    assert not shown.exception
    assert "80.0%" in said and "RR1" in said and "没有任何回音" in said, "64 of 80"
    assert "与名单在这些方面不同：片区" in said and "60.0%" in said, "24 of 40 in the west"
    assert "每多催一次差 −2.00 分" in said and "约为 3.50" in said, ".8 × 3.75 + .2 × 2.5 of everybody"
    assert "没有两种渠道" not in said and "不同渠道的评分不同" in said
    assert "客户1" not in said


def test_the_list_is_what_answers_can_be_weighted_to(published: Store, open_page: Open) -> None:
    """The west is half of the list, and 24 of 64 answers."""
    asked(published)
    shown = open_page(
        published, "boss", "analysis", survey="power-visit", part="weights", period="all", invited="1"
    )  # fmt: skip
    said = words(shown)
    assert not shown.exception and "加权前后" in said and "37.5%" in said and "50.0%" in said

def test_small_areas_are_told_by_the_list_those_without_answers_too(published: Store, open_page: Open) -> None:
    """Nobody answers in the north: it is told from like people elsewhere, and its row says that there are none."""
    add_accounts(published)
    areas = ("城东", "城西", "城南", "城北")
    known = [
        Contact(
            f"{number:016x}", f"客户{number}", phone=f"1380000{number:04d}", department="repair",
            who={"片区": areas[number % 4], "客户类型": "居民" if number % 3 else "商户"},
        )
        for number in range(160)
    ]  # fmt: skip
    published.contacts.keep(known, by="test")
    campaign = started(published)
    send_all(published)
    links = {each.contact: each.id for each in published.invitations.of_campaign(campaign.id)}
    told = [(number, person) for number, person in enumerate(known) if number % 4 < 3 and number % 2 + number % 5 > 1]
    published.responses.bring_in([
        submission(number, received_on=local_day(NOW), received_at=NOW, contact=person.id,
                   invitation=links[person.id], campaign=campaign.id, channel="sms",
                   answers={"csat": 3 + (number % 3 > 0) + (number % 7 > 3)})
        for number, person in told
    ])  # fmt: skip
    shown = open_page(
        published, "boss", "analysis", survey="power-visit", part="weights", period="all", invited="1"
    )  # fmt: skip
    said = words(shown)
    assert not shown.exception and "按名单推算各处" in said and "城北" in said and "推算的平均分" in said


def test_nobody_asked_and_nobody_answered(published: Store, open_page: Open) -> None:
    add_accounts(published)
    said = words(open_page(published, "boss", "analysis", survey="power-visit", part="response", period="all"))
    assert "没有可以算回收率的名单" in said or "还没有" in said


def test_an_anonymous_survey_shows_rates_alone(store: Store, visit: Survey, open_page: Open) -> None:
    """Not by list, reminder, round or channel: each could be held against who has been asked."""
    add_accounts(store)
    secret = visit.model_copy(update={"anonymous": True})
    store.surveys.save_draft(secret, "service", by="test")
    store.surveys.publish("power-visit", by="test")
    day = local_day(utc_now()) - timedelta(days=40)
    store.responses.bring_in(
        [replace(submission(n, received_on=day, received_at=None), touchpoint=None) for n in range(30)]
    )
    shown = open_page(store, "boss", "analysis", survey="power-visit", part="response", period="all")
    said = words(shown)
    assert not shown.exception and "匿名问卷只看比率" in said
    for each in ("名单里谁没有答", "早答与催后才答", "渠道会不会影响评分", "一轮轮下来"):
        assert each not in said
