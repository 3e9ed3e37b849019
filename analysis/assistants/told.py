"""What an assistant is told, as values: sentences as pages say them, and the figures in them."""

from __future__ import annotations

from pydantic import BaseModel


class ToldSurvey(BaseModel):
    """A survey there is; of an anonymous one the number of answers is not told."""

    code: str
    title: str
    audience: str
    state: str
    anonymous: bool
    answers: int | None


class ToldBreakdown(BaseModel):
    """Something that results can be narrowed to, with the values it has."""

    name: str
    label: str
    values: list[str]


class ToldPart(BaseModel):
    """Which answers were looked at: without it no figure means anything."""

    survey: str
    title: str
    where: dict[str, str]
    round: str | None
    first_day: str | None
    last_day: str | None
    answers: int | None  # None where fewer than the minimum of an anonymous survey are in view


class ToldFigure(BaseModel):
    """One figure: the sentence of the page first, then what it is made of."""

    sentence: str
    change: str | None  # against the period or the round before
    measure: str
    item: str | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    method: str


class ToldFigures(BaseModel):
    """The figures of the catalogue for one part of the answers."""

    part: ToldPart
    figures: list[ToldFigure]


class ToldAlarm(BaseModel):
    """What the watch over the weeks of one question says, within the budget of false alarms."""

    question: str
    verdict: str
    sentence: str


class ToldArea(BaseModel):
    """One area to improve: why it stands in its place, and customers' own words."""

    place: int
    label: str
    score: str | None
    reasons: list[str]
    quotations: list[str]


class ToldChanges(BaseModel):
    """What changed, and what speaks for a reason."""

    part: ToldPart
    alarms: list[ToldAlarm]
    changes: list[str]  # figures whose change is more than chance; empty where none is
    unclear: list[str]  # figures whose change could be chance, or that are of too few answers
    areas: list[ToldArea]


class ToldAreas(BaseModel):
    """The areas to improve, the first first."""

    part: ToldPart
    areas: list[ToldArea]


class ToldComment(BaseModel):
    """One comment, its personal data masked; quote it as it stands or not at all."""

    text: str
    sentiment: str
    aspects: list[str]
    rating: float | None
    day: str | None


class ToldComments(BaseModel):
    """Some of the comments that fit; *amount* is how many there are."""

    part: ToldPart
    amount: int
    withheld: str | None  # why none is shown
    comments: list[ToldComment]


class ToldCase(BaseModel):
    """How a case stands; its author's contact is not told."""

    id: str
    department: str
    category: str
    state: str
    text: str
    received_on: str
    due_on: str | None
    late: bool


class ToldCases(BaseModel):
    """Some of the cases that fit, the newest first; *amount* is how many there are."""

    amount: int
    cases: list[ToldCase]
