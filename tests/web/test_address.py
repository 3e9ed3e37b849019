"""What is chosen on a page stands in its address; what an address says in vain is told; the head says the scope."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from surveys.comments import BY_LABEL
from surveys.storage import Store
from tests.console.test_console import Open, open_page, sample, words

__all__ = ["open_page", "sample"]  # fixtures

ROOT = Path(__file__).parents[2]
CHOOSING = {"selectbox", "segmented_control", "pills", "multiselect", "toggle", "checkbox", "number_input", "tabs"}
# What is entered into a form and then saved is no view to come back to; unmasked comments are not to be linked to.
ENTERING = {
    "comment_review.py": None, "topic_tree.py": None, "comments.py": {"'masking'"}, "answers.py": {"'masking'"},
    "new_plan.py": None, "measure_form.py": None, "dependence.py": None, "definition_form.py": None,
    "quality_draw.py": None, "lesson_form.py": None, "schedules.py": None, "set_aside.py": None,
    "__init__.py": {"'plans need approval'"},
}  # fmt: skip
READING = [
    *sorted((ROOT / "analysis" / "pages").rglob("*.py")),
    *(
        ROOT / "surveys" / "console" / f"{name}.py"
        for name in ("administration/audit", "kit/choosers", "design/template_gallery", "design/survey_list")
    ),
]


def doubts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.warning).replace("\\", "")


@pytest.mark.parametrize("path", READING, ids=lambda path: path.stem)
def test_what_is_chosen_on_a_page_stands_in_its_address(path: Path) -> None:
    """Each widget that chooses what is shown has a key, under which the file asks the address."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)]
    asked = {
        ast.unparse(each.args[0]) for each in calls
        if each.args and isinstance(each.func, ast.Attribute) and ast.unparse(each.func.value) == "address"
    }  # fmt: skip
    exempt = ENTERING.get(path.name, set())
    for each in calls if exempt is not None else []:
        if isinstance(each.func, ast.Attribute) and each.func.attr in CHOOSING and ast.unparse(each.func.value) == "st":
            key = next((ast.unparse(word.value) for word in each.keywords if word.arg == "key"), "no key")
            if key not in exempt:
                assert key in asked, f"{path.name}:{each.lineno} chooses past the address ({key})"


@pytest.mark.parametrize(
    "page, name, value",
    [
        ("results", "survey", "nope"), ("results", "period", "13"), ("results", "district", "月球"),
        ("results", "touchpoint", "nowhere"), ("results", "perod", "90"), ("results", "heat", "colour"),
        ("results", "from", "2026-01-01"), ("results", "lang", "xx"), ("comments", "sentiment", "wonderful"),
        ("comments", "unsure", "perhaps"), ("comments", "term", "不在其中"), ("analysis", "part", "everything"),
        ("analysis", "item", "no-such-question"), ("audit", "amount", "7"), ("people", "tab", "secrets"),
        ("people", "kind", "many"), ("boxes", "state", "lost"), ("surveys", "correct", "no-such-survey"),
        ("accounts", "tab", "delete"), ("collection", "suspicious", "very"), ("campaigns", "campaign", "none"),
    ],
)  # fmt: skip
def test_what_an_address_says_in_vain_is_told(sample: Store, open_page: Open, page: str, name: str, value: str) -> None:
    """An unknown name or value never looks like the view that was asked for."""
    app = open_page(sample, "admin", page, **{name: value})
    assert not app.exception
    assert f"{name}={value}" in doubts(app)


@pytest.mark.parametrize(
    "query",
    [
        {"period": "custom", "from": "2026-99-01", "to": "2026-01-01"},
        {"period": "custom", "from": "2026-05-02", "to": "2026-05-01"},
    ],
    ids=["no day", "the end before the beginning"],
)
def test_dates_that_are_none_are_told(sample: Store, open_page: Open, query: dict[str, str]) -> None:
    """Nothing is quietly shown instead."""
    assert f"from={query['from']}" in doubts(open_page(sample, "admin", "results", **query))


def test_of_a_value_given_twice_one_is_told(sample: Store, open_page: Open) -> None:
    """Only one of them can be shown."""
    app = open_page(sample, "admin", "results", period=["7", "90"])  # type: ignore[arg-type]
    assert "period=7" in doubts(app) and "period=90" not in doubts(app)


def test_a_good_address_is_not_doubted(sample: Store, open_page: Open) -> None:
    """Every choice is taken, and the address still says it."""
    asked = {"survey": "power-visit", "period": "90", "district": "城东", "part": "explore"}
    app = open_page(sample, "admin", "analysis", **asked)
    assert not doubts(app)
    for name, value in asked.items():
        assert app.query_params.get(name, value) in (value, [value])


@pytest.mark.parametrize(
    "asked",
    [
        {"sentiment": "负面"},
        {"mood": "正面"},
        {"sentiment": "中性", "aspect": "reliability", "tone": "负面"},
    ],
    ids=["the list", "the terms", "a tone"],
)
def test_links_from_when_addresses_said_sentiments_in_chinese_still_hold(
    sample: Store, open_page: Open, asked: dict[str, str]
) -> None:
    """They show what they showed, and the address says it in codes from then on."""
    app = open_page(sample, "admin", "comments", **asked)
    assert not app.exception and not doubts(app)
    for name in set(asked) - {"aspect"}:
        code = BY_LABEL[asked[name]].value
        assert app.session_state[name] == code and app.query_params[name] in (code, [code])


def test_choices_of_another_part_leave_the_address_unsaid(sample: Store, open_page: Open) -> None:
    """What was chosen in one part of a page is of no use in another, and nobody needs to be told."""
    app = open_page(sample, "admin", "analysis", survey="power-visit", period="90")
    box = next(each for each in app.selectbox if each.key == "item")
    app = box.select(box.options[-1]).run() if len(box.options) > 1 else app
    app = app.segmented_control(key="part").set_value("planning").run()
    assert not app.exception and not doubts(app)


# Whose answers


@pytest.mark.parametrize("page", ["results", "improvement", "comments", "analysis"])
def test_the_head_says_whose_answers_of_when_and_of_what_part(sample: Store, open_page: Open, page: str) -> None:
    """Two readers of one address see why their figures differ."""
    everyone, own = (open_page(sample, name, page, survey="power-visit", period="90", district="城东")
                     for name in ("admin", "manager"))  # fmt: skip
    for app, departments in ((everyone, "全部部门"), (own, "只含您负责的部门（")):
        head = next(each.proto.body for each in app.get("html") if "xs-scope" in each.proto.body)
        assert departments in head and "区域：城东" in head and " 至 " in head and "份答卷" in head


OF_COUNTS = ["", "collection", "campaigns", "reconciliation", "boxes", "people", "distribution"]


@pytest.mark.parametrize("page", OF_COUNTS, ids=lambda page: page or "start")
def test_pages_of_counts_say_whose_they_are_too(sample: Store, open_page: Open, page: str) -> None:
    """A manager's counts are those of the manager's departments."""
    for name, departments in (("manager", "只含您负责的部门（"), ("admin", "全部部门")):
        app = open_page(sample, name, page)
        head = next(each.proto.body for each in app.get("html") if "xs-scope" in each.proto.body)
        assert departments in head


def test_tables_say_it_too(sample: Store, open_page: Open) -> None:
    """The caption of a table, so that it goes with it into a picture or a copy."""
    shown = words(open_page(sample, "admin", "comments", survey="power-visit", period="90"))
    assert "<caption>范围：" in shown


def test_an_anonymous_survey_does_not_count_a_group_that_is_too_small(sample: Store, open_page: Open) -> None:
    """The scope never tells an n under the minimum."""
    app = open_page(sample, "admin", "results", survey="department-review")
    head = next(each.proto.body for each in app.get("html") if "xs-scope" in each.proto.body)
    assert "全部时间" in head
