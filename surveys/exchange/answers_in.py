"""Brings existing answers in: row by row through each question's own check, good rows kept, bad rows reported.

A response's id follows from its content, so that importing a file again adds nothing; of rows with the same content
within a file each counts, by its running number. A table that `surveys.exchange.answers_out` wrote keeps its ids.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from surveys.definition import Survey
from surveys.exchange.circumstances import CIRCUMSTANCES, Organisation, Received
from surveys.exchange.columns import Layout, layout_of
from surveys.exchange.mapping import ColumnMapping, UnfitMapping
from surveys.exchange.rejections import Reason, RejectedRow, UnfitRow
from surveys.exchange.row_answers import RowAnswers, may_be_hidden
from surveys.exchange.tables import Row, Table
from surveys.intake import Outcome, Submission
from surveys.language import marked
from surveys.questions import Answer, NotAcceptable
from surveys.wording import Series, saying

AT_ONCE = 1000  # rows in a transaction


@dataclass(frozen=True)
class ImportSummary:
    """How many rows became responses, were there already, or were left out."""

    kept: int
    already_there: int
    rejected: int


@dataclass(frozen=True)
class Destination:
    """The survey that the rows answer, in all its versions, and what a row is about when it doesn't say."""

    versions: Mapping[int, Survey]
    live: int
    department: str | None
    organisation: Organisation

    @property
    def survey(self) -> Survey:
        return self.versions[self.live]

    @cached_property
    def layout(self) -> Layout:
        """The columns that a table of answers to any of the versions may have."""
        return layout_of(self.versions)

    @cached_property
    def readers(self) -> dict[int, RowAnswers]:
        """What reads the answers of a row, by version."""
        return {number: RowAnswers(survey) for number, survey in self.versions.items()}


Keep = Callable[[Sequence[Submission]], list[Outcome]]
Reject = Callable[[RejectedRow], None]


def import_answers(
    keep: Keep, destination: Destination, mapping: ColumnMapping, table: Table, rejected: Reject
) -> ImportSummary:
    """Read the whole table, keeping about a thousand rows in each transaction; *rejected* hears of each bad row.

    Raises UnfitMapping when no row can be complete, UnfitFile when the table breaks off.
    """
    _assert_complete(destination, mapping, table.header)
    left_out: Counter[bool] = Counter()

    def reject(row: RejectedRow) -> None:
        left_out[True] += 1
        rejected(row)

    outcomes: Counter[Outcome] = Counter()
    responses = submissions(destination, mapping, table, reject)
    while batch := list(islice(responses, AT_ONCE)):
        outcomes.update(keep(batch))
    return ImportSummary(outcomes[Outcome.ACCEPTED], outcomes[Outcome.DUPLICATE], left_out[True])


def _assert_complete(destination: Destination, mapping: ColumnMapping, header: Sequence[str]) -> None:
    sources = {*mapping.targets, *mapping.constants}
    if "_version" in sources:  # rows of an older version answer what that one required
        return
    hideable = may_be_hidden(destination.survey)
    missing = [
        item
        for item in destination.survey.questions()
        if item.required
        and item.code not in hideable
        and not sources & {item.code, *(column.name for column in item.columns())}
    ]
    if missing:
        columns = saying(marked("表头是：{header}"), header=Series(tuple(header)))
        raise UnfitMapping(
            [
                saying(
                    marked("必答题 {code}（{title}）没有来源。请用 --map 列={code} 指定"),
                    code=item.code,
                    title=item.title,
                )
                for item in missing
            ]
            + [columns]
        )


def submissions(
    destination: Destination, mapping: ColumnMapping, table: Table, rejected: Reject
) -> Iterator[Submission]:
    """The good rows as responses; *rejected* hears of the others as they are met."""
    seen: Counter[bytes] = Counter()
    for row in table.rows:
        try:
            told, answers = _read(destination, mapping, row, len(table.header))
        except UnfitRow as error:
            rejected(RejectedRow(row, error.reasons))
            continue
        content = _content(destination.survey.code, told, answers)
        seen[content] += 1
        identity = told.get("_id") or _numbered(content, seen[content])
        yield _submission(destination, identity, told, answers)


def _read(
    destination: Destination, mapping: ColumnMapping, row: Row, width: int
) -> tuple[dict[str, Any], dict[str, Answer]]:
    """What a row tells of its response, and its answers; raises UnfitRow."""
    if row.garbled:
        raise UnfitRow([marked("含有无法识别的字符，文件的编码可能已损坏")])
    if len(row.cells) != width:
        raise UnfitRow(
            [saying(marked("有 {cells} 格，表头有 {width} 格，请检查引号和分隔符"), cells=len(row.cells), width=width)]
        )
    entries, reasons = mapping.entries(row.cells), list[Reason]()
    told = _circumstances(destination.organisation, entries, reasons)
    number = told.get("_version", destination.live)
    if number not in destination.versions:
        raise UnfitRow([*reasons, saying(marked("_version：问卷没有第 {number} 版"), number=number)])
    answers = destination.readers[number].answers(entries, reasons, accepted="_id" in told)
    if reasons:
        raise UnfitRow(reasons)
    return told, answers


def _circumstances(organisation: Organisation, entries: Mapping[str, str], reasons: list[Reason]) -> dict[str, Any]:
    told = {}
    for name, read in CIRCUMSTANCES.items():
        if name in entries:
            try:
                told[name] = read(organisation, entries[name].strip())
            except NotAcceptable as error:
                reasons.append(saying(marked("{item}：{why}"), item=name, why=error.message))
    return told


def _content(survey: str, told: Mapping[str, Any], answers: Mapping[str, Answer]) -> bytes:
    """What makes two rows the same: survey, answers, and what the file itself tells of their circumstances."""
    content = json.dumps([survey, {**told, **answers}], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(content.encode("utf-8"), digest_size=16).digest()


def _numbered(content: bytes, number: int) -> str:
    return hashlib.blake2b(content + str(number).encode(), digest_size=16).hexdigest()


def _submission(
    destination: Destination, identity: str, told: Mapping[str, Any], answers: Mapping[str, Answer]
) -> Submission:
    number = told.get("_version", destination.live)
    survey = destination.versions[number]
    day, moment = _received(told, destination.organisation.today)
    about = _derived(destination, survey, told, answers) | {
        name: told[f"_{name}"] for name in ("department", "district", "business_type", "seed") if f"_{name}" in told
    }
    return Submission(
        id=identity, survey=survey.code, version=number, answers=answers, received_on=day,
        received_at=None if survey.anonymous else moment, seconds=told.get("_seconds"),
        touchpoint=told.get("_touchpoint"), channel=told.get("_channel", "import"), **about,
    )  # fmt: skip


def _derived(
    destination: Destination, survey: Survey, told: Mapping[str, Any], answers: Mapping[str, Answer]
) -> dict[str, str | None]:
    """What a form at the row's touchpoint would have noted; nothing for a row that comes with all of it."""
    if "_id" in told:
        return {}
    touchpoint = destination.organisation.touchpoint(told.get("_touchpoint"))
    if touchpoint is not None:
        return {
            "department": touchpoint.department,
            "district": touchpoint.district,
            "business_type": touchpoint.business_type,
        }
    subject = answers.get(survey.subject) if survey.subject else None
    return {"department": destination.department if subject is None else str(subject)}


def _received(told: Mapping[str, Any], today: date) -> tuple[date, datetime | None]:
    on: Received | None = told.get("_received_on")
    at: Received | None = told.get("_received_at")
    day = on or at
    return day.day if day else today, (at or on or Received(today)).moment
