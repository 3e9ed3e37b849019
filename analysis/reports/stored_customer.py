"""One customer as an account may see them, from the store: the file by its rules, named answers, cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from analysis.figures import overall_scale
from analysis.reports.material import CustomerAnswer, CustomerCase, CustomerFile
from analysis.reports.order import ReportOrder, Unreportable
from surveys.accounts import Account
from surveys.definition.questions import Measure
from surveys.intake.submission import StoredResponse
from surveys.localisation.clock import local_day
from surveys.localisation.language import in_words
from surveys.localisation.wording import saying
from surveys.operations.contact_register import NotYours, Register
from surveys.people.contact import Contact
from surveys.permissions import Action
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord

_MOST = 2000


def customer_file(store: Store, order: ReportOrder, account: Account | None, today: date) -> CustomerFile:
    """The file, opened for this account, which the audit trail notes; raises Unreportable for one beyond its rights."""
    if account is None or not account.may(Action.MANAGE_CONTACTS):
        raise Unreportable(saying("客户报告要由有权查看客户档案的人在控制台生成"))
    try:
        contact = Register(store, account, today).open(order.customer)
    except NotYours:
        raise Unreportable(saying("没有这位客户，或者不归您查看")) from None
    answers = list(_answers(store, contact, account))
    return CustomerFile(
        contact.name, tuple(_facts(store, contact, order.language)),
        tuple(_told(record, each, order.language) for record, each in answers),
        tuple(_cases(store, {each.id for _, each in answers}, account)),
    )  # fmt: skip


def _facts(store: Store, contact: Contact, language: str) -> Iterator[tuple[str, str]]:
    names = {each.code: each.name for each in store.organisation.departments()}
    known = {
        "客户编号": contact.customer_number, "客户等级": contact.tier,
        "部门": names.get(contact.department or "", contact.department or ""),
        "电话": contact.phone, "邮箱": contact.email,
    }  # fmt: skip
    yield from ((in_words(saying(name), language), value) for name, value in known.items() if value)
    for group in (contact.who, contact.does):
        yield from ((name, value) for name, value in group.items() if value)
    yield from ((name, f"{value:g}") for name, value in contact.worth.items())


def _answers(store: Store, contact: Contact, account: Account) -> Iterator[tuple[SurveyRecord, StoredResponse]]:
    """Named answers within the account's departments, the newest first; an anonymous survey keeps nobody's."""
    found = [
        (record, each)
        for record in store.surveys.all(archived=True) if not record.survey.anonymous
        for each in store.responses.of_contact(record.code, contact.id)
        if account.scope is None or each.department in account.scope
    ]  # fmt: skip
    yield from sorted(found, key=lambda pair: pair[1].received_on, reverse=True)


def _told(record: SurveyRecord, response: StoredResponse, language: str) -> CustomerAnswer:
    scale = overall_scale(record.survey)
    rating = response.answers.get(scale.code) if scale else None
    texts = (response.answers.get(each.code) for each in record.survey.with_measure(Measure.TEXT))
    words = "；".join(each for each in texts if isinstance(each, str) and each.strip())
    shown = "" if rating is None or scale is None else f"{rating} / {scale.high}"
    return CustomerAnswer(record.survey.title, response.received_on, shown, words)


def _cases(store: Store, responses: set[str], account: Account) -> Iterator[CustomerCase]:
    """Those that came of the customer's own answers."""
    if not account.may(Action.ANSWER_CASES):
        return
    for case in store.cases.all(account.case_scope, limit=_MOST):
        if case.response in responses and case.response is not None:
            yield CustomerCase(case.category, local_day(case.received_at), case.state.stage, case.text)
