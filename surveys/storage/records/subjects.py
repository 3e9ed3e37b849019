"""What hangs on a subject, and refusals that follow from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SubjectUse:
    """What keeps a subject from being removed. Whether there are answers, never how many: they may be anonymous."""

    answered: bool
    tasks: bool
    named: int  # by how many other subjects

    def __bool__(self) -> bool:
        return bool(self.answered or self.tasks or self.named)


class SubjectInUse(RuntimeError):
    """A subject on which something hangs can be retired, not removed."""
