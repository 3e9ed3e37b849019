"""Lists of a survey beside its questions: quotas, and what is said at the end by what was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.conditions import QUOTA, THANKS, condition
from surveys.console.design.builder.fact_fields import fact_bounds, fact_values
from surveys.console.design.builder.fields import SIMPLE, Drawn, Field, Holder
from surveys.console.kit import look
from surveys.console.kit.words import _
from surveys.definition.plain_data import Data
from surveys.editing import (
    Draft,
    Setting,
    SettingKind,
    add_fact,
    add_quota,
    add_thanks,
    change_fact,
    change_quota,
    change_thanks,
    context_settings,
    delete_fact,
    delete_quota,
    delete_thanks,
    quota_settings,
    thanks_settings,
)
from surveys.localisation.language import marked

_FIELDS: dict[SettingKind, Drawn] = SIMPLE | {
    SettingKind.CONDITION: condition,
    SettingKind.VALUES: fact_values,
    SettingKind.BOUNDS: fact_bounds,
}


@dataclass(frozen=True)
class EntryList:
    """One such list: its steps, its words, and the kind of holder whose conditions its entries have."""

    holder: str
    settings: Callable[[], Sequence[Setting]]
    add: Callable[[Draft], Draft]
    change: Callable[[Draft, str, str, Any], Draft]
    delete: Callable[[Draft, str], Draft]
    count: str  # marked messages
    add_words: str
    delete_words: str
    named: bool = False  # whether its entries are known outside by their codes, which are chosen then

    def draw(self, field: Field) -> None:
        """Every entry, and a button for one more."""
        present: list[Data] = list(field.value or ())
        head = _(self.count) if present else _("{label}：无")
        with st.expander(head.format(label=field.label, count=len(present)), key=f"{field.key} open"):
            if field.help:
                look.soft(field.help)
            for entry in present:
                self._entry(field, entry)
            st.button(
                _(self.add_words), icon=":material/add:", type="tertiary", key=f"{field.key} add", on_click=desk.take,
                args=(self.add,),
            )  # fmt: skip

    def _entry(self, field: Field, entry: Data) -> None:
        code = str(entry.get("code"))
        holder = Holder(f"{field.key} {code}", entry, partial(self._change, code), self.holder)
        with st.container(border=True, gap="xsmall"):
            for setting in self.settings():
                if setting.name != "code" or self.named:
                    _FIELDS[setting.kind](Field(holder, setting, field.draft, field.language))
            st.button(
                _(self.delete_words), key=f"{holder.key} drop", type="tertiary", on_click=desk.take,
                args=(self.delete, code),
            )  # fmt: skip

    def _change(self, code: str, draft: Draft, setting: str, value: Any) -> Draft:
        return self.change(draft, code, setting, value)


QUOTAS = EntryList(
    QUOTA, quota_settings, add_quota, change_quota, delete_quota,
    count=marked("{label}：{count} 项"), add_words=marked("添加配额"), delete_words=marked("去掉这项配额"),
)  # fmt: skip
THANKS_BY_ANSWER = EntryList(
    THANKS, thanks_settings, add_thanks, change_thanks, delete_thanks,
    count=marked("{label}：{count} 条"), add_words=marked("添加结束语"), delete_words=marked("去掉这条结束语"),
)  # fmt: skip
CONTEXT = EntryList(
    "context", context_settings, add_fact, change_fact, delete_fact,
    count=marked("{label}：{count} 项"), add_words=marked("添加随答信息"), delete_words=marked("去掉这项随答信息"),
    named=True,
)  # fmt: skip
