"""Prizes, who takes part in draws, and coupons. No row here says which answer it was given for, or when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlite_utils import Database

from surveys.fieldwork.prizes import Entry, NotDrawable, Prize, PrizeKind, PrizeStanding, drawn
from surveys.localisation.language import marked
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.answers.holding import hold, settle
from surveys.storage.sqlite.connection import Connections

# Any of the free ones: given out in their order, a code would tell whose answer came when.
_FREE = "SELECT code FROM coupons WHERE survey = ? ORDER BY random() LIMIT 1"

_GIVEN = "SELECT code FROM all_given_coupons WHERE survey = ? AND ticket = ?"

_ADD = "INSERT INTO coupons (survey, code) VALUES (?, ?) ON CONFLICT (survey, code) DO NOTHING"

_TAKES_PART = """
SELECT 1 FROM all_prize_entries WHERE ticket = :ticket OR (survey = :survey AND phone = :phone)"""

_STANDING = """
SELECT (SELECT count(*) FROM all_prize_entries WHERE survey = :survey),
       (SELECT count(*) FROM prize_entries WHERE survey = :survey AND won),
       (SELECT count(*) FROM all_given_coupons WHERE survey = :survey),
       (SELECT count(*) FROM coupons WHERE survey = :survey)"""


class PrizeTables:
    """One prize for each survey that offers one, with its entries or coupons."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, survey: str) -> Prize | None:
        with self._connections.reading() as db:
            return _prize(db, survey)

    def set(self, prize: Prize, *, by: str, seen: Prize | Unread | None = ANY) -> None:
        """Offer it from now on; entries and coupons there are stay.

        Raises ChangedMeanwhile when what is offered isn't any more what was *seen*.
        """
        row = {
            "survey": prize.survey, "kind": prize.kind.value, "title": prize.title, "ends_on": prize.ends_on.isoformat()
        }  # fmt: skip
        with self._connections.writing() as db:
            assert_as_seen(seen, _prize(db, prize.survey))
            db.table("prizes").upsert(row, pk="survey")
            write_audit(db, by, "offer prize", prize.survey, f"{prize.kind} until {row['ends_on']}")

    def remove(self, survey: str, *, by: str, seen: Seen | Unread = ANY) -> None:
        """End it, and delete everyone's entry and all coupons.

        Raises ChangedMeanwhile when what is offered, or how many have won, isn't any more what was *seen*.
        """
        with self._connections.writing() as db:
            assert_as_seen(seen, (_prize(db, survey), _won(db, survey)))
            db.execute("DELETE FROM prizes WHERE survey = ?", [survey])
            write_audit(db, by, "remove prize", survey, "")

    def standing(self, survey: str) -> PrizeStanding:
        with self._connections.reading() as db:
            return PrizeStanding(*db.execute(_STANDING, {"survey": survey}).fetchone())

    # Draws

    def enter(self, survey: str, ticket: str, name: str, phone: str) -> bool:
        """Take part. False when the ticket or the phone number takes part already: nothing is changed then."""
        with self._connections.writing() as db:
            entry = {"ticket": ticket, "survey": survey, "name": name, "phone": phone, "won": 0}
            new = db.conn.execute(_TAKES_PART, entry).fetchone() is None
            if new:
                hold(db, "prize_entries", entry)
        self._connections.empty_log()  # it would tell in which order people took part
        return new

    def entered(self, survey: str, ticket: str) -> bool:
        with self._connections.reading() as db:
            query = "SELECT 1 FROM all_prize_entries WHERE survey = ? AND ticket = ?"
            return db.execute(query, [survey, ticket]).fetchone() is not None

    def draw(self, survey: str, winners: int, seed: int, *, by: str, seen: int | Unread = ANY) -> None:
        """Draw among those who have not won yet; raises NotDrawable.

        Raises ChangedMeanwhile when not as many have won as were *seen*: two people who press at once draw once.
        """
        with self._connections.writing() as db:
            assert_as_seen(seen, _won(db, survey))
            settle(db, "prize_entries", survey)
            rows = db.execute("SELECT ticket FROM prize_entries WHERE survey = ? AND NOT won", [survey])
            chosen = drawn([row[0] for row in rows], winners, seed)
            db.conn.executemany("UPDATE prize_entries SET won = 1 WHERE ticket = ?", [[ticket] for ticket in chosen])
            write_audit(db, by, "draw prize", survey, f"{winners} winners, seed {seed}")

    def winners(self, survey: str, *, by: str) -> list[Entry]:
        """Who won, by name; that someone looked is recorded."""
        with self._connections.writing() as db:
            query = "SELECT name, phone, won FROM prize_entries WHERE survey = ? AND won ORDER BY name, phone"
            found = [Entry(name, phone, bool(won)) for name, phone, won in db.execute(query, [survey])]
            write_audit(db, by, "see winners", survey, str(len(found)))
        return found

    def forget_others(self, survey: str, *, by: str) -> int:
        """Delete everyone who has not won; returns how many that were. Raises NotDrawable before the draw."""
        with self._connections.writing() as db:
            won = "SELECT 1 FROM prize_entries WHERE survey = ? AND won"
            if not db.execute(won, [survey]).fetchone():
                raise NotDrawable(marked("还没有抽奖：先抽奖，再删除未中奖的人。"))
            settle(db, "prize_entries", survey)
            gone = db.conn.execute("DELETE FROM prize_entries WHERE survey = ? AND NOT won", [survey]).rowcount
            write_audit(db, by, "forget entries", survey, str(gone))
        self._connections.empty_log()
        return int(gone)

    # Coupons

    def add_coupons(self, survey: str, codes: Iterable[str], *, by: str) -> int:
        """Put these with the others; returns how many were new."""
        with self._connections.writing() as db:
            given = db.execute("SELECT code FROM all_given_coupons WHERE survey = ?", [survey])
            gone = {row[0] for row in given}
            before = db.conn.total_changes
            db.conn.executemany(_ADD, [[survey, code] for code in codes if code not in gone])
            added = db.conn.total_changes - before
            write_audit(db, by, "add coupons", survey, str(added))
        return added

    def coupon(self, survey: str, ticket: str) -> str | None:
        """The coupon of this ticket, taken from the pile the first time; None when the pile is empty."""
        while True:
            with self._connections.reading() as db:  # looking through many codes must keep no answer waiting
                given = db.execute(_GIVEN, [survey, ticket]).fetchone()
                free = given or db.execute(_FREE, [survey]).fetchone()
            if given or free is None:
                return str(given[0]) if given else None
            with self._connections.writing() as db:
                taken = _take_coupon(db, survey, ticket, free[0])
            if taken:
                self._connections.empty_log()
                return str(free[0])


def _take_coupon(db: Database, survey: str, ticket: str, code: str) -> bool:
    """Give this coupon for a ticket; False when it is gone meanwhile, or the ticket has one."""
    if db.execute(_GIVEN, [survey, ticket]).fetchone():
        return False
    if not db.execute("DELETE FROM coupons WHERE survey = ? AND code = ?", [survey, code]).rowcount:
        return False
    hold(db, "given_coupons", {"survey": survey, "ticket": ticket, "code": code})
    return True


Seen = tuple[Prize | None, int]
"""What is offered, and how many have won it."""


def _won(db: Database, survey: str) -> int:
    return int(db.execute("SELECT count(*) FROM prize_entries WHERE survey = ? AND won", [survey]).fetchone()[0])


def _prize(db: Database, survey: str) -> Prize | None:
    row = db.execute("SELECT kind, title, ends_on FROM prizes WHERE survey = ?", [survey]).fetchone()
    return Prize(survey, PrizeKind(row[0]), row[1], date.fromisoformat(row[2])) if row else None
