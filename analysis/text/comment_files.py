"""Comments in a CSV file: read in any usual Chinese encoding, analysed and written row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from analysis.text.analyser import Analyser
from analysis.text.comment import CommentAnalysis
from analysis.text.errors import UnusableInput
from surveys.comments import SENTIMENT_LABELS, CommentKind
from surveys.tables import encoding_of

RESULT_COLUMNS = ("sentiment", "score", "sure", "kind", "aspects")
Progress = Callable[[int, float], None]
_AT_ONCE = 2_000
_LONGEST_FIELD = 2**31 - 1


class CommentFileUnusable(UnusableInput):
    """The file cannot be read as comments; the message says why and what to do."""


@dataclass(frozen=True)
class Analysed:
    """How many rows there were, and how many of their comments were in another language and so not judged."""

    rows: int = 0
    not_judged: int = 0


@dataclass(frozen=True)
class _Rows:
    """The rows of an open file, and what part of the file has been read (0–1)."""

    reader: csv.DictReader[str]
    read: Callable[[], float]


@contextmanager
def _rows(path: Path) -> Iterator[_Rows]:
    if not path.is_file():
        raise CommentFileUnusable(f"找不到文件 {path}")
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with (
            path.open("rb") as raw,
            TextIOWrapper(raw, encoding=encoding_of(path), errors="replace", newline="") as lines,
        ):
            size = max(path.stat().st_size, 1)
            reader = csv.DictReader(line.replace("\0", "") for line in lines)
            yield _Rows(reader, lambda: raw.tell() / size)
    except csv.Error as problem:
        raise CommentFileUnusable(f"{path} 不是合法的 CSV：{problem}") from problem


def column_of(path: Path, names: Sequence[str] | None, wanted: str) -> str:
    """*wanted* if the file has it; raises CommentFileUnusable with the columns there are."""
    if names and wanted in names:
        return wanted
    there = "、".join(names) if names else "（空文件）"
    raise CommentFileUnusable(f"{path} 没有“{wanted}”这一列；现有的列：{there}")


def read_columns(path: Path, *columns: str) -> list[tuple[str, ...]]:
    """The named columns of every row, missing cells as empty texts."""
    with _rows(path) as rows:
        names = [column_of(path, rows.reader.fieldnames, column) for column in columns]
        return [tuple(row[name] or "" for name in names) for row in rows.reader]


def analyse_file(
    source: Path, column: str, target: Path, analyser: Analyser, progress: Progress = lambda done, part: None
) -> Analysed:
    """Write *source* with the result columns added to *target*, one row per row.

    The original columns are kept; one that has the name of a result column is replaced. Memory stays bounded
    whatever the length of the file. *progress* is told the number of rows done and the part of the file read (0–1).
    """
    if source.resolve() == target.resolve():
        raise CommentFileUnusable(f"输出文件不能是输入文件本身：{source}")
    with _rows(source) as rows:
        column = column_of(source, rows.reader.fieldnames, column)
        kept = [name for name in rows.reader.fieldnames or () if name not in RESULT_COLUMNS]
        with target.open("w", encoding="utf-8-sig", newline="", errors="replace") as out:
            writer = csv.DictWriter(out, [*kept, *RESULT_COLUMNS], extrasaction="ignore")
            writer.writeheader()
            return _write_analyses(rows, column, writer, analyser, progress)


def _write_analyses(
    rows: _Rows,
    column: str,
    writer: csv.DictWriter[str],
    analyser: Analyser,
    progress: Progress,
) -> Analysed:
    done = not_judged = 0
    while chunk := list(islice(rows.reader, _AT_ONCE)):
        found = analyser.analyse([row[column] or "" for row in chunk])
        writer.writerows(row | result_columns(analysis) for row, analysis in zip(chunk, found, strict=True))
        done += len(chunk)
        not_judged += sum(analysis.kind is CommentKind.OTHER_LANGUAGE for analysis in found)
        progress(done, rows.read())
    return Analysed(done, not_judged)


def result_columns(analysis: CommentAnalysis) -> dict[str, object]:
    """The result of one comment as CSV cells, sentiments in Chinese; ``aspects`` is a JSON list.

    Of a comment in another language neither sentiment nor score is told.
    """
    is_judged = analysis.kind is not CommentKind.OTHER_LANGUAGE
    aspects = [
        {
            "aspect": aspect.aspect, "label": aspect.label, "sentiment": SENTIMENT_LABELS[aspect.sentiment],
            "evidence": aspect.evidence,
        }
        for aspect in analysis.aspects
    ]  # fmt: skip
    return {
        "sentiment": SENTIMENT_LABELS[analysis.sentiment] if is_judged else "",
        "score": f"{analysis.score:.4f}" if is_judged else "",
        "sure": int(analysis.sure),
        "kind": analysis.kind,
        "aspects": json.dumps(aspects, ensure_ascii=False),
    }
