"""Which worker of pytest-xdist runs what: a file at a time, all that needs a browser on one, the longest first.

What a file or the package of browser tests sets up is thus set up once.
"""

from __future__ import annotations

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

BROWSER = "tests/browser"
# Files that take far longer than their number of tests says: begun late, one worker would end long after the others.
LONGEST = (
    BROWSER, "tests/house/test_recipes.py", "tests/web/test_front.py", "tests/web/test_door.py", "tests/attacks/",
    "tests/storage/", "tests/fieldwork/", "tests/columns/", "tests/console/",
)  # fmt: skip


def rank(nodeid: str) -> int:
    """The place of a test among those that are begun first."""
    return next((place for place, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Tests are dealt out by files in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return BROWSER if file.startswith(BROWSER) else file
