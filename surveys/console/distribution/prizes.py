"""The part of the page of collecting that thanks with more than words: a draw or coupons, set up, watched, ended."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from functools import partial

import streamlit as st

from surveys.console.kit import actions, concurrent_edits, downloads, look, session
from surveys.console.kit.words import _
from surveys.fieldwork.prizes import Entry, NotDrawable, Prize, PrizeKind, coupon_codes, winners_csv
from surveys.localisation.clock import local_day, utc_now
from surveys.permissions import Action
from surveys.storage.records.surveys import SurveyRecord


def draw(record: SurveyRecord) -> None:
    """What a survey offers to those who finish it; which answer is whose stays unknown."""
    prize = session.store().prizes.get(record.code)
    with st.expander(_("抽奖与礼券"), expanded=prize is not None):
        look.soft(
            _(
                "填完后在感谢页上领取。姓名、手机号和券码与答卷分开保存，不留时间，无法由此找到答卷；窗口平板和电话访问不提供。"
            )
        )
        if prize is None:
            _set_up(record.code, None)
            return
        _standing(prize)
        if prize.kind is PrizeKind.COUPON:
            _coupons(prize)
        else:
            _drawing(prize)
            _forgetting(prize)
        _set_up(record.code, prize)
        _removal(prize)


def _set_up(survey: str, prize: Prize | None) -> None:
    today, button = local_day(utc_now()), f"save prize {survey}"
    sheet = concurrent_edits.sheet(button, prize, _told, survey)
    prize = sheet.first
    with st.form(f"prize {survey}", border=False):
        kinds = list(PrizeKind)
        kind = st.segmented_control(
            _("方式"), kinds, default=prize.kind if prize else PrizeKind.DRAW, required=True,
            format_func=lambda each: _(each.label), disabled=prize is not None,
        )  # fmt: skip
        left, right = st.columns([3, 1])
        title = left.text_input(
            _("奖品"), prize.title if prize else "", max_chars=60, placeholder=_("例如 50 元电费红包，共 10 份")
        )
        until: date = right.date_input(_("截止日期"), prize.ends_on if prize else today + timedelta(days=30))
        if st.form_submit_button(_("保存") if prize else _("开始提供"), key=button):
            account = session.acting(Action.RUN_CAMPAIGNS)
            if not title.strip():
                st.error(_("请写明奖品是什么。"))
                return
            offered = Prize(survey, prize.kind if prize else kind or PrizeKind.DRAW, title.strip(), until)
            save = partial(session.store().prizes.set, offered, by=account.name, seen=sheet.seen)
            if concurrent_edits.keep_edit(button, save):
                look.done(_("已保存。"))


def _told(prize: Prize | None) -> dict[str, str]:
    return {_("奖品"): prize.title, _("截止日期"): prize.ends_on.isoformat()} if prize else {}


def _standing(prize: Prize) -> None:
    standing = session.store().prizes.standing(prize.survey)
    if prize.kind is PrizeKind.COUPON:
        look.table([_("已发出"), _("还剩")], [(standing.given, standing.left)])
        if not standing.left and prize.offered(local_day(utc_now())):
            st.warning(_("券码已经发完，现在填完的人领不到；请添加券码或提前截止。"))
    else:
        look.table([_("参加人数"), _("已中奖")], [(standing.entries, standing.won)])


def _coupons(prize: Prize) -> None:
    with st.form(f"coupons {prize.survey}", border=False, clear_on_submit=True):
        text = st.text_area(_("添加券码（每行一个）"), height=120)
        if st.form_submit_button(_("添加")):
            account = session.acting(Action.RUN_CAMPAIGNS)
            try:
                codes = coupon_codes(text)
            except ValueError as problem:
                st.error(_(str(problem)))
                return
            added = session.store().prizes.add_coupons(prize.survey, codes, by=account.name)
            look.done(_("添加了 {added} 个，{present} 个原来就有。").format(added=added, present=len(codes) - added))


def _drawing(prize: Prize) -> None:
    if prize.offered(local_day(utc_now())):
        look.soft(_("截止日期过后在这里抽奖。"))
        return
    button = f"draw now {prize.survey}"
    seen = concurrent_edits.last_shown(button, session.store().prizes.standing(prize.survey).won)
    with st.form(f"draw {prize.survey}", border=False):
        left, right = st.columns(2)
        winners = left.number_input(_("抽出几名"), 1, 10_000, 1)
        first = st.session_state.setdefault(f"seed {prize.survey}", secrets.randbelow(1_000_000))
        seed = right.number_input(_("种子（同一种子抽到同样的人，记入审计）"), 0, 999_999, first)
        if st.form_submit_button(_("抽奖"), type="primary", key=button):
            account, survey = session.acting(Action.RUN_CAMPAIGNS), prize.survey
            draw_them = partial(session.store().prizes.draw, survey, int(winners), int(seed), by=account.name)
            try:
                drawn = concurrent_edits.done(partial(draw_them, seen=seen), survey)
            except NotDrawable as problem:
                st.error(_(str(problem)))
                return
            if drawn:
                look.done(_("已抽出 {count} 名。").format(count=int(winners)))
    if session.store().prizes.standing(prize.survey).won:
        _winners(prize.survey)


def _winners(survey: str) -> None:
    key = f"winners {survey}"
    if actions.button(_("查看中奖名单（会记录）"), key):
        actions.perform(key, partial(_look_up_winners, survey))
    if came := actions.outcome(key):
        found, headings = came.value, [_("姓名"), _("手机号")]
        look.table(headings, [(each.name, each.phone) for each in found], taken=False)
        downloads.offer_file(
            _("下载中奖名单"), winners_csv(found, headings), f"{survey}-winners.csv", "text/csv",
            key="winners file",
        )  # fmt: skip


def _look_up_winners(survey: str) -> list[Entry]:
    return session.store().prizes.winners(survey, by=session.acting(Action.RUN_CAMPAIGNS).name)


def _forgetting(prize: Prize) -> None:
    """Of those who did not win nothing is needed any more."""
    standing = session.store().prizes.standing(prize.survey)
    if not standing.won or standing.entries == standing.won:
        return
    with st.popover(_("删除未中奖的人")):
        look.soft(_("只留下中奖的人，以便发放奖品；之后不能再补抽。"))
        if st.button(_("确认删除未中奖的人"), key="forget others"):
            account = session.acting(Action.RUN_CAMPAIGNS)
            gone = session.store().prizes.forget_others(prize.survey, by=account.name)
            look.done(_("已删除 {count} 人。").format(count=gone))


def _removal(prize: Prize) -> None:
    seen = concurrent_edits.last_shown("remove prize", (prize, session.store().prizes.standing(prize.survey).won))
    with st.popover(_("结束并删除")):
        look.soft(_("删除奖品、全部参加者和券码，不能恢复；答卷不受影响。"))
        if st.button(_("确认删除"), key="remove prize"):
            account = session.acting(Action.RUN_CAMPAIGNS)
            remove = partial(session.store().prizes.remove, prize.survey, by=account.name, seen=seen)
            if concurrent_edits.done(remove, prize.survey):
                look.done(_("已删除。"))
