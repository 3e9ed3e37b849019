"""Every kind of report, as whoever runs the server and as a manager of one department have it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from analysis.released.gate import gate_of
from analysis.reports.document import EstimateCell, Report, ReportList, ReportParagraph, ReportTable
from analysis.reports.formats import REPORT_FORMATS
from analysis.reports.kinds import REPORT_KINDS, About
from analysis.reports.order import ReportOrder, Unreportable
from analysis.reports.stored_material import made_report
from surveys.accounts import Account
from surveys.improvement.plans import ImprovementPlan, PlanMeasure, Surroundings
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.localisation.test_analysis_words import CHINESE
from tests.reports.test_report_formats import READERS

pytestmark = pytest.mark.dated
SURVEY = "power-visit"


def made(store: Store, kind: str, account: Account | None = None, **wanted: str) -> Report:
    order = ReportOrder(kind, **{"survey": SURVEY, "when": "90"} | wanted)
    return made_report(store, gate_of(store), order, account, local_day(utc_now()))


def words(report: Report) -> str:
    told = [report.title, report.scope, *(part for fact in report.facts for part in fact)]
    for _, section in report.walk():
        told.append(section.title)
        for block in section.blocks:
            if isinstance(block, ReportParagraph):
                told.append(block.text)
            elif isinstance(block, ReportList):
                told += block.items
            elif isinstance(block, ReportTable):
                told += [block.caption, *block.headings, block.note]
                told += [each.words if isinstance(each, EstimateCell) else str(each) for row in block.rows
                         for each in row]  # fmt: skip
    return "\n".join(told)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("kind", [code for code, each in REPORT_KINDS.items() if each.about is not About.CUSTOMER])
def test_every_kind_in_every_format(supplier: Store, kind: str, language: str) -> None:
    """With a message, and in English without a Chinese word of the product's own."""
    unit = "service" if REPORT_KINDS[kind].about is About.UNIT else ""
    report = made(supplier, kind, unit=unit, language=language)
    assert report.sections
    for ending, each in REPORT_FORMATS.items():
        assert report.sections[0].title in READERS[ending](each.write(report))
    if language == "en":
        assert not [each.title for each in report.sections if CHINESE.search(each.title)]


def test_a_summary_says_the_message_first_with_interval_and_n(supplier: Store) -> None:
    """A level or a change, what to do first, and nothing else than one page needs."""
    report = made(supplier, "summary")
    first = report.sections[0].blocks[0]
    assert isinstance(first, ReportParagraph)
    assert first.tone == "lead"
    assert "95% 区间" in first.text
    assert "n=" in first.text
    assert report.short
    assert len(report.sections) <= 3


def test_a_manager_reads_of_own_departments_alone(supplier: Store) -> None:
    """Not the other ones, by name or by number; nor a sheet about one of them."""
    chief = supplier.accounts.named("chief")
    own, whole = words(made(supplier, "full", chief)), words(made(supplier, "full"))
    assert "配网抢修部" in own
    assert "业扩报装部" in whole
    assert "业扩报装部" not in own
    with pytest.raises(Unreportable):
        made(supplier, "branch", chief, unit="service")
    assert made(supplier, "branch", chief, unit="repair").sections


@pytest.mark.parametrize(
    "wanted", [{"kind": "nothing"}, {"survey": "nothing"}, {"when": "2020-Q9"}, {"unit": "nowhere"},
               {"kind": "branch"}, {"kind": "key-account"}, {"when": "-5"}, {"when": "99999999"}],
    ids=str,
)  # fmt: skip
def test_what_there_is_not_is_said_in_words(supplier: Store, wanted: dict[str, str]) -> None:
    """A kind, survey, round or unit; a customer without the right."""
    with pytest.raises(Unreportable) as refused:
        made(supplier, **{"kind": "summary"} | wanted)
    assert str(refused.value)


def test_staff_have_no_report(supplier: Store) -> None:
    """Who may not read results reads no report."""
    supplier.accounts.add("linesman", "李师傅", Role.STAFF, "no password", ("repair",), now=utc_now())
    staff = supplier.accounts.named("linesman")
    with pytest.raises(Unreportable):
        made(supplier, "summary", staff)


def test_a_round_stands_against_the_one_before(supplier: Store) -> None:
    """By its code."""
    found = gate_of(supplier).answers(supplier.surveys.get(SURVEY)).rounds()
    report = made(supplier, "summary", when=sorted(found)[-1])
    assert sorted(found)[-1][:4] in words(report)


def test_yearly_reports_are_written_from_plans_effects_and_money(supplier: Store) -> None:
    """The plan names goal, owner and cost; the summary the verdict and the money with its steps, as an assumption."""
    today = local_day(utc_now())
    around = Surroundings(frozenset({"chief"}), today, {"department": frozenset({"repair"})})
    plan = ImprovementPlan("quick", "加快抢修", SURVEY, "", "repair", "chief", today + timedelta(days=20), 3.6, 4.2)
    supplier.plans.add(plan, around, by="chief")
    begins = today - timedelta(days=40)
    measure = PlanMeasure(
        "m1", "quick", "增设夜班", "chief", begins, begins + timedelta(days=10), today - timedelta(days=1),
        "department", ("repair",), today, cost=Decimal(50000), saving="20000 × (19 − 8)",
    )  # fmt: skip
    supplier.plans.keep_measure(measure, around, by="chief")
    supplier.plans.done("m1", today, by="chief")
    year = str(today.year)
    planned, summed = (words(made(supplier, kind, when=year)) for kind in ("yearly-plan", "yearly-summary"))
    for expected in ("加快抢修", "增设夜班", "50,000", "王主任", "3.6 → 4.2"):
        assert expected in planned, expected
    for expected in ("20,000 × (19 − 8)", "220,000", "假设", "已复测的措施：", "n="):
        assert expected in summed, expected
    assert any(verdict in summed for verdict in ("见效：", "看不出效果：", "为时尚早："))
    other = supplier.accounts.named("chief")
    assert "加快抢修" in words(made(supplier, "yearly-summary", other, when=year))


def test_an_empty_survey_has_a_report_that_says_so(published: Store) -> None:
    """Before the first answer, in every format."""
    for kind in ("summary", "full", "yearly-plan", "yearly-summary"):
        report = made(published, kind, when="30")
        assert "还没有足够的答卷" in words(report) or "还没有登记" in words(report)
        assert all(each.write(report) for each in REPORT_FORMATS.values())
