"""How carefully answers were given: the share under each sign, and the main figures with and without them."""

from __future__ import annotations

import streamlit as st

from analysis.exploring import Item
from analysis.exploring.items import on_one_scale
from analysis.exploring.quality_report import QualityReport, quality_report
from analysis.interpretation.results import interpret
from analysis.interpretation.wordings import measure_name
from analysis.pages.figures import with_span
from analysis.pages.filters import withheld
from analysis.released.parts import Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.sampling.response_quality import FLAGS, Thresholds
from surveys.console.kit import look
from surveys.console.kit.words import _, join_names, language, said


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Nothing is deleted here; who reads it sees whether the flagged answers matter."""
    scales = list(on_one_scale(items))
    least = Thresholds().items
    if len(scales) < least:
        why = _("评分题少于 {least} 道时看不出答题的模式：五题同样的分数是一种意见，不是敷衍。").format(least=least)
        look.empty(_("看不出答得认真不认真"), why)
        return
    if withheld(view, view.n):
        return
    belonging = {code: list(each.items) for code, each in selection.dimensions.items() if len(each.items) > 1}
    overall = items.get(selection.overall or "")
    main = None if overall is None or view.anonymous else overall
    wanted = [*scales, *(item for own in belonging.values() for item in own), *([main.column] if main else [])]
    columns = Columns(tuple(dict.fromkeys(wanted)))
    asked = (main.column, main.measure, (main.low, main.high)) if main else ()
    found = view.ask(quality_report, columns, scales, belonging, *asked, minimum=view.minimum)
    look.soft(_("标记只是疑问，不是结论：这里不删除任何答卷，只看去掉它们结果会不会变。"))
    shown = interpret(found.shares, language())
    look.table(shown.headings, shown.rows)
    if found.sweeping:
        names = join_names([said(FLAGS[name]) for name in found.sweeping])
        look.soft(
            _("超过三分之一的答卷都有这些标记：{names}。这多半是题目的特点，不是敷衍，没有计入。").format(names=names)
        )
    if view.anonymous:
        look.soft(_("匿名问卷不作去掉前后的对比：两个结果相减，可能认出带标记的人怎么回答。"))
    else:
        _compared(overall, found)
    with st.expander(_("给统计人员看：{method}").format(method=_("答卷质量"))):
        st.code("\n".join(shown.expert), language=None, wrap_lines=True)


def _compared(overall: Item | None, found: QualityReport) -> None:
    if overall is None or not found.flagged:
        look.soft(_("没有带标记的答卷，结果不受影响。"))
        return
    rows = [
        (said(measure_name(measure)), with_span(every), every.n, with_span(kept), kept.n)
        for measure, (every, kept) in found.compared.items()
    ]
    st.header(_("去掉带标记的答卷，结果变不变"), anchor=False)
    look.table([overall.label, _("全部答卷"), "n", _("去掉之后"), "n"], rows)
