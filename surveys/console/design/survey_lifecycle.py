"""What is done with a survey as a whole: opened again, closed, given times, copied, put away, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from functools import partial

import streamlit as st
from markupsafe import Markup

from surveys.console.design.builder import desk
from surveys.console.design.builder.checks import lacking
from surveys.console.design.builder.publishing import left_behind
from surveys.console.design.missing_subjects import missing_subjects
from surveys.console.design.new_survey import free_code, open_builder, taken_codes
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.moments import moment_fields
from surveys.console.kit.words import _, reason, said
from surveys.definition.plain_data import as_data
from surveys.definition.survey import Survey
from surveys.editing.copies import copy_survey
from surveys.fieldwork.availability import GRACE, Availability, Times, UnfitTimes, local_time
from surveys.fieldwork.campaigns.campaign import CampaignState
from surveys.localisation.clock import utc_now
from surveys.localisation.language import marked
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.surveys import NotEmpty, SavedDraft, StillOpen, SurveyRecord, SurveyStanding, UnknownSurvey

_TAGS = {
    Availability.UNPUBLISHED: (marked("草稿"), "wait"),
    Availability.SCHEDULED: (marked("未到开放时间"), "wait"),
    Availability.OPEN: (marked("收集中"), "good"),
    Availability.CLOSED: (marked("已关闭"), ""),
    Availability.ARCHIVED: (marked("已归档"), ""),
}
_ON_TRIAL = (marked("试填中，不计入"), "wait")
_KEPT = {
    "answers": marked("它已经收到答卷"),
    "uncounted": marked("它有不计入的答卷"),
    "participations": marked("已经有人填过"),
    "files": marked("有人正在填写，已经上传了文件"),
    "campaigns": marked("它有邀请活动或草稿"),
    "calls": marked("它有电话回访名单"),
    "kiosks": marked("它还设在窗口平板上"),
    "typed sheets": marked("它还有录入的纸面等待放行"),
    "prizes": marked("它还设有抽奖或礼券"),
}
_MINUTES = int(GRACE.total_seconds() // 60)


def state_tag(record: SurveyRecord) -> Markup:
    """Where a survey stands at this moment."""
    state = record.opening.state(utc_now())
    words, tone = _ON_TRIAL if record.trial and state is Availability.OPEN else _TAGS[state]
    return look.tag(_(words), tone)


def times_in_words(record: SurveyRecord) -> str:
    """From when until when, where that is set; else nothing."""
    times = record.opening.times
    told = [_("{time} 开放").format(time=local_time(times.opens_at))] if times.opens_at else []
    told += [_("{time} 截止").format(time=local_time(times.closes_at))] if times.closes_at else []
    return "".join(f" · {each}" for each in told)


# Into the field and out of it


def publish(record: SurveyRecord) -> None:
    """The draft, or the closed survey once more, with what its languages lack said before."""
    seen = _standing(record.code)
    with st.popover(_("重新开放…") if record.closed else _("发布草稿…")):
        for each in [*lacking(record.survey), *_left_behind(record)]:
            st.warning(each)
        if record.closed:
            words = _("按第 {version} 版重新开始收集；以前的答卷和链接都还在。")
            look.soft(words.format(version=record.version))
        else:
            look.soft(_("发布后马上开始收集；要到某个时间才开放，请先设开放时间。"))
        missing = missing_subjects(record.survey)
        if missing:
            st.error(missing)
        go = _("重新开放") if record.closed else _("发布草稿")
        if st.button(go, key=f"publish {record.code}", type="primary", disabled=bool(missing)):
            change = partial(session.store().surveys.publish, record.code, by=_who(), seen=seen)
            _change(record.code, change, _("“{title}”已开始收集。").format(title=said(record.survey.title)))


def _left_behind(record: SurveyRecord) -> list[str]:
    """Translations that the published version before did not carry along."""
    versions = session.store().surveys.versions(record.code)
    before = next((each.survey for each in versions if each.published_at and each.number < record.version), None)
    return left_behind(before, record.survey) if before else []


def close(record: SurveyRecord) -> None:
    """Asks first, with what it would stop."""
    seen = _standing(record.code)
    with st.popover(_("关闭…"), type="tertiary"):
        look.table([_("关闭之后"), ""], _stopped(record), taken=False)
        at_once = st.checkbox(
            _("马上停止（不等正在填写的人）"), key=f"at once {record.code}",
            help=_("不勾选时，已经打开表单的人还可以在 {minutes} 分钟内提交。").format(minutes=_MINUTES),
        )  # fmt: skip
        if st.button(_("关闭"), key=f"close {record.code}", type="primary"):
            change = partial(session.store().surveys.close, record.code, by=_who(), seen=seen, at_once=at_once)
            title = said(record.survey.title)
            done = _("“{title}”已关闭，已收到的答卷保留。").format(title=title)
            if not at_once:
                words = _("“{title}”已关闭，已收到的答卷保留；已经打开表单的人还可以在 {minutes} 分钟内提交。")
                done = words.format(title=title, minutes=_MINUTES)
            _change(record.code, change, done)


def _stopped(record: SurveyRecord) -> list[tuple[str, str]]:
    store = session.store()
    running = [
        each for each in store.campaigns.all()
        if each.survey == record.code and each.state in (CampaignState.RUNNING, CampaignState.PAUSED)
    ]  # fmt: skip
    kept = _("{count} 份，都保留").format(count=store.responses.amount(record.code))
    stopped = _("{count} 个，不再发消息；个人链接打开后显示已结束").format(count=len(running))
    doors = _("链接、二维码、平板、电话、接口都显示已结束")
    return [(_("已收答卷"), kept), (_("进行中的邀请"), stopped), (_("各个入口"), doors)]


def _standing(code: str) -> SurveyStanding:
    """How the survey stood when its buttons were last drawn: what whoever presses one has seen.

    The run in which one is pressed draws it too, and must not take what it finds then for what was seen.
    """
    key, present = f"standing {code}", session.store().surveys.standing(code)
    seen: SurveyStanding = st.session_state.get(key, present)
    st.session_state[key] = present
    return seen


def _change(code: str, change: Callable[[], object], done: str) -> None:
    """Make a change to a survey as it was shown; what stands in the way is said."""
    try:
        change()
    except ChangedMeanwhile:
        st.error(_("没有改动：别人刚刚改过这份问卷的状态或草稿，最新情况见本页。要继续，请再按一次。"))
    except UnknownSurvey:
        st.error(_("这份问卷已经被删除。"))
    except StillOpen:
        st.error(_("没有改动：它正在收集，或还有人可能在填写。先关闭它；关闭后 {minutes} 分钟再试。").format(
            minutes=_MINUTES))  # fmt: skip
    except NotEmpty as full:
        st.error(_("没有删除：{why}。不再需要的问卷可以归档。").format(why=_(_KEPT[full.kept])))
    else:
        st.session_state.pop(f"standing {code}", None)
        look.done(done)


def _who() -> str:
    return session.acting(Action.DESIGN_SURVEYS).name


# By the clock


def times(record: SurveyRecord) -> None:
    """From when until when it is open; two people at it are told of each other."""
    key = f"times {record.code}"
    with st.popover(_("开放时间…"), type="tertiary"):
        sheet = concurrent_edits.sheet(key, record.opening.times, _told, record.code)
        mark = f"{record.code} {_told(sheet.first)}"
        look.soft(_("到时自动开放和截止，按组织的时区。截止前已打开表单的人还可以在 {minutes} 分钟内提交。").format(
            minutes=_MINUTES))  # fmt: skip
        opens = moment_fields(_("开放"), sheet.first.opens_at, time(8), f"opens {mark}")
        closes = moment_fields(_("截止"), sheet.first.closes_at, time(18), f"closes {mark}")
        if st.button(_("保存时间"), key=key, type="primary"):
            _save_times(record, Times(opens, closes), sheet.seen, key)


def _save_times(record: SurveyRecord, wanted: Times, seen: Times, key: str) -> None:
    changed = wanted.closes_at != seen.closes_at
    if changed and wanted.closes_at is not None and wanted.closes_at <= utc_now():
        st.error(_("截止时间已经过去了；要现在停止收集，请用“关闭”。"))
        return
    save = partial(session.store().surveys.set_times, record.code, wanted, by=_who(), seen=seen)
    try:
        if not concurrent_edits.keep_edit(key, save):
            return
    except UnfitTimes as problem:
        st.error(reason(problem))
        return
    except UnknownSurvey:
        st.error(_("这份问卷已经被删除。"))
        return
    look.done(_("“{title}”的开放时间已保存。").format(title=said(record.survey.title)))


def _told(times: Times) -> dict[str, str]:
    opens, closes = (local_time(each) if each else "—" for each in (times.opens_at, times.closes_at))
    return {_("开放"): opens, _("截止"): closes}


# Copied, put away, deleted


def more(record: SurveyRecord) -> None:
    """What is done with a survey now and then."""
    surveys, title = session.store().surveys, said(record.survey.title)
    with st.popover(_("更多…"), type="tertiary"):
        st.button(_("复制"), key=f"copy {record.code}", on_click=_copy, args=(record.survey,),
                  help=_("题目、逻辑和译文成为新的草稿；答卷、链接和设置不带过去"))  # fmt: skip
        if record.live:
            look.soft(_("收集中的问卷不能归档或删除，请先关闭。"))
            return
        if st.button(_("归档"), key=f"archive {record.code}", help=_("从列表和选项中收起，结果仍可查看")):
            archive = partial(surveys.archive, record.code, by=_who())
            _change(record.code, archive, _("“{title}”已归档，在本页末尾“已归档”中。").format(title=title))
        kept = surveys.what_keeps(record.code)
        if kept is not None:
            look.soft(_("不能删除：{why}。").format(why=_(_KEPT[kept])))
        else:
            look.soft(_("它还没有收到任何内容，可以删除；删除后不能恢复。"))
            seen = concurrent_edits.last_shown(f"delete {record.code}", surveys.standing(record.code))
            if st.button(_("删除问卷"), key=f"delete {record.code}"):
                delete = partial(surveys.delete, record.code, by=_who(), seen=seen)
                _change(record.code, delete, _("“{title}”已删除。").format(title=title))


def more_of_draft(draft: SavedDraft) -> None:
    """Of a survey that has never been published."""
    with st.popover(_("更多…"), type="tertiary"):
        st.button(_("复制"), key=f"copy {draft.survey}", on_click=_copy_draft, args=(draft,))
        look.soft(_("它还没有发布过；删除后不能恢复。"))
        seen = concurrent_edits.last_shown(f"discard {draft.survey}", draft.revision)
        if st.button(_("删除草稿"), key=f"discard {draft.survey}"):
            discard = partial(session.store().drafts.discard, draft.survey, by=_who(), revision=seen)
            _change(draft.survey, discard, _("草稿已删除。"))


def _copy(survey: Survey) -> None:
    open_builder(desk.begin(copy_survey(as_data(survey), free_code(survey.code, taken_codes()))))


def _copy_draft(draft: SavedDraft) -> None:
    made = copy_survey(dict(draft.data), free_code(draft.survey, taken_codes()))
    open_builder(desk.begin(made, draft.department))


def draw_archived(records: list[SurveyRecord]) -> None:
    """Those put away, with the way to their results and back into the lists."""
    if not records:
        return
    with st.expander(_("已归档（{count}）").format(count=len(records))):
        for record in records:
            with st.container(horizontal=True, vertical_alignment="center"):
                facts = _("{title} · 已收 {count} 份 · 代号 {code}").format(
                    title=said(record.survey.title), count=session.store().responses.amount(record.code),
                    code=record.code,
                )  # fmt: skip
                look.soft(facts)
                if record.closed:
                    look.link_to("results", _("结果"), survey=record.code)
                    look.link_to("collection", _("收集"), survey=record.code)
                if st.button(_("取回"), key=f"bring back {record.code}"):
                    back = partial(session.store().surveys.bring_back, record.code, by=_who())
                    _change(record.code, back, _("“{title}”已回到列表。").format(title=said(record.survey.title)))
