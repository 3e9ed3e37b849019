"""How carefully answers were given: the share under each sign, and the main figures with and without them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.estimates import Estimate
from analysis.exploring import Item, Selection
from analysis.interpretation.results import interpret
from analysis.interpretation.wordings import measure_name
from analysis.items import on_one_scale
from analysis.methods import methods_for
from analysis.pages.figures import with_span
from analysis.pages.filters import View, withheld
from analysis.sampling.response_quality import (
    FLAGS,
    Thresholds,
    quality_flags,
    quality_judged,
    quality_measures,
    shares_of_flags,
    sweeping,
    with_and_without,
)
from surveys.console.kit import look
from surveys.console.kit.words import _, join_names, language_of_figures, said


def draw(view: View, items: dict[str, Item], selection: Selection) -> None:
    """Nothing is deleted here; who reads it sees whether the flagged answers matter."""
    scales = list(on_one_scale(items))
    least = Thresholds().items
    if len(scales) < least:
        why = _("评分题少于 {least} 道时看不出答题的模式：五题同样的分数是一种意见，不是敷衍。").format(least=least)
        look.empty(_("看不出答得认真不认真"), why)
        return
    if withheld(view, len(selection.responses)):
        return
    rows = selection.responses
    belonging = {code: list(each.items) for code, each in selection.dimensions.items() if len(each.items) > 1}
    measures = quality_measures(rows[scales], scales=belonging)
    flags, judged = quality_flags(measures), quality_judged(measures)
    look.soft(_("标记只是疑问，不是结论：这里不删除任何答卷，只看去掉它们结果会不会变。"))
    everyone = sweeping(shares_of_flags(flags, judged))
    flags[everyone] = False
    shares = shares_of_flags(flags, judged.assign(**dict.fromkeys(everyone, False)))
    for name in ("speeder", *everyone):  # how long an answer took is judged when it comes in
        del shares[name]
    shown = interpret(shares, language_of_figures())
    look.table(shown.headings, shown.rows)
    if everyone:
        names = join_names([said(FLAGS[name]) for name in everyone])
        look.soft(
            _("超过三分之一的答卷都有这些标记：{names}。这多半是题目的特点，不是敷衍，没有计入。").format(names=names)
        )
    _compared(items, selection, flags.any(axis=1))
    with st.expander(_("给统计人员看：{method}").format(method=_("答卷质量"))):
        st.code("\n".join(shown.expert), language=None, wrap_lines=True)


def _compared(items: dict[str, Item], selection: Selection, flagged: pd.Series) -> None:
    overall = items.get(selection.overall or "")
    if overall is None or not flagged.any():
        look.soft(_("没有带标记的答卷，结果不受影响。"))
        return
    values = selection.responses[overall.column]
    rows = []
    for method in methods_for(overall.measure, "level").values():

        def measured(answers: pd.Series, method=method) -> Estimate:  # type: ignore[no-untyped-def]
            return method.result((answers,), low=overall.low, high=overall.high)

        found = measured(values)
        if isinstance(found, Estimate):
            every, kept = with_and_without(values, flagged, measured)
            rows.append(
                (
                    said(measure_name(found.measure)),
                    with_span(every),
                    every.n,
                    with_span(kept),
                    kept.n,
                )
            )
    st.header(_("去掉带标记的答卷，结果变不变"), anchor=False)
    look.table([overall.label, _("全部答卷"), "n", _("去掉之后"), "n"], rows)
