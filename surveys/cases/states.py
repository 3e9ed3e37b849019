"""The states of a case and which may follow which, as one table: whoever changes a case asks here."""

from __future__ import annotations

from enum import StrEnum

from surveys.localisation.language import marked


class CaseState(StrEnum):
    """Where a case stands, in the order in which it usually goes."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    WORKED_ON = "worked_on"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """What its author reads."""
        return _STATES[self][0]

    @property
    def stage(self) -> str:
        """What the organisation calls the stage."""
        return _STATES[self][1]

    @property
    def open(self) -> bool:
        """Whether its author still waits for an answer."""
        return self in OPEN

    @property
    def next(self) -> frozenset[CaseState]:
        """What it may become; to stay is always possible."""
        return NEXT[self]

    def reopens_as(self, then: CaseState) -> bool:
        """Whether it was done with and is not any more."""
        return not self.open and then.open


_STATES = {
    CaseState.RECEIVED: (marked("已收到"), marked("受理")),
    CaseState.ASSIGNED: (marked("已派单"), marked("派单")),
    CaseState.WORKED_ON: (marked("处理中"), marked("处理")),
    CaseState.ANSWERED: (marked("已答复"), marked("回复")),
    CaseState.CONFIRMED: (marked("已回访确认"), marked("回访确认")),
    CaseState.CLOSED: (marked("已结束"), marked("归档")),
    CaseState.WITHDRAWN: (marked("已撤回"), marked("撤回")),
}
STAGES = tuple(each for each in CaseState if each is not CaseState.WITHDRAWN)
OPEN = frozenset({CaseState.RECEIVED, CaseState.ASSIGNED, CaseState.WORKED_ON})

_ENDS = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})
NEXT: dict[CaseState, frozenset[CaseState]] = {
    CaseState.RECEIVED: frozenset({CaseState.ASSIGNED, CaseState.WORKED_ON, CaseState.ANSWERED}) | _ENDS,
    CaseState.ASSIGNED: frozenset({CaseState.RECEIVED, CaseState.WORKED_ON, CaseState.ANSWERED}) | _ENDS,
    CaseState.WORKED_ON: frozenset({CaseState.ASSIGNED, CaseState.ANSWERED}) | _ENDS,
    CaseState.ANSWERED: frozenset({CaseState.CONFIRMED, CaseState.CLOSED, CaseState.RECEIVED, CaseState.WORKED_ON}),
    CaseState.CONFIRMED: frozenset({CaseState.CLOSED, CaseState.RECEIVED, CaseState.WORKED_ON}),
    CaseState.CLOSED: frozenset({CaseState.RECEIVED, CaseState.WORKED_ON}),
    CaseState.WITHDRAWN: frozenset({CaseState.RECEIVED}),
}


class NoSuchStep(ValueError):
    """A case can't become that from where it stands."""

    def __init__(self, state: CaseState, then: CaseState) -> None:
        self.state, self.then = state, then
        allowed = ", ".join(sorted(state.next))
        super().__init__(f"a case that is {state.value} can't become {then.value}; it can become {allowed}")


def assert_may_become(state: CaseState, then: CaseState) -> None:
    """Raises NoSuchStep."""
    if then is not state and then not in state.next:
        raise NoSuchStep(state, then)
