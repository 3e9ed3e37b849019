"""The gallery of templates: each with a picture, when to use it, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import streamlit as st
from markupsafe import Markup

from analysis.improvement.lesson_words import words_of
from surveys.console.design.new_survey import free_code, publish_form, start
from surveys.console.design.thumbnails import picture
from surveys.console.kit import address, lessons_offered, look, session
from surveys.console.kit.words import _, said, translate_all
from surveys.definition.design_checks import minutes
from surveys.definition.survey import Audience, Survey
from surveys.definition.templates import all_templates
from surveys.fieldwork.raters import rating_these
from surveys.localisation.language import marked
from surveys.organisation.departments import Department

_AUDIENCES = {"": marked("全部"), Audience.CUSTOMERS: marked("客户填写"), Audience.STAFF: marked("员工填写")}
_ACROSS = 3
_SHEET = """
<style>
.xs-picture {display: block; width: 100%; height: auto}
.xs-card b {display: block; font-size: 1.02rem; margin: .5rem 0 .15rem}
.xs-card p {font-size: .9rem; line-height: 1.55; margin: 0 0 .35rem; color: var(--xs-second)}
[data-testid="stMainBlockContainer"] {max-width: 84rem}
</style>
"""


@cache
def templates() -> list[Survey]:
    """All templates; read once, because they come with the program."""
    return all_templates()


def gallery(taken: Sequence[str]) -> None:
    """The templates that fit what is looked for, three side by side."""
    st.html(_SHEET)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sought = address.typed_text("sought", lambda: st.text_input(
            _("查找"), key="sought", placeholder=_("行业、场合或内容，例如 抢修、银行、员工"), width=340, live=True
        ))  # fmt: skip
        names = translate_all(_AUDIENCES)
        audience = address.choice("audience", names, lambda: st.segmented_control(
            _("填写对象"), list(names), format_func=names.__getitem__, key="audience"
        ), "")  # fmt: skip
    with st.spinner(_("正在打开模板库…")):
        known = templates()
    found = [each for each in known if fits(each, sought, audience)]
    if not found:
        look.empty(_("没有合适的模板"), _("换一个词试试，或到“新建”从几个问题搭起一份。"))
    for row in range(0, len(found), _ACROSS):
        columns = st.columns(_ACROSS)
        for column, survey in zip(columns, found[row : row + _ACROSS], strict=False):
            with column:
                _card(survey, taken)


def fits(survey: Survey, sought: str, audience: str) -> bool:
    """Whether every word looked for stands somewhere in the survey's description, dimensions or questions."""
    if audience and survey.audience != audience:
        return False
    texts = [survey.title, survey.use, *(each.label for each in survey.dimensions)]
    texts += [each.title for each in survey.questions()]
    written = " ".join(wording for text in texts for wording in text.root.values()).lower()
    return all(word in written for word in sought.lower().split())


def facts(survey: Survey) -> str:
    """Number of questions, minutes, who fills it, whether anonymous."""
    count = sum(1 for _ in survey.questions())
    asked = _("员工登录后填写") if survey.audience is Audience.STAFF else _("客户凭链接填写")
    parts = [_("{count} 题").format(count=count), minutes_words(survey), asked]
    return " · ".join([*parts, *([_("匿名")] if survey.anonymous else [])])


def minutes_words(survey: Survey) -> str:
    """How long it takes, to the half minute."""
    return _("约 {minutes:g} 分钟").format(minutes=max(0.5, round(minutes(survey) * 2) / 2))


def _card(survey: Survey, taken: Sequence[str]) -> None:
    with st.container(border=True, key=f"template-{survey.code}"):
        words = Markup('{}<div class="xs-card"><b>{}</b><p>{}</p><div class="xs-soft">{}</div></div>')
        st.html(words.format(picture(survey), said(survey.title), said(survey.use), facts(survey)))
        with st.container(horizontal=True, gap="xsmall"):
            st.button(_("使用"), key=f"use {survey.code}", icon=":material/edit:", on_click=start,
                      args=(rating_these(survey, _departments()), free_code(survey.code, taken)))  # fmt: skip
            published = st.popover(
                _("发布"), icon=":material/send:", key=f"publish {survey.code} open", on_change="rerun"
            )
            asked = st.popover(_("题目"), type="tertiary", key=f"look {survey.code}", on_change="rerun")
        if published.open:
            with published:
                lessons_offered.draw(words_of(f"{said(survey.title)} {said(survey.use)}"))
                publish_form(rating_these(survey, _departments()), taken)
        if asked.open:
            with asked:
                questions(survey)


def _departments() -> list[Department]:
    return session.store().organisation.departments()


def questions(survey: Survey) -> None:
    """All questions as a list."""
    rows = [
        (number, said(each.title), _(each.label), _("必答") if each.required else _("选答"))
        for number, each in enumerate(survey.questions(), 1)
    ]
    look.table([_("序号"), _("题目"), _("题型"), _("作答")], rows, taken=False)
