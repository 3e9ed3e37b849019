"""Text messages through a gateway of the organisation's choice, by a signed webhook.

The signature follows the open standard of https://www.standardwebhooks.com, so that a gateway can check it with a
ready-made library: HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}` with the secret, in Base64 after `v1,`.
The README describes the contract for those who write the gateway's side.
"""

from __future__ import annotations

import binascii
import hmac
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import ClassVar, Self

import httpx

from surveys.channels.channel import Reason, Refused, UnfitSettings
from surveys.channels.environment import needed, rate, web_address
from surveys.channels.message import Outgoing
from surveys.channels.webhook import Webhook, document
from surveys.language import marked

_PREFIX = "whsec_"
_LEAST_SECRET = 24  # bytes; the standard asks for 24 to 64


class Sms(Webhook):
    """Text messages."""

    label: ClassVar = marked("短信")
    contact_field: ClassVar = "phone"
    settings: ClassVar = "SMS_WEBHOOK_URL, SMS_WEBHOOK_SECRET, SMS_PER_MINUTE"

    def __init__(self, url: str, key: bytes, per_minute: float = 300) -> None:
        super().__init__(url, per_minute)
        self._key = key

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], secret: bytes) -> Self | None:
        url = web_address(environment, "SMS_WEBHOOK_URL")
        if url is None:
            return None
        text = needed(environment, "SMS_WEBHOOK_SECRET", "messages to SMS_WEBHOOK_URL must be signed")
        return cls(url, _key(text), rate(environment, "SMS_PER_MINUTE", 300))

    @staticmethod
    def fits(address: str) -> bool:
        """A mobile number of the mainland, or an international one with + before it."""
        return re.fullmatch(r"(\+?86)?1[3-9]\d{9}|\+[1-9]\d{6,14}", address, re.ASCII) is not None

    def request(self, message: Outgoing) -> httpx.Request:
        said = {"message_id": message.id, "to": message.address, "text": message.body}
        body, at = json.dumps(said, ensure_ascii=False).encode(), str(int(self.clock()))
        headers = {
            "content-type": "application/json; charset=utf-8", "webhook-id": message.id, "webhook-timestamp": at,
            "webhook-signature": signature(self._key, message.id, at, body),
        }  # fmt: skip
        return httpx.Request("POST", self.url, content=body, headers=headers)

    def refusal(self, answer: httpx.Response) -> Refused:
        bad_address = document(answer).get("error") == "address"
        return Refused(Reason.ADDRESS if bad_address else Reason.REFUSED, f"HTTP {answer.status_code}")


def signature(key: bytes, message: str, timestamp: str, body: bytes) -> str:
    """What the `webhook-signature` header says of a body."""
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()


def _key(text: str) -> bytes:
    try:
        key = b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_PREFIX) or len(key) < _LEAST_SECRET:
        advice = f"write {_PREFIX} and then at least {_LEAST_SECRET} random bytes in Base64"
        raise UnfitSettings(f"SMS_WEBHOOK_SECRET: {advice}, for example from `openssl rand -base64 32`")
    return key
