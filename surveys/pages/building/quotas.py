"""How many answers of which kind are wanted: each quota with its name, its limit and what it counts."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from surveys.editing import Draft, Kind, add_quota, change_quota, delete_quota, quota_settings
from surveys.editing.draft import Data
from surveys.pages import look
from surveys.pages.building import desk
from surveys.pages.building.conditions import QUOTA, condition
from surveys.pages.building.fields import SIMPLE, Drawn, Field, Holder
from surveys.pages.words import _

_FIELDS: dict[Kind, Drawn] = SIMPLE | {Kind.CONDITION: condition}


def quotas(field: Field) -> None:
    """Every quota, and a button for one more."""
    present: list[Data] = list(field.value or ())
    head = _("{label}：{count} 项") if present else _("{label}：无")
    with st.expander(head.format(label=field.label, count=len(present)), key=f"{field.key} open"):
        if field.help:
            look.soft(field.help)
        for quota in present:
            _quota(field, quota)
        st.button(
            _("添加配额"), icon=":material/add:", type="tertiary", key=f"{field.key} add", on_click=desk.take,
            args=(add_quota,),
        )  # fmt: skip


def _quota(field: Field, quota: Data) -> None:
    code = str(quota.get("code"))
    holder = Holder(f"{field.key} {code}", quota, partial(_change, code), QUOTA)
    with st.container(border=True, gap="xsmall"):
        for setting in quota_settings():
            if setting.name != "code":
                _FIELDS[setting.kind](Field(holder, setting, field.draft, field.language))
        st.button(
            _("去掉这项配额"), key=f"{holder.key} drop", type="tertiary", on_click=desk.take, args=(delete_quota, code)
        )


def _change(code: str, draft: Draft, setting: str, value: Any) -> Draft:
    return change_quota(draft, code, setting, value)
