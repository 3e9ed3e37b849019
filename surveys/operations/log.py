"""The log of an installation: lines to read or JSON objects by line, without what people wrote, in files that rotate.

It goes to the standard error, where systemd takes it into its journal and rotates it; `XINSHENG_LOG_FILE` adds files
of our own, one for each process.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from surveys.private_files import private_file, private_folder

LARGEST_FILE, FILES_KEPT = 10_000_000, 5  # bytes; older ones beside the one that is written
_OURS = ("surveys", "analysis", "xinsheng")
_MARK = "xinsheng_handler"  # an attribute: handlers that were set up here, to be set up again

Raised = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class ReticentLines(logging.Formatter):
    """One line to read, then where it failed. Of an error its kind alone: its message may quote what people wrote."""

    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        told, record.exc_text = record.exc_text, None  # what another formatter has made of the error, with its message
        try:
            return super().format(record)
        finally:
            record.exc_text = told

    def formatException(self, raised: Raised) -> str:  # noqa: N802  the library's name
        kind, _, trace = raised
        return "\n".join([*_frames(trace), kind.__name__ if kind else ""])


class PrivateLogFile(RotatingFileHandler):
    """Each of its files is for the installation's account alone."""

    def _open(self) -> TextIOWrapper:
        private_file(Path(self.baseFilename))
        return super()._open()


class JsonLines(logging.Formatter):
    """The same as one JSON object by line: at, level, process, logger, message; error and trace where it failed."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        first, *rest = record.getMessage().splitlines() or [""]
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "process": self._process, "logger": record.name, "message": first,
        }  # fmt: skip
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
            rest = [*rest, *_frames(record.exc_info[2])]
        if rest:
            told["trace"] = rest
        return json.dumps(told, ensure_ascii=False)


def _frames(trace: TracebackType | None) -> list[str]:
    return [line for frame in traceback.format_tb(trace) for line in frame.rstrip().splitlines()]


def set_up_log(process: str, form: str = "text", file: Path | None = None) -> None:
    """Log like that from here on, in place of what was set up before. Raises OSError for a file that can't be."""
    formatter = JsonLines(process) if form == "json" else ReticentLines(process)
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file is not None:
        private_folder(file.parent)
        own = file.with_name(f"{file.stem}-{process}{file.suffix or '.log'}")
        handlers.append(PrivateLogFile(own, maxBytes=LARGEST_FILE, backupCount=FILES_KEPT, encoding="utf-8"))
    root = logging.getLogger()
    for handler in [each for each in root.handlers if hasattr(each, _MARK)]:
        root.removeHandler(handler)
        handler.close()
    for handler in handlers:
        handler.setFormatter(formatter)
        setattr(handler, _MARK, True)
        root.addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    gather_loggers()


def gather_loggers() -> None:
    """Let servers and libraries that brought handlers of their own write through ours alone."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.split(".")[0] in ("uvicorn", "streamlit"):
            for handler in [*logger.handlers]:
                logger.removeHandler(handler)
            logger.propagate = name != "uvicorn.access"
