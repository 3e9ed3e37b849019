"""Every way in to a form says of itself what differs from the open link."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from surveys.accounts import Account, Role
from surveys.fieldwork.calls import Call, CallQueue, Interview
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.people.contact import Contact
from surveys.web.forms import entrances
from surveys.web.forms.entrances import (
    AgentAway,
    BoxForm,
    EmbeddedForm,
    Entrance,
    Kiosk,
    OpenLink,
    PersonalLink,
    PhoneInterview,
    Preview,
)

HTML = Path(entrances.__file__).parents[1] / "html"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CONTEXT = {"touchpoint": "hall", "business_type": "meter", "order": "42"}
INVITED = Invitation(
    "i1", "spring", "visit", 3, anonymous=False, contact="c1", due_at=NOW, department="east", context=CONTEXT
)  # fmt: skip
UNNAMED = Invitation("i2", "spring", "visit", 3, anonymous=True, contact="c1", due_at=NOW)
AGENT = Account(7, "li", "李", Role.AGENT)
TALK = Interview(
    Call("k1", "q1", "c9", NOW), CallQueue("q1", "三月", "visit"), AGENT, Contact("c9", "王", department="west")
)
CALLED, CALLED_BY_CAMPAIGN = (
    PhoneInterview("/call/k1", "visit", TALK),
    PhoneInterview("/call/k1", "visit", TALK, INVITED),
)
WAYS: list[Entrance] = [
    OpenLink("/s/visit", "visit"),
    Preview("/s/visit", "visit"),
    EmbeddedForm("/embed/visit", "visit"),
    BoxForm("/box/hall", "box-hall"),
    Kiosk("/s/visit", "visit", "hall", "token"),
    PersonalLink("/i/t", "visit", INVITED),
    CALLED,
    AgentAway("/call/k1", "visit", 2),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: type(way).__name__)
def test_the_page_of_every_way_in_is_there(way: Entrance) -> None:
    """Its template, sheets and scripts; none of them is found missing by a respondent."""
    assert all((HTML / name).is_file() for name in (way.template, *way.sheets, *way.scripts))


def test_who_is_known_and_whose_screen_it_is() -> None:
    """By name: links of one's own and calls. On a screen of others: calls and tablets. In no frame: staff."""
    assert {type(way) for way in WAYS if way.names_person} == {PersonalLink, PhoneInterview, AgentAway}
    assert {type(way) for way in WAYS if not way.own_screen} == {PhoneInterview, AgentAway, Kiosk}
    assert {type(way) for way in WAYS if not way.for_staff} == {EmbeddedForm}
    assert [way.draft_address for way in WAYS if way.draft_address] == ["/i/t/draft"]


def test_an_invitation_tells_what_nobody_can_change() -> None:
    """Version, place, business and facts come from it, on the link and in the call that a campaign asked for."""
    for way in (PersonalLink("/i/t", "visit", INVITED), CALLED_BY_CAMPAIGN):
        assert (way.version, way.touchpoint, way.business_type, way.department) == (3, "hall", "meter", "east")
        assert (way.campaign, way.invitation_id, way.facts, way.limited_as) == ("spring", "i1", CONTEXT, way.address)
    assert (CALLED.version, CALLED.campaign, CALLED.department, CALLED.limited_as) == (None, None, "west", "")


@pytest.mark.parametrize(
    "way", [PersonalLink("/i/t", "visit", UNNAMED), PhoneInterview("/call/k1", "visit", TALK, UNNAMED)]
)
def test_who_was_asked_is_kept_of_no_anonymous_invitation(way: Entrance) -> None:
    """Even where the survey has been changed since."""
    assert way.anonymous
    assert way.contact is None


def test_a_call_keeps_its_agent_and_its_queue() -> None:
    """Both stand with the answer, and who holds the call decides whether it is taken."""
    assert CALLED.call == ("k1", "li")
    assert CALLED_BY_CAMPAIGN.origin == {**CONTEXT, "agent": "li", "queue": "三月"}
    assert AgentAway("/call/k1", "visit", 2).call is None
