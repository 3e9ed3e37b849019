"""Which survey a page is about, and what of the organisation an account may see."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Account
from surveys.console.kit import address, look, session
from surveys.console.kit.words import _, distinct, join_names, said
from surveys.organisation.department_tree import parents_of, topmost
from surveys.organisation.departments import Touchpoint
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord


def survey_picker(records: list[SurveyRecord]) -> SurveyRecord:
    """The chosen one of *records*, which must not be empty."""
    by_code = {each.code: each for each in records}
    names = distinct({code: _label(each) for code, each in by_code.items()})

    def draw() -> str:
        return st.selectbox(
            _("问卷"),
            list(by_code),
            format_func=names.__getitem__,
            key="survey",
            persist_state="session",
            width=300,
        )

    return by_code[address.choice("survey", by_code, draw, records[0].code)]


def survey_names(records: list[SurveyRecord]) -> dict[str, str]:
    """Titles by code, for choosers."""
    return distinct({each.code: said(each.survey.title) for each in records})


def _label(record: SurveyRecord) -> str:
    title = said(record.survey.title)
    if record.archived:
        return _("{title}（已归档）").format(title=title)
    return _("{title}（已关闭）").format(title=title) if record.closed else title


def published_surveys() -> list[SurveyRecord]:
    """Surveys that are or were in the field and are this account's business, those with most answers first."""
    account, store = session.signed_in(), session.store()

    def concerns(record: SurveyRecord) -> bool:
        if record.department is None or account.sees(record.department):
            return True
        return bool(store.responses.newest(record.code, 1, account.scope))

    # One that was put away is no choice, but whoever comes by a link to its results sees them.
    wanted = {st.query_params.get("survey"), st.session_state.get("survey")}
    known = [each for each in store.surveys.all(archived=True) if not each.archived or each.code in wanted]
    published = [each for each in known if (each.live or each.closed) and concerns(each)]
    return sorted(published, key=lambda each: (each.closed, -store.responses.amount(each.code)))


def own_touchpoints(account: Account) -> list[Touchpoint]:
    """The touchpoints whose department is this account's business."""
    return [each for each in session.store().organisation.touchpoints() if account.sees(each.department)]


def department_names() -> dict[str, str]:
    """Department names by code."""
    return distinct({each.code: each.name for each in session.store().organisation.departments()})


def departments_for(account: Account, action: Action) -> dict[str, str]:
    """Names by code of the departments for which an account may do that; under "" the whole organisation, if it may."""
    names, reach = department_names(), account.reach(action)
    if reach is None:
        return {"": _("全单位")} | distinct(names)
    return distinct({code: name for code, name in names.items() if code in reach})


def person_name(account: str) -> str:
    """What the person is called whose account has this name; the name itself where there is no such account."""
    found = session.store().accounts.named(account) if account else None
    return (found.display_name or found.name) if found else account


def departments_in_words(account: Account) -> str:
    """Whose answers this account sees."""
    if account.sees_all_departments:
        return _("全部部门")
    own = own_departments_in_words(account)
    return _("只含您负责的部门（{names}）").format(names=own) if own else _("还没有分配部门")


def own_departments_in_words(account: Account) -> str:
    """The departments that an account is in, each with a word of those below it; empty without any."""
    departments = session.store().organisation.departments()
    names, parents = department_names(), parents_of(departments)
    above = {each.parent for each in departments}
    own = [(names.get(code, code), code in above) for code in topmost(account.departments, parents)]
    return join_names([_("{department}及下属").format(department=name) if led else name for name, led in own])


def say_scope(account: Account, *about: str) -> None:
    """Say in the head of the page whose numbers it shows, and of what: readers of one address see different ones."""
    look.scope(_("范围：{parts}").format(parts=" · ".join([*about, departments_in_words(account)])))


def touchpoint_names(touchpoints: list[Touchpoint]) -> dict[str, str]:
    """Touchpoint names by code; the code stands beside a name that two have."""
    return distinct({each.code: each.name for each in touchpoints})
