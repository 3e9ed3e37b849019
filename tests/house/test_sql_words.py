"""SQL in words that SQLite and PostgreSQL both know, for tables to come; see Decisions in the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "surveys" / "storage" / "sqlite"
# Only SQLite knows these, and both engines know another word for each. The list of files may become shorter only.
ONLY_SQLITE = re.compile(r"INSERT OR |ON CONFLICT DO UPDATE|group_concat\(|instr\(|COLLATE NOCASE")
OLDER = {
    "calls", "contacts", "events", "imports", "invitations", "m010_to_m017", "outbox", "quotas",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(ENGINE.rglob("*.py")), ids=lambda path: path.stem)
def test_a_file_of_statements_uses_common_words_unless_it_is_older(path: Path) -> None:
    found = ONLY_SQLITE.findall(path.read_text("utf-8"))
    assert bool(found) == (path.stem in OLDER), found or f"take {path.stem} off the list: it is clean now"


def test_the_list_names_files_that_are_there() -> None:
    assert {path.stem for path in ENGINE.rglob("*.py")} >= OLDER
