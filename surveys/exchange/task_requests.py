"""Tasks as files, other systems and people ask for them: filler, subject, due date and relation in their own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from surveys.accounts import Account
from surveys.definition.context.declared import GivenFacts
from surveys.fieldwork.tasks import relations
from surveys.fieldwork.tasks.relations import RELATIONS
from surveys.fieldwork.tasks.task import Task, natural_key, new_task_id
from surveys.localisation.language import gettext, marked
from surveys.localisation.normalisation import Unreadable, day, plain
from surveys.localisation.wording import Message, Said
from surveys.organisation.subjects import SUBJECT_KINDS, Subject
from surveys.people.contact import Contact
from surveys.tables import Table

MOST_ROWS = 100_000
FILLER, SUBJECT, DUE, RELATION = marked("填写人"), marked("对象"), marked("截止日期"), marked("关系")
HEADINGS: dict[str, tuple[str, ...]] = {
    FILLER: ("filler", "account", "账号", "用户名", "评价人"),
    SUBJECT: ("subject", "评价对象", "被评价人", "对象代号"),
    DUE: ("due", "截止", "due date", "期限"),
    RELATION: ("relation", "评价关系", "身份"),
}
NEEDED = (FILLER,)
_CONTEXT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True)
class TaskRequest:
    """One task as somebody asks for it; texts as they were written. *key* tells two of the same kind apart."""

    filler: str
    subject: str = ""
    due: str = ""
    relation: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class TaskDesk:
    """What requests for one survey and round are held against."""

    survey: str
    round: str
    kind: str  # of its subjects; empty where it is about nothing in particular
    subjects: Mapping[str, Subject]
    accounts: Mapping[str, Account]  # by name
    contact_of: Callable[[str], Contact | None]  # by customer number, phone or e-mail
    usual_due: date | None
    by: str
    takes: Mapping[str, str] = field(default_factory=dict)  # names of the facts it takes, with what they are called
    facts: Callable[[Mapping[str, str]], GivenFacts] = GivenFacts  # what they are, read; as they came where none says


class UnfitRequest(ValueError):
    """A request that can't be met; carries all its reasons, each with the field it is about."""

    def __init__(self, reasons: Mapping[str, Said]) -> None:
        self.reasons = dict(reasons)
        super().__init__("；".join(map(str, self.reasons.values())))


def task_of(desk: TaskDesk, asked: TaskRequest) -> Task:
    """The task that is asked for; raises UnfitRequest with everything that is wrong."""
    reasons: dict[str, Said] = {}
    account, contact = _filler(desk, plain(asked.filler), reasons)
    subject = _subject(desk, plain(asked.subject), reasons)
    relation = _relation(plain(asked.relation), reasons)
    due = _due(desk, asked.due, reasons)
    for name in asked.context:
        if not _CONTEXT_NAME.fullmatch(name) or name not in desk.takes:
            reasons[f"context.{name}"] = Message(marked("问卷没有声明这项随答信息"))
    facts = desk.facts({name: text for name, text in asked.context.items() if name in desk.takes})
    reasons |= {f"context.{name}": why for name, why in facts.faults.items()}
    if subject and account and relation != relations.SELF and _themselves(desk, subject, account):
        reasons["filler"] = Message(marked("填写人就是评价对象；只有关系是“本人”时才可以"))
    if reasons:
        raise UnfitRequest(reasons)
    filler: int | str = account.id if account else contact.id if contact else ""
    code = subject.code if subject else ""
    home = (code if desk.kind == "department" else subject.department) if subject else None
    return Task(
        new_task_id(), desk.survey, desk.round, natural_key(filler, desk.kind, code, relation, asked.key),
        account=account.id if account else None, contact=contact.id if contact else None,
        subject_kind=desk.kind if subject else "", subject=code, relation=relation, department=home, due_on=due,
        context=dict(facts.kept), made_by=desk.by,
    )  # fmt: skip


def _filler(
    desk: TaskDesk, text: str, reasons: dict[str, Said]
) -> tuple[Account | None, Contact | None]:  # fmt: skip
    account = desk.accounts.get(text)
    contact = None if account or not text else desk.contact_of(text)
    if account is not None and not account.active:
        reasons["filler"] = Message(marked("账号“{name}”已停用，请换一个人"), {"name": text})
    if account is None and contact is None:
        reasons["filler"] = Message(
            marked("没有账号或档案“{name}”；填用户名，或档案里的客户编号、电话、邮箱"), {"name": text}
        )
    if contact is not None and contact.account is not None:
        mine = next((each for each in desk.accounts.values() if each.id == contact.account), None)
        return mine, None if mine else contact
    return account, contact


def _subject(desk: TaskDesk, text: str, reasons: dict[str, Said]) -> Subject | None:
    if not desk.kind:
        if text:
            reasons["subject"] = Message(marked("这份问卷没有评价对象，请空着"))
        return None
    named = [each for each in desk.subjects.values() if each.name == text]
    found = desk.subjects.get(text) or (named[0] if len(named) == 1 else None)
    if found is None:
        label = Message(SUBJECT_KINDS[desk.kind].label)
        wording = (
            marked("“{name}”有几个同名的{kind}，请填代号") if named else marked("没有{kind}“{name}”，请填代号或名称")
        )
        reasons["subject"] = Message(wording, {"name": text, "kind": label})
    return found


def _relation(text: str, reasons: dict[str, Said]) -> str:
    known = {code: code for code in RELATIONS}
    known |= {said: code for code, label in RELATIONS.items() for said in (label, gettext(label, "en"))}
    if text and text not in known:
        choices = "、".join(RELATIONS.values())
        reasons["relation"] = Message(marked("没有关系“{name}”，可以是：{known}"), {"name": text, "known": choices})
    return known.get(text, "")


def _due(desk: TaskDesk, text: str, reasons: dict[str, Said]) -> date | None:
    if not text.strip():
        return desk.usual_due
    try:
        return date.fromisoformat(day(text))
    except (Unreadable, ValueError):
        reasons["due"] = Message(marked("“{text}”不是日期，写成 2026-12-31"), {"text": text})
        return None


def _themselves(desk: TaskDesk, subject: Subject, account: Account) -> bool:
    kind = SUBJECT_KINDS[subject.kind]
    return kind.person and account.name == (subject.one("account") or subject.code)


class UnfitTaskTable(ValueError):
    """A table of which nothing can be taken; carries a Message."""


def requests_in(table: Table, takes: Mapping[str, str]) -> Iterator[tuple[int, TaskRequest]]:
    """Each row as a request, with its number; raises UnfitTaskTable where the column of fillers is missing.

    A column named as a fact that the survey takes is context of the task.
    """
    columns = {heading: _column(table.header, heading) for heading in HEADINGS}
    lacking = [heading for heading in NEEDED if columns[heading] is None]
    if lacking:
        raise UnfitTaskTable(Message(marked("表里没有“{heading}”一列"), {"heading": Message(lacking[0])}))
    facts = {
        name: at for at, heading in enumerate(table.header) for name, label in takes.items()
        if plain(heading) in (name, label)
    }  # fmt: skip
    for row in islice(table.rows, MOST_ROWS):
        cells = list(row.cells)
        said = {heading: cells[at] if at is not None and at < len(cells) else "" for heading, at in columns.items()}
        context = {name: plain(cells[at]) for name, at in facts.items() if at < len(cells) and plain(cells[at])}
        if any(cell.strip() for cell in cells):
            yield (
                row.number,
                TaskRequest(
                    said[FILLER], said[SUBJECT], said[DUE], said[RELATION], context, "·".join(context.values())
                ),
            )


def _column(header: Sequence[str], heading: str) -> int | None:
    known = {heading, gettext(heading, "en").casefold(), *HEADINGS[heading]}
    return next((at for at, name in enumerate(header) if plain(name).casefold() in known), None)
