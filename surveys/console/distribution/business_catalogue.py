"""The catalogue of business types: what each needs, and the link of the survey that follows it up."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup

from surveys.console.kit import look, session
from surveys.console.kit.words import _, said
from surveys.definition.context.business_types import CATALOGUE, FACT, BusinessType
from surveys.definition.survey import Audience, Survey
from surveys.definition.templates import template
from surveys.fieldwork.distribution import business_link
from surveys.settings import Settings
from surveys.storage.records.surveys import SurveyRecord

_LINK = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>')
_GALLERY = Markup('<a href="/surveys?tab=gallery&amp;sought={}" target="_self">{}</a>')


def draw() -> None:
    """All types, each with its link where a survey that takes it collects, else with the template to publish."""
    st.header(_("业务目录"), anchor=False)
    look.soft(_("办结后用这里的链接回访，答卷就带上业务类型；在“满意度”里按“业务类型”筛选，就是每种业务的结果。"))
    live = [each for each in session.store().surveys.all() if each.live and each.survey.audience is Audience.CUSTOMERS]
    base_url = Settings.from_environment().base_url
    look.table(
        [_("业务类型"), _("代号"), _("需要的材料"), _("回访问卷")],
        [(said(each.name), each.code, said(each.documents), _followed_up(each, live, base_url)) for each in CATALOGUE],
    )


def _followed_up(business: BusinessType, live: Iterable[SurveyRecord], base_url: str) -> Markup:
    """The survey that asks most particularly about this type."""
    found = [each for each in live if business.code in taken_by(each.survey)]
    if not found:
        title = said(template(business.survey).title)
        return _GALLERY.format(title, _("未发布，到模板库发布“{title}”").format(title=title))
    best = min(found, key=lambda each: (len(taken_by(each.survey)), each.code))
    return _LINK.format(business_link(base_url, best.code, business.code), said(best.survey.title))


def taken_by(survey: Survey) -> frozenset[str]:
    """The codes of the business types that may come along with an answer."""
    return frozenset(option.code for fact in survey.context if fact.code == FACT for option in fact.options)
