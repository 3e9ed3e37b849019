"""A table of answers names the round of each, and an import puts them there: past years, whole files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from surveys.command_line import main
from surveys.definition.round_rules import Every, RoundRule
from surveys.fieldwork.rounds import Round
from surveys.localisation.wording import Text
from surveys.storage import Store
from tests.conftest import submission

SURVEY = "power-visit"
NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)


def spring(store: Store) -> None:
    """One round that somebody opened and closed."""
    store.rounds.set_rule(SURVEY, RoundRule(), by="test", now=NOW)
    begins, ends = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
    title = Text.model_validate({"zh-Hans": "春季", "en": "Spring"})
    store.rounds.plan(Round(SURVEY, "2026-spring", title, begins, ends, created_by="test"), now=NOW)


def imported(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, capsys: pytest.CaptureFixture[str]
) -> str:  # fmt: skip
    """What the command says of a table."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    file, rejected = tmp_path / "in.csv", tmp_path / "rejected.csv"
    file.write_text(text, "utf-8")
    main(["import", SURVEY, str(file), "--rejected", str(rejected)])
    said = capsys.readouterr()
    return said.out + said.err + (rejected.read_text("utf-8-sig") if rejected.exists() else "")


def rounds_of(store: Store) -> list[tuple[str, str]]:
    rounds = store.rounds.of(SURVEY)
    found = [each for chunk in store.responses.responses(SURVEY) for each in chunk]
    return sorted((rounds.code_of(each.round, each.received_on), f"{each.received_on}") for each in found)


def exported(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    out = tmp_path / "out.csv"
    assert main(["export", SURVEY, "--out", str(out)]) == 0
    return out.read_text("utf-8-sig")


def test_past_years_go_into_the_rounds_that_they_name(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By code or as people write it; without a day a row is of the last one of its round."""
    published.rounds.set_rule(SURVEY, RoundRule(every=Every.QUARTER), by="test", now=NOW)
    table = "csat,_received_on,_round\n5,,2024-Q3\n4,,2025年第1季度\n3,2025-05-05,2025 年第 2 季度\n2,2026-02-03,\n"
    imported(published, tmp_path, monkeypatch, table, capsys)
    assert rounds_of(published) == [
        ("2024-Q3", "2024-09-30"), ("2025-Q1", "2025-03-31"), ("2025-Q2", "2025-05-05"), ("2026-Q1", "2026-02-03"),
    ]  # fmt: skip
    assert [each["_round"] for each in csv.DictReader(io.StringIO(exported(published, tmp_path, monkeypatch)))]


@pytest.mark.parametrize(
    "day, named, told",
    [
        ("2026-03-05", "2026-autumn", "没有轮次“2026-autumn”，这份问卷的轮次写成：2026-spring、2026"),
        ("2026-04-05", "2025", "不在轮次“2025”里"),
        ("", "2031", "还没有开始"),
    ],
)  # fmt: skip
def test_a_row_of_no_such_round_is_refused_with_how_to_mend_it(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    day: str, named: str, told: str,
) -> None:  # fmt: skip
    """The other rows are taken: by the name of a round, and by the day on which it was open."""
    spring(published)
    others = "4,,春季\n3,2026-04-05,2026-spring\n2,2026-03-05,\n1,2026-04-05,\n"
    table = f"csat,_received_on,_round\n5,{day},{named}\n{others}"
    assert told in imported(published, tmp_path, monkeypatch, table, capsys).replace("\n", "")
    assert rounds_of(published) == [
        ("2026", "2026-04-05"), *(("2026-spring", f"2026-{day}") for day in ("03-05", "03-20", "04-05")),
    ]  # fmt: skip


def test_what_was_exported_comes_back_into_the_same_rounds(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here as other answers, without the numbers that they have."""
    spring(published)
    published.responses.append([
        submission(1, received_on=date(2026, 3, 5), received_at=None, round="2026-spring"),
        submission(2, received_on=date(2026, 5, 5), received_at=None),
    ])  # fmt: skip
    before, table = rounds_of(published), exported(published, tmp_path, monkeypatch)
    imported(published, tmp_path, monkeypatch, table.replace("_id,", "number,", 1), capsys)
    assert rounds_of(published) == sorted(before * 2)
