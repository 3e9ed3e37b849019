"""An export takes the days, circumstances and columns that are chosen, on the page and by command."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.exchange.answers.answer_export import FORMATS
from surveys.exchange.answers.columns import layout_of
from surveys.exchange.answers.selection import ExportSelection, UnfitSelection
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, press

__all__ = ["open_page"]  # a fixture

SURVEY = "power-visit"


@pytest.fixture
def answered(published: Store) -> Store:
    """Three answers: two days, two districts."""
    published.responses.append(
        [
            submission(1, received_on=date(2026, 3, 1), received_at=None, district="城东"),
            submission(2, received_on=date(2026, 3, 5), received_at=None, district="城东"),
            submission(3, received_on=date(2026, 3, 5), received_at=None, district="城西"),
        ]
    )
    return published


@pytest.mark.parametrize(
    "arguments, found",
    [
        ([], 3), (["--from", "2026-03-02"], 2), (["--to", "2026-03-01"], 1), (["--from", "2026年3月5日"], 2),
        (["--where", "district=城西"], 1), (["--where", "district=城西", "district=城东"], 3),
        (["--where", "round=2026-03"], 3), (["--where", "round=2026-04"], 0), (["--where", "csat=4", "csat=5"], 3),
        (["--where", "csat=1"], 0),
        (["--from", "2026-03-02", "--where", "district=城东"], 1), (["--where", "channel=paper"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_the_command_exports_a_part(
    answered: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], found: int
) -> None:
    """Days are both included; of one circumstance any of the values fits, of several all must."""
    monkeypatch.setenv("XINSHENG_DB", str(answered.path))
    out = tmp_path / "part.csv"
    assert main(["export", SURVEY, *arguments, "--out", str(out)]) == 0
    assert len(list(csv.DictReader(out.open(encoding="utf-8-sig")))) == found


def test_the_command_exports_the_columns_that_are_named(
    answered: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of the response always, so that a row is found again."""
    monkeypatch.setenv("XINSHENG_DB", str(answered.path))
    out = tmp_path / "part.csv"
    assert main(["export", SURVEY, "--columns", "csat", "_district", "--out", str(out)]) == 0
    assert next(csv.reader(out.open(encoding="utf-8-sig"))) == ["_id", "_district", "csat"]


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--columns", "csatt"], "是不是“csat”"), (["--where", "weather=rain"], "没有叫“weather”的筛选项"),
        (["--where", "城东"], "项=值"), (["--from", "2026-03-05", "--to", "2026-03-01"], "晚于截止日期"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(
    answered: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], told: str,
) -> None:  # fmt: skip
    """Said in words, and no file is written."""
    monkeypatch.setenv("XINSHENG_DB", str(answered.path))
    out = tmp_path / "part.csv"
    assert main(["export", SURVEY, *arguments, "--out", str(out)]) != 0
    assert told in capsys.readouterr().err and not out.exists()


def test_a_value_without_answers_is_told(
    answered: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped district does not pass for one where nobody answered."""
    monkeypatch.setenv("XINSHENG_DB", str(answered.path))
    assert main(["export", SURVEY, "--where", "district=月球", "--out", str(tmp_path / "part.csv")]) == 0
    assert "区域“月球”在这段时间没有答卷" in capsys.readouterr().err


@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_format_holds_the_part_alone(answered: Store, tmp_path: Path, kind: str) -> None:
    """Also formats that write the answers as they are stored, and nothing is reported lost that was left out."""
    layout = layout_of({1: answered.surveys.version(SURVEY, 1)})
    selection = ExportSelection(columns=("csat",), where={"district": frozenset({"城东"})}).checked(layout)
    path = tmp_path / "part"
    form = FORMATS[kind]
    responses = selection.of(answered.responses.responses(SURVEY), layout)
    written = form.write(path, selection.layout(layout), responses, form.wanted(form.shapes[0]))
    assert written.responses == 2 and not written.notes
    if kind == "jsonl":
        assert [set(json.loads(line)["answers"]) for line in path.read_text("utf-8").splitlines()] == [{"csat"}] * 2


def test_all_problems_are_said_at_once(answered: Store) -> None:
    """So that they are mended at once."""
    layout = layout_of({1: answered.surveys.version(SURVEY, 1)})
    with pytest.raises(UnfitSelection) as refused:
        ExportSelection(where={"weather": frozenset({"x"})}, columns=("nothing",)).checked(layout)
    assert len(refused.value.problems) == 2


def test_a_part_is_chosen_on_the_page(answered: Store, open_page: Open) -> None:
    """Days, district and columns, and the address keeps them."""
    query = {
        "export.kind": "csv", "export.from": "2026-03-02", "export.to": "2026-03-31", "export.columns": "csat",
        "survey": SURVEY,
    }  # fmt: skip
    app = open_page(add_accounts(answered), "boss", "collection", **query)
    assert not app.exception
    press(app, "生成文件")
    table = list(csv.DictReader(io.StringIO(app.session_state["export.made"].content.decode("utf-8-sig"))))
    assert len(table) == 2 and set(table[0]) == {"_id", "csat"}
    assert app.query_params["export.from"] in ("2026-03-02", ["2026-03-02"])


def test_a_day_of_an_export_that_is_none_is_told(answered: Store, open_page: Open) -> None:
    """The whole is not exported unsaid."""
    app = open_page(add_accounts(answered), "boss", "collection", **{"export.from": "someday"})
    assert "someday" in "".join(each.value for each in app.warning)
