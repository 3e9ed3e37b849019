"""Brings subjects into the list of a kind, as another system tells of them: all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from surveys.exchange.organisation.lines import Line, RowState
from surveys.exchange.organisation.subjects import SubjectSurroundings, subject_columns, subjects_from
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said
from surveys.organisation.subjects import Subject, SubjectKind
from surveys.storage import Store
from surveys.tables import Row, Table

_JOINT = "、"


@dataclass(frozen=True)
class ToldSubject:
    """What is told of one subject; what is None stays as it is."""

    code: str
    name: str | None = None
    department: str | None = None
    attributes: Mapping[str, Sequence[str]] | None = None
    active_from: date | None = None
    active_to: date | None = None


class UnfitSubjects(ValueError):
    """What can't be taken; `reasons` by the place of the subject, each a Message."""

    def __init__(self, reasons: Mapping[int, Said]) -> None:
        super().__init__(str(dict(reasons)))
        self.reasons = reasons


def surroundings_of(store: Store) -> SubjectSurroundings:
    """What subjects may refer to."""
    accounts = {each.name for each in store.accounts.all()}
    return SubjectSurroundings(store.subjects.of_kind, store.organisation.departments(), accounts)


def bring_subjects(store: Store, kind: SubjectKind, told: Sequence[ToldSubject], *, by: str) -> dict[RowState, int]:
    """Add or change them, held against the same rules as a file; returns how many are new, changed and the same.

    Raises UnfitSubjects with everything that is wrong.
    """
    unknown = {
        place: Message(marked("{kind}没有“{name}”这一项"), {"kind": Message(kind.label), "name": name})
        for place, each in enumerate(told)
        for name in (each.attributes or {})
        if name not in {attribute.name for attribute in kind.attributes}
    }
    lines = subjects_from(_table(store, kind, told), kind, surroundings_of(store))
    refused = {place: each.reason for place, each in enumerate(lines) if each.reason is not None}
    if unknown or refused:
        raise UnfitSubjects({**refused, **unknown})
    store.subjects.bring([each.one for each in lines if each.one is not None and _news(each)], by=by)
    return {state: sum(each.state is state for each in lines) for state in RowState if state is not RowState.REFUSED}


def _news(line: Line[Subject]) -> bool:
    return line.state is not RowState.SAME


def _table(store: Store, kind: SubjectKind, told: Sequence[ToldSubject]) -> Table:
    """The subjects as rows of a file, with what is known of them already where nothing is told."""
    columns, known = subject_columns(kind), {each.code: each for each in store.subjects.of_kind(kind.code)}
    rows = (
        Row(number, tuple(_cell(name, each, known.get(each.code)) for name in columns))
        for number, each in enumerate(told)
    )
    return Table(tuple(each.heading for each in columns.values()), rows)


def _cell(column: str, told: ToldSubject, known: Subject | None) -> str:
    match column:
        case "code":
            return told.code
        case "name":
            return told.name if told.name is not None else known.name if known else ""
        case "department":
            return told.department if told.department is not None else (known and known.department) or ""
        case "from":
            return _day(told.active_from or (known.active_from if known else None))
        case "to":
            return _day(told.active_to or (known.active_to if known else None))
    if told.attributes is not None and column in told.attributes:
        return _JOINT.join(told.attributes[column])
    return _JOINT.join(known.all(column)) if known else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day and day != date.min else ""
