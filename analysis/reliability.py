"""How far the items of a scale measure one thing, and how far raters agree.

Items: one row per response, one column per item, high = satisfied (reverse-scored before). Coefficients come from
pairwise-complete covariances; their intervals use the number of complete rows, the most cautious count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.estimates import Estimate, Words, refused

WEAK_ITEM = 0.3


@dataclass(frozen=True)
class FactorAdequacy:
    """Whether a correlation matrix is worth factoring: KMO overall and by item, and Bartlett's test of sphericity."""

    kmo: float
    kmo_by_item: dict[str, float]
    chi_square: float
    degrees: int
    p: float
    n: int


@dataclass(frozen=True)
class Agreement:
    """Intraclass correlations of single ratings and of their mean (Shrout & Fleiss 1979)."""

    icc1: float
    icc2: float
    icc3: float
    icc1k: float
    icc2k: float
    icc3k: float
    targets: int
    raters: int


def cronbach_alpha(items: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """Coefficient alpha (Cronbach 1951) with the interval of Feldt (1965)."""
    covariance, n, reason = _covariance(items)
    k = items.shape[1]
    if reason is not None:
        return refused("alpha", reason, n=n, unit="score", scale=(-1.0, 1.0))
    alpha = float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))
    tail = (1 - confidence) / 2
    degrees = (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * float(stats.f.isf(q, *degrees)) for q in (tail, 1 - tail))
    caveats = (_TWO_ITEMS,) if k == 2 else ()
    return Estimate(
        "alpha", alpha, low, high, n, "score", confidence=confidence,
        method="alpha (Cronbach 1951), interval of Feldt (1965)", caveats=caveats, scale=(-1.0, 1.0),
    )  # fmt: skip


def omega_total(items: pd.DataFrame) -> float | None:
    """McDonald's omega from one minres factor: the common part of the total score's variance; None when refused."""
    covariance, _, reason = _covariance(items)
    if reason is not None or items.shape[1] < 3:
        return None
    correlations = _correlations(covariance)
    loadings = one_factor_loadings(correlations)
    return float(1 - (1 - loadings**2).sum() / correlations.sum())


def spearman_brown(items: pd.DataFrame) -> float | None:
    """Reliability of the sum of two items from their correlation; None unless there are two that vary together."""
    covariance, _, reason = _covariance(items)
    if reason is not None or items.shape[1] != 2:
        return None
    r = _correlations(covariance)[0, 1]
    return float(2 * r / (1 + r)) if r > -1 else None


def omega(items: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """`omega_total` with an interval by the delta method: what each response does to every correlation."""
    covariance, n, reason = _covariance(items)
    value = omega_total(items)
    if value is None:
        why = reason or Words("ω 至少需要三个题目", "omega needs three items")
        return refused("omega", why, n=n, unit="score")
    correlations = _correlations(covariance)
    first, second = np.triu_indices(len(correlations), 1)
    slopes = [_slope_of_omega(correlations, i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True)]
    z = ((items - items.mean()) / items.std()).dropna().to_numpy(dtype=float)
    influence = z[:, first] * z[:, second] - correlations[first, second] * (z[:, first] ** 2 + z[:, second] ** 2) / 2
    error = float((influence @ np.array(slopes)).std(ddof=1) / np.sqrt(n))
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return Estimate(
        "omega", value, max(value - half, 0.0), min(value + half, 1.0), n, "score", standard_error=error,
        confidence=confidence, effective_n=float(n),
        method="omega of one minres factor (McDonald 1999), delta interval",
    )  # fmt: skip


def two_item_reliability(items: pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    """`spearman_brown` with the interval that Fisher's z gives the correlation."""
    value, n = spearman_brown(items), int(items.notna().all(axis=1).sum())
    if value is None or n < 4 or not -1 < (r := value / (2 - value)) < 1:
        reason = Words("需要两个有差别的题目和四份以上答卷", "needs two items that vary and four responses")
        return refused("two_item_reliability", reason, n=n, unit="score", scale=(-1.0, 1.0))
    half = float(stats.norm.isf((1 - confidence) / 2)) / np.sqrt(n - 3)
    low, high = (2 * each / (1 + each) for each in np.tanh(np.arctanh(r) + np.array([-half, half])))
    return Estimate(
        "two_item_reliability", value, float(low), float(high), n, "score", confidence=confidence,
        effective_n=float(n), method="Spearman-Brown (1910) of two items, Fisher z interval", scale=(-1.0, 1.0),
    )  # fmt: skip


_TWO_ITEMS = Words("只有两个题目时请看 Spearman-Brown 系数", "with two items look at Spearman-Brown instead")
_ENDLESS = Words("有答案是无穷大，请核对数据", "has infinite answers: check the data")


def weak_indicators(items: pd.DataFrame) -> dict[str, Words]:
    """The items that should be revised, each with the reason in plain words."""
    weak = item_analysis(items).query("weak")
    endless = _endless(items)
    return {
        str(item): _ENDLESS if item in endless else _why_weak(float(rest))
        for item, rest in zip(weak["item"], weak["item_rest"], strict=True)
    }


def _endless(items: pd.DataFrame) -> list[str]:
    """The items with infinite answers."""
    return [item for item in items.columns if np.isinf(items[item].to_numpy(dtype=float)).any()]


def _why_weak(item_rest: float) -> Words:
    if not np.isfinite(item_rest):
        return Words("答案全部相同或太少，区分不了客户", "all answers are the same or too few")
    if item_rest < 0:
        return Words("与其余题目方向相反，请核对是否需要反向计分", "runs against the other items: check its direction")
    if item_rest < WEAK_ITEM:
        return Words(
            f"与其余题目的相关只有 {item_rest:.2f}，可能问的是另一件事",
            f"correlates only {item_rest:.2f} with the rest",
        )
    return Words("去掉这题后内部一致性更高", "the scale is more consistent without it")


def item_analysis(items: pd.DataFrame) -> pd.DataFrame:
    """One row per item: item, n, mean, sd, item_rest (correlation with the mean of the other items), alpha_without.

    weak is True for an item to revise: item-rest correlation under .3, or alpha higher without it, or no variation. An
    item with infinite answers is weak, has no figures, and is left out of those of the others.
    """
    sound = items.drop(columns=_endless(items))
    alpha = cronbach_alpha(sound).value
    rows: list[tuple[object, ...]] = []
    for item in items.columns:
        if item not in sound.columns:
            rows.append((item, int(items[item].count()), np.nan, np.nan, None, None, True))
            continue
        others = sound.drop(columns=item)
        rest = _correlation(items[item], others.mean(axis=1))
        without = cronbach_alpha(others).value if others.shape[1] > 1 else None
        worse = without is not None and alpha is not None and without > alpha
        weak = rest is None or rest < WEAK_ITEM or worse
        n, mean, sd = int(items[item].count()), items[item].mean(), items[item].std()
        rows.append((item, n, mean, sd, rest, without, weak))
    table = pd.DataFrame(rows, columns=["item", "n", "mean", "sd", "item_rest", "alpha_without", "weak"])
    return table.astype({"item_rest": float, "alpha_without": float})


def factor_adequacy(items: pd.DataFrame) -> FactorAdequacy | None:
    """KMO (Kaiser 1974) and Bartlett (1951); None when the items can't be used."""
    covariance, n, reason = _covariance(items)
    if reason is not None:
        return None
    correlations = _correlations(covariance)
    sign, log_determinant = np.linalg.slogdet(correlations)
    if sign <= 0:
        return None
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diag(inverse))
    partial = (-inverse / np.outer(scale, scale)) ** 2
    plain = correlations**2
    np.fill_diagonal(partial, 0)
    np.fill_diagonal(plain, 0)
    k = len(correlations)
    degrees = k * (k - 1) // 2
    chi_square = float(-(n - 1 - (2 * k + 5) / 6) * log_determinant)
    by_item = plain.sum(axis=0) / (plain.sum(axis=0) + partial.sum(axis=0))
    return FactorAdequacy(
        kmo=float(plain.sum() / (plain.sum() + partial.sum())),
        kmo_by_item=dict(zip(map(str, items.columns), by_item.tolist(), strict=True)),
        chi_square=chi_square,
        degrees=degrees,
        p=float(stats.chi2.sf(chi_square, degrees)),
        n=n,
    )


def parallel_analysis(
    items: pd.DataFrame, *, draws: int = 100, quantile: float = 0.95, rng: np.random.Generator | None = None
) -> int | None:
    """How many factors stand out of chance: eigenvalues above those of random data of the same size (Horn 1965).

    Eigenvalues of the correlations reduced to minres communalities; None when the items can't be used.
    """
    covariance, n, reason = _covariance(items)
    if reason is not None:
        return None
    rng = rng or np.random.default_rng(1965)
    observed = _reduced_eigenvalues(_correlations(covariance))
    noise = (rng.normal(size=(n, items.shape[1])) for _ in range(draws))
    chance = np.array([_reduced_eigenvalues(np.asarray(np.corrcoef(random, rowvar=False))) for random in noise])
    above = observed > np.quantile(chance, quantile, axis=0)
    return int(np.argmin(np.append(above, False)))


def intraclass_correlations(ratings: pd.DataFrame) -> Agreement | None:
    """Agreement of raters: one row per target, one column per rater, rows with a missing rating left out."""
    table = ratings.dropna().to_numpy(dtype=float)
    n, k = table.shape
    if n < 2 or k < 2 or np.ptp(table) == 0:
        return None
    total = table.mean()
    between = k * ((table.mean(axis=1) - total) ** 2).sum() / (n - 1)
    raters = n * ((table.mean(axis=0) - total) ** 2).sum() / (k - 1)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    error = (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    single = between + (k - 1) * error
    return Agreement(
        icc1=float((between - within) / (between + (k - 1) * within)),
        icc2=float((between - error) / (single + k * (raters - error) / n)),
        icc3=float((between - error) / single),
        icc1k=float((between - within) / between),
        icc2k=float((between - error) / (between + (raters - error) / n)),
        icc3k=float((between - error) / between),
        targets=n,
        raters=k,
    )


def one_factor_loadings(correlations: np.ndarray) -> np.ndarray:
    """Loadings on one factor that leave the smallest squared residual correlations (minres, Harman & Jones 1966)."""
    uniqueness = _minres_uniqueness(correlations)
    values, vectors = np.linalg.eigh(correlations - np.diag(uniqueness))
    loadings = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    return np.asarray(loadings * np.sign(loadings.sum() or 1.0))


def _slope_of_omega(correlations: np.ndarray, i: int, j: int, step: float = 1e-4) -> float:
    """How much omega moves with one correlation (central difference)."""

    def moved(by: float) -> float:
        shifted = correlations.copy()
        shifted[i, j] += by
        shifted[j, i] += by
        return float(1 - (1 - one_factor_loadings(shifted) ** 2).sum() / shifted.sum())

    return (moved(step) - moved(-step)) / (2 * step)


def _minres_uniqueness(correlations: np.ndarray) -> np.ndarray:
    k = len(correlations)
    off_diagonal = ~np.eye(k, dtype=bool)

    def residual(loadings: np.ndarray) -> np.ndarray:
        return np.asarray((correlations - np.outer(loadings, loadings))[off_diagonal])

    values, vectors = np.linalg.eigh(correlations)
    start = vectors[:, -1] * np.sqrt(values[-1]) * 0.9
    fitted = optimize.least_squares(residual, start, bounds=(-0.9975, 0.9975), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return np.asarray(1 - fitted.x**2)


def _reduced_eigenvalues(correlations: np.ndarray) -> np.ndarray:
    """Eigenvalues, largest first, with squared minres loadings of one factor in place of the ones."""
    reduced = correlations - np.diag(_minres_uniqueness(correlations))
    return np.linalg.eigvalsh(reduced)[::-1]


def _covariance(items: pd.DataFrame) -> tuple[np.ndarray, int, Words | None]:
    """Pairwise covariance, number of complete rows, and the reason for refusing the items."""
    finite = items.astype(float).where(np.isfinite(items.astype(float)))
    n = int(finite.notna().all(axis=1).sum())
    if items.shape[1] < 2:
        return np.empty((0, 0)), n, Words("题目不足两个", "fewer than two items")
    if n < 3:
        return np.empty((0, 0)), n, Words(f"只有 {n} 份完整答卷", f"only {n} complete responses")
    covariance = finite.cov().to_numpy()
    if not np.isfinite(covariance).all() or (np.diag(covariance) <= 0).any():
        return covariance, n, Words("有题目的答案全部相同", "an item has no variation")
    if covariance.sum() <= 0:
        return covariance, n, Words("题目之间呈负相关，请核对方向", "items contradict each other")
    return covariance, n, None


def _correlations(covariance: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _correlation(first: pd.Series, second: pd.Series) -> float | None:
    both = pd.concat([first, second], axis=1).astype(float).dropna()
    if len(both) < 3 or (both.nunique() < 2).any():
        return None
    return float(np.corrcoef(both.to_numpy(), rowvar=False)[0, 1])
