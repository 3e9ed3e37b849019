"""The ledger of steps that a database has taken, and the one way to take those that are missing."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

LONGEST_UPGRADE = 600_000  # milliseconds that a second program waits while a first one upgrades a large database

migrations = Migrations("xinsheng")


def upgrade(db: Database) -> None:
    """Bring a database to the newest schema in one transaction: all steps or none, by one program at a time.

    Programs that open one file together (a server and a command, say) wait for the first of them.
    """
    if not migrations.pending(db):
        return
    [[patience]] = db.execute("PRAGMA busy_timeout").fetchall()
    db.execute(f"PRAGMA busy_timeout = {LONGEST_UPGRADE}")
    try:
        db.execute("BEGIN IMMEDIATE")
        with db.conn:
            migrations.apply(db)
    finally:
        db.execute(f"PRAGMA busy_timeout = {patience}")
