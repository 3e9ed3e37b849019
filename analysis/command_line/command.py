"""What a sub-command is, and what all of them share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.text.errors import UnusableInput

if TYPE_CHECKING:
    from surveys.storage import Store


class AnalysisCommand(NamedTuple):
    """A sub-command: what it does, its arguments, and the function that carries it out and returns what to say."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], str]


@contextmanager
def opened_store(database: Path | None) -> Iterator[Store]:
    """The installation's own store, or that in *database*; neither is made."""
    from surveys.storage import Store, default_path

    path = database or default_path()
    if not path.is_file():
        raise UnusableInput(f"找不到数据库 {path}")
    store = Store(path)
    try:
        yield store
    finally:
        store.close()
