"""What is sent: a message as it waits, and as it goes out with its links put in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from surveys.localisation.profile import UNNAMED, Profile

_ID = re.compile(r"[0-9a-f]{32}")
LINK, OPT_OUT = "{link}", "{opt_out}"  # where a waiting body has its links


class MessageState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"  # taken over by the mail server or the gateway
    FAILED = "failed"  # given up; somebody may have it tried again
    BOUNCED = "bounced"  # came back after it was sent
    CANCELLED = "cancelled"  # taken out before it was sent


@dataclass(frozen=True)
class OutboxMessage:
    """A message to one address, waiting to be sent.

    `id` comes from `message_id` and stays the same over all tries. `body` has `{link}` (and `{opt_out}`) in it, which
    are put in only when it is sent. `send_after` None means at once; after `send_before` it is given up.
    """

    id: str
    channel: str  # its name in CHANNELS
    address: str
    body: str
    subject: str = ""
    invitation: str | None = None
    send_after: datetime | None = None
    send_before: datetime | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"message id {self.id!r}: make it with message_id(…), so that it fits a return address")


def message_id(*parts: str) -> str:
    """The id of the message that these parts name, the same whenever it is asked for: 128 bits in hexadecimal."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Links:
    """The links of one invitation; `one_click` says that a bare POST to `opt_out` opts out (RFC 8058)."""

    link: str
    opt_out: str | None = None
    one_click: bool = False


LinksOf = Callable[[str], Links | None]  # by the invitation's id; None when it has been revoked


@dataclass(frozen=True)
class Outgoing:
    """A message at the moment it is sent, with its links in it."""

    id: str
    address: str
    subject: str
    body: str
    opt_out: str | None = None
    one_click: bool = False
    sender: Profile = UNNAMED  # whose letterhead or signature it bears


def outgoing(message: OutboxMessage, links: Links | None) -> Outgoing:
    """The message with the links of its invitation; raises ValueError when it needs one that is not there."""
    body, wanted = message.body, {LINK: links and links.link, OPT_OUT: links and links.opt_out}
    for place, link in wanted.items():
        if place in body:
            if not link:
                raise ValueError(f"message {message.id} has {place} but belongs to no invitation that gives one")
            body = body.replace(place, link)
    opt_out, one_click = (links.opt_out, links.one_click) if links else (None, False)
    return Outgoing(message.id, message.address, message.subject, body, opt_out, one_click)
