"""The ways messages reach people: each is one class, and its name in CHANNELS at the foot.

Whoever has something to say puts it into the outbox (`Store.outbox.put`); the sender (`channels.sender`) works the
outbox in the background and knows nothing of campaigns.
"""

from __future__ import annotations

from collections.abc import Mapping

from surveys.channels.channel import (
    Channel,
    ChannelDown,
    NotNow,
    Reason,
    Refused,
    SendingFailed,
    UnfitSettings,
)
from surveys.channels.mail import Mail
from surveys.channels.message import Links, LinksOf, OutboxMessage, Outgoing, State, message_id, outgoing
from surveys.channels.robots import DingTalk, Feishu, WeCom
from surveys.channels.sms import Sms

__all__ = [
    "CHANNELS",
    "Channel",
    "ChannelDown",
    "Links",
    "LinksOf",
    "NotNow",
    "OutboxMessage",
    "Outgoing",
    "Reason",
    "Refused",
    "SendingFailed",
    "State",
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


def channels_set_up(environment: Mapping[str, str], secret: bytes) -> dict[str, Channel]:
    """The channels that the environment sets up, by name; raises UnfitSettings for one that can't work."""
    made = {name: kind.from_environment(environment, secret) for name, kind in CHANNELS.items()}
    return {name: channel for name, channel in made.items() if channel is not None}
