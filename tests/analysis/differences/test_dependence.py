"""Answers of one branch resemble each other: what is declared of a survey widens every figure that is asked of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.differences.banners import TOTAL, BannerTable, banner_of
from analysis.differences.comparison import mean_change, net_promoter_change, top_two_box_change
from analysis.differences.crosstab_workbooks import notes
from analysis.differences.groups import dunn, games_howell, kruskal_wallis, welch_anova
from analysis.differences.hotspots import eras_of, hot_spots
from analysis.exploring import Item, explore
from analysis.frames import item_column, rated_dimensions
from analysis.interpretation.sentences import sentence
from analysis.level.satisfaction import RatedDimension, dimension_scores, mean_score, net_promoter_score, top_two_box
from analysis.released.parts import Column, SelectionInView, columns_of
from analysis.sampling.complex_samples import Design, design_mean
from analysis.sampling.resemblance import resemblance
from tests.analysis.released.test_gate import NAMED
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


def _letters(table: BannerTable) -> float:
    """The part of the rows with a letter of the strict level."""
    return float(np.mean([any(each.isupper() for cell in row for each in cell) for row in table.letters.to_numpy()]))


@pytest.mark.parametrize("across", [True, False], ids=["columns of branches", "columns within branches"])
def test_tables_hold_for_branches(across: bool) -> None:
    """Shares hold what their intervals promise, and columns that don't differ get letters in hardly any row."""
    rng, held, lettered = np.random.default_rng(171), [], []
    truth = np.diff([0, *CUTS, 1])
    for _ in range(40):
        ratings, where = branches(rng)
        groups = where.str[2:].astype(int) % 3 if across else pd.Series(rng.integers(0, 3, len(where)))
        table, _unlisted = banner_of(
            ratings, pd.DataFrame({"g": groups.map("组{}".format)}), (), {"g": "g"}, clusters=where
        )
        held += [
            cell.low <= truth[int(code) - 1] <= cell.high for code, row in table.cells.iterrows() for cell in row
        ]  # fmt: skip
        lettered.append(_letters(table))
    assert np.mean(held) > 0.94
    assert np.mean(lettered) < 0.06


def test_columns_that_are_the_branches_are_not_compared() -> None:
    """And what is said under the table tells why; where nothing is declared they are lettered as ever."""
    rng = np.random.default_rng(172)
    ratings, where = branches(rng, 0.4, 6)
    table, _ = banner_of(ratings, pd.DataFrame({"g": where}), (), {"g": "网点"}, clusters=where)
    assert (table.letters.drop(columns=TOTAL) == "—").all(axis=None)
    assert any("不比较" in str(each) and "单位" in str(each) for each in notes(table))
    plain, _ = banner_of(ratings, pd.DataFrame({"g": where}), (), {"g": "网点"})
    assert _letters(plain) > 0 and len(notes(plain)) < len(notes(table))
    assert table.effective_n[TOTAL] < 0.5 * plain.effective_n[TOTAL]


def test_the_list_of_improvements_counts_by_branches() -> None:
    """Districts made of branches that merely differ are no hot spots, except in one page of twenty."""
    rng, flagged = np.random.default_rng(173), []
    rated = {"a": RatedDimension("a", ["a"], 1, 5)}
    for _ in range(40):
        drawn = [branches(rng) for _ in rated]
        where = drawn[0][1]
        rows = pd.DataFrame(
            {code: each[0].reindex(where.index).ffill() for code, each in zip(rated, drawn, strict=True)}
        )
        rows = rows.assign(district=where.str[2:].astype(int) // 5, day=pd.Timestamp("2026-11-02"))
        found, eras = eras_of(rows, None)
        flagged.append(
            bool(hot_spots(found[list(rated)], found[["district"]].astype(str), eras, rated, clusters=where))
        )
    assert np.mean(flagged) < 0.1


def test_a_worse_district_of_several_branches_is_still_found() -> None:
    rng = np.random.default_rng(174)
    ratings, where = branches(rng)
    district = where.str[2:].astype(int) // 5
    low = pd.DataFrame({"a": np.where(district == 1, np.maximum(ratings - 1, 1), ratings)})
    rows, eras = eras_of(low.assign(district=district.astype(str), day=pd.Timestamp("2026-11-02")), None)
    [spot] = hot_spots(rows[["a"]], rows[["district"]], eras, {"a": RatedDimension("a", ["a"], 1, 5)}, clusters=where)
    assert spot.segment == "1" and spot.change.after.effective_n < spot.change.after.n


def test_no_figure_has_an_interval_of_no_width_or_none_at_all() -> None:
    """A population smaller than its answers is no census; infinite weights and a single cluster are refused by name."""
    ratings = pd.Series([5.0, 4, 2, 5, 3, 4] * 5)
    ones = pd.Series(1.0, index=ratings.index)
    small = design_mean(ratings, Design(ones, population=ones * 10))
    plain = design_mean(ratings, Design(ones))
    assert (small.low, small.high) == (plain.low, plain.high) and "总体数" in str(small.caveats)
    endless = design_mean(ratings, Design(ones.where(ones.index > 0, np.inf)))
    alone = design_mean(ratings, Design(ones, clusters=ones))
    assert not endless.ok and "无穷大" in sentence(endless)
    assert not alone.ok and "同一处" in sentence(alone)
