"""Which survey a page is about, and what of the organisation an account may see."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Account
from surveys.organisation import Touchpoint
from surveys.pages import address, session
from surveys.pages.words import _, said
from surveys.storage.surveys import SurveyRecord


def survey_picker(records: list[SurveyRecord]) -> SurveyRecord:
    """The chosen one of *records*, which must not be empty."""
    by_code = {each.code: each for each in records}

    def draw() -> str:
        return st.selectbox(
            _("问卷"),
            list(by_code),
            format_func=lambda code: _label(by_code[code]),
            key="survey",
            persist_state="session",
            width=300,
        )

    return by_code[address.choice("survey", by_code, draw, records[0].code)]


def _label(record: SurveyRecord) -> str:
    title = said(record.survey.title)
    return _("{title}（已关闭）").format(title=title) if record.closed else title


def published_surveys() -> list[SurveyRecord]:
    """Surveys that are or were in the field and are this account's business, those with most answers first."""
    account, store = session.signed_in(), session.store()

    def concerns(record: SurveyRecord) -> bool:
        if record.department is None or account.sees(record.department):
            return True
        return bool(store.responses.newest(record.code, 1, account.departments))

    published = [each for each in store.surveys.all() if (each.live or each.closed) and concerns(each)]
    return sorted(published, key=lambda each: (each.closed, -store.responses.amount(each.code)))


def own_touchpoints(account: Account) -> list[Touchpoint]:
    """The touchpoints whose department is this account's business."""
    return [each for each in session.store().organisation.touchpoints() if account.sees(each.department)]


def department_names() -> dict[str, str]:
    """Department names by code."""
    return {each.code: each.name for each in session.store().organisation.departments()}


def touchpoint_names(touchpoints: list[Touchpoint]) -> dict[str, str]:
    """Touchpoint names by code; the code stands beside a name that two have."""
    names = [each.name for each in touchpoints]
    return {
        each.code: each.name
        if names.count(each.name) == 1
        else _("{name}（{code}）").format(name=each.name, code=each.code)
        for each in touchpoints
    }
