"""What a satisfaction index says: the index of each variable, how well it is measured, and what moves satisfaction."""

from __future__ import annotations

from analysis.estimates import Estimate, Language, Words, behind, figure
from analysis.interpretation.wordings import Names, Told, span
from analysis.scales.satisfaction_index import METHOD, Effect, IndexResult

_WELL_MEASURED, _EXPLAINED = 0.7, 0.5  # composite reliability, AVE (Fornell & Larcker 1981)
_NO_CAUSE = Words(
    "这些是路径模型里的关联，不证明因果；区间跨过 0 的不作建议。",
    "These are associations in a path model, not proof of cause; nothing is advised where the interval holds 0.",
)


def index_told(
    result: IndexResult, language: Language = "zh", names: Names | None = None, unit: str = "score"
) -> Told:  # fmt: skip
    """The variables as a table; sentences on satisfaction, on what to work on, and on what is measured badly."""
    if result.refusal is not None:
        why = result.refusal.spoken(language)
        said = Words(f"样本不足，{why}（n={result.n}）。", f"Not computed: {why} (n={result.n}).")
        return Told((said.spoken(language),))
    heads = [
        Words("变量", "variable"), Words("指数（0–100）", "index (0–100)"), Words("95% 区间", "95% interval"),
        Words("样本量", "n"), Words("ρC", "ρC"), Words("AVE", "AVE"), Words("对满意度的总影响", "total effect"),
    ]  # fmt: skip
    effects = {effect.source: effect for effect in result.effects}
    rows = [
        (
            latent.label.spoken(language), latent.index.shown(), _interval(latent.index, language),
            latent.index.n, f"{latent.composite_reliability:.2f}", f"{latent.ave:.2f}",
            _effect(effects.get(code), language),
        )
        for code, latent in result.latents.items()
    ]  # fmt: skip
    sentences = [*_priorities(result, language), *_weak(result, language), _NO_CAUSE.spoken(language)]
    sentences += [each.spoken(language) for each in result.caveats]
    fit = "" if result.goodness_of_fit is None else f", GoF = {result.goodness_of_fit:.3f}"
    ratios = result.htmt.round(2).to_string().splitlines() if len(result.htmt) else []
    expert = (*behind(METHOD, "", language), f"n = {result.n}{fit}", "HTMT", *ratios)
    return Told(tuple(sentences), tuple(each.spoken(language) for each in heads), tuple(rows), expert)


def _priorities(result: IndexResult, language: Language) -> list[str]:
    found = result.priorities()
    if not found:
        none = Words("没有哪个变量与满意度的关联是清楚的。", "No variable is clearly associated with satisfaction.")
        return [none.spoken(language)]
    latent, effect = found[0]
    value, low, high = effect.estimate.figures()
    name, by = latent.label.spoken(language), f"{value:.2f}（{low:.2f} 至 {high:.2f}）"
    if language == "en":
        by = f"{value:.2f} ({low:.2f} to {high:.2f})"
        return [f"Most is to be looked for in “{name}”: index {latent.index.shown()}, total effect {by}, n={result.n}."]
    return [f"最值得先看的是“{name}”：指数 {latent.index.shown()}，对满意度的总影响 {by}，n={result.n}。"]


def _weak(result: IndexResult, language: Language) -> list[str]:
    names = [
        each.label.spoken(language)
        for each in result.latents.values()
        if len(each.loadings) > 1 and (each.composite_reliability < _WELL_MEASURED or each.ave < _EXPLAINED)
    ]
    if not names:
        return []
    if language == "en":
        return [f"Measured badly (ρC below .7 or AVE below .5), to be revised: {', '.join(names)}."]
    return [f"测得不好（ρC 低于 0.7 或 AVE 低于 0.5），题目需要修改：{'、'.join(names)}。"]


def _effect(effect: Effect | None, language: Language) -> str:
    if effect is None:
        return "—"
    unclear = Words("，不清楚", ", unclear").spoken(language)
    value, low, high = effect.estimate.figures()
    return f"{value:.2f} [{low:.2f}, {high:.2f}]{'' if effect.clear else unclear}"


def _interval(estimate: Estimate, language: Language) -> str:
    if not estimate.ok:
        return "—"
    low, high = (figure(end, "points") for end in estimate.figures()[1:])
    return span(low, high, language)
