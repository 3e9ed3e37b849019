"""What people are told of the use of their personal information, in versions of which none is ever changed.

There is one notice for the whole organisation, and one for each survey that has its own; an empty one ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from surveys.localisation.wording import Text

EVERYWHERE = ""  # in place of a survey's code: the notice of the organisation
_OF_ALL = "_all"  # no survey can have this code
LONGEST_NOTICE = 20_000  # characters


@dataclass(frozen=True)
class PrivacyNotice:
    """One version of a notice: of a survey, or of the organisation; `text` is None where it says that none is given."""

    survey: str
    number: int
    text: Text | None
    since: datetime
    by: str = ""

    @property
    def name(self) -> str:
        """What an answer keeps of it: `_all/3`, `power-visit/1`."""
        return f"{self.survey or _OF_ALL}/{self.number}"


class NoticeTooLong(ValueError):
    """More than `LONGEST_NOTICE` characters in one language."""


def notice_named(name: str) -> tuple[str, int] | None:
    """The survey and number of a name that an answer keeps; None for what is no such name."""
    survey, _, number = name.rpartition("/")
    if not survey or not (number.isascii() and number.isdigit() and len(number) < 7):
        return None
    return ("" if survey == _OF_ALL else survey), int(number)
