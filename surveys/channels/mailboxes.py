"""Where returned letters lie: an mbox file, a Maildir folder, or a mailbox of an IMAP server."""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from surveys.channels.bounces import LARGEST_LETTER
from surveys.channels.channel import UnfitSettings
from surveys.channels.environment import port, require_setting

_TIMEOUT = 30.0


class UnreadableMailbox(OSError):
    """The mailbox can't be read; the message says how to mend it."""


class Mailbox(Protocol):
    """Letters that nobody has read."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Each letter with the name it has here."""

    def mark_read(self, name: str) -> None: ...


@contextmanager
def folder(path: Path) -> Iterator[Mailbox]:
    """The letters in an mbox file or a Maildir folder; a mail server may deliver to it meanwhile."""
    if path.is_dir() and not all((path / each).is_dir() for each in ("cur", "new")):
        raise UnreadableMailbox(f"{path}：不是 Maildir 文件夹（里面应有 cur 和 new），也不是 mbox 文件。")
    if not path.exists():
        raise UnreadableMailbox(f"{path}：没有这个邮箱文件或文件夹。")
    box: mailbox.Maildir | mailbox.mbox
    box = mailbox.Maildir(str(path), create=False) if path.is_dir() else mailbox.mbox(str(path), create=False)
    if isinstance(box, mailbox.mbox):
        box.lock()
    try:
        yield Folder(box)
        box.flush()
    finally:
        box.close()


class Folder:
    """A mailbox in the file system."""

    def __init__(self, box: mailbox.Maildir | mailbox.mbox) -> None:
        self._box = box

    def unread(self) -> Iterator[tuple[str, bytes]]:
        for key in list(self._box.iterkeys()):
            flags = self._box[key].get_flags()
            if "S" not in flags and "R" not in flags:
                yield str(key), self._box.get_bytes(key)

    def mark_read(self, name: str) -> None:
        key = name if isinstance(self._box, mailbox.Maildir) else int(name)
        letter = self._box[key]  # type: ignore[index]
        if isinstance(letter, mailbox.MaildirMessage):
            letter.set_subdir("cur")
            letter.add_flag("S")
        else:
            letter.add_flag("R")
        self._box[key] = letter  # type: ignore[index]


@dataclass(frozen=True)
class ImapServer:
    """How the mailbox is reached; always encrypted, with the certificate checked."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    certificates: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises UnfitSettings."""
        host = require_setting(environment, "IMAP_HOST", "no mailbox was named and none can be asked for")
        user = require_setting(environment, "IMAP_USER", "IMAP_HOST wants a sign-in")
        name = environment.get("IMAP_FOLDER", "").strip() or "INBOX"
        if any(letter in name for letter in '"\\\r\n'):
            raise UnfitSettings(f"IMAP_FOLDER: {name!r} is no folder's name, such as INBOX")
        password, trust = environment.get("IMAP_PASSWORD", ""), environment.get("IMAP_CA_FILE", "").strip()
        return cls(host, port(environment, "IMAP_PORT", 993), user, password, name, trust or None)

    @contextmanager
    def opened(self) -> Iterator[Mailbox]:
        try:
            trust = ssl.create_default_context(cafile=self.certificates)
            session = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=trust, timeout=_TIMEOUT)
        except (OSError, imaplib.IMAP4.error) as error:
            raise UnreadableMailbox(
                f"IMAP_HOST：连不上 {self.host}（{type(error).__name__}），请检查地址和证书。"
            ) from error
        try:
            with session:
                session.login(self.user, self.password)
                if session.select(f'"{self.folder}"')[0] != "OK":
                    raise UnreadableMailbox(f"IMAP_FOLDER：没有文件夹 {self.folder}。")
                yield _Session(session)
        except imaplib.IMAP4.error as error:
            raise UnreadableMailbox("IMAP：对方不接受账号、密码或命令，请检查 IMAP_USER 和 IMAP_PASSWORD。") from error


class _Session:
    """A mailbox on a server."""

    def __init__(self, session: imaplib.IMAP4_SSL) -> None:
        self._session = session

    def unread(self) -> Iterator[tuple[str, bytes]]:
        _, found = self._session.uid("SEARCH", "UNSEEN", "SMALLER", str(LARGEST_LETTER))
        for name in (found[0] or b"").split():
            _, parts = self._session.uid("FETCH", name.decode(), "(BODY.PEEK[])")
            yield from ((name.decode(), part[1]) for part in parts if isinstance(part, tuple))

    def mark_read(self, name: str) -> None:
        self._session.uid("STORE", name, "+FLAGS", r"(\Seen)")
