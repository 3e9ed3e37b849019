"""Units beside each other: each one's measured share against how many answered, within the limits of chance."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from scipy import stats

from analysis.charts.drawing import PALETTE, calm, title_tooltips, upright_axis
from analysis.differences.partial_pooling import FairComparison
from analysis.estimates import figure
from surveys.localisation.language import in_words
from surveys.localisation.wording import DEFAULT_LANGUAGE, saying

_UNIT, _SHARE, _ANSWERS = saying("单位"), saying("满意率"), saying("答卷份数")
_LIMITS = {"95%": 0.95, "99.8%": 0.998}


def funnel_chart(found: FairComparison, *, height: int = 260, language: str = DEFAULT_LANGUAGE) -> alt.LayerChart:
    """A dot per unit: its measured share against its n, between the limits within which chance alone would keep it.

    The limits are exact binomial ones around the share of all answers together (Spiegelhalter 2005).
    """
    shown = pd.DataFrame(
        [
            {"unit": each.name, "value": each.raw, "n": each.estimate.n, "shown": figure(each.raw, "share")}
            for each in found.units
        ]
    )
    whole = float((shown["value"] * shown["n"]).sum() / shown["n"].sum())
    titles = in_words(_SHARE, language), in_words(_ANSWERS, language)
    y = alt.Y("value:Q", title=titles[0], scale=alt.Scale(zero=False), axis=upright_axis("share"))
    x = alt.X("n:Q", title=titles[1], scale=alt.Scale(nice=True), axis=alt.Axis(grid=False, tickCount=5))
    limits = alt.Chart(_chance_limits(whole, int(shown["n"].max()))).mark_line(strokeWidth=1.5)
    dashes = alt.StrokeDash("level:N", scale=alt.Scale(domain=list(_LIMITS), range=[[1, 0], [4, 4]]), legend=None)
    lines = [
        limits.encode(
            x=x, y=alt.Y(f"{end}:Q", title=titles[0]), strokeDash=dashes, color=alt.value(PALETTE["neutral"])
        )
        for end in ("low", "high")
    ]  # fmt: skip
    middle = alt.Chart(pd.DataFrame({"value": [whole]})).mark_rule(color=PALETTE["neutral"]).encode(y=y)
    dots = alt.Chart(shown).mark_point(color=PALETTE["primary"], filled=True, size=80, opacity=0.9)
    tooltip = title_tooltips({"unit": _UNIT, "shown": _SHARE}, language)
    return calm(height, *lines, middle, dots.encode(x=x, y=y, tooltip=tooltip))


def _chance_limits(share: float, most: int) -> pd.DataFrame:
    """Where chance keeps a share of n answers: columns n, level, low, high."""
    n = np.unique(np.geomspace(5, max(most, 6), 60).round())
    ends = [(level, (1 - inside) / 2) for level, inside in _LIMITS.items()]
    rows = [
        pd.DataFrame({
            "n": n, "level": level,
            "low": stats.binom.ppf(tail, n, share) / n, "high": stats.binom.ppf(1 - tail, n, share) / n,
        })
        for level, tail in ends
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)
