"""Sessions that were closed and whose time to come back is over: Streamlit forgets them when the next one is closed.

Until then each holds its event loop, three descriptors, and all that its pages had. It has no public way to make it
look, so this reaches for what is private; where that has changed, sessions go when Streamlit lets them go.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging

import pyarrow as pa
from streamlit import runtime

EVERY = 20.0  # seconds

_log = logging.getLogger(__name__)


async def keep_forgetting(every: float = EVERY) -> None:
    """Look for such sessions on the event loop, where Streamlit opens and closes them, until it is cancelled."""
    while True:
        await asyncio.sleep(every)
        try:
            forgotten = forget()
        except AttributeError as changed:
            _log.warning("closed sessions stay until others are closed: %s", changed)
            return
        if forgotten:
            give_back_memory()


def forget() -> int:
    """Let go of the sessions that nobody can come back to; returns how many. AttributeError where there is no way."""
    cache = runtime.get_instance()._session_mgr._session_storage._cache  # type: ignore[attr-defined]
    return len(cache.expire())


def give_back_memory() -> None:
    """What was held in circles is freed, and what is free goes back to the system."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU C library
    if trim is not None:
        trim(0)
