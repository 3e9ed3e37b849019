"""Reads what an account may see of a survey, once for every state of the database."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analysis.corrections import corrected
from analysis.disclosure import released
from analysis.frames import comment_frames, response_frame
from surveys.accounts import Account
from surveys.clock import local_day, utc_now
from surveys.pages import session
from surveys.pages.choosing import department_names, touchpoint_names
from surveys.pages.words import _
from surveys.storage.surveys import SurveyRecord


@dataclass(frozen=True)
class Material:
    """What there is to look at: only rows that are this account's business."""

    record: SurveyRecord
    responses: pd.DataFrame
    comments: pd.DataFrame
    mentions: pd.DataFrame
    stamp: str  # of the survey in the database
    seen_by: str  # names the part of it that this account sees


def material(record: SurveyRecord, account: Account) -> Material:
    """The frames of `analysis.frames` for this account, touchpoints and departments by their names."""
    store = session.store()
    stamp = f"{record.version}·{store.responses.stamp(record.code)}·{local_day(utc_now())}"
    with st.spinner(_("正在读取答卷…")):
        responses, comments, mentions = _frames(str(store.path), record.code, stamp)
    if not account.sees_all_departments:
        responses = responses[responses["department"].isin(account.departments)]
    places, departments = touchpoint_names(store.organisation.touchpoints()), department_names()
    named = responses.assign(
        touchpoint=responses["touchpoint"].map(lambda code: places.get(code, code), na_action="ignore"),
        department=responses["department"].map(lambda code: departments.get(code, code), na_action="ignore"),
    )
    own = named["response"]
    seen_by = "all" if account.sees_all_departments else ",".join(sorted(account.departments))
    comments, mentions = (frame[frame["response"].isin(own)] for frame in (comments, mentions))
    return Material(record, named, comments, mentions, stamp, seen_by)


def department_counts(found: Material) -> dict[str, int]:
    """How many responses each department has, also those that this account may not see, by department name."""
    responses = _frames(str(session.store().path), found.record.code, found.stamp)[0]
    names = department_names()
    counted = responses["department"].value_counts().to_dict()
    return {names.get(str(code), str(code)): int(n) for code, n in counted.items()}


# The arguments name the state of the database; what is read under them never changes.
@st.cache_data(max_entries=12, show_spinner=False)
def _frames(path: str, code: str, stamp: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    store = session.store()
    survey = store.surveys.get(code).survey
    responses = response_frame(survey, store.responses.responses(code))
    if survey.anonymous:
        responses = released(responses, pd.Timestamp(local_day(utc_now())))
    comments, mentions = comment_frames(corrected(store.findings.of(code), store.reviews.of(code)), responses)
    return responses, comments, mentions
