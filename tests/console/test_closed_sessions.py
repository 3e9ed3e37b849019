"""Sessions that were closed are forgotten in time, by a way that Streamlit doesn't promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own: it has one runtime for all.
_TRIED = """
import sys, weakref
from pathlib import Path
import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.session_manager import SessionInfo
from surveys.console.kit import closed_sessions

st.App(Path(sys.argv[1]))._create_runtime()
storage = get_instance()._session_mgr._session_storage
class Session:
    id = "left"


session = Session()
gone = weakref.ref(session)
storage.save(SessionInfo(client=None, session=session, script_run_count=1))
del session
assert closed_sessions.forget() == 0 and gone() is not None
later = storage._cache.timer() + 121
storage._cache._timer = lambda: later
assert closed_sessions.forget() == 1
closed_sessions.give_back_memory()
assert gone() is None
"""


def test_closed_sessions_are_forgotten_after_their_time(tmp_path: Path) -> None:
    """As Streamlit itself keeps them; not before two minutes, in which somebody may come back to theirs."""
    (tmp_path / "page.py").write_text("")
    tried = subprocess.run(
        [sys.executable, "-c", _TRIED, str(tmp_path / "page.py")], cwd=Path(__file__).parents[2], capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert tried.returncode == 0, tried.stderr
