"""Answers one by one, in the words of their questions: only of surveys that are not anonymous, and written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from surveys.console.kit import look, session
from surveys.console.kit.words import _, join_names, language, said
from surveys.definition.questions import Measure
from surveys.definition.questions.choices import Choice
from surveys.intake.submission import StoredResponse
from surveys.intake.suspicion import Flag
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.storage.records.surveys import SurveyRecord

_SEEN = "answer_rows.seen"  # session key: whose answers stood here last, and how; drawn again they are no second look


class AnonymousAnswers(ValueError):
    """Answers that nobody may read one by one."""


def answer_rows(
    record: SurveyRecord, responses: Sequence[StoredResponse], shown: Callable[[str], str] = str
) -> None:  # fmt: skip
    """One row per response; *shown* masks what is not to be read. Raises AnonymousAnswers.

    The audit trail is told who looked, and who took the rows along.
    """
    if record.survey.anonymous:
        raise AnonymousAnswers(f'survey "{record.code}" is anonymous: its answers are shown in sum only')
    questions = list(record.survey.questions())
    places = {each.code: each.name for each in session.store().organisation.touchpoints()} | {"": "—"}
    labels = {each.code: said(each.label) for each in record.survey.dimensions}
    told = [_("时间"), _("触点"), _("可疑之处")]
    tested = [each for each in questions if isinstance(each, Choice) and each.right_codes]
    marks = [_("得分（满分 {full:g}）").format(full=sum(each.full_marks for each in tested))] if tested else []
    headings = [*told, *marks, *(labels.get(each.dimension or "", said(each.title)) for each in questions)]
    rows = [
        [
            _when(each),
            places.get(each.touchpoint or "", each.touchpoint),
            join_names([_(Flag(flag).label) for flag in each.flags]) or "—",
            *([f"{sum(one.marks_of(each.answers.get(one.code)) for one in tested):g}"] if tested else []),
            *(shown(question.words(each.answers.get(question.code), language())) for question in questions),
        ]
        for each in responses
    ]
    open_words = shown is str and bool(record.survey.with_measure(Measure.TEXT))
    look.table(headings, rows, when_taken=_written_down(record.code, responses, open_words))


def _written_down(code: str, responses: Sequence[StoredResponse], open_words: bool) -> Callable[[str], None]:
    """Tells the audit trail of this look, once; what tells it that the rows were taken along as a kind of file."""
    accounts, name = session.store().accounts, session.signed_in().name
    words = ", words unmasked" if open_words else ""
    this = (name, code, open_words, local_day(utc_now()), tuple(each.id for each in responses))
    if st.session_state.get(_SEEN) != this:
        accounts.record(name, "read answers", code, f"{len(responses)} responses{words}")
        st.session_state[_SEEN] = this

    def taken(kind: str) -> None:
        accounts.record(name, "download answers", code, f"{len(responses)} responses as {kind}{words}")

    return taken


def _when(response: StoredResponse) -> str:
    if response.received_at is None:
        return response.received_on.isoformat()
    return response.received_at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
