"""A real mail server and a real web server on this machine, for messages to be sent to."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.serving import free_port

USER, PASSWORD = "survey", "only for tests"


@dataclass
class Mailbox:
    """What a mail server took, and what it says to certain addresses: a whole reply such as "550 5.1.1 no"."""

    replies: dict[str, str] = field(default_factory=dict)
    letters: list[Envelope] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:  # fmt: skip
        if reply := self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if reply := self.replies.get("DATA"):
            return reply
        self.letters.append(envelope)
        self.sessions.add(id(session))
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


@dataclass(frozen=True)
class MailServer:
    """Where it listens, and the file with the authority that vouches for it."""

    port: int
    authority: str
    box: Mailbox


@contextmanager
def mail_server(folder: Path, *, security: str = "starttls", name: str = "localhost") -> Iterator[MailServer]:
    """A mail server with a certificate made for *name* by an authority of its own; wants sign-in."""
    authority, box = trustme.CA(), Mailbox()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    file = folder / f"authority {security} {name}.pem"
    authority.cert_pem.write_to_path(file)

    def checked(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=fits, handled=False)

    options: dict[str, Any] = {"authenticator": checked, "auth_required": True}
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}  # the whole connection is encrypted
    elif security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield MailServer(controller.port, str(file), box)
    finally:
        controller.stop()


Answer = tuple[int, Mapping[str, str], Any]  # status, headers, JSON


@dataclass
class Gateway:
    """What a web server was asked, and what it answers."""

    answer: Callable[[Asked], Answer] = lambda asked: (200, {}, {"errcode": 0, "code": 0})
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def gateway(*, certificate: trustme.LeafCert | None = None) -> Iterator[Gateway]:
    """A web server that notes what it is asked; by https where a certificate is given."""
    noted = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # whoever sent it died in the middle
                return
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            noted.asked.append(asked)
            status, headers, content = noted.answer(asked)
            text = json.dumps(content).encode()
            with suppress(OSError):
                self.send_response(status)
                for name, value in {"content-length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    noted.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}/send"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield noted
    finally:
        server.shutdown()
        server.server_close()
