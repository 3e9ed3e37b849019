"""The sample organisation: made-up answers with one weak spot put in on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from statistics import mean

import pytest

from analysis.effects.effect import EffectVerdict
from analysis.improvement.effect_of_measure import effect_of_measure, measured_dimension
from analysis.released.gate import gate_of
from surveys.accounts import password_fits
from surveys.cases.states import CaseState
from surveys.definition.questions import NotAcceptable
from surveys.definition.templates import template
from surveys.intake.submission import Submission
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.subjects import SUBJECT_KINDS
from surveys.permissions import Role
from surveys.sample_organisation import (
    DAYS,
    DEPARTMENTS,
    TOUCHPOINTS,
    WEAK_DISTRICT,
    WEAK_FROM_DAY,
    load_sample_organisation,
    sample_responses,
)
from surveys.sample_organisation.answers import sample_key_accounts
from surveys.sample_organisation.reviews import REVIEW, review_rounds, sample_reviews
from surveys.storage import Store
from surveys.storage.records.tasks import TaskSearch

TODAY = date(2026, 3, 31)
WEAK_FROM = TODAY - timedelta(days=DAYS - WEAK_FROM_DAY)


@pytest.fixture(scope="module")
def submissions() -> list[Submission]:
    return list(sample_responses(7, TODAY))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("sample") / "sample.db")
    load_sample_organisation(store, TODAY, password="a blue kettle sings")
    return store


def test_twelve_touchpoints() -> None:
    """Four districts by three departments, each with its stage and business type."""
    assert len({(each.department, each.district) for each in TOUCHPOINTS}) == len(TOUCHPOINTS) == 12
    assert all(each.stage and each.business_type for each in TOUCHPOINTS)


def test_the_whole_way_of_a_case_and_of_a_plan_is_there(loaded: Store) -> None:
    """Cases in every state, one of them opened again; measures to be judged, one too early, one under way."""
    cases = loaded.cases.all()
    assert {each.state for each in cases} == set(CaseState) and any(each.reopened for each in cases)
    assert all(each.state is loaded.case_steps.of(each.id)[-1].state for each in cases)
    judged = [each for each in loaded.plans.measures() if each.to_be_judged(TODAY)]
    assert {each.plan for each in judged} == {"sample-hall", "sample-sheet"}
    every = loaded.plans.measures()
    assert len(every) == 4 and not any(each.late(TODAY) or each.afterwards for each in every)


def test_what_is_told_of_each_measure_is_what_was_put_into_the_answers(loaded: Store) -> None:
    """Through the gate, as its page asks: one worked, one had no visible effect, for one it is too early."""
    survey = loaded.surveys.get("power-visit")
    told = {}
    for each in loaded.plans.measures():
        plan = loaded.plans.get(each.plan)
        assert plan is not None
        dimension = measured_dimension(survey.survey, plan.area, "zh-Hans")
        assert dimension is not None
        if each.done_on is not None:
            found = effect_of_measure(gate_of(loaded).answers(survey), plan, each, dimension, TODAY)
            told[each.id] = found.verdict
    assert told == {
        "sample-told": EffectVerdict.WORKED,
        "sample-guide": EffectVerdict.NO_VISIBLE_EFFECT,
        "sample-rung": EffectVerdict.TOO_EARLY,
    }


def test_what_the_organisation_follows_and_has_learned_is_there(loaded: Store) -> None:
    """Indicators with targets, one of them a promise; signed lessons; the service plan of one key account."""
    indicators = loaded.indicators.all()
    assert len(indicators) == 3 and all(each.target is not None for each in indicators)
    assert [each.code for each in indicators if each.promise] == ["sample-on-site"]
    assert len(loaded.lessons.all()) == 2 and all(each.signed_by for each in loaded.lessons.all())
    [served] = [each for each in loaded.contacts.all() if "服务方案" in each.who]
    assert served.worth["年用电量"] == max(each.worth["年用电量"] for each in loaded.contacts.all())


def test_the_seed_decides(submissions: list[Submission]) -> None:
    """The same seed gives the same answers; another one gives others."""
    assert submissions == list(sample_responses(7, TODAY))
    assert submissions != list(sample_responses(8, TODAY))


def test_about_three_thousand_over_ninety_days(submissions: list[Submission]) -> None:
    """They come in order, on the days that end yesterday, fewer at weekends."""
    assert 2800 <= len(submissions) <= 3200
    assert {each.received_on for each in submissions} <= {TODAY - timedelta(days=n) for n in range(1, DAYS + 1)}
    assert submissions[-1].received_on == TODAY - timedelta(days=1)
    assert all(local_day(each.received_at) == each.received_on for each in submissions)
    assert all(one.received_at <= other.received_at for one, other in pairwise(submissions))
    weekend = sum(each.received_on.weekday() >= 5 for each in submissions)
    assert weekend / len(submissions) < 0.22


@pytest.mark.parametrize(
    "code, answers",
    [("power-visit", sample_responses), ("department-review", sample_reviews), ("key-account", sample_key_accounts)],
)
def test_every_answer_fits_its_question(code: str, answers: Callable[[int, date], Iterator[Submission]]) -> None:
    """Each answer is one that the form would have taken."""
    survey = template(code)
    for submission in answers(7, TODAY):
        for item, answer in submission.answers.items():
            question = survey.question(item)
            try:
                assert question.check(question.entered_from(answer)) == answer
            except NotAcceptable as error:
                pytest.fail(f"{item}: {answer!r}: {error}")


def _mean(submissions: list[Submission], item: str) -> float:
    return mean(each.answers[item] for each in submissions if isinstance(each.answers.get(item), int))


def _in_spot(submission: Submission) -> bool:
    return submission.department == "repair" and submission.district == WEAK_DISTRICT


def test_the_weak_spot_drops(submissions: list[Submission]) -> None:
    """From day 60 on, repair in one district falls hard, and with it overall satisfaction and recommendation."""
    before = [each for each in submissions if _in_spot(each) and each.received_on < WEAK_FROM]
    after = [each for each in submissions if _in_spot(each) and each.received_on >= WEAK_FROM]
    assert _mean(before, "repair") - _mean(after, "repair") > 1.5
    assert _mean(before, "csat") - _mean(after, "csat") > 1
    assert _mean(before, "nps") - _mean(after, "nps") > 2


@pytest.mark.parametrize("item", ["reliability", "connection", "attitude", "information"])
def test_other_dimensions_stay(submissions: list[Submission], item: str) -> None:
    """No other dimension moves by more than chance."""
    before = [each for each in submissions if each.received_on < WEAK_FROM]
    after = [each for each in submissions if each.received_on >= WEAK_FROM]
    assert abs(_mean(before, item) - _mean(after, item)) < 0.15


def test_other_places_stay(submissions: list[Submission]) -> None:
    """Outside the spot repair and overall satisfaction are what they were."""
    elsewhere = [each for each in submissions if each.district != WEAK_DISTRICT]
    before = [each for each in elsewhere if each.received_on < WEAK_FROM]
    after = [each for each in elsewhere if each.received_on >= WEAK_FROM]
    for item in ("csat", "repair", "nps"):
        assert abs(_mean(before, item) - _mean(after, item)) < 0.25


def test_what_was_not_met_is_not_rated(submissions: list[Submission]) -> None:
    """Customers of the halls have mostly had no repair."""
    halls = [each for each in submissions if each.department == "service"]
    assert sum(each.answers.get("repair") == "na" for each in halls) / len(halls) > 0.7


def test_comments_rarely_repeat(submissions: list[Submission]) -> None:
    """Apart from the answers that say nothing, hardly a comment is found twice."""
    comments = Counter(each.answers["comment"] for each in submissions if "comment" in each.answers)
    telling = {comment: times for comment, times in comments.items() if len(comment) > 8}
    assert sum(telling.values()) > 1000
    assert len(telling) / sum(telling.values()) > 0.9
    assert not any("{" in comment for comment in comments)


@pytest.mark.parametrize("today", [TODAY, date(2026, 4, 1), date(2026, 4, 2), date(2026, 1, 1)])
def test_reviews_are_anonymous_and_enough(today: date) -> None:
    """At least ten about each department in each of two rounds, kept to the day, all of them before today."""
    reviews = list(sample_reviews(7, today))
    for each in review_rounds(today):
        about = Counter(one.subject for one in reviews if one.received_on in each)
        assert set(about) == {one.code for one in DEPARTMENTS} and min(about.values()) >= 10
    assert all(each.received_at is None and each.touchpoint is None for each in reviews)
    assert max(each.received_on for each in reviews) < today


def test_tasks_of_the_reviews_are_those_of_the_rule(loaded: Store) -> None:
    """As many are done as there are answers; who tries the sample finds something to fill in, not about their own."""
    tasks = loaded.tasks.all(TaskSearch(REVIEW), TODAY, limit=-1)
    reviews = list(sample_reviews(2024, TODAY))
    for each in review_rounds(TODAY):
        done = Counter(one.subject for one in tasks if one.done and one.round == each.code)
        assert done == Counter(one.subject for one in reviews if one.received_on in each)
    accounts = {each.id: each for each in loaded.accounts.all()}
    assert not [each for each in tasks if each.subject in accounts[each.account or 0].departments]
    [wu] = [each for each in accounts.values() if each.name == "staff-service"]
    assert [each.subject for each in loaded.tasks.of_account(wu.id) if not each.done]
    assert not [
        each for each in tasks if not each.done and each.due_on and each.due_on < TODAY and each.account == wu.id
    ]


def test_subjects_name_each_other_and_the_people_there_are(loaded: Store) -> None:
    """Every kind that is entered has some; what one names is there."""
    for kind in SUBJECT_KINDS.values():
        found = loaded.subjects.of_kind(kind.code)
        assert found, kind.code
        for each, attribute in product(found, kind.attributes):
            known = {code for of in attribute.of for code in loaded.subjects.names(of)}
            assert not attribute.of or set(each.all(attribute.name)) <= known, (each.code, attribute.name)
    assert loaded.subjects.of_kind("session")[0].all("participants")


def test_loading_twice_adds_nothing(loaded: Store) -> None:
    """Answers, tallies and accounts stay as they are."""

    def amounts() -> tuple[object, ...]:
        counts = {record.code: loaded.responses.amount(record.code) for record in loaded.surveys.all()}
        return counts, loaded.responses.tallies("power-visit"), loaded.accounts.all(), loaded.accounts.audit()

    before = amounts()
    assert set(before[0]) == {"power-visit", "department-review", "key-account"}
    assert load_sample_organisation(loaded, TODAY + timedelta(days=3), password="an old lamp hums") == 0
    assert amounts() == before


def test_a_response_rate_can_be_shown(loaded: Store) -> None:
    """Between 40 and 60 % of the opened forms were sent."""
    times: Counter[str] = Counter()
    for row in loaded.responses.tallies("power-visit"):
        times[row["event"]] += row["times"]
    assert 0.4 <= times["accepted"] / times["opened"] <= 0.6
    assert times["accepted"] == loaded.responses.amount("power-visit")


def test_each_role_can_sign_in(loaded: Store) -> None:
    """Every role has an account with the given password; the managers have their departments."""
    accounts = {account.name: account for account in loaded.accounts.all()}
    assert {account.role for account in accounts.values()} == set(Role)
    assert password_fits(accounts["admin"], "a blue kettle sings")
    assert accounts["manager"].departments == ("repair",)
    assert accounts["manager-service"].departments == ("service",)


@pytest.mark.dated
def test_an_installation_keeps_its_administrator(tmp_path: Path) -> None:
    """Where someone administers already, the sample brings no second administrator; without a password, no one."""
    store = Store(tmp_path / "own.db")
    load_sample_organisation(store, TODAY)
    assert store.accounts.all() == []
    store.accounts.add("owner", "自己人", Role.ADMIN, "not a hash", now=utc_now())
    load_sample_organisation(store, TODAY, password="a blue kettle sings")
    assert [each.name for each in store.accounts.all() if each.role is Role.ADMIN] == ["owner"]


def test_there_are_customers_to_give_a_survey_to(tmp_path: Path) -> None:
    """A few use most of the power; one campaign waits for closed work orders, another is being planned."""
    store = Store(tmp_path / "sample.db")
    load_sample_organisation(store, date(2026, 11, 22))
    load_sample_organisation(store, date(2026, 11, 23))
    used = sorted((each.worth["年用电量"] for each in store.contacts.all()), reverse=True)
    assert len(used) == 80
    assert sum(used[:16]) > 0.5 * sum(used)
    assert sorted(each.state.value for each in store.campaigns.all()) == ["draft", "running"]
    store.close()
