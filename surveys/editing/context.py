"""Steps on the facts that come along with an answer."""

from __future__ import annotations

from typing import Any

from surveys.editing.coded_entries import CodedEntries
from surveys.editing.defaults import text
from surveys.editing.draft import Draft
from surveys.localisation.language import marked

_FACTS = CodedEntries(
    "context", "fact", "label",
    added=marked("添加随答信息{label}"), changed=marked("修改随答信息{label}"), deleted=marked("删除随答信息{label}"),
    unknown=marked("没有代码为“{code}”的随答信息"),
)  # fmt: skip


def add_fact(draft: Draft) -> Draft:
    """With another fact, a text from any door until the designer says more."""
    data = draft.copied()
    number = len(_FACTS.among(data)) + 1
    label = text((f"随答信息 {number}", f"Context {number}"), draft.languages())
    return _FACTS.add(draft, data, {"label": label})


def change_fact(draft: Draft, code: str, setting: str, value: Any) -> Draft:
    """With a setting of a fact changed, to none when *value* is None."""
    return _FACTS.change(draft, code, setting, value)


def delete_fact(draft: Draft, code: str) -> Draft:
    """Without a fact; its code is not given to another."""
    return _FACTS.delete(draft, code)
