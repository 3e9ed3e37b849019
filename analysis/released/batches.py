"""When answers to an anonymous survey begin to count: in batches of people who can't be told from each other.

Whoever looks today and again tomorrow could subtract the two results, and whoever sees two questions could subtract
those who answered both from those who answered one. So an answer is released together with at least as many others as
the minimum asks for, of the same department and with the same questions answered: then every set of people that can be
told apart by department, by time and by what they left out has that many members, and sums of any figures are sums
over such sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from surveys.anonymity import MINIMUM_GROUP, Minimums
from surveys.storage.records.withdrawn import COUNTED_AT_MOST

PATIENCE = timedelta(days=7)
"""So long answers wait for others with the same questions answered, once there are enough of them to be released."""
GONE = "gone"
_TOGETHER = 64  # patterns that are looked at together for which to join

Waiting = list[tuple[int, int]]  # the place of a row, and the pattern of what it answers, a bit for each question
Alike = tuple[list[int], int]  # the places of rows, and the pattern that they have in common


class ReleaseBatch(NamedTuple):
    """The places of its rows, the questions that count of them, and the day with which it was closed."""

    rows: list[int]
    counted: int
    closed: date


def release(
    responses: pd.DataFrame, today: pd.Timestamp, minimum: int | Minimums = MINIMUM_GROUP, items: Sequence[str] = (),
    since: date | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The anonymous *responses* that may count in results by now: whole past days, in batches of *minimum* or more.

    A batch is of one department and has answered the same *items*. Answers that find no others of their kind are after
    `PATIENCE` released together with those most like them, and of each only what all of them answered counts: the rest
    is missing. Where that would lose more answers than it brings, they go on waiting. A day counts by the minimum of
    that day, so that no raise takes back what was released before it. Needs the columns `department` and `day`; where
    there is the column `GONE`, it has the day on which an answer was taken back (see `remaining`).

    With the column `round` a batch is of one round, and rounds can be looked at apart. Answers of before the day
    *since* were released without regard to rounds: batches of them stay as they were, and one is of a round (else of
    "") when all of it is and nothing more will happen to it.
    """
    past = responses["day"] < today
    places = pd.Series(range(len(responses)), index=responses.index)[past]
    patterns, kept, labels = _patterns(responses, items), dict[int, int](), dict[int, str]()
    gone, rounds, cuts = _days_gone(responses), *_rounds(responses, since)
    for (_, cut), inside in places.groupby([responses["department"].fillna("")[past], cuts[past]], sort=False):
        days = responses["day"].iloc[inside].dt.date
        batches = list(_batches(zip(days, inside, strict=True), patterns, gone, today.date(), minimum))
        kept |= remaining(batches, gone, today.date())
        for batch in batches:
            label = str(cut) or _round_of(batch, rounds, gone, since)
            labels |= dict.fromkeys(batch.rows, label)
    order = sorted(kept)
    out = responses.iloc[order].reset_index(drop=True)
    if "round" in out.columns:
        out["round"] = pd.Series([labels[row] for row in order], index=out.index, dtype="object")
    for place, item in enumerate(items):
        lost = [not kept[row] >> place & 1 for row in order]
        if any(lost):
            out[item] = out[item].mask(pd.Series(lost, index=out.index))
    return out


def _rounds(responses: pd.DataFrame, since: date | None) -> tuple[list[str], pd.Series]:
    """The round of each row, and by which rounds batches are kept apart."""
    if "round" not in responses.columns:
        return [""] * len(responses), pd.Series("", index=responses.index)
    rounds = responses["round"].fillna("").astype(str)
    return list(rounds), rounds if since is None else rounds.where(responses["day"] >= pd.Timestamp(since), "")


def _round_of(batch: ReleaseBatch, rounds: Sequence[str], gone: Mapping[int, date], since: date | None) -> str:
    """The one round of a batch that was released before rounds were told apart; "" where it may not be looked at so."""
    codes = {rounds[row] for row in batch.rows}
    settled = since is None or (batch.closed < since and not any(row in gone for row in batch.rows))
    return codes.pop() if settled and len(codes) == 1 else ""


def remaining(batches: Sequence[ReleaseBatch], gone: Mapping[int, date], today: date) -> dict[int, int]:
    """The rows of these *batches* that count, each with the questions that do.

    An answer that was taken back after its batch was released goes out of figures at the moment when another batch
    comes into them that counts the same questions: at no time do two figures differ by that answer alone. Where none
    comes for `COUNTED_AT_MOST`, its whole batch goes; and with a batch go those whose members left when it came.
    """
    left, relied_on = dict[int, int](), dict[int, set[int]]()
    out = set[int]()
    for place, batch in enumerate(batches):
        for row in batch.rows:
            if row in gone:
                after = _came_after(batches, batch, gone[row])
                if after is not None:
                    left[row] = after
                    relied_on.setdefault(after, set()).add(place)
                elif today > gone[row] + COUNTED_AT_MOST:
                    out.add(place)
    waiting = list(out)
    while waiting:
        more = relied_on.get(waiting.pop(), set()) - out
        out |= more
        waiting += more
    return {
        row: batch.counted
        for place, batch in enumerate(batches) if place not in out
        for row in batch.rows if row not in left
    }  # fmt: skip


def _came_after(batches: Sequence[ReleaseBatch], own: ReleaseBatch, gone: date) -> int | None:
    """The first batch released after an answer of the batch *own* was taken back that counts all that it does."""
    fitting = [
        (batch.closed, place)
        for place, batch in enumerate(batches)
        if batch.closed >= gone and batch.counted & own.counted == own.counted and batch is not own
    ]
    found = min(fitting, default=None)
    return None if found is None or found[0] >= gone + COUNTED_AT_MOST else found[1]


def _days_gone(responses: pd.DataFrame) -> dict[int, date]:
    if GONE not in responses.columns:
        return {}
    days = responses[GONE].dt.date
    return {place: day for place, day in enumerate(days) if pd.notna(day)}


def _patterns(responses: pd.DataFrame, items: Sequence[str]) -> list[int]:
    """What each response answers, as a number with a bit for each of *items*."""
    given = [0] * len(responses)
    for place, item in enumerate(items):
        bit = 1 << place
        given = [known | bit if here else known for known, here in zip(given, responses[item].notna(), strict=True)]
    return given


def _batches(
    rows: Iterable[tuple[date, int]], patterns: Sequence[int], gone: Mapping[int, date], today: date,
    minimum: int | Minimums,
) -> Iterator[ReleaseBatch]:  # fmt: skip
    """The batches of one department, as the days go by; who took an answer back while it waited is in none."""
    waiting: Waiting = []
    since: date | None = None

    def still(day: date) -> Waiting:
        return [each for each in waiting if each[0] not in gone or gone[each[0]] > day]

    for day, arrived in [*_by_day(rows), (today, [])]:
        if since is not None and day > since + PATIENCE:
            closed = since + PATIENCE
            joined, waiting = _joined(still(closed), _least(minimum, closed))
            since = None  # until others come
            yield from (ReleaseBatch(rows, counted, closed) for rows, counted in joined)
        if not arrived:
            continue
        waiting += [(row, patterns[row]) for row in arrived]
        waiting = still(day)
        least = _least(minimum, day)
        alike = {pattern for pattern, n in Counter(pattern for _, pattern in waiting).items() if n >= least}
        for pattern in sorted(alike):
            yield ReleaseBatch([row for row, own in waiting if own == pattern], pattern, day)
        waiting = [each for each in waiting if each[1] not in alike]
        since = (since or day) if len(waiting) >= least else None


def _by_day(rows: Iterable[tuple[date, int]]) -> Iterator[tuple[date, list[int]]]:
    days: dict[date, list[int]] = {}
    for day, row in rows:
        days.setdefault(day, []).append(row)
    yield from sorted(days.items())


def _least(minimum: int | Minimums, day: date) -> int:
    return minimum.group_on(day) if isinstance(minimum, Minimums) else minimum


def _joined(waiting: Waiting, least: int) -> tuple[list[Alike], Waiting]:
    """Those that wait in batches of *least* or more, so that as few answers as possible are lost; and who goes on
    waiting, because joining them would lose more answers than they have."""
    classes: dict[int, list[int]] = {}
    for row, pattern in waiting:
        classes.setdefault(pattern, []).append(row)
    ordered = [(rows, pattern) for pattern, rows in sorted(classes.items())]
    joined: list[Alike] = []
    for start in range(0, len(ordered), _TOGETHER):
        joined += _most_alike(ordered[start : start + _TOGETHER], least)
    released = {row for rows, _ in joined for row in rows}
    return joined, [each for each in waiting if each[0] not in released]


def _most_alike(classes: list[Alike], least: int) -> list[Alike]:
    """Classes joined two by two until each has *least* rows; those left out that would cost the others too much."""
    while classes:
        classes.sort(key=lambda each: (-len(each[0]), each[1]))
        if len(classes[-1][0]) >= least:
            break
        rows, pattern = small = classes.pop()
        if not classes:
            break
        place = min(range(len(classes)), key=lambda at: (_lost(small, classes[at]), at))
        if _lost(small, classes[place]) > pattern.bit_count() * len(rows):
            continue
        others, known = classes.pop(place)
        classes.append((others + rows, known & pattern))
    return classes


def _lost(one: Alike, other: Alike) -> int:
    """How many answers don't count any more where the two are joined."""
    both = one[1] & other[1]
    return sum((pattern ^ both).bit_count() * len(rows) for rows, pattern in (one, other))
