"""What a button sets going is done once and whole, and what came of it is said, however often the page is drawn."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    """Two buttons, one of which may be gone, and what the first one came to."""
    import streamlit as st

    from surveys.console.kit import actions

    done = st.session_state.setdefault("done", [])
    if st.session_state.pop("broken off", False):
        st.rerun()  # as where something else is touched before the button is reached
    if not st.session_state.get("gone") and actions.button("do", "do"):
        actions.perform("do", lambda: done.append("done") or len(done))
    if came := actions.outcome("do"):
        st.success(f"{came.value} done")
    if st.button("other"):
        actions.forget()
        st.rerun()
    actions.end()


def said(app: AppTest) -> list[str]:
    assert not app.exception, app.exception
    return [each.value for each in app.success]


def press(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()


def test_a_press_outlives_a_drawing_that_is_broken_off() -> None:
    """It is acted on by the next drawing that comes as far as its button, once."""
    app = AppTest.from_function(page).run()
    app.session_state["broken off"] = True
    assert said(press(app, "do")) == ["1 done"]
    assert said(app.run()) == ["1 done"] and app.session_state["done"] == ["done"]


def test_what_came_of_it_is_said_until_something_else_is_done() -> None:
    app = AppTest.from_function(page).run()
    press(app, "do")
    assert said(app.run()) == ["1 done"]
    assert said(press(app, "do")) == ["2 done"]
    assert not said(press(app, "other"))


def test_a_page_without_its_place_forgets_it() -> None:
    """So that nothing is done or said when the place is there again, long after."""
    app = AppTest.from_function(page).run()
    app.session_state["broken off"] = app.session_state["gone"] = True
    press(app, "do")
    app.session_state["gone"] = False
    assert not said(app.run()) and not app.session_state["done"]


def test_the_second_press_of_a_double_click_is_none() -> None:
    """It is aimed at a button that is gone: the one that stands there by then is another."""
    app = AppTest.from_function(page).run()
    before = next(each for each in app.button if each.label == "do")
    before.click().run()
    before.click().run()
    assert app.session_state["done"] == ["done"]


def whole() -> None:
    """An action in the middle of which somebody asks for the page anew."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from surveys.console.kit import actions

    def act() -> str:
        context = get_script_run_ctx()
        assert context is not None and context.script_requests is not None
        context.script_requests.request_rerun(RerunData(widget_states=None))
        steps.append("first")
        st.session_state["looked"] = True  # here Streamlit would break off
        steps.append("second")
        return "both"

    steps = st.session_state.setdefault("steps", [])
    if actions.button("do", "do"):
        actions.perform("do", act)
    if came := actions.outcome("do"):
        st.success(came.value)


def test_an_action_is_never_left_half_done() -> None:
    app = AppTest.from_function(whole).run()
    press(app, "do")
    assert app.session_state["steps"] == ["first", "second"] and said(app) == ["both"]


def failing() -> None:
    """An action that fails."""
    from surveys.console.kit import actions

    def act() -> None:
        raise ValueError("no")

    if actions.button("do", "do"):
        actions.perform("do", act)


def test_what_fails_is_not_tried_again_by_itself() -> None:
    app = AppTest.from_function(failing).run()
    press(app, "do")
    assert len(app.exception) == 1
    assert not app.run().exception
