"""One person's data, wherever it stands: all of it to give to them, or erased with everything that hangs on it.

What is anonymous is nobody's: it has no key that leads here. Of an invitation the row stays, under a number that is
nobody's, so that how many were asked and how many answered stays true, and tells of nobody whether they did.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from sqlite_utils import Database

from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.accounts.pseudonyms import forget_in_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.uploads import take_files
from surveys.storage.sqlite.wishes import addresses_of

Held = dict[str, list[dict[str, Any]]]
"""Rows of what is held of somebody, by kind."""


ERASED = "erased-"
"""How the code begins that an account is called by once it is erased."""


class PersonTables:
    """By the number of a contact's file, or by the name of an account."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def held(self, contact: str) -> Held:
        """All rows of a person: file, wishes, invitations, messages, answers, calls, tasks, cases, draws, uploads."""
        with self._connections.reading() as db:
            return {kind: list(db.query(query, _values(db, contact))) for kind, query in _HELD.items()}

    def erase(self, contact: str, *, by: str) -> dict[str, int]:
        """Delete all of it in one transaction; returns how many of each. A wish to be left alone stays, as a hash."""
        with self._connections.writing() as db:
            values = _values(db, contact)
            held = {kind: list(db.query(query, values)) for kind, query in _HELD.items()}
            if not held["contact"]:
                return {}
            answers, apart, cases = ([row["id"] for row in held[kind]] for kind in ("answers", "set_apart", "cases"))
            files = take_files(db, [*answers, *apart], cases)
            nobody = f"erased-{secrets.token_hex(8)}"
            for statement in _ERASE:
                db.execute(statement, values | {"nobody": nobody})
            write_audit(db, by, "erase person", "contacts", ", ".join(f"{len(held[kind])} {kind}" for kind in held))
            forget_in_audit(db, contact)
        self._connections.remove_files(files)
        self._connections.empty_log()
        return {kind: len(rows) for kind, rows in held.items()}

    def erase_account(self, name: str, *, by: str) -> str | None:
        """Take an account's name from everything, its sign-in and its rights; returns what it is called from then on.

        Its row stays under a name that says nothing: participations of anonymous surveys count it. None for no account.
        """
        with self._connections.writing() as db:
            row = next(db.query("SELECT id FROM accounts WHERE name = ?", [name]), None)
            if row is None:
                return None
            values = {"name": name, "nobody": f"{ERASED}{secrets.token_hex(8)}", "account": row["id"]}
            for table, column in _NAMED:
                db.execute(f"UPDATE {table} SET {column} = :nobody WHERE {column} = :name", values)  # noqa: S608
            for statement in _ERASE_ACCOUNT:
                db.execute(statement, values)
            write_audit(db, by, "erase account", "accounts")
            forget_in_audit(db, name)
        self._connections.empty_log()
        return str(values["nobody"])


def _values(db: Database, contact: str) -> dict[str, str]:
    """The person's number and addresses; those that are empty are nobody's."""
    rows = db.execute("SELECT phone, email, chat FROM contacts WHERE id = ?", [contact]).fetchall()
    typed = json.dumps([text for row in rows for text in row if text])
    keys = json.dumps(list(addresses_of(db, contact).values()))
    return {"contact": contact, "typed": typed, "keys": keys}


_OWN = "SELECT id FROM invitations WHERE contact = :contact"
_TYPED = "IN (SELECT value FROM json_each(:typed))"
_MATTERS = f"SELECT id FROM cases WHERE contact {_TYPED}"  # noqa: S608  put together of what stands here
_MESSAGES = f"invitation IN ({_OWN}) OR address {_TYPED}"
_OUTSIDER = (
    "kind = 'outsider' AND json_extract(attributes, '$.contact[0]') IN (:contact, "
    "(SELECT nullif(customer_number, '') FROM contacts WHERE id = :contact))"
)
_HELD = {
    "contact": "SELECT * FROM contacts WHERE id = :contact",
    "merged": "SELECT * FROM merged_contacts WHERE kept = :contact ORDER BY gone",
    "wishes": "SELECT since FROM wishes WHERE address IN (SELECT value FROM json_each(:keys))",
    "invitations": "SELECT invitations.*, campaigns.survey FROM invitations "
    "JOIN campaigns ON campaigns.id = invitations.campaign WHERE contact = :contact ORDER BY invitations.id",
    "messages": f"SELECT * FROM outbox WHERE {_MESSAGES} ORDER BY created_at, id",  # noqa: S608
    "answers": "SELECT * FROM responses WHERE contact = :contact ORDER BY received_on, id",
    "set_apart": "SELECT * FROM set_apart WHERE contact = :contact ORDER BY received_on, id",
    "calls": "SELECT * FROM calls WHERE contact = :contact ORDER BY id",
    "subjects": f"SELECT * FROM subjects WHERE {_OUTSIDER} ORDER BY code",  # noqa: S608
    "tasks": "SELECT * FROM tasks WHERE contact = :contact ORDER BY id",
    "cases": f"SELECT * FROM cases WHERE contact {_TYPED} ORDER BY received_at, id",  # noqa: S608
    "remarks": f"SELECT * FROM remarks WHERE matter IN ({_MATTERS}) ORDER BY number",  # noqa: S608
    "prizes": f"SELECT * FROM all_prize_entries WHERE phone {_TYPED} ORDER BY ticket",  # noqa: S608
    "uploads": "SELECT * FROM uploads WHERE response IN (SELECT id FROM responses WHERE contact = :contact) "  # noqa: S608
    "OR key IN (SELECT file.value FROM set_apart, json_each(beside, '$.files') AS file WHERE contact = :contact) "
    f"OR matter IN ({_MATTERS}) ORDER BY key",
}
_ERASE = (
    f"DELETE FROM outbox WHERE {_MESSAGES}",  # noqa: S608
    f"DELETE FROM unfinished WHERE invitation IN ({_OWN})",  # noqa: S608
    f"DELETE FROM asked WHERE invitation IN ({_OWN})",  # noqa: S608
    "DELETE FROM responses WHERE contact = :contact",
    "DELETE FROM set_apart WHERE contact = :contact",
    "DELETE FROM unfinished_tasks WHERE task IN (SELECT id FROM tasks WHERE contact = :contact)",
    "UPDATE tasks SET withdrawn_reason = 'erased' WHERE contact = :contact AND done = 0 AND withdrawn_reason IS NULL",
    f"DELETE FROM cases WHERE contact {_TYPED}",  # noqa: S608
    f"DELETE FROM prize_entries WHERE phone {_TYPED}",  # noqa: S608
    f"DELETE FROM held_prize_entries WHERE phone {_TYPED}",  # noqa: S608
    "UPDATE tasks SET contact = :nobody, token_hash = NULL, context = '{}', natural_key = :nobody || id "
    "WHERE contact = :contact",
    "UPDATE invitations SET contact = :nobody, context = NULL, revoked = 1 - finished, token_hash = :nobody || id "
    "WHERE contact = :contact",
    "DELETE FROM merged_contacts WHERE kept = :contact",
    f"UPDATE subjects SET name = '', attributes = '{{}}' WHERE {_OUTSIDER}",  # noqa: S608  its answers stay its own
    "DELETE FROM contacts WHERE id = :contact",
)
"""In an order in which nothing is asked of what is gone."""

# Where an account is named; pseudonyms of the audit are apart.
_NAMED = (
    ("reviews", "account"), ("drafts", "saved_by"), ("campaigns", "created_by"), ("call_queues", "created_by"),
    ("calls", "held_by"), ("call_counts", "agent"), ("imports", "by"), ("tablets", "created_by"),
    ("rounds", "created_by"), ("tasks", "made_by"), ("cases", "owner"), ("case_steps", "account"),
    ("case_steps", "owner"), ("case_notes", "account"), ("typed_sheets", "typed_by"), ("legal_holds", "held_by"),
    ("set_apart", "set_by"), ("improvement_plans", "owner"), ("improvement_plans", "created_by"),
    ("improvement_plans", "approved_by"), ("measures", "owner"),
    ("indicators", "owner"), ("indicator_definitions", "set_by"), ("indicator_values", "entered_by"),
    ("lessons", "written_by"), ("lessons", "signed_by"), ("appraisals", "made_by"), ("appraised", "interviewed_by"),
    ("appraisal_appeals", "answered_by"), ("agent_notes", "written_by"), ("agent_notes", "answered_by"),
    ("merged_contacts", "merged_by"), ("privacy_notices", "set_by"), ("report_schedules", "made_by"),
    ("alert_marks", "account"), ("alert_marks", "set_by"), ("saved_views", "owner"),
)  # fmt: skip
_AS_PERSON = (
    "IN (SELECT :name UNION SELECT code FROM subjects WHERE kind = 'person' "
    "AND json_extract(attributes, '$.account[0]') = :name)"
)
_AS_AGENT = _AS_PERSON.replace("'person'", "'agent'")
_ERASE_ACCOUNT = (
    "UPDATE report_schedules SET readers = (SELECT json_group_array(reader.value) FROM json_each(readers) AS reader "
    "WHERE reader.value <> :name)",
    f"DELETE FROM appraisal_appeals WHERE person {_AS_PERSON}",  # noqa: S608
    f"DELETE FROM appraised WHERE person {_AS_PERSON}",  # noqa: S608
    f"DELETE FROM agent_notes WHERE agent {_AS_AGENT}",  # noqa: S608
    f"DELETE FROM agent_marks WHERE agent {_AS_AGENT}",  # noqa: S608
    "UPDATE responses SET context = json_set(context, '$.agent', :nobody) WHERE context ->> 'agent' = :name",
    "UPDATE set_apart SET context = json_set(context, '$.agent', :nobody) WHERE context ->> 'agent' = :name",
    "UPDATE contacts SET account = NULL WHERE account = :account",
    "DELETE FROM sessions WHERE account = :account",
    "DELETE FROM second_factors WHERE account = :account",
    "DELETE FROM recovery_codes WHERE account = :account",
    "UPDATE accounts SET name = :nobody, display_name = '', departments = '[]', password_hash = '', active = 0 "
    "WHERE id = :account",
)
