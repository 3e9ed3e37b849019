"""The console in a process of its own: started with the front, started again when it dies, ended with it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic

SOCKET = "XINSHENG_CONSOLE_SOCKET"
"""Names the socket file in the console's environment: whatever comes by it comes from the front."""

_QUIET = {"STREAMLIT_LOGGER_LEVEL": "error"}
_LONG_ENOUGH = 60.0  # seconds after which a console counts as having run
_LONGEST_PAUSE = 30.0
_LAST_RUNS = 20.0  # seconds that open pages and background work have for ending

_log = logging.getLogger(__name__)


def has_front() -> bool:
    """Whether this process is the console behind a front."""
    return SOCKET in os.environ


def end_with_the_front() -> None:
    """Behind a front: end in good order when the front is gone, however it went."""
    if has_front():
        threading.Thread(target=_await_end, name="front watch", daemon=True).start()


def _await_end() -> None:
    sys.stdin.buffer.read()  # nothing is ever written to it; it ends with the front
    os.kill(os.getpid(), signal.SIGTERM)


def listens(path: Path) -> bool:
    """Whether somebody answers behind a socket file."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


class ConsoleProcess:
    """Keeps `app:app` running behind a socket file. On a crash it is started again, later each time it crashes soon."""

    def __init__(self, socket: Path, root: Path) -> None:
        self._socket = socket
        self._root = root
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Ask it to end, and end it when it takes too long."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _LAST_RUNS)
        except TimeoutError:
            _log.warning("the console did not end by itself")
            process.kill()
            await process.wait()

    async def _keep(self) -> None:
        pause = 1.0
        while True:
            begun = monotonic()
            self._socket.unlink(missing_ok=True)
            self._process = await self._begin()
            code = await self._process.wait()
            pause = 1.0 if monotonic() - begun > _LONG_ENOUGH else min(2 * pause, _LONGEST_PAUSE)
            _log.error("the console ended with %s; it is started again in %.0f s", code, pause)
            await asyncio.sleep(pause)

    async def _begin(self) -> asyncio.subprocess.Process:
        """It holds one end of a pipe and ends when the other is gone: so it never outlives a front that was killed."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "surveys.web.front.console", str(self._socket),
            stdin=asyncio.subprocess.PIPE, cwd=self._root, env=os.environ | _QUIET | {SOCKET: str(self._socket)},
        )  # fmt: skip
