"""Answers out of the count are in no figure, come back as they were, and are never picked out of anonymous ones."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.level.satisfaction import mean_score
from analysis.released.gate import gate_of
from analysis.released.parts import Column
from surveys.command_line import main
from surveys.definition.survey import Quota, Survey
from surveys.definition.templates import template
from surveys.fieldwork.campaigns.progress import total
from surveys.intake.reconciliation import reconcile
from surveys.intake.submission import Outcome, QuotaPlace
from surveys.operations.launch import plan_campaign, start
from surveys.people.contact import Contact
from surveys.storage import Store
from surveys.storage.records.set_apart import NotSingly, SetApartWhy
from tests.conftest import submission
from tests.fieldwork.test_campaigns import plan, send_all
from tests.support.front_door import NOW, SECRET

CODE = "power-visit"
FAKE = submission(3).id
LATER = NOW + timedelta(days=2)


@pytest.fixture
def answered(published: Store) -> Store:
    """Nine answers of 1 to 5."""
    answers = submission(0).answers
    published.responses.append([submission(n, answers=answers | {"csat": 1 + n % 5}) for n in range(9)])
    return published


def mean(store: Store) -> tuple[int, float]:
    record = store.surveys.get(CODE)
    found = gate_of(store).answers(record, today=LATER.date()).ask(mean_score, Column("csat"))
    return found.n, round((found.value or 0) * found.n, 6)


def every_count(store: Store) -> tuple[object, ...]:
    """What is counted of the survey anywhere, apart from the journal of events."""
    arrived = [(number, each.id) for number, each in store.responses.arrived(CODE, 0, 100)]
    pages = [each.id for chunk in store.responses.responses(CODE) for each in chunk]
    newest = sorted(each.id for each in store.responses.newest(CODE, 100))
    return mean(store), store.responses.amount(CODE), arrived, sorted(pages), newest


def adds_up(store: Store) -> bool:
    return reconcile(store.responses.tallies(CODE), store.responses.kept(CODE)).difference == 0


def test_an_answer_out_of_the_count_is_in_no_figure_and_comes_back_as_it_was(answered: Store) -> None:
    """Both figures can be had again: with it and without it."""
    before = every_count(answered)
    assert before[0] == (9, 26 - 1.0)
    assert answered.set_apart.take_out(CODE, [FAKE, "unknown"], "测试", by="boss", now=LATER) == 1
    assert mean(answered) == (8, 25 - 4.0) and answered.responses.amount(CODE) == 8
    assert FAKE not in str(every_count(answered)) and adds_up(answered)
    [apart] = answered.set_apart.of(CODE, SetApartWhy.UNCOUNTED)
    assert (apart.reason, apart.by, apart.response.answers["csat"]) == ("测试", "boss", 4)
    assert answered.set_apart.put_back(CODE, [FAKE], by="boss", now=LATER) == 1
    assert every_count(answered) == before and adds_up(answered)
    told = [each.action for each in answered.accounts.audit()]
    assert {"do not count answers", "do not count answer", "count answers again", "count answer again"} <= set(told)


def test_the_same_form_sent_again_does_not_bring_it_back(answered: Store) -> None:
    """And its author can take it back for good."""
    answered.set_apart.take_out(CODE, [FAKE], "测试", by="boss", now=LATER)
    assert answered.responses.append([submission(3)]) == [Outcome.DUPLICATE]
    assert answered.responses.has(CODE, FAKE) and answered.responses.amount(CODE) == 8
    assert answered.responses.withdraw(CODE, FAKE, LATER.date())
    assert answered.set_apart.amount(CODE, SetApartWhy.UNCOUNTED) == 0 and adds_up(answered)
    assert answered.set_apart.put_back(CODE, [FAKE], by="boss", now=LATER) == 0


def test_quotas_and_response_rates_follow(store: Store, visit: Survey) -> None:
    """The place in the quota is free again, and whoever was invited has not answered."""
    glad = Quota(code="glad", label="满意", when={"item": "csat", "value": 4}, limit=10)
    store.surveys.save_draft(visit.model_copy(update={"quotas": (glad,)}), None, by="test")
    store.surveys.publish(CODE, by="test")
    store.contacts.keep([Contact("wang", "王芳", phone="13800000001")], by="test")
    made = plan_campaign(store, plan(), CODE, department=None, by="test", now=NOW)
    start(store, made, SECRET, by="test", now=NOW)
    send_all(store)
    [invited] = store.invitations.of_campaign(made.id)
    place = QuotaPlace(f"survey:{CODE}", "glad", 10)
    came = submission(3, invitation=invited.id, contact="wang", quotas=(place,), received_at=LATER)
    assert store.responses.append([came]) == [Outcome.ACCEPTED]
    taken = [store.quotas.taken(place.scope), total(store.invitations.reach(made.id)).finished]
    store.set_apart.take_out(CODE, [came.id], "同一人刷票", by="boss", now=LATER)
    assert [store.quotas.taken(place.scope), total(store.invitations.reach(made.id)).finished] == [{"glad": 0}, 0]
    assert store.invitations.invited(CODE).finished == 0
    store.set_apart.put_back(CODE, [came.id], by="boss", now=LATER)
    assert [store.quotas.taken(place.scope), total(store.invitations.reach(made.id)).finished] == taken


def test_a_file_with_a_mark_gives_both_figures(
    answered: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unasked, an export has what counts."""
    monkeypatch.setenv("XINSHENG_DB", str(answered.path))
    answered.set_apart.take_out(CODE, [FAKE], "测试", by="boss", now=LATER)
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"
    assert main(["export", CODE, "--out", str(plain)]) == 0
    assert main(["export", CODE, "--uncounted", "--columns", "csat", "--out", str(marked)]) == 0
    counted = list(csv.DictReader(plain.open(encoding="utf-8-sig")))
    whole = list(csv.DictReader(marked.open(encoding="utf-8-sig")))
    assert "_uncounted" not in counted[0] and len(counted) == 8
    assert [row["_id"] for row in whole if row["_uncounted"]] == [FAKE] and len(whole) == 9


def test_what_was_not_counted_is_not_counted_elsewhere(
    answered: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its row is refused with the reason where it is not known; without one a row is taken."""
    monkeypatch.setenv("XINSHENG_DB", str(answered.path))
    answered.set_apart.take_out(CODE, [FAKE], "同一人刷票", by="boss", now=LATER)
    marked = tmp_path / "marked.csv"
    assert main(["export", CODE, "--uncounted", "--out", str(marked)]) == 0
    for gone in (FAKE, submission(4).id):
        assert answered.responses.withdraw(CODE, gone, NOW.date())
    main(["import", CODE, str(marked)])
    assert "同一人刷票" in "".join(capsys.readouterr())
    assert answered.responses.amount(CODE) == 8 and answered.set_apart.amount(CODE, SetApartWhy.UNCOUNTED) == 0


def test_no_anonymous_answer_is_picked_out(store: Store) -> None:
    """Neither one nor many, nor one of those that are held back: the figures before and after would be subtracted."""
    review = template("department-review")
    store.surveys.save_draft(review, None, by="test")
    store.surveys.publish(review.code, by="test")
    given = {"department": "repair", "overall": 4, "response": 4}
    store.responses.append([
        submission(n, survey=review.code, answers=given, touchpoint=None, received_at=None) for n in range(9)
    ])  # fmt: skip
    for chosen in ([submission(1).id], [submission(n).id for n in range(7)]):
        with pytest.raises(NotSingly):
            store.set_apart.take_out(review.code, chosen, "假", by="boss", now=LATER)
    store.responses.settle((LATER + timedelta(days=9)).date())
    with pytest.raises(NotSingly):
        store.set_apart.take_out(review.code, [submission(1).id], "假", by="boss", now=LATER)
    assert store.responses.amount(review.code) == 9
    assert not store.set_apart.of(review.code, SetApartWhy.UNCOUNTED)


def test_erasing_a_person_takes_their_uncounted_answers_along(answered: Store) -> None:
    """They are theirs as well."""
    answered.contacts.keep([Contact("wang", "王芳", phone="13800000001")], by="test")
    answered.responses.append([submission(20, contact="wang")])
    answered.set_apart.take_out(CODE, [submission(20).id], "测试", by="boss", now=LATER)
    assert answered.persons.erase("wang", by="boss")["set_apart"] == 1
    assert not answered.set_apart.of(CODE, SetApartWhy.UNCOUNTED)
