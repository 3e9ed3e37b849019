"""Customer satisfaction index: a path model of latent variables by partial least squares (PLS).

Latent variables are weighted sums of their items (mode A), tied by the paths of a model such as ACSI; everything is
computed from the items' covariance matrix, so a bootstrap costs one small matrix per draw. An index is the weighted
mean of a latent variable's items, rescaled to 0–100 (Fornell et al. 1996). Paths describe how latent variables go
together under the model; the data do not prove its arrows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import Estimate, refuse
from analysis.scales.index_models import IndexModel
from analysis.scales.pls import (
    USUAL_SETTINGS,
    Fit,
    Items,
    PathSettings,
    bootstrap,
    composite_reliability,
    correlations_of,
    first_component,
    fit,
    goodness_of_fit,
    heterotrait_monotrait,
    indices_of,
    standardised_alpha,
)
from surveys.localisation.wording import Message, saying

METHOD = "PLS path model, centroid, mode A (Wold 1982; Tenenhaus et al. 2005)"
"""Its name whatever the scheme; the result has the settings it was found with."""
RESPONSES_PER_ITEM = 5


@dataclass(frozen=True)
class Effect:
    """A path, or a total effect, in standard deviations, with its bootstrap interval."""

    source: str
    target: str
    estimate: Estimate

    @property
    def clear(self) -> bool:
        """Whether the interval leaves 0 out; nothing is to be advised from an effect that isn't clear."""
        _, low, high = self.estimate.figures()
        return low > 0 or high < 0


@dataclass(frozen=True)
class LatentResult:
    """A latent variable: its index with interval, and how well its items measure it."""

    code: str
    label: Message
    index: Estimate
    weights: Mapping[str, float]
    loadings: Mapping[str, float]
    alpha: float | None
    composite_reliability: float
    dillon_goldstein_rho: float
    ave: float
    r_squared: float | None


@dataclass(frozen=True)
class IndexResult:
    """All of a fitted model; empty with a `refusal` when it could not be fitted.

    `effects` are total effects on the model's target. `htmt` has one row and column per latent variable (heterotrait-
    monotrait ratios; above .9 two can't be told apart).
    """

    latents: Mapping[str, LatentResult]
    paths: tuple[Effect, ...]
    effects: tuple[Effect, ...]
    htmt: pd.DataFrame
    goodness_of_fit: float | None
    n: int
    caveats: tuple[Message, ...] = ()
    refusal: Message | None = None
    settings: PathSettings = USUAL_SETTINGS

    def priorities(self) -> list[tuple[LatentResult, Effect]]:
        """Latent variables with a clear total effect on the target, the largest effect × shortfall first."""
        helping = [each for each in self.effects if each.clear and each.estimate.figures()[0] > 0]
        clear = [(self.latents[effect.source], effect) for effect in helping]
        return sorted(clear, key=lambda pair: -pair[1].estimate.figures()[0] * (100 - (pair[0].index.value or 0.0)))


def satisfaction_index(
    responses: pd.DataFrame,
    model: IndexModel,
    items: Mapping[str, Sequence[str]],
    *,
    low: float = 1,
    high: float = 10,
    draws: int = 200,
    confidence: float = 0.95,
    rng: np.random.Generator | None = None,
    settings: PathSettings = USUAL_SETTINGS,
) -> IndexResult:
    """Fit *model* to the *items* of each latent variable, all on one scale from *low* to *high*.

    A response that answered at least half of a latent variable's items has its missing ones filled with the mean of
    those it answered; others are left out. Refused with fewer than five responses per item or an item that doesn't
    vary.
    """
    blocks = [list(items[code]) for code in model.latents]
    columns = [item for block in blocks for item in block]
    table = _complete(responses[columns].astype(float), blocks)
    n = len(table)
    reason = _unusable(table, blocks, low, high)
    if reason is not None:
        return IndexResult({}, (), (), pd.DataFrame(), None, n, refusal=reason)
    answers = Items(table.to_numpy(), blocks, (low, high))
    arrows = _arrows(model)
    fitted = fit(answers.covariance, answers.places, arrows, settings=settings)
    paths, totals, indices = bootstrap(answers, arrows, draws, rng or np.random.default_rng(1996), settings)
    target = list(model.latents).index(model.target)
    upstream = [(i, target) for i in np.flatnonzero(fitted.totals[:, target]).tolist()]
    return IndexResult(
        latents=_latents(model, answers, fitted, indices, confidence),
        paths=_effects(model, "path", fitted.paths, paths, np.argwhere(arrows).tolist(), n, confidence),
        effects=_effects(model, "total_effect", fitted.totals, totals, upstream, n, confidence),
        htmt=heterotrait_monotrait(answers.covariance, answers.places, list(model.latents)),
        goodness_of_fit=goodness_of_fit(fitted, arrows),
        n=n,
        caveats=_caveats(n, len(responses), fitted),
        settings=settings,
    )


def _complete(table: pd.DataFrame, blocks: Sequence[Sequence[str]]) -> pd.DataFrame:
    parts = []
    for block in blocks:
        part = table[list(block)]
        enough = part.notna().mean(axis=1) >= 0.5
        parts.append(part.apply(lambda column, part=part: column.fillna(part.mean(axis=1))).where(enough))
    return pd.concat(parts, axis=1).dropna()


def _unusable(table: pd.DataFrame, blocks: Sequence[Sequence[str]], low: float, high: float) -> Message | None:
    n, k = table.shape
    if n < RESPONSES_PER_ITEM * k:
        return saying(
            "只有 {n} 份可用答卷，{items} 个题目至少需要 {needed} 份", n=n, items=k, needed=RESPONSES_PER_ITEM * k
        )
    if ((table < low) | (table > high)).any(axis=None):
        return saying("有答案超出量表 {low:g}–{high:g}", low=low, high=high)
    if (table.nunique() < 2).any():
        return saying("有题目的答案全部相同")
    item = _asked_twice(table, blocks)
    return None if item is None else saying("题目“{item}”与另一题的答案份份相同，分不开两者的作用", item=item)


def _asked_twice(table: pd.DataFrame, blocks: Sequence[Sequence[str]]) -> str | None:
    """An item of one latent variable with the very answers of an item of another, so that their paths have no value."""
    of_block = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    seen: dict[bytes, int] = {}
    for place, block in enumerate(of_block.tolist()):
        if seen.setdefault(table.iloc[:, place].to_numpy(dtype=float).tobytes(), block) != block:
            return str(table.columns[place])
    return None


def _arrows(model: IndexModel) -> np.ndarray:
    """True at [source, target] of every path."""
    order = list(model.latents)
    arrows = np.zeros((len(order),) * 2, dtype=bool)
    for source, target in model.paths:
        arrows[order.index(source), order.index(target)] = True
    return arrows


def _latents(
    model: IndexModel, answers: Items, fitted: Fit, samples: np.ndarray, confidence: float
) -> dict[str, LatentResult]:
    low, high = np.quantile(samples, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    errors, indices = samples.std(axis=0, ddof=1), indices_of(answers, fitted)
    results = {}
    for j, (code, label) in enumerate(model.latents.items()):
        loading, place = fitted.loadings[j], answers.places[j]
        block = correlations_of(answers.covariance[np.ix_(place, place)])
        figures = (float(indices[j]), float(low[j]), float(high[j]), float(errors[j]))
        results[code] = LatentResult(
            code,
            label,
            _index_estimate(figures, len(answers.values), confidence),
            weights=dict(zip(answers.blocks[j], fitted.weights[j].tolist(), strict=True)),
            loadings=dict(zip(answers.blocks[j], loading.tolist(), strict=True)),
            alpha=standardised_alpha(block),
            composite_reliability=composite_reliability(loading),
            dillon_goldstein_rho=composite_reliability(first_component(block)),
            ave=float((loading**2).mean()),
            r_squared=float(fitted.r_squared[j]) if np.isfinite(fitted.r_squared[j]) else None,
        )
    return results


def _index_estimate(figures: tuple[float, float, float, float], n: int, confidence: float) -> Estimate:
    value, low, high, error = figures
    if not np.isfinite(value):
        return refuse("index", saying("题目权重无法确定"), n=n, unit="score")
    return Estimate(
        "index", value, min(low, value), max(high, value), n, "score", standard_error=error, confidence=confidence,
        effective_n=float(n), method=METHOD, scale=(0.0, 100.0),
    )  # fmt: skip


def _effects(
    model: IndexModel, measure: str, values: np.ndarray, samples: np.ndarray, cells: Sequence[Sequence[int]], n: int,
    confidence: float,
) -> tuple[Effect, ...]:  # fmt: skip
    order = list(model.latents)
    low, high = np.quantile(samples, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    errors = samples.std(axis=0, ddof=1)
    return tuple(
        Effect(
            order[i], order[j],
            Estimate(
                measure, float(values[i, j]), float(low[i, j]), float(high[i, j]), n, "score", confidence=confidence,
                standard_error=float(errors[i, j]), effective_n=float(n), method=METHOD,
            ),
        )
        for i, j in cells
    )  # fmt: skip


def _caveats(n: int, all_responses: int, fitted: Fit) -> tuple[Message, ...]:
    notes = [_NO_PROOF]
    if left_out := all_responses - n:
        notes.append(saying("{left_out} 份答卷缺答较多，未纳入", left_out=left_out))
    if not fitted.converged:
        notes.append(saying("模型未收敛，结果仅供参考"))
    if any((weights < 0).any() for weights in fitted.weights):
        notes.append(saying("有题目的权重为负，请核对题目方向"))
    return tuple(notes)


_NO_PROOF = saying("路径表示模型假设下的关联，数据本身不能证明因果")
