"""What a satisfaction index says: the index of each variable, how well it is measured, and what moves satisfaction."""

from __future__ import annotations

from analysis.estimates import Estimate, figure
from analysis.interpretation.expert_view import behind
from analysis.interpretation.wordings import Names, Told, refusal_of, span
from analysis.scales.satisfaction_index import METHOD, Effect, IndexResult
from surveys.localisation.wording import Message, Series, saying

_WELL_MEASURED, _EXPLAINED = 0.7, 0.5  # composite reliability, AVE (Fornell & Larcker 1981)
_NO_CAUSE = saying("这些是路径模型里的关联，不证明因果；区间跨过 0 的不作建议。")
_HEADINGS = (
    saying("变量"), saying("指数（0–100）"), saying("95% 区间"), saying("样本量"), "ρC", "AVE",
    saying("对满意度的总影响"),
)  # fmt: skip


def index_told(result: IndexResult, names: Names | None = None, unit: str = "score") -> Told:
    """The variables as a table; sentences on satisfaction, on what to work on, and on what is measured badly."""
    if result.refusal is not None:
        return Told((refusal_of(result.refusal, result.n),))
    effects = {effect.source: effect for effect in result.effects}
    rows = [
        (latent.label, latent.index.shown(), _interval(latent.index), latent.index.n,
         f"{latent.composite_reliability:.2f}", f"{latent.ave:.2f}", _effect(effects.get(code)))
        for code, latent in result.latents.items()
    ]  # fmt: skip
    fit = "" if result.goodness_of_fit is None else f", GoF = {result.goodness_of_fit:.3f}"
    ratios = result.htmt.round(2).to_string().splitlines() if len(result.htmt) else []
    items = "standardised" if result.settings.standardised else "as answered"
    settings = f"inner weights: {result.settings.scheme}; items {items}"
    expert = (*behind(METHOD), settings, f"n = {result.n}{fit}", "HTMT", *ratios)
    return Told((_priority(result), *_weak(result), _NO_CAUSE, *result.caveats), _HEADINGS, tuple(rows), expert)


def _priority(result: IndexResult) -> Message:
    found = result.priorities()
    if not found:
        return saying("没有哪个变量与满意度的关联是清楚的。")
    latent, effect = found[0]
    value, low, high = effect.estimate.figures()
    return saying(
        "最值得先看的是“{name}”：指数 {index}，对满意度的总影响 {value:.2f}（{low:.2f} 至 {high:.2f}），n={n}。",
        name=latent.label, index=latent.index.shown(), value=value, low=low, high=high, n=result.n,
    )  # fmt: skip


def _weak(result: IndexResult) -> list[Message]:
    names = [
        latent.label
        for latent in result.latents.values()
        if len(latent.loadings) > 1 and (latent.composite_reliability < _WELL_MEASURED or latent.ave < _EXPLAINED)
    ]
    told = "测得不好（ρC 低于 0.7 或 AVE 低于 0.5），题目需要修改：{names}。"
    return [saying(told, names=Series(tuple(names)))] if names else []


def _effect(effect: Effect | None) -> Message | str:
    if effect is None:
        return "—"
    value, low, high = effect.estimate.figures()
    shown = f"{value:.2f} [{low:.2f}, {high:.2f}]"
    return shown if effect.clear else saying("{effect}，不清楚", effect=shown)


def _interval(estimate: Estimate) -> Message | str:
    if not estimate.ok:
        return "—"
    low, high = (figure(end, "points") for end in estimate.figures()[1:])
    return span(low, high)
