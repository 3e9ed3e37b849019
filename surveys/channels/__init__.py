"""The ways messages reach people: each is one class, and its name in CHANNELS at the foot.

Whoever has something to say puts it into the outbox (`Store.outbox.put`); the sender (`channels.sender`) works the
outbox in the background and knows nothing of campaigns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveys.channels.channel import (
    Channel,
    ChannelDown,
    NotNow,
    Refused,
    SendingFailed,
    SendingTrouble,
    UnfitSettings,
)
from surveys.channels.mail import Mail
from surveys.channels.message import Links, LinksOf, MessageState, OutboxMessage, Outgoing, message_id, outgoing
from surveys.channels.robots import DingTalk, Feishu, WeCom
from surveys.channels.sms import Sms

__all__ = [
    "CHANNELS",
    "Channel",
    "ChannelDown",
    "Links",
    "LinksOf",
    "MessageState",
    "NotNow",
    "OutboxMessage",
    "Outgoing",
    "Readiness",
    "Refused",
    "SendingFailed",
    "SendingTrouble",
    "SetUp",
    "UnfitSettings",
    "channels_set_up",
    "message_id",
    "outgoing",
]

CHANNELS: dict[str, type[Channel]] = {
    "mail": Mail,
    "sms": Sms,
    "wecom": WeCom,
    "dingtalk": DingTalk,
    "feishu": Feishu,
}


class Readiness(StrEnum):
    """Whether a channel can send at all, before anything is tried."""

    READY = "ready"
    UNFIT = "unfit"  # set up, but in a way that can't work
    MISSING = "missing"


@dataclass(frozen=True)
class SetUp:
    """The channels that the environment sets up, and why others that it tries to set up can't work, by name."""

    channels: Mapping[str, Channel]
    problems: Mapping[str, str]

    def readiness(self, name: str) -> Readiness:
        """Whether this channel can send."""
        if name in self.channels:
            return Readiness.READY
        return Readiness.UNFIT if name in self.problems else Readiness.MISSING


def channels_set_up(environment: Mapping[str, str], secret: bytes) -> SetUp:
    """One channel that is set up wrongly costs neither the others nor the forms."""
    channels: dict[str, Channel] = {}
    problems: dict[str, str] = {}
    for name, kind in CHANNELS.items():
        try:
            channel = kind.from_environment(environment, secret)
        except UnfitSettings as error:
            problems[name] = str(error)
        else:
            channels |= {name: channel} if channel is not None else {}
    return SetUp(channels, problems)
