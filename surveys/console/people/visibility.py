"""Who may see which files: by role, the periods of the levels, when a file counts as stale."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from surveys.console.kit import concurrent_edits, look, session
from surveys.console.kit.words import _, join_names
from surveys.console.people.opened import level_words
from surveys.operations.contact_register import Register
from surveys.people.contact import Secrecy
from surveys.people.visibility import RULES, PeopleRules, rules_from
from surveys.permissions import Action, Role

_LEVELS = [level for level in Secrecy if level is not Secrecy.NONE]


def draw(register: Register) -> None:
    """One form; what is saved holds at once."""
    kept = session.store().organisation.setting(RULES)
    sheet = concurrent_edits.sheet("save people rules", kept, _told, "contacts")
    rules = rules_from(sheet.first)
    look.soft(
        _("管理者只看本部门的档案，这里定的是各角色最高能看到哪一级。看不到的档案，列表、搜索和导出中都不会出现。")
    )
    with st.form("people rules"):
        columns = st.columns(len(Role))
        highest = {
            role: _level(column, role, rules.highest.get(role, Secrecy.NONE))
            for role, column in zip(Role, columns, strict=True)
        }
        plain = st.multiselect(
            _("工作需要看到完整个人信息的角色（其他角色只看到遮蔽后的）"), list(Role),
            default=[role for role in Role if role in rules.plain], format_func=lambda role: _(role.label),
            placeholder=_("没有"),
        )  # fmt: skip
        columns = st.columns(len(_LEVELS) + 1)
        years: dict[Secrecy, int] = {
            level: int(
                column.number_input(
                    _("{level}的期限（年）").format(level=level_words(level)), 1, 30, rules.years[level]
                )
            )
            for level, column in zip(_LEVELS, columns, strict=False)
        }
        stale = columns[-1].number_input(_("多少天没更新算陈旧"), 30, 3650, rules.stale_after_days)
        if st.form_submit_button(_("保存"), type="primary", key="save people rules"):
            account = session.acting(Action.SET_SECRECY)
            new = PeopleRules(
                highest=highest,
                plain=frozenset(plain),
                years=years,
                stale_after_days=int(stale),
                personal=rules.personal,
            )
            keep = partial(session.store().organisation.set, RULES, new.model_dump_json(), seen=sheet.seen)
            if not concurrent_edits.keep_edit("save people rules", keep):
                return
            session.store().accounts.record(account.name, "change people rules", "contacts", _detail(new))
            look.done(_("已保存密级与权限。"))


def _told(kept: str | None) -> dict[str, str]:
    rules = rules_from(kept)
    told = {_(role.label): level_words(rules.highest.get(role, Secrecy.NONE)) for role in Role}
    told |= {_("{level}的期限（年）").format(level=level_words(each)): str(rules.years[each]) for each in _LEVELS}
    told[_("完整信息")] = join_names([_(role.label) for role in Role if role in rules.plain])
    return told | {_("多少天没更新算陈旧"): str(rules.stale_after_days)}


def _level(column: DeltaGenerator, role: Role, now: Secrecy) -> Secrecy:
    by_rank = list(Secrecy)
    rank = column.selectbox(
        _(role.label), range(len(by_rank)), index=now.rank, format_func=lambda each: level_words(by_rank[each]),
        key=f"highest {role}",
    )  # fmt: skip
    return by_rank[rank or 0]


def _detail(rules: PeopleRules) -> str:
    levels = ", ".join(f"{role.value} {level.value or '-'}" for role, level in rules.highest.items())
    return f"{levels}; plain: {', '.join(sorted(rules.plain)) or '-'}"
