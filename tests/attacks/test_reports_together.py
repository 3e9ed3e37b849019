"""Reports of an anonymous survey, asked for at random by everybody who may, put together: no sum of few comes out."""

from __future__ import annotations

import io
import random

import openpyxl
import pytest

from analysis.released.gate import gate_of
from analysis.reports.document import EstimateCell, Report, ReportTable
from analysis.reports.formats import REPORT_FORMATS
from analysis.reports.kinds import REPORT_KINDS, About
from analysis.reports.order import ALL_TIME, ReportOrder, Unreportable
from analysis.reports.stored_material import made_report
from surveys.anonymity import MINIMUM_GROUP
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from tests.attacks.test_views_across_pages import SURVEY, Overheard, answer, asked_monthly

__all__ = ["asked_monthly"]
pytestmark = pytest.mark.dated
KINDS = [code for code, each in REPORT_KINDS.items() if each.about is not About.CUSTOMER]


def figures_in(report: Report) -> list[EstimateCell]:
    tables = (block for block in report.blocks() if isinstance(block, ReportTable))
    return [cell for table in tables for row in table.rows for cell in row if isinstance(cell, EstimateCell)]


def ask(store: Store, chance: random.Random, looks: int) -> int:
    """Random reports for random readers; returns how many were given out. None has a figure of few."""
    accounts = [None, *(store.accounts.named(name) for name in ("chief", "lead"))]
    rounds = gate_of(store).answers(store.surveys.get(SURVEY)).rounds()
    given = 0
    for _ in range(looks):
        when = chance.choice([ALL_TIME, *rounds, "30", "2026", "2020-01"])
        order = ReportOrder(chance.choice(KINDS), SURVEY, when, chance.choice(["", "a", "b", "c", "top"]))
        try:
            report = made_report(store, gate_of(store), order, chance.choice(accounts), local_day(utc_now()))
        except Unreportable:
            continue
        given += 1
        assert all(not each.estimate.ok or each.estimate.n >= MINIMUM_GROUP for each in figures_in(report)), order
        if given % 10 == 0:
            book = openpyxl.load_workbook(io.BytesIO(REPORT_FORMATS["xlsx"].write(report)))
            assert book.sheetnames
    return given


def test_reports_together_tell_nothing_of_few(asked_monthly: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before and after more have answered and some have taken their answers back."""
    chance, overheard = random.Random(11), Overheard(monkeypatch)
    answer(asked_monthly, chance, 0, 60)
    given = ask(asked_monthly, chance, 150)
    answer(asked_monthly, chance, 200, 3)
    for number in (2, 11):
        assert asked_monthly.responses.withdraw(SURVEY, f"{number:032x}", local_day(utc_now()))
    given += ask(asked_monthly, chance, 150)
    assert given > 40
    assert len(overheard.figures) > 3, "something is shown at all"
    assert overheard.small_groups() == []
