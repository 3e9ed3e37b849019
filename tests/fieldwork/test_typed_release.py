"""Typed sheets that wait for a second person count when somebody else has released them, and not before."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from surveys.intake.submission import Event, Outcome
from surveys.operations.typed_batches import may_release, release
from surveys.permissions import Role
from surveys.storage import Store
from surveys.storage.records.surveys import NotEmpty
from surveys.storage.records.typed_sheets import OwnBatch, ReleaseRule, WaitingBatch
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.fieldwork.test_paper import clerk, settle
from tests.support.front_door import NOW, TestClient, add_account, publish

__all__ = ["clerk", "open_page"]  # fixtures

TODAY = NOW.date()


@pytest.fixture
def typed(clerk: TestClient, published: Store) -> WaitingBatch:
    """Two sheets that a clerk has typed in where the organisation wants them released."""
    published.typed_sheets.let_wait(True, by="boss")
    for sheet in ("1", "2"):
        assert "等另一人放行后计入" in settle(clerk, sheet=sheet, csat="4", nps="9", comment="师傅很快")[1]
    [batch] = published.typed_sheets.waiting("power-visit")
    return batch


def opened(store: Store) -> int:
    return sum(row["times"] for row in store.responses.tallies("power-visit") if row["event"] == Event.OPENED)


def test_they_wait_and_are_in_no_figure(clerk: TestClient, typed: WaitingBatch, published: Store) -> None:
    """Typed a second time they are the same; nothing of them is counted."""
    assert (typed.name, typed.sheets, typed.departments) == ("十一月 城东", 2, ("repair",))
    assert published.responses.amount("power-visit") == 0 and opened(published) == 0
    assert "之前已经录过" in settle(clerk, sheet="1", csat="1", nps="0")[1]
    assert published.typed_sheets.waiting("power-visit")[0].sheets == 2


def test_somebody_else_releases_them(clerk: TestClient, typed: WaitingBatch, published: Store) -> None:
    """As they were typed; who typed and who released stand in the audit trail."""
    other = add_account(published, "other", Role.ADMIN)
    assert may_release(other, typed)
    assert release(published, typed, by=other, today=TODAY) == {Outcome.ACCEPTED: 2}
    kept = published.responses.newest("power-visit", 9)
    assert [(each.answers["comment"], each.channel) for each in kept] == [("师傅很快", "paper")] * 2
    assert not published.typed_sheets.waiting("power-visit") and opened(published) == 2
    assert "之前已经录过" in settle(clerk, sheet="1", csat="1", nps="0")[1]
    lines = {(line.action, line.account) for line in published.accounts.audit()}
    assert ("type in sheet", typed.typed_by) in lines and ("release sheets", "other") in lines


def test_nobody_releases_their_own_or_another_department_s(typed: WaitingBatch, published: Store) -> None:
    """Also not by a call that the page would not make."""
    own = published.accounts.named(typed.typed_by)
    assert own is not None and not may_release(own, typed)
    with pytest.raises(OwnBatch):
        release(published, typed, by=own, today=TODAY)
    foreign = add_account(published, "foreign", Role.MANAGER, departments=("service",))
    assert not may_release(foreign, typed)
    assert not may_release(add_account(published, "hand", Role.STAFF), typed)
    assert published.responses.amount("power-visit") == 0


def test_a_release_that_was_broken_off_counts_once(typed: WaitingBatch, published: Store) -> None:
    """Handed in and not forgotten yet: the second time they are known."""
    other = add_account(published, "other", Role.ADMIN)
    published.responses.append(published.typed_sheets.to_release(typed, by="other"))
    assert release(published, typed, by=other, today=TODAY) == {Outcome.DUPLICATE: 2}
    assert published.responses.amount("power-visit") == 2 and not published.typed_sheets.waiting("power-visit")


def test_what_is_rejected_is_gone_and_can_be_typed_again(
    clerk: TestClient, typed: WaitingBatch, published: Store
) -> None:
    assert published.typed_sheets.discard(typed, by="other") == 2
    assert "等另一人放行" in settle(clerk, sheet="1", csat="5", nps="9")[1]
    assert published.typed_sheets.waiting("power-visit")[0].sheets == 1


def test_a_survey_with_waiting_sheets_is_not_deleted(typed: WaitingBatch, published: Store) -> None:
    published.surveys.close("power-visit", by="boss")
    with pytest.raises(NotEmpty):
        published.surveys.delete("power-visit", by="boss")


def test_the_account_shows_them_and_a_second_person_releases(
    typed: WaitingBatch, published: Store, open_page: Open
) -> None:
    """The page says how many wait; who has typed them has no button for it."""
    add_accounts(published)
    app = open_page(published, "boss", "reconciliation", survey="power-visit")
    assert "2 份录入的纸面还没有计入" in words(app)
    next(each for each in app.button if each.label == "放行").click().run()
    assert published.responses.amount("power-visit") == 2 and "已放行：计入 2 份" in words(app)
    next(each for each in app.button if each.label == "全单位：录入的纸面不再需要放行").click().run()
    assert not published.typed_sheets.rule("power-visit").waits


def test_without_the_rule_sheets_count_at_once(clerk: TestClient, published: Store) -> None:
    assert "已保存" in settle(clerk, csat="4", nps="9")[1]
    assert published.responses.newest("power-visit", 9)[0].received_on == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("everywhere", "wish", "waits"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, False), (True, True, True)],
)
def test_a_survey_s_own_wish_goes_before_the_organisation_s(
    clerk: TestClient, published: Store, everywhere: bool, wish: bool | None, waits: bool
) -> None:
    published.typed_sheets.let_wait(everywhere, by="boss")
    published.typed_sheets.let_survey_wait("power-visit", wish, by="boss")
    assert ("等另一人放行" in settle(clerk, csat="4", nps="9")[1]) is waits
    assert len(published.typed_sheets.waiting("power-visit")) == waits
    assert published.responses.amount("power-visit") == 1 - waits
    assert published.accounts.audit(3)[-1].detail in {"on", "off", "as the organisation"}


def test_another_survey_goes_on_as_the_organisation_has_it(published: Store) -> None:
    publish(published, "key-account")
    published.typed_sheets.let_survey_wait("power-visit", True, by="boss")
    assert not published.typed_sheets.rule("key-account").waits
    assert ReleaseRule(False) == published.typed_sheets.rule("nothing")


def wish_of(app: AppTest) -> Selectbox:
    return next(each for each in app.selectbox if each.label == "这份问卷录入的纸面")


def test_a_designer_asks_for_more_and_not_for_less(published: Store, open_page: Open) -> None:
    """What the organisation asks for is lifted by who may change its settings alone, also by a call the page lacks."""
    add_accounts(published)
    app = open_page(published, "maker", "reconciliation", survey="power-visit")
    wish_of(app).select("wait").run()
    assert published.typed_sheets.rule("power-visit") == ReleaseRule(False, True)
    published.typed_sheets.let_survey_wait("power-visit", None, by="boss")
    published.typed_sheets.let_wait(True, by="boss")
    app = open_page(published, "maker", "reconciliation", survey="power-visit")
    assert wish_of(app).options == ["随全单位（现在：由另一人放行）", "由另一人放行后计入"]
    app = open_page(published, "boss", "reconciliation", survey="power-visit")
    wish_of(app).select("count").run()
    assert not published.typed_sheets.rule("power-visit").waits


def test_what_the_organisation_asks_meanwhile_is_not_lifted_unseen(published: Store, open_page: Open) -> None:
    """A page from before offers a designer less than the organisation has come to ask for."""
    add_accounts(published)
    app = open_page(published, "maker", "reconciliation", survey="power-visit")
    published.typed_sheets.let_wait(True, by="boss")
    wish_of(app).select("count").run()
    assert published.typed_sheets.rule("power-visit") == ReleaseRule(True)
    assert "没有执行" in words(app)


def test_a_manager_sees_no_rule_to_change(published: Store, open_page: Open) -> None:
    add_accounts(published)
    app = open_page(published, "head", "reconciliation", survey="power-visit")
    assert not any(each.label == "这份问卷录入的纸面" for each in app.selectbox)
