"""The satisfaction index of a path model: which answers measure what, the index, and what moves it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from analysis.exploring import Item
from analysis.exploring.items import on_one_scale
from analysis.interpretation.results import interpret
from analysis.methods import METHODS
from analysis.pages.filters import withheld
from analysis.pages.method_result import draw_told, heading_of
from analysis.released.parts import Columns, SelectionInView
from analysis.released.released_answers import ReleasedAnswers
from analysis.scales.index_models import INDEX_MODELS, IndexModel
from analysis.scales.pls import InnerScheme, PathSettings
from analysis.scales.satisfaction_index import satisfaction_index
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct, language, said

_PURPOSE = "index"


def draw(view: ReleasedAnswers, items: dict[str, Item], selection: SelectionInView) -> None:
    """Choose model and questions of each variable; those of the dimension of the same code are proposed."""
    rated = on_one_scale(items)
    if len(rated) < min(len(each.latents) for each in INDEX_MODELS.values()):
        look.empty(_("评分题太少"), _("指数模型需要每个变量至少一道同一刻度的评分题。"))
        return
    if withheld(view, view.n):
        return
    models = {name: said(each.label) for name, each in INDEX_MODELS.items()}

    def draw_models() -> str | None:
        return st.selectbox(_("模型"), list(models), format_func=models.__getitem__, key="model")

    name = address.choice("model", models, draw_models, "power_supply")
    model = INDEX_MODELS[name]
    settings = _settings()
    measured = _measured(name, model, rated, selection)
    missing = [said(model.latents[code]) for code, columns in measured.items() if not columns]
    if missing:
        look.soft(_("还没有选题目的变量：{names}").format(names=_("、").join(missing)))
        return
    method = next(each for each in METHODS.values() if each.purpose == _PURPOSE)
    title = heading_of(method)
    with st.spinner(_("正在计算…")):
        chosen = {code: list(columns) for code, columns in measured.items()}
        columns = Columns(tuple(dict.fromkeys(each for own in chosen.values() for each in own)))
        low, high = _ends(rated)
        result = view.ask(satisfaction_index, columns, model, chosen, low=low, high=high, settings=settings)
    draw_told(interpret(result, language()), title)


def _settings() -> PathSettings:
    """How the path model is reckoned: what others who report the index may ask for."""
    schemes = {InnerScheme.CENTROID: _("中心"), InnerScheme.FACTOR: _("因子"), InnerScheme.PATH: _("路径")}
    items = {"raw": _("按原来的分数"), "standardised": _("标准化以后")}
    with st.expander(_("算法")):
        scheme = address.choice("scheme", schemes, lambda: st.selectbox(
            _("内部权重"), list(schemes), format_func=schemes.__getitem__, key="scheme"
        ), InnerScheme.CENTROID)  # fmt: skip
        scaled = address.choice("scaled", items, lambda: st.selectbox(
            _("题目的分数"), list(items), format_func=items.__getitem__, key="scaled"
        ), "raw")  # fmt: skip
        look.soft(_("和别处公布的指数比较时，两处的算法要一样：标准化与否会使指数差一两分。"))
    return PathSettings(InnerScheme(scheme), scaled == "standardised")


def _ends(rated: dict[str, Item]) -> tuple[float, float]:
    ends = next(iter(rated.values()))
    return ends.low or 0.0, ends.high or 0.0


def _measured(
    name: str, model: IndexModel, rated: dict[str, Item], selection: SelectionInView
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """The columns of each latent variable, as chosen."""
    chosen = {}
    with st.expander(_("每个变量由哪些题目衡量"), expanded=True):
        for code, words in model.latents.items():
            own = selection.dimensions.get(code)
            proposed = [each for each in own.items if each in rated] if own else []
            key, label = f"index-{name}-{code}", said(words)
            chosen[code] = tuple(address.several(key, rated, _drawn_items(key, label, rated), proposed))
    return chosen


def _drawn_items(key: str, label: str, rated: dict[str, Item]) -> Callable[[], list[str]]:
    names = distinct({column: item.label for column, item in rated.items()}, by_code=False)
    return lambda: st.multiselect(label, list(rated), key=key, format_func=names.__getitem__, placeholder=_("选择题目"))
