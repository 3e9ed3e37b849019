"""Tasks from a file: a template, what is wrong with each row, and all the good ones at once or none."""

from __future__ import annotations

import csv
import io

import streamlit as st

from surveys.console.kit import actions, downloads, look, session
from surveys.console.kit.file_preview import TABLE_TYPES
from surveys.console.kit.words import _, reason, said
from surveys.exchange.task_requests import HEADINGS, UnfitRequest, UnfitTaskTable, requests_in, task_of
from surveys.fieldwork.tasks.task import Task
from surveys.localisation.clock import utc_now
from surveys.operations.tasks import give_out, task_desk
from surveys.permissions import Action
from surveys.settings import Settings, secret_key
from surveys.storage.records.surveys import SurveyRecord
from surveys.tables import UnfitFile, opened_bytes

_BRING, _SHOWN = "tasks.bring", 50


def draw(record: SurveyRecord) -> None:
    """Template, file, faults by row, button."""
    look.soft(_("每行一项任务：填写人写用户名，没有账号的写档案里的客户编号、电话或邮箱；对象写代号或名称。"))
    downloads.offer_file(_("下载模板"), _template(), "tasks.csv", "text/csv", key="task template")
    file = st.file_uploader(_("CSV 或 Excel 文件"), type=TABLE_TYPES, key="task file")
    if came := actions.outcome(_BRING):
        st.success(came.value)
    if file is None:
        return
    try:
        tasks, faults = _read(record, file.getvalue())
    except (UnfitFile, UnfitTaskTable) as error:
        st.error(reason(error))
        return
    if faults:
        st.error(_("{count} 行不能下发，请改正后重新上传；其余的可以先下发。").format(count=len(faults)))
        look.table([_("行号"), _("原因")], faults[:_SHOWN], taken=False)
    if not tasks:
        look.empty(_("没有可以下发的"), _("文件里没有一行可以成为任务。"))
        return
    if actions.button(_("下发 {count} 项任务").format(count=len(tasks)), key=_BRING, type="primary"):
        actions.perform(_BRING, lambda: _give(tasks))


def _read(record: SurveyRecord, content: bytes) -> tuple[list[Task], list[tuple[int, str]]]:
    desk = task_desk(session.store(), record, by=session.signed_in().name, now=utc_now())
    tasks, faults = [], []
    with opened_bytes(content) as table:
        for number, asked in requests_in(table, desk.takes):
            try:
                tasks.append(task_of(desk, asked))
            except UnfitRequest as unfit:
                faults.append((number, " · ".join(said(each) for each in unfit.reasons.values())))
    return tasks, faults


def _give(tasks: list[Task]) -> str:
    by = session.acting(Action.RUN_CAMPAIGNS).name
    made = give_out(session.store(), secret_key(Settings.from_environment().secret_file), tasks, by=by)
    return _("已下发 {new} 项，{known} 项原来就有。").format(new=made.new, known=made.known)


def _template() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([_(heading) for heading in HEADINGS])
    return text.getvalue().encode("utf-8-sig")
