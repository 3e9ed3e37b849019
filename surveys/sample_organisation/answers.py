"""The answers of the sample organisation: made from a seed, the same each time and on whichever day it is loaded.

Every day before today has a queue of its own, of which the day of the week only lets in fewer or more. So the people
and what they say are the same on every day, and what was put in is found on every day.
Each respondent has one latent satisfaction; ratings are that, plus what the dimension and the touchpoint are like, plus
chance. Overall satisfaction follows the ratings, most of all the worst one, and the recommendation follows it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from surveys.definition.questions import NOT_APPLICABLE, Answer
from surveys.intake.submission import Event, Submission
from surveys.localisation.clock import zone
from surveys.organisation.departments import Touchpoint
from surveys.sample_organisation.organisation import TOUCHPOINTS
from surveys.sample_organisation.voices import Voices

DAYS = 90
WEAK_DISTRICT = "城东"
WEAK_FROM_DAY = 60
BETTER_AT = ("connect-north", "connect-west")
BETTER_FROM_DAY = 50
"""Where a measure of the sample's plans ended on that day, and customers have been told more clearly ever since."""

_PER_DAY = 35.5
_MOST_A_DAY = 100
_WEEKDAYS = (1.2, 1.1, 1.0, 1.0, 1.1, 0.6, 0.5)
_BY_HOUR = {  # how many answers come in at which hour; halls keep office hours, faults don't
    "service": {9: 3, 10: 5, 11: 4, 12: 1, 14: 3, 15: 5, 16: 4, 17: 2, 20: 1},
    "repair": {7: 2, 9: 2, 11: 2, 13: 2, 15: 2, 17: 3, 18: 4, 19: 6, 20: 6, 21: 5, 22: 3},
    "connection": {9: 3, 10: 5, 11: 3, 14: 3, 15: 4, 16: 4, 17: 2, 19: 1},
}
_VOLUME = {"service": 5, "repair": 4, "connection": 3}

_LEVEL = {"reliability": 4.3, "repair": 4.3, "connection": 4.25, "attitude": 4.5, "information": 4.25}
_WEIGHT = {"reliability": 0.25, "repair": 0.3, "connection": 0.25, "attitude": 0.2, "information": 0.15}
_OWN = {"service": "attitude", "repair": "repair", "connection": "connection"}
_BETTER_BY = 0.7
_MET = {  # how likely customers of a department have met what a dimension asks about
    "service": {"reliability": 0.85, "repair": 0.15, "connection": 0.35, "attitude": 0.98, "information": 0.8},
    "repair": {"reliability": 0.97, "repair": 0.98, "connection": 0.08, "attitude": 0.95, "information": 0.85},
    "connection": {"reliability": 0.7, "repair": 0.1, "connection": 0.98, "attitude": 0.95, "information": 0.88},
}
_RECOMMENDATION = {1: 1.2, 2: 3.4, 3: 6.0, 4: 8.1, 5: 9.5}


def sample_responses(seed: int, today: date, version: int = 1) -> Iterator[Submission]:
    """About 3,000 answers to `power-visit` over the 90 days that end the day before *today*, in order of receipt."""
    for day_number in range(DAYS):
        day = today - timedelta(days=DAYS - day_number)
        yield from _day_of_answers(seed, day_number, day, version)


def _day_of_answers(seed: int, day_number: int, day: date, version: int) -> list[Submission]:
    rng = source_of(seed, f"power-visit:{day_number}")
    voices = Voices(rng)
    visits = []
    for place in range(_visitors(rng, day)):
        touchpoint = rng.choices(TOUCHPOINTS, [_VOLUME[each.department] for each in TOUCHPOINTS])[0]
        moment = _moment(rng, day, touchpoint.department)
        weak = touchpoint.district == WEAK_DISTRICT and day_number >= WEAK_FROM_DAY
        better = touchpoint.code in BETTER_AT and day_number >= BETTER_FROM_DAY
        answers = _customer_answers(rng, voices, touchpoint, weak=weak, better=better)
        number, seconds = day_number * _MOST_A_DAY + place, round(rng.lognormvariate(3.8, 0.5))
        visits.append(_submission(seed, "power-visit", number, version, answers, day, moment, seconds, touchpoint))
    return sorted(visits, key=lambda visit: (visit.received_at, visit.id))


def sample_key_accounts(seed: int, today: date, version: int = 1) -> Iterator[Submission]:
    """Forty answers to `key-account`."""
    rng = source_of(seed, "key-account")
    voices = Voices(rng)
    for number in range(40):
        day = today - timedelta(days=rng.randint(1, 60))
        answers, moment = _company_answers(rng, voices), _moment(rng, day, "connection")
        yield _submission(seed, "key-account", number, version, answers, day, moment, rng.randint(60, 240))


def sample_openings(seed: int, submissions: Iterable[Submission]) -> Iterator[tuple[date, str, Event, int]]:
    """(day, touchpoint, opened, times): how often forms were opened, so that 40 to 60 % were also sent."""
    rng = source_of(seed, "openings")
    accepted = Counter((each.received_on, each.touchpoint or "") for each in submissions)
    for (day, touchpoint), times in sorted(accepted.items()):
        yield day, touchpoint, Event.OPENED, round(times / rng.uniform(0.4, 0.6))


def sample_ids(seed: int) -> list[str]:
    """The ids of all answers that the sample may have, whichever day it was loaded."""
    most = {"power-visit": DAYS * _MOST_A_DAY, "department-review": 400, "key-account": 100}
    return [sample_id(seed, survey, number) for survey, amount in most.items() for number in range(amount)]


def source_of(seed: int, purpose: str) -> Random:
    """Chance for one purpose: the same for the same seed."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 – made-up answers, nothing secret


def sample_id(seed: int, survey: str, number: int) -> str:
    """The id of an answer; `sample_ids` knows them all."""
    return hashlib.blake2b(f"sample:{seed}:{survey}:{number}".encode(), digest_size=16).hexdigest()


def _submission(
    seed: int, survey: str, number: int, version: int, answers: Mapping[str, Answer], day: date, moment: datetime,
    seconds: int, touchpoint: Touchpoint | None = None,
) -> Submission:  # fmt: skip
    return Submission(
        id=sample_id(seed, survey, number), survey=survey, version=version, answers=answers, received_on=day,
        received_at=moment, seconds=seconds,
        touchpoint=touchpoint.code if touchpoint else None,
        department=touchpoint.department if touchpoint else "service",
        district=touchpoint.district if touchpoint else None,
        business_type=touchpoint.business_type if touchpoint else None,
    )  # fmt: skip


def _visitors(rng: Random, day: date) -> int:
    expected = _PER_DAY * _WEEKDAYS[day.weekday()]
    return min(_MOST_A_DAY, max(0, round(expected + rng.gauss(0, 1) * expected**0.5)))


def _moment(rng: Random, day: date, department: str) -> datetime:
    hours = _BY_HOUR[department]
    hour = rng.choices(list(hours), list(hours.values()))[0]
    local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone())
    return local.astimezone(UTC)


def _customer_answers(
    rng: Random, voices: Voices, touchpoint: Touchpoint, *, weak: bool, better: bool
) -> dict[str, Answer]:
    mood = rng.gauss(0, 0.55)
    # Drawn for everyone, so that neither the weak spot nor what became better changes anyone else's answers.
    levels = {dimension: level + mood + rng.gauss(0, 0.55) for dimension, level in _LEVEL.items()}
    if weak:
        levels["repair"] -= 2.3
    if better:
        levels["information"] += _BETTER_BY
    met = _MET[touchpoint.department]
    ratings: dict[str, Answer] = {}
    for dimension, level in levels.items():
        if rng.random() < 0.98:  # the rest leave it empty
            ratings[dimension] = within(level, 1, 5) if rng.random() < met[dimension] else NOT_APPLICABLE
    csat = _overall(rng, mood, ratings, _OWN[touchpoint.department])
    answers: dict[str, Answer] = {"csat": csat, **ratings}
    if rng.random() < 0.96:
        answers["nps"] = within(_RECOMMENDATION[csat] + rng.gauss(0, 1), 0, 10)
    comment = _comment(rng, voices, csat, ratings, touchpoint, weak)
    return answers | ({"comment": comment} if comment else {})


def _overall(rng: Random, mood: float, ratings: Mapping[str, Answer], own: str) -> int:
    """Overall satisfaction: what one came for counts double, and the worst experience colours the whole."""
    given = {dimension: rating for dimension, rating in ratings.items() if isinstance(rating, int)}
    if not given:
        return within(4.2 + mood, 1, 5)
    weights = {dimension: _WEIGHT[dimension] * (2 if dimension == own else 1) for dimension in given}
    average = sum(weights[dimension] * given[dimension] for dimension in given) / sum(weights.values())
    return within(average - 0.35 * max(0, 3 - min(given.values())) + rng.gauss(0, 0.4), 1, 5)


def _comment(
    rng: Random, voices: Voices, csat: int, ratings: Mapping[str, Answer], touchpoint: Touchpoint, weak: bool
) -> str | None:
    given = {dimension: rating for dimension, rating in ratings.items() if isinstance(rating, int)}
    own, district = _OWN[touchpoint.department], touchpoint.district or ""
    worst = min(given, key=lambda each: (given[each], each != own), default=own)
    best = max(given, key=lambda each: (given[each], each == own), default=own)
    kind = _kind_of_comment(rng, csat, given.get(worst, csat))
    if kind == "mixed" and best != worst:
        return voices.mixed(best, worst, district)
    if weak and kind == "complaint" and worst == "repair":
        return voices.weak_spot(district)
    if kind in ("complaint", "mixed"):
        return voices.customer(worst, "complaint", district)
    if kind == "null":
        return voices.nothing()
    about = best if kind == "praise" else rng.choice(list(given) or [own])
    return voices.customer(about, kind, district) if kind else None


def _kind_of_comment(rng: Random, csat: int, worst: int) -> str:
    kinds = ("", "complaint", "mixed", "suggestion", "praise", "null")
    if worst <= 2:
        weights = (20, 64, 12, 4, 0, 0)
    elif csat >= 4:
        weights = (52, 0, 2, 13, 22, 11)
    else:
        weights = (45, 18, 12, 18, 2, 5)
    return rng.choices(kinds, weights)[0]


def _company_answers(rng: Random, voices: Voices) -> dict[str, Answer]:
    level = 4.1 + rng.gauss(0, 0.6)
    items = ("reliability", "repair", "connection", "billing", "competence", "information", "safety")
    ratings = {
        item: within(level + rng.gauss(0, 0.6), 1, 5) if rng.random() < 0.9 else NOT_APPLICABLE for item in items
    }
    csat = within(level + rng.gauss(0, 0.3), 1, 5)
    needs = ("saving", "solar", "charging", "maintenance", "trading")
    wanted = set(rng.sample(needs, rng.randint(0, 3)))
    answers: dict[str, Answer] = {
        "industry": rng.choices(("manufacturing", "commerce", "public", "agriculture", "other"), (9, 5, 4, 1, 1))[0],
        "csat": csat,
        **ratings,
        "nps": within(_RECOMMENDATION[csat] + rng.gauss(0, 1), 0, 10),
    }
    if wanted:
        answers["needs"] = [need for need in needs if need in wanted]
    sentiment = rng.choice(("suggestion", "praise") if csat >= 4 else ("suggestion", "complaint"))
    return answers | ({"comment": voices.company(sentiment)} if rng.random() < 0.7 else {})


def within(level: float, low: int, high: int) -> int:
    """A level as a point of a scale."""
    return min(high, max(low, round(level)))
