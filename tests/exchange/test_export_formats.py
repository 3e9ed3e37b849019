"""Every question type through every format: what was stored is what a reader of the file gets."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from surveys.command_line import main
from surveys.definition.questions import QUESTION_TYPES
from surveys.definition.survey import Survey
from surveys.exchange.answers.answer_export import FORMATS, NotHeldByFormat
from surveys.exchange.answers.answer_import import Destination, submissions
from surveys.exchange.answers.circumstances import OrganisationLists
from surveys.exchange.answers.codebook import code_book, code_book_rows
from surveys.exchange.answers.column_mapping import Wishes, column_mapping
from surveys.exchange.answers.columns import Layout, layout_of
from surveys.exchange.answers.delivery import Shape, Values, Written
from surveys.exchange.answers.spss_names import spss_names
from surveys.intake.submission import StoredResponse
from surveys.organisation.departments import Department, Touchpoint
from surveys.storage import Store
from surveys.tables import opened_table
from tests.conftest import submission
from tests.support.examples import EXAMPLES
from tests.support.random_answers import responses_to, stored
from tests.support.random_surveys import surveys

Answers = dict[str, Any]
ORGANISATION = OrganisationLists(
    [Department("repair", "配网抢修部")],
    [Touchpoint("repair-east", "城东抢修队", "repair")],
    datetime(2027, 12, 31, tzinfo=UTC).date(),
)


def asking(*questions: dict[str, Any], title: str = "测试") -> Survey:
    whole = [{"title": "题目", **question} for question in questions]
    return Survey.model_validate(
        {"code": "everything", "title": title, "use": "测试", "sections": [{"questions": whole}]}
    )


def written(
    form: str, path: Path, versions: dict[int, Survey], responses: list[StoredResponse],
    shape: Shape = Shape.WIDE, values: Values | None = None,
) -> Written:  # fmt: skip
    chosen = FORMATS[form]
    return chosen.write(path, layout_of(versions), [responses], chosen.wanted(shape, values))


def imported(path: Path, versions: dict[int, Survey]) -> list[Answers]:
    """The answers in a spreadsheet, as an import would keep them."""
    destination = Destination(versions, max(versions), None, ORGANISATION)
    with opened_table(path) as table:
        mapping = column_mapping(table.header, destination.layout, Wishes())
        assert mapping.unknown == ()
        return [dict(each.answers) for each in submissions(destination, mapping, table, pytest.fail)]


def from_cells(versions: dict[int, Survey], rows: list[dict[str, Any]]) -> list[Answers]:
    """The answers in rows of cells by column name, read by the questions themselves."""
    found = []
    for row in rows:
        cells = {name: _whole(value) for name, value in row.items() if value is not None}
        answers = {}
        for question in versions[int(row["_version"])].questions():
            names = [column.name for column in question.columns() if column.name in cells]
            asked = question.with_parts(
                [part for part in question.parts() if _has(names, part.code)] or question.parts()
            )
            answers[question.code] = asked.from_cells({name: cells[name] for name in names})
        found.append({code: answer for code, answer in answers.items() if answer is not None})
    return found


def _has(names: list[str], part: str) -> bool:
    return any(part == name.split(".")[1] for name in names if "." in name)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def sav_rows(path: Path, layout: Layout) -> Iterator[dict[str, Any]]:
    table, about = pyreadstat.read_sav(path, user_missing=True)
    names = {spss: column for column, spss in spss_names(column.name for column in layout.columns).items()}
    for row in table.to_dict("records"):
        cells = {names[name]: value for name, value in row.items()}
        for name, [missing] in about.missing_ranges.items():
            if cells[names[name]] == missing["lo"]:
                cells[names[name]] = "na"
        yield {name: None if value == "" or value != value else value for name, value in cells.items()}


def parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    for row in pq.read_table(path).to_pylist():
        for name in [name for name in row if name.endswith("._na")]:
            if row.pop(name):
                row[name.removesuffix("._na")] = "na"
        yield row


READERS: dict[str, Callable[[Path, dict[int, Survey]], list[Answers]]] = {
    "csv": imported,
    "xlsx": imported,
    "sav": lambda path, versions: from_cells(versions, list(sav_rows(path, layout_of(versions)))),
    "parquet": lambda path, versions: from_cells(versions, list(parquet_rows(path))),
    "jsonl": lambda path, versions: [json.loads(line)["answers"] for line in path.open(encoding="utf-8")],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("type_name", QUESTION_TYPES)
def test_every_type_survives_every_format(type_name: str, form: str, tmp_path: Path) -> None:
    """Stored, exported, read back by that format's own reader: the same answers, and nothing where nothing was."""
    examples = EXAMPLES[type_name]
    versions = {
        number: asking({"type": type_name, "code": "item", **options})
        for number, (options, _) in enumerate(examples, start=1)
    }
    given_answers = [{} if answer is None else {"item": answer} for _, answer in examples]
    responses = [
        stored(id=f"{number:032x}", version=number, answers=answers)
        for number, answers in enumerate([*given_answers, {}], start=1)
        if number <= len(examples)
    ] + [stored(id="f" * 32, version=1)]
    told = written(form, tmp_path / "out", versions, responses)
    assert told == Written(len(responses))
    assert READERS[form](tmp_path / "out", versions) == [*given_answers, {}]


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_surveys_survive_every_format(form: str, data: st.DataObject) -> None:
    """Whatever titles, codes, labels and texts there are."""
    survey = data.draw(surveys())
    responses = data.draw(st.lists(responses_to(survey), max_size=3, unique_by=lambda each: each.id))
    with TemporaryDirectory() as folder:
        told = written(form, Path(folder) / "out", {1: survey}, responses)
        assert told.responses == len(responses)
        assert READERS[form](Path(folder) / "out", {1: survey}) == [each.answers for each in responses]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_option_that_is_called_nought_is_chosen_by_a_one(form: str, tmp_path: Path) -> None:
    """Two of them, of a row of the same name: a 0 in a cell is none of them."""
    nought = {"code": "0", "label": "0"}
    versions = {1: asking({
        "type": "matrix_multiple", "code": "q1", "title": "0", "rows": [nought],
        "choices": [nought, {**nought, "code": "00"}],
    })}  # fmt: skip
    response = stored(id="f" * 32, version=1, answers={"q1": {"0": ["0"]}})
    written(form, tmp_path / "out", versions, [response])
    assert READERS[form](tmp_path / "out", versions) == [{"q1": {"0": ["0"]}}]


HOSTILE = "=cmd|' /C calc'!A0"


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("values", Values)
def test_no_cell_of_a_spreadsheet_is_a_formula(shape: Shape, values: Values, tmp_path: Path) -> None:
    """Headers, labels, code book: what a designer wrote is as suspect as what a respondent wrote."""
    option = {"code": "a", "label": HOSTILE}
    versions = {1: asking(
        {"type": "single_choice", "code": "one", "title": HOSTILE, "options": [option]},
        {"type": "multiple_choice", "code": "many", "title": "@many", "options": [{**option, "asks_text": True}]},
        {"type": "long_text", "code": "say", "title": "\t=1"},
        title=HOSTILE,
    )}  # fmt: skip
    answers = {"one": "a", "many": {"chosen": ["a"], "other": "-1+1"}, "say": HOSTILE}
    texts: list[str] = []
    for form in ("csv", "xlsx"):
        if shape is Shape.LONG or values in FORMATS[form].values:
            wish = None if shape is Shape.LONG else values
            written(form, tmp_path / f"out.{form}", versions, [stored(answers=answers)], shape, wish)
    if (tmp_path / "out.csv").exists():
        texts += [
            cell for row in csv.reader((tmp_path / "out.csv").open(encoding="utf-8-sig", newline="")) for cell in row
        ]
    for sheet in load_workbook(tmp_path / "out.xlsx").worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        texts += [cell.value for cell in cells if cell.data_type == "s"]
    assert texts
    assert not [text for text in texts if text.startswith(tuple("=+-@\t\r\n"))]


def test_labels_are_read_back_too(tmp_path: Path) -> None:
    """A table of labels answers for itself where no two labels are the same."""
    for form in ("csv", "xlsx"):
        for number, (type_name, examples) in enumerate(EXAMPLES.items()):
            options, answer = examples[0]
            versions = {1: asking({"type": type_name, "code": "item", "title": "=题目", **options})}
            path = tmp_path / f"{number}.{form}"
            written(
                form, path, versions, [stored(answers={} if answer is None else {"item": answer})], values=Values.LABELS
            )
            assert imported(path, versions) == [{} if answer is None else {"item": answer}], type_name


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "jsonl"])
def test_long_form(form: str, tmp_path: Path) -> None:
    """A row for each answered cell: whose, which item, which part of it, the value, and what it means."""
    versions = {1: asking(
        {"type": "rating", "code": "score", "labels": ["差", "中", "好"], "points": 3, "not_applicable": "没有接触"},
        {"type": "matrix_rating", "code": "rows", "rows": [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}]},
        {"type": "long_text", "code": "say"},
    )}  # fmt: skip
    responses = [
        stored(answers={"score": 3, "rows": {"b": 5}, "say": "0012"}),
        stored(id="2" * 32, answers={"score": "na"}),
    ]
    assert written(form, tmp_path / f"out.{form}", versions, responses, Shape.LONG).responses == 2
    rows = {
        "csv": lambda path: list(csv.DictReader(path.open(encoding="utf-8-sig", newline=""))),
        "xlsx": lambda path: _sheet_rows(path),
        "parquet": lambda path: pq.read_table(path).to_pylist(),
        "jsonl": lambda path: [json.loads(line) for line in path.open(encoding="utf-8")],
    }[form](tmp_path / f"out.{form}")
    assert [tuple("" if value is None else str(value) for value in row.values()) for row in rows] == [
        (f"{1:032x}", "score", "", "3", "好"),
        (f"{1:032x}", "rows", "b", "5", ""),
        (f"{1:032x}", "say", "", "0012", ""),
        ("2" * 32, "score", "", "na", "没有接触"),
    ]
    assert list(rows[0]) == ["_id", "item", "part", "value", "label"]


def _sheet_rows(path: Path) -> list[dict[str, Any]]:
    heading, *rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_a_system_file_explains_itself(tmp_path: Path) -> None:
    """Variable labels, value labels, measurement levels, and `na` as a value of its own that SPSS leaves out."""
    versions = {1: asking(
        {"type": "rating", "code": "score", "title": "满意吗？", "labels": list("差中好"), "points": 3,
         "not_applicable": "没有接触"},
        {"type": "slider", "code": "by", "minimum": -99, "maximum": 0},
        {"type": "single_choice", "code": "place", "options": [{"code": "hall-1", "label": "营业厅"}]},
        title="走访",
    )}  # fmt: skip
    answers = [{"score": 3, "by": -99, "place": "hall-1"}, {"score": "na"}, {}]
    responses = [stored(id=f"{at:032x}", answers=each) for at, each in enumerate(answers)]
    written("sav", tmp_path / "out", versions, responses)
    table, about = pyreadstat.read_sav(tmp_path / "out", user_missing=True)
    assert table["score"].fillna(0).tolist() == [3, -99, 0]
    assert pyreadstat.read_sav(tmp_path / "out")[0]["score"].isna().tolist() == [False, True, True]
    assert about.file_label == "走访"
    assert about.column_names_to_labels["score"] == "满意吗？（score）"
    assert about.variable_value_labels["score"] == {1: "差", 2: "中", 3: "好", -99: "没有接触"}
    assert about.variable_value_labels["place"] == {"hall-1": "营业厅"}
    assert about.missing_ranges == {"score": [{"lo": -99, "hi": -99}]}
    assert [about.variable_measure[name] for name in ("score", "by_2", "place")] == ["ordinal", "scale", "nominal"]
    assert str(table["response_received_on"][0]) == "2026-11-22"


def test_what_spss_cuts_is_told(tmp_path: Path) -> None:
    """Texts and labels beyond its limits end at a whole character, and the export says how many did."""
    versions = {1: asking(
        {"type": "long_text", "code": "say", "title": "长" * 200, "max_length": 10_000},
        {"type": "single_choice", "code": "one", "options": [{"code": "a", "label": "长" * 50}]},
    )}  # fmt: skip
    told = written("sav", tmp_path / "out", versions, [stored(answers={"say": "😀" * 10_000, "one": "a"})])
    assert [str(note).partition("，")[0] for note in told.notes] == [
        "say 有 1 个文字超过 SPSS 的 32,767 字节",
        "1 个取值的标签超过 SPSS 的 120 字节",
    ]
    table, about = pyreadstat.read_sav(tmp_path / "out")
    assert table["say"][0] == "😀" * 8191
    assert about.column_names_to_labels["say"].endswith("长…（say）")
    assert about.variable_value_labels["one"] == {"a": "长" * 40}


@given(st.lists(st.from_regex(r"(_|[a-z])[a-z0-9_]{0,39}(\.[A-Za-z0-9][A-Za-z0-9_\-]{0,59}){0,2}", fullmatch=True)))
def test_spss_names_are_legal_and_differ(columns: list[str]) -> None:
    """However long, however alike but for capitals, whatever words SPSS keeps to itself."""
    names = list(spss_names(["all", "to", "q.A", "q.a", "q.a-b", "q.a_b", *columns]).values())
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert len(name) <= 64 and name[0].isalpha() and name[-1] != "."
        assert name not in ("all", "to") and set(name) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"
        )


def test_parquet_is_typed_and_explains_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are numbers, `na` stands beside them, groups of rows are bounded, the code book is in the metadata."""
    monkeypatch.setattr("surveys.exchange.answers.parquet.ROWS_IN_A_GROUP", 2)
    versions = {1: asking({"type": "rating", "code": "score", "not_applicable": "没有接触"})}
    moment = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    answers = [{"score": 4}, {"score": "na"}, {}]
    responses = [stored(id=f"{n:032x}", answers=each, received_at=moment) for n, each in enumerate(answers)]
    written("parquet", tmp_path / "out", versions, responses)
    file = pq.ParquetFile(tmp_path / "out")
    assert file.num_row_groups == 2
    rows = file.read().to_pylist()
    assert [(row["score"], row["score._na"]) for row in rows] == [(4.0, False), (None, True), (None, None)]
    assert rows[0]["_received_at"] == moment and str(rows[0]["_received_at"].tzinfo) == "Asia/Shanghai"
    assert json.loads(file.schema_arrow.metadata[b"xinsheng.code_book"]) == code_book(layout_of(versions))


WHEN = asking({"type": "date", "code": "visit"}, {"type": "time", "code": "at"}, {"type": "date", "code": "old"})
MOMENTS = [{"visit": "2026-02-09", "at": "08:05", "old": "1899-12-31"}, {"at": "23:59"}, {"visit": "2026-12-31"}]


@pytest.fixture
def when(tmp_path: Path) -> Callable[[str], Path]:
    """Writes answers of days and times in a format."""

    def write(form: str) -> Path:
        responses = [stored(id=f"{n:032x}", answers=each) for n, each in enumerate(MOMENTS, start=1)]
        assert written(form, tmp_path / form, {1: WHEN}, responses).responses == 3
        return tmp_path / form

    return write


def test_days_leave_as_days_and_times_as_times(when: Callable[[str], Path]) -> None:
    """So that whoever gets the file can sort and subtract them; a day before Excel's calendar stays its text there."""
    with when("xlsx").open("rb") as file:
        sheet = load_workbook(file).worksheets[0]
    header = [cell.value for cell in sheet[1]]
    visit, at, old = (sheet.cell(2, header.index(name) + 1) for name in ("visit", "at", "old"))
    assert visit.is_date and visit.value.date() == date(2026, 2, 9) and "yyyy" in visit.number_format
    assert at.is_date and at.value == time(8, 5) and old.value == "1899-12-31"
    table = pq.read_table(when("parquet"))
    kinds = [str(table.schema.field(name).type) for name in ("visit", "at", "old")]
    assert kinds == ["date32[day]", "time32[ms]", "date32[day]"]
    assert table.column("visit").to_pylist() == [date(2026, 2, 9), None, date(2026, 12, 31)]
    assert table.column("at").to_pylist() == [time(8, 5), time(23, 59), None]
    found, about = pyreadstat.read_sav(when("sav"))
    assert [found[name][0] for name in ("visit", "at", "old")] == [date(2026, 2, 9), time(8, 5), date(1899, 12, 31)]
    assert found[["visit", "at"]].isna().to_numpy().tolist() == [[False, False], [True, False], [False, True]]
    kinds = [about.original_variable_types[name] for name in ("visit", "at")]
    assert kinds == ["SDATE10", "TIME5"] and about.variable_measure["visit"] == "scale"


@pytest.mark.parametrize("form", FORMATS)
def test_days_and_times_come_back_from_every_format(form: str, when: Callable[[str], Path]) -> None:
    assert READERS[form](when(form), {1: WHEN}) == MOMENTS


def test_a_day_that_spss_does_not_know_is_told(tmp_path: Path) -> None:
    """Its calendar begins in 1582; the note says which column and how many."""
    told = written("sav", tmp_path / "out", {1: WHEN}, [stored(answers={"old": "0026-02-09"})])
    assert [("old" in str(note), "1" in str(note)) for note in told.notes] == [(True, True)]
    assert pyreadstat.read_sav(tmp_path / "out")[0]["old"].isna().all()


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_a_text_in_an_older_version_stays_one(form: str, tmp_path: Path) -> None:
    """The column holds both, so it is a column of texts."""
    versions = {1: asking({"type": "short_text", "code": "visit"}), 2: asking({"type": "date", "code": "visit"})}
    answers = [{"visit": "下周二"}, {"visit": "2026-02-09"}]
    responses = [stored(id=f"{n:032x}", version=n, answers=each) for n, each in enumerate(answers, start=1)]
    written(form, tmp_path / "out", versions, responses)
    assert READERS[form](tmp_path / "out", versions) == answers


def test_what_only_an_older_version_asked_is_kept(tmp_path: Path) -> None:
    """A removed option keeps its column, a removed question comes last, a changed type becomes text."""
    first = asking(
        {"type": "short_text", "code": "gone"},
        {"type": "multiple_choice", "code": "many", "options": [{"code": c, "label": c} for c in "ab"]},
        {"type": "short_text", "code": "turned"},
    )
    second = asking(
        {"type": "multiple_choice", "code": "many", "options": [{"code": c, "label": c.upper()} for c in "bc"]},
        {"type": "rating", "code": "turned"},
    )
    versions = {1: first, 2: second}
    answers = [{"gone": "x", "many": ["a"], "turned": "好"}, {"many": ["c"], "turned": 5}]
    responses = [stored(id=f"{n:032x}", version=n, answers=each) for n, each in enumerate(answers, start=1)]
    columns = layout_of(versions).answers
    assert [column.name for column in columns] == ["many.b", "many.c", "many.a", "turned", "gone"]
    assert [column.versions for column in columns] == [(1, 2), (2,), (1,), (1, 2), (1,)]
    for form in FORMATS:
        written(form, tmp_path / form, versions, responses)
        assert READERS[form](tmp_path / form, versions) == answers, form


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_without_a_column_is_told(form: str, tmp_path: Path) -> None:
    """Not dropped in silence; JSON lines have it."""
    told = written(form, tmp_path / "out", {1: asking({"type": "nps", "code": "nps"})}, [stored(answers={"lost": 1})])
    assert bool(told.notes) is (form != "jsonl")
    assert all("lost" in str(note) for note in told.notes)


def test_a_long_list_of_labels_goes_on_in_the_next_row(tmp_path: Path) -> None:
    """A workbook's cell holds a province's districts, not a country's."""
    places = [{"code": f"{n:06}", "path": ["某某省", "某某市", f"第{n}区"]} for n in range(3000)]
    layout = layout_of({1: asking({"type": "region", "code": "place", "places": places})})
    rows = [row for row in code_book_rows(layout) if row[0] == "place"]
    assert len(rows) > 1 and max(len(row[3]) for row in rows) <= 30_000
    assert "；".join(row[3] for row in rows).count(" = ") == 3000


def test_formats_say_what_they_do_not_hold() -> None:
    """Before anything is written, in words."""
    with pytest.raises(NotHeldByFormat, match="SPSS 只有宽表"):
        FORMATS["sav"].wanted(Shape.LONG)
    with pytest.raises(NotHeldByFormat, match="CSV 的取值只能是：codes、labels"):
        FORMATS["csv"].wanted(Shape.WIDE, Values.BOTH)
    with pytest.raises(NotHeldByFormat, match="不必再选"):
        FORMATS["csv"].wanted(Shape.LONG, Values.LABELS)


@pytest.fixture
def filled(published: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one answer, which the command line works on."""
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    published.responses.append([submission(1)])
    return published


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_from_the_command_line(form: str, filled: Store, tmp_path: Path) -> None:
    """With a code book beside it where one is wanted."""
    out, book = tmp_path / f"out.{form}", tmp_path / "book.json"
    assert main(["export", "power-visit", "--format", form, "--out", str(out), "--code-book", str(book)]) == 0
    assert out.stat().st_size > 0
    entries = {entry["column"]: entry for entry in json.loads(book.read_text("utf-8"))}
    assert entries["csat"]["measure"] == "rating" and entries["csat"]["versions"] == [1]
    assert entries["_id"]["spss"] == "response_id"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_code_book_as_a_table(kind: str, filled: Store, tmp_path: Path) -> None:
    """The same lines in a CSV file as in the workbook's sheet."""
    book = tmp_path / f"book.{kind}"
    assert main(["export", "power-visit", "--out", str(tmp_path / "out.csv"), "--code-book", str(book)]) == 0
    with opened_table(book) as table:
        assert table.header[:2] == ("列", "题目")
        assert "csat" in [row.cells[0] for row in table.rows]


@pytest.mark.parametrize(
    "options, told",
    [
        (["--format", "sav", "--shape", "long"], "只有宽表"),
        (["--values", "both"], "取值只能是"),
        (["--code-book", "book.txt"], "扩展名应是"),
    ],
)
def test_what_cannot_be_had_is_told(
    options: list[str], told: str, filled: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, and no file is left behind."""
    assert main(["export", "power-visit", "--out", str(tmp_path / "out"), *options]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_zero_is_not_blank(tmp_path: Path) -> None:
    """In every format that has numbers."""
    versions = {1: asking({"type": "nps", "code": "nps"})}
    for form in FORMATS:
        written(form, tmp_path / form, versions, [stored(answers={"nps": 0}), stored(id="2" * 32)])
        assert READERS[form](tmp_path / form, versions) == [{"nps": 0}, {}], form
    assert math.isnan(pyreadstat.read_sav(tmp_path / "sav")[0]["nps"][1])
