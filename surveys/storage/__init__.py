"""The store: the only room that speaks SQL. Each file keeps one kind of thing; `Store` holds them together."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from surveys.storage.accounts import AccountTable
from surveys.storage.api_keys import ApiKeyTable
from surveys.storage.boxes import BoxTables
from surveys.storage.calls import CallTables
from surveys.storage.campaigns import CampaignTable
from surveys.storage.connection import Connections, StorageError
from surveys.storage.contacts import ContactTable
from surveys.storage.drafts import DraftTable
from surveys.storage.findings import FindingTable
from surveys.storage.invitations import InvitationTable
from surveys.storage.kiosks import KioskTable
from surveys.storage.migrations import migrations
from surveys.storage.organisation import OrganisationTables
from surveys.storage.outbox import OutboxTable
from surveys.storage.prizes import PrizeTables
from surveys.storage.protections import ProtectionTable
from surveys.storage.quotas import QuotaTable
from surveys.storage.responses import ResponseTable
from surveys.storage.reviews import ReviewTable
from surveys.storage.surveys import SurveyTables
from surveys.storage.uploads import FOLDER, Uploads

__all__ = ["StorageError", "Store", "default_path", "open_store"]


class Store:
    """One database file, brought up to the newest schema when it is opened."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connections = Connections(self.path)
        with self._connections.reading() as db:
            migrations.apply(db)
        self.organisation = OrganisationTables(self._connections)
        self.accounts = AccountTable(self._connections)
        self.boxes = BoxTables(self._connections)
        self.calls = CallTables(self._connections)
        self.contacts = ContactTable(self._connections)
        self.api_keys = ApiKeyTable(self._connections)
        self.surveys = SurveyTables(self._connections)
        self.drafts = DraftTable(self._connections)
        self.responses = ResponseTable(self._connections)
        self.campaigns = CampaignTable(self._connections)
        self.invitations = InvitationTable(self._connections)
        self.quotas = QuotaTable(self._connections)
        self.kiosks = KioskTable(self._connections)
        self.protections = ProtectionTable(self._connections)
        self.prizes = PrizeTables(self._connections)
        self.findings = FindingTable(self._connections)
        self.reviews = ReviewTable(self._connections)
        self.outbox = OutboxTable(self._connections)
        self.uploads = Uploads(self._connections, self.path.parent / FOLDER)

    def close(self) -> None:
        self._connections.close()


def default_path() -> Path:
    """The database named by the settings."""
    return Path(os.environ.get("XINSHENG_DB") or "data/xinsheng.db")


@lru_cache(maxsize=4)
def open_store(path: Path | None = None) -> Store:
    """The process's store for a path; opened and upgraded once."""
    return Store(path or default_path())
