"""A survey on trial takes answers by every door and counts none of them, then or later."""

from __future__ import annotations

import pytest

from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.fieldwork.prizes import Prize, PrizeKind
from surveys.intake.reconciliation import reconcile
from surveys.intake.submission import Outcome, QuotaPlace, Submission
from surveys.localisation.clock import local_day
from surveys.operations.launch import Unfit, plan_campaign
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.set_apart import NotOnTrial, SetApartWhy
from surveys.storage.records.surveys import NOT_PUBLISHED
from tests.conftest import submission
from tests.fieldwork.test_campaigns import plan
from tests.support.front_door import NOW, Clock, TestClient, hidden, receipt, visiting

CODE = "power-visit"
PLACE = QuotaPlace(f"survey:{CODE}", "all", 1)


@pytest.fixture
def tried(store: Store, visit: Survey) -> Store:
    store.surveys.publish_draft(visit, None, by="test", seen=NOT_PUBLISHED, trial=True)
    return store


def counted(store: Store, code: str = CODE) -> tuple[object, ...]:
    return (
        store.responses.amount(code), list(store.responses.responses(code)), store.responses.newest(code, 9),
        store.responses.arrived(code, 0, 9), store.quotas.taken(PLACE.scope), list(store.raw_answers.days()),
        [row for row in store.responses.tallies(code) if row["event"] != "opened"],
    )  # fmt: skip


NOTHING = (0, [], [], [], {}, [], [])


def test_answers_of_a_trial_are_in_no_count(tried: Store) -> None:
    """Neither by the form, nor by an import, nor in a quota of one; sent again they are known."""
    came = [submission(n, quotas=(PLACE,), device="phone") for n in range(3)]
    assert tried.responses.append(came) == [Outcome.ACCEPTED] * 3
    assert tried.responses.append(came[:1]) == [Outcome.DUPLICATE]
    assert tried.responses.bring_in([submission(9)]) == [Outcome.ACCEPTED]
    assert counted(tried) == NOTHING
    assert tried.set_apart.amount(CODE, SetApartWhy.TRIAL) == 4
    assert tried.set_apart.put_back(CODE, [each.id for each in came], by="test", now=NOW) == 0, "never counted"


def test_a_trial_wins_nothing_also_when_its_form_is_sent_after_the_start(tried: Store) -> None:
    """The same form for real does."""
    tried.prizes.set(Prize(CODE, PrizeKind.DRAW, "电饭锅", local_day(NOW)), by="boss")

    def sent(browser: TestClient, page: str) -> str:
        return str(browser.post(f"/s/{CODE}", data={**hidden(page), "csat": "4", "nps": "9"}).text)

    with visiting(tried, Clock()) as browser:
        page, kept = (browser.get(f"/s/{CODE}").text for _ in range(2))
        assert receipt(thanks := sent(browser, page)) and "电饭锅" not in thanks
        tried.trials.end(CODE, keep=False, by="boss")
        assert receipt(thanks := sent(browser, kept)) and "电饭锅" not in thanks
    with visiting(tried, Clock()) as browser:
        assert "电饭锅" in sent(browser, browser.get(f"/s/{CODE}").text)


@pytest.mark.parametrize("keep", [True, False])
def test_from_the_start_on_answers_count(tried: Store, keep: bool) -> None:
    """Whoever has tried it may answer for good, also on the same device; a repeat of the trial is none."""
    tried.responses.append([submission(1, quotas=(PLACE,), device="phone")])
    with visiting(tried, Clock()) as browser:
        assert "试填" in browser.get(f"/s/{CODE}").text
        assert tried.trials.end(CODE, keep=keep, by="boss") == 1
        assert "试填" not in browser.get(f"/s/{CODE}").text
    assert tried.set_apart.amount(CODE, SetApartWhy.TRIAL) == int(keep)
    assert tried.responses.append([submission(2, quotas=(PLACE,), device="phone")]) == [Outcome.ACCEPTED]
    if keep:
        assert tried.responses.append([submission(1)]) == [Outcome.DUPLICATE]
    assert tried.responses.amount(CODE) == 1
    assert reconcile(tried.responses.tallies(CODE), tried.responses.kept(CODE)).difference == 0
    with pytest.raises(NotOnTrial):
        tried.trials.end(CODE, keep=keep, by="boss")
    assert tried.trials.clear(CODE, by="boss") == int(keep)


def test_a_form_sent_in_a_trial_is_thanked_and_kept_apart(tried: Store) -> None:
    """Through the page that people use."""
    with visiting(tried, Clock()) as browser:
        page = browser.get(f"/s/{CODE}")
        sent = browser.post(f"/s/{CODE}", data=hidden(page.text) | {"csat": "4", "nps": "9"})
    assert sent.status_code == 200 and counted(tried) == NOTHING
    assert tried.set_apart.amount(CODE, SetApartWhy.TRIAL) == 1


def test_a_form_opened_in_a_trial_and_sent_after_the_start_is_kept_apart_as_it_said(tried: Store) -> None:
    """Also when it comes back to be mended; one opened afterwards counts."""
    with visiting(tried, Clock()) as browser:
        early = browser.get(f"/s/{CODE}").text
        tried.trials.end(CODE, keep=False, by="boss")
        again, late = browser.post(f"/s/{CODE}", data=hidden(early)).text, browser.get(f"/s/{CODE}").text
        assert "试填" in again and "试填" not in late
        for page in (again, late):
            browser.post(f"/s/{CODE}", data=hidden(page) | {"csat": "4", "nps": "9"})
    assert tried.set_apart.amount(CODE, SetApartWhy.TRIAL) == 1 and tried.responses.amount(CODE) == 1
    assert reconcile(tried.responses.tallies(CODE), tried.responses.kept(CODE)).difference == 0


def test_nobody_is_invited_to_a_trial(tried: Store) -> None:
    with pytest.raises(Unfit):
        plan_campaign(tried, plan(), CODE, department=None, by="test", now=NOW)


def test_a_new_version_stays_on_trial_and_one_in_the_field_never_goes_back(tried: Store, visit: Survey) -> None:
    """Else answers that count would stop counting unnoticed."""
    changed = Survey.model_validate(visit.model_dump(mode="json", by_alias=True) | {"introduction": "新"})
    tried.surveys.publish_draft(changed, None, by="test", seen=tried.surveys.standing(CODE))
    assert tried.surveys.get(CODE).trial
    tried.trials.end(CODE, keep=False, by="boss")
    tried.surveys.publish_draft(visit, None, by="test", seen=tried.surveys.standing(CODE), trial=True)
    assert not tried.surveys.get(CODE).trial


def test_an_anonymous_trial_tells_no_order_and_uses_up_no_turn(store: Store) -> None:
    """Staff may try as often as they like, and answer once when it has started."""
    review = template("department-review")
    store.surveys.publish_draft(review, None, by="test", seen=NOT_PUBLISHED, trial=True)
    account = store.accounts.add("li", "li", Role.STAFF, "x", now=NOW)
    given = {"department": "repair", "overall": 4, "response": 4}

    def answer(number: int) -> Submission:
        return submission(
            number, survey=review.code, answers=given, touchpoint=None, received_at=None,
            participation=(account.id, "repair"),
        )  # fmt: skip

    assert store.responses.append([answer(2)]) + store.responses.append([answer(1)]) == [Outcome.ACCEPTED] * 2
    assert {each.at.hour for each in store.set_apart.of(review.code, SetApartWhy.TRIAL)} == {0}
    store.trials.end(review.code, keep=False, by="boss")
    assert store.responses.append([answer(3), answer(4)]) == [Outcome.ACCEPTED, Outcome.ALREADY_ANSWERED]
    assert store.responses.amount(review.code) == 1
