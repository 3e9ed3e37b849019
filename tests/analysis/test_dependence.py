"""Answers of one branch resemble each other: what is declared of a survey widens every figure that is asked of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.differences.comparison import mean_change, net_promoter_change, top_two_box_change
from analysis.differences.groups import dunn, games_howell, kruskal_wallis, welch_anova
from analysis.exploring import Item, explore
from analysis.frames import item_column, rated_dimensions
from analysis.interpretation.sentences import sentence
from analysis.level.satisfaction import dimension_scores, mean_score, net_promoter_score, top_two_box
from analysis.released.parts import Column, SelectionInView, columns_of
from analysis.sampling.resemblance import resemblance
from tests.analysis.test_gate import NAMED
from tests.attacks.test_subtracted_views import ITEMS
from tests.support.frame_answers import FrameAnswers, frame_of

CUTS = np.cumsum([0.05, 0.08, 0.15, 0.37])


def branches(rng: np.random.Generator, icc: float = 0.05, clusters: int = 20) -> tuple[pd.Series, pd.Series]:
    """Ratings and the branch of each: 15 to 50 answers of every branch."""
    sizes = rng.integers(15, 51, clusters)
    where = np.repeat(np.arange(clusters), sizes)
    latent = np.sqrt(icc) * rng.normal(size=clusters)[where] + np.sqrt(1 - icc) * rng.normal(size=len(where))
    return pd.Series(1.0 + np.searchsorted(CUTS, stats.norm.cdf(latent))), pd.Series(where).map("网点{}".format)


def asked(rng: np.random.Generator, unit: str | None, clusters: int = 20) -> FrameAnswers:
    ratings, where = branches(rng, 0.1, clusters)
    frame = frame_of([date(2026, 11, 2)] * len(ratings), ["a"] * len(ratings), **dict.fromkeys(ITEMS, ratings))
    return FrameAnswers(NAMED, frame.assign(touchpoint=where.to_numpy()), unit=unit)


@pytest.mark.parametrize("measure", [top_two_box, mean_score, net_promoter_score])
def test_what_is_declared_widens_every_figure_that_is_asked(measure: object) -> None:
    """And is said with it, as so many answers that stand for themselves; nothing is where it isn't declared."""
    column = Column(item_column(NAMED.overall or ""))
    views = [asked(np.random.default_rng(3), unit).answers() for unit in (None, "touchpoint")]
    plain, wide = (view.ask(measure, column) for view in views)
    assert wide.value == plain.value and wide.n == plain.n
    assert wide.high - wide.low > 1.1 * (plain.high - plain.low)
    assert wide.effective_n < 0.8 * wide.n
    assert f"相当于 {round(wide.effective_n)} 份独立作答" in sentence(wide) and "相当于" not in sentence(plain)


def test_methods_that_are_explored_know_it_too() -> None:
    dimensions = rated_dimensions(NAMED)
    overall = item_column(NAMED.overall or "")
    item = Item(overall, "总体", "rating", 1, 5)
    selection = SelectionInView(dimensions, overall, ("touchpoint",)).of(item)
    plain, wide = (asked(np.random.default_rng(3), unit).answers() for unit in (None, "touchpoint"))
    found = wide.ask(explore, "welch_anova", item, selection, "touchpoint")
    assert not found.ok and "公平比较" in sentence(found), "branches can't be told from themselves"
    assert plain.ask(explore, "welch_anova", item, selection, "touchpoint").ok
    scores = [view.ask(dimension_scores, columns_of(dimensions), dimensions) for view in (plain, wide)]
    assert all(scores[1][code].high > scores[0][code].high for code in dimensions)


@pytest.mark.parametrize("clusters", [1, 4])
def test_too_few_branches_leave_the_interval_and_say_so(clusters: int) -> None:
    ratings, where = branches(np.random.default_rng(1), clusters=clusters)
    found, plain = mean_score(ratings, clusters=where), mean_score(ratings)
    assert (found.low, found.high) == (plain.low, plain.high) and plain.low is not None and plain.low < plain.high
    assert found.caveats and str(clusters) in sentence(found) + str(found.caveats)


def test_intervals_of_branches_hold_and_changes_of_nothing_are_none() -> None:
    """Of 20 branches with ICC .05: intervals of single answers hold in about 78 %."""
    rng = np.random.default_rng(17)
    truth = float(np.dot([1, 2, 3, 4, 5], np.diff([0, *CUTS, 1])))
    held, clear = [], []
    for _ in range(150):
        (now, here), (then, there) = branches(rng), branches(rng)
        _, low, high = mean_score(now, clusters=here).figures()
        held.append(low <= truth <= high)
        changes = [
            compare(then, now, clusters_before=there + "旧", clusters=here)
            for compare in (mean_change, top_two_box_change, net_promoter_change)
        ]
        clear.append([(each.p or 0) < 0.05 for each in changes])
    assert np.mean(held) > 0.9
    assert np.mean(clear) < 0.09


@pytest.mark.parametrize("across", [True, False], ids=["groups of branches", "groups within branches"])
def test_groups_that_do_not_differ_are_not_said_to(across: bool) -> None:
    rng, false = np.random.default_rng(18), []
    for _ in range(150):
        ratings, where = branches(rng)
        groups = where.str[2:].astype(int) % 3 if across else pd.Series(rng.integers(0, 3, len(where)))
        named = groups.map("组{}".format)
        tests = [each(ratings, named, clusters=where) for each in (welch_anova, kruskal_wallis)]
        pairs = [each(ratings, named, clusters=where) for each in (games_howell, dunn)]
        ps = [each.p or 0 for each in tests] + [min(pair.p_adjusted for pair in each) for each in pairs]
        false.append([p < 0.05 for p in ps])
    assert np.mean(false) < 0.09


def test_resemblance_is_measured() -> None:
    """The mean of many draws is the ICC that the answers were drawn with, a bit less for being cut into points."""
    rng = np.random.default_rng(2)
    found = [resemblance(*branches(rng, 0.15, 40)) for _ in range(40)]
    assert np.mean([each.icc for each in found]) == pytest.approx(0.13, abs=0.02)
    assert all(each.notable for each in found)
    assert not resemblance(*branches(rng, 0.15, 4)).notable
