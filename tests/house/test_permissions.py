"""Who may do what: one table, asked by all pages, routes and commands."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from surveys.accounts import Account
from surveys.command_line import main
from surveys.permissions import ROLES, Action, Role, Scope

ROOT = Path(__file__).parents[2]
# The few who speak of a role itself: the first account is an administrator's, the sample has one account of each role,
# a new account is usually a manager's, and the rules of secrecy begin with what each role usually needs.
SPEAK_OF_ROLES = {
    "surveys/permissions.py", "surveys/web/staff/sign_in.py", "surveys/console/administration/accounts.py",
    "surveys/people/visibility.py", "surveys/sample_organisation/organisation.py",
    "surveys/sample_organisation/loading.py",
}  # fmt: skip


def account(role: Role, *departments: str) -> Account:
    return Account(1, "someone", "Someone", role, departments)


def test_every_role_is_described_and_every_action_is_somebodys() -> None:
    assert set(ROLES) == set(Role)
    assert {action for role in Role for action in role.grants} == set(Action)


@pytest.mark.parametrize("action", Action)
def test_an_action_is_asked_for_where_something_is_done(action: Action) -> None:
    """One that nothing asks for would promise what nobody keeps."""
    sources = [ROOT / "app.py", *(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")]
    elsewhere = (path.read_text("utf-8") for path in sources if path.stem != "permissions")
    assert any(f"Action.{action.name}" in text for text in elsewhere)


def test_no_page_or_route_asks_for_a_role() -> None:
    """So that a new role needs no change but in the table."""
    speak = set()
    for path in [ROOT / "app.py", *(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            of_role = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
            if of_role and node.attr in Role.__members__:
                speak.add(path.relative_to(ROOT).as_posix())
    assert speak <= SPEAK_OF_ROLES


def test_a_manager_reaches_own_departments_and_without_one_nothing() -> None:
    manager = account(Role.MANAGER, "repair")
    assert manager.may(Action.VIEW_RESULTS) and manager.may(Action.VIEW_RESULTS, "repair")
    assert not manager.may(Action.VIEW_RESULTS, "service") and not manager.may(Action.VIEW_RESULTS, None)
    assert account(Role.MANAGER).reach(Action.VIEW_RESULTS) == frozenset()


def test_an_agent_reaches_all_people_where_no_department_narrows_it() -> None:
    assert account(Role.AGENT).reach(Action.REACH_CONTACTS) is None
    assert account(Role.AGENT, "repair").reach(Action.REACH_CONTACTS) == {"repair"}


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_not_reaches_nothing(role: Role) -> None:
    for action in set(Action) - set(role.grants):
        assert not account(role, "repair").may(action, "repair") and account(role).reach(action) == frozenset()


def test_only_those_with_all_departments_see_all_results() -> None:
    assert [role for role in Role if account(role, "repair").sees_all_departments] == [Role.ADMIN, Role.DESIGNER]
    assert Role.STAFF.grants == {Action.USE_CONSOLE: Scope.OWN_OR_ALL}


def test_the_readme_has_the_table_that_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["permissions"]) == 0
    assert capsys.readouterr().out in (ROOT / "README.md").read_text("utf-8")
