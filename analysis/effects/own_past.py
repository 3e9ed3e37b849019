"""A unit with nothing to compare it with but itself: windows before the measure against the window after it.

The level before is what the windows before have in common, not the last of them: whoever acts after a bad window would
be praised for its passing. By how much windows waver beyond sampling is estimated from them too and belongs to the
interval, as in a prediction for a window in which nothing was done.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.differences.partial_pooling import level_and_spread
from analysis.effects.effect import EffectDesign, MeasuredEffect, effect_of_draws, refused_effect, unmeasured
from analysis.estimates import Unit
from surveys.localisation.wording import saying

METHOD = "before and after against the unit's own past (hierarchical normal model of windows)"
FEWEST_WINDOWS = 4
UNCOMPARED = saying("没有可比单位：同时发生的其他变化分不开")


def against_own_past(
    before: pd.DataFrame, after: pd.Series, *, low: float = 1, high: float = 5, unit: Unit = "score"
) -> MeasuredEffect:
    """The effect on one unit, or several taken as one.

    *before*: one row per window before the measure, in time order, with `mean`, `variance` (of the mean) and `n`, as
    from `unit_periods`; *after*: the same of the window after it. *low*, *high*: the indicator's scale.
    """
    if len(before) < FEWEST_WINDOWS:
        reason = saying("措施前只有 {windows} 期有作答，至少要 {fewest} 期", windows=len(before), fewest=FEWEST_WINDOWS)
        return refused_effect(reason, unit=unit, n=int(before["n"].sum() + after["n"]))
    chance = np.random.default_rng(1973)
    means, variances = before["mean"].to_numpy(), before["variance"].to_numpy()
    levels, spreads = level_and_spread(means, np.sqrt(np.maximum(variances, 1e-12)), chance)
    error = np.sqrt(spreads**2 + float(after["variance"]))
    draws = float(after["mean"]) - chance.normal(levels, error)
    basis = unmeasured(
        EffectDesign.BEFORE_AND_AFTER, treated=1, n_after=int(after["n"]), raw=float(after["mean"] - means[-1]),
        regression=float(levels.mean() - means[-1]), caveats=(UNCOMPARED,),
        floor=float(np.sqrt(max(draws.var() - float(after["variance"]), 0.0))),
    )  # fmt: skip
    n = int(before["n"].sum() + after["n"])
    return effect_of_draws(draws, basis, method=METHOD, unit=unit, n=n, span=high - low)
