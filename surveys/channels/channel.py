"""What every channel is, and the ways in which sending can fail."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Protocol, Self

from surveys.channels.message import Outgoing
from surveys.localisation.language import marked


class SendingTrouble(StrEnum):
    """Why a message has not gone out, or has come back; `words` tell people what to do about it."""

    NOT_SET_UP = "not_set_up"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    SIGN_IN = "sign_in"
    MISPLACED = "misplaced"
    BUSY = "busy"
    ADDRESS = "address"
    REFUSED = "refused"
    NO_LINK = "no_link"
    TOO_LATE = "too_late"
    BOUNCED = "bounced"
    MAILBOX_FULL = "mailbox_full"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    SendingTrouble.NOT_SET_UP: marked("这个渠道还没有设置，请系统管理员按说明填写环境变量后重启。"),
    SendingTrouble.UNREACHABLE: marked("连不上对方的服务器，会自动再试；如果一直这样，请检查地址和网络。"),
    SendingTrouble.UNTRUSTED: marked("对方服务器的证书不可信，为了安全没有发送，请检查服务器地址和证书。"),
    SendingTrouble.SIGN_IN: marked("对方不接受我们的账号、密码或签名，请系统管理员检查设置。"),
    SendingTrouble.MISPLACED: marked("对方服务器上没有这个地址，请系统管理员检查设置中的网址。"),
    SendingTrouble.BUSY: marked("对方让我们稍后再发，会自动再试。"),
    SendingTrouble.ADDRESS: marked("这个地址不存在或写法不对，请更正联系人的资料。"),
    SendingTrouble.REFUSED: marked("对方拒收了这条消息，请检查内容、签名和发送额度。"),
    SendingTrouble.NO_LINK: marked("这条消息里要放的链接已经没有了，邀请可能已被撤回，或问卷已经关闭。"),
    SendingTrouble.TOO_LATE: marked("超过了可以发送的时间，没有再发。"),
    SendingTrouble.BOUNCED: marked("邮件被退回，请核对收件地址。"),
    SendingTrouble.MAILBOX_FULL: marked("对方邮箱已满，邮件被退回。"),
    SendingTrouble.UNKNOWN: marked("发送出错，原因不明，会自动再试。"),
}


class SendingFailed(Exception):
    """A message was not taken over. `detail` is a code for the administrator, never contents or an address."""

    def __init__(self, reason: SendingTrouble, detail: str = "") -> None:
        super().__init__(f"{reason.value} {detail}".strip())
        self.reason = reason
        self.detail = detail


class Refused(SendingFailed):
    """For good: the same message would be refused again."""


class NotNow(SendingFailed):
    """For a while; *wait* is how many seconds the other side asks for."""

    def __init__(self, reason: SendingTrouble, detail: str = "", *, wait: float | None = None) -> None:
        super().__init__(reason, detail)
        self.wait = wait


class ChannelDown(NotNow):
    """Nothing of this channel can be sent for a while: it is not the message's fault, and costs it no try."""


class UnfitSettings(ValueError):
    """The environment sets a channel up in a way that can't work; names the variable and how to mend it."""


class Channel(Protocol):
    """One way to reach people. Classes stand in CHANNELS; an instance belongs to one thread."""

    label: ClassVar[str]
    contact_field: ClassVar[str]  # which of a contact's fields holds the address: email, phone or chat
    settings: ClassVar[str]  # the variables that set it up, as the README lists them

    per_minute: float  # how many messages may go out

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], secret: bytes) -> Self | None:
        """The channel as the environment sets it up, None when it doesn't; raises UnfitSettings."""

    @staticmethod
    def fits(address: str) -> bool:
        """Whether this could be an address here."""

    def send(self, message: Outgoing) -> None:
        """Returns when the other side has taken the message over; raises SendingFailed."""

    def close(self) -> None:
        """Let go of connections; `send` makes new ones."""
