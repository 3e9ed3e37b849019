"""Nobody overwrites what they never saw: whoever saves says what they were shown, and the store compares.

The comparison is made inside the transaction of the change, on the thing itself, so that no writer can forget to count.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from surveys.localisation.language import marked
from surveys.localisation.wording import Message


class Unread(Enum):
    """What stands for the thing as seen by a writer that has read nothing: an import, another system, a command."""

    ANY = "any"


ANY: Final = Unread.ANY


class ChangedMeanwhile(RuntimeError):
    """Somebody has changed a thing since it was read. `present` is what it is now, None when it is gone."""

    def __init__(self, present: Any = None) -> None:
        self.present = present
        super().__init__(Message(marked("打开之后别人改过，没有保存"), {}))


def assert_as_seen(seen: Any, present: Any) -> None:
    """Raise ChangedMeanwhile unless the thing is as it was *seen*; call it in the transaction that changes it."""
    if seen is not ANY and seen != present:
        raise ChangedMeanwhile(present)
