"""The rounds there are, each with where it stands, what has come of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

import streamlit as st
from markupsafe import Markup

from surveys.console.design.rounds.planning import change_round, days_of, new_round, told, who
from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, join_names, said
from surveys.fieldwork.availability import GRACE
from surveys.fieldwork.rounds import Round, RoundState, code_words, rounds_between
from surveys.localisation.clock import local_day, utc_now
from surveys.localisation.wording import Said
from surveys.storage.records.rounds import RoundCounts
from surveys.storage.records.surveys import SurveyRecord

_MINUTES = int(GRACE.total_seconds() // 60)


def calendar_rounds(record: SurveyRecord, counts: Mapping[str, RoundCounts]) -> None:
    """From the first that has anything to the one of today; the newest first."""
    rule, today = record.opening.rounds.rule, local_day(utc_now())
    begun = min(today, local_day(record.created_at))
    there = list(rounds_between(rule, begun, today))
    known = {each.code for each in there}
    older = [code for code in sorted(counts, reverse=True) if code not in known]
    lines = [
        (
            said(each.name),
            _tag(still_open=today in each),
            f"{each.first}",
            f"{each.last}",
            *_came(counts.get(each.code)),
        )
        for each in reversed(there)
    ]
    past = _past(record, older)
    lines += [(said(name), _tag(still_open=False), *days, *_came(counts[code])) for code, name, days in past]
    look.table([_("轮次"), _("状态"), _("开始"), _("结束"), _("答卷"), _("应答")], lines)


def _tag(*, still_open: bool) -> Markup:
    state = RoundState.OPEN if still_open else RoundState.CLOSED
    return look.tag(_(state.label), "good" if still_open else "")


def _past(record: SurveyRecord, codes: list[str]) -> Iterator[tuple[str, Said, tuple[str, str]]]:
    """Rounds of answers that were given before, by their codes."""
    kept = {each.code: each for each in record.opening.rounds.kept}
    for code in codes:
        each = kept.get(code)
        yield code, each.name if each else code_words(code), days_of(each) if each else ("", "")


def _came(counts: RoundCounts | None) -> tuple[int, str]:
    """Answers, and the share of those asked who took part."""
    counts = counts or RoundCounts()
    if not counts.asked:
        return counts.answers, "—"
    share = _("{share:.0%}（{count} / {total}）")
    return counts.answers, share.format(
        share=counts.took_part / counts.asked, count=counts.took_part, total=counts.asked
    )


def kept_rounds(record: SurveyRecord, counts: Mapping[str, RoundCounts]) -> None:
    """Those that somebody opened or planned, the last one first, and the way to another."""
    rounds, now = record.opening.rounds, utc_now()
    if not rounds.kept:
        look.soft(_("还没有开过轮次：现在一直可以填，每人每年一次。开了第一轮以后，只在轮次开放时可以填。"))
    for each in sorted(rounds.kept, key=lambda each: each.opens_at or now + timedelta(days=36500), reverse=True):
        _one(record, each, counts.get(each.code), now)
    older = [code for code in sorted(counts, reverse=True) if code not in {each.code for each in rounds.kept}]
    if older:
        look.soft(_("在这些轮次以外收到的答卷，按年归入："))
        lines = [(said(name), *_came(counts[code])) for code, name, _days_ in _past(record, older)]
        look.table([_("轮次"), _("答卷"), _("应答")], lines)
    new_round(record, now)


def _one(record: SurveyRecord, each: Round, counts: RoundCounts | None, now: datetime) -> None:
    state = each.state(now)
    with st.container(border=True, key=f"round-{each.code.replace('.', '-')}"):
        opens, ends = days_of(each)
        answers, share = _came(counts)
        st.markdown(f"**{look.as_written(said(each.name))}** · {_(state.label)}")
        facts = _("{opens} 至 {ends} · 答卷 {count} 份 · 应答 {share} · 代码 {code}").format(
            opens=opens, ends=ends, count=answers, share=share, code=each.code
        )
        version = _(" · 第 {version} 版").format(version=each.version) if each.version else ""
        asked = [department_names().get(code, code) for code in each.audience]
        asked += [_("{count} 人（名单）").format(count=len(each.people))] if each.people else []
        look.soft(facts + version + (_(" · 只问 {names}").format(names=join_names(asked)) if asked else ""))
        with st.container(horizontal=True, vertical_alignment="center"):
            _buttons(record, each, state)


def _buttons(record: SurveyRecord, each: Round, state: RoundState) -> None:
    rounds, name = session.store().rounds, said(each.name)
    if state is RoundState.PLANNED:
        _button(each, _("现在开始"), rounds.open_now, _("“{name}”已开始。").format(name=name))
        change_round(each)
        _button(each, _("取消这一轮"), rounds.remove, _("“{name}”已取消。").format(name=name))
    elif state is RoundState.OPEN:
        words = _("“{name}”已结束；已经打开表单的人还可以在 {minutes} 分钟内提交。")
        _button(each, _("现在结束"), rounds.close_now, words.format(name=name, minutes=_MINUTES))
        change_round(each)
    else:
        look.link_to("results", _("结果"), survey=record.code, round=each.code)


def _button(each: Round, label: str, act: Callable[..., None], done: str) -> None:
    key = f"{label} {each.survey} {each.code}"
    seen = concurrent_edits.last_shown(key, each)
    if st.button(label, key=key):
        doing = partial(act, each.survey, each.code, by=who(), now=utc_now(), seen=seen)
        if told(lambda: concurrent_edits.done(doing, f"{each.survey} {each.code}")):
            look.done(done)
