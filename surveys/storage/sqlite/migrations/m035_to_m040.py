"""Open comments, withdrawals, the chained audit trail, second factors, holding place, rounds and tasks."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.accounts.audit import chain_older_lines
from surveys.storage.sqlite.migrations.ledger import migrations


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
