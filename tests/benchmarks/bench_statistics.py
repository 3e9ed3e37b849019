"""The statistics under simulation (does an interval cover, does a quiet dashboard stay quiet) and against the clock.

`python -m tests.benchmarks statistics`. Seeds are fixed, so the simulation tables are the same on every machine; times
are medians, and every method stands beside its plain scipy, statsmodels or pandas counterpart of the same run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import median

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.differences.banners import banner_of
from analysis.differences.comparison import mean_change, top_two_box_change
from analysis.differences.crosstabs import association, rao_scott
from analysis.differences.groups import cliffs_delta, kruskal_wallis, mann_whitney
from analysis.differences.hotspots import eras_of, hot_spots
from analysis.differences.multiplicity import benjamini_hochberg, holm
from analysis.differences.rank_tests import weighted_rank_test
from analysis.drivers.drivers import relative_weights, shapley_shares
from analysis.estimates import Estimate, Verdict
from analysis.level.expectation import kano_of_answers
from analysis.level.satisfaction import (
    RatedDimension,
    choice_shares,
    favourability,
    mean_score,
    net_promoter_score,
    top_two_box,
)
from analysis.monitoring.control_charts import AlarmBudget, cusum_chart, ewma_chart, p_chart, xmr_chart
from analysis.nonresponse.asked_people import asked_and_answered
from analysis.nonresponse.attrition import attrition
from analysis.nonresponse.channel_effects import channel_effects
from analysis.nonresponse.small_areas import small_areas
from analysis.nonresponse.waves import waves_compared
from analysis.sampling.complex_samples import Design, design_mean
from analysis.sampling.response_quality import quality_measures
from analysis.sampling.sample_size import answers_to_detect_shares
from analysis.sampling.weighting import rake
from analysis.scales.agreement import leniency
from analysis.scales.confirmatory import confirmatory_factors
from analysis.scales.index_models import INDEX_MODELS
from analysis.scales.reliability import cronbach_alpha
from analysis.scales.satisfaction_index import satisfaction_index

_INDEX = INDEX_MODELS["acsi"]
SIZES = (1_000, 100_000, 1_000_000)
SHARES = {
    "satisfied": [0.02, 0.04, 0.12, 0.42, 0.40],
    "critical": [0.12, 0.15, 0.25, 0.30, 0.18],
    "nearly all fives": [0.03, 0.01, 0.02, 0.04, 0.90],
    "loved or hated": [0.25, 0.05, 0.10, 0.10, 0.50],
    "in the middle": [0.10, 0.20, 0.40, 0.20, 0.10],
}
COVERED_AT = (5, 10, 20, 30, 100, 300)
RECOMMEND = {
    "loved": [0.01, 0.01, 0.01, 0.01, 0.02, 0.03, 0.05, 0.11, 0.20, 0.25, 0.30],
    "mixed": [0.06, 0.03, 0.05, 0.06, 0.07, 0.10, 0.12, 0.15, 0.14, 0.12, 0.10],
}


def main() -> None:
    tables = (
        coverage, clustered_coverage, clustered_flags, quiet_dashboards, power, quiet_years, driver_bootstrap, speed,
    )  # fmt: skip
    for table in tables:
        print(f"### {(table.__doc__ or '').splitlines()[0]}\n", flush=True)
        for line in table():
            print(line, flush=True)
        print()


# Does it hold what it promises


def coverage() -> Iterator[str]:
    """Coverage of 95 % intervals over 20,000 samples each, 2,000 of means (wanted: at least 93 %)"""
    yield f"| figure | population | n = {' | '.join(map(str, COVERED_AT))} |\n|{'---|' * (len(COVERED_AT) + 2)}"
    rng = np.random.default_rng(95)
    for name, shares in SHARES.items():
        parts = [sum(shares[:3]), sum(shares[3:])]
        yield _covered(rng, "top-two-box", name, [2.0, 5.0], parts, top_two_box, parts[1])
    points = [1.0, 2.0, 3.0, 4.0, 5.0]
    for name, shares in SHARES.items():
        yield _covered(rng, "mean", name, points, shares, mean_score, float(np.dot(points, shares)), samples=2000)
    for name, shares in RECOMMEND.items():
        parts = [sum(shares[:7]), sum(shares[7:9]), sum(shares[9:])]
        truth = 100 * (parts[2] - parts[0])
        yield _covered(rng, "NPS", name, [3.0, 8.0, 10.0], parts, net_promoter_score, truth)


CLUSTERED_FIGURES: dict[str, Callable[..., Estimate]] = {
    "top-two-box": top_two_box, "mean": mean_score, "favourable": lambda y, **c: favourability(y, **c)["favourable"],
    "NPS": lambda y, **c: net_promoter_score(2 * y, **c), "choice share": lambda y, **c: choice_shares(y, **c)["5"],
    "weighted mean": lambda y, clusters=None: design_mean(y, Design(pd.Series(1.0, index=y.index), clusters=clusters)),
}  # fmt: skip


def clustered_coverage(samples: int = 300) -> Iterator[str]:
    """Coverage of 95 % intervals of 20 clusters of 15 to 50 answers, ICC .05, by the unit declared and without"""
    yield "| figure | by clusters | as if every answer stood for itself |\n|---|---|---|"
    rng = np.random.default_rng(20)
    cuts = np.cumsum(SHARES["satisfied"])[:-1]
    shares, points = np.array(SHARES["satisfied"]), np.arange(1.0, 6)
    truths = {
        "top-two-box": shares[3:].sum(), "mean": points @ shares, "favourable": shares[3:].sum(),
        "NPS": 100 * (shares[4] - shares[:3].sum()), "choice share": shares[4], "weighted mean": points @ shares,
    }  # fmt: skip
    held: dict[str, list[tuple[bool, bool]]] = {name: [] for name in (*truths, "crosstab cell")}
    for _ in range(samples):
        y, where = _branches(rng, cuts)
        for name, truth in truths.items():
            both = [CLUSTERED_FIGURES[name](y, clusters=each) for each in (where, None)]
            held[name].append(tuple(each.figures()[1] <= truth <= each.figures()[2] for each in both))  # type: ignore[arg-type]
        tables = [banner_of(y, _thirds(where), (), {"g": "g"}, clusters=each)[0] for each in (where, None)]
        for code, share in zip(tables[0].cells.index, shares, strict=False):
            cells = [table.cells.loc[code] for table in tables]
            held["crosstab cell"] += [
                tuple(each.low <= share <= each.high for each in pair) for pair in zip(*cells, strict=True)
            ]  # type: ignore[misc]
    for name, pairs in held.items():
        yield "| " + " | ".join([name, *(f"{part:.1%}" for part in np.mean(pairs, axis=0))]) + " |"


def clustered_flags(samples: int = 200) -> Iterator[str]:
    """What is claimed of groups of such clusters that do not differ (wanted: ≤ 5 %), by the unit and without"""
    yield "| claim | by clusters | as if every answer stood for itself |\n|---|---|---|"
    rng = np.random.default_rng(2020)
    cuts, rated = np.cumsum(SHARES["satisfied"])[:-1], {"y": RatedDimension("y", ["y"], 1, 5)}
    found: dict[str, list[tuple[bool, bool]]] = {"rows of a crosstab with letters": [], "lists with a hot spot": []}
    for _ in range(samples):
        y, where = _branches(rng, cuts)
        tables = [banner_of(y, _thirds(where), (), {"g": "g"}, clusters=each)[0] for each in (where, None)]
        for one, other in zip(*(each.letters.to_numpy() for each in tables), strict=True):
            found["rows of a crosstab with letters"].append(
                (any(map(str.isupper, "".join(one))), any(map(str.isupper, "".join(other))))
            )
        rows, eras = eras_of(pd.DataFrame({"y": y, "g": where // 5, "day": pd.Timestamp("2025-01-01")}), None)
        spots = [hot_spots(rows[["y"]], rows[["g"]].astype(str), eras, rated, clusters=each) for each in (where, None)]
        found["lists with a hot spot"].append((bool(spots[0]), bool(spots[1])))
    for name, pairs in found.items():
        yield "| " + " | ".join([name, *(f"{part:.1%}" for part in np.mean(pairs, axis=0))]) + " |"


def _branches(rng: np.random.Generator, cuts: np.ndarray, icc: float = 0.05) -> tuple[pd.Series, pd.Series]:
    where = np.repeat(np.arange(20), rng.integers(15, 51, 20))
    latent = np.sqrt(icc) * rng.normal(size=20)[where] + np.sqrt(1 - icc) * rng.normal(size=len(where))
    return pd.Series(1.0 + np.searchsorted(cuts, stats.norm.cdf(latent))), pd.Series(where)


def _thirds(where: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"g": (where % 3).map("group {}".format)})


def _covered(
    rng: np.random.Generator,
    figure: str,
    population: str,
    points: list[float],
    parts: list[float],
    measure: Callable[[pd.Series], Estimate],
    truth: float,
    samples: int = 20_000,
) -> str:
    """A row of the table: answers are drawn as counts of the *points* that differ for the measure."""
    cells = []
    for n in COVERED_AT:
        drawn, times = np.unique(rng.multinomial(n, parts, samples), axis=0, return_counts=True)
        found = [measure(pd.Series(np.repeat(points, counts))) for counts in drawn]
        inside = [each.ok and each.figures()[1] <= truth <= each.figures()[2] for each in found]
        cells.append(f"{np.dot(inside, times) / times.sum():.1%}")
    return f"| {figure} | {population} | {' | '.join(cells)} |"


def quiet_dashboards(boards: int = 400) -> Iterator[str]:
    """False flags on dashboards of unchanged data: 5 dimensions, 20 branches, two periods of 1,000 (wanted: ≤ 5 %)"""
    rng = np.random.default_rng(5)
    dimensions = {f"d{i}": RatedDimension(f"d{i}", [f"d{i}"], 1, 5) for i in range(5)}
    flagged = 0
    for _ in range(boards):
        now, before = (_board(rng, 1000) for _ in range(2))
        rows, eras = eras_of(now, before)
        spots = hot_spots(rows[list(dimensions)], rows[["branch"]], eras, dimensions)
        flagged += bool(spots)
    low, high = proportion_confint(flagged, boards, method="wilson")
    yield f"{flagged} of {boards} dashboards with any flag: {flagged / boards:.1%} (95 % interval {low:.1%}–{high:.1%})"


def _board(rng: np.random.Generator, n: int) -> pd.DataFrame:
    frame = pd.DataFrame({f"d{i}": rng.choice(5, n, p=SHARES["satisfied"]) + 1.0 for i in range(5)})
    return frame.assign(branch=rng.choice([f"b{i}" for i in range(20)], n), day=pd.Timestamp("2025-01-01"))


def power(draws: int = 2000) -> Iterator[str]:
    """Power for a fall of ten points at n = 300 in each period (wanted: at least 80 %)

    Beside it what a two-sided test at 5 % can reach at all, by the normal approximation, and the n that 80 % takes.
    """
    yield "| share before | after | called a clear change | at most | n for 80 % |\n|---|---|---|---|---|"
    rng = np.random.default_rng(300)
    for before in (0.90, 0.80, 0.70, 0.60, 0.50):
        clear = sum(
            top_two_box_change(_ratings(rng, before, 300), _ratings(rng, before - 0.1, 300)).verdict is Verdict.CLEAR
            for _ in range(draws)
        )
        after, needed = before - 0.1, answers_to_detect_shares(before, before - 0.1)
        noise = np.sqrt((before * (1 - before) + after * (1 - after)) / 300)
        most = float(stats.norm.cdf(0.1 / noise - stats.norm.isf(0.025)))
        yield f"| {before:.0%} | {after:.0%} | {clear / draws:.1%} | {most:.1%} | {needed} |"


def _ratings(rng: np.random.Generator, share: float, n: int) -> pd.Series:
    return pd.Series(np.where(rng.random(n) < share, 5.0, 2.0))


def quiet_years(years: int = 10, charts: int = 100) -> Iterator[str]:
    """Alarms in ten quiet years of 100 charts (20 branches × 5 indicators), one false alarm a quarter budgeted

    An EWMA that stays beyond its limit, or returns there before it was back at the centre, is one alarm.
    """
    budget = AlarmBudget(charts, 13)
    yield "| chart | answers a week | alarms in 40 quarters | a quarter (budget 1) |\n|---|---|---|---|"
    rng = np.random.default_rng(10)
    weeks, baseline = 52 * years, 104
    for n in (20, 60, 200):
        alarms = 0
        for _ in range(charts):
            hits = pd.Series(rng.binomial(n, 0.9, baseline + weeks).astype(float))
            chart = p_chart(hits, pd.Series(float(n), index=hits.index), alpha=budget.alpha, baseline=baseline)
            alarms += int(chart["signal"].iloc[baseline:].sum())
        yield f"| p, exact limits | {n} | {alarms} | {alarms / (4 * years):.2f} |"
    for baseline in (26, 104):
        for name, chart_of, settings in (
            ("XmR", xmr_chart, {"alpha": budget.alpha}),
            ("EWMA", ewma_chart, {"run_length": budget.run_length}),
            ("CUSUM", cusum_chart, {"run_length": budget.run_length}),
        ):
            found = (
                chart_of(pd.Series(rng.normal(size=baseline + weeks)), baseline=baseline, **settings).iloc[baseline:]
                for _ in range(charts)
            )
            alarms = sum(int(each["signal"].sum()) if name == "XmR" else _excursions(each) for each in found)
            yield f"| {name}, baseline of {baseline} weeks | – | {alarms} | {alarms / (4 * years):.2f} |"


def _excursions(chart: pd.DataFrame) -> int:
    """How often the chart went beyond a limit after it had been on the other side of the centre, or within it anew."""
    alarms, out = 0, 0.0
    for value, centre, signal in zip(chart["value"], chart["centre"], chart["signal"], strict=True):
        side = float(np.sign(value - centre))
        if signal and side != out:
            alarms, out = alarms + 1, side
        elif side != out:
            out = 0.0
    return alarms


# Against the clock


@dataclass(frozen=True)
class Race:
    """A method and its plain counterpart on the same data."""

    name: str
    peer_name: str
    own: Callable[[], object]
    peer: Callable[[], object] | None


def races(n: int) -> Iterator[Race]:
    rng = np.random.default_rng(n)
    ratings = pd.Series(rng.choice(5, n, p=SHARES["satisfied"]) + 1.0)
    nps = pd.Series(rng.choice(11, n, p=RECOMMEND["mixed"]) * 1.0)
    half = n // 2
    old, new = ratings.iloc[:half], ratings.iloc[half:]
    groups = pd.Series(rng.choice(list("abcdefgh"), n))
    items = pd.DataFrame(
        np.clip(np.round(rng.normal(size=(n, 1)) + rng.normal(3.5, 1, (n, 6))), 1, 5), columns=list("abcdef")
    )
    overall = items["a"]
    weights = pd.Series(rng.uniform(0.5, 2, n))
    counts = pd.crosstab(groups, ratings)
    hits, old_hits = int((new >= 4).sum()), int((old >= 4).sum())
    scaled = items[list("bcdef")]
    yield Race(
        "top_two_box",
        "statsmodels proportion_confint",
        lambda: top_two_box(ratings),
        lambda: proportion_confint(int((ratings >= 4).sum()), int(ratings.count()), method="wilson"),
    )
    yield Race(
        "mean_score",
        "pandas mean, sem; scipy t",
        lambda: mean_score(ratings),
        lambda: stats.t.interval(0.95, ratings.count() - 1, ratings.mean(), ratings.sem()),
    )
    yield Race(
        "net_promoter_score",
        "pandas counts",
        lambda: net_promoter_score(nps),
        lambda: ((nps >= 9).mean() - (nps <= 6).mean(), nps.count()),
    )
    yield Race(
        "top_two_box_change",
        "statsmodels Newcombe",
        lambda: top_two_box_change(old, new),
        lambda: confint_proportions_2indep(hits, len(new), old_hits, len(old), method="newcomb"),
    )
    yield Race(
        "mean_change",
        "scipy ttest_ind",
        lambda: mean_change(old, new),
        lambda: stats.ttest_ind(new, old, equal_var=False).confidence_interval(),
    )
    yield Race(
        "mann_whitney",
        "scipy mannwhitneyu",
        lambda: mann_whitney(old, new),
        lambda: stats.mannwhitneyu(old, new, method="asymptotic"),
    )
    yield Race(
        "kruskal_wallis",
        "pandas groupby, scipy kruskal",
        lambda: kruskal_wallis(ratings, groups),
        lambda: stats.kruskal(*[part.to_numpy() for _, part in ratings.groupby(groups)]),
    )
    yield Race(
        "cliffs_delta",
        "scipy mannwhitneyu (no interval)",
        lambda: cliffs_delta(old, new),
        lambda: 2 * stats.mannwhitneyu(old, new, method="asymptotic").statistic / (len(old) * len(new)) - 1,
    )
    yield Race(
        "association",
        "scipy chi2_contingency",
        lambda: association(counts),
        lambda: stats.chi2_contingency(counts, correction=False),
    )
    yield Race(
        "design_mean",
        "statsmodels DescrStatsW",
        lambda: design_mean(ratings, Design(weights)),
        lambda: sm.stats.DescrStatsW(ratings, weights).tconfint_mean(),
    )
    yield Race(
        "raked (2 margins)",
        "pandas, 30 rounds",
        lambda: rake(pd.DataFrame({"g": groups, "r": ratings}), _margins(groups, ratings)),
        lambda: _plain_raking(groups, ratings),
    )
    yield Race(
        "relative_weights (5, no draws)",
        "statsmodels OLS (R² alone)",
        lambda: relative_weights(scaled, overall, draws=0),
        lambda: sm.OLS(overall, sm.add_constant(scaled)).fit().rsquared,
    )
    yield Race(
        "shapley_shares (5, no draws)",
        "statsmodels OLS, all 31 subsets",
        lambda: shapley_shares(scaled, overall, draws=0),
        (lambda: _all_subsets(scaled, overall)) if n <= 100_000 else None,
    )
    yield Race("cronbach_alpha", "pandas cov", lambda: cronbach_alpha(items), lambda: items.cov())
    choices = pd.Series(rng.choice(list("xyz"), n))
    design = Design(weights)
    yield Race(
        "rao_scott",
        "scipy chi2_contingency, unweighted",
        lambda: rao_scott(choices, groups, design),
        lambda: stats.chi2_contingency(pd.crosstab(choices, groups), correction=False),
    )
    yield Race(
        "weighted_rank_test",
        "scipy kruskal, unweighted",
        lambda: weighted_rank_test(ratings, groups, design),
        lambda: stats.kruskal(*[part.to_numpy() for _, part in ratings.groupby(groups)]),
    )
    with_it, without = (pd.Series(rng.choice(5, n) + 1.0) for _ in range(2))
    yield Race(
        "kano_of_answers",
        "pandas crosstab",
        lambda: kano_of_answers(with_it, without),
        lambda: pd.crosstab(with_it, without),
    )
    served, pleased = pd.Series(np.full(n, 60.0)), pd.Series(rng.binomial(60, 0.9, n).astype(float))
    yield Race(
        "p_chart (n points)",
        "numpy, three sigma",
        lambda: p_chart(pleased, served, baseline=104),
        lambda: pleased / served > 0.9 + 3 * np.sqrt(0.9 * 0.1 / served),
    )
    yield Race(
        "ewma_chart (n points)",
        "pandas ewm",
        lambda: ewma_chart(ratings, baseline=104),
        lambda: ratings.ewm(alpha=0.2, adjust=False).mean(),
    )
    scales = dict(zip(_INDEX.latents, ["a", "b", "c", "d", "e", "f"], strict=True))
    yield Race(
        "satisfaction_index (no draws)",
        "pandas corr",
        lambda: satisfaction_index(items, _INDEX, {code: [item] for code, item in scales.items()}, high=5, draws=2),
        lambda: items.corr(),
    )
    halves = {"first": list("abc"), "second": list("def")}
    yield Race(
        "confirmatory_factors (2 × 3)",
        "statsmodels Factor (ml)",
        lambda: confirmatory_factors(items, halves),
        lambda: sm.multivariate.Factor(items, 2, method="ml").fit(),
    )
    yield Race(
        "quality_measures", "pandas std by row", lambda: quality_measures(items), lambda: items.std(axis=1)
    )  # fmt: skip
    yield from _silence(rng, ratings, groups)


def _silence(rng: np.random.Generator, ratings: pd.Series, groups: pd.Series) -> Iterator[Race]:
    """What is asked of those who did not answer, of as many answers and twice as many people."""
    n = len(ratings)
    answers = pd.DataFrame({
        "csat": ratings, "group": groups, "channel": rng.choice(["link", "sms", "call"], n), "campaign": "one",
        "person": rng.integers(0, n, n), "round": rng.choice(["r1", "r2", "r3"], n),
        "day": pd.Timestamp("2026-03-01") + pd.to_timedelta(rng.integers(0, 20, n), unit="D"),
        "age": rng.choice(["old", "young"], n),
    })  # fmt: skip
    people = pd.DataFrame({
        "group": rng.choice(list("abcdefgh"), 2 * n), "age": rng.choice(["old", "young"], 2 * n),
        "answered": rng.integers(0, 2, 2 * n),
    })  # fmt: skip
    sent = {"one": (date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15))}
    yield Race("asked_and_answered", "pandas crosstab", lambda: asked_and_answered(people),
               lambda: pd.crosstab(people["group"], people["answered"]))  # fmt: skip
    yield Race("waves_compared", "pandas mean by day", lambda: waves_compared(answers, "csat", sent, 0.5, 1, 5),
               lambda: answers.groupby("day")["csat"].mean())  # fmt: skip
    yield Race("attrition", "pandas isin", lambda: attrition(answers, "csat", ["r1", "r2", "r3"], 1, 5),
               lambda: answers["person"].isin(answers["person"][answers["round"] == "r2"]))  # fmt: skip
    yield Race("channel_effects", "pandas mean by channel and group",
               lambda: channel_effects(answers, "csat", ["group", "age"]),
               lambda: answers.groupby(["channel", "group", "age"])["csat"].mean())  # fmt: skip
    yield Race("small_areas", "pandas mean by group",
               lambda: small_areas(people, answers[["csat", "group", "age"]], "csat", "group", 1, 5),
               lambda: answers.groupby(["group", "age"])["csat"].mean())  # fmt: skip
    yield Race("leniency", "pandas mean by group", lambda: leniency(ratings, groups, answers["channel"]),
               lambda: ratings.groupby(groups).mean())  # fmt: skip


def _margins(groups: pd.Series, ratings: pd.Series) -> dict[str, dict[str, float]]:
    names, points = sorted(groups.unique()), sorted(ratings.unique())
    return {
        "g": dict.fromkeys(names, 1 / len(names)),
        "r": {str(point): (at + 1) / sum(range(1, len(points) + 1)) for at, point in enumerate(points)},
    }


def _plain_raking(groups: pd.Series, ratings: pd.Series) -> pd.Series:
    frame = pd.DataFrame({"g": groups, "r": ratings, "w": 1.0})
    points = sorted(ratings.unique())
    targets = {
        "g": pd.Series(1 / 8, index=sorted(groups.unique())),
        "r": pd.Series(np.arange(1, len(points) + 1) / sum(range(1, len(points) + 1)), index=points),
    }
    for _ in range(30):
        for column, target in targets.items():
            now = frame.groupby(column)["w"].sum()
            frame["w"] *= frame[column].map(target / (now / now.sum()))
    return frame["w"]


def _all_subsets(scaled: pd.DataFrame, overall: pd.Series) -> float:
    total = 0.0
    for mask in range(1, 2 ** scaled.shape[1]):
        chosen = [name for at, name in enumerate(scaled.columns) if mask >> at & 1]
        total += float(sm.OLS(overall, sm.add_constant(scaled[chosen])).fit().rsquared)
    return total


def speed() -> Iterator[str]:
    """Milliseconds at 1k, 100k and 1M rows beside the plain counterpart of the same run, and growth per row"""
    yield "| method | counterpart | 1k own / plain | 100k | 1M | growth 100k → 1M (10 = linear) |"
    yield "|---|---|---|---|---|---|"
    found: dict[str, list[tuple[float, float | None]]] = {}
    peers: dict[str, str] = {}
    for n in SIZES:
        for race in races(n):
            peers[race.name] = race.peer_name
            own = _milliseconds(race.own)
            found.setdefault(race.name, []).append((own, _milliseconds(race.peer) if race.peer else None))
    for name, times in found.items():
        cells = [f"{own:.2f} / {'–' if peer is None else f'{peer:.2f}'}" for own, peer in times]
        yield f"| {name} | {peers[name]} | {' | '.join(cells)} | {times[2][0] / times[1][0]:.1f} |"
    p = np.random.default_rng(1).random(100_000)
    for name, own, peer in (
        ("holm", holm, lambda: multipletests(p, method="holm")),
        ("benjamini_hochberg", benjamini_hochberg, lambda: multipletests(p, method="fdr_bh")),
    ):
        times = f"{_milliseconds(partial(own, p)):.1f} / {_milliseconds(peer):.1f}"
        yield f"| {name} | statsmodels multipletests | | {times} | | |"


def driver_bootstrap() -> Iterator[str]:
    """Bootstrap of 5 drivers × 10,000 rows × 1,000 draws on one core (wanted: under 2 s)"""
    rng = np.random.default_rng(2000)
    common = rng.normal(size=(10_000, 1))
    for name, scale in (("five points", 1), ("tenths of a point (hardly two rows alike)", 10)):
        scores = np.clip(np.round(scale * (3.5 + 0.7 * common + rng.normal(0, 0.8, (10_000, 5)))) / scale, 1, 5)
        frame = pd.DataFrame(scores, columns=list("abcde"))
        overall = pd.Series(np.clip(np.round(scores.mean(axis=1) + rng.normal(0, 0.5, 10_000)), 1, 5))
        for method in (relative_weights, shapley_shares):
            began = time.process_time()
            method(frame, overall, draws=1000)
            yield f"{method.__name__}, {name}: {time.process_time() - began:.2f} s of processor time"
    began = time.process_time()
    for _ in range(20):
        rows = rng.integers(0, 10_000, 10_000)
        np.corrcoef(np.column_stack([scores, overall])[rows], rowvar=False)
    yield f"plain numpy, correlations alone, 1,000 draws (from 20): {(time.process_time() - began) * 50:.2f} s"


def _milliseconds(call: Callable[[], object], *, least: float = 0.15, most: int = 15) -> float:
    """Median time of a call, of up to *most* calls until *least* seconds have gone by; the first warms up."""
    call()
    times: list[float] = []
    while len(times) < 3 or (sum(times) < least and len(times) < most):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
        if sum(times) > 4:
            break
    return median(times) * 1000
