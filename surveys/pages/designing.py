"""The page on which designers publish: their surveys, the template gallery, and a definition of their own."""

from __future__ import annotations

import re

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Role
from surveys.definition import Audience, Survey
from surveys.effort import minutes_to_answer
from surveys.pages import look, session
from surveys.storage.surveys import SurveyRecord
from surveys.templates import UnfitDefinition, all_templates, parse_definition
from surveys.wording import Text

_CODE = re.compile(r"[a-z][a-z0-9\-]{1,59}")
_MAY_PUBLISH = (Role.ADMIN, Role.DESIGNER)


def draw() -> None:
    """What is in the field, what could be, and a definition brought along."""
    look.heading("问卷", "从模板发布一份问卷，或上传自己的定义；发布后题目不再变动，修改会成为新版本。")
    records = session.store().surveys.all()
    mine, gallery, upload = st.tabs([f"我的问卷 {len(records)}", "模板库", "上传定义"])
    with mine:
        _surveys(records)
    with gallery:
        for survey in all_templates():
            _template(survey, records)
    with upload:
        _upload(records)


def _surveys(records: list[SurveyRecord]) -> None:
    if not records:
        look.empty("还没有问卷", "到“模板库”挑一份，选好归属部门，一分钟就能发布。")
    departments = _department_names()
    for record in records:
        with st.container(border=True, key=f"survey-{record.code}"):
            _about(record, departments)
            _actions(record)


def _about(record: SurveyRecord, departments: dict[str, str]) -> None:
    state = (
        look.tag("收集中", "good") if record.live else look.tag("已关闭") if record.closed else look.tag("草稿", "wait")
    )
    owner = departments.get(record.department or "", "全组织")
    amount = session.store().responses.amount(record.code)
    facts = f"{owner} · 第 {record.version} 版 · 已收 {amount} 份 · 代号 {record.code}"
    words = Markup('<b>{}</b> {}<div class="xs-soft">{}</div>')
    st.html(words.format(record.survey.title, state, facts))


def _actions(record: SurveyRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if record.live:
            address = "/my" if record.survey.audience is Audience.STAFF else f"/s/{record.code}"
            look.links((address, "打开表单"))
            look.link_to("distribution", "发放", survey=record.code)
            look.link_to("collection", "收集", survey=record.code)
            if st.button("关闭", key=f"close {record.code}", help="停止收集；已收到的答卷保留"):
                _close(record)
        elif st.button("重新开放" if record.closed else "发布草稿", key=f"publish {record.code}"):
            account = session.acting(*_MAY_PUBLISH)
            session.store().surveys.publish(record.code, by=account.name)
            look.done(f"“{record.survey.title}”已开始收集。")


def _close(record: SurveyRecord) -> None:
    account = session.acting(*_MAY_PUBLISH)
    session.store().surveys.close(record.code, by=account.name)
    look.done(f"“{record.survey.title}”已关闭，已收到的答卷保留。")


def _template(survey: Survey, records: list[SurveyRecord]) -> None:
    with st.container(border=True, key=f"template-{survey.code}"):
        st.html(Markup("<b>{}</b>").format(survey.title))
        st.markdown(str(survey.use))
        look.soft(_facts(survey))
        with st.container(horizontal=True):
            with st.popover("查看题目", icon=":material/list:"):
                _questions(survey)
            with st.popover("发布", icon=":material/send:"):
                _publish_form(survey, records)


def _facts(survey: Survey) -> str:
    count = sum(1 for _ in survey.questions())
    asked = "员工登录后填写" if survey.audience is Audience.STAFF else "任何人凭链接填写"
    named = "匿名" if survey.anonymous else "记录时间和触点"
    dimensions = "、".join(str(each.label) for each in survey.dimensions)
    facts = f"{count} 题 · 约 {minutes_to_answer(survey)} 分钟 · {asked} · {named}"
    return f"{facts} · 维度：{dimensions}" if dimensions else facts


def _questions(survey: Survey) -> None:
    rows = [
        (number, str(each.title), each.label, "必答" if each.required else "选答")
        for number, each in enumerate(survey.questions(), 1)
    ]
    look.table(["序号", "题目", "题型", "作答"], rows)


def _publish_form(survey: Survey, records: list[SurveyRecord]) -> None:
    names = _department_names()
    with st.form(f"publish {survey.code}", border=False):
        title = st.text_input("名称", str(survey.title), max_chars=80)
        code = st.text_input("代号", _free_code(survey.code, records), max_chars=60)
        owner = st.selectbox("归属部门", ["", *names], format_func=lambda each: names.get(each, "全组织"))
        if st.form_submit_button("发布", type="primary"):
            _publish(survey, title.strip(), code.strip(), owner or None, records)


def _free_code(code: str, records: list[SurveyRecord]) -> str:
    """The template's own code, or the first numbered one that no survey has."""
    taken = {each.code for each in records}
    numbered = (f"{code}-{number}" for number in range(2, len(taken) + 3))
    return code if code not in taken else next(each for each in numbered if each not in taken)


def _publish(survey: Survey, title: str, code: str, owner: str | None, records: list[SurveyRecord]) -> None:
    if not _CODE.fullmatch(code):
        st.error("代号用小写字母开头，只含小写字母、数字和连字符，2 到 60 个字符。")
    elif not title:
        st.error("请填写名称。")
    elif code in {each.code for each in records}:
        st.error(f"代号“{code}”已经在用，请换一个。")
    else:
        account, surveys = session.acting(*_MAY_PUBLISH), session.store().surveys
        wording = survey.title if title == str(survey.title) else Text.model_validate(title)
        surveys.save_draft(survey.model_copy(update={"code": code, "title": wording}), owner, by=account.name)
        surveys.publish(code, by=account.name)
        look.done(f"“{title}”已发布，可以到“发放”取链接和二维码。")


def _upload(records: list[SurveyRecord]) -> None:
    st.markdown("上传 YAML 或 JSON 格式的问卷定义。发布前会检查整份定义，所有问题一次列出。")
    file = st.file_uploader("问卷定义文件", type=["yaml", "yml", "json"], max_upload_size=2)
    if file is None:
        return
    try:
        survey = parse_definition(file.getvalue(), file.name)
    except UnfitDefinition as error:
        st.error(f"这份定义有 {len(error.problems)} 个问题，改好后请重新上传。")
        look.table(["位置", "问题与改法"], [(each.place, each.message) for each in error.problems])
        return
    st.success(f"“{survey.title}”可以发布：{_facts(survey)}")
    _questions(survey)
    present = next((each for each in records if each.code == survey.code), None)
    if present is None:
        _publish_form(survey, records)
    else:
        _new_version(survey, present)


def _new_version(survey: Survey, present: SurveyRecord) -> None:
    st.info(f"已有代号为“{survey.code}”的问卷（第 {present.version} 版）。发布后成为新版本，以前的答卷保留当时的题目。")
    if st.button("发布为新版本", type="primary"):
        account, surveys = session.acting(*_MAY_PUBLISH), session.store().surveys
        surveys.save_draft(survey, present.department, by=account.name)
        number = surveys.publish(survey.code, by=account.name)
        look.done(f"“{survey.title}”第 {number} 版已发布。")


def _department_names() -> dict[str, str]:
    return {each.code: each.name for each in session.store().organisation.departments()}
