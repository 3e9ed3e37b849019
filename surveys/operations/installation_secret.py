"""The secret that belongs to a database: looked for, made on the first start, and never replaced unsaid."""

from __future__ import annotations

from pathlib import Path

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, saying
from surveys.settings import FINGERPRINT, UnfitSecret, fingerprint, secret_key
from surveys.storage import Store
from surveys.storage.records.accounts import SignedAnew

WHAT_BREAKS = marked(
    "没有原来的密钥：发出的回执码不能再用来撤回答卷、查进度，发出的个人链接和没写完的答卷打不开，"
    "档案已删除的人的免打扰不再认得，退信对不上是哪一封。"
)
_MISSING = marked("{path}：密钥文件不在了，没有启动。{breaks}{advice}")
_OTHER = marked("{path}：这个密钥文件不属于这个数据库，没有启动。{breaks}{advice}")
_ADVICE = marked(
    "请从备份放回原来的密钥文件（XINSHENG_SECRET_FILE）；确实找不回来时，"
    "用 python -m surveys accept-secret 认可新的密钥。"
)


class OtherSecret(UnfitSecret):
    """The secret file is not the one that the database was used with."""


def installation_secret(store: Store, path: Path) -> bytes:
    """The secret; made when neither it nor its fingerprint in the database is there yet. Raises OtherSecret."""
    known = store.organisation.setting(FINGERPRINT)
    if known is not None and not path.exists():
        raise OtherSecret(_refusal(_MISSING, path))
    secret = secret_key(path)
    if known is None:
        store.organisation.set(FINGERPRINT, fingerprint(secret))
    elif known != fingerprint(secret):
        raise OtherSecret(_refusal(_OTHER, path))
    return secret


def _refusal(wording: str, path: Path) -> Message:
    return saying(wording, path=str(path), breaks=Message(WHAT_BREAKS, {}), advice=Message(_ADVICE, {}))


def accept_secret(store: Store, path: Path, *, by: str) -> SignedAnew | None:
    """Take the secret in the file, or a new one, for the database's from now on; None when it was so already.

    The audit trail is signed with it as far as its chain is whole.
    """
    secret = secret_key(path)
    if store.organisation.setting(FINGERPRINT) == fingerprint(secret):
        return None
    signed = store.accounts.sign_audit_anew(secret, by=by, name=path.name)
    store.organisation.set(FINGERPRINT, fingerprint(secret))  # last: broken off before, it is done once more
    return signed
