"""E-mail, sent to a real mail server: encrypted, signed in, marked for its way back, each refusal understood."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from surveys.channels import (
    ChannelDown,
    NotNow,
    Outgoing,
    Refused,
    SendingFailed,
    SendingTrouble,
    UnfitSettings,
    message_id,
)
from surveys.channels.mail import Mail
from surveys.channels.return_addresses import ReturnAddresses
from tests.support.channel_servers import PASSWORD, USER, MailServer, mail_server

SECRET = b"a secret of thirty-two bytes, no"
ID = message_id("test")
LINK = "https://voice.example.cn/i/AbCdEf-_123"


def environment(server: MailServer, **changes: str) -> dict[str, str]:
    values = {
        "SMTP_HOST": "localhost", "SMTP_PORT": str(server.port), "SMTP_CA_FILE": server.authority, "SMTP_USER": USER,
        "SMTP_PASSWORD": PASSWORD, "SMTP_FROM": "survey@example.cn", "SMTP_FROM_NAME": "云湾供电公司",
        "SMTP_RETURN_PATH": "bounces@example.cn",
    }  # fmt: skip
    return values | changes


def mail(server: MailServer, **changes: str) -> Mail:
    made = Mail.from_environment(environment(server, **changes), SECRET)
    assert made is not None
    return made


def message(address: str = "zhang@example.com", **changes: object) -> Outgoing:
    values: dict[str, object] = {
        "id": ID, "address": address, "subject": "请评价\r\n本次抢修", "body": f"您好 <张三>：\n请点 {LINK}。",
        "opt_out": "https://voice.example.cn/o/x",
    }  # fmt: skip
    return Outgoing(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_arrives(tmp_path: Path, security: str) -> None:
    """Over an encrypted session; two letters share one."""
    with mail_server(tmp_path, security=security) as server:
        channel = mail(server, SMTP_SECURITY=security)
        channel.send(message())
        channel.send(message("li@example.com", opt_out=None))
        channel.close()
    first, second = server.box.letters
    assert server.box.encrypted == [True, True] and len(server.box.sessions) == 1
    assert first.rcpt_tos == ["zhang@example.com"] and second.rcpt_tos == ["li@example.com"]
    letter = read(first.content)
    assert letter["From"] == "云湾供电公司 <survey@example.cn>" and letter["Subject"] == "请评价 本次抢修"
    assert letter["List-Unsubscribe"] == "<https://voice.example.cn/o/x>" and "List-Unsubscribe-Post" not in letter
    assert (
        letter["Auto-Submitted"] == "auto-generated" and letter["Date"] and not read(second.content)["List-Unsubscribe"]
    )
    text, page = (letter.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None and page is not None and LINK in text.get_content()
    assert f'<a href="{LINK}">{LINK}</a>。' in page.get_content() and "&lt;张三&gt;" in page.get_content()


def test_a_letter_is_marked_for_its_way_back(tmp_path: Path) -> None:
    """Envelope sender and Message-ID name the message, with a signature that no one else can make."""
    with mail_server(tmp_path) as server:
        channel = mail(server)
        channel.send(message(one_click=True))
        channel.close()
    [envelope] = server.box.letters
    returns = ReturnAddresses(SECRET)
    assert re.fullmatch(r"bounces\+[0-9a-f]{32}-[a-z2-7]{16}@example\.cn", envelope.mail_from or "")
    letter = read(envelope.content)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for marked in (envelope.mail_from or "", (envelope.mail_from or "").upper(), str(letter["Message-ID"])):
        assert returns.message_of(marked) == ID
    forged = f"bounces+{message_id('other')}-{(envelope.mail_from or '').partition('-')[2]}"
    assert returns.message_of(forged) is None and ReturnAddresses(b"other").message_of(envelope.mail_from or "") is None


@pytest.mark.parametrize(
    ("reply", "kind", "reason", "detail"),
    [
        ("550 5.1.1 zhang@example.com unknown", Refused, SendingTrouble.ADDRESS, "550 5.1.1"),
        ("552 5.2.2 mailbox full", Refused, SendingTrouble.MAILBOX_FULL, "552 5.2.2"),
        ("554 5.7.1 spam", Refused, SendingTrouble.REFUSED, "554 5.7.1"),
        ("451 4.7.1 greylisted", NotNow, SendingTrouble.BUSY, "451 4.7.1"),
        ("421 closing", ChannelDown, SendingTrouble.BUSY, "421"),
    ],
    ids=["unknown", "full", "spam", "greylisted", "closing"],
)
def test_a_recipient_that_is_refused(
    tmp_path: Path, reply: str, kind: type[SendingFailed], reason: SendingTrouble, detail: str
) -> None:
    """For good or for a while, with the server's codes and none of its words; the next letter goes out."""
    with mail_server(tmp_path) as server:
        server.box.replies["zhang@example.com"] = reply
        channel = mail(server)
        with pytest.raises(kind) as failed:
            channel.send(message())
        channel.send(message("li@example.com"))
        channel.close()
    assert (type(failed.value), failed.value.reason, failed.value.detail) == (kind, reason, detail)
    assert len(server.box.letters) == 1


def test_contents_that_are_refused(tmp_path: Path) -> None:
    """After the data, too."""
    with mail_server(tmp_path) as server:
        server.box.replies["DATA"] = "554 5.6.0 no"
        with pytest.raises(Refused) as failed:
            mail(server).send(message())
    assert (failed.value.reason, failed.value.detail) == (SendingTrouble.REFUSED, "554 5.6.0")


def test_nothing_is_sent_to_a_server_that_can_t_be_trusted(tmp_path: Path) -> None:
    """An unknown authority, a certificate for another name, a server without encryption."""
    with mail_server(tmp_path) as server, mail_server(tmp_path, name="elsewhere.example") as other:
        stranger = mail(server, SMTP_CA_FILE=other.authority)
        misnamed = mail(other)
        for channel in (stranger, misnamed):
            with pytest.raises(ChannelDown) as failed:
                channel.send(message())
            assert failed.value.reason is SendingTrouble.UNTRUSTED
    with mail_server(tmp_path, security="none") as bare, pytest.raises(ChannelDown) as failed:
        mail(bare).send(message())
    assert failed.value.reason is SendingTrouble.UNTRUSTED
    assert not server.box.letters + other.box.letters + bare.box.letters


def test_a_wrong_password_and_an_absent_server(tmp_path: Path) -> None:
    """The channel is down: it is not the message's fault."""
    with mail_server(tmp_path) as server:
        with pytest.raises(ChannelDown) as failed:
            mail(server, SMTP_PASSWORD="guess").send(message())
        assert failed.value.reason is SendingTrouble.SIGN_IN and "guess" not in str(failed.value)
        gone = mail(server)
    with pytest.raises(ChannelDown) as failed:
        gone.send(message())
    assert failed.value.reason is SendingTrouble.UNREACHABLE


def test_a_session_that_was_closed_meanwhile_is_begun_anew(tmp_path: Path) -> None:
    """A server ends idle sessions; the letter goes out on a new one."""
    with mail_server(tmp_path) as server:
        channel = mail(server)
        channel.send(message())
        assert channel._session is not None and channel._session.sock is not None
        channel._session.sock.shutdown(2)
        channel.send(message())
        channel.close()
    assert len(server.box.letters) == 2 and len(server.box.sessions) == 2


@pytest.mark.parametrize(
    "address",
    ["", "zhang", "zhang@localhost", "a@b.cn, c@d.cn", "a b@c.cn", "a@c.cn\nBcc: x@y.cn", "a@c.cn>", "x@" + "y." * 130],
)
def test_what_is_no_address(address: str) -> None:
    """Neither nothing nor two, and nothing that could end a header."""
    assert not Mail.fits(address)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SMTP_FROM": ""}, "SMTP_FROM"),
        ({"SMTP_FROM": "survey"}, "SMTP_FROM"),
        ({"SMTP_PORT": "many"}, "SMTP_PORT"),
        ({"SMTP_SECURITY": "ssl3"}, "SMTP_SECURITY"),
        ({"SMTP_SECURITY": "none", "SMTP_HOST": "mail.example.cn"}, "SMTP_SECURITY"),
        ({"SMTP_RETURN_PATH": "a-very-long-bounces@example.cn"}, "SMTP_RETURN_PATH"),
        ({"SMTP_PER_MINUTE": "0"}, "SMTP_PER_MINUTE"),
    ],
)
def test_settings_that_can_t_work_are_named(changes: dict[str, str], named: str) -> None:
    """With the variable and how to mend it, and never the password."""
    server = MailServer(587, "", None)  # type: ignore[arg-type]
    with pytest.raises(UnfitSettings, match=named) as unfit:
        mail(server, **changes)
    assert PASSWORD not in str(unfit.value)


def read(content: object) -> EmailMessage:
    assert isinstance(content, bytes)
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter
