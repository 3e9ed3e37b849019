"""Text messages through a gateway of the organisation's choice, by a signed webhook.

The signature follows the open standard of https://www.standardwebhooks.com and is made by its library, so that a
gateway can check it with the same library in its own language. The README describes the contract for those who write
the gateway's side.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar, Self

import httpx
import standardwebhooks

from surveys.channels.channel import Refused, SendingTrouble, UnfitSettings
from surveys.channels.environment import rate, require_setting, web_address
from surveys.channels.message import Outgoing
from surveys.channels.webhook import Webhook, document
from surveys.localisation.language import marked

_NO_BRACKETS = str.maketrans("", "", "【】")
_PREFIX = "whsec_"
_LEAST_SECRET = 24  # bytes; the standard asks for 24 to 64


class Sms(Webhook):
    """Text messages."""

    label: ClassVar = marked("短信")
    contact_field: ClassVar = "phone"
    settings: ClassVar = "SMS_WEBHOOK_URL, SMS_WEBHOOK_SECRET, SMS_PER_MINUTE"

    def __init__(self, url: str, key: bytes, per_minute: float = 300) -> None:
        super().__init__(url, per_minute)
        self._standard = standardwebhooks.Webhook(key)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], secret: bytes) -> Self | None:
        url = web_address(environment, "SMS_WEBHOOK_URL")
        if url is None:
            return None
        text = require_setting(environment, "SMS_WEBHOOK_SECRET", "messages to SMS_WEBHOOK_URL must be signed")
        return cls(url, _key(text), rate(environment, "SMS_PER_MINUTE", 300))

    @staticmethod
    def fits(address: str) -> bool:
        """A mobile number of the mainland, or an international one with + before it."""
        return re.fullmatch(r"(\+?86)?1[3-9]\d{9}|\+[1-9]\d{6,14}", address, re.ASCII) is not None

    def request(self, message: Outgoing) -> httpx.Request:
        said = {"message_id": message.id, "to": message.address, "text": sign_body(message.body, message.sender.name)}
        body, at = json.dumps(said, ensure_ascii=False), int(self.clock())
        headers = {
            "content-type": "application/json; charset=utf-8", "webhook-id": message.id, "webhook-timestamp": str(at),
            "webhook-signature": self._standard.sign(message.id, datetime.fromtimestamp(at, UTC), body),
        }  # fmt: skip
        return httpx.Request("POST", self.url, content=body, headers=headers)

    def refusal(self, answer: httpx.Response) -> Refused:
        bad_address = document(answer).get("error") == "address"
        return Refused(SendingTrouble.ADDRESS if bad_address else SendingTrouble.REFUSED, f"HTTP {answer.status_code}")


def sign_body(body: str, name: str) -> str:
    """The text under the sender's signature 【…】, which the mainland's networks ask for, unless it bears one."""
    return body if not name or body.lstrip().startswith("【") else f"【{name.translate(_NO_BRACKETS)}】{body}"


def _key(text: str) -> bytes:
    """The shared secret. Read here: the library passes over what is no Base64 and takes secrets of any length."""
    try:
        key = b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_PREFIX) or len(key) < _LEAST_SECRET:
        advice = f"write {_PREFIX} and then at least {_LEAST_SECRET} random bytes in Base64"
        raise UnfitSettings(f"SMS_WEBHOOK_SECRET: {advice}, for example from `openssl rand -base64 32`")
    return key
