"""Rounds are planned, opened and closed once, by whoever is first; people answer once in each of them."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from surveys.accounts import Role
from surveys.definition.round_rules import Every, RoundRule
from surveys.definition.survey import Audience, Survey
from surveys.fieldwork.availability import Availability
from surveys.fieldwork.rounds import Round, RoundState
from surveys.intake.submission import Outcome
from surveys.storage import Store
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.rounds import RuleStays, UnfitRound, UnknownRound
from surveys.storage.sqlite.migrations import migrations, upgrade
from tests.conftest import submission

NOW = datetime(2027, 3, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)
QUARTERLY = RoundRule(every=Every.QUARTER, first=date(2027, 1, 5), days=14)


@pytest.fixture
def staff(store: Store, visit: Survey) -> Store:
    """A survey for the staff in the field, of which nobody has said in which rounds it is asked."""
    store.surveys.save_draft(visit.model_copy(update={"audience": Audience.STAFF}), None, by="test")
    store.surveys.publish(visit.code, by="test")
    return store


def planned(code: str, opens: int | None = None, closes: int | None = None) -> Round:
    """A round whose times are days from now."""
    moments = [None if each is None else NOW + each * DAY for each in (opens, closes)]
    return Round("power-visit", code, None, *moments, created_by="test")


def states(store: Store, now: datetime = NOW) -> dict[str, str]:
    return {each.code: each.state(now).value for each in store.rounds.of("power-visit").kept}


def state(store: Store, now: datetime = NOW) -> Availability:
    return store.surveys.get("power-visit").opening.state(now)


def audit(store: Store) -> list[str]:
    return [f"{each.account}: {each.action} {each.object}" for each in store.accounts.audit(limit=50)][::-1]


def test_a_survey_without_rounds_takes_answers_and_one_with_rounds_only_while_one_is_open(staff: Store) -> None:
    assert state(staff) is Availability.OPEN
    staff.rounds.plan(planned("spring", 1, 2), now=NOW)
    assert [state(staff, NOW + each * DAY) for each in (0, 1, 2)] == [
        Availability.SCHEDULED, Availability.OPEN, Availability.SCHEDULED,
    ]  # fmt: skip
    opening = staff.surveys.get("power-visit").opening
    assert opening.opens_next(NOW) == NOW + DAY
    assert opening.takes(NOW + 2 * DAY, given=NOW + 1.9 * DAY) and not opening.takes(NOW + 2 * DAY)
    assert not opening.takes(NOW + 3 * DAY, given=NOW + 1.9 * DAY)


def test_a_round_is_opened_and_closed_by_hand_once(staff: Store) -> None:
    staff.rounds.plan(planned("spring"), now=NOW)
    [seen] = staff.rounds.of("power-visit").kept
    staff.rounds.open_now("power-visit", "spring", by="lin", now=NOW, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        staff.rounds.open_now("power-visit", "spring", by="wei", now=NOW, seen=seen)
    with pytest.raises(UnfitRound):
        staff.rounds.open_now("power-visit", "spring", by="wei", now=NOW)
    [opened] = staff.rounds.of("power-visit").kept
    assert (opened.state(NOW), opened.version) == (RoundState.OPEN, 1)
    staff.rounds.close_now("power-visit", "spring", by="wei", now=NOW + DAY, seen=opened)
    assert states(staff, NOW + DAY) == {"spring": "closed"}
    turns = [each for each in audit(staff) if "round" in each]
    assert turns == [
        "test: plan round power-visit spring", "lin: open round power-visit spring",
        "wei: close round power-visit spring",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "unfit",
    [
        planned("autumn", 1, 3),  # overlaps
        planned("spring", 8, 9),  # the code is taken
        planned("2027", 8, 9),  # means a year of the calendar
        planned("a b", 8, 9),
        planned("late", 9, 8),
        planned("endless", None, 8),
    ],
    ids=lambda each: each.code,
)
def test_a_round_that_cannot_be_is_refused_and_changes_nothing(staff: Store, unfit: Round) -> None:
    staff.rounds.plan(planned("spring", 2, 4), now=NOW)
    before = staff.rounds.of("power-visit")
    with pytest.raises(UnfitRound):
        staff.rounds.plan(unfit, now=NOW)
    assert staff.rounds.of("power-visit") == before


def test_what_has_begun_keeps_its_begin_and_what_is_over_its_end(staff: Store) -> None:
    staff.rounds.plan(planned("spring", -1, 4), now=NOW)
    begun = replace(staff.rounds.of("power-visit").kept[0])
    longer = replace(begun, closes_at=NOW + 6 * DAY)
    staff.rounds.change(longer, by="test", now=NOW, seen=begun)
    with pytest.raises(UnfitRound):
        staff.rounds.change(replace(longer, opens_at=NOW), by="test", now=NOW)
    with pytest.raises(UnfitRound):
        staff.rounds.change(replace(longer, closes_at=NOW + 9 * DAY), by="test", now=NOW + 7 * DAY)
    with pytest.raises(UnfitRound):
        staff.rounds.remove("power-visit", "spring", by="test", now=NOW)
    with pytest.raises(UnknownRound):
        staff.rounds.remove("power-visit", "autumn", by="test", now=NOW)


def test_the_clock_plans_opens_and_closes_rounds_that_recur_each_once(staff: Store) -> None:
    staff.rounds.set_rule("power-visit", QUARTERLY, by="lin", now=NOW)
    assert states(staff) == {"2027-Q2": "planned"}
    for _ in range(2):
        staff.rounds.keep_up(NOW)
    opens = datetime(2027, 4, 4, 16, tzinfo=UTC)  # midnight of 5 April here
    assert staff.rounds.of("power-visit").kept[0].opens_at == opens
    for now in (opens, opens, opens + 14 * DAY, opens + 14 * DAY):
        staff.rounds.keep_up(now)
    assert states(staff, opens + 14 * DAY) == {"2027-Q2": "closed", "2027-Q3": "planned"}
    by_clock = [each for each in audit(staff) if "schedule" in each]
    assert by_clock == [
        f"schedule: {each}" for each in (
            "plan round power-visit 2027-Q2", "plan round power-visit 2027-Q3", "open round power-visit 2027-Q2",
            "close round power-visit 2027-Q2",
        )
    ]  # fmt: skip


def test_two_schedulers_at_once_plan_each_round_once(staff: Store) -> None:
    staff.rounds.set_rule("power-visit", QUARTERLY, by="lin", now=NOW)
    later = NOW + 100 * DAY
    others = [Store(staff.path) for _ in range(2)]
    threads = [threading.Thread(target=each.rounds.keep_up, args=(later,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plans = [each for each in audit(staff) if "plan round" in each]
    assert len(plans) == len(set(plans)) == len(staff.rounds.of("power-visit").kept)


def test_a_round_of_the_rule_that_is_given_up_is_not_planned_again(staff: Store) -> None:
    staff.rounds.set_rule("power-visit", QUARTERLY, by="lin", now=NOW)
    staff.rounds.remove("power-visit", "2027-Q2", by="lin", now=NOW)
    staff.rounds.keep_up(NOW + DAY)
    during = datetime(2027, 4, 10, tzinfo=UTC)
    staff.rounds.keep_up(during)
    assert states(staff, during) == {"2027-Q2": "closed", "2027-Q3": "planned"}
    assert state(staff, during) is Availability.SCHEDULED


def test_one_person_answers_once_in_each_round(staff: Store, visit: Survey) -> None:
    person = staff.accounts.add("zhang", "张三", Role.STAFF, "hash", now=NOW).id
    number = iter(range(100))

    def answer(code: str | None, day: date) -> Outcome:
        given = submission(next(number), participation=(person, ""), round=code, received_on=day)
        return staff.responses.append([given])[0]

    accepted, again = Outcome.ACCEPTED, Outcome.ALREADY_ANSWERED
    assert [answer("spring", date(2027, 3, 1)), answer("spring", date(2027, 3, 2))] == [accepted, again]
    assert [answer("autumn", date(2027, 9, 1)), answer("autumn", date(2027, 9, 1))] == [accepted, again]
    assert [answer(None, date(2027, 9, 1)), answer(None, date(2027, 12, 1))] == [accepted, again]  # of the year
    assert answer(None, date(2028, 1, 1)) is accepted
    assert staff.responses.answered_subjects(visit.code, person, "spring") == {""}
    assert not staff.responses.answered_subjects(visit.code, person, "winter")


def test_another_rule_lets_nobody_answer_twice_who_has_answered_in_the_round_of_today(staff: Store) -> None:
    people = [staff.accounts.add(f"p{n}", f"人{n}", Role.STAFF, "hash", now=NOW).id for n in range(2)]
    staff.responses.append([submission(1, participation=(people[0], ""), received_on=date(2027, 3, 1))])
    staff.rounds.set_rule("power-visit", RoundRule(every=Every.QUARTER), by="lin", now=NOW)
    answered = [staff.responses.answered_subjects("power-visit", each, "2027-Q1") for each in people]
    assert answered == [{""}, set()]
    later = date(2027, 3, 11)
    given = [submission(2 + n, participation=(each, ""), received_on=later) for n, each in enumerate(people)]
    assert tuple(staff.responses.append(given)) == (Outcome.ALREADY_ANSWERED, Outcome.ACCEPTED)


def test_an_anonymous_survey_with_answers_keeps_its_rule(staff: Store, visit: Survey) -> None:
    secret = visit.model_copy(update={"audience": Audience.STAFF, "anonymous": True})
    staff.surveys.save_draft(secret, None, by="test")
    staff.surveys.publish(visit.code, by="test")
    staff.rounds.set_rule(visit.code, RoundRule(every=Every.QUARTER), by="lin", now=NOW)
    staff.responses.append([submission(1, version=2, received_at=None)])
    with pytest.raises(RuleStays):
        staff.rounds.set_rule(visit.code, RoundRule(every=Every.WEEK), by="lin", now=NOW)
    staff.surveys.save_draft(secret.model_copy(update={"rounds": RoundRule(every=Every.WEEK)}), None, by="test")
    staff.surveys.publish(visit.code, by="test")
    assert staff.rounds.of(visit.code).rule == RoundRule(every=Every.QUARTER)


def test_a_version_that_says_another_rule_puts_it_in_force(published: Store, visit: Survey) -> None:
    assert published.rounds.of(visit.code).rule == RoundRule(every=Every.MONTH)
    published.rounds.set_rule(visit.code, RoundRule(every=Every.WEEK), by="lin", now=NOW)
    published.surveys.save_draft(visit.model_copy(update={"thanks": visit.title}), None, by="test")
    published.surveys.publish(visit.code, by="test")
    assert published.rounds.of(visit.code).rule == RoundRule(every=Every.WEEK)
    published.surveys.save_draft(visit.model_copy(update={"rounds": RoundRule(every=Every.YEAR)}), None, by="test")
    published.surveys.publish(visit.code, by="test")
    assert published.rounds.of(visit.code).rule == RoundRule(every=Every.YEAR)


def test_a_rule_is_not_set_over_one_that_nobody_has_seen(published: Store, visit: Survey) -> None:
    seen = published.rounds.of(visit.code).rule
    published.rounds.set_rule(visit.code, RoundRule(every=Every.WEEK), by="lin", now=NOW, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        published.rounds.set_rule(visit.code, RoundRule(every=Every.YEAR), by="wei", now=NOW, seen=seen)


def test_answers_and_participations_of_an_older_database_have_their_rounds(tmp_path: Path, visit: Survey) -> None:
    """Nothing is written anew: an answer's round follows from its day, who has answered did so in the last year."""
    path = tmp_path / "old.db"
    staff = visit.model_copy(update={"audience": Audience.STAFF})
    new = Store(path)
    new.surveys.save_draft(staff, None, by="test")
    new.surveys.publish(visit.code, by="test")
    person = new.accounts.add("zhang", "张三", Role.STAFF, "hash", now=NOW).id
    days = (date(2024, 12, 31), date(2025, 6, 1))
    new.responses.bring_in([submission(n, received_on=day) for n, day in enumerate(days)])
    new.close()
    with sqlite3.connect(path) as db:  # as m040 left it
        db.execute("ALTER TABLE rounds DROP COLUMN noted")
        db.execute("INSERT INTO participations (survey, account, subject) VALUES (?, ?, '')", [visit.code, person])
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm044_rounds'")
    old = Database(path)
    assert migrations.pending(old)
    upgrade(old)
    old.close()
    store = Store(path)
    rounds = store.surveys.get(visit.code).opening.rounds
    kept = [each for chunk in store.responses.responses(visit.code) for each in chunk]
    assert {each.received_on: rounds.code_of(each.round, each.received_on) for each in kept} == {
        days[0]: "2024", days[1]: "2025",
    }  # fmt: skip
    assert store.responses.answered_subjects(visit.code, person, "2025") == {""}
    assert not store.responses.answered_subjects(visit.code, person, "2026")
