"""Which departments the people of a department rate: by the tree, and where there are people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from surveys.accounts import Account
from surveys.definition.task_rules import Among, TaskRule
from surveys.organisation.department_tree import Parents, above, parents_of, with_below
from surveys.organisation.departments import Department


@dataclass(frozen=True)
class StaffedTree:
    """The departments with what each is part of, and those in which, or below which, somebody has an account."""

    parents: Parents
    staffed: frozenset[str]

    @classmethod
    def of(cls, departments: Iterable[Department], accounts: Iterable[Account]) -> StaffedTree:
        parents = parents_of(departments)
        homes = {home for each in accounts for home in each.departments}
        return cls(parents, frozenset(homes.union(*(above(home, parents) for home in homes))))

    def level(self, code: str) -> int:
        """How deep a department lies: 1 for one that is part of no other."""
        return len(above(code, self.parents)) + 1


def rated_departments(rule: TaskRule, own: Collection[str], tree: StaffedTree) -> frozenset[str]:
    """What the people of *own* rate: nothing that is theirs, that theirs is part of, or that is part of theirs."""
    line = with_below(own, tree.parents).union(*(above(home, tree.parents) for home in own))
    return frozenset(_AMONG[rule.among](rule, own, tree)) - line


def _beside(rule: TaskRule, own: Collection[str], tree: StaffedTree) -> set[str]:
    found: set[str] = set()
    for home in own:
        for each in (home, *above(home, tree.parents)):
            beside = {
                code for code in tree.staffed
                if code != each and tree.parents.get(code) == tree.parents.get(each)
            }  # fmt: skip
            if beside:
                found |= beside
                break
    return found


_AMONG: dict[Among, Callable[[TaskRule, Collection[str], StaffedTree], Collection[str]]] = {
    Among.BESIDE: _beside,
    Among.STAFFED: lambda rule, own, tree: tree.staffed,
    Among.LEVEL: lambda rule, own, tree: {each for each in tree.parents if tree.level(each) == rule.level},
    Among.CHOSEN: lambda rule, own, tree: rule.chosen,
}
