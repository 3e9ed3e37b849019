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

from surveys.channels import Outgoing, Reason, State, message_id
from surveys.channels.bounces import Bounce, bounce_in
from surveys.channels.mail import Mail
from surveys.channels.returns import ReturnAddresses
from surveys.command_line import main
from surveys.settings import secret_key
from surveys.storage import Store
from tests.test_outbox import SOON, message, put

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
        (report(), Bounce(ID, Reason.ADDRESS, "5.1.1")),
        (report(status="5.2.2"), Bounce(ID, Reason.MAILBOX_FULL, "5.2.2")),
        (report(status="4.4.7 (expired)"), Bounce(ID, Reason.BOUNCED, "4.4.7")),
        (
            report(to="survey@example.cn", original=f"Message-ID: <{RETURNS.mark(ID, '.')}@example.cn>"),
            Bounce(ID, Reason.ADDRESS, "5.1.1"),
        ),
        (report(action="delayed", status="4.4.1"), None),
        (report(action="delivered", status="2.0.0"), None),
        (report(to="survey@example.cn"), None),
        (report(ReturnAddresses(b"forger")), None),
        (plain("收件人不存在\n550 5.1.1 Mailbox not found"), Bounce(ID, Reason.ADDRESS, "5.1.1")),
        (plain("550 User unknown"), Bounce(ID, Reason.BOUNCED)),
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


def states(store: Store) -> dict[State, int]:
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
    assert states(sent) == {State.BOUNCED: 2, State.SENT: 1}
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
    assert seen == {1} and states(sent) == {State.BOUNCED: 1, State.SENT: 2}


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
    assert bounce_in(report(to="survey@example.cn", original=headers), RETURNS) == Bounce(ID, Reason.ADDRESS, "5.1.1")


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
