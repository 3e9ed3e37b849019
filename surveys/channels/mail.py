"""E-mail through an SMTP server, encrypted and with its certificate checked."""

from __future__ import annotations

import re
import smtplib
import ssl
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar, Self

from markupsafe import Markup, escape

from surveys.channels.channel import ChannelDown, NotNow, Refused, SendingFailed, SendingTrouble, UnfitSettings
from surveys.channels.environment import choice, on_this_machine, port, rate, require_setting
from surveys.channels.message import Outgoing
from surveys.channels.return_addresses import ReturnAddresses, return_base
from surveys.localisation.clock import Clock, utc_now
from surveys.localisation.language import marked
from surveys.localisation.profile import Profile

_LOGO = "<logo@xinsheng>"
TIMEOUT = 20.0  # seconds
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[^@\s<>(),;:\"\[\]\\]{1,64}@([a-zA-Z0-9\-]{1,63}\.)+[a-zA-Z0-9\-]{2,63}")
_LINK = re.compile(r"https?://[^\s<>\"，。；]+")


@dataclass(frozen=True)
class Server:
    """How the mail server is reached."""

    host: str
    port: int
    security: str = "starttls"  # or tls; none only on this machine
    user: str = ""
    password: str = ""
    certificates: str | None = None  # a file with the authorities to trust instead of the system's

    def connected(self) -> smtplib.SMTP:
        """A session on which mail can be sent; raises OSError or smtplib's errors."""
        trust = ssl.create_default_context(cafile=self.certificates)
        if self.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trust)
        else:
            session = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.security == "starttls":
                session.starttls(context=trust)
            if self.user:
                self._sign_in(session)
        except BaseException:
            session.close()
            raise
        return session

    def _sign_in(self, session: smtplib.SMTP) -> None:
        try:
            session.login(self.user, self.password)
        except smtplib.SMTPServerDisconnected as error:  # some hang up on a wrong password
            raise smtplib.SMTPAuthenticationError(535, b"") from error


class Mail:
    """E-mail."""

    label: ClassVar = marked("电子邮件")
    contact_field: ClassVar = "email"
    settings: ClassVar = "SMTP_HOST, SMTP_PORT, SMTP_SECURITY, SMTP_USER, SMTP_PASSWORD, SMTP_FROM, SMTP_RETURN_PATH"

    def __init__(
        self, server: Server, sender: Address, returns: ReturnAddresses, *, return_path: str | None = None,
        per_minute: float = 60, clock: Clock = utc_now,
    ) -> None:  # fmt: skip
        self._server, self._sender, self._returns, self._return_path = server, sender, returns, return_path
        self.per_minute = per_minute
        self._clock = clock
        self._session: smtplib.SMTP | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], secret: bytes) -> Self | None:
        host = environment.get("SMTP_HOST", "").strip()
        if not host:
            return None
        sender = require_setting(environment, "SMTP_FROM", "mail through SMTP_HOST needs a sender")
        if not cls.fits(sender):
            raise UnfitSettings(f"SMTP_FROM: {sender!r} is no address, such as survey@example.cn")
        return_path = environment.get("SMTP_RETURN_PATH", "").strip()
        return cls(
            _server(environment, host),
            Address(environment.get("SMTP_FROM_NAME", "").strip(), addr_spec=sender),
            ReturnAddresses(secret),
            return_path=return_base(return_path, "SMTP_RETURN_PATH") if return_path else None,
            per_minute=rate(environment, "SMTP_PER_MINUTE", 60),
        )

    @staticmethod
    def fits(address: str) -> bool:
        return len(address) <= 254 and _ADDRESS.fullmatch(address) is not None

    def send(self, message: Outgoing) -> None:
        if not self.fits(message.address):
            raise Refused(SendingTrouble.ADDRESS)
        letter, back_to = self.letter(message), self.envelope_sender(message.id)
        try:
            self._hand_over(letter, back_to, message.address)
        except SendingFailed:
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._drop()
            raise failure(error) from None

    def _hand_over(self, letter: EmailMessage, back_to: str, address: str) -> None:
        fresh = self._session is None
        session = self._session = self._session or self._server.connected()
        try:
            session.send_message(letter, back_to, [address])
        except smtplib.SMTPServerDisconnected:
            self._drop()
            if fresh:
                raise
            self._hand_over(letter, back_to, address)  # the server had only closed an idle session

    def close(self) -> None:
        if self._session is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._session.quit()
            self._drop()

    def _drop(self) -> None:
        """Let go of a session on which nothing more can be said."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def envelope_sender(self, message: str) -> str:
        """Where this message is returned to when it can't be delivered."""
        if self._return_path is None:
            return self._sender.addr_spec
        return self._returns.envelope_sender(self._return_path, message)

    def letter(self, message: Outgoing) -> EmailMessage:
        """The message with its headers, as plain text and as a simple page."""
        letter = EmailMessage(policy=SMTP)
        name = self._sender.display_name or message.sender.name
        letter["From"] = Address(name, addr_spec=self._sender.addr_spec)
        letter["To"] = Address(addr_spec=message.address)
        letter["Subject"] = " ".join(message.subject.split())
        letter["Date"] = format_datetime(self._clock())
        letter["Message-ID"] = f"<{self._returns.mark(message.id, '.')}@{self._sender.domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
        if message.opt_out:
            letter["List-Unsubscribe"] = f"<{message.opt_out}>"  # RFC 2369
            if message.one_click:
                letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        letter.set_content(_signed(message.body, message.sender))
        letter.add_alternative(_as_page(message.body, message.sender), subtype="html")
        if message.sender.printed_logo:
            page = letter.get_payload()[1]  # type: ignore[index]
            picture = b64decode(message.sender.printed_logo.partition(",")[2])
            page.add_related(picture, "image", "png", cid=_LOGO, filename="logo.png", disposition="inline")  # type: ignore[union-attr]
        return letter


def _server(environment: Mapping[str, str], host: str) -> Server:
    security = choice(environment, "SMTP_SECURITY", tuple(_PORTS), "starttls")
    if security == "none" and not on_this_machine(host):
        raise UnfitSettings("SMTP_SECURITY: none is only for a server on this machine; take starttls or tls")
    return Server(
        host, port(environment, "SMTP_PORT", _PORTS[security]), security, environment.get("SMTP_USER", "").strip(),
        environment.get("SMTP_PASSWORD", ""), environment.get("SMTP_CA_FILE", "").strip() or None,
    )  # fmt: skip


def failure(error: Exception) -> SendingFailed:
    """What an error of the session means for the message; the server's own words may quote it, so codes alone."""
    if isinstance(error, ssl.SSLError):
        return ChannelDown(
            SendingTrouble.UNTRUSTED, "certificate" if isinstance(error, ssl.SSLCertVerificationError) else "TLS"
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return ChannelDown(SendingTrouble.SIGN_IN, code_of(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        no_letters = "SMTPUTF8" in str(error)
        return (
            Refused(SendingTrouble.ADDRESS, "SMTPUTF8")
            if no_letters
            else ChannelDown(SendingTrouble.UNTRUSTED, "no STARTTLS")
        )
    if isinstance(error, UnicodeError):
        return Refused(SendingTrouble.ADDRESS)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_recipient(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, smtplib.SMTPConnectError):
        return _of_answer(error)
    return ChannelDown(SendingTrouble.UNREACHABLE, type(error).__name__)


def _of_recipient(code: int, words: bytes) -> SendingFailed:
    detail = code_of(code, words)
    if code < 500:
        return ChannelDown(SendingTrouble.BUSY, detail) if code == 421 else NotNow(SendingTrouble.BUSY, detail)
    if " 5.2.2" in detail or code == 552:
        return Refused(SendingTrouble.MAILBOX_FULL, detail)
    return Refused(SendingTrouble.ADDRESS if code in (550, 551, 553) else SendingTrouble.REFUSED, detail)


def _of_answer(error: smtplib.SMTPResponseException) -> SendingFailed:
    detail = code_of(error.smtp_code, error.smtp_error)
    if error.smtp_code == 421:
        return ChannelDown(SendingTrouble.BUSY, detail)
    if error.smtp_code < 500:
        return NotNow(SendingTrouble.BUSY, detail)
    if isinstance(error, smtplib.SMTPSenderRefused):  # it would refuse the next one as well
        return ChannelDown(SendingTrouble.SIGN_IN, detail)
    return Refused(SendingTrouble.REFUSED, detail)


def code_of(code: int, words: bytes | str) -> str:
    """The reply code with the enhanced one (RFC 3463) where the server gives it: "550 5.1.1"."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text.strip())
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _signed(body: str, sender: Profile) -> str:
    return f"{body.rstrip()}\n\n—— {sender.name}\n" if sender.name else body


def _head(sender: Profile) -> Markup:
    """The letterhead: logo and name over a line of the organisation's colour."""
    if not (sender.name or sender.printed_logo):
        return Markup("")
    picture = Markup('<img src="cid:{}" alt="" height="32" style="vertical-align:middle;margin-right:10px">')
    head = Markup('<p style="margin:0 0 16px;padding:0 0 8px;border-bottom:3px solid {};color:{}"><b>{}{}</b></p>')
    logo = picture.format(_LOGO.strip("<>")) if sender.printed_logo else ""
    return head.format(sender.palette.main, sender.palette.deep, logo, sender.name)


def _as_page(body: str, sender: Profile) -> str:
    """The same words as HTML under the sender's letterhead, with their links to be tapped."""
    pieces, end = [], 0
    for found in _LINK.finditer(body):
        pieces += [escape(body[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    words = Markup("").join([*pieces, escape(body[end:])]).replace("\n", Markup("<br>\n"))
    style = "font:16px/1.8 sans-serif;color:#1D2B2A;max-width:36em;overflow-wrap:anywhere"
    return Markup('<!doctype html><html lang="zh-Hans"><body><div style="{}">{}{}</div></body></html>').format(
        style, _head(sender), words
    )
