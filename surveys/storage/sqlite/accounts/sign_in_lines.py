"""What people do about their own sign-ins, in the audit trail by day and in no order.

To the second, or between two lines of which the second is known, they would tell who was there when an anonymous
answer came. So the lines of a day are counted in a table of their own, written anew by key each time, and join the
chain together, by pseudonym, when the first line of a later day is written. Until then nothing is chained to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlite_utils import Database

from surveys.storage.records.accounts import FAILED_SIGN_IN
from surveys.storage.sqlite.accounts.pseudonyms import Words
from surveys.storage.sqlite.answers.key_order import rewrite

_OWN = frozenset({
    "sign in", "sign out", "sign out elsewhere", "change password", "change given password", "set second factor",
    "use recovery code", "remove second factor",
})  # fmt: skip


def is_by_day(words: Words) -> bool:
    """Whether a line says that somebody was there, or tried to be; what is done to others is kept to the second."""
    who, action, thing, _ = words
    return action == FAILED_SIGN_IN or (action in _OWN and who == thing)


def hold_line(db: Database, day: date, words: Words) -> None:
    """Count a line of this day."""
    db.execute(_COUNT, [day.isoformat(), *words])
    rewrite(db, "held_audit", "true", [])


def lines_due(db: Database, today: date) -> Iterator[tuple[str, Words]]:
    """The lines of days that are over, each with its day and as often as it was counted; they are held no longer."""
    rows = db.execute(_DUE, [today.isoformat()]).fetchall()
    if rows:
        db.execute("DELETE FROM held_audit WHERE day < ?", [today.isoformat()])
    for day, *words, times in rows:
        yield from [(day, (words[0], words[1], words[2], words[3]))] * times


_COUNT = """
INSERT INTO held_audit (day, account, action, object, detail, times) VALUES (?, ?, ?, ?, ?, 1)
ON CONFLICT (day, account, action, object, detail) DO UPDATE SET times = held_audit.times + 1"""

_DUE = """
SELECT day, account, action, object, detail, times FROM held_audit WHERE day < ?
ORDER BY day, account, action, object, detail"""
