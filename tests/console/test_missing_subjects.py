"""Templates take what they are about from the organisation, and say what is missing before they are published."""

from __future__ import annotations

from datetime import date

import pytest

from surveys.console.design.missing_subjects import missing_subjects
from surveys.console.kit import session
from surveys.definition.templates import template
from surveys.fieldwork.raters import rating_these, subjects
from surveys.organisation.departments import Department
from surveys.organisation.subjects import SUBJECT_KINDS, Subject
from surveys.storage import Store
from tests.support.open_review import OPEN_REVIEW


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
