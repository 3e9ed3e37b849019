"""Answers out as files: the format, what a row is and how values are written are chosen; losses are told."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from surveys.accounts import Role
from surveys.clock import local_day, utc_now
from surveys.exchange.answers_out import FORMATS, Format
from surveys.exchange.columns import layout_of
from surveys.exchange.delivery import DoesNotFit, Shape, Values, Wanted
from surveys.language import marked
from surveys.pages import look, session
from surveys.pages.words import _, reason, said, translated
from surveys.storage.surveys import SurveyRecord
from surveys.wording import Message

_MAY = (Role.ADMIN, Role.DESIGNER)
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
    wanted: Wanted
    content: bytes
    notes: Sequence[Message | str]


def draw_export(record: SurveyRecord) -> None:
    """Choose, make the file, take it."""
    st.header(_("导出"), anchor=False)
    if record.survey.anonymous:
        look.soft(_("匿名问卷不导出逐份答卷，请在“满意度”查看达到最少人数的结果。"))
        return
    kind = st.segmented_control(
        _("格式"), list(FORMATS), format_func=lambda each: FORMATS[each].label, default="xlsx", required=True,
        key="export.kind",
    ) or "xlsx"  # fmt: skip
    wanted = _wanted(FORMATS[kind])
    if st.button(_("生成文件"), key="export.make", icon=":material/table_view:"):
        st.session_state["export.made"] = _made(record, kind, wanted)
    made: _Made | None = st.session_state.get("export.made")
    if made is not None and (made.survey, made.kind, made.wanted) == (record.code, kind, wanted):
        _taken(made, FORMATS[kind])


def _wanted(form: Format) -> Wanted:
    """What a row is, where the format knows both; how values are written, where there is a choice."""
    shape, values = form.shapes[0], None
    with st.container(horizontal=True):
        if len(form.shapes) > 1:
            names = translated(_SHAPES)
            shape = st.segmented_control(
                _("每行是"), list(form.shapes), format_func=names.__getitem__, default=shape, required=True,
                key="export.shape", help=_("一份答卷一行，便于阅读；一个回答一行，便于数据透视和导入其他系统"),
            ) or shape  # fmt: skip
        if shape is Shape.WIDE and len(form.values) > 1:
            said_as = translated(_VALUES)
            values = st.segmented_control(
                _("选项写成"), list(form.values), format_func=said_as.__getitem__, default=form.values[0],
                required=True, key=f"export.values {form.extension}",
                help=_("代码便于统计和再导入；文字便于阅读"),
            )  # fmt: skip
    return form.wanted(shape, values)


def _made(record: SurveyRecord, kind: str, wanted: Wanted) -> _Made | None:
    account, store = session.acting(*_MAY), session.store()
    versions = {number: store.surveys.version(record.code, number) for number in range(1, record.version + 1)}
    with tempfile.TemporaryDirectory() as room, st.spinner(_("正在生成…")):
        path = Path(room) / "answers"
        try:
            responses = store.responses.responses(record.code)
            written = FORMATS[kind].write(path, layout_of(versions), responses, wanted)
        except DoesNotFit as error:
            st.error(_("{reason}。").format(reason=reason(error)))
            return None
        content = path.read_bytes()
    store.accounts.record(account.name, "export answers", record.code, f"{written.responses} responses as {kind}")
    return _Made(record.code, kind, wanted, content, written.notes)


def _taken(made: _Made, form: Format) -> None:
    if made.notes:
        st.warning(_("有些内容这种格式放不下：") + "\n" + "\n".join(f"- {said(note)}" for note in made.notes))
    long = "-long" if made.wanted.shape is Shape.LONG else ""  # or the second file would be taken for the first again
    name = f"{made.survey}-{local_day(utc_now()):%Y%m%d}{long}.{form.extension}"
    st.download_button(
        _("下载 {name}").format(name=name), made.content, name, form.media_type, on_click="ignore", type="primary",
        key="export.take", icon=":material/download:",
    )  # fmt: skip
