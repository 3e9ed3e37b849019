"""Unfinished tasks up to what fillers may change of their own."""

from __future__ import annotations

from datetime import timedelta

from sqlite_utils import Database

from surveys.localisation.clock import local_day, utc_now
from surveys.storage.sqlite.migrations.ledger import migrations


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


@migrations()
def m049_wishes_for_one_channel(db: Database) -> None:
    """The one channel that somebody wants to be asked by, with their file and with each of their addresses.

    Of an invitation: that it went out although its person was to be left to rest, by a campaign that is exempt.
    """
    db.execute("ALTER TABLE contacts ADD COLUMN only_channel TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE wishes ADD COLUMN only_channel TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE invitations ADD COLUMN despite_rest INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX contacts_by_mailbox ON contacts (lower(email))")


@migrations()
def m050_audit_segments(db: Database) -> None:
    """Where segments of the audit trail that have left begin and end, signed; lines of no segment still stay."""
    for statement in _AUDIT_SEGMENTS.split(";\n\n"):
        db.execute(statement)


_AUDIT_SEGMENTS = """
CREATE TABLE audit_segments (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, before TEXT NOT NULL, hash TEXT NOT NULL,
    signature TEXT NOT NULL) STRICT;

CREATE TRIGGER audit_segments_stay_UPDATE BEFORE UPDATE ON audit_segments
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;

CREATE TRIGGER audit_segments_stay_DELETE BEFORE DELETE ON audit_segments
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END;

DROP TRIGGER audit_stays_DELETE;

CREATE TRIGGER audit_stays_DELETE BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_segments WHERE old.id <= last)
BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"""


@migrations()
def m051_cases(db: Database) -> None:
    """Who answers a case and by when, its steps, notes and joined reports; rules that make cases.

    Of cases that were there, what is known is kept as steps: when each came, when it was answered, and where it stood.
    """
    for statement in _CASES.split(";\n\n"):
        db.execute(statement)
    db.execute(_FORMER_STATES, [local_day(utc_now()).isoformat()])


# `response` names no table: an answer that is taken back leaves the case, and takes its name out.
_CASES = """
ALTER TABLE cases ADD COLUMN owner TEXT NOT NULL DEFAULT '';

ALTER TABLE cases ADD COLUMN due_on TEXT;

ALTER TABLE cases ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;

ALTER TABLE cases ADD COLUMN joined_to TEXT REFERENCES cases(id) ON DELETE SET NULL;

ALTER TABLE cases ADD COLUMN response TEXT;

CREATE INDEX cases_by_response ON cases (response) WHERE response IS NOT NULL;

CREATE INDEX cases_by_main ON cases (joined_to) WHERE joined_to IS NOT NULL;

CREATE INDEX cases_without_due ON cases (received_at) WHERE due_on IS NULL;

CREATE TABLE case_steps (
    number INTEGER PRIMARY KEY, matter TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE, kind TEXT NOT NULL,
    at TEXT NOT NULL, account TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, department TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX case_steps_by_matter ON case_steps (matter, number);

CREATE TABLE case_notes (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, matter TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    text TEXT NOT NULL, at TEXT NOT NULL, account TEXT NOT NULL) STRICT;

CREATE INDEX case_notes_by_matter ON case_notes (matter, number);

CREATE TABLE case_rules (
    code TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE,
    rule TEXT NOT NULL CHECK (json_valid(rule))) STRICT;

-- Up to which arrival a rule has been held against the answers of a survey.
CREATE TABLE case_rule_marks (
    rule TEXT NOT NULL, survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, reached INTEGER NOT NULL,
    PRIMARY KEY (rule, survey)) STRICT, WITHOUT ROWID;

ALTER TABLE arrivals ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;

-- Who wishes to be contacted after an anonymous answer: shares no key with it, and no time finer than a day.
CREATE TABLE contact_wishes (
    survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, id TEXT NOT NULL, day TEXT NOT NULL,
    department TEXT, contact TEXT NOT NULL, PRIMARY KEY (survey, id)) STRICT, WITHOUT ROWID;

CREATE TABLE held_contact_wishes (
    survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, id TEXT NOT NULL, day TEXT NOT NULL,
    department TEXT, contact TEXT NOT NULL, PRIMARY KEY (survey, id)) STRICT, WITHOUT ROWID;

INSERT INTO case_steps (matter, kind, at, state, department)
SELECT id, 'created', received_at, 'received', department FROM cases ORDER BY received_at, id;

INSERT INTO case_steps (matter, kind, at, state, department)
SELECT id, 'answered', answered_on, 'answered', department FROM cases WHERE answered_on IS NOT NULL
ORDER BY answered_on, id"""

_FORMER_STATES = """
INSERT INTO case_steps (matter, kind, at, state, department)
SELECT id, 'upgraded', ?, state, department FROM cases
WHERE state <> CASE WHEN answered_on IS NULL THEN 'received' ELSE 'answered' END ORDER BY received_at, id"""


@migrations()
def m052_retention(db: Database) -> None:
    """How long what is kept, in months; and of which surveys, or (empty) of all, nothing is removed by itself."""
    db.execute(
        "CREATE TABLE retention_rules (purpose TEXT NOT NULL, survey TEXT NOT NULL, months INTEGER NOT NULL, "
        "PRIMARY KEY (purpose, survey)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE legal_holds (survey TEXT PRIMARY KEY, reason TEXT NOT NULL, held_by TEXT NOT NULL, "
        "since TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def m053_improvement_plans(db: Database) -> None:
    """Improvement plans and their measures."""
    for statement in _IMPROVEMENT_PLANS.split(";\n\n"):
        db.execute(statement)


_IMPROVEMENT_PLANS = """
CREATE TABLE improvement_plans (
    code TEXT PRIMARY KEY, title TEXT NOT NULL, survey TEXT NOT NULL, area TEXT NOT NULL, department TEXT,
    owner TEXT NOT NULL, due TEXT NOT NULL, goal_from REAL, goal_to REAL, relevant REAL NOT NULL, state TEXT NOT NULL,
    note TEXT NOT NULL, created_on TEXT, created_by TEXT NOT NULL, approved_by TEXT NOT NULL) STRICT;

CREATE TABLE measures (
    id TEXT PRIMARY KEY, plan TEXT NOT NULL REFERENCES improvement_plans(code) ON DELETE CASCADE, title TEXT NOT NULL,
    owner TEXT NOT NULL, begins TEXT NOT NULL, ends TEXT NOT NULL, measured_until TEXT NOT NULL,
    unit_kind TEXT NOT NULL, units TEXT NOT NULL, entered_on TEXT NOT NULL, by_lot INTEGER NOT NULL, cost TEXT,
    how_checked TEXT NOT NULL, done_on TEXT, saving TEXT NOT NULL) STRICT;

CREATE INDEX measures_by_plan ON measures (plan)"""


@migrations()
def m054_answers_set_apart(db: Database) -> None:
    """Answers that no figure counts, with why, by whom and since when: taken out of the count, or given in a trial."""
    for statement in _SET_APART.split(";\n\n"):
        db.execute(statement)


# `beside` holds what hung on the answer and comes back with it: judgements, its number of arrival, imports, files.
_SET_APART = """
CREATE TABLE set_apart (
    id TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE, version INTEGER NOT NULL,
    answers TEXT NOT NULL CHECK (json_valid(answers)), received_on TEXT NOT NULL, received_at TEXT, seconds INTEGER,
    touchpoint TEXT, department TEXT, district TEXT, business_type TEXT, channel TEXT NOT NULL, seed TEXT,
    contact TEXT, flags TEXT, context TEXT, round TEXT, subject TEXT, task TEXT,
    why TEXT NOT NULL CHECK (why IN ('uncounted', 'trial')), reason TEXT NOT NULL DEFAULT '',
    set_by TEXT NOT NULL DEFAULT '', set_at TEXT NOT NULL,
    beside TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(beside))) STRICT, WITHOUT ROWID;

CREATE INDEX set_apart_by_survey ON set_apart (survey, why);

CREATE INDEX set_apart_by_contact ON set_apart (contact) WHERE contact IS NOT NULL;

ALTER TABLE surveys ADD COLUMN trial INTEGER NOT NULL DEFAULT 0;

ALTER TABLE invitations ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 0"""


@migrations()
def m055_merged_contacts(db: Database) -> None:
    """Files that were found to be another's: what stood in both and what moved, to undo it for a while."""
    db.execute(
        "CREATE TABLE merged_contacts (gone TEXT PRIMARY KEY, kept TEXT NOT NULL, customer_number TEXT NOT NULL, "
        "at TEXT NOT NULL, merged_by TEXT NOT NULL, before TEXT NOT NULL CHECK (json_valid(before))) "
        "STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX merged_contacts_by_kept ON merged_contacts (kept)")
    db.execute("CREATE INDEX merged_contacts_by_number ON merged_contacts (customer_number)")


@migrations()
def m056_adaptations(db: Database) -> None:
    """What the comments of each survey have taught the analysis."""
    db.execute(
        "CREATE TABLE adaptations (survey TEXT PRIMARY KEY REFERENCES surveys(code) ON DELETE CASCADE, "
        "number INTEGER NOT NULL, learned_on TEXT NOT NULL, comments INTEGER NOT NULL, learned BLOB) STRICT"
    )


@migrations()
def m057_signals(db: Database) -> None:
    """What calls for attention in a comment: nothing is known of it in what was found before."""
    db.execute("UPDATE findings SET finding = json_set(finding, '$.signals', json_array())")


@migrations()
def m058_unfinished_tasks_by_key(db: Database) -> None:
    """Unfinished tasks lie by their keys, which are random: numbered rows told who had begun before whom.

    With it, why somebody asked for more time for a task.
    """
    for statement in _BY_KEY.split(";\n\n"):
        db.execute(statement)
    db.execute("ALTER TABLE tasks ADD COLUMN put_off_reason TEXT NOT NULL DEFAULT ''")


_BY_KEY = """
CREATE TABLE unfinished_tasks_by_key (
    task TEXT PRIMARY KEY, survey TEXT NOT NULL REFERENCES surveys(code) ON DELETE CASCADE,
    sealed BLOB NOT NULL, saved_on TEXT NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO unfinished_tasks_by_key SELECT task, survey, sealed, saved_on FROM unfinished_tasks ORDER BY task;

DROP TABLE unfinished_tasks;

ALTER TABLE unfinished_tasks_by_key RENAME TO unfinished_tasks"""


@migrations()
def m059_privacy_notices(db: Database) -> None:
    """Notices of the use of personal information in versions, and with each answer that is not anonymous its own."""
    for statement in _NOTICES.split(";\n\n"):
        db.execute(statement)


_NOTICES = """
CREATE TABLE privacy_notices (
    survey TEXT NOT NULL, number INTEGER NOT NULL, text TEXT CHECK (text IS NULL OR json_valid(text)),
    since TEXT NOT NULL, set_by TEXT NOT NULL, PRIMARY KEY (survey, number)) STRICT, WITHOUT ROWID;

ALTER TABLE responses ADD COLUMN notice TEXT;

ALTER TABLE held_responses ADD COLUMN notice TEXT;

ALTER TABLE set_apart ADD COLUMN notice TEXT;

DROP VIEW kept_responses;

CREATE VIEW kept_responses AS
SELECT id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district,
       business_type, channel, seed, contact, flags, context, round, subject, task, notice FROM responses
UNION ALL
SELECT id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district,
       business_type, channel, seed, contact, flags, context, round, subject, task, notice FROM held_responses"""


@migrations()
def m060_own_tasks_changed(db: Database) -> None:
    """How far fillers may change their own tasks, and whether who has taken one over has heard of it."""
    db.execute("ALTER TABLE task_plans ADD COLUMN put_off_days INTEGER NOT NULL DEFAULT 7")
    db.execute("ALTER TABLE task_plans ADD COLUMN hand_over INTEGER NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE tasks ADD COLUMN handed_on INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX tasks_handed_on ON tasks (id) WHERE handed_on = 1")
