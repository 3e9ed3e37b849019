"""A file of comments, those judged anew about which the analysis was unsure."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from analysis.text.comment_files import CommentFileUnusable, column_of
from analysis.text.language_model.connection import LanguageModel
from analysis.text.language_model.labelling import PROMPT_VERSION, Advantage, advantage, sentiments_by
from surveys.comments import BY_LABEL, SENTIMENT_LABELS, CommentKind, Sentiment

JUDGED_BY = "judged_by"


class ModelLabels(NamedTuple):
    """How the model did on the comments that people labelled, and how many it then judged."""

    measured: Advantage
    asked: int
    judged: int


def judge_unsure(
    path: Path, column: str, label: str, model: LanguageModel, progress: Callable[[int], None] = lambda done: None
) -> ModelLabels:
    """Have the model judge the unsure rows of the analysed file *path*, and write it anew.

    First those that people have labelled (column *label*): only if it is measured better on these the others are
    asked about. Nothing is written before all answers are there; who judged stands in ``judged_by``.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        names = [name for name in reader.fieldnames or () if name != JUDGED_BY]
        column_of(path, names, label)
        rows = list(reader)
    open_ones = [row for row in rows if row["sure"] == "0" or row["kind"] == CommentKind.OTHER_LANGUAGE]
    labelled = [row for row in open_ones if row[label].strip()]
    if unknown := {row[label] for row in labelled if row[label].strip() not in BY_LABEL}:
        raise CommentFileUnusable(
            f"{path} 的“{label}”列只能是 {'、'.join(BY_LABEL)}，不是 {'、'.join(sorted(unknown)[:5])}"
        )
    said = sentiments_by(model, [row[column] for row in labelled], progress)
    labels = [BY_LABEL[row[label].strip()] for row in labelled]
    measured = advantage(labels, [BY_LABEL.get(row["sentiment"]) for row in labelled], said)
    asked = [row for row in open_ones if not row[label].strip()] if measured.is_better else []
    found = sentiments_by(model, [row[column] for row in asked], progress)
    by = f"{model.settings.model} · {PROMPT_VERSION}"
    for row, sentiment in zip(asked, found, strict=True):
        row |= _changed(sentiment, by)
    _write(path, [*names, JUDGED_BY], rows)
    return ModelLabels(measured, len(asked), sum(each is not None for each in found))


def _changed(sentiment: Sentiment | None, by: str) -> dict[str, str]:
    """The cells of a comment that the model has judged; its score was the analysis' own and is told no longer."""
    return {} if sentiment is None else {"sentiment": SENTIMENT_LABELS[sentiment], "score": "", JUDGED_BY: by}


def _write(path: Path, names: list[str], rows: list[dict[str, str]]) -> None:
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8-sig", newline="", errors="replace") as out:
        writer = csv.DictWriter(out, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    new.replace(path)
