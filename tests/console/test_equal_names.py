"""Surveys, places, people and questions that bear one name: every chooser tells them apart.

A chooser of the console goes by the words it shows. Of two that read alike it would always take the last, so that a
click anywhere leads a reader to another survey, closes another queue or opens another person's file.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from surveys.cases.case import Case
from surveys.cases.opinion_boxes import Box, from_box
from surveys.console.kit.words import distinct
from surveys.definition.survey import Survey
from surveys.fieldwork.calls import CallQueue
from surveys.localisation.clock import local_day, utc_now
from surveys.organisation.departments import Department, Touchpoint
from surveys.people.contact import Contact
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page
from tests.fieldwork.test_campaigns import plan

__all__ = ["open_page"]  # a fixture

pytestmark = pytest.mark.dated

PAGES = [
    ("results", {}), ("improvement", {}), ("comments", {}), ("answers", {"question": "csat"}), ("analysis", {}),
    ("analysis", {"part": "crosstab"}), ("analysis", {"part": "expectation"}), ("analysis", {"part": "index"}),
    ("analysis", {"part": "watch"}), ("analysis", {"part": "weights"}), ("teaching", {}), ("surveys", {}),
    ("surveys", {"tab": "new"}), ("surveys", {"tab": "file"}), ("distribution", {}), ("collection", {}),
    ("campaigns", {}), ("calls", {}), ("people", {}), ("people", {"tab": "import"}), ("sending", {}), ("boxes", {}),
    ("reconciliation", {}), ("organisation", {}), ("organisation", {"tab": "touchpoints"}),
    ("organisation", {"tab": "responsibilities"}), ("accounts", {}), ("interfaces", {}), ("audit", {}),
]  # fmt: skip


@pytest.fixture
def twins(store: Store, visit: Survey) -> Store:
    """Two of everything, under one name."""
    store.organisation.save(
        [Department("repair-2", "配网抢修部")], [Touchpoint("repair-west", "城东抢修队", "repair-2", district="城东")]
    )
    first, *rest = visit.sections
    again = [each.model_copy(update={"code": f"{each.code}_2"}) for each in first.questions]
    longer = first.model_copy(update={"questions": (*first.questions, *again)})
    doubled = visit.model_copy(update={"sections": (longer, *rest)})
    for code in ("power-visit", "power-visit-2"):
        store.surveys.save_draft(doubled.model_copy(update={"code": code}), None, by="test")
        store.surveys.publish(code, by="test")
    today, now = local_day(utc_now()), utc_now()
    for number, survey in enumerate(["power-visit"] * 12 + ["power-visit-2"] * 12):
        store.responses.append([submission(number, survey=survey, received_on=today, received_at=now)])
    store.contacts.keep([Contact(each, "王建国", department="repair") for each in ("c1", "c2")], by="test")
    for each in ("q1", "q2"):
        store.calls.open_queue(CallQueue(each, "回访", "power-visit"), ["c1"], by="test", now=now)
        store.campaigns.add(plan(), "power-visit", 1, anonymous=False, department=None, by="test", now=now)
    for each in ("east", "west"):
        store.boxes.save(Box(each, "意见箱", "repair"), by="test")
        store.cases.receive(Case(each, from_box(each), "repair", "建议", "窗口排队太久", "", now))
    return add_accounts(store)


def choosers(app: AppTest) -> Iterator[tuple[str, list[str]]]:
    """Each chooser's label and what it offers."""
    for kind in (app.selectbox, app.multiselect, app.radio, app.button_group):
        for each in kind:
            yield each.label, list(each.options)


def _called(part: str | dict[str, str]) -> str:
    return part if isinstance(part, str) else "-".join(part.values())


@pytest.mark.parametrize(("page", "query"), PAGES, ids=_called)
def test_no_chooser_offers_two_that_read_alike(
    twins: Store, open_page: Open, page: str, query: dict[str, str]
) -> None:  # fmt: skip
    app = open_page(twins, "boss", page, period="all", **query)
    assert not app.exception
    alike = {label: options for label, options in choosers(app) if len(set(options)) < len(options)}
    assert not alike


@pytest.mark.parametrize("survey", ["power-visit", "power-visit-2"])
def test_a_reader_stays_with_the_survey_they_chose(twins: Store, open_page: Open, survey: str) -> None:
    """Also after a click elsewhere on the page."""
    app = open_page(twins, "boss", "results", survey=survey, period="all")
    app.button_group(key="period").set_value("90").run()
    assert app.selectbox(key="survey").value == survey


def test_names_that_differ_stay_as_they_are() -> None:
    assert distinct({"a": "东", "b": "西"}) == {"a": "东", "b": "西"}
    assert distinct({"a": "东", "b": "东", "c": "西"}) == {"a": "东（a）", "b": "东（b）", "c": "西"}
    assert distinct({"a": "东", "b": "东"}, by_code=False) == {"a": "东（1）", "b": "东（2）"}


def test_a_name_that_looks_like_a_marked_one_is_no_twin_of_it() -> None:
    assert len(set(distinct({"a": "东", "b": "东", "c": "东（a）"}).values())) == 3
