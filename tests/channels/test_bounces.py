"""Letters that came back are found in mbox, Maildir and IMAP mailboxes, and only those that are ours."""

from __future__ import annotations

import mailbox
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from surveys.channels import MessageState, Outgoing, SendingTrouble, message_id
from surveys.channels.bounces import Bounce, bounce_in
from surveys.channels.mail import Mail
from surveys.channels.return_addresses import ReturnAddresses
from surveys.command_line import main
from surveys.settings import secret_key
from surveys.storage import Store
from tests.channels.test_outbox import SOON, message, put

RETURNS = ReturnAddresses(b"a secret of thirty-two bytes, no")
ID = message_id("bounce")


def report(
    returns: ReturnAddresses = RETURNS, action: str = "failed", status: str = "5.1.1", *, to: str | None = None,
    original: str = "",
) -> bytes:  # fmt: skip
    """A delivery report as a mail server writes it."""
    to = to or returns.envelope_sender("bounces@example.cn", ID)
    return f"""Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; zhang@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b
Content-Type: text/rfc822-headers

{original or "Subject: x"}

--b--
""".encode()


def plain(text: str, *, to: str | None = None, sender: str = "postmaster@qq.com", **headers: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, to or RETURNS.envelope_sender("bounces@example.cn", ID)
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter.as_bytes()


@pytest.mark.parametrize(
    ("letter", "bounce"),
    [
        (report(), Bounce(ID, SendingTrouble.ADDRESS, "5.1.1")),
        (report(status="5.2.2"), Bounce(ID, SendingTrouble.MAILBOX_FULL, "5.2.2")),
        (report(status="4.4.7 (expired)"), Bounce(ID, SendingTrouble.BOUNCED, "4.4.7")),
        (
            report(to="survey@example.cn", original=f"Message-ID: <{RETURNS.mark(ID, '.')}@example.cn>"),
            Bounce(ID, SendingTrouble.ADDRESS, "5.1.1"),
        ),
        (report(action="delayed", status="4.4.1"), None),
        (report(action="delivered", status="2.0.0"), None),
        (report(to="survey@example.cn"), None),
        (report(ReturnAddresses(b"forger")), None),
        (plain("收件人不存在\n550 5.1.1 Mailbox not found"), Bounce(ID, SendingTrouble.ADDRESS, "5.1.1")),
        (plain("550 User unknown"), Bounce(ID, SendingTrouble.BOUNCED)),
        (plain("我在休假", Auto_Submitted="auto-replied"), None),
        (plain("550 5.1.1 谢谢", sender="zhang@example.com"), None),
        (plain("550 no", to="survey@example.cn", In_Reply_To=f"<{RETURNS.mark(ID, '.')}@example.cn>"), None),
        (b"", None),
        (b"\xff\xfe" * 100, None),
        (report() + b"x" * 3_000_000, None),
    ],
    ids=[
        "unknown", "full", "expired", "by Message-ID", "delayed", "delivered", "not ours", "forged", "in words",
        "no code", "holiday", "a person", "a reply", "empty", "noise", "too large",
    ],
)  # fmt: skip
def test_what_is_a_bounce(letter: bytes, bounce: Bounce | None) -> None:
    """By delivery report or in words, with a true mark; everything else is not."""
    assert bounce_in(letter, RETURNS) == bounce


QMAIL = """Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<zhang@example.com>:
"""
YAHOO = """Message from yahoo.example.
Unable to deliver message to the following address(es).

<zhang@example.com>:
This user doesn't have an account here.
"""
EXIM = """A message that you sent was rejected by the local scanning code that
checks incoming messages on this system. The following error was given:

  Message was not accepted -- invalid mailbox.
 Local mailbox zhang@example.com is unavailable: user not found
"""
NOT_YET = """Delivery to the following recipient has been delayed:

     zhang@example.com

Message will be retried for 2 more day(s)

450 4.2.1 and before it 550 5.7.1 greylisted
"""


@pytest.mark.parametrize(
    ("letter", "bounce"),
    [
        (plain(QMAIL, sender="MAILER-DAEMON@mx.example.com"), Bounce(ID, SendingTrouble.BOUNCED)),
        (plain(QMAIL + "Sorry, no mailbox here by that name. (#5.1.1)\n"), Bounce(ID, SendingTrouble.ADDRESS, "5.1.1")),
        (plain(YAHOO, sender="MAILER-DAEMON@yahoo.com"), Bounce(ID, SendingTrouble.BOUNCED)),
        (
            plain("…", sender="Mailer-Daemon@mx.example.com", X_Failed_Recipients="zhang@example.com"),
            Bounce(ID, SendingTrouble.BOUNCED),
        ),
        (plain(EXIM, sender="Mailer-Daemon@mail.ru", Auto_Submitted="auto-replied"),
         Bounce(ID, SendingTrouble.BOUNCED)),
        (report(action="error"), Bounce(ID, SendingTrouble.ADDRESS, "5.1.1")),
        (report(action="failed (unknown user)"), Bounce(ID, SendingTrouble.ADDRESS, "5.1.1")),
        (plain(NOT_YET, sender="mailer-daemon@googlemail.com"), None),
        (plain(QMAIL, sender="zhang@example.com"), None),
        (plain(QMAIL, to="survey@example.cn"), None),
        (plain("550 User unknown") + b"\n" * 1_900_000, Bounce(ID, SendingTrouble.BOUNCED)),
    ],
    ids=[
        "qmail", "qmail with a code", "Yahoo", "Exim", "as an automatic reply", "OpenSMTPD", "with a comment",
        "not yet", "forwarded", "not ours", "empty lines",
    ],
)  # fmt: skip
def test_reports_of_servers_that_keep_to_no_standard(letter: bytes, bounce: Bounce | None) -> None:
    """By the wordings and fields they are known for, with a code or without; what is only late is no bounce."""
    assert bounce_in(letter, RETURNS) == bounce


@given(st.binary(max_size=60), st.sampled_from([b"From: ", b"X-Mailer: ", b"Content-Description: ", b"Action: ", b""]))
def test_a_letter_of_anybody_stops_nothing(noise: bytes, before: bytes) -> None:
    """Headers that are missing, broken or no text, in front of a report."""
    for letter in (plain("550 User unknown"), report()):
        bounce_in(before + noise + b"\n" + letter, RETURNS)
        bounce_in(letter.replace(b"From:", before + noise), RETURNS)


@pytest.fixture
def sent(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with three sent messages, and the settings of a command line over it."""
    monkeypatch.setenv("XINSHENG_DB", str(store.path))
    put(store, 1, 2, 3)
    for taken in store.outbox.claim("mail", 10, now=SOON):
        store.outbox.sent(taken, now=SOON)
    return store


def returned(store: Store, *numbers: int) -> list[bytes]:
    """The delivery reports of these messages."""
    returns = ReturnAddresses(secret_key(store.path.with_suffix(".key")))
    addresses = [returns.envelope_sender("bounces@example.cn", message(number).id) for number in numbers]
    return [report(returns, to=address) for address in addresses]


def states(store: Store) -> dict[MessageState, int]:
    return {state: times for (_, state), times in store.outbox.counts().items()}


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_the_command_reads_a_mailbox(
    sent: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Each bounce once, with its reason; other letters are left unread; a second look finds nothing new."""
    path = tmp_path / "returned"
    box: mailbox.Mailbox = mailbox.Maildir(str(path)) if kind == "maildir" else mailbox.mbox(str(path))  # type: ignore[type-arg]
    for letter in [*returned(sent, 1, 2), plain("hello")]:
        box.add(letter)
    box.flush()
    box.close()
    for bounced in (2, 0):
        assert main(["bounces", str(path)]) == 0
        assert capsys.readouterr().out == f"退信 {bounced} 封，已记到发送进度；其他邮件 1 封，原样保留。\n"
    assert states(sent) == {MessageState.BOUNCED: 2, MessageState.SENT: 1}
    entry = sent.outbox.get(message(1).id)
    assert entry is not None and (entry.reason, entry.detail) == ("address", "5.1.1")


def test_the_command_reads_an_imap_mailbox(
    sent: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Over an encrypted session; what was a bounce is marked as seen."""
    with imap_server(tmp_path, [*returned(sent, 3), plain("hello")]) as (environment, seen):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert main(["bounces"]) == 0
        monkeypatch.setenv("IMAP_PASSWORD", "guess")
        assert main(["bounces"]) == 1
    said = capsys.readouterr()
    assert "退信 1 封" in said.out and "IMAP_PASSWORD" in said.err and "guess" not in said.err
    assert seen == {1} and states(sent) == {MessageState.BOUNCED: 1, MessageState.SENT: 2}


@pytest.mark.parametrize("name", ["nothing", "no maildir"])
def test_a_mailbox_that_is_none(sent: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Says so."""
    (tmp_path / "no maildir").mkdir()
    assert main(["bounces", str(tmp_path / name)]) == 1
    assert name in capsys.readouterr().err


def test_a_bounce_by_the_name_of_a_real_letter(tmp_path: Path) -> None:
    """The headers of a letter as it is sent, returned in a report, lead to its message."""
    environment = {"SMTP_HOST": "localhost", "SMTP_FROM": "survey@example.cn"}
    mail = Mail.from_environment(environment, b"a secret of thirty-two bytes, no")
    assert mail is not None and mail.envelope_sender(ID) == "survey@example.cn"
    headers = "\n".join(f"{k}: {v}" for k, v in mail.letter(Outgoing(ID, "z@example.com", "s", "b")).items())
    assert bounce_in(report(to="survey@example.cn", original=headers), RETURNS) == Bounce(
        ID, SendingTrouble.ADDRESS, "5.1.1"
    )


@contextmanager
def imap_server(folder: Path, letters: list[bytes]) -> Iterator[tuple[dict[str, str], set[int]]]:
    """A mailbox that speaks as much of IMAP as reading it takes."""
    authority, seen = trustme.CA(), set[int]()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))

    class Handler(socketserver.StreamRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            self.wfile.write(b"* OK\r\n")
            for line in iter(self.rfile.readline, b""):
                tag, _, command = line.strip().partition(b" ")
                said, result = self.answer(command.decode())
                self.wfile.write(said + tag + b" " + result + b" done\r\n")

        def answer(self, command: str) -> tuple[bytes, bytes]:
            words = command.upper().split()
            if words[0] == "CAPABILITY":
                return b"* CAPABILITY IMAP4rev1\r\n", b"OK"
            if words[0] == "LOGIN":
                return b"", b"OK" if '"right"' in command else b"NO"
            if words[:2] == ["UID", "SEARCH"]:
                unseen = [n for n in range(1, len(letters) + 1) if n not in seen]
                return f"* SEARCH {' '.join(map(str, unseen))}\r\n".encode(), b"OK"
            if words[:2] == ["UID", "FETCH"]:
                letter = letters[int(words[2]) - 1]
                return b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n" % (len(letter), letter), b"OK"
            if words[:2] == ["UID", "STORE"]:
                seen.add(int(words[2]))
            return b"* BYE\r\n" if words[0] == "LOGOUT" else b"", b"OK"

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield {
            "IMAP_HOST": "localhost", "IMAP_PORT": str(server.server_address[1]), "IMAP_USER": "bounces",
            "IMAP_PASSWORD": "right", "IMAP_CA_FILE": str(folder / "authority.pem"),
        }, seen  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
