"""Campaigns and where each stands."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.campaigns.campaign import Campaign, Plan, State
from surveys.campaigns.invitations import Invitation
from surveys.storage.accounts import write_audit
from surveys.storage.connection import Connections
from surveys.storage.invitations import insert_invitations, stored_time, take_back


class UnknownCampaign(LookupError):
    """There is no campaign of this id."""


class NotNow(RuntimeError):
    """A campaign can't be brought from the state it is in to the one wished for."""


_WAYS = {
    State.DRAFT: {State.RUNNING, State.ENDED},
    State.RUNNING: {State.PAUSED, State.ENDED},
    State.PAUSED: {State.RUNNING, State.ENDED},
    State.ENDED: set[State](),
}


class CampaignTable:
    """All campaigns."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(
        self, plan: Plan, survey: str, version: int, *, anonymous: bool, department: str | None, by: str, now: datetime
    ) -> Campaign:  # fmt: skip
        """A new campaign as a draft."""
        row = {
            "id": secrets.token_hex(8), "survey": survey, "version": version, "department": department,
            "anonymous": int(anonymous), "state": State.DRAFT.value, "plan": plan.model_dump_json(),
            "created_at": stored_time(now), "created_by": by,
        }  # fmt: skip
        with self._connections.writing() as db:
            db.table("campaigns").insert(row)
            write_audit(db, by, "add campaign", str(row["id"]), plan.name)
        return self.get(str(row["id"]))

    def replan(self, campaign: str, plan: Plan, *, by: str) -> None:
        """Change the plan of a draft; raises NotNow for a campaign that was started."""
        query = "UPDATE campaigns SET plan = ? WHERE id = ? AND state = 'draft'"
        with self._connections.writing() as db:
            if not db.execute(query, [plan.model_dump_json(), campaign]).rowcount:
                raise NotNow(campaign)
            write_audit(db, by, "change campaign", campaign, plan.name)

    def start(
        self, campaign: str, invitations: Sequence[Invitation], tokens: Mapping[str, str], *, apart: timedelta,
        by: str, now: datetime,
    ) -> int:  # fmt: skip
        """Let a draft run, with its invitations, in one transaction; returns how many there are. Raises NotNow."""
        with self._connections.writing() as db:
            _bring(db, campaign, State.RUNNING, by, now, only_from=State.DRAFT)
            return insert_invitations(db, invitations, tokens, apart, None)

    def bring(self, campaign: str, state: State, *, by: str, now: datetime) -> None:
        """Start, pause, go on with or end a campaign; raises UnknownCampaign and NotNow."""
        with self._connections.writing() as db:
            _bring(db, campaign, state, by, now)

    def get(self, campaign: str) -> Campaign:
        """One campaign; raises UnknownCampaign."""
        with self._connections.reading() as db:
            row = next(db.query("SELECT * FROM campaigns WHERE id = ?", [campaign]), None)
        if row is None:
            raise UnknownCampaign(campaign)
        return _campaign(row)

    def all(self) -> list[Campaign]:
        """Every campaign, the newest first."""
        with self._connections.reading() as db:
            return [_campaign(row) for row in db.query("SELECT * FROM campaigns ORDER BY created_at DESC, id")]


_BRING = """
UPDATE campaigns SET state = :state,
    started_at = CASE WHEN :state = 'running' THEN coalesce(started_at, :now) ELSE started_at END,
    ended_at = CASE WHEN :state = 'ended' THEN :now ELSE ended_at END
WHERE id = :campaign"""


def _bring(
    db: Database, campaign: str, state: State, by: str, now: datetime, only_from: State | None = None
) -> None:  # fmt: skip
    row = db.execute("SELECT state FROM campaigns WHERE id = ?", [campaign]).fetchone()
    if row is None:
        raise UnknownCampaign(campaign)
    if state not in _WAYS[State(row[0])] or (only_from is not None and row[0] != only_from):
        raise NotNow(f"campaign {campaign} is {row[0]} and can't become {state}")
    db.execute(_BRING, {"state": state.value, "now": stored_time(now), "campaign": campaign})
    if state in (State.PAUSED, State.ENDED):
        take_back(db, campaign)
    write_audit(db, by, f"{state} campaign", campaign)


def _campaign(row: Mapping[str, Any]) -> Campaign:
    return Campaign(
        id=row["id"], survey=row["survey"], version=row["version"], anonymous=bool(row["anonymous"]),
        department=row["department"], plan=Plan.model_validate_json(row["plan"]), state=State(row["state"]),
        created_at=_moment(row["created_at"]), created_by=row["created_by"],
        started_at=_moment(row["started_at"]) if row["started_at"] else None,
        ended_at=_moment(row["ended_at"]) if row["ended_at"] else None,
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
