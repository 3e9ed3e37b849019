"""Every question type in a real browser: accessible, live, drawn by mouse, by keyboard alone, without a script."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from surveys.definition.questions import QUESTION_TYPES
from surveys.storage import Store
from tests.browser.serving import DESKTOP, PHONE, served
from tests.console.design.test_question_pages import FORM, ask, item, stored
from tests.support.examples import EXAMPLES
from tests.web.test_form_logic import BEST, CSAT, USED, WHY

pytestmark = pytest.mark.browser

VERSION = "4.10.3"
SCRIPT = Path(__file__).parents[2] / "build" / f"axe-core-{VERSION}.min.js"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
NAMED = ("rating", "nps", "ces", "slider", "matrix_rating", "importance_satisfaction", "expectation_perception")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker's program in the build folder, fetched once.

    It's fetched aside and put in place whole: several processes of one run, and several runs, may ask at once, and npm
    moves a folder away while it installs into it.
    """
    if not SCRIPT.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is needed to fetch axe-core")
        aside = tmp_path_factory.mktemp("axe-core")
        fetch = [npm, "install", "--prefix", str(aside), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run([*fetch, f"axe-core@{VERSION}"], check=True, capture_output=True, timeout=120)
            fetched = (aside / "node_modules" / "axe-core" / "axe.min.js").read_bytes()
        except (subprocess.SubprocessError, OSError):
            pytest.skip("axe-core can't be fetched from the npm registry")
        SCRIPT.parent.mkdir(parents=True, exist_ok=True)
        ready = SCRIPT.with_name(f"{SCRIPT.name}.{os.getpid()}")
        ready.write_bytes(fetched)
        ready.replace(SCRIPT)
    return SCRIPT.read_text("utf-8")


@pytest.fixture
def browser(chromium: Any) -> Any:
    """The one Chromium of all browser tests: Playwright runs once in a thread."""
    return chromium


def every_look(name: str) -> list[dict[str, Any]]:
    """The type's examples as questions of one form, and a required one."""
    ends = {"low_label": "很不满意", "high_label": "很满意"} if name in NAMED else {}
    looks: list[dict[str, Any]] = [settings for settings, _ in EXAMPLES[name]]
    looks += [{"look": "faces"}, {"look": "stars"}] if name == "rating" else []
    questions = [item(name, **{**ends, **look}) | {"code": f"q{number}"} for number, look in enumerate(looks)]
    return [*questions, {**questions[0], "code": "must", "required": name not in ("statement", "hidden")}]


def violations(page: Any, axe: str) -> list[str]:
    # Evaluated rather than added as a tag, which the page's policy forbids.
    page.evaluate(axe)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_no_violation_of_wcag_2_2_aa(store: Store, browser: Any, axe: str, name: str) -> None:
    """As it opens and as it comes back with a problem; on a phone and on a desktop; nothing to scroll sideways."""
    ask(store, *every_look(name))
    with served(store) as address:
        for viewport in (PHONE, DESKTOP):
            page = browser.new_page(viewport=viewport)
            errors: list[str] = []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            page.on("console", lambda said, errors=errors: errors.append(said.text) if said.type == "error" else None)
            page.goto(address + FORM)
            assert not violations(page, axe)
            assert not errors, "a script fails, or the page's policy stops it"
            page.click("button.go")
            page.wait_for_load_state()
            assert not violations(page, axe)
            sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(sideways) <= 0
            page.close()


def shown(page: Any) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('[data-q]')].filter(q => q.offsetParent).map(q => q.dataset.q)")


def test_questions_come_and_go_as_one_answers(store: Store, browser: Any) -> None:
    """With their numbers, with the words of earlier answers, with what was chosen; and one sending is enough."""
    ask(store, CSAT, WHY, USED, BEST)
    with served(store) as address:
        page = browser.new_page(viewport=PHONE)
        page.goto(address + FORM)
        assert shown(page) == ["csat", "used"]
        page.check("[name=csat][value='2']")
        assert shown(page) == ["csat", "why", "used"]
        assert page.inner_text("[data-q=why] .ask").startswith("2") and "您给了2分" in page.inner_text(
            "[data-q=why] .ask"
        )
        page.check("[name=csat][value='5']")
        assert shown(page) == ["csat", "used"]
        page.check("[name=csat][value='1']")
        page.fill("[name=why]", "慢")
        page.check("[name=used][value=app]")
        assert page.is_visible("[name=best][value=app]") and not page.is_visible("[name=best][value=hall]")
        page.check("[name=best][value=app]")
        page.click("button.go")
        page.wait_for_selector(".code")
    assert stored(store)[0].answers == {"csat": 1, "why": "慢", "used": ["app"], "best": "app"}


def test_without_a_script_it_takes_one_more_sending(store: Store, browser: Any) -> None:
    """The page comes back at the new question, everything else filled in."""
    ask(store, CSAT, WHY, USED, BEST)
    with served(store) as address:
        page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
        page.goto(address + FORM)
        page.check("[name=csat][value='1']", force=True)
        page.click("button.go")
        page.fill("[name=why]", "慢")
        assert page.is_checked("[name=csat][value='1']") and not page.is_visible("[name=best]")
        page.click("button.go")
        assert page.is_visible(".code")
    assert stored(store)[0].answers == {"csat": 1, "why": "慢"}


def test_a_signature_is_drawn_with_the_mouse(store: Store, browser: Any) -> None:
    """As a path of what the mouse did; signing again begins anew."""
    ask(store, item("signature", required=True))
    with served(store) as address:
        page = browser.new_page(viewport=PHONE)
        page.goto(address + FORM)
        pad = page.locator("canvas")
        box = pad.bounding_box()
        for start in (20, 60):
            page.mouse.move(box["x"] + start, box["y"] + 20)
            page.mouse.down()
            page.mouse.move(box["x"] + start + 30, box["y"] + 60, steps=4)
            page.mouse.up()
        assert page.input_value("[name=item]").count("M") == 2
        page.click("text=重签")
        assert page.input_value("[name=item]") == ""
        page.mouse.move(box["x"] + 10, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 70, steps=5)
        page.mouse.up()
        page.click("button.go")
        page.wait_for_selector(".code")
    assert stored(store)[0].answers["item"]["strokes"].startswith("M")


def test_a_form_is_filled_with_the_keyboard_alone(store: Store, browser: Any) -> None:
    """Tab from control to control, arrows within a scale, space to tick, letters to choose a place."""
    options = [{"code": code, "label": code.upper()} for code in ("a", "b")]
    ask(
        store,
        {"type": "rating", "code": "rated", "title": "评分", "look": "stars"},
        {"type": "multiple_choice", "code": "many", "title": "多选", "options": options},
        {"type": "ranking", "code": "ranked", "title": "排序", "options": options},
        {"type": "slider", "code": "slid", "title": "滑块"},
        {"type": "matrix_rating", "code": "grid", "title": "矩阵", "rows": options},
        {"type": "signature", "code": "signed", "title": "签名"},
    )
    with served(store) as address:
        page = browser.new_page(viewport=DESKTOP)
        page.goto(address + FORM)
        keys = "Space ArrowRight Tab Space Tab Tab 2 Tab 1 Tab Tab ArrowRight Tab Space Tab Space ArrowRight ArrowRight"
        page.focus("[name=rated]")
        for key in [*keys.split(), "Tab", "Z", "Tab"]:
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.className") == "go"
        page.keyboard.press("Enter")
        page.wait_for_selector(".code")
    assert stored(store)[0].answers == {
        "rated": 2, "many": ["a"], "ranked": ["b", "a"], "slid": 51, "grid": {"a": 1, "b": 3}, "signed": {"name": "Z"},
    }  # fmt: skip


def test_what_scripts_add_to_single_types(store: Store, browser: Any) -> None:
    """A place is held once; "none" puts the others out; a long list is searched; "other" opens its box."""
    options = [{"code": f"o{number}", "label": f"第{number}营业厅"} for number in range(20)]
    other = {"code": "other", "label": "其他", "asks_text": True}
    none = {"code": "none", "label": "都没有", "exclusive": True}
    ask(
        store,
        {"type": "ranking", "code": "ranked", "title": "排序", "options": options[:2]},
        {"type": "multiple_choice", "code": "many", "title": "多选", "options": [*options[:2], other, none]},
        {"type": "drop_down", "code": "listed", "title": "列表", "options": options},
        {"type": "slider", "code": "slid", "title": "滑块", "not_applicable": "不清楚"},
        {"type": "constant_sum", "code": "shared", "title": "比重", "rows": options[:2]},
    )
    with served(store) as address:
        page = browser.new_page(viewport=PHONE)
        page.goto(address + FORM)
        page.select_option("[name='ranked.o0']", "1")
        page.select_option("[name='ranked.o1']", "2")
        page.select_option("[name='ranked.o1']", "1")
        assert page.input_value("[name='ranked.o0']") == "2"
        assert not page.is_visible("[name='many._text']")
        page.check("[value=other]")
        page.fill("[name='many._text']", "充电桩")
        page.check("[name=many][value=none]")
        assert not page.is_checked("[value=other]")
        page.check("[value=other]")
        assert not page.is_checked("[name=many][value=none]")
        page.fill("[type=search]", "13")
        assert page.input_value("[name=listed]") == "o13"
        assert page.input_value("#slid") == "" and page.evaluate("document.querySelector('.slide').className").endswith(
            "unset"
        )
        page.focus(".slide")
        page.keyboard.press("End")
        assert page.input_value("#slid") == "100"
        page.check("[name=slid][value=na]")
        assert page.input_value("#slid") == ""
        page.fill("[name='shared.o0']", "70")
        assert "70 / 100" in page.inner_text("[data-sum]")
        page.fill("[name='shared.o1']", "30")
        assert page.inner_text(".way span").endswith("5 / 5")
        page.click("button.go")
        page.wait_for_selector(".code")
    assert stored(store)[0].answers == {
        "ranked": ["o1", "o0"], "many": {"chosen": ["other"], "other": "充电桩"}, "listed": "o13", "slid": "na",
        "shared": {"o0": 70, "o1": 30},
    }  # fmt: skip
