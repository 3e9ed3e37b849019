"""What wants a look, and what it is found in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.released.released_answers import ReleasedAnswers
from surveys.accounts import Account
from surveys.console.kit import drill_down
from surveys.storage.records.surveys import SurveyRecord

_ORDER = ("bad", "wait", "good")


@dataclass(frozen=True)
class Notice:
    """Something that wants a look, and the page where to act on it: one of the console, or a plain one (`/my`)."""

    tone: str
    label: str
    words: str
    page: str
    link: str
    survey: str = ""
    part: str = ""  # of the page
    question: str = ""
    about: str = ""  # what else tells it from others of the same alert
    alert: str = ""  # which of the registry found it
    news: str = ""  # what it says that is new, where its words change from day to day without being any

    @property
    def key(self) -> str:
        """What it is about, whatever it says of it today: by this it is set aside."""
        named = (self.alert, self.page, self.tone, self.survey, self.part, self.question, self.about)
        return "·".join(filter(None, named))

    @property
    def query(self) -> dict[str, str]:
        """Where on the page it leads."""
        named = {"survey": self.survey, "part": self.part, "watched": self.question}
        return {name: each for name, each in named.items() if each}

    @property
    def address(self) -> str:
        """Of the page; empty where the reader may not open it."""
        return self.page if self.page.startswith("/") else drill_down.address_of(self.page, **self.query)


@dataclass(frozen=True)
class InView:
    """What alerts are made of: who reads, all surveys, and the answers of those in the field."""

    account: Account
    records: list[SurveyRecord]
    found: list[ReleasedAnswers]


def late_first(notices: Sequence[Notice]) -> list[Notice]:
    """What is late or amiss, then what is to be done, then news; else in the order in which they were found."""
    return sorted(notices, key=lambda each: _ORDER.index(each.tone) if each.tone in _ORDER else len(_ORDER))
