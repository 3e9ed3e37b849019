"""The cases of one's departments: the list, one of them, answering it, handing it on."""

from __future__ import annotations

from functools import partial

import streamlit as st
from markupsafe import Markup

from analysis.improvement.lesson_words import words_of
from surveys.accounts import Account
from surveys.cases.case import LONGEST_REPLY, Case, CaseState, Source
from surveys.cases.opinion_boxes import KIND, from_box
from surveys.console.cases import case_work
from surveys.console.cases.sources import source_names
from surveys.console.kit import actions, address, lessons_offered, look, session
from surveys.console.kit.choosers import department_names, person_name
from surveys.console.kit.words import _, distinct, join_names
from surveys.intake.suspicion import Flag
from surveys.localisation.clock import local_day, utc_now
from surveys.people.visibility import RULES, rules_from
from surveys.permissions import Action
from surveys.storage.changes import ChangedMeanwhile

_TONES = {CaseState.RECEIVED: "wait", CaseState.ANSWERED: "good"}
_STEP = 50  # messages in the list at first, and how many more at a time
_OPENING = 40  # characters of a message in the list
_SHOWN = "cases shown"  # session key
_SEEN = "case seen"  # session key: the message as it was when its answer was begun


def draw(account: Account) -> None:
    """The messages of one's departments, by state and box, with the chosen one below."""
    cases = session.store().cases
    departments = account.case_scope
    if not cases.amount(departments):
        look.empty(_("还没有人写来意见"), _("把意见箱的链接或二维码放到客户看得到的地方，来信会列在这里。"))
        return
    names = source_names()
    state, source = _filter(names)
    limit = st.session_state.get(_SHOWN, _STEP)
    found = cases.all(departments, state, source, limit=limit)
    amount = cases.amount(departments, state, source)
    if not found:
        look.empty(_("没有符合的来信"), _("换一个状态或意见箱看看。"))
        return
    look.table([_("收到"), _("状态"), _("内容")], [_row(each, names) for each in found], taken=False)
    if amount > len(found):
        look.soft(_("显示最近 {shown} 条，共 {count} 条。").format(shown=len(found), count=amount))
        if st.button(_("再显示 {count} 条").format(count=_STEP)):
            st.session_state[_SHOWN] = limit + _STEP
            st.rerun()
    by_id = {each.id: each for each in found}
    begin = distinct({each.id: f"{local_day(each.received_at)} · {_opening(each)}" for each in found}, by_code=False)

    def draw_cases() -> str | None:
        return st.selectbox(_("打开"), list(by_id), key="case", format_func=begin.__getitem__)

    draw_case(by_id[address.choice("case", by_id, draw_cases, found[0].id)], account)


def _filter(names: dict[Source, str]) -> tuple[CaseState | None, Source | None]:
    left, right = st.columns(2)
    states = {each.value: _(each.label) for each in CaseState}
    of_boxes = {source.reference: name for source, name in names.items() if source.kind == KIND}
    boxes = {"": _("全部")} | distinct(of_boxes)

    def draw_states() -> str | None:
        return left.segmented_control(_("状态"), list(states), format_func=states.__getitem__, key="state")

    def draw_boxes() -> str | None:
        return right.selectbox(_("意见箱"), list(boxes), format_func=boxes.__getitem__, key="box")

    state = address.maybe("state", states, draw_states)
    box = address.choice("box", boxes, draw_boxes, "")
    return (CaseState(state) if state else None), from_box(box) if box else None


def _row(case: Case, names: dict[Source, str]) -> tuple[object, ...]:
    state = look.tag(_(case.state.label), _TONES.get(case.state, "plain"))
    if _unread(case):
        state += Markup("<br>") + look.tag(_("有补充"), "wait")
    about = " · ".join(
        filter(None, (_(case.category) if case.category else "", names.get(case.source, case.source.reference)))
    )
    words = Markup('{}<div class="xs-soft">{}</div>').format(_opening(case), about)
    return Markup("<nobr>{}</nobr>").format(local_day(case.received_at).isoformat()), state, words


def _unread(case: Case) -> bool:
    """Whether its author has written again, and nobody has said what becomes of it."""
    return case.waiting and case.state in (CaseState.RECEIVED, CaseState.WORKED_ON)


def _opening(case: Case) -> str:
    words = " ".join(case.text.split())
    return words if len(words) <= _OPENING else f"{words[:_OPENING]}…"


def draw_case(case: Case, account: Account, *, joins: bool = False) -> None:
    """One case: what was written, what became of it, and what can be done; *joins* it with others where wished."""
    names = department_names()
    with st.container(border=True):
        look.written(case.text)
        flags = join_names([_(Flag(each).label) for each in case.flags])
        told = [f"{_('部门')}: {names.get(case.department, case.department)}"]
        told += [f"{_('经办人')}: {person_name(case.owner)}"] if case.owner else []
        told += [f"{_('期限')}: {case.due_on.isoformat()}"] if case.due_on and case.state.open else []
        told += [f"{_('可疑之处')}: {flags}"] if flags else []
        look.soft(" · ".join(told))
        if photos := session.store().cases.photos(case.id):
            look.links(*((f"/evidence/{key}", _("照片 {number}").format(number=n)) for n, key in enumerate(photos, 1)))
        for remark in session.store().cases.remarks(case.id):
            look.soft(_("{day} 补充").format(day=local_day(remark.received_at)))
            look.written(remark.text)
        if case.contact:
            _contact(case, account)
        _reports(case)
        _answer(case)
        with st.container(horizontal=True):
            _hand_on(case, names)
            case_work.assign(case, names)
            case_work.put_off(case)
            if joins:
                case_work.join(case, account)
        lessons_offered.draw(words_of(case.text), besides=case.id)
        if not case.state.open:
            lessons_offered.link_to_write("case", case.id)
        case_work.notes(case)
        case_work.timeline(case, names)


def _reports(case: Case) -> None:
    """Further reports of the same matter."""
    reports = session.store().cases.reports_of(case.id)
    if case.joined_to is not None:
        look.soft(_("已并入另一件工单，写信的人看到那一件的进展和答复。"))
    if reports:
        look.soft(_("并入这一件的还有 {count} 次反映：").format(count=len(reports)))
        for each in reports:
            look.written(each.text)


def _contact(case: Case, account: Account) -> None:
    if account.role not in rules_from(session.store().organisation.setting(RULES)).plain:
        look.soft(_("留有联系方式；您的角色不需要看到它。"))
        return
    key = f"contact {case.id}"
    if actions.button(_("显示联系方式（会记录）"), key):
        actions.perform(key, partial(_record_look, case))
    if actions.outcome(key):
        look.written(case.contact)


def _record_look(case: Case) -> None:
    session.store().accounts.record(session.acting(Action.ANSWER_CASES).name, "see contact", "case", case.id[:8])


def _answer(case: Case) -> None:
    area, seen = f"reply {case.id}", st.session_state.get(_SEEN)
    if area not in st.session_state or seen is None or seen.id != case.id:
        seen = st.session_state[_SEEN] = case
    with st.form(f"answer {case.id}", border=False):
        if seen.state is not case.state:
            look.soft(_("别人刚刚把状态改为“{state}”。").format(state=_(case.state.label)))
        if seen.reply != case.reply:
            look.soft(_("别人刚刚这样答复："))
            look.written(case.reply)
        reply = st.text_area(
            _("答复（写信的人凭查询码看到）"), case.reply, max_chars=LONGEST_REPLY, height=140, key=area
        )
        state = st.segmented_control(
            _("状态"), [each for each in CaseState if each is seen.state or each in seen.state.next],
            default=seen.state, required=True, format_func=lambda each: _(each.label),
            key=f"state {case.id}",
        )  # fmt: skip
        if st.form_submit_button(_("保存"), type="primary"):
            _save(seen, CaseState(state or case.state), (reply or "").strip())


def _save(seen: Case, state: CaseState, reply: str) -> None:
    account, cases = session.acting(Action.ANSWER_CASES), session.store().cases
    if reply != seen.reply and reply and state is CaseState.RECEIVED:
        state = CaseState.ANSWERED  # who finds an answer must not read that there is none yet
    if cases.answer(seen, state, reply, local_day(utc_now()), by=account.name):
        st.session_state[_SEEN] = None
        st.session_state.pop(f"state {seen.id}", None)
        look.done(_("已保存；写信的人现在可以看到。"))
    now = cases.get(seen.id)
    st.session_state[_SEEN] = now
    news = _("没有保存：您打开之后，写信的人有补充，或别人已经答复、改了状态（现在是“{state}”）。").format(
        state=_(now.state.label) if now else "—"
    )
    st.error(news + _("请先看上面；您写的还在，再按“保存”就以它为准。"))


def _hand_on(case: Case, names: dict[str, str]) -> None:
    others = [code for code in names if code != case.department]
    if not others:
        return
    with st.popover(_("转给别的部门")):
        to = st.selectbox(_("部门"), others, format_func=names.__getitem__, key=f"to {case.id}")
        if st.button(_("转交"), key=f"hand on {case.id}"):
            account = session.acting(Action.ANSWER_CASES)
            seen = st.session_state.get(_SEEN)
            try:
                session.store().cases.hand_on(case.id, to, by=account.name, seen=seen or case)
            except ChangedMeanwhile:
                st.session_state[_SEEN] = case
                st.error(_("没有转交：您打开之后，写信的人有补充，或别人已经处理。请先看上面，再决定要不要转交。"))
                return
            look.done(_("已转给{name}。").format(name=look.as_written(names[to])))
