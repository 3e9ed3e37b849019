"""Invitations and their personal links: one answer each, until it is given, revoked or out of date."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_TOKEN_BYTES = 16


class InvitationStanding(StrEnum):
    """What a personal link still is good for."""

    OPEN = "open"
    USED = "used"
    TURNED_AWAY = "turned_away"  # not one of those asked, or the places were taken
    REVOKED = "revoked"
    EXPIRED = "expired"
    ENDED = "ended"  # the whole campaign


@dataclass(frozen=True)
class Invitation:
    """That one person is asked once. Of an anonymous survey it knows nothing finer than *that* they have answered."""

    id: str
    campaign: str
    survey: str
    version: int
    anonymous: bool
    contact: str
    due_at: datetime
    department: str | None = None
    segment: str = ""
    expires_at: datetime | None = None
    opened: bool = False
    begun: bool = False
    finished: bool = False
    turned_away: bool = False
    revoked: bool = False
    ended: bool = False
    context: Mapping[str, str] = field(default_factory=dict)  # of the event it follows; never of an anonymous survey

    def standing(self, now: datetime) -> InvitationStanding:
        """What the link is good for at this moment."""
        if self.finished:
            return InvitationStanding.USED
        if self.revoked:
            return InvitationStanding.REVOKED
        if self.turned_away:
            return InvitationStanding.TURNED_AWAY
        if self.ended:
            return InvitationStanding.ENDED
        return (
            InvitationStanding.EXPIRED
            if self.expires_at is not None and now >= self.expires_at
            else InvitationStanding.OPEN
        )


def new_invitation_id() -> str:
    """128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def link_token(secret: bytes, invitation: str) -> str:
    """The token of an invitation's link: 128 bits that can be written again, though the database holds their hash."""
    digest = hmac.digest(secret, b"invitation:" + invitation.encode(), "sha256")
    return urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")


def personal_link(base_url: str, token: str) -> str:
    """The address that a message carries."""
    return f"{base_url.rstrip('/')}/i/{token}"
