"""What has been added since; the newest step stands last among the functions."""

from __future__ import annotations

from sqlite_utils import Database

from surveys.storage.sqlite.migrations.ledger import migrations


@migrations()
def m061_indicators(db: Database) -> None:
    """Figures that are followed from period to period, what each was worked out of since when, and entered values."""
    for statement in _INDICATORS.split(";\n\n"):
        db.execute(statement)


_INDICATORS = """
CREATE TABLE indicators (
    code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, wanted TEXT NOT NULL, every TEXT NOT NULL, target REAL,
    department TEXT, promise TEXT NOT NULL, owner TEXT NOT NULL, retired_on TEXT) STRICT;

CREATE TABLE indicator_definitions (
    indicator TEXT NOT NULL REFERENCES indicators(code) ON DELETE CASCADE, number INTEGER NOT NULL, since TEXT NOT NULL,
    source TEXT NOT NULL, about TEXT NOT NULL CHECK (json_valid(about)), unit TEXT NOT NULL,
    comparable INTEGER NOT NULL, reason TEXT NOT NULL, set_by TEXT NOT NULL, set_on TEXT NOT NULL,
    PRIMARY KEY (indicator, number)) STRICT, WITHOUT ROWID;

CREATE TABLE indicator_values (
    indicator TEXT NOT NULL REFERENCES indicators(code) ON DELETE CASCADE, period TEXT NOT NULL, value REAL NOT NULL,
    note TEXT NOT NULL, entered_by TEXT NOT NULL, entered_on TEXT NOT NULL,
    PRIMARY KEY (indicator, period)) STRICT, WITHOUT ROWID"""


@migrations()
def m062_lessons(db: Database) -> None:
    """What has been learned, and its words for full-text search: Chinese is kept cut into words."""
    for statement in _LESSONS.split(";\n\n"):
        db.execute(statement)


_LESSONS = """
CREATE TABLE lessons (
    code TEXT PRIMARY KEY, title TEXT NOT NULL, happened TEXT NOT NULL, cause TEXT NOT NULL, helped TEXT NOT NULL,
    effect TEXT NOT NULL, source TEXT NOT NULL, reference TEXT NOT NULL, stage TEXT NOT NULL, department TEXT,
    written_by TEXT NOT NULL, written_on TEXT NOT NULL, signed_by TEXT NOT NULL, signed_on TEXT) STRICT;

CREATE VIRTUAL TABLE lesson_words USING fts5(lesson UNINDEXED, words)"""


@migrations()
def m063_typed_sheets_of_a_survey(db: Database) -> None:
    """Whether typed sheets of a survey wait for a second person; NULL: as the organisation has it."""
    db.execute("ALTER TABLE surveys ADD COLUMN typed_sheets_wait INTEGER")


@migrations()
def m064_campaigns_of_answers(db: Database) -> None:
    """Which campaign asked for a named answer, and a number that changes with what files of people are analysed by.

    Of older answers the campaign is known where all of a person's came by the links of one.
    """
    for statement in _CAMPAIGNS_OF_ANSWERS.split(";\n\n"):
        db.execute(statement)
    for event, of in (("INSERT", ""), ("DELETE", ""), ("UPDATE", _OF_FILES)):
        db.execute(
            f"CREATE TRIGGER contacts_noted_{event} AFTER {event} {of} ON contacts BEGIN "  # noqa: S608  words of this file
            "INSERT INTO revisions (survey, number) VALUES ('·people', random() / 2) "
            "ON CONFLICT (survey) DO UPDATE SET number = revisions.number + 1; END"
        )


_OF_FILES = "OF id, department, who, does, worth, tier, secrecy, secrecy_until"
_WITH_CAMPAIGN = (
    "id, survey, version, answers, received_on, received_at, seconds, touchpoint, department, district, "
    "business_type, channel, seed, contact, flags, context, round, subject, task, notice, campaign"
)

# An answer of a person whom several campaigns have asked, or who was also called without one, is of none.
_CAMPAIGNS_OF_ANSWERS = f"""
ALTER TABLE responses ADD COLUMN campaign TEXT;

ALTER TABLE held_responses ADD COLUMN campaign TEXT;

ALTER TABLE set_apart ADD COLUMN campaign TEXT;

DROP VIEW kept_responses;

CREATE VIEW kept_responses AS
SELECT {_WITH_CAMPAIGN} FROM responses UNION ALL SELECT {_WITH_CAMPAIGN} FROM held_responses;

WITH used AS (
    SELECT campaigns.survey, invitations.contact, min(invitations.campaign) AS campaign, count(*) AS times
    FROM invitations JOIN campaigns ON campaigns.id = invitations.campaign
    WHERE invitations.finished = 1 AND campaigns.anonymous = 0
    GROUP BY campaigns.survey, invitations.contact HAVING count(DISTINCT invitations.campaign) = 1),
given AS (SELECT survey, contact, count(*) AS times FROM responses WHERE contact IS NOT NULL GROUP BY survey, contact),
found AS (
    SELECT used.survey, used.contact, used.campaign FROM used JOIN given
    ON given.survey = used.survey AND given.contact = used.contact AND given.times = used.times)
UPDATE responses SET campaign = (
    SELECT found.campaign FROM found WHERE found.survey = responses.survey AND found.contact = responses.contact)
WHERE contact IS NOT NULL AND EXISTS (
    SELECT 1 FROM found WHERE found.survey = responses.survey AND found.contact = responses.contact)"""  # noqa: S608


@migrations()
def m065_report_schedules(db: Database) -> None:
    """Reports that go out by themselves: to which accounts, and of which turn they were told last."""
    db.execute(_REPORT_SCHEDULES)


_REPORT_SCHEDULES = """
CREATE TABLE report_schedules (
    code TEXT PRIMARY KEY, survey TEXT NOT NULL, kind TEXT NOT NULL, every TEXT NOT NULL,
    readers TEXT NOT NULL CHECK (json_valid(readers)), unit TEXT NOT NULL, made_by TEXT NOT NULL, told TEXT NOT NULL)
STRICT"""


@migrations()
def m066_appraisals(db: Database) -> None:
    """Appraisals of people: who is rated in each, their reports once released, and objections to them."""
    for statement in _APPRAISALS.split(";\n\n"):
        db.execute(statement)


# Of a person one report in a round of a survey: two of the same answers could be subtracted.
_APPRAISALS = """
CREATE TABLE appraisals (
    id TEXT PRIMARY KEY, survey TEXT NOT NULL, round TEXT NOT NULL, name TEXT NOT NULL, rules TEXT NOT NULL,
    made_by TEXT NOT NULL, made_on TEXT NOT NULL, reliability TEXT NOT NULL DEFAULT '[]') STRICT;

CREATE TABLE appraised (
    appraisal TEXT NOT NULL, person TEXT NOT NULL, survey TEXT NOT NULL, round TEXT NOT NULL, department TEXT,
    superiors TEXT NOT NULL DEFAULT '[]', raters TEXT NOT NULL DEFAULT '[]', state TEXT NOT NULL DEFAULT 'proposed',
    closed_on TEXT, released_on TEXT, report TEXT, interviewed_on TEXT, interview TEXT, interview_uses TEXT,
    interviewed_by TEXT, PRIMARY KEY (appraisal, person), UNIQUE (survey, round, person)) STRICT;

CREATE TABLE appraisal_appeals (
    appraisal TEXT NOT NULL, person TEXT NOT NULL, filed_on TEXT NOT NULL, due_on TEXT NOT NULL, words TEXT NOT NULL,
    answered_by TEXT, answered_on TEXT, outcome TEXT, answer TEXT NOT NULL DEFAULT '', corrected REAL,
    PRIMARY KEY (appraisal, person)) STRICT"""


@migrations()
def m067_alert_marks_and_saved_views(db: Database) -> None:
    """Alerts that were seen, put off or muted, for an account or for a role in its departments; views that are kept."""
    for statement in _MARKS_AND_VIEWS.split(";\n\n"):
        db.execute(statement)


_MARKS_AND_VIEWS = """
CREATE TABLE alert_marks (
    alert TEXT NOT NULL, account TEXT NOT NULL, role TEXT NOT NULL, departments TEXT NOT NULL, state TEXT NOT NULL,
    words TEXT NOT NULL, until TEXT, reason TEXT NOT NULL, set_by TEXT NOT NULL, set_on TEXT NOT NULL,
    PRIMARY KEY (alert, account, role, departments)) STRICT, WITHOUT ROWID;

CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, page TEXT NOT NULL,
    query TEXT NOT NULL CHECK (json_valid(query)), shared_with TEXT, UNIQUE (owner, name)) STRICT"""
