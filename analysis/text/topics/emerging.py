"""Terms that one set of comments uses more than another: this month against the last, one area against the rest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control, norm

_COLUMNS = ["term", "now", "before", "log_odds", "z", "p", "q"]


def emerging_terms(
    now: Mapping[str, int], before: Mapping[str, int], *, prior_weight: float = 50.0, least: int = 3
) -> pd.DataFrame:
    """Compare the number of comments with each term in two sets.

    One row per term with at least *least* comments in all, the most risen first; columns ``term``, ``now`` and
    ``before`` (numbers of comments), ``log_odds`` (above zero: used more now), ``z``, ``p`` (two-sided) and ``q``
    (p after Benjamini & Hochberg, 1995). The log odds are smoothed with the frequencies of both sets together as
    prior, *prior_weight* comments strong (Monroe, Colaresi & Quinn, 2008, "Fightin' Words", eq. 16-22).
    """
    terms = sorted(term for term in {*now, *before} if now.get(term, 0) + before.get(term, 0) >= least)
    if len(terms) < 2:  # one term alone is used as much as all terms, here and there
        return pd.DataFrame(columns=_COLUMNS)
    here, there = (np.array([counts.get(term, 0) for term in terms], dtype=float) for counts in (now, before))
    log_odds, z = _log_odds(here, there, sum(now.values()), sum(before.values()), prior_weight)
    p = 2 * norm.sf(np.abs(z))
    columns = [terms, here.astype(int), there.astype(int), log_odds, z, p, false_discovery_control(p)]
    frame = pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))
    return frame.sort_values(["z", "term"], ascending=[False, True], ignore_index=True)


def _log_odds(
    here: npt.NDArray[np.float64], there: npt.NDArray[np.float64], n_here: float, n_there: float, weight: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The smoothed log-odds ratio of each term and its z score."""
    prior = weight * (here + there) / (n_here + n_there)
    odds_here = (here + prior) / (n_here + weight - here - prior)
    odds_there = (there + prior) / (n_there + weight - there - prior)
    log_odds = np.log(odds_here) - np.log(odds_there)
    return log_odds, log_odds / np.sqrt(1 / (here + prior) + 1 / (there + prior))
