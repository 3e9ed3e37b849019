"""Comments in a CSV file: read in any usual Chinese encoding, analysed and written row by row."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from analysis.text.analyser import Analyser
from analysis.text.comment import CommentAnalysis
from analysis.text.errors import UnusableInput
from analysis.text.learning.survey_comments import RatedComment, side_of
from surveys.comments import SENTIMENT_LABELS, SIGNAL_LABELS, CommentKind
from surveys.tables import encoding_of

RESULT_COLUMNS = ("sentiment", "score", "sure", "kind", "aspects", "signals")
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


def rated_comments(path: Path, column: str, rating: str | None, scale: tuple[float, float]) -> Iterator[RatedComment]:
    """The comments of a file, each row of another author, with the *rating* that stands beside on a *scale*.

    An empty cell is no rating; raises CommentFileUnusable naming the first rows whose rating is none of the scale.
    """
    wrong: list[str] = []
    with _rows(path) as rows:
        names = [column_of(path, rows.reader.fieldnames, each) for each in (column, *([rating] if rating else []))]
        for number, row in enumerate(rows.reader, 2):
            given = (row[names[1]] or "").strip() if rating else ""
            side = side_of(number_of(given), *scale) if given else None
            if given and side is None:
                wrong.append(f"第 {number} 行“{given}”")
            yield RatedComment(str(number), row[names[0]] or "", side)
    if wrong:
        raise CommentFileUnusable(_not_on_scale(path, rating or "", wrong, scale))


def number_of(cell: str) -> float | None:
    """A typed number; None where it is none."""
    try:
        return float(unicodedata.normalize("NFKC", cell))
    except ValueError:
        return None


_NAMED = 5


def _not_on_scale(path: Path, rating: str, wrong: Sequence[str], scale: tuple[float, float]) -> str:
    more = f" 等 {len(wrong)} 处" if len(wrong) > _NAMED else ""
    low, high = scale
    return (
        f"{path} 的“{rating}”列有不在 {low:g}–{high:g} 分之内的评分：{'、'.join(wrong[:_NAMED])}{more}；"
        "请改正，或用 --scale 说明量表的最低分和最高分，例如 --scale 1 10"
    )


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
    """The result of one comment as CSV cells, sentiments in Chinese; ``aspects`` and ``signals`` are JSON lists.

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
    signals = [
        {"signal": each.code, "label": SIGNAL_LABELS[each.code], "evidence": each.evidence} for each in analysis.signals
    ]
    return {
        "sentiment": SENTIMENT_LABELS[analysis.sentiment] if is_judged else "",
        "score": f"{analysis.score:.4f}" if is_judged else "",
        "sure": int(analysis.sure),
        "kind": analysis.kind,
        "aspects": json.dumps(aspects, ensure_ascii=False),
        "signals": json.dumps(signals, ensure_ascii=False),
    }
