"""What a page says when it fails where nobody foresaw it: in the reader's language, with a number for the log."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import Path

import streamlit as st

from surveys.console.kit.words import _

_log = logging.getLogger(__name__)


def show_failure(error: Exception) -> bool:
    """Say it in place of Streamlit's own box, also for what a callback or a part of a page raised; always True.

    The log has the number, the kind of error and where it was raised; never its text, which may quote what people
    wrote.
    """
    number = secrets.token_hex(4)
    _log.error("a page failed, number %s: %s at %s", number, type(error).__name__, _place(error))
    st.error(
        _(
            "这里出了意外，这一步没有完成；已保存的内容都还在。请刷新页面再试一次；"
            "仍然不行时，把编号 {number} 告诉管理员，他能在服务器日志里查到原因。"
        ).format(number=number)
    )
    return True


def _place(error: Exception) -> str:
    """File and line of the innermost call, as `tables.py:41`."""
    calls = traceback.extract_tb(error.__traceback__)
    return f"{Path(calls[-1].filename).name}:{calls[-1].lineno}" if calls else "?"
