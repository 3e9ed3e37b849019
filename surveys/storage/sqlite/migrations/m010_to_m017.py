"""Answering and calls, remarks, addresses, imports, context."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.people.addresses import KINDS
from surveys.storage.sqlite.migrations.ledger import migrations


@migrations()
def m010_answering(db: Database) -> None:
    """Suspicious answers, guards of open forms, kiosks, opinion boxes with their cases, prizes apart from answers."""
    db.execute("ALTER TABLE responses ADD COLUMN flags TEXT CHECK (flags IS NULL OR json_valid(flags))")
    for statement in _ANSWERING.split(";\n\n"):
        db.execute(statement)


_ANSWERING = """
CREATE TABLE protections (
    survey TEXT PRIMARY KEY REFERENCES surveys(code) ON DELETE CASCADE, puzzle INTEGER NOT NULL,
    once_per_device INTEGER NOT NULL) STRICT;

-- Which devices have answered a survey that counts one answer of each; shares no key with what was answered.
CREATE TABLE devices (
    survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, device TEXT NOT NULL,
    PRIMARY KEY (survey, device)) STRICT, WITHOUT ROWID;

CREATE TABLE kiosks (
    touchpoint TEXT PRIMARY KEY REFERENCES touchpoints(code) ON DELETE CASCADE,
    survey TEXT NOT NULL REFERENCES surveys(code)) STRICT;

CREATE TABLE boxes (
    code TEXT PRIMARY KEY, name TEXT NOT NULL, department TEXT NOT NULL REFERENCES departments(code),
    categories TEXT NOT NULL CHECK (json_valid(categories)), open INTEGER NOT NULL DEFAULT 1) STRICT;

-- The key is made from the look-up code, which is kept nowhere.
CREATE TABLE cases (
    id TEXT PRIMARY KEY, box TEXT NOT NULL REFERENCES boxes(code),
    department TEXT NOT NULL REFERENCES departments(code), category TEXT NOT NULL, text TEXT NOT NULL,
    contact TEXT NOT NULL, state TEXT NOT NULL, reply TEXT NOT NULL, received_at TEXT NOT NULL, answered_on TEXT,
    flags TEXT CHECK (flags IS NULL OR json_valid(flags))
    ) STRICT, WITHOUT ROWID;

CREATE INDEX cases_by_department ON cases (department, received_at);

-- A file belongs to a response or to a case; without either it is an orphan.
CREATE TABLE uploads_anew (
    key TEXT PRIMARY KEY, survey TEXT REFERENCES surveys(code), name TEXT NOT NULL, kind TEXT NOT NULL,
    size INTEGER NOT NULL, created_at TEXT NOT NULL, form TEXT NOT NULL,
    response TEXT REFERENCES responses(id) ON DELETE SET NULL,
    matter TEXT REFERENCES cases(id) ON DELETE SET NULL) STRICT, WITHOUT ROWID;

INSERT INTO uploads_anew (key, survey, name, kind, size, created_at, form, response)
SELECT key, survey, name, kind, size, created_at, form, response FROM uploads;

DROP TABLE uploads;

ALTER TABLE uploads_anew RENAME TO uploads;

CREATE INDEX uploads_by_form ON uploads (form);

CREATE INDEX uploads_by_response ON uploads (response);

CREATE INDEX uploads_by_matter ON uploads (matter);

CREATE TABLE prizes (
    survey TEXT PRIMARY KEY REFERENCES surveys(code) ON DELETE CASCADE, kind TEXT NOT NULL, title TEXT NOT NULL,
    ends_on TEXT NOT NULL) STRICT;

-- Who takes part in a draw. The ticket shares no key with the answer, and no time is kept: neither leads back to it.
CREATE TABLE prize_entries (
    ticket TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES prizes(survey) ON DELETE CASCADE, name TEXT NOT NULL,
    phone TEXT NOT NULL, won INTEGER NOT NULL DEFAULT 0, UNIQUE (survey, phone)) STRICT, WITHOUT ROWID;

CREATE TABLE coupons (
    survey TEXT NOT NULL REFERENCES prizes(survey) ON DELETE CASCADE, code TEXT NOT NULL, ticket TEXT UNIQUE,
    PRIMARY KEY (survey, code)) STRICT, WITHOUT ROWID"""


@migrations()
def m011_calls(db: Database) -> None:
    """Phone interviews: queues, calls, and what came of them by agent and day."""
    db.execute(
        "CREATE TABLE call_queues (id TEXT PRIMARY KEY, name TEXT NOT NULL, survey TEXT NOT NULL REFERENCES "
        "surveys(code), script TEXT NOT NULL, rules TEXT NOT NULL CHECK (json_valid(rules)), "
        "created_at TEXT NOT NULL, created_by TEXT NOT NULL, closed_at TEXT) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE calls (id TEXT PRIMARY KEY, queue TEXT NOT NULL REFERENCES call_queues(id), "
        "contact TEXT NOT NULL REFERENCES contacts(id) ON DELETE CASCADE, invitation TEXT, "
        "state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'done')), tries INTEGER NOT NULL DEFAULT 0, "
        "due_at TEXT NOT NULL, agreed INTEGER NOT NULL DEFAULT 0, held_by TEXT, held_until TEXT, outcome TEXT, "
        "UNIQUE (queue, contact)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX calls_by_turn ON calls (queue, state, agreed, due_at)")
    db.execute("CREATE INDEX calls_held ON calls (contact) WHERE state = 'held'")
    db.execute(
        "CREATE TABLE call_counts (day TEXT NOT NULL, agent TEXT NOT NULL, queue TEXT NOT NULL REFERENCES "
        "call_queues(id), outcome TEXT NOT NULL, times INTEGER NOT NULL, "
        "PRIMARY KEY (day, agent, queue, outcome)) STRICT, WITHOUT ROWID"
    )


@migrations()
def m012_remarks(db: Database) -> None:
    """What authors of cases write later."""
    # `id` is made from the form a remark was written on, so that it is kept once; `number` is their order.
    db.execute(
        "CREATE TABLE remarks (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, matter TEXT NOT NULL REFERENCES "
        "cases(id) ON DELETE CASCADE, text TEXT NOT NULL, received_at TEXT NOT NULL, "
        "answered INTEGER NOT NULL DEFAULT 0) STRICT"
    )
    db.execute("CREATE INDEX remarks_by_matter ON remarks (matter, number)")


@migrations()
def m013_responses_in_order(db: Database) -> None:
    """So that reading all answers of a survey page by page does not sort them anew for every page."""
    db.execute("CREATE INDEX responses_in_order ON responses (survey, id)")


@migrations()
def m014_addresses(db: Database) -> None:
    """Who is left alone and who was asked lately, by address: beyond the file of whoever had it."""
    for statement in _ADDRESSES.split(";\n\n"):
        db.execute(statement)
    for kind in KINDS:
        db.execute(
            f"INSERT OR IGNORE INTO wishes SELECT address_key('{kind}', {kind}), min(opted_out_at) FROM contacts "  # noqa: S608
            f"WHERE opted_out_at IS NOT NULL AND {kind} <> '' GROUP BY 1"
        )
        db.execute(
            f"INSERT OR IGNORE INTO asked SELECT address_key('{kind}', {kind}), invitations.id FROM invitations "  # noqa: S608
            f"JOIN contacts ON contacts.id = invitations.contact WHERE {kind} <> ''"
        )


@migrations()
def m015_language_of_accounts(db: Database) -> None:
    """The language that a person has chosen, kept with the account."""
    db.execute("ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT ''")


# An address is a hash keyed with the installation's secret, see `surveys.people.addresses`.
_ADDRESSES = """
CREATE TABLE wishes (address TEXT PRIMARY KEY, since TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE asked (
    address TEXT NOT NULL, invitation TEXT NOT NULL REFERENCES invitations(id) ON DELETE CASCADE,
    PRIMARY KEY (address, invitation)) STRICT, WITHOUT ROWID;

CREATE INDEX asked_by_invitation ON asked (invitation);

DROP INDEX contacts_by_email;

CREATE INDEX contacts_by_email ON contacts (email COLLATE NOCASE)"""


@migrations()
def m016_imports(db: Database) -> None:
    """What came in with which import, to be taken back as a batch."""
    for statement in _IMPORTS.split(";\n\n"):
        db.execute(statement)


_IMPORTS = """
CREATE TABLE imports (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, survey TEXT NOT NULL, file TEXT NOT NULL, at TEXT NOT NULL,
    by TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE imported_responses (
    import TEXT NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    response TEXT NOT NULL REFERENCES responses(id) ON DELETE CASCADE,
    PRIMARY KEY (import, response)) STRICT, WITHOUT ROWID;

CREATE INDEX imported_responses_by_response ON imported_responses (response);

CREATE TABLE imported_contacts (
    import TEXT NOT NULL REFERENCES imports(id) ON DELETE CASCADE,
    contact TEXT NOT NULL REFERENCES contacts(id) ON DELETE CASCADE,
    before TEXT NOT NULL CHECK (json_valid(before)), after TEXT NOT NULL CHECK (json_valid(after)),
    PRIMARY KEY (import, contact)) STRICT, WITHOUT ROWID;

CREATE INDEX imported_contacts_by_contact ON imported_contacts (contact)"""


@migrations()
def m017_context(db: Database) -> None:
    """Facts that come along with invitations and answers; in which order named answers came; which events are known."""
    db.execute("ALTER TABLE responses ADD COLUMN context TEXT CHECK (context IS NULL OR json_valid(context))")
    db.execute("ALTER TABLE invitations ADD COLUMN context TEXT CHECK (context IS NULL OR json_valid(context))")
    # Of anonymous surveys there is no row: nothing tells in which order their answers came.
    db.execute(
        "CREATE TABLE arrivals (number INTEGER PRIMARY KEY AUTOINCREMENT, survey TEXT NOT NULL, response TEXT NOT NULL "
        "UNIQUE REFERENCES responses(id) ON DELETE CASCADE) STRICT"
    )
    db.execute("CREATE INDEX arrivals_by_survey ON arrivals (survey, number)")
    db.execute(
        "INSERT INTO arrivals (survey, response) SELECT responses.survey, responses.id FROM responses "
        "JOIN survey_versions ON survey_versions.survey = responses.survey AND number = version "
        "WHERE NOT coalesce(json_extract(definition, '$.anonymous'), 0) ORDER BY received_on, received_at, id"
    )
    db.execute(
        "CREATE TABLE events (key TEXT PRIMARY KEY, body TEXT NOT NULL, day TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX events_by_day ON events (day)")  # every event looks for those that are too old
