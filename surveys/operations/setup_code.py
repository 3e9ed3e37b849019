"""The one-time code that shows who creates the first administrator to be somebody who runs the server."""

from __future__ import annotations

import hmac

from surveys.accounts import token_hash
from surveys.intake.receipts import as_receipt, random_code
from surveys.storage import Store
from surveys.storage.changes import ANY, ChangedMeanwhile, Unread

_SETTING = "setup code"  # only its hash is kept


def new_setup_code(store: Store) -> str | None:
    """A code that replaces any given before; None once there is an account."""
    return _keep_new_code(store, ANY)


def first_setup_code(store: Store) -> str | None:
    """A code when there is neither an account nor a code given before; of several processes that start, one gets it."""
    try:
        return _keep_new_code(store, None)
    except ChangedMeanwhile:
        return None


def _keep_new_code(store: Store, seen: Unread | None) -> str | None:
    if store.accounts.any():
        return None
    code = random_code()
    store.organisation.set(_SETTING, token_hash(code), seen=seen)
    return code


def setup_code_fits(store: Store, typed: str) -> bool:
    """Whether this is the code given last, however it was typed. It opens nothing once there is an account."""
    code, kept = as_receipt(typed[:100]), store.organisation.setting(_SETTING)
    return code is not None and kept is not None and hmac.compare_digest(token_hash(code), kept)


def setup_guide(base_url: str, code: str) -> str:
    """What whoever starts the server is told: where the first administrator is created, and with which code."""
    return f"还没有账号。请打开 {base_url}/setup?code={code} 建立管理员账号（设置码 {code}，只能用一次）。"
