"""Return addresses that say which message has come back, and that nobody else can make (VERP, Bernstein 1997)."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode

from surveys.channels.channel import UnfitSettings

LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
_MARK = re.compile(r"([0-9a-f]{32})[-.]([a-z2-7]{16})", re.IGNORECASE)


class ReturnAddresses:
    """Marks messages and reads the marks again; *secret* is the installation's."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def mark(self, message: str, joint: str = "-") -> str:
        """The message's id with a signature, in letters that survive being turned small."""
        digest = hmac.digest(self._secret, b"bounce:" + message.encode(), "sha256")
        return f"{message}{joint}{b32encode(digest[:10]).decode().lower()}"

    def envelope_sender(self, base: str, message: str) -> str:
        """`bounces@example.cn` → `bounces+{mark}@example.cn`: where this message is returned to."""
        local, _, domain = base.rpartition("@")
        return f"{local}+{self.mark(message)}@{domain}"

    def message_of(self, text: str) -> str | None:
        """The id of the message that a true mark in this text names; None without one."""
        for found in _MARK.finditer(text):
            message, signature = found[1].lower(), found[2].lower()
            if hmac.compare_digest(self.mark(message), f"{message}-{signature}"):
                return message
        return None


def return_base(address: str, name: str) -> str:
    """The address that marks are put into; raises UnfitSettings naming the variable when there is no room."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise UnfitSettings(f"{name}: write a whole address, such as bounces@example.cn")
    room = LONGEST_LOCAL_PART - len("+" + ReturnAddresses(b"").mark("0" * 32))
    if len(local) > room:
        raise UnfitSettings(f"{name}: the part before @ has {len(local)} characters; take one of at most {room}")
    return address
