"""What every engine promises to where respondents are; an engine that is added is added to `ENGINES`."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from surveys.accounts import token_hash
from surveys.definition.survey import Survey
from surveys.fieldwork.campaigns.campaign import CampaignState, Plan
from surveys.fieldwork.campaigns.invitations import Invitation, InvitationStanding, link_token, new_invitation_id
from surveys.intake.protocols import Intake, PersonalLinks, Progress
from surveys.intake.submission import Event, Outcome, QuotaPlace
from surveys.storage import Store
from tests.conftest import submission
from tests.support.front_door import NOW, SECRET

DAY = date(2026, 11, 22)
# From the file of a new database to an engine over it that all may use at once.
ENGINES: dict[str, Callable[[Path], Store]] = {"sqlite": Store}


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path, new_database: Path, visit: Survey) -> Iterator[Store]:
    """An engine with a survey in the field."""
    engine = ENGINES[request.param](Path(shutil.copy(new_database, tmp_path / "engine.db")))
    engine.surveys.save_draft(visit, "service", by="test")
    engine.surveys.publish(visit.code, by="test")
    yield engine
    engine.close()


@pytest.fixture
def intake(engine: Store) -> Intake:
    return engine.responses


@pytest.fixture
def links(engine: Store) -> PersonalLinks:
    return engine.invitations


@pytest.fixture
def token(engine: Store) -> str:
    """The token of one person's link."""
    made = engine.campaigns.add(
        Plan(name="回访", channel="mail"), "power-visit", 1, anonymous=False, department=None, by="test", now=NOW
    )
    engine.campaigns.bring(made.id, CampaignState.RUNNING, by="test", now=NOW)
    one = Invitation(
        new_invitation_id(), made.id, "power-visit", 1, False, "c-1", NOW, expires_at=NOW + timedelta(days=30)
    )
    tokens = {one.id: link_token(SECRET, one.id)}
    engine.invitations.add([one], tokens)
    return tokens[one.id]


def kept(intake: Intake) -> list[str]:
    return sorted(each.id for chunk in intake.responses("power-visit") for each in chunk)


# Intake


def test_a_form_is_open_while_its_survey_is(engine: Store, intake: Intake) -> None:
    """The live version and earlier ones; of what is unknown or shut there is none."""
    form = intake.open_form("power-visit", now=NOW)
    assert form is not None and (form.version, form.department) == (1, "service")
    assert intake.open_form("power-visit", 1, now=NOW) is not None
    assert intake.open_form("power-visit", 9, now=NOW) is None and intake.open_form("nothing", now=NOW) is None
    engine.surveys.close("power-visit", by="test")
    assert intake.open_form("power-visit", now=NOW + timedelta(days=2)) is None


def test_submissions_are_kept_once_and_in_order(intake: Intake) -> None:
    """One outcome for each; one that is sent again is told so and changes nothing."""
    first, second = submission(1), submission(2, answers={"csat": 1})
    assert intake.append([first, second, first]) == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert intake.append([second]) == [Outcome.DUPLICATE]
    assert kept(intake) == [first.id, second.id]
    assert intake.has("power-visit", first.id) and not intake.has("another", first.id)


def test_an_answer_is_read_as_it_was_given(intake: Intake) -> None:
    """Values, day and where it came from."""
    intake.append([submission(1, answers={"csat": 4, "comment": "很快\n谢谢“您”"}, context={"order": "42"})])
    [[found]] = intake.responses("power-visit")
    assert found.answers == {"csat": 4, "comment": "很快\n谢谢“您”"} and found.received_on == DAY
    assert (found.touchpoint, found.department, found.district) == ("repair-east", "repair", "城东")


def test_all_answers_are_read_in_chunks(intake: Intake) -> None:
    """Each once, whatever the size of a chunk."""
    intake.append([submission(number) for number in range(7)])
    chunks = list(intake.responses("power-visit", chunk=3))
    assert max(map(len, chunks)) <= 3 and len({each.id for chunk in chunks for each in chunk}) == 7


def test_a_withdrawn_answer_is_gone(intake: Intake) -> None:
    """At its author's wish, once, and of the right survey."""
    intake.append([submission(1)])
    assert not intake.withdraw("another", submission(1).id, DAY)
    assert intake.withdraw("power-visit", submission(1).id, DAY)
    assert not intake.withdraw("power-visit", submission(1).id, DAY) and not kept(intake)


def test_a_quota_is_never_passed_by_answers_that_come_at_once(intake: Intake) -> None:
    """Ten threads, three places."""
    together = threading.Barrier(10)

    def send(number: int) -> Outcome:
        together.wait()
        return intake.append([submission(number, quotas=[QuotaPlace("power-visit", "total", 3)])])[0]

    with ThreadPoolExecutor(10) as threads:
        outcomes = list(threads.map(send, range(10)))
    assert sorted(outcomes) == sorted([Outcome.ACCEPTED] * 3 + [Outcome.QUOTA_FULL] * 7) and len(kept(intake)) == 3


def test_events_are_counted(engine: Store, intake: Intake) -> None:
    """However many at a time."""
    for times in (1, 4):
        intake.count("power-visit", DAY, "repair-east", Event.OPENED, times)
    rows = engine.responses.tallies("power-visit")
    assert sum(each["times"] for each in rows if each["event"] == Event.OPENED) == 5


# Personal links


def test_a_link_leads_to_its_invitation_by_the_hash_of_its_token(links: PersonalLinks, token: str) -> None:
    """And nothing else does."""
    invitation = links.claim(token_hash(token))
    assert invitation is not None and (invitation.survey, invitation.contact) == ("power-visit", "c-1")
    assert invitation.standing(NOW) is InvitationStanding.OPEN
    assert links.claim(token) is None and links.claim(token_hash("x")) is None


def test_how_far_someone_has_come_stays(links: PersonalLinks, token: str) -> None:
    """Opened stays opened when they begin."""
    invitation = links.claim(token_hash(token))
    assert invitation is not None
    for progress in (Progress.OPENED, Progress.BEGUN):
        links.mark(invitation.id, progress)
    later = links.claim(token_hash(token))
    assert later is not None and later.opened and later.begun and not later.turned_away


def test_what_was_entered_waits_for_the_answer_and_goes_with_it(
    intake: Intake, links: PersonalLinks, token: str
) -> None:
    """Made from what is kept; no more is saved once the link is used."""
    invitation = links.claim(token_hash(token))
    assert invitation is not None and links.unfinished(invitation.id) is None
    assert links.save_unfinished(invitation.id, lambda before: b"first" if before is None else b"wrong", DAY)
    assert links.save_unfinished(invitation.id, lambda before: (before or b"") + b", second", DAY)
    assert links.unfinished(invitation.id) == b"first, second"
    assert intake.append([submission(1, invitation=invitation.id)]) == [Outcome.ACCEPTED]
    assert links.unfinished(invitation.id) is None
    assert not links.save_unfinished(invitation.id, lambda _: b"late", DAY)


def test_of_two_answers_at_once_a_link_takes_one(intake: Intake, links: PersonalLinks, token: str) -> None:
    """Whichever comes first; the other is told that it was answered."""
    invitation = links.claim(token_hash(token))
    assert invitation is not None
    together = threading.Barrier(4)

    def send(number: int) -> Outcome:
        together.wait()
        return intake.append([submission(number, invitation=invitation.id)])[0]

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(send, range(4)))
    assert outcomes.count(Outcome.ACCEPTED) == 1 and outcomes.count(Outcome.ALREADY_ANSWERED) == 3
    used = links.claim(token_hash(token))
    assert used is not None and used.standing(NOW) is InvitationStanding.USED
