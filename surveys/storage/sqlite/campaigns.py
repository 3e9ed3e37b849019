"""Campaigns and where each stands."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from surveys.fieldwork.campaigns.campaign import Campaign, CampaignState, Plan
from surveys.fieldwork.campaigns.invitations import Invitation
from surveys.storage.changes import ANY, Unread, assert_as_seen
from surveys.storage.records.campaigns import CampaignNotNow, UnknownCampaign
from surveys.storage.sqlite.accounts import write_audit
from surveys.storage.sqlite.connection import Connections
from surveys.storage.sqlite.fieldwork.invitation_rows import insert_invitations, stored_time, take_back

_WAYS = {
    CampaignState.DRAFT: {CampaignState.RUNNING, CampaignState.ENDED},
    CampaignState.RUNNING: {CampaignState.PAUSED, CampaignState.ENDED},
    CampaignState.PAUSED: {CampaignState.RUNNING, CampaignState.ENDED},
    CampaignState.ENDED: set[CampaignState](),
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
            "anonymous": int(anonymous), "state": CampaignState.DRAFT.value, "plan": plan.model_dump_json(),
            "created_at": stored_time(now), "created_by": by,
        }  # fmt: skip
        with self._connections.writing() as db:
            db.table("campaigns").insert(row)
            write_audit(db, by, "add campaign", str(row["id"]), plan.name)
        return self.get(str(row["id"]))

    def replan(
        self, campaign: str, plan: Plan, *, by: str, seen: Plan | Unread = ANY, version: int | None = None,
        anonymous: bool | None = None,
    ) -> None:  # fmt: skip
        """Change the plan of a draft, and which *version* of its survey it gives out, where one is given.

        Raises NotNow for a campaign that was started, ChangedMeanwhile when the plan isn't any more what was *seen*.
        """
        values = {
            "plan": plan.model_dump_json(), "campaign": campaign, "version": version,
            "anonymous": None if anonymous is None else int(anonymous),
        }  # fmt: skip
        with self._connections.writing() as db:
            assert_as_seen(seen, _plan(db, campaign) if seen is not ANY else None)
            if not db.execute(_REPLAN, values).rowcount:
                raise CampaignNotNow(campaign)
            write_audit(db, by, "change campaign", campaign, plan.name)

    def delete(self, campaign: str, *, by: str, seen: Plan | Unread = ANY) -> None:
        """Delete a draft, which has asked nobody; raises NotNow for any other, and ChangedMeanwhile as `replan`."""
        with self._connections.writing() as db:
            present = _plan(db, campaign)
            assert_as_seen(seen, present)
            if not db.execute(_DELETE, {"campaign": campaign}).rowcount:
                raise CampaignNotNow(campaign)
            write_audit(db, by, "delete campaign", campaign, present.name if present else "")

    def start(
        self, campaign: str, invitations: Sequence[Invitation], tokens: Mapping[str, str], *, apart: timedelta,
        by: str, now: datetime, seen: Plan | Unread = ANY, rest: timedelta = timedelta(),
    ) -> int:  # fmt: skip
        """Let a draft run, with its invitations, in one transaction; returns how many there are.

        That it asks people who were to *rest*, and why, stands in the audit trail.

        Raises NotNow, and ChangedMeanwhile when the plan isn't any more what was *seen*.
        """
        with self._connections.writing() as db:
            assert_as_seen(seen, _plan(db, campaign) if seen is not ANY else None)
            _bring(db, campaign, CampaignState.RUNNING, by, now, only_from=CampaignState.DRAFT)
            added = insert_invitations(db, invitations, tokens, apart, None, rest)
            plan = _plan(db, campaign)
            if plan is not None and plan.exempt_because:
                told = f"{_despite_rest(db, campaign)}: {plan.exempt_because}"
                write_audit(db, by, "exempt campaign", campaign, told)
            return added

    def bring(self, campaign: str, state: CampaignState, *, by: str, now: datetime) -> None:
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

    def names(self, survey: str) -> dict[str, str]:
        """What the campaigns are called that have asked for named answers to a survey, by id, the oldest first."""
        with self._connections.reading() as db:
            return {row["id"]: row["name"] for row in db.query(_NAMES, {"survey": survey})}

    def all(self) -> list[Campaign]:
        """Every campaign, the newest first."""
        with self._connections.reading() as db:
            return [_campaign(row) for row in db.query("SELECT * FROM campaigns ORDER BY created_at DESC, id")]


_REPLAN = """
UPDATE campaigns SET plan = :plan, version = coalesce(:version, version), anonymous = coalesce(:anonymous, anonymous)
WHERE id = :campaign AND state = 'draft'"""

_DELETE = """
DELETE FROM campaigns WHERE id = :campaign AND state = 'draft'
  AND NOT EXISTS (SELECT 1 FROM invitations WHERE campaign = :campaign)"""

_BRING = """
UPDATE campaigns SET state = :state,
    started_at = CASE WHEN :state = 'running' THEN coalesce(started_at, :now) ELSE started_at END,
    ended_at = CASE WHEN :state = 'ended' THEN :now ELSE ended_at END
WHERE id = :campaign"""


def _bring(
    db: Database, campaign: str, state: CampaignState, by: str, now: datetime, only_from: CampaignState | None = None
) -> None:  # fmt: skip
    row = db.execute("SELECT state FROM campaigns WHERE id = ?", [campaign]).fetchone()
    if row is None:
        raise UnknownCampaign(campaign)
    if state not in _WAYS[CampaignState(row[0])] or (only_from is not None and row[0] != only_from):
        raise CampaignNotNow(f"campaign {campaign} is {row[0]} and can't become {state}")
    db.execute(_BRING, {"state": state.value, "now": stored_time(now), "campaign": campaign})
    if state in (CampaignState.PAUSED, CampaignState.ENDED):
        take_back(db, campaign)
    write_audit(db, by, f"{state} campaign", campaign)


_NAMES = """
SELECT id, json_extract(plan, '$.name') AS name FROM campaigns
WHERE survey = :survey AND anonymous = 0 AND state <> 'draft' ORDER BY coalesce(started_at, created_at), id"""


def _despite_rest(db: Database, campaign: str) -> int:
    query = "SELECT count(*) FROM invitations WHERE campaign = :campaign AND despite_rest = 1"
    return int(db.execute(query, {"campaign": campaign}).fetchone()[0])


def _plan(db: Database, campaign: str) -> Plan | None:
    row = db.execute("SELECT plan FROM campaigns WHERE id = ?", [campaign]).fetchone()
    return Plan.model_validate_json(row[0]) if row else None


def _campaign(row: Mapping[str, Any]) -> Campaign:
    return Campaign(
        id=row["id"], survey=row["survey"], version=row["version"], anonymous=bool(row["anonymous"]),
        department=row["department"], plan=Plan.model_validate_json(row["plan"]), state=CampaignState(row["state"]),
        created_at=_moment(row["created_at"]), created_by=row["created_by"],
        started_at=_moment(row["started_at"]) if row["started_at"] else None,
        ended_at=_moment(row["ended_at"]) if row["ended_at"] else None,
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
