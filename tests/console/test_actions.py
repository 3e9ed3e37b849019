"""What a button sets going is done once and whole, and what came of it is said, however often the page is drawn."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from surveys.api_keys import ApiScope
from surveys.storage import Store
from tests.console.test_console import Open, add_accounts, open_page, words_of_errors
from tests.console.test_console import press as press_on

__all__ = ["open_page"]  # a fixture


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


def page_with_a_switch() -> None:
    """What a widget calls back keeps its choice, and says so on the next page."""
    import streamlit as st

    from surveys.console.kit import actions, look

    def keep() -> None:
        actions.whole(lambda: st.session_state.update(kept=st.session_state["switch"]))
        look.say("kept")

    look.heading("page")
    st.checkbox("switch", key="switch", on_change=keep)
    actions.end()


def test_what_a_widget_calls_back_is_done_and_said() -> None:
    """The thread that calls back holds the session's state: another one must not wait for it."""
    app = AppTest.from_function(page_with_a_switch).run()
    app.checkbox[0].check().run(timeout=20)
    assert said(app) == ["kept"] and app.session_state["kept"] is True


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


def test_a_new_key_stays_on_the_page_until_something_else_is_done(store: Store, open_page: Open) -> None:
    """It is shown this once: the page may be drawn anew, and it is still there; revoking it takes it away."""
    app = open_page(add_accounts(store), "boss", "interfaces")
    press_on(app, "新建密钥")
    assert "请填写系统名称" in words_of_errors(app) and not store.api_keys.all()
    app.text_input[0].input("工单")
    app.multiselect[0].set_value([ApiScope.RESULTS_READ])
    press_on(app, "新建密钥")
    [shown] = [each.value for each in app.code]
    assert [each.system for each in store.api_keys.all()] == ["工单"]
    assert [each.value for each in app.run().code] == [shown]
    press_on(app, "作废")
    assert not app.code and store.api_keys.all()[0].revoked
