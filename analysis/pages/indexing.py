"""The satisfaction index of a path model: which answers measure what, the index, and what moves it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analysis.exploring import Item, Selection
from analysis.index_models import INDEX_MODELS, IndexModel
from analysis.items import on_one_scale
from analysis.methods import METHODS
from analysis.pages.told import draw_told
from analysis.pages.view import View, withheld
from analysis.telling import told
from surveys.pages import look
from surveys.pages.words import _, language_of_figures

_PURPOSE = "index"


def draw(view: View, items: dict[str, Item], selection: Selection) -> None:
    """Choose model and questions of each variable; those of the dimension of the same code are proposed."""
    language = language_of_figures()
    rated = on_one_scale(items)
    if len(rated) < min(len(each.latents) for each in INDEX_MODELS.values()):
        look.empty(_("评分题太少"), _("指数模型需要每个变量至少一道同一刻度的评分题。"))
        return
    if withheld(view, len(selection.responses)):
        return
    models = {name: each.label.spoken(language) for name, each in INDEX_MODELS.items()}
    name = st.selectbox(
        _("模型"), list(models), index=list(models).index("power_supply"), format_func=models.__getitem__
    )
    model = INDEX_MODELS[str(name)]
    measured = _measured(str(name), model, rated, selection)
    missing = [model.latents[code].spoken(language) for code, columns in measured.items() if not columns]
    if missing:
        look.soft(_("还没有选题目的变量：{names}").format(names=_("、").join(missing)))
        return
    method = next(each for each in METHODS.values() if each.purpose == _PURPOSE)
    title = method.label.spoken(language)
    with st.spinner(_("正在计算…")):
        result = _fitted(view.key, str(name), measured, _ends(rated), selection.responses, method)
    draw_told(told(result, language), title)


def _ends(rated: dict[str, Item]) -> tuple[float, float]:
    ends = next(iter(rated.values()))
    return ends.low or 0.0, ends.high or 0.0


def _measured(
    name: str, model: IndexModel, rated: dict[str, Item], selection: Selection
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """The columns of each latent variable, as chosen."""
    chosen = {}
    with st.expander(_("每个变量由哪些题目衡量"), expanded=True):
        for code, words in model.latents.items():
            own = selection.dimensions.get(code)
            proposed = [each for each in own.items if each in rated] if own else []
            chosen[code] = tuple(
                st.multiselect(
                    words.spoken(language_of_figures()), list(rated), proposed, key=f"index {name} {code}",
                    format_func=lambda column: rated[column].label, placeholder=_("选择题目"),
                )
            )  # fmt: skip
    return chosen


@st.cache_data(max_entries=32, show_spinner=False)
def _fitted(
    key: str, name: str, items: dict[str, tuple[str, ...]], ends: tuple[float, float], _responses: pd.DataFrame,
    _method: Any,
) -> Any:  # fmt: skip
    """What the method finds for this model over these answers."""
    low, high = ends
    chosen = {code: list(columns) for code, columns in items.items()}
    return _method.result((_responses, INDEX_MODELS[name], chosen), low=low, high=high)
