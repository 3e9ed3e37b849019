"""What the respondents' side asks of an engine, by subject. Its pages know these protocols, and no engine.

At the end what a columnar copy of the answers asks of one.

`Intake` and `PersonalLinks`, the hot path, stand in `surveys/intake/protocols.py`. All of it is safe to call from
several threads, and none of it from an event loop: it may wait for the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from surveys.accounts import Account
from surveys.appraisal.appraisal import Appeal, Appraisal, Appraised
from surveys.cases.case import Case, Remark, Remarked
from surveys.cases.opinion_boxes import Box
from surveys.definition.questions.entries import Place
from surveys.definition.survey import Survey
from surveys.fieldwork.calls import Call, CallOutcome
from surveys.fieldwork.campaigns.campaign import Campaign
from surveys.fieldwork.privacy_notices import PrivacyNotice
from surveys.fieldwork.prizes import Prize
from surveys.fieldwork.tasks.plan import TaskPlan
from surveys.fieldwork.tasks.task import Task
from surveys.intake.attachments import Evidence
from surveys.intake.protocols import Intake, PersonalLinks
from surveys.intake.submission import Outcome, StoredResponse, Submission
from surveys.localisation.profile import Profile
from surveys.organisation.departments import Department, Touchpoint
from surveys.organisation.subjects import Subject
from surveys.quality.agent_quality import AgentNote
from surveys.storage.records.changes import ChangedDay
from surveys.storage.records.surveys import SavedDraft, SurveyRecord, Version
from surveys.storage.records.typed_sheets import ReleaseRule
from surveys.storage.records.uploads import Upload


class Organisation(Protocol):
    """Who asks, and where."""

    def setting(self, name: str) -> str | None:
        """What was set under this name."""

    def profile(self) -> Profile:
        """How the organisation presents itself."""

    def touchpoint(self, code: str) -> Touchpoint | None:
        """The touchpoint of this code, in whatever letters it was written; None when none or several are meant."""

    def touchpoints(self) -> list[Touchpoint]: ...

    def departments(self) -> list[Department]: ...

    def places(self) -> tuple[Place, ...]:
        """The places a question of region offers, in the order of their codes."""


class Sessions(Protocol):
    """Who is signed in."""

    def any(self) -> bool:
        """Whether there is an account at all."""

    def of_session(self, token_hash: str, now: datetime) -> Account | None:
        """The account signed in under this token; None when the session has ended."""

    def used_elsewhere(self, token_hash: str, now: datetime) -> None:
        """Note that another process is just being asked under this token."""

    def all(self) -> list[Account]:
        """Everyone who has an account, by name."""

    def numbered(self, number: int) -> Account | None: ...

    def record(self, account: str, action: str, thing: str, detail: str = "") -> None:
        """Add an audit line. The detail names what changed, never what a respondent wrote."""


class Surveys(Protocol):
    """What is asked."""

    def all(self) -> list[SurveyRecord]:
        """Every survey that is not put away, newest first."""

    def get(self, code: str) -> SurveyRecord:
        """One survey; raises UnknownSurvey."""

    def version(self, code: str, number: int) -> Survey:
        """One version's definition; raises UnknownSurvey."""

    def versions(self, code: str) -> list[Version]:
        """Every version of a survey, the newest first; none when there is no such survey."""


class Drafts(Protocol):
    """What is being built, for its preview."""

    def get(self, code: str) -> SavedDraft | None: ...


class Boxes(Protocol):
    """Where people can write to."""

    def get(self, code: str) -> Box | None: ...


class Cases(Protocol):
    """What people brought up, for those who have its code."""

    def receive(self, case: Case, files: Sequence[str] = ()) -> bool:
        """Keep a case with its files; False when it was kept before."""

    def get(self, key: str) -> Case | None: ...

    def as_told(self, case: Case) -> Case:
        """The case as its author reads it: one more report of a matter has the state and the answer of the matter."""

    def photos(self, case: str) -> list[str]:
        """Keys of the files that came with a case."""

    def satisfied(self, case: str, at: datetime) -> bool:
        """Its author says that the answer helped; True where that changes anything."""

    def dissatisfied(self, case: str, at: datetime) -> bool:
        """Its author says that it did not: open it again. True when it was done with."""

    def remarks(self, case: str) -> list[Remark]:
        """What its author wrote later, the oldest first."""

    def remark(self, case: str, key: str, text: str, at: datetime) -> Remarked:
        """Keep what its author has to add; a case that was done with is open again."""


class CallReports(Protocol):
    """What came of calls."""

    def report(
        self, call: str, agent: str, outcome: CallOutcome, now: datetime, agreed: datetime | None = None
    ) -> Call:  # fmt: skip
        """What came of the call; raises NotHeld, UnfitAppointment."""


class Campaigns(Protocol):
    """On whose behalf someone was invited."""

    def get(self, campaign: str) -> Campaign:
        """One campaign; raises UnknownCampaign."""


class Subjects(Protocol):
    """What forms can be about."""

    def get(self, kind: str, code: str) -> Subject | None:
        """One subject, retired or not; None when there is none."""

    def names(self, kind: str) -> dict[str, str]:
        """What every subject of a kind is called, by code."""

    def of_kind(self, kind: str) -> list[Subject]:
        """Every subject of a kind by code, retired ones too."""


class Tasks(Protocol):
    """Who is to fill which form about what."""

    def get(self, task: str) -> Task | None: ...

    def behind(self, token_hash: str) -> Task | None:
        """The task behind a personal link, by the hash of its token."""

    def of_account(self, account: int) -> list[Task]:
        """All tasks of one person that are not withdrawn, the soonest due first."""

    def put_off(self, task: str, due_on: date | None, reason: str = "", *, by: str) -> None:
        """Give a task another due date, and note why; raises UnknownTask, TaskOver."""

    def reassign(self, tasks: Sequence[str], account: int, reason: str = "", *, by: str) -> int:
        """Let somebody else do those that are not done; who had them first is noted. Returns how many."""

    def save_unfinished(self, task: str, sealed: bytes, day: date) -> bool:
        """Keep what was entered so far behind a personal link; False when there is nothing to answer any more."""

    def unfinished(self, task: str) -> bytes | None:
        """What was entered so far."""


class Appraisals(Protocol):
    """Appraisals of people, as far as those who rate and those who are rated meet them."""

    def get(self, appraisal: str) -> Appraisal | None: ...

    def of_person(self, person: str) -> list[Appraised]:
        """All that somebody was or is appraised in."""

    def is_over(self, survey: str, round_code: str, person: str) -> bool:
        """Whether no more ratings of somebody are taken in that round."""

    def appeal(self, appraisal: str, person: str) -> Appeal | None: ...

    def file_appeal(self, appeal: Appeal, *, by: str) -> bool:
        """Keep an objection; False where there is one already."""


class AgentQuality(Protocol):
    """Score cards, talks with agents and their objections, as far as they meet them themselves."""

    def answers(self, survey: str, agent: str) -> list[StoredResponse]:
        """What a named survey holds about an agent."""

    def notes(self, agent: str | None = None) -> list[AgentNote]:
        """The newest first."""

    def write(self, note: AgentNote) -> bool:
        """Keep a talk or an objection; False for a second objection to one card."""


class TaskPlans(Protocol):
    """What was chosen for the tasks of each survey."""

    def of(self, survey: str) -> TaskPlan: ...


class OptOuts(Protocol):
    """Who is to be left alone."""

    def opt_out(
        self, contact: str, *, by: str, at: datetime | None = None, invitation: str | None = None
    ) -> None:  # fmt: skip
        """Never ask this person again, nor anyone at their addresses."""


class Kiosks(Protocol):
    """What tablets at counters ask."""

    def survey_at(self, touchpoint: str) -> str | None:
        """The code of the survey; None where no tablet is set up."""

    def enrol_tablet(self, touchpoint: str, code_hash: str, token_hash: str, now: datetime) -> bool:
        """Make the holder of the token a tablet of the touchpoint; False when the code is used up, or too old."""

    def tablet_of(self, touchpoint: str, token_hash: str, today: date) -> str | None:
        """The tablet of the touchpoint that holds this token."""


class Prizes(Protocol):
    """What answers are rewarded with; nothing here leads back to an answer."""

    def get(self, survey: str) -> Prize | None: ...

    def entered(self, survey: str, ticket: str) -> bool:
        """Whether the ticket takes part in the draw."""

    def enter(self, survey: str, ticket: str, name: str, phone: str) -> bool:
        """Take part. False when the ticket or the phone number takes part already: nothing is changed then."""

    def coupon(self, survey: str, ticket: str) -> str | None:
        """The coupon of this ticket, taken from the pile the first time; None when the pile is empty."""


class UploadedFiles(Protocol):
    """Files that come with forms."""

    def keep(self, evidence: Evidence, survey: str | None, form: str, at: datetime | None, day: str) -> str:
        """Keep a file that came with a form; returns its key. It stays when an answer or a case with it is kept."""

    def of_form(self, form: str) -> set[str]:
        """Keys of the files that came with a form."""

    def get(self, key: str) -> Upload | None:
        """What is known of a file; None when there is none under this key."""

    def content(self, key: str) -> bytes:
        """The file itself; raises OSError when it is not there."""

    def remove_orphans(self, before: datetime) -> int:
        """Delete what came before this moment and belongs to no answer; returns how many files."""


class TypedSheets(Protocol):
    """Sheets of paper that wait for a second person."""

    def rule(self, survey: str) -> ReleaseRule:
        """Whether what is typed in for a survey is to be released by somebody else, and by whose wish."""

    def keep(self, submission: Submission, batch: str, *, by: str) -> Outcome:
        """Keep a sheet until it is released; DUPLICATE when it waits, or counts, already."""


class PrivacyNotices(Protocol):
    """What people are told of the use of their personal information."""

    def versions(self, survey: str) -> list[PrivacyNotice]:
        """Those of a survey, or of the organisation, newest first."""

    def get(self, survey: str, number: int) -> PrivacyNotice | None:
        """One version, of whatever age; *survey* is empty for the organisation's."""

    def given(self, survey: str, at: datetime) -> PrivacyNotice | None:
        """What a form of this survey that was given out at this moment shows; None: no notice."""


class Respondents(Protocol):
    """All that the pages for respondents may ask of a store."""

    @property
    def responses(self) -> Intake: ...

    @property
    def typed_sheets(self) -> TypedSheets: ...

    @property
    def invitations(self) -> PersonalLinks: ...

    @property
    def organisation(self) -> Organisation: ...

    @property
    def accounts(self) -> Sessions: ...

    @property
    def surveys(self) -> Surveys: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def boxes(self) -> Boxes: ...

    @property
    def cases(self) -> Cases: ...

    @property
    def calls(self) -> CallReports: ...

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def subjects(self) -> Subjects: ...

    @property
    def tasks(self) -> Tasks: ...

    @property
    def appraisals(self) -> Appraisals: ...

    @property
    def agent_quality(self) -> AgentQuality: ...

    @property
    def task_plans(self) -> TaskPlans: ...

    @property
    def contacts(self) -> OptOuts: ...

    @property
    def kiosks(self) -> Kiosks: ...

    @property
    def prizes(self) -> Prizes: ...

    @property
    def uploads(self) -> UploadedFiles: ...

    @property
    def privacy_notices(self) -> PrivacyNotices: ...


class ChangedDays(Protocol):
    """What a copy of the answers that is kept elsewhere has to be brought up to date with.

    Noted are survey and day of every answer that came, went or was changed, and of every finding and correction, in
    the transaction that changes it. Take `pending`, read those days, write the copy durably, then call `done`: after a
    failure anywhere between, the same days are pending still. One reader at a time.
    """

    def generation(self) -> int:
        """Another number when the database was made anew or restored: a copy that goes by another one is void."""

    def pending(self, limit: int = 1000) -> list[ChangedDay]:
        """The days that have changed, by survey and day; not in the order in which they changed."""

    def done(self, changed: Iterable[ChangedDay]) -> None:
        """These are in the copy now; those that have changed again since they were pending stay."""


class RawAnswers(Protocol):
    """Answers in bulk, as rows of plain values in chunks; nothing is parsed. No transaction stays open between chunks.

    Rows come by day and key, never by time. Anonymous answers that are held back for others are not among them; one
    that is withdrawn during the reading may be: its day is pending again.
    """

    def days(self) -> list[tuple[str, date, int]]:
        """(survey, day, number of answers) of all that is stored, by survey and day: what to build a copy from."""

    def responses(self, survey: str, days: Sequence[date], chunk: int = 10_000) -> Iterator[list[tuple[Any, ...]]]:
        """Answers of these days, with the columns `changes.RESPONSE_COLUMNS`."""

    def findings(self, survey: str, days: Sequence[date], chunk: int = 10_000) -> Iterator[list[tuple[Any, ...]]]:
        """What the analysis found in them, with the columns `changes.FINDING_COLUMNS`."""

    def reviews(self, survey: str, days: Sequence[date], chunk: int = 10_000) -> Iterator[list[tuple[Any, ...]]]:
        """Judgements of people on them, with the columns `changes.REVIEW_COLUMNS`; of one comment the oldest first."""
