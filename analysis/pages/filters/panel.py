"""The panel of filters: where and of whom at once, attributes and questions as they are called for, all in the address.

Values stand in the address by their codes, so that a link says the same in every language; names are understood too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.released.released_answers import ReleasedAnswers
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, join_names, said
from surveys.definition.breakdowns.breakdown import BreakdownKind

ALL = "all"
_MORE = "narrow"  # the name in the address of what is filtered by beside places
_AT_ONCE = 4  # facts that stand in the panel without being called for
_NAMED = 2  # values that the button names
_OWN_CHOOSER = ("round",)


def breakdown_labels(view: ReleasedAnswers) -> dict[str, str]:
    """What the answers of a survey may be narrowed to and split by, in words; no two alike."""
    labels = {name: said(each.label) for name, each in view.breakdowns.items()}
    now = _("{name}（现在的档案）")
    of_files = {name for name, each in view.breakdowns.items() if each.kind is BreakdownKind.FILE}
    return distinct({n: now.format(name=each) if n in of_files else each for n, each in labels.items()}, by_code=False)


def chosen_values(found: ReleasedAnswers) -> dict[str, str]:
    """Draw the panel: what is chosen, by breakdown and as `ReleasedAnswers.coded_segments` has it."""
    labels = breakdown_labels(found) | {"department": _("部门（含下属）")}
    offered = [name for name in found.may_split if name not in _OWN_CHOOSER and (name in found.offered or _given(name))]
    at_once = _at_once(found, offered)
    given = {name: each for name in offered if (each := _given(name)) and each != ALL}
    with st.popover(_button(found, given), icon=":material/filter_list:"):
        chosen = {name: _value(found, name, labels[name]) for name in at_once}
        for name in _called_for([name for name in offered if name not in at_once], labels):
            chosen[name] = _value(found, name, labels[name])
        if any(found.breakdowns[name].kind is BreakdownKind.FILE for name in chosen):
            look.soft(_("档案里的内容按现在的算，不是作答时的；有保密级别的档案不参与。"))
    return {name: code for name, code in chosen.items() if code != ALL}


def _at_once(found: ReleasedAnswers, offered: Sequence[str]) -> list[str]:
    """What stands in the panel by itself: places and ways, and facts where these are few."""
    kinds = {name: found.breakdowns[name].kind for name in offered}
    facts = [name for name, kind in kinds.items() if kind is BreakdownKind.FACT]
    places = [name for name, kind in kinds.items() if kind is BreakdownKind.CIRCUMSTANCE]
    return [*places, *facts] if len(facts) <= _AT_ONCE else places


def _given(name: str) -> str:
    """What the session, else the address, says of a filter."""
    return st.session_state.get(name) or st.query_params.get(name) or ""


def _button(found: ReleasedAnswers, given: Mapping[str, str]) -> str:
    """The label of the panel says what is chosen, so that no filter is ever forgotten; the line below names all."""
    known = {name: found.name_of(name, code) for name, code in given.items() if code in _options(found, name)}
    if not known:
        return _("筛选")
    if len(known) > _NAMED:
        return _("筛选：{name}等 {count} 项").format(name=next(iter(known.values())), count=len(known))
    return _("筛选：{names}").format(names=join_names(list(known.values())))


def _called_for(more: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """Further breakdowns to filter by, as many as are wanted; those that have a value stand there already."""
    if not more:
        return []
    present = [name for name in more if _given(name) not in ("", ALL)]

    def draw() -> list[str]:
        return st.multiselect(
            _("再按档案、随答信息或题目筛选"), list(more), format_func=labels.__getitem__, key=_MORE,
            placeholder=_("不再筛选"), persist_state="session",
        )  # fmt: skip

    chosen = address.several(_MORE, more, draw, present)
    for name in present:
        if name not in chosen:
            st.session_state.pop(name, None)
    return chosen


def _value(found: ReleasedAnswers, name: str, label: str) -> str:
    options, words = [ALL, *_options(found, name)], {ALL: _("全部")}

    def draw() -> str:
        return st.selectbox(
            label, options, format_func=lambda each: words.get(each) or found.name_of(name, each), key=name,
            persist_state="session",
        )  # fmt: skip

    return address.choice(name, options, draw, ALL, found.formerly(name))


def _options(found: ReleasedAnswers, name: str) -> list[str]:
    """The codes that can be chosen, and a band of numbers that somebody has written into the address."""
    codes, given = found.codes(name), st.query_params.get(name) or st.session_state.get(name)
    own = given and given not in codes and found.breakdowns[name].numeric and found.breakdowns[name].takes(given)
    return [*codes, given] if own and given else codes
