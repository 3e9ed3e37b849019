"""Robots in the chat groups of WeCom, DingTalk and Feishu: each speaks to its group and mentions one person there.

Everybody in the group reads the message with its link, so robots are for open links and for the staff's own forms.
An answer has status 200 also when the message was refused; the code in it tells.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import httpx

from surveys.channels.channel import ChannelDown, NotNow, Refused, SendingTrouble
from surveys.channels.environment import rate, web_address
from surveys.channels.message import Outgoing
from surveys.channels.webhook import Webhook, document
from surveys.localisation.language import marked

EVERYONE = "@all"


class Robot(Webhook):
    """What the robots share; an address is a member's id, a mobile number, or @all."""

    contact_field: ClassVar = "chat"
    url_setting: ClassVar[str]
    secret_setting: ClassVar[str] = ""
    code_field: ClassVar[str]  # where an answer has its code; 0 is success
    usual_rate: ClassVar[float]
    largest: ClassVar[int]  # bytes of text
    settings_wrong: ClassVar[frozenset[int]]
    too_fast: ClassVar[frozenset[int]]

    def __init__(self, url: str, secret: str = "", per_minute: float | None = None) -> None:
        super().__init__(url, per_minute or self.usual_rate)
        self._secret = secret

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], secret: bytes) -> Self | None:
        url = web_address(environment, cls.url_setting)
        if url is None:
            return None
        key = environment.get(cls.secret_setting, "").strip() if cls.secret_setting else ""
        name = cls.url_setting.replace("WEBHOOK_URL", "PER_MINUTE")
        return cls(url, key, rate(environment, name, cls.usual_rate))

    @staticmethod
    def fits(address: str) -> bool:
        return re.fullmatch(r"@all|[\w.\-@]{1,64}", address, re.ASCII) is not None

    def said(self, message: Outgoing) -> str:
        """Subject and body; raises Refused when it is longer than the robot may say."""
        text = "\n".join(filter(None, (message.subject, message.body)))
        if len(text.encode()) > self.largest:
            raise Refused(SendingTrouble.REFUSED, f"over {self.largest} bytes")
        return text

    def judge(self, answer: httpx.Response) -> None:
        code = document(answer).get(self.code_field)
        if code == 0:
            return
        if not isinstance(code, int):
            raise NotNow(SendingTrouble.UNKNOWN, "no code in the answer")
        detail = f"code {code}"
        if code in self.settings_wrong:
            raise ChannelDown(SendingTrouble.SIGN_IN, detail)
        if code in self.too_fast:
            raise ChannelDown(SendingTrouble.BUSY, detail, wait=60)
        raise Refused(SendingTrouble.REFUSED, detail)


class WeCom(Robot):
    """A group robot of WeCom: https://developer.work.weixin.qq.com/document/path/91770.

    Its webhook address carries a key and is the whole secret; there is no signature. 20 messages a minute.
    """

    label: ClassVar = marked("企业微信群")
    settings: ClassVar = "WECOM_WEBHOOK_URL, WECOM_PER_MINUTE"
    url_setting = "WECOM_WEBHOOK_URL"
    code_field = "errcode"
    usual_rate = 18
    largest = 2048
    settings_wrong = frozenset({93000})
    too_fast = frozenset({-1, 45009})

    def request(self, message: Outgoing) -> httpx.Request:
        mentioned = "mentioned_mobile_list" if is_mobile(message.address) else "mentioned_list"
        text = {"content": self.said(message), mentioned: [message.address]}
        return httpx.Request("POST", self.url, json={"msgtype": "text", "text": text})


class DingTalk(Robot):
    """A custom group robot of DingTalk: https://open.dingtalk.com/document/group/custom-robot-access.

    Signed by `timestamp` (milliseconds) and `sign` in the address: HMAC-SHA256 with the secret over
    "timestamp\\nsecret", in Base64. 20 messages a minute.
    """

    label: ClassVar = marked("钉钉群")
    settings: ClassVar = "DINGTALK_WEBHOOK_URL, DINGTALK_SECRET, DINGTALK_PER_MINUTE"
    url_setting = "DINGTALK_WEBHOOK_URL"
    secret_setting = "DINGTALK_SECRET"  # noqa: S105  the name of a variable
    code_field = "errcode"
    usual_rate = 18
    largest = 20_000
    settings_wrong = frozenset({300001, 310000, 400013, 400101, 400102, 400106})
    too_fast = frozenset({-1, 130101, 410100, 90030})

    def request(self, message: Outgoing) -> httpx.Request:
        mentioned = {"atMobiles" if is_mobile(message.address) else "atUserIds": [message.address]}
        at = {"isAtAll": True} if message.address == EVERYONE else mentioned
        content = {"msgtype": "text", "text": {"content": self.said(message)}, "at": at}
        return httpx.Request("POST", httpx.URL(self.url).copy_merge_params(self._signed()), json=content)

    def _signed(self) -> dict[str, str]:
        if not self._secret:
            return {}
        timestamp = str(int(self.clock() * 1000))
        return {"timestamp": timestamp, "sign": dingtalk_sign(self._secret, timestamp)}


class Feishu(Robot):
    """A custom group robot of Feishu: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.

    Signed by `timestamp` (seconds) and `sign` in the body: HMAC-SHA256 of nothing, with "timestamp\\nsecret" as the
    key, in Base64. 100 messages a minute and 5 a second.
    """

    label: ClassVar = marked("飞书群")
    settings: ClassVar = "FEISHU_WEBHOOK_URL, FEISHU_SECRET, FEISHU_PER_MINUTE"
    url_setting = "FEISHU_WEBHOOK_URL"
    secret_setting = "FEISHU_SECRET"  # noqa: S105  the name of a variable
    code_field = "code"
    usual_rate = 90
    largest = 19_000
    settings_wrong = frozenset({19001, 19021, 19022, 19024})
    too_fast = frozenset({9499, 11232})

    def request(self, message: Outgoing) -> httpx.Request:
        who = "all" if message.address == EVERYONE else message.address
        # A text can mention people by a tag: only this one may, none that came with a name or a body.
        text = f'<at user_id="{who}"></at> ' + re.sub(
            r"<(?=\s*/?\s*at\b)", "＜", self.said(message), flags=re.IGNORECASE
        )
        content: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if self._secret:
            timestamp = str(int(self.clock()))
            content |= {"timestamp": timestamp, "sign": feishu_sign(self._secret, timestamp)}
        return httpx.Request("POST", self.url, json=content)


def is_mobile(address: str) -> bool:
    return re.fullmatch(r"1[3-9]\d{9}", address, re.ASCII) is not None


def dingtalk_sign(secret: str, timestamp: str) -> str:
    """What DingTalk expects as `sign`."""
    return b64encode(hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")).decode()


def feishu_sign(secret: str, timestamp: str) -> str:
    """What Feishu expects as `sign`."""
    return b64encode(hmac.digest(f"{timestamp}\n{secret}".encode(), b"", "sha256")).decode()
