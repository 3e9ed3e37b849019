"""Who has answered, where that counts once; shares no key with what was answered, and no order."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.answers.holding import hold
from surveys.storage.sqlite.answers.key_order import rewrite


def take_part(db: Database, survey: str, round_code: str, account: int, subject: str) -> bool:
    """Note that somebody has answered in a round; False when they had before.

    There is a row for everyone who has an account as soon as one of them answers: who has answered is a 0 that became
    a 1, written in the place where it stood, so that the file does not tell in which order people did.
    """
    key = [survey, round_code, account, subject]
    if db.conn.execute(_TAKE, key).rowcount:
        return True
    if db.conn.execute(_THERE, key).fetchone():
        return False
    db.conn.execute(_EVERYONE, [survey, round_code, subject])
    # Written anew, or it told which subject was the first to be rated.
    rewrite(db, "participations", "survey = ? AND round = ?", [survey, round_code])
    return bool(db.conn.execute(_TAKE, key).rowcount)


def note_device(db: Database, survey: str, device: str) -> bool:
    """Note that a survey was answered on a device; False when it had been before."""
    if db.conn.execute(_SEEN, {"survey": survey, "device": device}).fetchone():
        return False
    hold(db, "devices", {"survey": survey, "device": device})
    return True


_THERE = "SELECT 1 FROM participations WHERE survey = ? AND round = ? AND account = ? AND subject = ?"

_TAKE = """
UPDATE participations SET taken = 1 WHERE survey = ? AND round = ? AND account = ? AND subject = ? AND taken = 0"""

_EVERYONE = """
INSERT INTO participations (survey, round, account, subject, taken) SELECT ?1, ?2, id, ?3, 0 FROM accounts WHERE true
ON CONFLICT (survey, round, account, subject) DO NOTHING"""

_SEEN = """
SELECT 1 FROM devices WHERE survey = :survey AND device = :device
UNION ALL SELECT 1 FROM held_devices WHERE survey = :survey AND device = :device"""
