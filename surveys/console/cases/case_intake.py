"""Taking a case in: what was said by phone, in a letter, at a visit or a round table, with a code for its author."""

from __future__ import annotations

import streamlit as st

from surveys.accounts import Account
from surveys.cases.case import LONGEST_TEXT, Source
from surveys.cases.categories import CASE_CATEGORIES, categories_from
from surveys.cases.intake import TYPED_IN, typed_case
from surveys.console.cases.sources import KINDS
from surveys.console.kit import actions, look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _
from surveys.intake.receipts import random_code
from surveys.localisation.clock import utc_now
from surveys.operations.cases import give_due_days
from surveys.permissions import Action
from surveys.settings import Settings, secret_key

_BUTTON = "take in case"


def draw(account: Account) -> None:
    """What was said, by whom it is answered, and afterwards the code to be told to its author."""
    if done := actions.outcome(_BUTTON):
        told = _("已登记。查询码 {code}：请告诉反映的人，凭它可以在 /case 查看进展和答复。")
        st.success(told.format(code=done.value))
    names = {code: name for code, name in department_names().items() if account.may(Action.ANSWER_CASES, code)}
    if not names:
        look.empty(_("还没有部门"), _("管理员在“组织”中新增部门后，可以在这里登记。"))
        return
    kept = categories_from(session.store().organisation.setting(CASE_CATEGORIES))
    left, middle, right = st.columns(3)
    kind = left.selectbox(_("从哪里来"), TYPED_IN, format_func=lambda each: _(KINDS[each]), key="intake kind")
    category = middle.selectbox(_("类别"), [each.name for each in kept], format_func=_, key="intake category")
    department = right.selectbox(_("部门"), list(names), format_func=names.__getitem__, key="intake department")
    text = st.text_area(_("说了什么"), max_chars=LONGEST_TEXT, height=140, key="intake text")
    contact = st.text_input(_("怎样联系（选填）"), max_chars=100, key="intake contact")
    if actions.button(_("登记"), _BUTTON, type="primary"):
        if not (text or "").strip():
            st.error(_("请写下说了什么。"))
            return
        actions.perform(_BUTTON, lambda: _keep(kind, category or "", department, text.strip(), contact.strip()))


def _keep(kind: str, category: str, department: str, text: str, contact: str) -> str:
    account, store = session.acting(Action.ANSWER_CASES, department), session.store()
    code = random_code()
    secret = secret_key(Settings.from_environment().secret_file)
    case = typed_case(code, secret, Source(kind), department, category, text, contact, utc_now())
    store.cases.receive(case, by=account.name)
    give_due_days(store)
    return code
