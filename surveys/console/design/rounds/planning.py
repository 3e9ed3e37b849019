"""A new round, and changes to one that is planned or open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from functools import partial

import streamlit as st

from surveys.console.design.rounds.people import chosen_people, people_named
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.moments import moment_fields
from surveys.console.kit.words import _, join_names, reason, said
from surveys.definition.survey import Audience
from surveys.fieldwork.availability import local_time
from surveys.fieldwork.rounds import Round, RoundState
from surveys.localisation.clock import local_day, utc_now, zone
from surveys.localisation.wording import Text
from surveys.permissions import Action
from surveys.storage.records.rounds import UnfitRound, UnknownRound
from surveys.storage.records.surveys import SurveyRecord


def new_round(record: SurveyRecord, now: datetime) -> None:
    """One that opens at once, or at a set time, or when somebody opens it."""
    with st.popover(_("新的一轮…"), icon=":material/add:"):
        today = local_day(now)
        blank = Round(record.code, "", None, datetime.combine(today, time(8), zone()), None)
        at_once = st.checkbox(_("马上开始"), value=True, key=f"at once {record.code}")
        wanted = _fields(record.survey.audience is Audience.STAFF, blank, f"new {record.code}", begins=not at_once)
        code = st.text_input(
            _("代码（可不填）"), key=f"code {record.code}", help=_("地址和导出文件里用它；不填时用开始的日期")
        )
        if st.button(_("保存这一轮"), key=f"plan {record.code}", type="primary"):
            opens = now.replace(microsecond=0) if at_once else wanted.opens_at
            planned = replace(wanted, opens_at=opens, code=code.strip() or _free_code(record, opens), created_by=who())
            plan = partial(session.store().rounds.plan, planned, now=now)
            if told(lambda: concurrent_edits.done(plan)):
                look.done(_("“{name}”已保存。").format(name=said(planned.name)))


def _free_code(record: SurveyRecord, opens: datetime | None) -> str:
    """The day on which it opens, numbered where there is one of that day."""
    day = f"{local_day(opens or utc_now())}"
    taken = {each.code for each in record.opening.rounds.kept}
    return next(code for code in [day, *(f"{day}-{number}" for number in range(2, 99))] if code not in taken)


def change_round(each: Round) -> None:
    """Another name, other times, other departments; two people at it are told of each other."""
    key = f"change {each.survey} {each.code}"
    with st.popover(_("修改…"), type="tertiary"):
        sheet = concurrent_edits.sheet(key, each, _in_words, f"{each.survey} {each.code}")
        begins = sheet.first.state(utc_now()) is RoundState.PLANNED
        staff = session.store().surveys.get(each.survey).survey.audience is Audience.STAFF
        wanted = _fields(staff, sheet.first, f"{key} {_in_words(sheet.first)}", begins=begins)
        if st.button(_("保存修改"), key=key, type="primary"):
            save = partial(session.store().rounds.change, wanted, by=who(), now=utc_now(), seen=sheet.seen)
            if told(lambda: concurrent_edits.keep_edit(key, save)):
                look.done(_("“{name}”已保存。").format(name=said(wanted.name)))


def _in_words(each: Round) -> dict[str, str]:
    opens, ends = days_of(each)
    return {_("名称"): said(each.name), _("开始"): opens, _("结束"): ends, _("问哪些部门"): join_names(each.audience),
            _("问哪些人"): join_names(sorted(people_named(each.people)))}  # fmt: skip


def _fields(staff: bool, each: Round, mark: str, *, begins: bool) -> Round:
    """The round as its fields say it."""
    names = each.title.root if each.title else {}
    chinese = st.text_input(_("名称（可不填）"), names.get("zh-Hans", ""), key=f"name {mark}")
    english = st.text_input(_("英文名称（可不填）"), names.get("en", ""), key=f"english {mark}")
    opens = moment_fields(_("开始"), each.opens_at, time(8), f"opens {mark}") if begins else each.opens_at
    closes = moment_fields(_("结束"), each.closes_at, time(18), f"closes {mark}")
    audience, people = each.audience, each.people
    if staff:
        known = department_names()
        audience = tuple(st.multiselect(
            _("只问这些部门，含下属（部门和人都不选就是全部）"), list(known),
            [code for code in each.audience if code in known],
            format_func=known.__getitem__, placeholder=_("请选择"), key=f"audience {mark}",
        ))  # fmt: skip
        people = chosen_people(each.people, mark)
    words = {tag: text.strip() for tag, text in (("zh-Hans", chinese), ("en", english)) if text.strip()}
    title = Text.model_validate(words) if words else None
    return replace(each, title=title, opens_at=opens, closes_at=closes, audience=audience, people=people)


def who() -> str:
    """Who does it, for the audit trail."""
    return session.acting(Action.DESIGN_SURVEYS).name


def days_of(each: Round) -> tuple[str, str]:
    """When it opens and when it closes, in words."""
    opens, ends = each.opens_at, each.ends_at
    return local_time(opens) if opens else "—", local_time(ends) if ends else "—"


def told(act: Callable[[], bool]) -> bool:
    """Whether it was done; what stands in the way is said."""
    try:
        return act()
    except UnfitRound as problem:
        st.error(reason(problem))
    except UnknownRound:
        st.error(_("这一轮已经不在了。"))
    return False
