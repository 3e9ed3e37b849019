"""The clock can be set, and nothing but the clock asks the machine for the time."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from surveys.localisation.clock import NotAMoment, ahead
from tests.house.test_import_rules import ROOT, SOURCES

NOW = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
OWN_TIME = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(|CURRENT_TIMESTAMP|'now'")


@pytest.mark.parametrize(
    "text, hours",
    [("", 0), ("2026-11-29T13:00", 1), ("2026-11-29T04:30+00:00", 0.5), ("2026-11-28T12:00", -24), ("2026-11-30", 12)],
    ids=["not set", "Beijing time", "its own zone", "behind", "a day begins at midnight"],
)
def test_the_clock_is_set_by_a_variable(text: str, hours: float) -> None:
    """By the moment at which the program starts; from there on it goes as always."""
    assert ahead({"XINSHENG_CLOCK": text}, NOW) == timedelta(hours=hours)


def test_what_is_no_moment_is_refused() -> None:
    """With an example of what is one."""
    with pytest.raises(NotAMoment, match="2028-02-29T10:00"):
        ahead({"XINSHENG_CLOCK": "tomorrow"}, NOW)


def test_a_program_runs_on_the_day_that_was_set() -> None:
    """The whole process, so that servers that tests start are on the same day."""
    command = [sys.executable, "-c", "from surveys.localisation.clock import *; print(local_day(utc_now()))"]
    told = subprocess.run(
        command, cwd=ROOT, env={"XINSHENG_CLOCK": "2028-02-29T07:30"}, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "2028-02-29"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_the_clock_asks_the_machine(path: Path) -> None:
    """Everything else is given the time or asks `surveys.localisation.clock`, so that it can be tried on any day."""
    if path != ROOT / "surveys" / "localisation" / "clock.py":
        assert not OWN_TIME.search(path.read_text("utf-8"))


BESIDE = {"attacks", "browser", "benchmarks", "oracle"}
TESTS = [
    path
    for path in sorted((ROOT / "tests").rglob("test_*.py"))
    if path.parent.name not in BESIDE and "utc_now" in path.read_text("utf-8")
]
# They start a session, or a process.
SIGNED_IN_ONLY = {"test_building.py", "test_front.py", "test_sender.py", "test_clock.py"}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_what_reads_the_clock_is_run_on_other_days(path: Path) -> None:
    """Test files that ask for the time hold tests marked `dated`, which the whole check runs on five dates."""
    assert path.name in SIGNED_IN_ONLY or "pytest.mark.dated" in path.read_text("utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_no_test_asks_the_machine(path: Path) -> None:
    """They would not follow when the clock is set."""
    assert path.name == "test_clock.py" or not OWN_TIME.search(path.read_text("utf-8"))
