"""The schema as an ordered list of changes. Append only: a change that has been released is never edited."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlite_utils import Database, Migrations

from surveys.localisation.clock import local_day, utc_now
from surveys.people.addresses import KINDS
from surveys.storage.sqlite.accounts.audit import chain_older_lines

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


@migrations()
def m001_spine(db: Database) -> None:
    """Organisation, accounts, surveys, responses, findings of the text analysis, audit."""
    for statement in _SPINE.split(";\n\n"):
        db.execute(statement)


@migrations()
def m002_forms(db: Database) -> None:
    """The order a respondent saw, the organisation's list of places, and the files that came with answers."""
    db.execute("ALTER TABLE responses ADD COLUMN seed TEXT")
    db.execute("CREATE TABLE places (code TEXT PRIMARY KEY, path TEXT NOT NULL CHECK (json_valid(path))) STRICT")
    # `form` tells which form a file came with, until its answer is kept; a file without a response is an orphan.
    db.execute(
        "CREATE TABLE uploads (key TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code), "
        "name TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, created_at TEXT NOT NULL, form TEXT NOT NULL, "
        "response TEXT REFERENCES responses(id) ON DELETE SET NULL) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX uploads_by_form ON uploads (form)")
    db.execute("CREATE INDEX uploads_by_response ON uploads (response)")


@migrations()
def m003_drafts(db: Database) -> None:
    """What designers are working on, as plain data: a draft may be unfit for a while."""
    db.execute(
        "CREATE TABLE drafts (survey TEXT PRIMARY KEY, definition TEXT NOT NULL CHECK (json_valid(definition)), "
        "department TEXT REFERENCES departments(code), revision INTEGER NOT NULL, saved_at TEXT NOT NULL, "
        "saved_by TEXT NOT NULL) STRICT"
    )


@migrations()
def m004_outbox(db: Database) -> None:
    """Messages that wait to be sent, and what became of each."""
    # `claim` names the sender that has a waiting message in hand until `next_try_at`.
    db.execute(
        "CREATE TABLE outbox (id TEXT PRIMARY KEY, channel TEXT NOT NULL, address TEXT NOT NULL, "
        "subject TEXT NOT NULL, body TEXT NOT NULL, invitation TEXT, state TEXT NOT NULL, tries INTEGER NOT NULL, "
        "next_try_at TEXT NOT NULL, send_before TEXT, claim TEXT, reason TEXT NOT NULL DEFAULT '', "
        "detail TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, sent_at TEXT) STRICT"
    )
    db.execute("CREATE INDEX outbox_due ON outbox (channel, next_try_at) WHERE state = 'waiting'")
    db.execute("CREATE INDEX outbox_by_state ON outbox (state, created_at)")
    db.execute("CREATE INDEX outbox_by_claim ON outbox (claim) WHERE claim IS NOT NULL")
    db.execute("CREATE INDEX outbox_by_invitation ON outbox (invitation) WHERE invitation IS NOT NULL")


@migrations()
def m005_contacts(db: Database) -> None:
    """Files of customers and staff. Their ids are random, and there is no row order that tells who came when."""
    db.execute(
        "CREATE TABLE contacts (id TEXT PRIMARY KEY, kind TEXT NOT NULL, customer_number TEXT NOT NULL, "
        "name TEXT NOT NULL, phone TEXT NOT NULL, email TEXT NOT NULL, chat TEXT NOT NULL, "
        "department TEXT REFERENCES departments(code), who TEXT NOT NULL CHECK (json_valid(who)), "
        "does TEXT NOT NULL CHECK (json_valid(does)), worth TEXT NOT NULL CHECK (json_valid(worth)), "
        "tier TEXT NOT NULL, secrecy TEXT NOT NULL CHECK (secrecy IN ('', '秘密', '机密', '绝密')), "
        "secrecy_until TEXT, account INTEGER REFERENCES accounts(id), opted_out_at TEXT, "
        "created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE UNIQUE INDEX contacts_by_number ON contacts (customer_number) WHERE customer_number <> ''")
    db.execute("CREATE INDEX contacts_by_phone ON contacts (phone)")
    db.execute("CREATE INDEX contacts_by_email ON contacts (email)")
    db.execute("CREATE INDEX contacts_by_name ON contacts (name, id)")


@migrations()
def m006_api_keys(db: Database) -> None:
    """The keys of other systems, by the hash of their secrets."""
    db.execute(
        "CREATE TABLE api_keys (id TEXT PRIMARY KEY, system TEXT NOT NULL, scopes TEXT NOT NULL CHECK "
        "(json_valid(scopes)), secret_hash TEXT NOT NULL, created_on TEXT NOT NULL, last_used_on TEXT, "
        "revoked_on TEXT) STRICT, WITHOUT ROWID"
    )


@migrations()
def m007_campaigns(db: Database) -> None:
    """Campaigns, invitations by personal link, what is entered so far behind them, and places taken in quotas."""
    db.execute("ALTER TABLE responses ADD COLUMN contact TEXT")
    db.execute("CREATE INDEX responses_by_contact ON responses (contact) WHERE contact IS NOT NULL")
    for statement in _CAMPAIGNS.split(";\n\n"):
        db.execute(statement)


_CAMPAIGNS = """
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY, survey TEXT NOT NULL, version INTEGER NOT NULL, department TEXT REFERENCES departments(code),
    anonymous INTEGER NOT NULL, state TEXT NOT NULL, plan TEXT NOT NULL CHECK (json_valid(plan)),
    created_at TEXT NOT NULL, created_by TEXT NOT NULL, started_at TEXT, ended_at TEXT,
    FOREIGN KEY (survey, version) REFERENCES survey_versions (survey, number)) STRICT;

-- How far someone has come is a 0 that becomes a 1: rows keep their size and place, so that the file does not tell in
-- which order people of an anonymous survey have answered. No time of it is kept either.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY, campaign TEXT NOT NULL REFERENCES campaigns(id), contact TEXT NOT NULL, department TEXT,
    segment TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, event TEXT, due_at TEXT NOT NULL, expires_at TEXT,
    queued_at TEXT, reminders INTEGER NOT NULL DEFAULT 0, opened INTEGER NOT NULL DEFAULT 0,
    begun INTEGER NOT NULL DEFAULT 0, finished INTEGER NOT NULL DEFAULT 0, turned_away INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_campaign ON invitations (campaign, contact);

CREATE INDEX invitations_by_contact ON invitations (contact, queued_at);

-- An event that is reported twice invites once.
CREATE UNIQUE INDEX invitations_by_event ON invitations (campaign, event) WHERE event IS NOT NULL;

CREATE TABLE unfinished (
    invitation TEXT PRIMARY KEY REFERENCES invitations(id), sealed BLOB NOT NULL, saved_on TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE quotas (
    scope TEXT NOT NULL, cell TEXT NOT NULL, taken INTEGER NOT NULL, PRIMARY KEY (scope, cell)) STRICT, WITHOUT ROWID"""


@migrations()
def m008_fatigue(db: Database) -> None:
    """Who is asked when, over all campaigns; and once by each campaign, unless by events."""
    db.execute("CREATE INDEX invitations_by_time ON invitations (contact, due_at)")
    db.execute("CREATE UNIQUE INDEX invitations_once ON invitations (campaign, contact) WHERE event IS NULL")


@migrations()
def m009_reviews(db: Database) -> None:
    """What people said about comments themselves."""
    db.execute(
        "CREATE TABLE reviews (id INTEGER PRIMARY KEY, response TEXT NOT NULL REFERENCES responses(id) "
        "ON DELETE CASCADE, item TEXT NOT NULL, purpose TEXT NOT NULL, judgement TEXT NOT NULL "
        "CHECK (json_valid(judgement)), account TEXT NOT NULL, at TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX reviews_by_response ON reviews (response, item)")


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


@migrations()
def m024_opening_times(db: Database) -> None:
    """From when until when a survey is open by the clock; surveys put away; up to when the audit trail tells of it."""
    for column in ("opens_at", "closes_at", "archived_at", "turns_noted_at"):
        db.execute(f"ALTER TABLE surveys ADD COLUMN {column} TEXT")


@migrations()
def m025_passwords_given(db: Database) -> None:
    """Whether somebody else chose an account's password; of those that are in use already nothing is asked."""
    db.execute("ALTER TABLE accounts ADD COLUMN password_given INTEGER NOT NULL DEFAULT 0")


@migrations()
def m030_leases(db: Database) -> None:
    """Which process does which job in the background, and until when."""
    db.execute(
        "CREATE TABLE leases (job TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def m031_sources_of_cases(db: Database) -> None:
    """Cases come from sources of several kinds; an opinion box is one."""
    for statement in _SOURCES.split(";\n\n"):
        db.execute(statement)


# What refers to cases is made anew first: dropping a table deletes its rows, and those that hang on them.
_SOURCES = """
CREATE TABLE cases_anew (
    id TEXT PRIMARY KEY, source_kind TEXT NOT NULL, source TEXT NOT NULL,
    department TEXT NOT NULL REFERENCES departments(code), category TEXT NOT NULL, text TEXT NOT NULL,
    contact TEXT NOT NULL, state TEXT NOT NULL, reply TEXT NOT NULL, received_at TEXT NOT NULL, answered_on TEXT,
    flags TEXT CHECK (flags IS NULL OR json_valid(flags)),
    box TEXT GENERATED ALWAYS AS (CASE source_kind WHEN 'box' THEN source END) STORED REFERENCES boxes(code)
    ) STRICT, WITHOUT ROWID;

INSERT INTO cases_anew (
    id, source_kind, source, department, category, text, contact, state, reply, received_at, answered_on, flags)
SELECT id, 'box', box, department, category, text, contact, state, reply, received_at, answered_on, flags FROM cases;

CREATE TABLE remarks_anew (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    matter TEXT NOT NULL REFERENCES cases_anew(id) ON DELETE CASCADE, text TEXT NOT NULL, received_at TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0) STRICT;

INSERT INTO remarks_anew (number, id, matter, text, received_at, answered)
SELECT number, id, matter, text, received_at, answered FROM remarks;

CREATE TABLE uploads_anew (
    key TEXT PRIMARY KEY, survey TEXT REFERENCES surveys(code), name TEXT NOT NULL, kind TEXT NOT NULL,
    size INTEGER NOT NULL, created_at TEXT NOT NULL, form TEXT NOT NULL,
    response TEXT REFERENCES responses(id) ON DELETE SET NULL,
    matter TEXT REFERENCES cases_anew(id) ON DELETE SET NULL) STRICT, WITHOUT ROWID;

INSERT INTO uploads_anew (key, survey, name, kind, size, created_at, form, response, matter)
SELECT key, survey, name, kind, size, created_at, form, response, matter FROM uploads;

DROP TABLE remarks;

DROP TABLE uploads;

DROP TABLE cases;

ALTER TABLE cases_anew RENAME TO cases;

ALTER TABLE remarks_anew RENAME TO remarks;

ALTER TABLE uploads_anew RENAME TO uploads;

CREATE INDEX cases_by_department ON cases (department, received_at);

CREATE INDEX cases_by_box ON cases (box);

CREATE INDEX remarks_by_matter ON remarks (matter, number);

CREATE INDEX uploads_by_form ON uploads (form);

CREATE INDEX uploads_by_response ON uploads (response);

CREATE INDEX uploads_by_matter ON uploads (matter)"""


@migrations()
def m032_codes_of_comments(db: Database) -> None:
    """What is said of comments, by the analysis and by people, in codes instead of Chinese words."""
    db.conn.create_function("said_in_codes", 1, _said_in_codes, deterministic=True)
    db.execute("UPDATE findings SET finding = said_in_codes(finding)")
    db.execute("UPDATE reviews SET judgement = said_in_codes(judgement)")


def _said_in_codes(document: str) -> str:
    """A finding or a judgement, a JSON object, as it is from here on; all it holds besides its sentiments is kept."""
    said = json.loads(document)
    aspects = [_in_codes(aspect) for aspect in said.get("aspects", ())]
    return json.dumps(_in_codes(said) | {"aspects": aspects}, ensure_ascii=False)


def _in_codes(said: dict[str, Any]) -> dict[str, Any]:
    codes = {"负面": "negative", "中性": "neutral", "正面": "positive"}  # as they were then, whatever labels are now
    word = said.get("sentiment")
    return said | {"sentiment": codes[word]} if word in codes else said


@migrations()
def m033_changes(db: Database) -> None:
    """A number per survey that grows with every change of its answers, and the days a copy of them is behind with."""
    for statement in _CHANGES.split(";\n\n"):
        db.execute(statement)
    for event, row in (("INSERT", "new"), ("DELETE", "old"), ("UPDATE", "old"), ("UPDATE", "new")):
        own, of_response = "WHERE true", f"FROM responses WHERE id = {row}.response"
        _note_changes(db, "responses", event, row, own, f"{row}.survey", f"{row}.received_on")
        _note_changes(db, "findings", event, row, of_response, "survey", "received_on")
        _note_changes(db, "reviews", event, row, of_response, "survey", "received_on")
        _note_changes(db, "survey_versions", event, row, own, f"{row}.survey")


def _note_changes(
    db: Database, table: str, event: str, row: str, source: str, survey: str, day: str | None = None
) -> None:  # fmt: skip
    """A trigger that counts each change of a row, and notes the day; of an update the day it was and the day it is."""
    statements = (
        f"INSERT INTO revisions (survey, number) SELECT {survey}, {_FIRST} {source} "
        "ON CONFLICT (survey) DO UPDATE SET number = revisions.number + 1;"
    )
    if day is not None:
        statements += (
            f" INSERT INTO changed_days (survey, day, mark) SELECT {survey}, {day}, random() {source} "
            "ON CONFLICT (survey, day) DO UPDATE SET mark = excluded.mark;"
        )
    db.execute(f"CREATE TRIGGER {table}_noted_{event}_{row} AFTER {event} ON {table} BEGIN {statements} END")


# Any number, so that a survey of a code that was used before is not taken for the one before.
_FIRST = "random() / 2"
_CHANGES = """
CREATE TABLE revisions (survey TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Of the database as a whole; another one after a restore.
INSERT INTO revisions VALUES ('', random());

-- What changed on a day, how often and in which order is not noted.
CREATE TABLE changed_days (
    survey TEXT NOT NULL, day TEXT NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (survey, day)) STRICT, WITHOUT ROWID"""


@migrations()
def m034_tablets(db: Database) -> None:
    """The tablets of touchpoints, each enrolled by somebody; how many answers a touchpoint's tablets may give a minute.

    Of a link that waits for its tablet only the code's hash is kept, of a tablet only that of its token.
    """
    db.execute(
        "CREATE TABLE tablets (id TEXT PRIMARY KEY, "
        "touchpoint TEXT NOT NULL REFERENCES touchpoints(code) ON DELETE CASCADE, code_hash TEXT UNIQUE, "
        "token_hash TEXT UNIQUE, created_by TEXT NOT NULL, created_on TEXT NOT NULL, until TEXT NOT NULL, "
        "last_seen TEXT) STRICT, WITHOUT ROWID"
    )
    db.execute("ALTER TABLE protections ADD COLUMN kiosk_per_minute INTEGER NOT NULL DEFAULT 30")


@migrations()
def m035_open_comments(db: Database) -> None:
    """By which model each comment was analysed, and how many there are, so that nobody looks through all answers."""
    for statement in _OPEN_COMMENTS.split(";\n\n"):
        db.execute(statement)


# `model` is '' until one has read the comment. The survey stands here too: of an answer that is gone it can't be asked.
_OPEN_COMMENTS = """
CREATE TABLE open_comments (
    response TEXT NOT NULL REFERENCES responses(id) ON DELETE CASCADE, item TEXT NOT NULL, survey TEXT NOT NULL,
    model TEXT NOT NULL, PRIMARY KEY (response, item)) STRICT, WITHOUT ROWID;

CREATE INDEX open_comments_by_model ON open_comments (survey, model);

CREATE TABLE comment_counts (
    survey TEXT NOT NULL, item TEXT NOT NULL, model TEXT NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY (survey, item, model)) STRICT, WITHOUT ROWID;

CREATE TRIGGER open_comments_counted AFTER INSERT ON open_comments BEGIN
    INSERT INTO comment_counts (survey, item, model, times) VALUES (new.survey, new.item, new.model, 1)
    ON CONFLICT (survey, item, model) DO UPDATE SET times = comment_counts.times + 1; END;

CREATE TRIGGER open_comments_discounted AFTER DELETE ON open_comments BEGIN
    UPDATE comment_counts SET times = times - 1 WHERE survey = old.survey AND item = old.item AND model = old.model;
    END;

CREATE TRIGGER open_comments_recounted AFTER UPDATE ON open_comments BEGIN
    UPDATE comment_counts SET times = times - 1 WHERE survey = old.survey AND item = old.item AND model = old.model;
    INSERT INTO comment_counts (survey, item, model, times) VALUES (new.survey, new.item, new.model, 1)
    ON CONFLICT (survey, item, model) DO UPDATE SET times = comment_counts.times + 1; END;

INSERT INTO open_comments (response, item, survey, model)
WITH open_items AS (
    SELECT DISTINCT survey, question.value ->> 'code' AS item FROM survey_versions
    JOIN json_each(definition, '$.sections') AS section JOIN json_each(section.value, '$.questions') AS question
    WHERE question.value ->> 'type' IN ('short_text', 'long_text'))
SELECT responses.id, open_items.item, responses.survey, coalesce(findings.model, '')
FROM responses JOIN json_each(responses.answers) AS answer ON answer.type = 'text'
JOIN open_items ON open_items.survey = responses.survey AND open_items.item = answer.key
LEFT JOIN findings ON findings.response = responses.id AND findings.item = answer.key"""


@migrations()
def m036_withdrawn_answers(db: Database) -> None:
    """What figures of anonymous surveys still count of answers that were taken back, until a batch of others comes."""
    db.execute(
        "CREATE TABLE withdrawn_answers ("
        "response TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, "
        "department TEXT, received_on TEXT NOT NULL, withdrawn_on TEXT NOT NULL, "
        "cells TEXT NOT NULL CHECK (json_valid(cells))) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX withdrawn_answers_by_survey ON withdrawn_answers (survey)")


@migrations()
def m037_audit_chain(db: Database) -> None:
    """Audit lines are chained, carry pseudonyms, and are never changed nor removed."""
    for statement in _AUDIT_CHAIN.split(";\n\n"):
        db.execute(statement)
    chain_older_lines(db)
    for event in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER audit_stays_{event} BEFORE {event} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
        )


_AUDIT_CHAIN = """
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';

-- Whose pseudonym it is; to erase a person is to delete the row.
CREATE TABLE audit_people (pseudonym TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;

CREATE TABLE audit_anchors (
    line INTEGER PRIMARY KEY, hash TEXT NOT NULL, signature TEXT NOT NULL) STRICT"""


@migrations()
def m038_second_factors(db: Database) -> None:
    """Second factors of accounts, sealed with the installation's secret, and hashes of codes for their loss."""
    db.execute(
        "CREATE TABLE second_factors (account INTEGER PRIMARY KEY REFERENCES accounts(id) ON DELETE CASCADE, "
        "secret TEXT NOT NULL, last_step INTEGER NOT NULL, since TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE recovery_codes (account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, "
        "hash TEXT NOT NULL, PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID"
    )


@migrations()
def m039_holding(db: Database) -> None:
    """Where anonymous answers and what rides along with them wait for others; who took part, written in its place."""
    for statement in _HOLDING.split(";\n\n"):
        db.execute(statement)


_HOLDING = """
CREATE TABLE held_responses (
    id TEXT NOT NULL, survey TEXT NOT NULL REFERENCES surveys(code), version INTEGER NOT NULL,
    answers TEXT NOT NULL CHECK (json_valid(answers)), received_on TEXT NOT NULL, received_at TEXT, seconds INTEGER,
    touchpoint TEXT, department TEXT, district TEXT, business_type TEXT, channel TEXT NOT NULL, seed TEXT,
    contact TEXT, flags TEXT, context TEXT, held_on TEXT NOT NULL, files TEXT NOT NULL CHECK (json_valid(files)),
    PRIMARY KEY (survey, id)) STRICT, WITHOUT ROWID;

CREATE VIEW kept_responses AS
SELECT id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district,
       business_type, channel, seed, contact, flags, context FROM responses
UNION ALL
SELECT id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district,
       business_type, channel, seed, contact, flags, context FROM held_responses;

CREATE TABLE held_devices (
    survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, device TEXT NOT NULL,
    PRIMARY KEY (survey, device)) STRICT, WITHOUT ROWID;

CREATE TABLE held_prize_entries (
    survey TEXT NOT NULL REFERENCES prizes(survey) ON DELETE CASCADE, ticket TEXT NOT NULL, name TEXT NOT NULL,
    phone TEXT NOT NULL, won INTEGER NOT NULL, PRIMARY KEY (survey, ticket)) STRICT, WITHOUT ROWID;

CREATE VIEW all_prize_entries AS
SELECT ticket, survey, name, phone, won FROM prize_entries
UNION ALL SELECT ticket, survey, name, phone, won FROM held_prize_entries;

CREATE TABLE participations_anew (
    survey TEXT NOT NULL REFERENCES surveys(code), account INTEGER NOT NULL REFERENCES accounts(id),
    subject TEXT NOT NULL, taken INTEGER NOT NULL DEFAULT 1 CHECK (taken IN (0, 1)),
    PRIMARY KEY (survey, account, subject)) STRICT, WITHOUT ROWID;

INSERT INTO participations_anew (survey, account, subject, taken)
SELECT rated.survey, accounts.id, rated.subject, EXISTS (
    SELECT 1 FROM participations AS done
    WHERE done.survey = rated.survey AND done.account = accounts.id AND done.subject = rated.subject)
FROM (SELECT DISTINCT survey, subject FROM participations) AS rated CROSS JOIN accounts ORDER BY 1, 2, 3;

DROP TABLE participations;

ALTER TABLE participations_anew RENAME TO participations"""


@migrations()
def m040_fieldwork(db: Database) -> None:
    """Rounds, subjects, tasks, and the tree of departments; what an answer tells of them.

    An answer without a round of its own belongs to the calendar round of its day, so that nothing is written anew here.
    """
    for statement in _FIELDWORK.split(";\n\n"):
        db.execute(statement)


# `done` is a 0 that becomes a 1 in its place, and no index has it: of anonymous tasks nothing tells when or in which
# order they were done. `natural_key` says what a task is, so that making tasks by rule again makes none twice.
_FIELDWORK = """
ALTER TABLE departments ADD COLUMN parent TEXT REFERENCES departments(code);

ALTER TABLE surveys ADD COLUMN rounds TEXT;

CREATE TABLE subjects (
    kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, department TEXT REFERENCES departments(code),
    attributes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(attributes)), active_from TEXT, active_to TEXT,
    PRIMARY KEY (kind, code)) STRICT, WITHOUT ROWID;

CREATE INDEX subjects_by_department ON subjects (department);

CREATE TABLE rounds (
    survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, code TEXT NOT NULL, name TEXT NOT NULL,
    opens_at TEXT, closes_at TEXT, closed_at TEXT, version INTEGER,
    audience TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(audience)), created_by TEXT NOT NULL,
    PRIMARY KEY (survey, code)) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
    id TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, round TEXT NOT NULL,
    natural_key TEXT NOT NULL, account INTEGER REFERENCES accounts(id), contact TEXT, token_hash TEXT UNIQUE,
    subject_kind TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '', relation TEXT NOT NULL DEFAULT '',
    department TEXT REFERENCES departments(code), due_on TEXT,
    context TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(context)),
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)), withdrawn_reason TEXT, reminders INTEGER NOT NULL DEFAULT 0,
    escalated INTEGER NOT NULL DEFAULT 0, stands_in_for INTEGER REFERENCES accounts(id), made_by TEXT NOT NULL,
    UNIQUE (survey, round, natural_key)) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_by_account ON tasks (account) WHERE account IS NOT NULL;

CREATE INDEX tasks_by_subject ON tasks (survey, round, subject_kind, subject);

ALTER TABLE responses ADD COLUMN round TEXT;

ALTER TABLE responses ADD COLUMN subject TEXT;

ALTER TABLE responses ADD COLUMN task TEXT;

ALTER TABLE held_responses ADD COLUMN round TEXT;

ALTER TABLE held_responses ADD COLUMN subject TEXT;

ALTER TABLE held_responses ADD COLUMN task TEXT;

CREATE UNIQUE INDEX responses_by_task ON responses (task) WHERE task IS NOT NULL;

DROP VIEW kept_responses;

CREATE VIEW kept_responses AS
SELECT id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district,
       business_type, channel, seed, contact, flags, context, round, subject, task FROM responses
UNION ALL
SELECT id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district,
       business_type, channel, seed, contact, flags, context, round, subject, task FROM held_responses;

CREATE TABLE participations_by_round (
    survey TEXT NOT NULL REFERENCES surveys(code), round TEXT NOT NULL DEFAULT '',
    account INTEGER NOT NULL REFERENCES accounts(id), subject TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 1 CHECK (taken IN (0, 1)),
    PRIMARY KEY (survey, round, account, subject)) STRICT, WITHOUT ROWID;

INSERT INTO participations_by_round (survey, round, account, subject, taken)
SELECT survey, '', account, subject, taken FROM participations ORDER BY 1, 2, 3, 4;

DROP TABLE participations;

ALTER TABLE participations_by_round RENAME TO participations"""


@migrations()
def m041_unfinished_tasks(db: Database) -> None:
    """What was entered so far behind the personal link of a task, sealed."""
    db.execute(
        "CREATE TABLE unfinished_tasks (task TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code) "
        "ON DELETE CASCADE, sealed BLOB NOT NULL, saved_on TEXT NOT NULL) STRICT"
    )


@migrations()
def m042_by_day(db: Database) -> None:
    """Sessions and what people do about their sign-ins, by day; coupons that were given apart from those that are free.

    Lines that are in the audit trail's chain already stay as they are.
    """
    for statement in _BY_DAY.split(";\n\n"):
        db.execute(statement)


# `last_step` is the first of its day; coupons that were given wait for others as prize entries do.
_BY_DAY = """
UPDATE sessions SET created_at = substr(created_at, 1, 10), last_seen_at = substr(last_seen_at, 1, 10);

UPDATE second_factors SET last_step = last_step / 2880 * 2880;

CREATE TABLE held_audit (
    day TEXT NOT NULL, account TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL,
    times INTEGER NOT NULL, PRIMARY KEY (day, account, action, object, detail)) STRICT, WITHOUT ROWID;

CREATE TABLE given_coupons (
    survey TEXT NOT NULL REFERENCES prizes(survey) ON DELETE CASCADE, ticket TEXT NOT NULL, code TEXT NOT NULL,
    PRIMARY KEY (survey, ticket)) STRICT, WITHOUT ROWID;

CREATE TABLE held_given_coupons (
    survey TEXT NOT NULL REFERENCES prizes(survey) ON DELETE CASCADE, ticket TEXT NOT NULL, code TEXT NOT NULL,
    PRIMARY KEY (survey, ticket)) STRICT, WITHOUT ROWID;

CREATE VIEW all_given_coupons AS
SELECT survey, ticket, code FROM given_coupons UNION ALL SELECT survey, ticket, code FROM held_given_coupons;

INSERT INTO given_coupons (survey, ticket, code)
SELECT survey, ticket, code FROM coupons WHERE ticket IS NOT NULL ORDER BY survey, ticket;

CREATE TABLE coupons_anew (
    survey TEXT NOT NULL REFERENCES prizes(survey) ON DELETE CASCADE, code TEXT NOT NULL, PRIMARY KEY (survey, code)
    ) STRICT, WITHOUT ROWID;

INSERT INTO coupons_anew (survey, code) SELECT survey, code FROM coupons WHERE ticket IS NULL ORDER BY survey, code;

DROP TABLE coupons;

ALTER TABLE coupons_anew RENAME TO coupons"""


@migrations()
def m043_task_plans(db: Database) -> None:
    """By which rule tasks of a survey make themselves, and for whom."""
    db.execute(
        "CREATE TABLE task_plans (survey TEXT PRIMARY KEY REFERENCES surveys(code) ON DELETE CASCADE, rule TEXT, "
        "fillers TEXT NOT NULL DEFAULT '[]', made TEXT NOT NULL DEFAULT '') STRICT"
    )


@migrations()
def m044_rounds(db: Database) -> None:
    """What the audit trail knows of each round. Who has answered has done so in the calendar year of the last answer.

    A round of its own is told by none of the answers there are, and staff surveys are cut by years until somebody sets
    another rule.
    """
    db.execute("ALTER TABLE rounds ADD COLUMN noted TEXT NOT NULL DEFAULT 'planned'")
    db.execute(_PARTICIPATIONS_OF_YEARS, [f"{local_day(utc_now()):%Y}"])


_PARTICIPATIONS_OF_YEARS = """
UPDATE participations SET round = coalesce(
    (SELECT substr(max(received_on), 1, 4) FROM kept_responses WHERE kept_responses.survey = participations.survey),
    ?)
WHERE round = ''"""


@migrations()
def m045_order_steps(db: Database) -> None:
    """When each kind of event first happened to an order."""
    db.execute(
        "CREATE TABLE order_steps (order_number TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, department TEXT, "
        "business TEXT NOT NULL DEFAULT '', PRIMARY KEY (order_number, kind)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX order_steps_by_time ON order_steps (at)")


@migrations()
def m046_withdrawn_subjects(db: Database) -> None:
    """What an answer that was taken back was about: its batch is of one subject."""
    db.execute("ALTER TABLE withdrawn_answers ADD COLUMN subject TEXT")


@migrations()
def m047_typed_sheets(db: Database) -> None:
    """Sheets of paper that were typed in and wait for a second person."""
    db.execute(
        "CREATE TABLE typed_sheets (id TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code), "
        "batch TEXT NOT NULL, typed_by TEXT NOT NULL, department TEXT, "
        "submission TEXT NOT NULL CHECK (json_valid(submission))) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX typed_sheets_by_batch ON typed_sheets (survey, batch)")


@migrations()
def m048_rounds_released(db: Database) -> None:
    """The round of an answer that was taken back; since when figures of anonymous surveys are told by rounds.

    The day after today: nothing of it was in a figure yet.
    """
    db.execute("ALTER TABLE withdrawn_answers ADD COLUMN round TEXT")
    if db.execute("SELECT 1 FROM kept_responses LIMIT 1").fetchone():
        tomorrow = local_day(utc_now()) + timedelta(days=1)
        db.execute("INSERT INTO settings (name, value) VALUES ('rounds since', ?)", [tomorrow.isoformat()])


_SPINE = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE departments (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;

CREATE TABLE touchpoints (
    code TEXT PRIMARY KEY, name TEXT NOT NULL, department TEXT NOT NULL REFERENCES departments(code),
    district TEXT, stage TEXT, business_type TEXT) STRICT;

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, role TEXT NOT NULL,
    departments TEXT NOT NULL DEFAULT '[]', password_hash TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL) STRICT;

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY, account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    created_at TEXT NOT NULL, last_seen_at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE surveys (
    code TEXT PRIMARY KEY, department TEXT REFERENCES departments(code), live_version INTEGER,
    closed_at TEXT, created_at TEXT NOT NULL) STRICT;

CREATE TABLE survey_versions (
    survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, number INTEGER NOT NULL,
    definition TEXT NOT NULL, created_at TEXT NOT NULL, published_at TEXT,
    PRIMARY KEY (survey, number)) STRICT;

CREATE TRIGGER published_versions_stay BEFORE UPDATE OF definition ON survey_versions
WHEN old.published_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a published version is never changed; add a new one'); END;

-- The key is random and there is no rowid, so that the order of the rows tells nothing about who answered when.
CREATE TABLE responses (
    id TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code), version INTEGER NOT NULL,
    answers TEXT NOT NULL CHECK (json_valid(answers)), received_on TEXT NOT NULL, received_at TEXT, seconds INTEGER,
    touchpoint TEXT, department TEXT, district TEXT, business_type TEXT, channel TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE INDEX responses_by_survey ON responses (survey, received_on);

-- Who has answered; shares no key with what was answered.
CREATE TABLE participations (
    survey TEXT NOT NULL REFERENCES surveys(code), account INTEGER NOT NULL REFERENCES accounts(id),
    subject TEXT NOT NULL, PRIMARY KEY (survey, account, subject)) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (
    survey TEXT NOT NULL REFERENCES surveys(code), day TEXT NOT NULL, touchpoint TEXT NOT NULL, event TEXT NOT NULL,
    times INTEGER NOT NULL, PRIMARY KEY (survey, day, touchpoint, event)) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
    response TEXT NOT NULL REFERENCES responses(id) ON DELETE CASCADE, item TEXT NOT NULL, model TEXT NOT NULL,
    finding TEXT NOT NULL CHECK (json_valid(finding)), PRIMARY KEY (response, item)) STRICT, WITHOUT ROWID;

CREATE VIEW answers AS
SELECT responses.survey, responses.version, responses.id AS response, responses.received_on, responses.touchpoint,
       responses.department, responses.district, responses.business_type, item.key AS item, item.value AS answer
FROM responses, json_each(responses.answers) AS item"""
