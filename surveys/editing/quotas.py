"""Steps on quotas: how many answers of which kind are wanted."""

from __future__ import annotations

from typing import Any

from surveys.editing.defaults import text
from surveys.editing.draft import Data, Draft, NotInDraft, fresh
from surveys.editing.places import quoted
from surveys.language import marked
from surveys.wording import saying

FIRST_LIMIT = 100  # answers, until the designer says how many


def add_quota(draft: Draft) -> Draft:
    """With another quota, which counts every answer until a condition is set."""
    data = draft.copied()
    quotas = data.setdefault("quotas", [])
    taken = {str(each.get("code")) for each in quotas} | {name.removeprefix("quotas.") for name in draft.taken}
    number = len(quotas) + 1
    label = text((f"配额 {number}", f"Quota {number}"), draft.languages())
    quotas.append({"code": fresh("quota", taken), "label": label, "limit": FIRST_LIMIT})
    return draft.after(data, saying(marked("添加配额{label}"), label=quoted(label)))


def change_quota(draft: Draft, code: str, setting: str, value: Any) -> Draft:
    """With a setting of a quota changed, to none when *value* is None."""
    data = draft.copied()
    quota = _quota(data, code)
    quota.pop(setting, None)
    quota |= {} if value is None else {setting: value}
    return draft.after(data, saying(marked("修改配额{label}"), label=quoted(quota.get("label"))))


def delete_quota(draft: Draft, code: str) -> Draft:
    """Without a quota; its code is not given to another."""
    data = draft.copied()
    gone = _quota(data, code)
    data["quotas"].remove(gone)
    return draft.after(data, saying(marked("删除配额{label}"), label=quoted(gone.get("label"))))


def _quota(data: Data, code: str) -> Data:
    for quota in data.get("quotas") or ():
        if quota.get("code") == code:
            found: Data = quota
            return found
    raise NotInDraft(saying(marked("没有代码为“{code}”的配额"), code=code))
