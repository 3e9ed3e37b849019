"""Runs the console behind a socket file: `python -m surveys.web.front.console SOCKET`. The front starts it so."""

from __future__ import annotations

import gc
import sys

import uvicorn

_LAST_ANSWERS = 5  # seconds that requests have for ending


def main() -> None:
    """Nothing that is loaded becomes garbage, and looking for it meanwhile would take a fifth of the start.

    The application has it looked for again once all is there.
    """
    gc.disable()
    uvicorn.run(
        "app:app", uds=sys.argv[1], access_log=False, log_level="warning", timeout_graceful_shutdown=_LAST_ANSWERS
    )


if __name__ == "__main__":
    main()
