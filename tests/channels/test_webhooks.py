"""Text messages and chat robots, sent to a real web server: signed, judged by status and code, retried when told."""

from __future__ import annotations

import hmac
import logging
from base64 import b64decode, b64encode
from collections.abc import Mapping
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import standardwebhooks
import trustme

from surveys.channels import (
    CHANNELS,
    Channel,
    ChannelDown,
    NotNow,
    Outgoing,
    Refused,
    SendingFailed,
    SendingTrouble,
    UnfitSettings,
    channels_set_up,
    message_id,
)
from surveys.channels.robots import DingTalk, Feishu, WeCom
from surveys.channels.sms import Sms
from surveys.channels.webhook import retry_after
from surveys.localisation.clock import utc_now
from tests.support.channel_servers import Asked, gateway
from tests.support.serving import free_port

SECRET = b"a secret of thirty-two bytes, no"
KEY = "whsec_" + b64encode(b"k" * 32).decode()
ID = message_id("test")
MESSAGE = Outgoing(ID, "13800001111", "", "请评价：https://voice.example.cn/i/x")


def channel(name: str, url: str, **more: str) -> Channel:
    environment = {f"{name.upper()}_WEBHOOK_URL": url, "SMS_WEBHOOK_SECRET": KEY, **more}
    return channels_set_up(environment, SECRET).channels[name]


def test_a_text_message_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the open standard: id, time and body under the shared secret, as a gateway's library checks it."""
    with gateway() as server:
        sms = channel("sms", server.url)
        sms.send(MESSAGE)
        sms.close()
    [asked] = server.asked
    assert asked.json == {"message_id": ID, "to": "13800001111", "text": MESSAGE.body}
    assert asked.headers["webhook-id"] == ID and asked.headers["content-type"].startswith("application/json")
    signed = f"{ID}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    right = b64encode(hmac.digest(b64decode(KEY.removeprefix("whsec_")), signed, "sha256")).decode()
    assert asked.headers["webhook-signature"] == f"v1,{right}"
    assert standardwebhooks.Webhook(KEY).verify(asked.body, dict(asked.headers)) == asked.json
    assert abs(int(asked.headers["webhook-timestamp"]) - utc_now().timestamp()) < 60


@pytest.mark.parametrize(
    ("status", "headers", "content", "kind", "reason", "wait"),
    [
        (422, {}, {"error": "address"}, Refused, SendingTrouble.ADDRESS, None),
        (400, {}, {}, Refused, SendingTrouble.REFUSED, None),
        (401, {}, {}, ChannelDown, SendingTrouble.SIGN_IN, None),
        (404, {}, {}, ChannelDown, SendingTrouble.MISPLACED, None),
        (302, {"location": "https://elsewhere.example/"}, {}, ChannelDown, SendingTrouble.MISPLACED, None),
        (429, {"retry-after": "90"}, {}, ChannelDown, SendingTrouble.BUSY, 90),
        (503, {"retry-after": "soon"}, {}, ChannelDown, SendingTrouble.BUSY, None),
        (500, {"retry-after": "7"}, {}, NotNow, SendingTrouble.BUSY, 7),
    ],
)
def test_what_a_status_means(
    status: int, headers: Mapping[str, str], content: object, kind: type[SendingFailed], reason: SendingTrouble,
    wait: int | None,
) -> None:  # fmt: skip
    """For good, for a while, or nothing can be sent at all; no redirect is followed."""
    with gateway() as server:
        server.answer = lambda asked: (status, headers, content)
        sms = channel("sms", server.url)
        with pytest.raises(kind) as failed:
            sms.send(MESSAGE)
        sms.close()
    assert (type(failed.value), failed.value.reason, failed.value.detail) == (kind, reason, f"HTTP {status}")
    assert getattr(failed.value, "wait", None) == wait and len(server.asked) == 1


@pytest.mark.dated
def test_retry_after_is_a_number_or_a_date() -> None:
    """And nothing else counts."""
    now = utc_now().replace(microsecond=0)
    headers = {"retry-after": format_datetime(now, usegmt=True)}
    assert retry_after(headers, now.timestamp() - 30) == 30 and retry_after(headers, now.timestamp() + 30) == 0
    assert [retry_after({"retry-after": text}, 0) for text in ("12", "-1", "", "soon")] == [12, None, None, None]


def test_a_server_that_is_not_there_or_not_trusted() -> None:
    """The channel is down, with the reason."""
    with gateway(certificate=trustme.CA().issue_cert("127.0.0.1")) as server:
        for url, reason in (
            (server.url, SendingTrouble.UNTRUSTED),
            (f"http://127.0.0.1:{free_port()}/", SendingTrouble.UNREACHABLE),
        ):
            sms = channel("sms", url)
            with pytest.raises(ChannelDown) as failed:
                sms.send(MESSAGE)
            assert failed.value.reason is reason
    assert not server.asked


# The robots. What is expected here is computed as the makers' own examples do.


def test_wecom(caplog: pytest.LogCaptureFixture) -> None:
    """A text that mentions one member by number, id or all; the address, which is the secret, is in no log."""
    caplog.set_level(logging.DEBUG)
    with gateway() as server:
        robot = channel("wecom", f"{server.url}?key=k-1")
        for address in ("13800001111", "zhangsan", "@all"):
            robot.send(Outgoing(ID, address, "提醒", "请填写"))
        robot.close()
    assert server.asked[0].path == "/send?key=k-1" and "k-1" not in caplog.text
    texts = [asked.json["text"] for asked in server.asked]
    assert texts[0] == {"content": "提醒\n请填写", "mentioned_mobile_list": ["13800001111"]}
    assert texts[1]["mentioned_list"] == ["zhangsan"] and texts[2]["mentioned_list"] == ["@all"]


def test_dingtalk() -> None:
    """Signed in its address, beside the token that stands there."""
    with gateway() as server:
        robot = channel("dingtalk", f"{server.url}?access_token=t+1", DINGTALK_SECRET="SECabc")
        robot.send(MESSAGE)
        robot.send(Outgoing(ID, "@all", "", "请填写"))
        robot.close()
    query = parse_qs(urlsplit(server.asked[0].path).query)
    [timestamp], [sign] = query["timestamp"], query["sign"]
    assert len(timestamp) == 13 and query["access_token"] == ["t 1"]
    assert b64decode(sign) == hmac.digest(b"SECabc", f"{timestamp}\nSECabc".encode(), "sha256")
    assert server.asked[0].json["at"] == {"atMobiles": ["13800001111"]}
    assert server.asked[1].json["at"] == {"isAtAll": True}


def test_feishu() -> None:
    """Signed in its body; a body can't mention people by itself."""
    with gateway() as server:
        robot = channel("feishu", server.url, FEISHU_SECRET="abc")
        robot.send(Outgoing(ID, "ou_1", "", '您好<at user_id="all">所有人</AT>'))
        robot.close()
    said = server.asked[0].json
    assert b64decode(said["sign"]) == hmac.digest(f"{said['timestamp']}\nabc".encode(), b"", "sha256")
    assert said["msg_type"] == "text" and len(said["timestamp"]) == 10
    assert (
        said["content"]["text"].startswith('<at user_id="ou_1"></at> 您好') and said["content"]["text"].count("<") == 2
    )


@pytest.mark.parametrize(
    ("name", "answer", "kind", "reason"),
    [
        ("wecom", {"errcode": 93000}, ChannelDown, SendingTrouble.SIGN_IN),
        ("wecom", {"errcode": 45009}, ChannelDown, SendingTrouble.BUSY),
        ("wecom", {"errcode": 40058}, Refused, SendingTrouble.REFUSED),
        ("dingtalk", {"errcode": 310000}, ChannelDown, SendingTrouble.SIGN_IN),
        ("dingtalk", {"errcode": 430102}, Refused, SendingTrouble.REFUSED),
        ("feishu", {"code": 19021}, ChannelDown, SendingTrouble.SIGN_IN),
        ("feishu", {"code": 11232}, ChannelDown, SendingTrouble.BUSY),
        ("feishu", ["no object"], NotNow, SendingTrouble.UNKNOWN),
    ],
)
def test_a_robot_refuses_with_status_200(
    name: str, answer: object, kind: type[SendingFailed], reason: SendingTrouble
) -> None:
    """The code in the answer tells."""
    with gateway() as server:
        server.answer = lambda asked: (200, {}, answer)
        robot = channel(name, server.url)
        with pytest.raises(kind) as failed:
            robot.send(MESSAGE)
        robot.close()
    assert (type(failed.value), failed.value.reason) == (kind, reason)


def test_a_robot_does_not_begin_what_it_may_not_say() -> None:
    """Longer than the group's limit: refused before it is sent."""
    with gateway() as server:
        robot = channel("wecom", server.url)
        with pytest.raises(Refused):
            robot.send(Outgoing(ID, "@all", "", "长" * 700))
    assert not server.asked


# What all channels promise


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_keeps_the_contract(name: str) -> None:
    """A label, the contact's field its addresses are in, its settings; nothing without settings."""
    kind = CHANNELS[name]
    assert kind.label and kind.contact_field in ("email", "phone", "chat") and kind.settings
    assert kind.from_environment({}, SECRET) is None
    assert not kind.fits("") and not kind.fits("a\nb") and not kind.fits("x" * 300)


@pytest.mark.parametrize(
    ("kind", "environment", "named"),
    [
        (WeCom, {"WECOM_WEBHOOK_URL": "http://qyapi.example.cn/send?key=1"}, "https"),
        (DingTalk, {"DINGTALK_WEBHOOK_URL": "oapi"}, "DINGTALK_WEBHOOK_URL"),
        (Feishu, {"FEISHU_WEBHOOK_URL": "https://a.cn/", "FEISHU_PER_MINUTE": "fast"}, "FEISHU_PER_MINUTE"),
        (Sms, {"SMS_WEBHOOK_URL": "https://a.cn/"}, "SMS_WEBHOOK_SECRET"),
        (Sms, {"SMS_WEBHOOK_URL": "https://a.cn/", "SMS_WEBHOOK_SECRET": "short"}, "whsec_"),
    ],
)
def test_settings_that_can_t_work_are_named(kind: type[Channel], environment: Mapping[str, str], named: str) -> None:
    """One channel's mistake costs the others nothing."""
    with pytest.raises(UnfitSettings, match=named):
        kind.from_environment(environment, SECRET)
    made = channels_set_up({**environment, "SMTP_HOST": "localhost", "SMTP_FROM": "a@example.cn"}, SECRET)
    assert list(made.channels) == ["mail"] and len(made.problems) == 1


def test_the_gateway_sees_the_same_id_each_time() -> None:
    """What was perhaps taken over is sent again under the id it had."""

    def hang_up(asked: Asked) -> tuple[int, dict[str, str], object]:
        return 200, {"content-length": "999"} if len(server.asked) == 1 else {}, {}

    with gateway() as server:
        server.answer = hang_up
        sms = channel("sms", server.url)
        with pytest.raises(NotNow) as failed:
            sms.send(MESSAGE)
        assert not isinstance(failed.value, ChannelDown)
        sms.send(MESSAGE)
        sms.close()
    assert [asked.json["message_id"] for asked in server.asked] == [ID, ID]
