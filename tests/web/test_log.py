"""The log: lines or JSON, never what people wrote, in files that rotate and are nobody else's to read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveys.operations import log
from surveys.operations.log import set_up_log
from surveys.settings import Settings, UnfitLogFormat

WRITTEN = "我家的住址和意见"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, levels = [*root.handlers], {name: logging.getLogger(name).level for name in log._OURS}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def fail(logger: str) -> None:
    """An error nobody has caught, as a server logs it: its message quotes what somebody wrote."""
    try:
        int(WRITTEN)
    except ValueError:
        logging.getLogger(logger).exception("Exception in ASGI application")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("logger", ["uvicorn.error", "surveys.web", "asyncio"])
def test_an_error_is_logged_without_its_message(form: str, logger: str, tmp_path: Path) -> None:
    """Its kind and where it was; whichever library logs it."""
    set_up_log("forms", form, tmp_path / "own.log")
    fail(logger)
    said = (tmp_path / "own-forms.log").read_text("utf-8")
    assert "ValueError" in said and "test_log.py" in said and "Exception in ASGI" in said
    assert WRITTEN not in said


def test_json_is_one_object_by_line(tmp_path: Path) -> None:
    set_up_log("console", "json", tmp_path / "own.log")
    logging.getLogger("surveys").warning("多行\n的话 %s", "x")
    fail("surveys")
    first, second = map(json.loads, (tmp_path / "own-console.log").read_text("utf-8").splitlines())
    assert (first["level"], first["process"], first["message"]) == ("warning", "console", "多行")
    assert first["trace"] == ["的话 x"] and first["at"].endswith("+00:00")
    assert second["error"] == "ValueError" and any("int(WRITTEN)" in line for line in second["trace"])


def test_log_files_rotate_and_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST_FILE", 2_000)
    set_up_log("forms", "text", tmp_path / "own.log")
    for number in range(400):
        logging.getLogger("surveys").warning("line %s of many", number)
    files = sorted(tmp_path.glob("own-forms.log*"))
    assert len(files) == log.FILES_KEPT + 1 and all(each.stat().st_size <= 2_000 for each in files)
    assert "line 399 " in (tmp_path / "own-forms.log").read_text()
    assert {each.stat().st_mode & 0o077 for each in files} == {0}


def test_set_up_twice_a_line_is_logged_once(tmp_path: Path) -> None:
    for _ in range(2):
        set_up_log("forms", "text", tmp_path / "own.log")
    logging.getLogger("surveys").warning("once")
    assert (tmp_path / "own-forms.log").read_text().count("once") == 1


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(UnfitLogFormat, match="text or json"):
        Settings.from_environment({"XINSHENG_LOG_FORMAT": "xml"})
