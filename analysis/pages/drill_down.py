"""Where the figures of a view lead: to the answers and comments that they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.level.answers_behind import name_value as value_named
from analysis.pages.filters import query_of
from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import drill_down, look
from surveys.console.kit.drill_down import Linked
from surveys.console.kit.words import _


def answers_address(
    view: ReleasedAnswers, question: str = "", values: Iterable[object] = (), narrowed: Mapping[str, str] | None = None
) -> str:
    """The page of the answers in view that say this to a question; empty where no row may be read.

    *values* are numbers or codes, all of them where there are none; *narrowed* replaces parts of the view's address.
    """
    if view.anonymous:
        return ""
    wanted = ",".join(value_named(each) for each in values)
    asked = {"question": question, "value": wanted}
    query = {**query_of(view), **(narrowed or {}), **{name: each for name, each in asked.items() if each}}
    return drill_down.address_of("answers", **query)


def part_address(
    view: ReleasedAnswers, breakdown: str, name: str, question: str = "", values: Iterable[object] = ()
) -> str:  # fmt: skip
    """The answers in view of one value of a breakdown, by the value's name; empty where others would be among them.

    A department is looked at with all below it, so that a part of those above others leads nowhere; nor does that of a
    round within a span of days.
    """
    if (breakdown == "department" and view.leading(name)) or (breakdown == "round" and view.period is not None):
        return ""
    return answers_address(view, question, values, {breakdown: name})


def exact(
    view: ReleasedAnswers, n: int, question: str, given: int, narrowed: Mapping[str, str] | None = None
) -> Any:  # fmt: skip
    """*n*, leading to the *given* answers of a question; leading nowhere where these are not as many as it says."""
    address = answers_address(view, question, narrowed=narrowed) if given == n else ""
    return link_cell(n, address)


def comments_address(view: ReleasedAnswers, anchor: str = "list", **wanted: str) -> str:
    """The comments in view that are wanted, at this heading of their page, which itself withholds those of too few."""
    address = drill_down.address_of("comments", **{**query_of(view), **wanted})
    return f"{address}#{anchor}" if address else ""


def to_answers(view: ReleasedAnswers, n: int, question: str = "", values: Sequence[object] = ()) -> None:
    """One line that leads to the *n* answers a statement is of."""
    address = answers_address(view, question, values)
    if n and address:
        st.html(Linked(_("看背后的 {count} 份答卷").format(count=n), address).__html__())


def why_nowhere(view: ReleasedAnswers) -> None:
    """Says of an anonymous survey why its figures lead nowhere."""
    if view.anonymous:
        look.soft(_("匿名问卷不逐份展示，这里的数字不通向答卷：只看达到最少人数的汇总，认不出填写的人。"))


def listed_answers(named: Iterable[tuple[str, int, str]]) -> None:
    """What a chart is made of: each (name, n, address), folded away below it; nothing where nothing leads anywhere."""
    rows = [(name, Linked(n, address, _("看这些答卷"))) for name, n, address in named if address and n]
    if not rows:
        return
    with st.popover(_("背后的答卷"), icon=":material/list_alt:"):
        look.table([_("项目"), _("答卷")], rows)


def link_cell(content: object, address: str) -> Any:
    """The content, leading to these answers where there is an address."""
    return Linked(content, address, _("看这些答卷")) if address else content
