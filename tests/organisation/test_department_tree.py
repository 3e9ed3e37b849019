"""The tree of departments, and what it means for who reaches what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.localisation.clock import utc_now
from surveys.organisation.department_tree import (
    CircularDepartments,
    as_tree,
    parents_first,
    parents_of,
    topmost,
    with_below,
)
from surveys.organisation.departments import Department
from surveys.permissions import Action, Role
from surveys.storage import Store

pytestmark = pytest.mark.dated

BRANCH = [
    Department("outpost", "河口站", "east"), Department("east", "城东供电所", "branch"), Department("branch", "市公司"),
    Department("west", "城西供电所", "branch"),
]  # fmt: skip


def test_what_is_below_is_found_however_deep() -> None:
    parents = parents_of(BRANCH)
    assert with_below(["east"], parents) == {"east", "outpost"}
    assert with_below(["branch"], parents) == {each.code for each in BRANCH}
    assert topmost(["outpost", "east", "west"], parents) == ["east", "west"]


def test_a_tree_shows_each_department_under_its_parent() -> None:
    tree = [(depth, each.code) for depth, each in as_tree(BRANCH)]
    assert tree == [(0, "branch"), (1, "east"), (2, "outpost"), (1, "west")]


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_departments_are_kept_parents_first_or_refused_for_a_circle(above: list[int]) -> None:
    departments = [Department(f"d{n}", f"部{n}", f"d{up}") for n, up in enumerate(above)]
    departments.append(Department("top", "总部"))
    departments[0] = Department("d0", "部0", "top")
    try:
        kept = [each.code for each in parents_first(departments, {})]
    except CircularDepartments as error:
        assert error.way[0] == error.way[-1] and len(error.way) > 1
        return
    assert all(each.parent is None or kept.index(each.parent) < kept.index(each.code) for each in departments)


def test_a_manager_reaches_what_is_below_as_the_tree_is_now(store: Store) -> None:
    """Also in a session that was begun before the tree changed."""
    store.organisation.save(BRANCH)
    manager = store.accounts.add("m", "李经理", Role.MANAGER, "x", ("east",), now=utc_now())
    assert manager.reach(Action.VIEW_RESULTS) == {"east", "outpost"}
    store.accounts.begin_session(manager, "token", utc_now())
    store.organisation.save([Department("west", "城西供电所", "east")])
    signed_in = store.accounts.of_session("token", utc_now())
    assert signed_in is not None
    assert signed_in.reach(Action.VIEW_RESULTS) == {"east", "outpost", "west"}
    assert signed_in.departments == ("east",) and not signed_in.sees("branch")


def test_who_has_no_department_reaches_all_or_none_as_before(store: Store) -> None:
    store.organisation.save(BRANCH)
    agent = store.accounts.add("a", "孙话务", Role.AGENT, "x", (), now=utc_now())
    assert agent.reach(Action.CALL) is None
    manager = store.accounts.add("m", "李经理", Role.MANAGER, "x", (), now=utc_now())
    assert manager.reach(Action.VIEW_RESULTS) == frozenset()


def test_a_circle_is_refused_and_nothing_of_it_kept(store: Store) -> None:
    store.organisation.save(BRANCH)
    around = [Department("new", "新部"), Department("branch", "市公司", "outpost")]
    with pytest.raises(CircularDepartments, match="branch → outpost → east → branch"):
        store.organisation.bring(around, by="admin")
    with pytest.raises(CircularDepartments):
        store.organisation.save_seen(Department("east", "城东供电所", "east"), seen=BRANCH[1], by="admin")
    kept = {each.code: each for each in store.organisation.departments()}
    assert "new" not in kept and [kept[each.code] for each in BRANCH] == BRANCH
