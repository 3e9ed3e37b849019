"""By what unit answers are counted is declared on the page of results, by who designs, and stands in the audit."""

from __future__ import annotations

from datetime import date

import pytest

from surveys.definition.survey import Survey
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, words

__all__ = ["open_page"]
pytestmark = pytest.mark.dated


def test_it_is_declared_once_and_every_figure_counts_by_it(published: Store, visit: Survey, open_page: Open) -> None:
    """Ten days of eight answers that agree within the day are worth no more than ten."""
    published.responses.bring_in([
        submission(
            8 * day + n, answers={"csat": 5 if day % 3 else 2}, received_on=date(2026, 11, day + 1), received_at=None
        )
        for day in range(10)
        for n in range(8)
    ])  # fmt: skip
    add_accounts(published)
    app = open_page(published, "maker", "results", survey=visit.code, period="all")
    assert "相当于" not in words(app).replace("相当于独立作答", "")
    next(each for each in app.selectbox if each.label == "按什么计算").select("day")
    app.button(key="declare dependence").click().run()
    assert not app.exception
    assert published.organisation.dependence(visit.code) == "day"
    again = words(open_page(published, "maker", "results", survey=visit.code, period="all"))
    assert "n=80，相当于 9 份独立作答" in again, [line for line in again.splitlines() if "n=80" in line]
    [line] = [each for each in published.accounts.audit() if each.action == "declare dependence"]
    assert (line.object, line.detail) == (visit.code, "day")
    manager = open_page(published, "head", "results", survey=visit.code, period="all")
    assert not [each for each in manager.selectbox if each.label == "按什么计算"]
