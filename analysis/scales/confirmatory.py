"""Whether the items measure the factors they were written for: confirmatory factor analysis by maximum likelihood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

from analysis.estimates import Estimate
from surveys.localisation.wording import Message, saying

METHOD = "confirmatory factor analysis, maximum likelihood (Jöreskog 1969)"
RESPONSES_PER_ITEM = 5


@dataclass(frozen=True)
class ConfirmatoryResult:
    """Fit of the model, standardised loadings by item, and correlations of the factors; empty when refused.

    `rmsea` has its 90 % interval beside it. CFI and TLI from .95, RMSEA up to .06 and SRMR up to .08 are usually read
    as a good fit (Hu & Bentler 1999).
    """

    chi_square: float | None
    degrees: int
    p: float | None
    cfi: float | None
    tli: float | None
    rmsea: float | None
    rmsea_low: float | None
    rmsea_high: float | None
    srmr: float | None
    loadings: Mapping[str, Estimate]
    factor_correlations: pd.DataFrame
    n: int
    refusal: Message | None = None

    @property
    def ok(self) -> bool:
        return self.refusal is None


def confirmatory_factors(
    items: pd.DataFrame, factors: Mapping[str, Sequence[str]], *, confidence: float = 0.95
) -> ConfirmatoryResult:
    """Each item on its own factor, factors free to correlate; complete rows only.

    *factors*: the items (columns) of each factor, at least two each and three in all where there is one factor.
    Refused with fewer than five complete responses per item, when an item doesn't vary, or when no proper solution is
    found.
    """
    columns = [item for names in factors.values() for item in names]
    table = items.loc[:, columns].astype(float)
    table = table[np.isfinite(table.to_numpy()).all(axis=1)]
    n, p = table.shape
    degrees = _degrees(factors, p)
    reason = _unusable(table, factors, degrees)
    if reason is not None:
        return _refused(reason, n, max(degrees, 0))
    covariance = np.cov(table.to_numpy(), rowvar=False, bias=True)
    spread = np.sqrt(np.diag(covariance))
    model = _Model(covariance / np.outer(spread, spread), [len(names) for names in factors.values()])
    fitted = model.fit()
    if fitted is None:
        return _refused(saying("找不到合理的解，请核对题目归属"), n, degrees)
    return _result(model, fitted, n, degrees, factors, confidence)


class _Model:
    """The likelihood of standardised loadings, uniquenesses and factor correlations, given the items' correlations."""

    def __init__(self, correlations: np.ndarray, sizes: Sequence[int]) -> None:
        self.correlations = correlations
        self.p, self.k = len(correlations), len(sizes)
        self.factor_of = np.repeat(np.arange(self.k), sizes)
        self.pairs = np.triu_indices(self.k, 1)
        self._log_determinant = float(np.linalg.slogdet(correlations)[1])

    def parts(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Loading matrix, factor correlations, uniquenesses."""
        loadings = np.zeros((self.p, self.k))
        loadings[np.arange(self.p), self.factor_of] = parameters[: self.p]
        factors = np.eye(self.k)
        factors[self.pairs] = parameters[2 * self.p :]
        return loadings, np.triu(factors, 1).T + factors, parameters[self.p : 2 * self.p]

    def implied(self, parameters: np.ndarray) -> np.ndarray:
        loadings, factors, unique = self.parts(parameters)
        return np.asarray(loadings @ factors @ loadings.T + np.diag(unique))

    def discrepancy(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """The maximum likelihood discrepancy, and its gradient."""
        sigma = self.implied(parameters)
        sign, log_determinant = np.linalg.slogdet(sigma)
        if sign <= 0:
            return 1e6, np.zeros_like(parameters)
        inverse = np.linalg.inv(sigma)
        value = log_determinant + np.trace(self.correlations @ inverse) - self._log_determinant - self.p
        outer = inverse - inverse @ self.correlations @ inverse
        loadings, factors, _ = self.parts(parameters)
        by_loading = 2 * (outer @ loadings @ factors)[np.arange(self.p), self.factor_of]
        by_factor = 2 * (loadings.T @ outer @ loadings)[self.pairs]
        return float(value), np.concatenate([by_loading, np.diag(outer), by_factor])

    def fit(self) -> np.ndarray | None:
        """The parameters of greatest likelihood, factors turned to positive loadings; None where it doesn't settle."""
        start = np.concatenate([np.full(self.p, 0.7), np.full(self.p, 0.5), np.full(len(self.pairs[0]), 0.3)])
        limits = [(-2.0, 2.0)] * self.p + [(1e-3, 2.0)] * self.p + [(-0.999, 0.999)] * len(self.pairs[0])
        found = optimize.minimize(
            self.discrepancy, start, jac=True, method="L-BFGS-B", bounds=limits,
            options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
        )  # fmt: skip
        at_limit = (found.x[self.p : 2 * self.p] <= 1.1e-3).any() or (np.abs(found.x[2 * self.p :]) > 0.998).any()
        if not np.isfinite(found.fun) or np.abs(found.jac).max() > 1e-4 or at_limit:
            return None
        return self._turned(found.x)

    def _turned(self, parameters: np.ndarray) -> np.ndarray:
        sums = np.bincount(self.factor_of, parameters[: self.p], minlength=self.k)
        signs = np.where(sums < 0, -1.0, 1.0)
        turned = parameters.copy()
        turned[: self.p] *= signs[self.factor_of]
        turned[2 * self.p :] *= signs[self.pairs[0]] * signs[self.pairs[1]]
        return turned

    def errors(self, parameters: np.ndarray, n: int) -> np.ndarray:
        """Standard errors of the standardised loadings, from the expected information by the delta method."""
        inverse = np.linalg.inv(self.implied(parameters))
        step = 1e-5
        slopes = [
            (self.implied(parameters + step * unit) - self.implied(parameters - step * unit)) / (2 * step)
            for unit in np.eye(len(parameters))
        ]
        turned = np.array([inverse @ slope for slope in slopes])
        information = n / 2 * np.einsum("aij,bji->ab", turned, turned)
        covariance = np.linalg.pinv(information)
        loadings = parameters[: self.p]
        # λ/√(λ² + θ) at λ² + θ = 1
        by_parameter = np.hstack([np.diag(1 - loadings**2), np.diag(-loadings / 2)])
        both = covariance[: 2 * self.p, : 2 * self.p]
        return np.asarray(np.sqrt(np.diag(by_parameter @ both @ by_parameter.T).clip(min=0)))


def _result(
    model: _Model,
    fitted: np.ndarray,
    n: int,
    degrees: int,
    factors: Mapping[str, Sequence[str]],
    confidence: float,
) -> ConfirmatoryResult:
    p = model.p
    chi_square = max(n * model.discrepancy(fitted)[0], 0.0)
    baseline = -n * float(np.linalg.slogdet(model.correlations)[1])
    beyond, of_baseline = max(chi_square - degrees, 0.0), max(baseline - p * (p - 1) / 2, chi_square - degrees, 1e-12)
    tli = None
    if degrees:
        per_degree = baseline / (p * (p - 1) / 2)
        tli = (per_degree - chi_square / degrees) / (per_degree - 1)
    low, high = (_noncentrality(chi_square, degrees, quantile) for quantile in (0.95, 0.05))
    residual = (model.correlations - model.implied(fitted))[np.tril_indices(p)]
    names = [item for items in factors.values() for item in items]
    return ConfirmatoryResult(
        chi_square=chi_square,
        degrees=degrees,
        p=float(stats.chi2.sf(chi_square, degrees)) if degrees else None,
        cfi=1 - beyond / of_baseline,
        tli=tli,
        rmsea=float(np.sqrt(beyond / (degrees * n))) if degrees else None,
        rmsea_low=float(np.sqrt(low / (degrees * n))) if degrees else None,
        rmsea_high=float(np.sqrt(high / (degrees * n))) if degrees else None,
        srmr=float(np.sqrt((residual**2).mean())),
        loadings=dict(zip(names, _loadings(model, fitted, n, confidence), strict=True)),
        factor_correlations=pd.DataFrame(model.parts(fitted)[1], index=list(factors), columns=list(factors)),
        n=n,
    )


def _loadings(model: _Model, fitted: np.ndarray, n: int, confidence: float) -> list[Estimate]:
    errors, z = model.errors(fitted, n), float(stats.norm.isf((1 - confidence) / 2))
    return [
        Estimate(
            "loading", float(value), float(value - z * error), float(value + z * error), n, "score",
            standard_error=float(error), confidence=confidence, effective_n=float(n), method=METHOD, scale=(-1.0, 1.0),
        )
        for value, error in zip(fitted[: model.p], errors, strict=True)
    ]  # fmt: skip


def _noncentrality(chi_square: float, degrees: int, quantile: float) -> float:
    if not degrees or float(stats.chi2.cdf(chi_square, degrees)) <= quantile:
        return 0.0
    return float(
        optimize.brentq(
            lambda shift: stats.ncx2.cdf(chi_square, degrees, shift) - quantile, 1e-10, 4 * chi_square + 100
        )
    )


def _degrees(factors: Mapping[str, Sequence[str]], p: int) -> int:
    k = len(factors)
    return p * (p + 1) // 2 - (2 * p + k * (k - 1) // 2)


def _unusable(table: pd.DataFrame, factors: Mapping[str, Sequence[str]], degrees: int) -> Message | None:
    n, p = table.shape
    if degrees < 0 or min((len(names) for names in factors.values()), default=0) < 2:
        return saying("每个因子至少需要两个题目，只有一个因子时需要三个")
    if n < RESPONSES_PER_ITEM * p:
        return saying(
            "只有 {n} 份完整答卷，{items} 个题目至少需要 {needed} 份", n=n, items=p, needed=RESPONSES_PER_ITEM * p
        )
    if (table.nunique() < 2).any():
        return saying("有题目的答案全部相同")
    if np.linalg.matrix_rank(np.corrcoef(table.to_numpy(), rowvar=False)) < p:
        return saying("有题目的答案可由其他题目算出")
    return None


def _refused(reason: Message, n: int, degrees: int) -> ConfirmatoryResult:
    nothing = (None,) * 7
    chi_square, p, cfi, tli, rmsea, low, high = nothing
    return ConfirmatoryResult(chi_square, degrees, p, cfi, tli, rmsea, low, high, None, {}, pd.DataFrame(), n, reason)
