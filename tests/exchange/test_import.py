"""Existing answers brought in: good rows kept, bad rows told, nothing counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from surveys.command_line import main
from surveys.definition.questions import NotAcceptable
from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.exchange.answers.circumstances import CIRCUMSTANCES, OrganisationLists
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day, utc_now
from surveys.storage import Store
from surveys.tables import Row, UnfitFile, encoding_of, opened_table, shown_cells
from tests.conftest import submission
from tests.support.open_review import publish_review

WAIMAI = Path(__file__).parents[3] / "shared" / "reference" / "comments" / "waimai.csv"


@pytest.fixture(autouse=True)
def the_store(published: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """What the command line works on."""
    monkeypatch.setenv("XINSHENG_DB", str(published.path))
    return published


def responses(store: Store, survey: str = "power-visit") -> list[StoredResponse]:
    return [response for chunk in store.responses.responses(survey) for response in chunk]


def bring_in(file: Path, *options: str) -> int:
    return main(["import", "power-visit", str(file), *options])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three good rows, two of them alike, and one with two faults."""
    file = tmp_path / "answers.csv"
    file.write_text(
        "csat,您最希望我们改进什么？,nps,电话\n5,很快,10,1\n2,等了很久,3,2\n5,很快,10,3\n9,好,12,4\n", encoding="utf-8"
    )
    return file


def test_good_rows_are_kept_and_bad_rows_told(
    table: Path, published: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns are found by code and by title; a bad row is told with its number and every reason."""
    assert bring_in(table) == 0
    told = capsys.readouterr()
    assert "第 5 行：csat：请选择 1 到 5 之间的分数（9）；nps：请选择 0 到 10 之间的分数（12）" in told.err
    assert "没有导入的列：电话" in told.out
    assert "新增 3 份，已有 0 份，未收 1 行" in told.out
    kept = Counter(
        (each.answers["csat"], each.answers["comment"], each.answers["nps"]) for each in responses(published)
    )
    assert kept == {(5, "很快", 10): 2, (2, "等了很久", 3): 1}
    assert {each.channel for each in responses(published)} == {"import"}
    assert {each.department for each in responses(published)} == {"service"}


def test_a_delimiter_too_many_at_the_end_of_lines_is_no_fault(tmp_path: Path, published: Store) -> None:
    """Empty cells beyond the header are left out, of the data as well as of a title above it."""
    file = tmp_path / "answers.csv"
    file.write_text("csat,comment\n5,很好,\n4,,\n", encoding="utf-8")
    assert bring_in(file) == 0
    assert sorted(each.answers["csat"] for each in responses(published)) == [4, 5]


def test_a_row_without_an_answer_is_no_response(
    tmp_path: Path, published: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told with its number and not kept, also where no question is required."""
    question = {"type": "short_text", "code": "why", "title": "为何"}
    loose = {"code": "loose", "title": "随意", "use": "测试", "sections": [{"questions": [question]}]}
    published.surveys.save_draft(Survey.model_validate(loose), None, by="test")
    published.surveys.publish("loose", by="test")
    file = tmp_path / "answers.csv"
    file.write_text("received_at,why\n2026-03-05,\n2026-03-06,很好\n", encoding="utf-8")
    main(["import", "loose", str(file)])
    assert len(responses(published, "loose")) == 1
    assert "第 2 行：一个答案也没有" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cells", "shown"),
    [(("a",), ["a", ""]), (("a", "b", "c"), ["a", "b …"]), (("x" * 50, ""), ["x" * 40 + "…", ""])],
    ids=["short", "long", "a long cell"],
)
def test_a_preview_shows_rows_of_any_length(cells: tuple[str, ...], shown: list[str]) -> None:
    """Under a header of two columns; a row of another length never breaks the page."""
    assert shown_cells(Row(2, cells), 2) == shown


def test_a_second_import_adds_nothing(table: Path, published: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that are alike each count once, and their number does not grow; a longer file adds only what is new."""
    bring_in(table)
    before = responses(published)
    bring_in(table)
    assert "新增 0 份，已有 3 份" in capsys.readouterr().out
    assert responses(published) == before
    with table.open("a", encoding="utf-8") as file:
        file.write("5,很快,10,5\n")
    bring_in(table)
    assert "新增 1 份，已有 3 份" in capsys.readouterr().out


def test_imported_answers_leave_the_response_rate_alone(table: Path, published: Store) -> None:
    """No form was opened for them here."""
    bring_in(table)
    bring_in(table)
    assert {each["event"] for each in published.responses.tallies("power-visit")} == {"brought_in"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_encodings_and_delimiters(encoding: str, delimiter: str, tmp_path: Path, published: Store) -> None:
    """Whatever program wrote the file, its Chinese text arrives."""
    file = tmp_path / "answers.csv"
    rows = [["csat", "comment"], ["4", "抢修师傅来得很快"], ["1", '"停电了；没人管\n真的"']]
    file.write_text("\r\n".join(delimiter.join(row) for row in rows), encoding=encoding, newline="")
    assert bring_in(file) == 0
    assert {each.answers["comment"] for each in responses(published)} == {"抢修师傅来得很快", "停电了；没人管\n真的"}


def test_broken_bytes_cost_only_their_row(tmp_path: Path, published: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest of the file keeps its encoding."""
    file = tmp_path / "answers.csv"
    good = "".join(f"4,第{number}条意见很好\n" for number in range(20)).encode()
    file.write_bytes(b"csat,comment\n" + good + b"3,\xff\xfe\xb0\n")
    assert encoding_of(file) == "utf-8-sig"
    assert bring_in(file) == 0
    assert "第 22 行：含有无法识别的字符" in capsys.readouterr().err
    assert len(responses(published)) == 20


@pytest.mark.parametrize(
    "row, reason",
    [
        ("5,好,多一格", "有 3 格，表头有 2 格"),
        ("5", "有 1 格，表头有 2 格"),
        (",好", "csat：请打分"),
        ("五,好", "csat：请选择 1 到 5 之间的分数（五）"),
        ("5," + "好" * 501, "comment：最多 500 字，现在是 501 字"),
    ],
    ids=["too many cells", "too few", "required", "no number", "too long"],
)
def test_reasons(row: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault in words that say what to mend."""
    (tmp_path / "answers.csv").write_text(f"csat,comment\n\n{row}\n", encoding="utf-8")
    assert bring_in(tmp_path / "answers.csv") == 1
    assert f"第 3 行：{reason}" in capsys.readouterr().err


def test_rejected_rows_are_written_to_a_file(table: Path, tmp_path: Path) -> None:
    """With number and reason, so that they can be mended there."""
    bring_in(table, "--rejected", str(tmp_path / "rejected.csv"))
    lines = (tmp_path / "rejected.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "行号,原因,csat,您最希望我们改进什么？,nps,电话"
    assert lines[1].startswith("5,csat：")
    assert lines[1].endswith(",9,好,12,4")


def test_mapping_constants_and_values(tmp_path: Path, published: Store) -> None:
    """Columns by any name, labels as points, one entry for all rows, the touchpoint's own context."""
    file = tmp_path / "reviews.csv"
    file.write_text("label,review,日期\n1,很好,2026/3/5\n0,太慢,2026年3月6日 14:30\n", encoding="utf-8")
    options = ["--map", "label=csat", "review=comment", "--values", "csat:1=5,0=1", "--date", "日期"]
    assert bring_in(file, *options, "--constant", "_touchpoint=城东抢修队", "nps=7") == 0
    good, bad = sorted(responses(published), key=lambda each: each.received_on)
    assert good.answers == {"csat": 5, "comment": "很好", "nps": 7}
    assert bad.answers["csat"] == 1
    assert (good.received_on, good.received_at) == (date(2026, 3, 5), None)
    assert bad.received_at == datetime.fromisoformat("2026-03-06T14:30+08:00")
    assert (good.touchpoint, good.department, good.district, good.business_type) == (
        "repair-east", "repair", "城东", "故障抢修",
    )  # fmt: skip


def test_labels_are_understood(tmp_path: Path, published: Store) -> None:
    """What a person reads in the form stands for its code."""
    file = tmp_path / "answers.csv"
    file.write_text("csat,repair,nps\n很满意,没有接触,9.0\n", encoding="utf-8")
    assert bring_in(file) == 0
    assert responses(published)[0].answers == {"csat": 5, "repair": "na", "nps": 9}


@pytest.mark.parametrize(
    "options, problem",
    [
        (["--map", "评分=csat"], "没有“评分”这一列"),
        (["--map", "电话=phone"], "没有题目“phone”"),
        (["--constant", "csat"], "应写成 --constant 题目=值"),
        (["--map", "电话=csat", "nps=csat"], "“csat”有不止一个来源"),
        (["--map", "csat=nps", "nps=reliability"], "必答题 csat"),
    ],
    ids=["no such column", "no such item", "no equals sign", "two sources", "required left out"],
)
def test_an_unfit_mapping_is_told(
    options: list[str], problem: str, table: Path, published: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is imported, and with its remedy."""
    assert bring_in(table, *options) == 1
    assert problem in capsys.readouterr().err
    assert responses(published) == []


def test_xlsx(tmp_path: Path, published: Store) -> None:
    """Numbers, dates and texts as Excel keeps them; the same rows as CSV are the same responses."""
    book = Workbook()
    sheet = book.active
    for row in (
        ["csat", "comment", "日期"],
        [4.0, "快", datetime(2026, 3, 5)],  # noqa: DTZ001 – a workbook knows no zones
        [None, None, None],
        [2, "=慢", date(2026, 3, 6)],
    ):
        sheet.append(row)
    sheet["B4"].data_type = "s"
    book.save(tmp_path / "answers.xlsx")
    assert bring_in(tmp_path / "answers.xlsx", "--date", "日期") == 0
    found = {(each.answers["csat"], each.answers["comment"], each.received_on.day) for each in responses(published)}
    assert found == {(4, "快", 5), (2, "=慢", 6)}
    (tmp_path / "answers.csv").write_text("csat,comment,日期\n2,=慢,2026/3/6\n", encoding="gb18030")
    assert bring_in(tmp_path / "answers.csv", "--date", "日期") == 0
    assert len(responses(published)) == 2


@pytest.mark.parametrize(
    "content, remedy",
    [
        (b"", "是空的"),
        (b"PK\x03\x04 broken", "不是完整的 .xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "另存为 .xlsx"),
    ],
    ids=["empty", "broken workbook", "old Excel"],
)
def test_unfit_files(content: bytes, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no table is told with what to do."""
    (tmp_path / "file").write_bytes(content)
    assert bring_in(tmp_path / "file") == 1
    assert remedy in capsys.readouterr().err


def test_a_stray_quotation_mark_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would swallow the rest of the file into one cell; the row where it begins is named."""
    monkeypatch.setattr("surveys.tables.delimited.LONGEST_FIELD", 1000)
    (tmp_path / "file.csv").write_text('csat,comment\n5,好\n4,"没有关上\n' + "3,一般\n" * 500, encoding="utf-8")
    with pytest.raises(UnfitFile, match="第 3 行"), opened_table(tmp_path / "file.csv") as table:
        list(table.rows)


@pytest.mark.parametrize(
    "text, day, moment",
    [
        ("2026-03-05", date(2026, 3, 5), None),
        ("2026/3/5", date(2026, 3, 5), None),
        ("2026.03.05", date(2026, 3, 5), None),
        ("2026年3月5日", date(2026, 3, 5), None),
        ("20260305", date(2026, 3, 5), None),
        ("2026-03-05 7:05", date(2026, 3, 5), "2026-03-04T23:05:00+00:00"),
        ("2026-03-05T23:30:00Z", date(2026, 3, 6), "2026-03-05T23:30:00+00:00"),
    ],
)
def test_dates(text: str, day: date, moment: str | None) -> None:
    """As people and programs write them; without a zone they are Asia/Shanghai's."""
    received = CIRCUMSTANCES["_received_on"](OrganisationLists([], [], date(2026, 12, 31)), text)
    assert received.day == day
    assert received.moment == (moment and datetime.fromisoformat(moment))


@pytest.mark.parametrize("text", ["昨天", "2026-02-30", "2026-13-01", "2026-03-05 25:00", "202631", "2027-01-01"])
def test_no_dates(text: str) -> None:
    """What is no day, or still to come, is not taken."""
    with pytest.raises(NotAcceptable):
        CIRCUMSTANCES["_received_on"](OrganisationLists([], [], date(2026, 12, 31)), text)


@pytest.mark.dated
def test_an_export_brought_in_elsewhere_is_the_same(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids, times, touchpoints and channels included; into the same database it adds nothing."""
    today = local_day(utc_now())
    sent = [submission(number, received_on=today - timedelta(days=1), received_at=None) for number in range(3)]
    published.responses.append(sent)
    assert main(["export", "power-visit", "--format", "xlsx", "--out", str(tmp_path / "out.xlsx")]) == 0
    assert bring_in(tmp_path / "out.xlsx") == 0
    assert len(responses(published)) == 3
    other = Store(tmp_path / "other.db")
    other.organisation.save(published.organisation.departments(), published.organisation.touchpoints())
    other.surveys.save_draft(template("power-visit"), None, by="test")
    other.surveys.publish("power-visit", by="test")
    monkeypatch.setenv("XINSHENG_DB", str(other.path))
    assert bring_in(tmp_path / "out.xlsx") == 0
    assert responses(other) == responses(published)


@pytest.mark.dated
def test_anonymous_answers_that_come_to_others_are_of_today(published: Store, tmp_path: Path) -> None:
    """A survey that nobody has answered yet keeps its days; later files add nothing to days that figures count."""
    publish_review(published)
    for name, rate in (("first", 4), ("second", 5)):
        file = tmp_path / f"{name}.csv"
        file.write_text(f"department,overall,at\n配网抢修部,{rate},2026-03-05 10:00\n", encoding="utf-8")
        assert main(["import", "open-review", str(file), "--date", "at"]) == 0
    days = {each.answers["overall"]: each.received_on for each in responses(published, "open-review")}
    assert days == {4: date(2026, 3, 5), 5: local_day(utc_now())}


def test_an_anonymous_survey_keeps_no_time(published: Store, tmp_path: Path) -> None:
    """Not even when the file tells it; the department is the one that was rated."""
    publish_review(published)
    (tmp_path / "file.csv").write_text("department,overall,at\n配网抢修部,4,2026-03-05 10:00\n", encoding="utf-8")
    assert main(["import", "open-review", str(tmp_path / "file.csv"), "--date", "at"]) == 0
    [response] = responses(published, "open-review")
    assert (response.received_on, response.received_at, response.department) == (date(2026, 3, 5), None, "repair")


def test_a_draft_takes_no_answers(published: Store, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its questions may still change."""
    published.surveys.save_draft(template("key-account"), None, by="test")
    assert main(["import", "key-account", str(table)]) == 1
    assert "还是草稿" in capsys.readouterr().err


@pytest.mark.skipif(not WAIMAI.exists(), reason="the public reviews are not here")
def test_ten_thousand_public_reviews(published: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels become points, every review a comment; the second import adds none."""
    options = ["--map", "label=csat", "review=comment", "--values", "csat:1=5,0=1"]
    assert bring_in(WAIMAI, *options) == 0
    amount = published.responses.amount("power-visit")
    assert amount >= 10_000
    assert bring_in(WAIMAI, *options) == 0
    assert "新增 0 份" in capsys.readouterr().out
    assert published.responses.amount("power-visit") == amount


EVERY_KIND = Survey.model_validate(
    {
        "code": "kinds", "title": "各种题型", "use": "测试",
        "sections": [
            {
                "questions": [
                    {"type": "multiple_choice", "code": "many", "title": "哪些？", "options": [
                        {"code": "saving", "label": "节能"}, {"code": "solar", "label": "光伏"},
                        {"code": "other", "label": "其他", "asks_text": True},
                    ]},
                    {"type": "matrix_rating", "code": "rows", "title": "评分", "required": True, "rows": [
                        {"code": "speed", "label": "速度"}, {"code": "care", "label": "态度"},
                    ]},
                    {"type": "ranking", "code": "order", "title": "排序", "options": [
                        {"code": "a", "label": "甲"}, {"code": "b", "label": "乙"},
                    ]},
                    {"type": "number", "code": "age", "title": "年龄"},
                    {"type": "date", "code": "since", "title": "何时"},
                    {"type": "short_text", "code": "why", "title": "为何", "required": True,
                     "show_if": {"item": "age", "is": "at_least", "value": 18}},
                ]
            }
        ],
    }
)  # fmt: skip


@pytest.fixture
def kinds(published: Store, tmp_path: Path) -> Callable[[str], Path]:
    """A published survey of several types, and a way to make a file of answers to it."""
    published.surveys.save_draft(EVERY_KIND, None, by="test")
    published.surveys.publish("kinds", by="test")

    def file(text: str) -> Path:
        (tmp_path / "kinds.csv").write_text(text, encoding="utf-8")
        return tmp_path / "kinds.csv"

    return file


@pytest.mark.parametrize(
    "table",
    [
        "many.saving,many.other,many._text,rows.speed,rows.care,order.a,order.b,age,since\n1,1,充电桩,5,4,2,1,40.0,2026/3/5\n",
        "哪些？,many._text,评分：速度,评分：态度,排序：甲,排序：乙,年龄,何时\n节能；其他,充电桩,5,4,2,1,40,2026年3月5日\n",
        "many,many._text,评分：速度（rows.speed）,rows.care,order.a,order.b,age,since\nother;saving,充电桩,5,4,2,1,40,2026-03-05\n",
    ],
    ids=["a column for each option", "titles and labels", "several choices in a cell, headings"],
)
def test_questions_of_several_parts(table: str, kinds: Callable[[str], Path], published: Store) -> None:
    """Each part by its own column, whether named by code or by title."""
    assert main(["import", "kinds", str(kinds(table))]) == 0
    assert responses(published, "kinds")[0].answers == {
        "many": {"chosen": ["saving", "other"], "other": "充电桩"},
        "rows": {"speed": 5, "care": 4},
        "order": ["b", "a"],
        "age": 40,
        "since": "2026-03-05",
    }


@pytest.mark.parametrize(
    "table, reason",
    [
        ("rows.speed,rows.care\n5,\n", "rows：还有 1 行没有作答：态度（rows.speed=5）"),
        ("rows.speed,rows.care\n,\nx,1\n", "rows：请选择 1 到 5 之间的分数（rows.speed=x，rows.care=1）"),
        ("rows.speed,rows.care,many.solar\n5,5,2\n", "many：many.solar 应为 1（选中）或 0（未选）（many.solar=2）"),
        ("rows.speed,rows.care,many.solar,many._text\n5,5,1,充电桩\n", "many：many._text 与其他列不相符"),
        ("rows.speed,rows.care,order.a,order.b\n5,5,1,1\n", "order：第 1 名只能给一项（order.a=1，order.b=1）"),
    ],
    ids=["a row missing", "no point", "neither yes nor no", "a text that belongs to nothing", "a place twice"],
)
def test_parts_that_do_not_fit(
    table: str, reason: str, kinds: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Told with what stands in the row; nothing gets lost on the way into an answer."""
    assert main(["import", "kinds", str(kinds(table))]) == 1
    assert reason in capsys.readouterr().err


def test_what_was_not_asked_need_not_be_answered(
    kinds: Callable[[str], Path], published: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A required question that a condition hides, rows of a matrix that were hidden: an export comes back whole."""
    partly = submission(1, survey="kinds", answers={"rows": {"care": 3}, "age": 9})
    published.responses.append([partly])
    assert main(["export", "kinds", "--out", str(tmp_path / "out.csv")]) == 0
    published.responses.withdraw("kinds", partly.id, date(2026, 11, 23))
    assert main(["import", "kinds", str(tmp_path / "out.csv")]) == 0
    assert [each.answers for each in responses(published, "kinds")] == [partly.answers]
    assert main(["import", "kinds", str(kinds("rows.speed,rows.care,age\n5,5,9\n"))]) == 0
    assert "新增 1 份" in capsys.readouterr().out


def test_a_file_that_breaks_off_says_what_came_in_before(
    tmp_path: Path, published: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows that were kept already are not passed over in silence."""
    monkeypatch.setattr("surveys.tables.delimited.LONGEST_FIELD", 1000)
    monkeypatch.setattr("surveys.exchange.answers.answer_import.AT_ONCE", 10)
    text = "csat,comment\n" + "5,好\n" * 60 + '4,"没有关上\n' + "3,一般\n" * 500
    (tmp_path / "file.csv").write_text(text, encoding="utf-8")
    assert bring_in(tmp_path / "file.csv") == 1
    assert f"之前的 {len(responses(published))} 行已经处理" in capsys.readouterr().err
    assert len(responses(published)) == 60
