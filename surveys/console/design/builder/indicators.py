"""The indicator tree: which dimension is measured by which questions, and how much each counts."""

from __future__ import annotations

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.fields import question_names
from surveys.console.kit import look
from surveys.console.kit.words import _
from surveys.definition.plain_data import Data, words
from surveys.definition.questions import QUESTION_TYPES, Measure
from surveys.editing import (
    Draft,
    add_dimension,
    assign,
    change_weight,
    delete_dimension,
    move_dimension,
    rebalance_weights,
    rename_dimension,
    without_weights,
)
from surveys.localisation.language import marked
from surveys.localisation.wording import saying

_SCORED = (Measure.RATING, Measure.NPS, Measure.EFFORT, Measure.IMPORTANCE, Measure.EXPECTATION)


def tree(draft: Draft, language: str) -> None:
    """Every dimension with its weight and items, and the sum of the weights."""
    dimensions: list[Data] = list(draft.data.get("dimensions") or ())
    look.soft(_("维度是服务的几个方面。把评分题归入维度，结果就能按方面比较；权重决定各方面在总指数中占多少。"))
    if not dimensions:
        look.empty(_("还没有维度"), _("在下方写下第一个方面，例如“服务态度”。"))
    for at, dimension in enumerate(dimensions):
        _dimension(draft, dimension, at, language)
    _weights(dimensions)
    _new()


def _dimension(draft: Draft, dimension: Data, at: int, language: str) -> None:
    code, key = str(dimension["code"]), f"building.dimension.{dimension['code']}"
    own = str((dimension.get("label") or {}).get(language, ""))
    with st.container(border=True, key=f"dimension {code}"):
        name, weight = st.columns([3, 1], vertical_alignment="bottom")
        name.text_input(
            _("维度名称"), key=desk.control_key(f"{key}.label.{language}", own),
            placeholder=words(dimension.get("label")),
            on_change=lambda: desk.take(
                rename_dimension, code, st.session_state[f"{key}.label.{language}"], language
            ),
        )  # fmt: skip
        weight.number_input(
            _("权重（%）"), 0.0, 100.0, key=desk.control_key(f"{key}.weight", _percent(dimension)), value=None,
            step=5.0,
            format="%.4g", placeholder=_("等权"), on_change=lambda: _weigh(code, st.session_state[f"{key}.weight"]),
        )  # fmt: skip
        _items(draft, code, key)
        with st.container(horizontal=True):
            st.button(_("上移"), key=f"{key} up", type="tertiary", disabled=at == 0, on_click=desk.take,
                      args=(move_dimension, code, -1))  # fmt: skip
            st.button(
                _("删除"), key=f"{key} delete", type="tertiary", on_click=desk.take, args=(delete_dimension, code)
            )


def _percent(dimension: Data) -> float | None:
    weight = dimension.get("weight")
    return None if weight is None else round(float(weight) * 100, 2)


def _weigh(code: str, percent: float | None) -> None:
    if percent is None:
        desk.take(without_weights)
    else:
        desk.take(change_weight, code, percent / 100)


def _items(draft: Draft, code: str, key: str) -> None:
    names = {
        item: name
        for item, name, kind in question_names(draft)
        if kind in QUESTION_TYPES and QUESTION_TYPES[kind].measure in _SCORED
    }
    assigned = [str(each["code"]) for each in draft.questions() if each.get("dimension") == code]
    options = list(dict.fromkeys([*names, *assigned]))
    names = {item: name for item, name, _ in question_names(draft)}

    def changed() -> None:
        desk.take(with_items, code, list(st.session_state[f"{key}.items"]))

    st.multiselect(
        _("由这些题衡量"), options, key=desk.control_key(f"{key}.items", assigned),
        format_func=lambda item: names[item],
        on_change=changed, placeholder=_("选择题目"),
    )  # fmt: skip


def with_items(draft: Draft, dimension: str, items: list[str]) -> Draft:
    """With exactly these questions measuring the dimension."""
    before = [str(each["code"]) for each in draft.questions() if each.get("dimension") == dimension]
    after = assign(draft, [item for item in before if item not in items], None)
    after = assign(after, [item for item in items if item not in before], dimension)
    label = next(words(each.get("label")) for each in draft.data["dimensions"] if each["code"] == dimension)
    return draft.after(after.copied(), saying(marked("修改维度“{label}”的题目"), label=label))


def _weights(dimensions: list[Data]) -> None:
    if not dimensions:
        return
    weights = [each.get("weight") for each in dimensions]
    total = sum(weight or 0 for weight in weights)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("各维度等权") if not any(weights) else _("权重合计 **{total:.0%}**").format(total=total))
        st.button(_("平衡为 100%"), key="building.balance", icon=":material/balance:", on_click=desk.take,
                  args=(rebalance_weights,), help=_("按现有比例调整到合计 100%；没有权重时平均分配"))  # fmt: skip
        if any(weights):
            st.button(_("改为等权"), key="building.unweighted", type="tertiary", on_click=desk.take,
                      args=(without_weights,))  # fmt: skip


def _new() -> None:
    with st.form("building.dimension", border=False, clear_on_submit=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = st.text_input(_("新的维度"), max_chars=40, placeholder=_("例如 服务态度"))
            submitted = st.form_submit_button(_("添加维度"))
        if submitted and label.strip():
            desk.take(add_dimension, label.strip())
            st.rerun()
