"""Alerts that are seen, put off or muted: for whom, how long, and what brings them back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from analysis.pages.overview import alerts
from analysis.pages.overview.notices import InView, Notice
from surveys.accounts import Account
from surveys.improvement.alert_marks import AlertMark, AlertReaders, AlertState, UnfitMark, readers_of
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]
pytestmark = pytest.mark.dated
LATE, NEWS = "3 件要答复", "走势变了"


@pytest.fixture
def alarmed(published: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two alerts for whoever opens the start page."""

    def late(_view: InView) -> list[Notice]:
        return [Notice("bad", "工单", LATE, "cases", "去")]

    def news(_view: InView) -> list[Notice]:
        return [Notice("wait", "走势", NEWS, "results", "看", about=each) for each in ("a",)]

    monkeypatch.setattr(alerts, "ALERTS", (late, news))
    add_accounts(published)
    published.accounts.add("other", "other", Role.MANAGER, "no password", ("repair",), now=utc_now())
    published.responses.append([submission(number) for number in range(6)])
    return published


def due(app: AppTest) -> str:
    """What the panel of what waits for the reader says."""
    assert not app.exception, app.exception
    return next(text for text in words(app).splitlines() if "xs-panel-due" in text)


def deal(app: AppTest, state: AlertState, *, alert: str = LATE, reason: str = "", everybody: bool = False) -> AppTest:
    """Fill in the form and press."""
    box = app.selectbox(key="alert to set aside")
    box.set_value(next(key for key in box.options if alert in key) if alert in "".join(box.options) else box.value)
    app.button_group(key="alert state").set_value(state)
    app.text_input(key="alert reason").set_value(reason)
    if everybody:
        app.radio(key="alert readers").set_value(app.radio(key="alert readers").options[1])
    app.run()
    next(each for each in app.button if str(each.key).startswith("set alert aside")).click()
    return app.run()


def test_what_is_seen_is_gone_until_it_says_something_else(
    alarmed: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the one who has seen it alone; the trail of the audit says so."""
    app = deal(open_page(alarmed, "boss", ""), AlertState.SEEN)
    assert LATE not in due(app) and NEWS in due(app)
    assert LATE in due(open_page(alarmed, "head", "")), "nobody else has seen it"
    assert "alert seen" in [line.action for line in alarmed.accounts.audit(3)]

    def later(_view: InView) -> list[Notice]:
        return [Notice("bad", "工单", "4 件要答复", "cases", "去")]

    later.__name__ = "late"
    monkeypatch.setattr(alerts, "ALERTS", (later,))
    assert "4 件要答复" in due(open_page(alarmed, "boss", ""))


def test_muting_needs_a_reason_and_holds_for_the_role_in_its_departments(alarmed: Store, open_page: Open) -> None:
    """Also for who comes later; another role has the alert still, and anybody of them brings it back."""
    app = deal(open_page(alarmed, "head", ""), AlertState.MUTED, everybody=True)
    assert "不再提醒要写明理由" in words(app) and LATE in due(app)
    app = deal(open_page(alarmed, "head", ""), AlertState.MUTED, reason="系统迁移", everybody=True)
    assert LATE not in due(app) and LATE in due(open_page(alarmed, "boss", ""))
    colleague = open_page(alarmed, "other", "")
    assert LATE not in due(colleague) and "系统迁移" in words(colleague) and "head name" in words(colleague)
    next(each for each in colleague.button if str(each.key).startswith("alert again")).click()
    assert LATE in due(colleague.run()) and LATE in due(open_page(alarmed, "head", ""))


@pytest.mark.parametrize("days, back", [(1, False), (6, False), (7, True), (30, True)])
def test_what_is_put_off_comes_back_on_its_day(
    alarmed: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch, days: int, back: bool
) -> None:
    """A week by default."""
    deal(open_page(alarmed, "boss", ""), AlertState.SNOOZED)
    today = local_day(utc_now())
    monkeypatch.setattr("analysis.pages.overview.set_aside.local_day", lambda _now: today + timedelta(days=days))
    assert (LATE in due(open_page(alarmed, "boss", ""))) is back


@given(
    some.sampled_from(AlertState), some.text(max_size=5), some.text(max_size=5),
    some.one_of(some.none(), some.dates(date(2020, 1, 1), date(2030, 1, 1))),
    some.dates(date(2020, 1, 1), date(2030, 1, 1)),
)  # fmt: skip
def test_nothing_new_is_ever_hidden_by_what_was_seen(
    state: AlertState, before: str, now: str, until: date | None, today: date
) -> None:
    """And what is put off never longer than to its day."""
    mark = AlertMark("a", AlertReaders("x"), state, before, until, "why")
    if state is AlertState.SEEN and before != now:
        assert not mark.hides(now, today)
    if state is AlertState.SNOOZED:
        assert mark.hides(now, today) is (until is not None and today < until)


def test_a_mark_of_one_role_is_no_other_roles(store: Store) -> None:
    """Nor the same role's in other departments."""
    head = Account(1, "head", "", Role.MANAGER, ("repair",))
    near, far = Account(2, "n", "", Role.MANAGER, ("repair",)), Account(3, "f", "", Role.MANAGER, ("hall",))
    day = local_day(utc_now())
    mark = AlertMark("a", readers_of(head)[1], AlertState.MUTED, "x", None, "why")
    store.alert_marks.keep(mark, by="head", day=day)
    assert len(store.alert_marks.of(readers_of(near))) == 1
    assert store.alert_marks.of(readers_of(far)) == []
    with pytest.raises(UnfitMark):
        store.alert_marks.keep(AlertMark("a", AlertReaders("x"), AlertState.SNOOZED, "", day), by="x", day=day)
