"""The store: the only room that speaks SQL. Each file keeps one kind of thing; `Store` holds them together."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from surveys.private_files import private_file, private_folder
from surveys.storage.records.errors import StorageError
from surveys.storage.records.uploads import FOLDER
from surveys.storage.sqlite.accounts import AccountTable
from surveys.storage.sqlite.accounts.saved_views import SavedViewTable
from surveys.storage.sqlite.accounts.second_factors import SecondFactorTable
from surveys.storage.sqlite.accounts.webhooks import WebhookTable
from surveys.storage.sqlite.answers.changed_days import ChangedDayTable
from surveys.storage.sqlite.answers.key_order import put_in_key_order
from surveys.storage.sqlite.answers.raw_answers import RawAnswerTable
from surveys.storage.sqlite.answers.set_apart import SetApartTable
from surveys.storage.sqlite.answers.trials import TrialTable
from surveys.storage.sqlite.answers.withdrawn import WithdrawnTable
from surveys.storage.sqlite.api_keys import ApiKeyTable
from surveys.storage.sqlite.calls import CallTables
from surveys.storage.sqlite.campaigns import CampaignTable
from surveys.storage.sqlite.cases.boxes import BoxTable
from surveys.storage.sqlite.cases.case_rules import CaseRuleTable
from surveys.storage.sqlite.cases.case_steps import CaseStepTable
from surveys.storage.sqlite.cases.case_tables import CaseTables
from surveys.storage.sqlite.comments.adaptations import AdaptationTable
from surveys.storage.sqlite.comments.findings import FindingTable
from surveys.storage.sqlite.comments.reviews import ReviewTable
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.contacts import ContactTable
from surveys.storage.sqlite.drafts import DraftTable
from surveys.storage.sqlite.events import EventTable
from surveys.storage.sqlite.fieldwork.appraisals import AppraisalTables
from surveys.storage.sqlite.fieldwork.dispositions import DispositionTable
from surveys.storage.sqlite.fieldwork.orders import OrderTable
from surveys.storage.sqlite.fieldwork.rounds import RoundTable
from surveys.storage.sqlite.fieldwork.task_plans import TaskPlanTable
from surveys.storage.sqlite.fieldwork.tasks import TaskTable
from surveys.storage.sqlite.fieldwork.typed_sheets import TypedSheetTable
from surveys.storage.sqlite.imports import ImportTable
from surveys.storage.sqlite.improvement.alert_marks import AlertMarkTable
from surveys.storage.sqlite.improvement.indicators import IndicatorTable
from surveys.storage.sqlite.improvement.lessons import LessonTable
from surveys.storage.sqlite.improvement.plans import PlanTable
from surveys.storage.sqlite.improvement.report_schedules import ReportScheduleTable
from surveys.storage.sqlite.invitations import InvitationTable
from surveys.storage.sqlite.kiosks import KioskTable
from surveys.storage.sqlite.migrations import upgrade
from surveys.storage.sqlite.open_files import FormsHold, opened_alone
from surveys.storage.sqlite.organisation import OrganisationTables
from surveys.storage.sqlite.organisation.subjects import SubjectTable
from surveys.storage.sqlite.outbox import OutboxTable
from surveys.storage.sqlite.privacy_notices import PrivacyNoticeTable
from surveys.storage.sqlite.prizes import PrizeTables
from surveys.storage.sqlite.protections import ProtectionTable
from surveys.storage.sqlite.quotas import QuotaTable
from surveys.storage.sqlite.responses import ResponseTable
from surveys.storage.sqlite.sample import SampleRemoval
from surveys.storage.sqlite.staff.agent_quality import AgentQualityTables
from surveys.storage.sqlite.surveys import SurveyTables
from surveys.storage.sqlite.upkeep.leases import LeaseTable
from surveys.storage.sqlite.upkeep.merged_contacts import MergedContactTable
from surveys.storage.sqlite.upkeep.persons import PersonTables
from surveys.storage.sqlite.upkeep.retention import RetentionTable
from surveys.storage.sqlite.upkeep.workload import WorkloadTables
from surveys.storage.sqlite.uploads import Uploads
from surveys.storage.sqlite.wishes import WishTable

__all__ = ["StorageError", "Store", "default_path", "open_store"]


class Store:
    """One database file, brought up to the newest schema when it is opened."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        private_folder(self.path.parent)
        self._connections = Connections(self.path)
        self._forms = FormsHold(self.path)
        with opened_alone(self.path.parent):
            self._bring_up()
        self.organisation = OrganisationTables(self._connections)
        self.subjects = SubjectTable(self._connections)
        self.accounts = AccountTable(self._connections)
        self.second_factors = SecondFactorTable(self._connections)
        self.saved_views = SavedViewTable(self._connections)
        self.webhooks = WebhookTable(self._connections)
        self.boxes = BoxTable(self._connections)
        self.cases = CaseTables(self._connections)
        self.case_rules = CaseRuleTable(self._connections)
        self.case_steps = CaseStepTable(self._connections)
        self.calls = CallTables(self._connections)
        self.contacts = ContactTable(self._connections)
        self.merged_contacts = MergedContactTable(self._connections)
        self.wishes = WishTable(self._connections)
        self.api_keys = ApiKeyTable(self._connections)
        self.sample = SampleRemoval(self._connections)
        self.surveys = SurveyTables(self._connections)
        self.rounds = RoundTable(self._connections)
        self.drafts = DraftTable(self._connections)
        self.responses = ResponseTable(self._connections)
        self.set_apart = SetApartTable(self._connections)
        self.trials = TrialTable(self._connections)
        self.changed_days = ChangedDayTable(self._connections)
        self.raw_answers = RawAnswerTable(self._connections)
        self.campaigns = CampaignTable(self._connections)
        self.imports = ImportTable(self._connections)
        self.invitations = InvitationTable(self._connections)
        self.dispositions = DispositionTable(self._connections)
        self.tasks = TaskTable(self._connections)
        self.task_plans = TaskPlanTable(self._connections)
        self.quotas = QuotaTable(self._connections)
        self.kiosks = KioskTable(self._connections)
        self.protections = ProtectionTable(self._connections)
        self.privacy_notices = PrivacyNoticeTable(self._connections)
        self.prizes = PrizeTables(self._connections)
        self.events = EventTable(self._connections)
        self.orders = OrderTable(self._connections)
        self.adaptations = AdaptationTable(self._connections)
        self.findings = FindingTable(self._connections)
        self.plans = PlanTable(self._connections)
        self.indicators = IndicatorTable(self._connections)
        self.lessons = LessonTable(self._connections)
        self.report_schedules = ReportScheduleTable(self._connections)
        self.appraisals = AppraisalTables(self._connections)
        self.agent_quality = AgentQualityTables(self._connections)
        self.alert_marks = AlertMarkTable(self._connections)
        self.reviews = ReviewTable(self._connections)
        self.withdrawn = WithdrawnTable(self._connections)
        self.leases = LeaseTable(self._connections)
        self.outbox = OutboxTable(self._connections)
        self.typed_sheets = TypedSheetTable(self._connections)
        self.persons = PersonTables(self._connections)
        self.retention = RetentionTable(self._connections)
        self.workload = WorkloadTables(self._connections)
        self.uploads = Uploads(self._connections, self.path.parent / FOLDER)

    def _bring_up(self) -> None:
        if not self.path.exists():
            private_file(self.path)  # its log and its index get the same mode from SQLite
        with self._connections.reading() as db:
            upgrade(db)
            put_in_key_order(db)
        self._connections.empty_log()  # of a server that ended without doing so

    def probe(self, *, writing: bool) -> None:
        """Read, or write and commit, as a submission would; raises what stands in the way."""
        self._connections.probe(writing=writing)

    def take_forms(self) -> int | None:
        """Become the process that serves the forms; the number of the one that does already, where there is one.

        SQLite's write lock has no queue, so that two would take fewer answers than one, and each would count rate
        limits for itself.
        """
        return self._forms.take()

    def close(self) -> None:
        self._forms.let_go()
        self._connections.close()


def default_path() -> Path:
    """The database named by the settings."""
    return Path(os.environ.get("XINSHENG_DB") or "data/xinsheng.db")


@lru_cache(maxsize=4)
def open_store(path: Path | None = None) -> Store:
    """The process's store for a path; opened and upgraded once."""
    return Store(path or default_path())
