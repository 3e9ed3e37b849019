"""Letters that came back: which message each was, and whether it is lost for good.

Counts only what carries a mark of ours (see `returns`): in a delivery report (RFC 3464) anywhere, and in a report
that keeps to no standard in the address it came back to. A person's reply quotes the mark too, but is no report.
flufl.bounce knows how the mail servers of the world word their reports; it says neither why a letter was refused nor
what a server it doesn't know means by its code, so both are read here.
"""

from __future__ import annotations

import email
import email.policy
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

from surveys.channels.channel import SendingTrouble
from surveys.channels.return_addresses import ReturnAddresses

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it would print a traceback for each odd letter

LARGEST_LETTER = 2_000_000  # bytes; no report is larger
_LARGEST_WORDED = 64_000  # bytes; in 2 MB of empty lines flufl.bounce would look for its wordings for a minute
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_REFUSED = re.compile(r"\b5\d\d[ \-]|\b5\.\d{1,3}\.\d{1,3}\b")
_FAILED = ("failed", "error")  # the second is OpenSMTPD's; some write a comment behind
_NOT_FROM_PEOPLE = re.compile(r"mailer-daemon|postmaster|<>", re.IGNORECASE)


@dataclass(frozen=True)
class Bounce:
    """A message of ours that was not delivered; `detail` is the status code of the report."""

    message: str
    reason: SendingTrouble
    detail: str = ""


def bounce_in(letter: bytes, returns: ReturnAddresses) -> Bounce | None:
    """What a letter reports as undelivered; None when it reports a delay, a delivery, or is no report of ours."""
    if len(letter) > LARGEST_LETTER:
        return None
    parsed = email.message_from_bytes(letter, policy=email.policy.compat32)
    statuses = list(_statuses(parsed))
    if statuses:
        message = returns.message_of(letter.decode("ascii", "replace"))
        failed = [status for action, status in statuses if action.startswith(_FAILED)]
        return Bounce(message, reason_for(failed[0]), failed[0]) if message and failed else None
    return _without_standard(parsed, returns, worded=len(letter) <= _LARGEST_WORDED)


def _statuses(letter: Message) -> Iterator[tuple[str, str]]:
    """Action and status code for each recipient of a delivery report."""
    for part in letter.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for group in part.get_payload():
                if isinstance(group, Message) and group.get("Action"):
                    code = _STATUS.search(str(group.get("Status", "")))
                    yield str(group["Action"]).strip().lower(), code[0] if code else ""


def _without_standard(letter: Message, returns: ReturnAddresses, *, worded: bool) -> Bounce | None:
    """What some servers write instead of a report: from nobody, to a return address, in words that say it failed."""
    addressed = " ".join(str(value) for name in _RECIPIENTS for value in letter.get_all(name, ()))
    message = returns.message_of(addressed)
    sender = f"{letter.get('Return-Path', '')} {letter.get('From', '')}"
    if message is None or not _NOT_FROM_PEOPLE.search(sender):
        return None
    words = _words(letter)
    known = _known_wording(letter) if worded else None
    if not (_refused(letter, words) if known is None else known):
        return None
    code = _STATUS.search(words)
    return Bounce(message, reason_for(code[0] if code else ""), code[0] if code else "")


def _refused(letter: Message, words: str) -> bool:
    """Whether a code says that the letter was refused; a machine that answers for a person may name one, too."""
    automatic_reply = str(letter.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied")
    return not automatic_reply and _REFUSED.search(words) is not None


def _known_wording(letter: Message) -> bool | None:
    """Whether a wording of the known ones says that somebody is lost for good, not just late; None without one."""
    try:
        late, lost = all_failures(letter)
    except Exception:  # its detectors stumble over headers that are missing or no text: anybody may send us anything
        return None
    return bool(lost) if late or lost else None


def _words(letter: Message) -> str:
    parts = (part for part in letter.walk() if part.get_content_type() == "text/plain")
    payloads = (part.get_payload(decode=True) for part in parts)
    return "\n".join(each.decode("utf-8", "replace") for each in payloads if isinstance(each, bytes))


def reason_for(status: str) -> SendingTrouble:
    """What an enhanced status code says (RFC 3463): x.1.y about the address, x.2.2 a full mailbox."""
    _, subject, detail = [*status.split("."), "", "", ""][:3]
    if (subject, detail) == ("2", "2"):
        return SendingTrouble.MAILBOX_FULL
    return SendingTrouble.ADDRESS if subject == "1" else SendingTrouble.BOUNCED
