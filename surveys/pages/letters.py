"""What people wrote into opinion boxes: the list, one message, answering it, handing it on."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from surveys.accounts import Account, Role
from surveys.boxes import LONGEST_REPLY, Case, CaseState
from surveys.clock import local_day, utc_now
from surveys.pages import look, session
from surveys.pages.choosing import department_names
from surveys.pages.words import _, listed
from surveys.people.sight import RULES, rules_from
from surveys.suspicion import Flag

_ANSWERERS = (Role.ADMIN, Role.DESIGNER, Role.MANAGER)
_TONES = {CaseState.RECEIVED: "wait", CaseState.ANSWERED: "good"}
_STEP = 50  # messages in the list at first, and how many more at a time
_OPENING = 40  # characters of a message in the list
_SHOWN = "letters shown"  # session key
_SEEN = "letter seen"  # session key: the message as it was when its answer was begun


def draw(account: Account) -> None:
    """The messages of one's departments, by state and box, with the chosen one below."""
    boxes = session.store().boxes
    departments = None if account.sees_all_departments else account.departments
    if not boxes.amount(departments):
        look.empty(_("还没有人写来意见"), _("把意见箱的链接或二维码放到客户看得到的地方，来信会列在这里。"))
        return
    names = {each.code: each.name for each in boxes.all()}
    state, box = _filter(names)
    limit = st.session_state.get(_SHOWN, _STEP)
    found, amount = boxes.cases(departments, state, box, limit=limit), boxes.amount(departments, state, box)
    if not found:
        look.empty(_("没有符合的来信"), _("换一个状态或意见箱看看。"))
        return
    look.table([_("收到"), _("状态"), _("内容")], [_row(each, names) for each in found])
    if amount > len(found):
        look.soft(_("显示最近 {shown} 条，共 {count} 条。").format(shown=len(found), count=amount))
        if st.button(_("再显示 {count} 条").format(count=_STEP)):
            st.session_state[_SHOWN] = limit + _STEP
            st.rerun()
    by_id = {each.id: each for each in found}
    chosen = st.selectbox(
        _("打开"), list(by_id), key="case",
        format_func=lambda each: f"{local_day(by_id[each].received_at)} · {_opening(by_id[each])}",
    )  # fmt: skip
    _letter(by_id[chosen], account)


def _filter(names: dict[str, str]) -> tuple[CaseState | None, str | None]:
    left, right = st.columns(2)
    state = left.segmented_control(_("状态"), list(CaseState), format_func=lambda each: _(each.label), key="case state")
    box = right.selectbox(
        _("意见箱"), [None, *names], format_func=lambda each: names[each] if each else _("全部"), key="case box"
    )
    return (CaseState(state) if state else None), box


def _row(case: Case, names: dict[str, str]) -> tuple[object, ...]:
    state = look.tag(_(case.state.label), _TONES.get(case.state, "plain"))
    if _unread(case):
        state += Markup("<br>") + look.tag(_("有补充"), "wait")
    about = " · ".join(filter(None, (_(case.category) if case.category else "", names.get(case.box, case.box))))
    words = Markup('{}<div class="xs-soft">{}</div>').format(_opening(case), about)
    return Markup("<nobr>{}</nobr>").format(local_day(case.received_at).isoformat()), state, words


def _unread(case: Case) -> bool:
    """Whether its author has written again, and nobody has said what becomes of it."""
    return case.waiting and case.state in (CaseState.RECEIVED, CaseState.WORKED_ON)


def _opening(case: Case) -> str:
    words = " ".join(case.text.split())
    return words if len(words) <= _OPENING else f"{words[:_OPENING]}…"


def _letter(case: Case, account: Account) -> None:
    names = department_names()
    with st.container(border=True):
        look.written(case.text)
        flags = listed([_(Flag(each).label) for each in case.flags])
        told = [f"{_('部门')}: {names.get(case.department, case.department)}"]
        told += [f"{_('可疑之处')}: {flags}"] if flags else []
        look.soft(" · ".join(told))
        if photos := session.store().boxes.photos(case.id):
            look.links(*((f"/evidence/{key}", _("照片 {number}").format(number=n)) for n, key in enumerate(photos, 1)))
        for remark in session.store().boxes.remarks(case.id):
            look.soft(_("{day} 补充").format(day=local_day(remark.received_at)))
            look.written(remark.text)
        if case.contact:
            _contact(case, account)
        _answer(case)
        _hand_on(case, names)


def _contact(case: Case, account: Account) -> None:
    if account.role not in rules_from(session.store().organisation.setting(RULES)).plain:
        look.soft(_("留有联系方式；您的角色不需要看到它。"))
    elif st.button(_("显示联系方式（会记录）"), key=f"contact {case.id}"):
        session.store().accounts.record(session.acting(*_ANSWERERS).name, "see contact", "case", case.id[:8])
        look.written(case.contact)


def _answer(case: Case) -> None:
    area, seen = f"reply {case.id}", st.session_state.get(_SEEN)
    if area not in st.session_state or seen is None or seen.id != case.id:
        seen = st.session_state[_SEEN] = case
    with st.form(f"answer {case.id}", border=False):
        if seen.reply != case.reply:
            look.soft(_("别人刚刚这样答复："))
            look.written(case.reply)
        reply = st.text_area(
            _("答复（写信的人凭查询码看到）"), case.reply, max_chars=LONGEST_REPLY, height=140, key=area
        )
        state = st.segmented_control(
            _("状态"), list(CaseState), default=case.state, required=True, format_func=lambda each: _(each.label)
        )
        if st.form_submit_button(_("保存"), type="primary"):
            _save(seen, CaseState(state or case.state), (reply or "").strip())


def _save(seen: Case, state: CaseState, reply: str) -> None:
    account, boxes = session.acting(*_ANSWERERS), session.store().boxes
    if reply != seen.reply and reply and state is CaseState.RECEIVED:
        state = CaseState.ANSWERED  # who finds an answer must not read that there is none yet
    if boxes.answer(seen, state, reply, local_day(utc_now()), by=account.name):
        st.session_state[_SEEN] = None
        look.done(_("已保存；写信的人现在可以看到。"))
    st.session_state[_SEEN] = boxes.case(seen.id)
    st.error(_("没有保存：您打开之后，写信的人有补充，或别人已经答复。请先看上面；您写的还在，再按“保存”就以它为准。"))


def _hand_on(case: Case, names: dict[str, str]) -> None:
    others = [code for code in names if code != case.department]
    if not others:
        return
    with st.popover(_("转给别的部门")):
        to = st.selectbox(_("部门"), others, format_func=names.__getitem__, key=f"to {case.id}")
        if st.button(_("转交"), key=f"hand on {case.id}"):
            account = session.acting(*_ANSWERERS)
            session.store().boxes.hand_on(case.id, to, by=account.name)
            look.done(_("已转给{name}。").format(name=look.as_written(names[to])))
