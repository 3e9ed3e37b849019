"""Answers out as files: the format, what a row is and how values are written are chosen; losses are told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from surveys.console.collection.export_selection import select_answers
from surveys.console.kit import actions, address, downloads, look, session
from surveys.console.kit.words import _, reason, said, translate_all
from surveys.definition.survey import Survey, offering
from surveys.exchange.answers.answer_export import FORMATS, Format
from surveys.exchange.answers.columns import Layout, layout_of, marking_uncounted
from surveys.exchange.answers.delivery import DoesNotFit, ExportRequest, Shape, Values
from surveys.exchange.answers.selection import ExportSelection
from surveys.intake.answer_values import AnswerValues
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.operations.result_breakdowns import answer_values
from surveys.operations.uncounted import with_uncounted
from surveys.permissions import Action
from surveys.storage.records.set_apart import SetApartWhy
from surveys.storage.records.surveys import SurveyRecord

_SHAPES: dict[str, str] = {Shape.WIDE: marked("一份答卷"), Shape.LONG: marked("一个回答")}
_VALUES: dict[str, str] = {
    Values.CODES: marked("代码"),
    Values.LABELS: marked("文字"),
    Values.BOTH: marked("两者各一张表"),
}


@dataclass(frozen=True)
class _Made:
    """A file that has been written, for whom it was wanted so, and what it could not hold."""

    survey: str
    kind: str
    wanted: ExportRequest
    selection: ExportSelection
    responses: int
    content: bytes
    notes: Sequence[Message | str]
    whole: bool = False  # with what is not counted


def draw_export(record: SurveyRecord) -> None:
    """Choose, make the file, take it."""
    st.header(_("导出"), anchor=False)
    if record.survey.anonymous:
        look.soft(_("匿名问卷不导出逐份答卷，请在“满意度”查看达到最少人数的结果。"))
        return
    kind = address.choice("export.kind", FORMATS, lambda: st.segmented_control(
        _("格式"), list(FORMATS), format_func=lambda each: FORMATS[each].label, required=True, key="export.kind",
    ), "xlsx")  # fmt: skip
    wanted = _wanted(FORMATS[kind])
    layout, whole = layout_of(_versions(record), record.opening.rounds), _with_uncounted(record)
    layout = marking_uncounted(layout) if whole else layout
    more = answer_values(session.store(), layout.newest, layout.surveys, layout.rounds)
    selection = select_answers(record.code, layout, more)
    if st.button(_("生成文件"), key="export.make", icon=":material/table_view:"):
        _make(partial(_made, record, kind, wanted, layout, selection, more))
    made: _Made | None = st.session_state.get("export.made")
    if made is not None and (made.survey, made.kind, made.wanted, made.selection) == (
        record.code, kind, wanted, selection
    ) and made.whole == whole:  # fmt: skip
        _taken(made, FORMATS[kind])


def _with_uncounted(record: SurveyRecord) -> bool:
    """Whether what is not counted comes along, marked; asked where there is any."""
    if not session.store().set_apart.amount(record.code, SetApartWhy.UNCOUNTED):
        return False
    label = _("连同不计入的答卷（多一列注明理由）")
    return address.switch("export.uncounted", lambda: st.toggle(label, key="export.uncounted"))


def _make(write: Callable[[], _Made]) -> None:
    def keep() -> None:
        st.session_state["export.made"] = write()

    try:
        with st.spinner(_("正在生成…")):
            actions.whole(keep)
    except DoesNotFit as error:
        st.session_state.pop("export.made", None)
        st.error(_("{reason}。").format(reason=reason(error)))


def _wanted(form: Format) -> ExportRequest:
    """What a row is, where the format knows both; how values are written, where there is a choice."""
    shape, values = form.shapes[0], None
    with st.container(horizontal=True):
        if len(form.shapes) > 1:
            names = translate_all(_SHAPES)
            shape = Shape(address.choice("export.shape", form.shapes, lambda: st.segmented_control(
                _("每行是"), list(form.shapes), format_func=names.__getitem__, required=True,
                key="export.shape", help=_("一份答卷一行，便于阅读；一个回答一行，便于数据透视和导入其他系统"),
            ), shape))  # fmt: skip
        if shape is Shape.WIDE and len(form.values) > 1:
            said_as = translate_all(_VALUES)
            key = f"export.values {form.extension}"
            values = Values(address.choice(key, form.values, lambda: st.segmented_control(
                _("选项写成"), list(form.values), format_func=said_as.__getitem__, required=True, key=key,
                help=_("代码便于统计和再导入；文字便于阅读"),
            ), form.values[0]))  # fmt: skip
    return form.wanted(shape, values)


def _versions(record: SurveyRecord) -> dict[int, Survey]:
    store = session.store()
    places = store.organisation.places()
    versions = {number: store.surveys.version(record.code, number) for number in range(1, record.version + 1)}
    return {number: offering(survey, places) for number, survey in versions.items()}


def _made(
    record: SurveyRecord, kind: str, wanted: ExportRequest, layout: Layout, selection: ExportSelection,
    more: AnswerValues,
) -> _Made:  # fmt: skip
    """Raises DoesNotFit."""
    account, store, matched = session.acting(Action.EXPORT_ANSWERS), session.store(), set[tuple[str, str]]()
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "answers"
        whole = "_uncounted" in [each.name for each in layout.context]
        found = with_uncounted(store, record.code) if whole else store.responses.responses(record.code)
        responses = selection.of(found, layout, matched, more)
        written = FORMATS[kind].write(path, selection.layout(layout), responses, wanted)
        content = path.read_bytes()
    store.accounts.record(account.name, "export answers", record.code, f"{written.responses} responses as {kind}")
    notes = (*written.notes, *selection.unmatched(matched))
    return _Made(record.code, kind, wanted, selection, written.responses, content, notes, whole)


def _taken(made: _Made, form: Format) -> None:
    look.soft(_("文件里有 {count} 份答卷。").format(count=f"{made.responses:,}"))
    if made.notes:
        st.warning(_("请留意：") + "\n" + "\n".join(f"- {said(note)}" for note in made.notes))
    long = "-long" if made.wanted.shape is Shape.LONG else ""  # or the second file would be taken for the first again
    name = f"{made.survey}-{local_day(utc_now()):%Y%m%d}{long}.{form.extension}"
    downloads.offer_file(
        _("下载 {name}").format(name=name), made.content, name, form.media_type, on_click="ignore", type="primary",
        key="export.take", icon=":material/download:",
    )  # fmt: skip
