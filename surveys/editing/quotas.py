"""Steps on quotas: how many answers of which kind are wanted."""

from __future__ import annotations

from typing import Any

from surveys.editing.coded_entries import CodedEntries
from surveys.editing.defaults import text
from surveys.editing.draft import Draft
from surveys.localisation.language import marked

FIRST_LIMIT = 100  # answers, until the designer says how many

_QUOTAS = CodedEntries(
    "quotas", "quota", "label",
    added=marked("添加配额{label}"), changed=marked("修改配额{label}"), deleted=marked("删除配额{label}"),
    unknown=marked("没有代码为“{code}”的配额"),
)  # fmt: skip


def add_quota(draft: Draft) -> Draft:
    """With another quota, which counts every answer until a condition is set."""
    data = draft.copied()
    number = len(_QUOTAS.among(data)) + 1
    label = text((f"配额 {number}", f"Quota {number}"), draft.languages())
    return _QUOTAS.add(draft, data, {"label": label, "limit": FIRST_LIMIT})


def change_quota(draft: Draft, code: str, setting: str, value: Any) -> Draft:
    """With a setting of a quota changed, to none when *value* is None."""
    return _QUOTAS.change(draft, code, setting, value)


def delete_quota(draft: Draft, code: str) -> Draft:
    """Without a quota; its code is not given to another."""
    return _QUOTAS.delete(draft, code)
