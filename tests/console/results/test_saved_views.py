"""Saved views: kept with their filters, shared with a department or all; who opens one sees what their own may."""

from __future__ import annotations

import random
from urllib.parse import parse_qs, urlparse

import pytest

from surveys.accounts.saved_views import SavedView, UnfitView
from surveys.localisation.clock import utc_now
from surveys.permissions import Role
from surveys.storage import Store
from tests.conftest import submission
from tests.console.test_console import Open, add_accounts, open_page, sample, words

__all__ = ["open_page", "sample"]
pytestmark = pytest.mark.dated


def pressed(app: object, key: str) -> None:
    next(each for each in app.button if str(each.key).startswith(key)).click()  # type: ignore[attr-defined]


@pytest.fixture
def answered(published: Store) -> Store:
    add_accounts(published)
    published.responses.append([submission(number) for number in range(9)])
    return published


def test_a_view_is_kept_with_its_choices_and_leads_back_to_them(answered: Store, open_page: Open) -> None:
    """Under a name; without one it says so; the same name again takes the former's place; it is removed again."""
    app = open_page(answered, "boss", "results", survey="power-visit", period="all")
    pressed(app, "keep view")
    app.run()
    assert "请给视图起个名字" in words(app) and answered.saved_views.all() == []
    for period in ("all", "90"):
        app = open_page(answered, "boss", "results", survey="power-visit", period=period)
        app.text_input(key="view name").set_value("抢修全期")
        pressed(app, "keep view")
        app.run()
    [kept] = answered.saved_views.all()
    assert (kept.page, kept.query["period"], kept.owner, kept.shared_with) == ("results", "90", "boss", None)
    app = open_page(answered, "boss", "")
    assert "抢修全期" in words(app) and "period=90" in words(app)
    assert "抢修全期" not in words(open_page(answered, "maker", "")), "it is the owner's alone"
    pressed(open_page(answered, "boss", "results"), "remove view")
    app = open_page(answered, "boss", "results")
    pressed(app, "remove view")
    app.run()
    assert answered.saved_views.all() == []


def test_words_that_were_looked_for_are_not_kept(answered: Store, open_page: Open) -> None:
    """They may be somebody's name."""
    app = open_page(answered, "boss", "lessons", q="张三")
    app.text_input(key="view name").set_value("x")
    pressed(app, "keep view")
    app.run()
    assert answered.saved_views.all()[0].query == {}


def test_sharing_reaches_who_sees_the_department_and_nobody_else(answered: Store, open_page: Open) -> None:
    """A manager can share with their own only, whatever the form is made to say."""
    answered.accounts.add("near", "near", Role.MANAGER, "no password", ("repair",), now=utc_now())
    answered.accounts.add("far", "far", Role.MANAGER, "no password", ("hall",), now=utc_now())
    app = open_page(answered, "head", "results", survey="power-visit")
    assert "全单位" not in app.selectbox(key="view shared with").options
    app.text_input(key="view name").set_value("我们部门")
    app.selectbox(key="view shared with").set_value("repair")
    pressed(app, "keep view")
    app.run()
    assert answered.saved_views.all()[0].shared_with == "repair"
    assert "我们部门" in words(open_page(answered, "near", "")) and "我们部门" in words(open_page(answered, "boss", ""))
    for name in ("far", "voice", "hand"):
        assert "我们部门" not in words(open_page(answered, name, "")), name
    assert "share view" in [line.action for line in answered.accounts.audit(3)]


def test_nobody_removes_the_views_of_others(answered: Store) -> None:
    answered.saved_views.keep(SavedView("全部", "results", {}, shared_with=""), by="boss")
    [kept] = answered.saved_views.all()
    answered.saved_views.remove(kept.id, by="head")
    assert answered.saved_views.all() == [kept]
    with pytest.raises(UnfitView):
        answered.saved_views.keep(SavedView("长", "results", {"a": "x" * 3000}), by="boss")


def test_what_a_shared_view_names_opens_nothing(sample: Store, open_page: Open) -> None:
    """An enemy's test: views of the administrator with random filters, opened by a manager of one department.

    What they see is to the letter what they see of the same address without any view, and never another's figures.
    """
    chance, pages = random.Random(19), ("results", "answers", "comments", "analysis")
    codes = [each.code for each in sample.organisation.departments()]
    surveys = [each.code for each in sample.surveys.all() if each.live]
    manager = sample.accounts.named("manager")
    assert manager is not None and manager.scope is not None
    for number in range(8):
        query = {"survey": chance.choice(surveys), "period": "all", "department": chance.choice(codes)}
        view = SavedView(f"v{number}", chance.choice(pages), query, shared_with="")
        sample.saved_views.keep(view, by="admin")
    foreign = [each.name for each in sample.organisation.departments() if each.code not in manager.scope]
    home = words(open_page(sample, "manager", ""))
    for view in sample.saved_views.all():
        wanted = (f"survey={view.query['survey']}", f"department={view.query['department']}")
        links = [part for part in home.split('"') if part.startswith(f"/{view.page}?")]
        link = next(each for each in links if all(part in each for part in wanted))
        asked = {name: values[0] for name, values in parse_qs(urlparse(link).query).items()}
        shown = words(open_page(sample, "manager", view.page, **asked))
        scope = next((line for line in shown.splitlines() if "范围：" in line), "")
        assert not [name for name in foreign if f"部门：{name}" in scope], (view, scope)
        assert "只含您负责的部门" in scope, (view, scope)
