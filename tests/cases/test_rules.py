"""Rules: an answer becomes one case, through every door, never twice, and never one of an anonymous survey."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from surveys.cases.case import Case, CaseState
from surveys.cases.categories import CALLBACK
from surveys.cases.rules import MOST_A_DAY, CaseRoute, CaseRule, unfit_rule
from surveys.definition.conditions import Condition
from surveys.definition.survey import Survey
from surveys.intake.submission import Submission
from surveys.intake.suspicion import Flag
from surveys.localisation.clock import local_day, utc_now
from surveys.operations.cases import make_due_cases
from surveys.operations.scheduler import Scheduler
from surveys.organisation.departments import Department
from surveys.organisation.responsibilities import RESPONSIBILITIES, as_setting
from surveys.organisation.working_days import WorkingCalendar
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.sqlite.connection import connect

pytestmark = pytest.mark.dated
LOW = Condition.model_validate({"item": "csat", "is": "at_most", "value": 2})
ASKED = [
    {"code": "csat", "type": "rating", "title": "总体满意吗？"},
    {"code": "why", "type": "long_text", "title": "为什么？"},
    {"code": "call", "type": "short_text", "title": "要我们联系您吗？"},
]  # fmt: skip


def survey(code: str = "visit", **settings: Any) -> Survey:
    data = {"code": code, "title": "回访", "use": "测试", "callback": "call", "sections": [{"questions": ASKED}]}
    return Survey.model_validate(data | settings)


def rule(**changes: Any) -> CaseRule:
    values: dict[str, Any] = {
        "code": "low",
        "survey": "visit",
        "name": "低分",
        "when": LOW,
        "category": "低分",
        "department": "service",
    }
    return CaseRule.model_validate(values | changes)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "x.db")
    made.organisation.save([Department("repair", "抢修"), Department("service", "营业")])
    for each in (survey(), survey("secret", anonymous=True)):
        made.surveys.save_draft(each, "repair", by="test")
        made.surveys.publish(each.code, by="test")
    return made


def answer(number: object, csat: int = 1, code: str = "visit", **more: Any) -> Submission:
    now = utc_now()
    answers = {"csat": csat, **more.pop("answers", {})}
    at = None if code == "secret" else now
    return Submission(f"{number!s:0>32}", code, 1, answers, local_day(now), at, department="repair", **more)


def made(store: Store) -> list[Case]:
    make_due_cases(store, utc_now())
    return store.cases.all()


def test_a_low_score_becomes_one_case_however_often_the_worker_runs(store: Store) -> None:
    """Also when the server was down meanwhile, and when the answer is sent twice."""
    store.case_rules.save(rule(owner="li"), by="test")
    store.responses.append([answer(1, answers={"why": "等了三天"}), answer(2, 5)])
    store.responses.append([answer(1)])
    for _ in range(3):
        [case] = made(store)
    assert (case.category, case.department, case.owner, case.state) == ("低分", "repair", "li", CaseState.ASSIGNED)
    assert "等了三天" in case.text and case.response == answer(1).id
    assert case.due_on == WorkingCalendar().after(local_day(case.received_at), 2)
    again = Store(store.path)  # another process
    assert made(again) == [case]


def test_the_worker_of_the_server_makes_them(store: Store) -> None:
    store.case_rules.save(rule(), by="test")
    store.responses.append([answer(1)])
    Scheduler(store).run_due()
    assert len(store.cases.all()) == 1


@pytest.mark.parametrize(
    ("route", "department"),
    [(CaseRoute.FIXED, "service"), (CaseRoute.OF_ANSWER, "repair"), (CaseRoute.OWNER, "repair")],
)
def test_a_case_goes_where_its_rule_says(store: Store, route: CaseRoute, department: str) -> None:
    store.organisation.set(RESPONSIBILITIES, as_setting({"repair": ("reliability",)}))
    store.case_rules.save(rule(route=route, topic="reliability"), by="test")
    store.responses.append([answer(1)])
    assert [each.department for each in made(store)] == [department]


def test_what_would_go_nowhere_goes_where_the_rule_says(store: Store) -> None:
    store.case_rules.save(rule(route=CaseRoute.OWNER, topic="nobody's"), by="test")
    store.responses.append([replace(answer(1), department=None)])
    assert [each.department for each in made(store)] == ["service"]


def test_no_case_of_what_is_left_out(store: Store) -> None:
    """Programs, imports unless they are wanted, answers of before, and those that were taken back."""
    store.responses.append([answer("before")])
    store.case_rules.save(rule(), by="test")
    store.responses.append([answer("program", flags=[Flag.TRAP]), answer("withdrawn")])
    store.responses.bring_in([answer("brought")])
    store.responses.withdraw("visit", answer("withdrawn").id, local_day(utc_now()))
    assert not made(store)
    store.case_rules.save(rule(code="all", imports=True), by="test")
    store.responses.bring_in([answer("brought-too")])
    assert [each.response for each in made(store)] == [answer("brought-too").id]


def test_an_answer_taken_back_leaves_its_case_without_its_name(store: Store) -> None:
    store.case_rules.save(rule(), by="test")
    store.responses.append([answer(1)])
    made(store)
    store.responses.withdraw("visit", answer(1).id, local_day(utc_now()))
    assert [each.response for each in store.cases.all()] == [None]


def test_a_low_score_of_a_key_account_is_told_apart(store: Store) -> None:
    """By the tier of their file, whatever the others answer."""
    by_tier = Condition.model_validate({"all": [LOW, {"link": "tier", "value": "A"}]})
    store.case_rules.save(rule(when=by_tier), by="test")
    for key, tier in (("k" * 32, "A"), ("c" * 32, "C")):
        store.contacts.keep([Contact(id=key, customer_number=key[:6], name=key[:2], tier=tier)], by="test")
    store.responses.append([answer(1, contact="k" * 32), answer(2, contact="c" * 32), answer(3)])
    found = made(store)
    assert [each.source.kind for each in found] == ["key_account"]


def test_a_flood_becomes_one_matter_and_loses_nothing(store: Store) -> None:
    store.case_rules.save(rule(when=Condition.model_validate({"item": "csat", "is": "answered"})), by="test")
    store.responses.append([answer(number) for number in range(MOST_A_DAY + 20)])
    found = made(store)
    assert len(found) == MOST_A_DAY + 20
    assert sum(each.joined_to is None for each in found) == MOST_A_DAY


def test_who_wishes_to_be_contacted_has_a_case_without_any_rule(store: Store) -> None:
    store.responses.append([answer(1, 5, answers={"call": "13800001111"}), answer(2, 5)])
    [case] = made(store)
    assert (case.category, case.contact) == (CALLBACK, "13800001111") and "13800001111" not in case.text


def test_an_anonymous_answer_and_its_wish_share_nothing(store: Store) -> None:
    """No key, no time finer than a day, no contact in the answer; and nobody hears of it before its day is over."""
    given = answer(1, code="secret", answers={"call": "13800001111", "why": "主任态度差"})
    store.responses.append([given])
    assert not made(store), "the answer's day is not over"
    store.responses.settle(date.max)
    [case] = made(store)
    assert made(store) == [case], "a wish is one case"
    kept = store.responses.get(given.id)
    assert kept is not None and kept.answers == {"csat": 1, "why": "主任态度差"}
    assert case.contact == "13800001111" and case.response is None and given.id not in repr(case)
    assert "主任" not in case.text and "1" not in case.text
    [step, *_] = store.case_steps.of(case.id)
    assert isinstance(step.at, date) and not hasattr(step.at, "hour")
    local = case.received_at.astimezone()
    assert (local.minute, local.second) == (0, 0)
    with connect(store.path) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        with_phone = {
            table for table in tables if any("13800001111" in str(row) for row in db.execute(f"SELECT * FROM {table}"))
        }
    assert with_phone == {"cases"}


def test_no_rule_looks_at_anonymous_answers(store: Store) -> None:
    """The page refuses it, and one that came into the database all the same makes nothing."""
    asked = survey("secret", anonymous=True)
    assert any("匿名" in str(each) for each in unfit_rule(rule(survey="secret"), asked))
    store.case_rules.save(rule(survey="secret"), by="test")
    store.responses.append([answer(1, code="secret")])
    store.responses.settle(date.max)
    assert not made(store)


def test_a_rule_that_looks_at_nothing_there_is_refused() -> None:
    parts = [{"item": "nps", "is": "at_most", "value": 2}, {"link": "x", "value": 1}]
    wrong = rule(when=Condition.model_validate({"all": parts}))
    assert len(list(unfit_rule(wrong, survey()))) == 2
    assert not list(unfit_rule(rule(), survey()))


def test_a_rule_switched_on_again_holds_for_what_comes_then(store: Store) -> None:
    store.case_rules.save(rule(enabled=False), by="test")
    store.responses.append([answer(1)])
    store.case_rules.save(rule(), by="test")
    store.responses.append([answer(2)])
    assert [each.response for each in made(store)] == [answer(2).id]
    assert store.cases.all()[0].received_at > utc_now() - timedelta(days=1)
