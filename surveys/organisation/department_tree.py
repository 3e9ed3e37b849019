"""The tree of departments: who is below whom, and which changes of it would go round in a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from surveys.localisation.language import marked
from surveys.localisation.wording import Message
from surveys.organisation.departments import Department

Parents = Mapping[str, str | None]  # the department above, by code


def parents_of(departments: Iterable[Department]) -> dict[str, str | None]:
    return {each.code: each.parent for each in departments}


def with_below(own: Collection[str], parents: Parents) -> frozenset[str]:
    """These departments and everything below them."""
    found, last = set(own), set(own)
    while last:
        last = {code for code, parent in parents.items() if parent in last and code not in found}
        found |= last
    return frozenset(found)


def circle(code: str, parents: Parents) -> list[str]:
    """The way up from a department that comes back to it, itself first and last; empty where it leads out."""
    way, at = [code], parents.get(code)
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return [*way, code] if at == code else []


class CircularDepartments(ValueError):
    """Departments that would be part of themselves; `way` leads from one up to it again."""

    def __init__(self, way: Sequence[str]) -> None:
        self.way = tuple(way)
        super().__init__(Message(marked("上级部门绕成了圈：{way}。请给其中一个换一个上级"), {"way": " → ".join(way)}))


def parents_first(departments: Sequence[Department], known: Parents) -> list[Department]:
    """The departments as they can be kept one after the other, beside those *known*; raises CircularDepartments."""
    parents = {**known, **parents_of(departments)}
    for each in departments:
        if way := circle(each.code, parents):
            raise CircularDepartments(way)
    depths = {each.code: len(above(each.code, parents)) for each in departments}
    return sorted(departments, key=lambda each: depths[each.code])


def as_tree(departments: Sequence[Department]) -> list[tuple[int, Department]]:
    """Every department under the one it is part of, with its depth; in the order of their names at each level."""
    known = {each.code for each in departments}
    below: dict[str | None, list[Department]] = {}
    for each in departments:
        below.setdefault(each.parent if each.parent in known else None, []).append(each)
    found: list[tuple[int, Department]] = []
    open_ = [(0, each) for each in reversed(below.get(None, []))]
    while open_:
        depth, here = open_.pop()
        found.append((depth, here))
        open_ += [(depth + 1, each) for each in reversed(below.get(here.code, []))]
    return found


def topmost(codes: Collection[str], parents: Parents) -> list[str]:
    """Those of the departments that are below none of the others."""
    return sorted(each for each in codes if not set(above(each, parents)) & set(codes))


def above(code: str, parents: Parents) -> list[str]:
    """The departments of which this one is part, the nearest first."""
    way: list[str] = []
    at = parents.get(code)
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way
