"""What came of everybody who was asked: final dispositions by AAPOR's Standard Definitions (10th edition, 2023)."""

from __future__ import annotations

from enum import StrEnum


class Disposition(StrEnum):
    """What came of one person, whom a link, a call or a task asked.

    Named people of a list are eligible until something shows that they are not; of whom nothing was heard it isn't
    known.
    """

    COMPLETE = "complete"  # 1.1
    BREAK_OFF = "break_off"  # 2.12, or 1.2 where a survey counts it so: begun and never handed in
    REFUSED = "refused"  # 2.1: said no, wants to be left alone, or looked at the form and left
    NO_CONTACT = "no_contact"  # 2.2: surely there and meant, yet not reached, such as staff with a task
    OTHER = "other"  # 2.3: reached, and neither answered nor refused, such as a call put off
    NO_REPLY = "no_reply"  # 3.1: nothing was ever heard
    UNDELIVERABLE = "undeliverable"  # 3.3: the message came back, the number is another's
    NOT_ELIGIBLE = "not_eligible"  # 4: the questions or the quota showed that this person is not asked
    NOT_ASKED = "not_asked"  # nothing went out, or nobody called yet: no part of the sample
