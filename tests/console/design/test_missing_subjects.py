"""Templates take what they are about from the organisation, and say what is missing; what is over is retired."""

from __future__ import annotations

from datetime import date

import pytest

from surveys.console.design.missing_subjects import missing_subjects, published_words
from surveys.console.kit import session
from surveys.definition.templates import template
from surveys.fieldwork.raters import rating_these, subjects
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department, Touchpoint
from surveys.organisation.subjects import SUBJECT_KINDS, Subject
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, words
from tests.support.open_review import OPEN_REVIEW

__all__ = ["open_page"]  # a fixture
pytestmark = pytest.mark.dated


def test_a_review_of_departments_offers_those_of_the_organisation() -> None:
    own = [Department("d001", "城东供电所"), Department("service", "营销部")]
    here = rating_these(OPEN_REVIEW, own)
    assert subjects(here) == ("d001", "service")
    assert rating_these(template("power-visit"), own) == template("power-visit")
    assert subjects(rating_these(OPEN_REVIEW, [])) == subjects(OPEN_REVIEW)


@pytest.mark.parametrize("code", ["process-step", "site-inspection"])
def test_publishing_says_which_subjects_are_missing_and_where_they_are_entered(
    store: Store, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:  # fmt: skip
    """And goes on once there is one."""
    monkeypatch.setattr(session, "store", lambda: store)
    survey = template(code)
    assert survey.about is not None
    told = missing_subjects(survey)
    assert f"还没有任何{SUBJECT_KINDS[survey.about].label}" in told and "组织 → 对象" in told
    store.subjects.bring([Subject(survey.about, "x1", "第一个", "repair")], by="boss")
    assert missing_subjects(survey) == ""
    store.subjects.retire(survey.about, "x1", date(2020, 1, 1), by="boss")
    assert missing_subjects(survey) != ""


def test_a_kind_there_is_not_is_named_with_those_there_are(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "store", lambda: store)
    told = missing_subjects(template("process-step").model_copy(update={"about": "ship"}))
    assert "ship" in told and "department" in told


def test_a_draft_that_was_brought_in_is_not_published_from_the_list_without_what_it_is_about(
    store: Store, open_page: Open
) -> None:
    """Nor is a closed one opened again; once there is one, the words after it lead to tasks and not to links."""
    add_accounts(store)
    store.surveys.save_draft(template("site-inspection"), None, by="boss")
    app = open_page(store, "boss", "surveys")
    button = app.button(key="publish site-inspection")
    assert button.disabled and "组织 → 对象" in words(app)
    store.subjects.bring([Subject("site", "x1", "营业厅", "repair")], by="boss")
    app.run()
    app.button(key="publish site-inspection").click().run()
    assert store.surveys.get("site-inspection").live


def test_after_publishing_a_form_that_is_filled_in_by_task_no_link_is_promised() -> None:
    assert "任务" in published_words(template("manager-360"), "360")
    assert "二维码" in published_words(OPEN_REVIEW, "互评")


@pytest.mark.parametrize(
    ("tab", "kind", "code"), [("departments", "department", "repair"), ("touchpoints", "touchpoint", "hall")]
)
def test_departments_and_touchpoints_are_retired_by_a_button(
    store: Store, open_page: Open, tab: str, kind: str, code: str
) -> None:  # fmt: skip
    """And used again by the same; forms are about it until the end of the day, and what was said of it stays."""
    add_accounts(store)
    store.organisation.save([Department("repair", "抢修部")], [Touchpoint("hall", "营业厅", "repair")])
    app = open_page(store, "boss", "organisation", tab=tab)
    app.selectbox(key=f"organisation.{kind}").select(code).run()
    for last in (local_day(utc_now()), None):
        app.button(key=f"retire {kind} {code}").click().run()
        found = store.subjects.get(kind, code)
        assert found is not None and found.active_to == last
        if last is not None:
            store.subjects.retire(kind, code, date(2020, 1, 1), by="boss")
            app.run()
            assert "已停用 2020-01-01" in words(app)
