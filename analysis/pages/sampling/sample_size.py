"""How many answers are needed, and what a number of answers can show: before a survey goes out."""

from __future__ import annotations

import streamlit as st

from analysis.estimates import figure
from analysis.exploring import Item
from analysis.released.parts import Column, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.sampling.sample_size import (
    allocation_as_before,
    answers_for_margin,
    answers_for_nps_margin,
    detectable_fall,
    invitations,
    margin_of_error,
)
from surveys.console.kit import address, look
from surveys.console.kit.words import _

_MOST_PEOPLE = 100_000_000
_MOST_ANSWERS = 1_000_000


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """From what one wants to know to how many to invite; and back, from a number to what it can show."""
    look.soft(_("先定想看清多小的差别，再定发多少份。下面的数是整份问卷的；每个要单独看的部门都要这么多。"))
    with st.container(horizontal=True):
        margin = address.decimal("margin", lambda: st.number_input(
            _("满意率误差不超过（百分点）"), 1.0, 20.0, step=0.5, key="margin", width=210
        ), 5.0, 1.0, 20.0)  # fmt: skip
        population = address.whole("population", lambda: st.number_input(
            _("客户总数（0 表示很多）"), 0, _MOST_PEOPLE, key="population", width=190
        ), 0, 0, _MOST_PEOPLE)  # fmt: skip
        rate = address.whole("rate", lambda: st.number_input(
            _("预计回收率（%）"), 1, 100, key="rate", width=160
        ), 30, 1, 100)  # fmt: skip
        spread = address.decimal("spread", lambda: st.number_input(
            _("设计效应"), 1.0, 10.0, step=0.1, key="spread", width=140,
            help=_("同一触点的答卷彼此相像、或事后要加权时大于 1；不清楚时用 1.5。"),
        ), 1.0, 1.0, 10.0)  # fmt: skip
    people = float(population) or None
    effect = {"population": people, "design_effect": float(spread)}
    share = answers_for_margin(margin / 100, **effect)  # type: ignore[arg-type]
    promoters = answers_for_nps_margin(2 * margin, **effect)  # type: ignore[arg-type]
    rows = [
        (_("满意率 ± {margin} 个百分点").format(margin=f"{margin:g}"), share, invitations(share, rate / 100)),
        (_("净推荐值 ± {margin} 分").format(margin=f"{2 * margin:g}"), promoters, invitations(promoters, rate / 100)),
    ]
    look.table([_("想看清"), _("需要收到"), _("需要邀请")], rows)
    _shown(share, float(spread), people)
    _spread_over(view, items, selection, share)


def _shown(answers: int, spread: float, people: float | None) -> None:
    """What a number of answers can show."""
    st.header(_("一定的份数能看清什么"), anchor=False)
    n = address.whole("answers", lambda: st.number_input(
        _("每期收到"), 2, _MOST_ANSWERS, key="answers", width=190
    ), min(max(2, answers), _MOST_ANSWERS), 2, _MOST_ANSWERS)  # fmt: skip
    if people is not None and n > people:
        st.warning(_("收到的不会比客户总数多。"))
        return
    margin = margin_of_error(n, population=people, design_effect=spread)
    rows = [(_("满意率的误差（最多）"), _("± {margin} 个百分点").format(margin=f"{100 * margin:.1f}"))]
    for before in (0.9, 0.8, 0.6):
        fall = detectable_fall(n, before, design_effect=spread)
        name = _("从 {before} 下降，八成把握看得出").format(before=figure(before, "share"))
        seen = _("看不出") if fall is None else _("降 {fall} 个百分点以上").format(fall=f"{100 * fall:.1f}")
        rows.append((name, seen))
    look.table([_("能看清"), _("多少")], rows)


def _spread_over(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView, answers: int) -> None:
    """So many answers spread over the districts and the like, by how many answered there so far."""
    if not selection.segments:
        return
    if selection.overall is None:
        return
    item, segment = items[selection.overall], Column(selection.segments[0])
    shares = view.ask(allocation_as_before, answers, Column(item.column), segment, low=item.low, high=item.high)
    st.header(_("怎么分到各处"), anchor=False)
    if not shares:
        look.empty(_("分不到各处"), _("{count} 份不够每处两份，或者还没有两处收到评分。").format(count=answers))
        return
    total = (_("合计"), sum(so_far for so_far, _share in shares.values()), answers)
    look.table([_("分组"), _("现有答卷"), _("分到")], [total, *((name, *both) for name, both in shares.items())])
    look.soft(_("按各处答卷的多少和分数的差异分配（Neyman 1934）：差异大的地方多收一些；每处至少两份。"))
    look.soft(_("分的是上面需要收到的 {count} 份，与现有多少无关。").format(count=answers))
