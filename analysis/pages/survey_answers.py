"""Reads what an account may see of a survey, once for every state of the database."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from analysis.comments.corrections import apply_corrections
from analysis.disclosure import release
from analysis.frames import comment_frames, response_frame
from surveys.accounts import Account
from surveys.anonymity import minimums
from surveys.console.kit import session
from surveys.console.kit.choosers import department_names, touchpoint_names
from surveys.console.kit.words import _
from surveys.definition.survey import Survey, offering
from surveys.definition.versions import with_dropped_options
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.storage import Store
from surveys.storage.records.surveys import SurveyRecord


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
    # Two databases of one process may look alike; what was worked out of one is never shown of the other.
    looks = (store.path, record.version, store.responses.stamp(record.code), local_day(utc_now()), zone(), minimums())
    stamp = "·".join(map(str, looks))
    record = replace(record, survey=survey_as_answered(store, record.code, record.version))
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


def survey_as_answered(store: Store, code: str, version: int) -> Survey:
    """This version of a survey with all that could be answered: the organisation's places, and dropped options."""
    newest, *older = (
        offering(survey, store.organisation.places()) for survey in _versions(store, code, version).values()
    )
    return with_dropped_options(newest, older)


def _versions(store: Store, code: str, newest: int) -> dict[int, Survey]:
    """The versions up to this one, the newest first."""
    return {number: store.surveys.version(code, number) for number in range(newest, 0, -1)}


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
    version = store.surveys.get(code).version
    survey = survey_as_answered(store, code, version)
    responses = response_frame(survey, store.responses.responses(code), _versions(store, code, version))
    if survey.anonymous:
        responses = release(responses, pd.Timestamp(local_day(utc_now())), minimums())
    comments, mentions = comment_frames(apply_corrections(store.findings.of(code), store.reviews.of(code)), responses)
    return responses, comments, mentions
