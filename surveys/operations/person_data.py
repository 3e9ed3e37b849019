"""What one person may ask for by law: a copy of all that is held of them, and its erasure."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveys.localisation.language import marked
from surveys.people.contact import Contact
from surveys.people.contact_search import ContactSearch
from surveys.storage import Store

KINDS = {
    "merged": marked("并入的档案"),
    "contact": marked("档案"), "wishes": marked("免打扰的意愿（留下，只存地址的哈希）"), "invitations": marked("邀请"),
    "messages": marked("邮件和短信"), "answers": marked("记名答卷"),
    "set_apart": marked("不计入或试填的答卷"), "calls": marked("电话访问"),
    "subjects": marked("外部人员名单"), "tasks": marked("评价任务"),
    "cases": marked("意见和诉求"), "remarks": marked("对意见的补充"),
    "prizes": marked("抽奖登记"), "uploads": marked("上传的文件"),
}  # fmt: skip
"""What is held of a person, by kind, in words."""

_JSON = ("who", "does", "worth", "answers", "context", "flags", "attributes")  # columns that hold JSON
_SECRETS = ("token_hash", "claim")  # of ours, not about the person


def found(store: Store, text: str, limit: int = 20) -> list[Contact]:
    """Files by name, number or phone."""
    return store.contacts.page(ContactSearch(text=text), limit=limit, offset=0) if text.strip() else []


def amounts(store: Store, contact: str) -> dict[str, int]:
    """How much of each kind is held."""
    return {kind: len(rows) for kind, rows in store.persons.held(contact).items()}


def copy_of(store: Store, contact: str, now: datetime, *, by: str) -> bytes:
    """All of it as a ZIP: `person.json`, and the files as they were sent; a line in the audit says that it was made."""
    held = store.persons.held(contact)
    told = {"made_at": now.isoformat(timespec="seconds")} | {kind: list(map(_plain, held[kind])) for kind in held}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(told, ensure_ascii=False, indent=2))
        for row in held["uploads"]:
            try:
                archive.writestr(f"files/{row['key']}.{row['kind']}", store.uploads.content(row["key"]))
            except FileNotFoundError:
                archive.writestr(f"files/{row['key']}.missing", "")
    store.accounts.record(by, "export person", "contacts", f"{sum(map(len, held.values()))} rows")
    return written.getvalue()


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.loads(value) if name in _JSON and isinstance(value, str) else value
        for name, value in row.items() if name not in _SECRETS
    }  # fmt: skip
