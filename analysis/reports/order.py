"""What report somebody wants: which kind, of which survey, when, about whom, in which language."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.localisation.wording import DEFAULT_LANGUAGE, Message


class Unreportable(ValueError):
    """There is no such report, or none that this reader may have; the message says why, in words."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


ALL_TIME = "all"


@dataclass(frozen=True)
class ReportOrder:
    """`when`: the code of a round, a number of days up to today, a year ("2026"), or `ALL_TIME`.

    `unit`: the code of a department (or of what an anonymous survey is about), empty for all that the reader may see;
    `customer`: the id of a file.
    """

    kind: str
    survey: str
    when: str = ALL_TIME
    unit: str = ""
    customer: str = ""
    language: str = DEFAULT_LANGUAGE
