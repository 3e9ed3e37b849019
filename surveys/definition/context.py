"""Facts that come along with an answer: what they are called, and which of them an anonymous survey may know (none)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.localisation.language import marked


@dataclass(frozen=True)
class Fact:
    """One kind of fact. All of these are near unique or tell of a person, so that no anonymous answer has them."""

    name: str
    label: str


FACTS = {
    each.name: each
    for each in (
        Fact("reference", marked("对方系统的编号")),
        Fact("order", marked("工单")),
        Fact("crew", marked("班组")),
        Fact("agent", marked("话务员")),
        Fact("queue", marked("名单")),
    )
}
LONGEST_FACT = 100


def facts_to_keep(given: Mapping[str, str | None], *, anonymous: bool) -> dict[str, str]:
    """What is kept with an answer: each fact as it was then, nothing of an anonymous one."""
    return {} if anonymous else {name: text for name, text in given.items() if name in FACTS and text}
