"""Calls of agents, counted, and a call that an agent does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from surveys.fieldwork.calls import CallOutcome


class NotHeld(LookupError):
    """The call is not, or no longer, this agent's."""


@dataclass(frozen=True)
class QueueCount:
    """What came of an agent's calls from one list over some days."""

    agent: str
    queue: str
    outcome: CallOutcome
    times: int


@dataclass(frozen=True)
class AgentCount:
    """What came of an agent's calls on one day."""

    day: date
    agent: str
    outcome: CallOutcome
    times: int
