"""What the console says when a page fails where nobody foresaw it."""

from __future__ import annotations

import ast
import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest


def failing() -> None:
    import streamlit as st

    from surveys.console.kit.failures import show_failure

    st.session_state["lang"] = st.query_params.get("lang", "zh-Hans")
    try:
        raise ValueError("张三 13800138000")
    except ValueError as error:
        show_failure(error)


@pytest.mark.parametrize(("tag", "words"), [("zh-Hans", "刷新页面再试一次"), ("en", "Reload the page")])
def test_a_failure_is_told_with_a_number_that_the_log_knows(
    tag: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In the reader's language, without the error's text, which may quote what people wrote."""
    app = AppTest.from_function(failing)
    app.query_params["lang"] = tag
    with caplog.at_level(logging.ERROR, logger="surveys.console.kit.failures"):
        app.run()
    (told,) = [each.value for each in app.error]
    assert words in told and not app.exception
    number = re.search(r"\b[0-9a-f]{8}\b", told)
    assert number and number.group() in caplog.text
    assert "13800138000" not in caplog.text + told


def test_every_page_and_callback_fails_through_it() -> None:
    """The server is given it in place of its own box; read off the door, which opens a database when imported."""
    door = ast.parse((Path(__file__).parents[2] / "app.py").read_text("utf-8"))
    (server,) = [each for each in ast.walk(door) if isinstance(each, ast.Call) and ast.unparse(each.func) == "st.App"]
    given = {each.arg: ast.unparse(each.value) for each in server.keywords}
    assert given["on_script_error"] == "failures.show_failure"
