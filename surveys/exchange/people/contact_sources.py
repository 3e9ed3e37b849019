"""Address books whose exports are known again by themselves. CONTACT_SOURCES at the foot."""

from __future__ import annotations

from surveys.exchange.sources.source import SourceSystem, plain_head
from surveys.localisation.language import marked

_GOOGLE = frozenset(
    ("e-mail 1 - value", "e-mail 1 - label", "e-mail 1 - type", "phone 1 - value", "phone 1 - label", "phone 1 - type",
     "group membership", "labels")
)  # fmt: skip
_OUTLOOK = frozenset(
    ("e-mail address", "e-mail display name", "business phone", "mobile phone", "home phone", "business street",
     "home street", "电子邮件地址", "电子邮件显示名称", "商务电话", "移动电话", "住宅电话")
)  # fmt: skip

CONTACT_SOURCES: dict[str, SourceSystem] = {
    "google-contacts": SourceSystem(marked("Google 通讯录"), plain_head(_GOOGLE, least=2)),
    # A department there is the person's own, none of the organisation's.
    "outlook": SourceSystem(
        marked("Outlook 联系人"),
        plain_head(_OUTLOOK, least=2),
        beside=frozenset(("department", "部门", "title", "职务")),
    ),
}
