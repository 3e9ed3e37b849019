"""Comments in a CSV file: read in any usual Chinese encoding, analysed and written row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from analysis.text.analyser import Analyser
from analysis.text.comment import CommentAnalysis
from analysis.text.errors import UnusableInput

RESULT_COLUMNS = ("sentiment", "score", "sure", "kind", "aspects")
_AT_ONCE = 2_000
_LONGEST_FIELD = 2**31 - 1
_PROBED = 1 << 20


class CommentFileUnusable(UnusableInput):
    """The file cannot be read as comments; the message says why and what to do."""


@contextmanager
def _rows(path: Path) -> Iterator[csv.DictReader[str]]:
    if not path.is_file():
        raise CommentFileUnusable(f"找不到文件 {path}")
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding=encoding_of(path), errors="replace", newline="") as lines:
            yield csv.DictReader(line.replace("\0", "") for line in lines)
    except csv.Error as problem:
        raise CommentFileUnusable(f"{path} 不是合法的 CSV：{problem}") from problem


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without byte order mark) if the beginning of the file is that, else GB18030."""
    with path.open("rb") as raw:
        beginning = raw.read(_PROBED)
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        beginning.decode("utf-8")
    except UnicodeDecodeError as problem:
        # a character may be cut in two at the end of what was read
        if problem.start < len(beginning) - 3:
            return "gb18030"
    return "utf-8-sig"


def column_of(path: Path, names: Sequence[str] | None, wanted: str) -> str:
    """*wanted* if the file has it; raises CommentFileUnusable with the columns there are."""
    if names and wanted in names:
        return wanted
    there = "、".join(names) if names else "（空文件）"
    raise CommentFileUnusable(f"{path} 没有“{wanted}”这一列；现有的列：{there}")


def read_columns(path: Path, *columns: str) -> list[tuple[str, ...]]:
    """The named columns of every row, missing cells as empty texts."""
    with _rows(path) as rows:
        names = [column_of(path, rows.fieldnames, column) for column in columns]
        return [tuple(row[name] or "" for name in names) for row in rows]


def analyse_file(
    source: Path, column: str, target: Path, analyser: Analyser, progress: Callable[[int], None] = lambda done: None
) -> int:
    """Write *source* with the result columns added to *target*, one row per row; the number of rows.

    The original columns are kept; one that has the name of a result column is replaced. Memory stays bounded
    whatever the length of the file. *progress* is told the number of rows done.
    """
    if source.resolve() == target.resolve():
        raise CommentFileUnusable(f"输出文件不能是输入文件本身：{source}")
    with _rows(source) as rows:
        column = column_of(source, rows.fieldnames, column)
        kept = [name for name in rows.fieldnames or () if name not in RESULT_COLUMNS]
        with target.open("w", encoding="utf-8-sig", newline="", errors="replace") as out:
            writer = csv.DictWriter(out, [*kept, *RESULT_COLUMNS], extrasaction="ignore")
            writer.writeheader()
            return _write_analyses(rows, column, writer, analyser, progress)


def _write_analyses(
    rows: Iterator[dict[str, Any]],
    column: str,
    writer: csv.DictWriter[str],
    analyser: Analyser,
    progress: Callable[[int], None],
) -> int:
    done = 0
    while chunk := list(islice(rows, _AT_ONCE)):
        found = analyser.analyse([row[column] or "" for row in chunk])
        writer.writerows(row | result_columns(analysis) for row, analysis in zip(chunk, found, strict=True))
        done += len(chunk)
        progress(done)
    return done


def result_columns(analysis: CommentAnalysis) -> dict[str, object]:
    """The result of one comment as CSV cells; ``aspects`` is a JSON list."""
    aspects = [
        {"aspect": aspect.aspect, "label": aspect.label, "sentiment": aspect.sentiment, "evidence": aspect.evidence}
        for aspect in analysis.aspects
    ]
    return {
        "sentiment": analysis.sentiment,
        "score": f"{analysis.score:.4f}",
        "sure": int(analysis.sure),
        "kind": analysis.kind,
        "aspects": json.dumps(aspects, ensure_ascii=False),
    }
