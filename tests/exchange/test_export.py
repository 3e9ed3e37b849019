"""Answers as a table: what went in reads back, and no spreadsheet runs what a respondent wrote."""

from __future__ import annotations

import csv
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from surveys.command_line import main
from surveys.definition.survey import Survey
from surveys.exchange.answers.answer_export import FORMATS
from surveys.exchange.answers.answer_import import Destination, submissions
from surveys.exchange.answers.circumstances import OrganisationLists
from surveys.exchange.answers.column_mapping import Wishes, column_mapping
from surveys.exchange.answers.columns import layout_of
from surveys.exchange.answers.delivery import DoesNotFit, Shape
from surveys.intake.submission import StoredResponse, Submission
from surveys.organisation.departments import Department, Touchpoint
from surveys.storage import Store
from surveys.tables import opened_table
from surveys.tables.cells import harmless, restore_cell, xlsx_escaped, xlsx_unescaped
from tests.conftest import submission
from tests.support.examples import EXAMPLES
from tests.support.open_review import OPEN_REVIEW
from tests.support.random_answers import responses_to, stored, wild_text

_EVERY_TYPE = [
    {"type": name, "code": f"{name}_{number}", "title": f"{name} {number}", **options}
    for name, examples in EXAMPLES.items()
    for number, (options, _) in enumerate(examples)
]
# `department` and `response` are also what a response itself has: the names must not get in each other's way.
_NAMESAKES = [{"type": "short_text", "code": code, "title": code.title()} for code in ("department", "response", "id")]
SURVEY = Survey.model_validate(
    {"code": "everything", "title": "全部题型", "use": "测试", "sections": [{"questions": _EVERY_TYPE + _NAMESAKES}]}
)
ORGANISATION = OrganisationLists(
    [Department("repair", "配网抢修部")], [Touchpoint("repair-east", "城东抢修队", "repair")], date(2027, 12, 31)
)


def write(form: str, path: Path, survey: Survey, responses: list[StoredResponse]) -> int:
    chosen = FORMATS[form]
    return chosen.write(path, layout_of({1: survey}), [responses], chosen.wanted(Shape.WIDE)).responses


def reading_back(path: Path, survey: Survey = SURVEY) -> list[Submission]:
    """What an exported file holds, as an import would keep it."""
    destination = Destination({1: survey}, 1, None, ORGANISATION)
    with opened_table(path) as table:
        mapping = column_mapping(table.header, destination.layout, Wishes())
        return list(submissions(destination, mapping, table, pytest.fail))


def test_midnight_is_a_moment(tmp_path: Path) -> None:
    """A workbook does not tell a day from its midnight; reading does."""
    midnight = datetime(2026, 3, 4, 16, tzinfo=UTC)
    write("xlsx", tmp_path / "out", SURVEY, [stored(received_at=midnight)])
    assert reading_back(tmp_path / "out")[0].received_at == midnight


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=25)
@given(given_responses=st.lists(responses_to(SURVEY), max_size=3, unique_by=lambda each: each.id))
def test_what_went_in_reads_back(form: str, given_responses: list[StoredResponse]) -> None:
    """Every answer of every type and everything known of the response, through either format and the import."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answers"
        assert write(form, path, SURVEY, given_responses) == len(given_responses)
        for before, after in zip(given_responses, reading_back(path), strict=True):
            known = asdict(before)
            assert not known.pop("uncounted"), "whoever was taken out of the count is refused by an import"
            assert {field: getattr(after, field) for field in known} == known


@given(wild_text)
def test_harmless_can_be_undone(text: str) -> None:
    """The apostrophe that protects a cell is exactly what reading takes off; an ordinary text stays as it is."""
    assert restore_cell(harmless(text)) == text
    assert harmless(text) == text or text.lstrip("'")[0] in "=+-@\t\r\n＝＋－＠"
    assert not harmless(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert xlsx_unescaped(xlsx_escaped(text)) == text


@pytest.fixture
def filled(published: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with three answers, which the command line works on."""
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    comments = ['=HYPERLINK("http://a")', '第一行\n第二行，“引号”"和逗号,😀', "13800001111222233334444"]
    answers = [{"csat": 4, "repair": "na", "comment": comment} for comment in comments]
    published.responses.append([submission(number, answers=each) for number, each in enumerate(answers)])
    return published


def test_csv_is_what_spreadsheets_expect(filled: Store, tmp_path: Path) -> None:
    """UTF-8 with its mark, CR LF, quotes doubled, formulas guarded, 没有接触 kept apart from no answer."""
    assert main(["export", "power-visit", "--format", "csv", "--out", str(tmp_path / "new" / "out.csv")]) == 0
    raw = (tmp_path / "new" / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf_id,")
    assert b"\r\n" in raw
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert [row["comment"][:4] for row in rows] == ["'=HY", "第一行\n", "1380"]
    assert {row["repair"] for row in rows} == {"na"}
    assert {row["reliability"] for row in rows} == {""}
    assert {row["_received_at"] for row in rows} == {"2026-11-22 10:30:00"}


def test_xlsx_keeps_texts_as_texts(filled: Store, tmp_path: Path) -> None:
    """Long numbers and several lines stay texts, scores are numbers, and a second sheet explains the codes."""
    assert main(["export", "power-visit", "--format", "xlsx", "--out", str(tmp_path / "out.xlsx")]) == 0
    answers, in_words, code_book = load_workbook(tmp_path / "out.xlsx").worksheets
    columns = {cell.value: list(column)[1:] for cell, *column in zip(answers[1], *answers.iter_rows(), strict=True)}
    assert [cell.data_type for cell in columns["comment"]] == ["s", "s", "s"]
    assert [cell.value for cell in columns["csat"]] == [4, 4, 4]
    assert columns["comment"][2].value == "13800001111222233334444"
    meanings = {row[0]: row for row in code_book.iter_rows(min_row=2, values_only=True)}
    assert meanings["csat"][1:3] == ("总体来说，您对这次供电服务满意吗？", "评分")
    assert "5 = 很满意" in meanings["csat"][3]
    assert "na = 没有接触" in meanings["repair"][3]
    told = dict(zip(*(list(row) for row in in_words.iter_rows(max_row=2, values_only=True)), strict=True))
    assert told["总体来说，您对这次供电服务满意吗？（csat）"] == "满意"


def test_export_goes_to_standard_output(filled: Store, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without a file name the table goes where the shell sends it, and the message elsewhere."""
    assert main(["export", "power-visit"]) == 0
    out, told = capfdbinary.readouterr()
    assert out.startswith(b"\xef\xbb\xbf_id,")
    assert "已导出 3 份" in told.decode()


def test_a_text_too_long_for_excel_is_told(filled: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not cut in silence: no workbook is written, and the message names the cell and the way out."""
    filled.responses.append([submission(9, answers={"csat": 1, "comment": "😀" * 16_384})])
    assert main(["export", "power-visit", "--format", "xlsx", "--out", str(tmp_path / "out.xlsx")]) == 1
    assert "comment 有 32,768 字" in capsys.readouterr().err
    assert not (tmp_path / "out.xlsx").exists()
    assert main(["export", "power-visit", "--out", str(tmp_path / "out.csv")]) == 0


def test_more_rows_than_a_sheet_holds_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is Excel's; here it is lowered."""
    monkeypatch.setattr("surveys.exchange.answers.spreadsheet.MOST_ROWS", 2)
    with pytest.raises(DoesNotFit, match="行上限"):
        write("xlsx", tmp_path / "out.xlsx", SURVEY, [stored(), stored()])


def test_items_of_older_versions_are_exported(filled: Store, visit: Survey, tmp_path: Path) -> None:
    """An item that the newest version no longer asks keeps its column, after the others."""
    shorter = visit.model_copy(update={"sections": visit.sections[:1]})
    assert [column.name for column in layout_of({1: visit, 2: shorter}).answers][:2] == ["csat", "reliability"]
    filled.surveys.save_draft(shorter, None, by="test")
    filled.surveys.publish(visit.code, by="test")
    assert main(["export", "power-visit", "--out", str(tmp_path / "out.csv")]) == 0
    assert "13800001111222233334444" in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_an_export_of_an_anonymous_survey_has_no_time(tmp_path: Path) -> None:
    """Only the day is there, and reading it back makes no time of it."""
    review = OPEN_REVIEW
    response = stored(review.code, answers={"department": "repair", "overall": 4})
    write("csv", tmp_path / "out.csv", review, [response])
    [back] = reading_back(tmp_path / "out.csv", review)
    assert (back.received_on, back.received_at, back.answers) == (response.received_on, None, response.answers)


def test_export_of_an_unknown_survey_names_those_there_are(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen costs no traceback."""
    assert main(["export", "power-visits"]) == 1
    assert "power-visit" in capsys.readouterr().err
