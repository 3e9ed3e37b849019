"""Weights to a known population: the manager's table, what it does to the answers, and weighted beside unweighted."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analysis.charts.charts import weight_histogram
from analysis.estimates import Estimate, figure
from analysis.exploring import Item
from analysis.exploring.weighted_figures import WeightsUsed, weighted_figures, weighted_tests, weights_used
from analysis.interpretation.expert_view import expert_lines
from analysis.interpretation.sentences import sentence
from analysis.interpretation.wordings import measure_name
from analysis.level.expectations_met import answers_in_segments
from analysis.methods import methods_for
from analysis.nonresponse.asked_people import frame_margins
from analysis.pages.by_question import question_picker
from analysis.pages.chart import chart
from analysis.pages.drill_down import exact
from analysis.pages.figures import with_span
from analysis.pages.filters import segment_labels
from analysis.pages.nonresponse.asked_list import file_breakdowns
from analysis.pages.sampling import areas
from analysis.released.parts import Column, Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.sampling.weighting import WeightingProblem
from surveys.console.kit import address, look
from surveys.console.kit.words import _, language, said
from surveys.tables.reading import opened_bytes

_LARGEST_UPLOAD = 1_000_000  # bytes; a population table is a page long


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Population table, balance and cost of the weights, then figures with and without them."""
    if not selection.segments:
        look.empty(_("不能加权"), _("匿名问卷不按分组加权；其他问卷需要两个以上触点、区域或业务类型。"))
        return
    look.soft(_("如果某些区域的客户答得特别多，可以按总体的真实构成加权。填入每一类的客户数或占比，两种都行。"))
    table = _population(view, selection)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        largest = address.decimal("largest", lambda: st.number_input(
            _("单份答卷最多顶几份"), 1.5, 20.0, step=0.5, key="largest", width=190
        ), 5.0, 1.5, 20.0)  # fmt: skip
        clustered = view.dependence is None and address.switch(
            "clustered", lambda: st.checkbox(_("同一触点的答卷彼此相像，区间据此放宽"), key="clustered")
        )
    if table is None:
        return
    spoken = {column: words for column, words in segment_labels(view).items() if column in selection.segments}
    chosen = Columns(tuple(spoken))
    try:
        used = view.ask(weights_used, chosen, table, spoken, float(largest))
    except WeightingProblem as problem:
        for each in problem.problems:
            st.warning(look.as_written(said(each)))
        areas.draw(view, items, selection)  # also tells of those without answers, which no weight can make up for
        return
    _figures(view, items, table, spoken, float(largest), clustered=clustered)
    _balance(view, used, {words: column for column, words in spoken.items()})
    areas.draw(view, items, selection)


def _population(view: ReleasedAnswers, selection: SelectionInView) -> pd.DataFrame | None:
    """The table as uploaded or entered; None until there is a number in it."""
    names = segment_labels(view)
    uploaded = st.file_uploader(
        _("上传总体表（CSV 或 Excel，三列：特征、分类、人数），或在下面填写"), ["csv", "xlsx"], key="population file"
    )
    if uploaded is not None:
        return _read(uploaded.name, uploaded.getvalue())

    listed = _invited(view, selection, names)
    if listed is not None:
        return listed

    def draw_kinds() -> list[str]:
        return st.multiselect(
            _("按"), selection.segments, format_func=names.__getitem__, key="by", placeholder=_("选择分组")
        )

    kinds = address.several("by", selection.segments, draw_kinds, selection.segments[:1])
    rows = [(names[kind], category, None) for kind in kinds for category in view.values(kind)]
    heads = [_("特征"), _("分类"), _("人数")]
    empty = pd.DataFrame(rows, columns=heads).astype({heads[2]: "float64"})
    entered = st.data_editor(
        empty, disabled=heads[:2], hide_index=True, key=f"entered {view.record.code} {kinds}", width="stretch",
        column_config={heads[2]: st.column_config.NumberColumn(min_value=0)},
    )  # fmt: skip
    filled = entered.set_axis(["column", "category", "people"], axis=1)
    if not len(filled) or filled["people"].isna().any():
        look.soft(_("每一行都填好人数后，这里会显示加权结果。"))
        return None
    return filled


def _invited(view: ReleasedAnswers, selection: SelectionInView, names: Mapping[str, str]) -> pd.DataFrame | None:
    """The list of those who were invited as the population, where there is one and it is chosen."""
    files = {each: names[each] for each in selection.segments if each in file_breakdowns(view)}
    if not files:
        return None
    listed = view.ask_of_invited(frame_margins, list(files), Columns(tuple(files)), files)
    if listed is None or listed.empty:
        return None
    chosen = address.switch("invited", lambda: st.checkbox(
        _("按邀请名单加权：让回答的人在档案特征上与被邀请的人一致"), key="invited"
    ))  # fmt: skip
    if not chosen:
        return None
    look.table([_("特征"), _("分类"), _("人数")], [tuple(row) for row in listed.itertuples(index=False)])
    return listed


def _read(name: str, content: bytes) -> pd.DataFrame | None:
    if len(content) > _LARGEST_UPLOAD:
        st.warning(_("文件太大，总体表只需要几十行。"))
        return None
    try:
        if name.lower().endswith(".xlsx"):
            with opened_bytes(content) as table:
                return pd.DataFrame([row.cells for row in table.rows], columns=list(table.header), dtype=object)
        return pd.read_csv(io.StringIO(_decoded(content)), dtype=object)
    except Exception:  # whatever a broken file makes a reader raise
        st.warning(_("读不出这个文件，请存为 UTF-8 编码的 CSV 或 Excel 后再试。"))
        return None


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes in China."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _figures(
    view: ReleasedAnswers, items: dict[str, Item], table: pd.DataFrame, spoken: Mapping[str, str], largest: float,
    *, clustered: bool,
) -> None:  # fmt: skip
    fitting = {
        column: item
        for column, item in items.items()
        if any(methods_for(item.measure, purpose) for purpose in ("weighted", "weighted_association"))
    }
    if not fitting:
        return
    st.header(_("加权前后"), anchor=False)
    look.soft(_("只有这里的数字加了权；其他页面和其他方法的数字都没有加权。"))
    item = question_picker(fitting, "weighted")
    columns = Columns(tuple(dict.fromkeys([*spoken, "touchpoint", item.column])))
    found = view.ask(
        weighted_figures, columns, table, spoken, largest, item.column, item.measure, (item.low, item.high),
        clustered=clustered,
    )  # fmt: skip
    given = view.answered(item.column)
    rows = [
        _pair(found.plain.get(each.measure), each, exact(view, each.n, item.column, given)) for each in found.weighted
    ]
    if rows:
        look.table([_("指标"), _("未加权"), _("加权后"), "n", _("有效样本量"), _("设计效应")], rows)
    _tests(view, table, spoken, largest, item, clustered=clustered)
    for caveat in dict.fromkeys(said(caveat) for each in found.weighted for caveat in each.caveats):
        look.soft(caveat)
    with st.expander(_("给统计人员看：{method}").format(method=_("加权"))):
        lines = (line for each in found.weighted for line in expert_lines(each))
        st.code("\n".join(map(said, lines)), language=None)


def _tests(
    view: ReleasedAnswers, table: pd.DataFrame, spoken: Mapping[str, str], largest: float, item: Item,
    *, clustered: bool,
) -> None:  # fmt: skip
    """Whether the question differs between segments under the weights."""
    columns = Columns(tuple(dict.fromkeys([*spoken, "touchpoint", item.column])))
    found = view.ask(
        weighted_tests, columns, table, spoken, largest, item.column, item.measure, clustered=clustered
    )  # fmt: skip
    if found:
        rows = [(spoken[kind], said(label), sentence(test, language())) for kind, label, test in found]
        look.table([_("分组"), _("检验"), _("结论")], rows)


def _pair(before: Estimate | None, after: Estimate, n: object) -> tuple[object, ...]:
    name = said(measure_name(after.measure))
    worth = "—" if after.effective_n is None else f"{after.effective_n:.0f}"
    return name, with_span(before), with_span(after), n, worth, f"{after.design_effect:.2f}"


def _balance(view: ReleasedAnswers, used: WeightsUsed, kinds: Mapping[str, str]) -> None:
    """*kinds*: the columns of the segments by the words for them."""
    st.header(_("权重本身"), anchor=False)
    look.soft(
        _("权重使 {n} 份答卷只相当于 {worth} 份（设计效应 {effect}，不计成群）；被限制的有 {trimmed} 份。").format(
            n=used.n, worth=round(used.effective_n),
            effect=f"{used.design_effect:.2f}", trimmed=used.trimmed,
        )
    )  # fmt: skip
    for caveat in used.caveats:
        st.warning(look.as_written(said(caveat)))
    look.table(
        [_("特征"), _("分类"), _("总体"), _("加权前"), _("加权后"), "n"],
        [
            (row["column"], row["category"],
             *[figure(row[part], "share") for part in ("population", "before", "after")],
             _of_category(view, row, kinds[str(row["column"])]))
            for _i, row in used.balance.iterrows()
        ],
    )  # fmt: skip
    chart(weight_histogram, used.histogram, x_title=_("权重"), y_title=_("答卷数"))


def _of_category(view: ReleasedAnswers, row: pd.Series, column: str) -> object:
    """How many answers a category has, leading to them."""
    category = str(row["category"])
    given = view.ask(answers_in_segments, Column(column), Column(column)).get(category, 0)
    return exact(view, int(row["n"]), "", given, {column: category})
