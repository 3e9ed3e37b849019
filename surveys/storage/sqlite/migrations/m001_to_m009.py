"""The first steps: the spine, drafts, outbox, files of people, keys of systems, campaigns, reviews."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.migrations.ledger import migrations


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
