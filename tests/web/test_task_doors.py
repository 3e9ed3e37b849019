"""Where a form is filled by task alone, no other door takes the place of a task; each says so."""

from __future__ import annotations

import pytest

from surveys.definition.templates import template
from surveys.fieldwork.campaigns.campaign import Plan
from surveys.fieldwork.tasks.doors import by_task_alone
from surveys.operations.launch import Unfit, plan_campaign
from surveys.permissions import Role
from surveys.storage import Store
from surveys.web.api.given import open_form
from surveys.web.api.problems import Problem
from surveys.web.forms.kiosk import fits_a_kiosk
from tests.support.front_door import NOW, add_account, be, be_tablet, heading, visiting
from tests.web.test_tasks import INSPECTION, field_survey

SAID = "这份问卷按任务填写"


@pytest.fixture
def named(store: Store) -> Store:
    field_survey(store)
    return store


@pytest.mark.parametrize(
    "door",
    ["/s/{}", "/embed/{}", "/poster/{}", "/cards/{}", "/qr/{}.svg", "/paper/{}", "/typing/{}", "/s/{}?subject=repair"],
)
def test_no_open_door_leads_to_it(named: Store, door: str) -> None:
    """Signed in as whoever."""
    with visiting(named) as browser:
        be(browser, named, add_account(named, "boss", Role.ADMIN))
        page = browser.get(door.format(INSPECTION))
        assert (page.status_code, heading(page.text)) == (403, SAID)


@pytest.mark.parametrize("door", ["/s/{}", "/embed/{}"])
def test_nothing_is_taken_at_an_open_door(named: Store, door: str) -> None:
    with visiting(named) as browser:
        assert browser.post(door.format(INSPECTION), data={"csat": "1"}).status_code == 403
    assert named.responses.amount(INSPECTION) == 0


def test_no_tablet_asks_it(named: Store) -> None:
    named.kiosks.set("repair-east", INSPECTION, by="test")
    with visiting(named) as browser:
        be_tablet(browser, named, "repair-east")
        assert browser.get("/k/repair-east").status_code == 404
    assert not fits_a_kiosk(named.surveys.get(INSPECTION).survey)


def test_no_campaign_gives_it_out(named: Store) -> None:
    with pytest.raises(Unfit, match="按任务填写"):
        plan_campaign(named, Plan(name="回访", channel="mail"), INSPECTION, department=None, by="test", now=NOW)


def test_no_system_hands_answers_to_it_in(named: Store) -> None:
    """By the API, a text message or the keys of a phone: one function opens forms for all three."""
    with pytest.raises(Problem) as refused:
        open_form(named, INSPECTION, now=NOW)
    assert refused.value.status == 403


def test_other_surveys_stay_open() -> None:
    assert not by_task_alone(template("power-visit"))
