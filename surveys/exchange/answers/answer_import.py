"""Brings existing answers in: row by row through each question's own check, good rows kept, bad rows reported.

A response's id follows from its content, so that importing a file again adds nothing; of rows with the same content
within a file each counts, by its running number. A table that `answer_export` wrote keeps its ids.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from surveys.definition.context.declared import SubjectNames, facts_given, facts_to_keep
from surveys.definition.context.fields import ContextSource
from surveys.definition.questions import Answer, NotAcceptable
from surveys.definition.survey import Survey
from surveys.exchange.answers.circumstances import CIRCUMSTANCES, OrganisationLists, day_received
from surveys.exchange.answers.column_mapping import ColumnMapping, UnfitMapping, header_told
from surveys.exchange.answers.columns import OF_CONTEXT, ROUND, Layout, layout_of
from surveys.exchange.answers.named_rounds import kept_round, place_in_round
from surveys.exchange.answers.row_answers import RowAnswers, may_be_hidden
from surveys.exchange.rejections import Reason, RejectedRow, UnfitRow
from surveys.exchange.sources import ANY, Manner
from surveys.intake.submission import Outcome, Submission
from surveys.localisation.language import marked
from surveys.localisation.wording import saying
from surveys.tables import Row, Table, breaking_off_told

AT_ONCE = 1000  # rows in a transaction


@dataclass(frozen=True)
class ImportSummary:
    """How many rows became responses, were there already, or were left out."""

    kept: int
    already_there: int
    rejected: int


@dataclass(frozen=True)
class Destination:
    """The survey that the rows answer, in all its versions, and what a row is about when it doesn't say.

    `answered`: others have answered it already. Anonymous rows are of today then: among those of days that are over,
    which figures count already, they would stand out.
    """

    versions: Mapping[int, Survey]
    live: int
    department: str | None
    organisation: OrganisationLists
    answered: bool = False

    @property
    def survey(self) -> Survey:
        return self.versions[self.live]

    @cached_property
    def layout(self) -> Layout:
        """The columns that a table of answers to any of the versions may have."""
        return layout_of(self.versions, self.organisation.rounds)

    def readers(self, manner: Manner = ANY.manner) -> dict[int, RowAnswers]:
        """What reads the answers of a row as a program writes them, by version."""
        return {number: RowAnswers(survey, manner) for number, survey in self.versions.items()}


Keep = Callable[[Sequence[Submission]], list[Outcome]]
Reject = Callable[[RejectedRow], None]


def import_answers(
    keep: Keep, destination: Destination, mapping: ColumnMapping, table: Table, rejected: Reject
) -> ImportSummary:
    """Read the whole table, keeping about a thousand rows in each transaction; *rejected* hears of each bad row.

    Raises UnfitMapping when no row can be complete, UnfitFile when the table breaks off.
    """
    assert_complete(destination, mapping, table.header)
    left_out: Counter[bool] = Counter()

    def reject(row: RejectedRow) -> None:
        left_out[True] += 1
        rejected(row)

    outcomes: Counter[Outcome] = Counter()
    responses = submissions(destination, mapping, table, reject)
    with breaking_off_told(outcomes):
        while batch := list(islice(responses, AT_ONCE)):
            outcomes.update(keep(batch))
    return ImportSummary(outcomes[Outcome.ACCEPTED], outcomes[Outcome.DUPLICATE], left_out[True])


def assert_complete(destination: Destination, mapping: ColumnMapping, header: Sequence[str]) -> None:
    """Raises UnfitMapping when no column answers anything, or a required question has no source."""
    columns = saying(marked("表头是：{header}"), header=header_told(header))
    if {each for each in mapping.targets if not each.startswith(OF_CONTEXT)} <= CIRCUMSTANCES.keys():
        wording = marked("没有一列是这份问卷的题目，导入的都会是空答卷。请指定哪一列回答哪道题，并看看表头是不是这一行")
        raise UnfitMapping([wording, columns])
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
        raise UnfitMapping(
            [
                saying(
                    marked("必答题 {code}（{title}）没有来源。请指定哪一列是它（命令行：--map 列={code}）"),
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
    readers = destination.readers(mapping.source.manner)
    for row in table.rows:
        try:
            told, answers = _read(destination, readers, mapping, row, table.header)
        except UnfitRow as error:
            rejected(RejectedRow(row, error.reasons))
            continue
        content = _content(destination.survey.code, told, answers)
        seen[content] += 1
        identity = told.get("_id") or _numbered(content, seen[content])
        yield _submission(destination, identity, told, answers)


def _read(
    destination: Destination, readers: Mapping[int, RowAnswers], mapping: ColumnMapping, row: Row, header: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Answer]]:
    """What a row tells of its response, and its answers; raises UnfitRow."""
    if problems := row.problems(header, list(mapping.targets.values())):
        raise UnfitRow(problems)
    if heading := mapping.never_sent(row.cells):
        raise UnfitRow([saying(marked("没有提交，或只是试答（{column}）"), column=heading)])
    entries, reasons = mapping.entries(row.cells), list[Reason]()
    told = _circumstances(destination.organisation, entries, reasons)
    told |= _facts(destination.versions.get(told.get("_version", destination.live)), entries,
                   destination.organisation.subjects, reasons)  # fmt: skip
    number = told.get("_version", destination.live)
    if number not in destination.versions:
        raise UnfitRow([*reasons, saying(marked("_version：问卷没有第 {number} 版"), number=number)])
    fixed = destination.versions[number].anonymous and destination.answered
    reasons += place_in_round(destination.organisation, told, fixed=fixed)
    answers = readers[number].answers(entries, reasons, accepted="_id" in told)
    given = bool(answers) and mapping.answered(row.cells)
    if not reasons and "_id" not in told and not given:  # one of our own was taken as it is, by whoever gave it
        reasons.append(marked("一个答案也没有，不算一份答卷"))
    if reasons:
        raise UnfitRow(reasons)
    return told, answers


def _circumstances(
    organisation: OrganisationLists, entries: Mapping[str, str], reasons: list[Reason]
) -> dict[str, Any]:
    told = {}
    for name, read in CIRCUMSTANCES.items():
        if name in entries:
            try:
                told[name] = read(organisation, entries[name].strip())
            except NotAcceptable as error:
                reasons.append(saying(marked("{item}：{why}"), item=name, why=error.message))
    return told


def _facts(
    survey: Survey | None, entries: Mapping[str, str], subjects: SubjectNames, reasons: list[Reason]
) -> dict[str, str]:  # fmt: skip
    """The facts that come along, by column; one that this version does not declare, or that is unfit, is a reason."""
    given = {name.removeprefix(OF_CONTEXT): text for name, text in entries.items() if name.startswith(OF_CONTEXT)}
    if survey is None or not given:
        return {}
    found = facts_given(survey, given, ContextSource.IMPORT, subjects)
    reasons += [saying(marked("{item}：{why}"), item=name, why=why) for name, why in found.faults.items()]
    return {f"{OF_CONTEXT}{name}": text for name, text in found.kept.items()}


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
    today = destination.organisation.today
    day, moment = day_received(told, today)
    day = today if survey.anonymous and destination.answered else day
    facts = {name.removeprefix(OF_CONTEXT): text for name, text in told.items() if name.startswith(OF_CONTEXT)}
    about = _derived(destination, survey, told, answers) | {
        name: told[f"_{name}"] for name in ("department", "district", "business_type", "seed") if f"_{name}" in told
    }
    return Submission(
        id=identity, survey=survey.code, version=number, answers=answers,
        received_on=day, round=kept_round(destination.organisation.rounds, told.get(ROUND), day),
        received_at=None if survey.anonymous else moment, seconds=told.get("_seconds"),
        touchpoint=told.get("_touchpoint"), channel=told.get("_channel", "import"),
        context=facts_to_keep(survey, facts), notice=None if survey.anonymous else told.get("_notice"), **about,
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
