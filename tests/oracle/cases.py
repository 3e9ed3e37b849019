"""The cases: an expression in R, and the same figures from this project, both over `answers.csv`.

The answers are drawn once from a seed and kept as a file: 240 responses with six items on five points (a, b, c, e, f,
g), recommendation from 0 to 10, a choice, a segment, strata, clusters and weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.differences.comparison import mean_change, top_two_box_change
from analysis.differences.crosstabs import association, rao_scott
from analysis.differences.groups import (
    cliffs_delta,
    dunn,
    games_howell,
    hedges_g,
    kruskal_wallis,
    mann_whitney,
    welch_anova,
)
from analysis.differences.multiplicity import benjamini_hochberg, holm
from analysis.differences.ordinal import ordinal_comparison
from analysis.differences.rank_tests import weighted_rank_test
from analysis.drivers.drivers import relative_weights, shapley_shares
from analysis.drivers.importance import penalty_reward
from analysis.drivers.variance_decomposition import variance_inflation
from analysis.intervals.shares import share
from analysis.level.expectation import gap
from analysis.level.satisfaction import RatedDimension, mean_score, top_two_box
from analysis.monitoring.change_points import drift, shift_point
from analysis.monitoring.control_charts import p_chart, xmr_chart
from analysis.monitoring.run_lengths import cusum_run_length, ewma_run_length
from analysis.nonresponse.channel_effects import channel_effects
from analysis.sampling.complex_samples import Design, design_mean
from analysis.sampling.response_quality import quality_measures
from analysis.sampling.sample_size import answers_to_detect_shares
from analysis.sampling.weighting import effective_n, rake
from analysis.scales.agreement import leniency
from analysis.scales.confirmatory import confirmatory_factors
from analysis.scales.factors import factor_adequacy
from analysis.scales.mixed_model import crossed_effects
from analysis.scales.reliability import cronbach_alpha, intraclass_correlations, omega_total
from analysis.trade_offs.choices import ComparedItems, ComparedSet, choices_of
from analysis.trade_offs.utilities import utilities
from tests.support.best_worst_answers import from_ratings

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.csv"
ITEMS, DRIVERS = list("abcefg"), list("bcef")
CLOSED, ITERATIVE = 1e-8, 1e-6
P_VALUES = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
            0.759, 1.0)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What is compared, R's way to it, this project's, and how near they have to be."""

    name: str
    r: str
    own: Callable[[pd.DataFrame], Sequence[float | None]]
    tolerance: float = CLOSED


def drawn() -> pd.DataFrame:
    """The answers as they were drawn."""
    rng = np.random.default_rng(20250101)
    n = 240
    latent, second = rng.normal(size=n), rng.normal(size=n)
    mixed = 0.5 * latent + 0.85 * second
    frame = pd.DataFrame({name: 3.4 + 0.8 * latent + rng.normal(0, 0.8, n) for name in "abc"})
    frame = frame.assign(**{name: 3.2 + 0.8 * mixed + rng.normal(0, 0.8, n) for name in "efg"})
    frame = frame.round().clip(1, 5)
    frame["nps"] = (7 + 1.5 * latent + rng.normal(size=n)).round().clip(0, 10)
    frame["choice"] = np.where(rng.random(n) < 0.35 + 0.1 * (latent > 0), "app", rng.choice(["hall", "phone"], n))
    frame["segment"] = rng.choice(["east", "north", "west"], n)
    frame["half"] = np.repeat(["first", "second"], n // 2)
    frame["stratum"] = np.repeat(["s1", "s2", "s3"], n // 3)
    frame["cluster"] = [f"k{at // 10:02}" for at in range(n)]
    frame["weight"] = rng.uniform(0.5, 3, n).round(3)
    return frame


def design_of(d: pd.DataFrame) -> Design:
    return Design(d["weight"], strata=d["stratum"], clusters=d["cluster"])


def _halves(d: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return d["a"][d["half"] == "first"], d["a"][d["half"] == "second"]


def _figures(estimate) -> list[float]:  # type: ignore[no-untyped-def]
    return list(estimate.figures())


def _change(change) -> list[float]:  # type: ignore[no-untyped-def]
    return [*change.figures(), change.p]


def _test(test) -> list[float]:  # type: ignore[no-untyped-def]
    return [test.statistic, test.p]


def _raked(d: pd.DataFrame) -> list[float]:
    margins = {"segment": {"east": 100, "north": 60, "west": 80}, "choice": {"app": 90, "hall": 100, "phone": 50}}
    found = rake(d, margins, base=d["weight"])
    estimate = design_mean(d["a"], Design(found.weights, margins=d[["segment", "choice"]]))
    return [estimate.value, estimate.standard_error, effective_n(found.weights)]


def _drivers(method) -> Callable[[pd.DataFrame], list[float]]:  # type: ignore[no-untyped-def]
    def parts(d: pd.DataFrame) -> list[float]:
        found = method(d[DRIVERS], d["a"], draws=0)
        return [found.driver(code).share * found.r_squared for code in DRIVERS]

    return parts


def _pairs(pairs) -> list[float]:  # type: ignore[no-untyped-def]
    return [value for pair in pairs for value in (pair.estimate.value, pair.p_adjusted)]


def _factors(d: pd.DataFrame) -> list[float | None]:
    found = confirmatory_factors(d, {"one": list("abc"), "two": list("efg")})
    loadings = [value for each in found.loadings.values() for value in (each.value, each.standard_error)]
    return [found.chi_square, found.cfi, found.tli, found.rmsea, found.rmsea_low, found.rmsea_high, found.srmr,
            *loadings]  # fmt: skip


def _penalty(d: pd.DataFrame) -> list[float]:
    parts = penalty_reward(d[["b", "e"]], d["a"], {name: RatedDimension(name, [name], 1, 5) for name in "be"})
    return [value for each in parts for end in (each.penalty, each.reward) for value in (end.value, end.standard_error)]


def _weekly(d: pd.DataFrame) -> pd.Series:
    means = d["a"].groupby(np.arange(len(d)) // 10).mean()
    return means - 0.9 * (means.index >= 15)


def _untied(d: pd.DataFrame) -> pd.Series:
    return d["nps"] + np.arange(1, len(d) + 1) / 1000


def _two_by_two(d: pd.DataFrame) -> pd.DataFrame:
    return pd.crosstab(d["half"], d["a"] >= 4)


def _icc(d: pd.DataFrame) -> list[float]:
    found = intraclass_correlations(d[["a", "b", "c"]])
    return [found.icc1, found.icc2, found.icc3, found.icc1k, found.icc2k, found.icc3k]


def _crossed(d: pd.DataFrame) -> list[float]:
    found = crossed_effects(d["b"], d[["cluster", "choice"]])
    return [found.mean, found.spread["cluster"], found.spread["choice"], found.noise, found.covariance[0, 0] ** 0.5]


def _channel(d: pd.DataFrame) -> list[float]:
    rows = d.assign(channel=d["half"].map({"first": "hall", "second": "phone"}))
    found = channel_effects(rows, "a", ["choice", "segment"])
    [effect] = found.adjusted.values()
    return [effect.value if found.reference == "hall" else -effect.value, effect.standard_error or 0.0]


_LMER = (
    "k <- lmer(b ~ 1+(1|cluster)+(1|choice), d); s <- as.data.frame(VarCorr(k)); rownames(s) <- s$grp;"
    "c(fixef(k), s[c('cluster','choice','Residual'),'sdcor'], sqrt(vcov(k)[1,1]))"
)
_CHANNEL = (
    "k <- lm(a ~ half+interaction(choice, segment), d); n <- nobs(k);"
    "c(coef(k)[2], sqrt(vcovHC(k, 'HC0')[2,2]*n/(n-1)*(n-1)/(n-length(coef(k)))))"
)
_DUNN = (
    "rank(d$a); s <- levels(d$segment); n <- nrow(d); t <- table(d$a);"
    "v <- n*(n+1)/12 - sum(t^3-t)/(12*(n-1)); m <- tapply(r, d$segment, mean); k <- table(d$segment);"
    "z <- combn(3, 2, function(i) (m[i[2]]-m[i[1]])/sqrt(v*(1/k[i[1]]+1/k[i[2]])));"
    "g <- combn(3, 2, function(i) m[i[2]]-m[i[1]]); rbind(g, p.adjust(2*pnorm(-abs(z)), 'holm'))"
)
_GAMES_HOWELL = (
    "m <- tapply(d$a, d$segment, mean); v <- tapply(d$a, d$segment, var)/table(d$segment); k <- table(d$segment);"
    "combn(3, 2, function(i) { e <- v[i]; f <- sum(e)^2/sum(e^2/(k[i]-1)); g <- m[i[2]]-m[i[1]];"
    "c(g, ptukey(abs(g)/sqrt(sum(e)/2), 3, f, lower.tail=FALSE)) })"
)
_NEWCOMBE = (
    "x <- tapply(d$a >= 4, d$half, sum); n <- as.numeric(table(d$half)); p <- x/n;"
    "w <- sapply(1:2, function(i) prop.test(x[i], n[i], correct=FALSE)$conf.int);"
    "e <- p[2]-p[1]; N <- sum(n); s <- chisq.test(table(d$half, d$a >= 4), correct=FALSE)$statistic*(N-1)/N;"
    "c(e, e-sqrt((p[2]-w[1,2])^2+(w[2,1]-p[1])^2), e+sqrt((w[2,2]-p[2])^2+(p[1]-w[1,1])^2),"
    "pchisq(s, 1, lower.tail=FALSE))"
)
_LMG = (
    "X <- as.matrix(drivers); r2 <- function(s) if (length(s)) summary(lm(d$a ~ X[, s]))$r.squared else 0;"
    "sapply(1:4, function(j) { o <- setdiff(1:4, j); g <- 0; for (m in 0:3)"
    " for (s in (if (m) combn(o, m, simplify=FALSE) else list(integer(0))))"
    " g <- g + (r2(c(s, j))-r2(s))/(4*choose(3, m)); g })"
)
_GENIZI = (
    "R <- cor(drivers); y <- cor(drivers, d$a); e <- eigen(R);"
    "L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors);"
    "L^2 %*% (solve(L) %*% y)^2"
)
# R's rank test goes by the order of rows where answers tie, so this comparison has no ties.
_UNTIED = "u <- update(design, z=nps+seq_len(240)/1000);"
_CLIFF = "x <- d$a[d$half=='first']; y <- d$a[d$half=='second']; mean(sign(outer(x, y, '-')))"
_HEDGES = (
    "x <- d$a[d$half=='first']; y <- d$a[d$half=='second']; f <- length(x)+length(y)-2;"
    "(mean(x)-mean(y))/sqrt(((length(x)-1)*var(x)+(length(y)-1)*var(y))/f)*(1-3/(4*f-1))"
)
_RAKED = (
    "s <- svydesign(id=~1, weights=~weight, data=d);"
    "k <- rake(s, list(~segment, ~choice), list(data.frame(segment=c('east','north','west'), Freq=c(100,60,80)),"
    "data.frame(choice=c('app','hall','phone'), Freq=c(90,100,50))), control=list(maxit=500, epsilon=1e-11));"
    "m <- svymean(~a, k); w <- weights(k); c(coef(m), SE(m), sum(w)^2/sum(w^2))"
)
_CFA = (
    "k <- cfa('one =~ a + b + c\\n two =~ e + f + g', d, std.lv=TRUE);"
    "s <- standardizedSolution(k)[1:6,];"
    "c(fitMeasures(k, c('chisq','cfi','tli','rmsea','rmsea.ci.lower','rmsea.ci.upper','srmr')), rbind(s$est.std, s$se))"
)
_PENALTY = "k <- lm(a ~ I(b<=2.6)+I(b>4.5)+I(e<=2.6)+I(e>4.5), d); rbind(coef(k)[-1], sqrt(diag(vcovHC(k, 'HC3')))[-1])"
_WEEKLY = "w <- tapply(d$a, (seq_len(nrow(d))-1)%/%10, mean); w <- w - .9*(seq_along(w)>15);"
_MAHALANOBIS = "pchisq(mahalanobis(items, colMeans(items), cov(items)), 6, lower.tail=FALSE)[1:20]"
_P_CHART = (
    "x <- tapply(d$a>=4, (seq_len(nrow(d))-1)%/%10, sum); p <- sum(x)/240; s <- sqrt(p*(1-p)/10);"
    "c(p, max(p-3*s, 0), min(p+3*s, 1))"
)

_SETS = ((0, 1, 3), (1, 2, 4), (2, 3, 5), (3, 4, 0), (4, 5, 1), (5, 0, 2))
_BEST_WORST = (
    "library(survival); S <- list(c(1,2,4), c(2,3,5), c(3,4,6), c(4,5,1), c(5,6,2), c(6,1,3)); m <- as.matrix(items); "
    "X <- function(j, sign) { x <- matrix(0, length(j), 6); x[cbind(seq_along(j), j)] <- sign; x }; "
    "rows <- do.call(rbind, lapply(1:6, function(s) do.call(rbind, lapply(1:240, function(r) { i <- S[[s]]; "
    "v <- m[r, i] - (0:2) * 1e-6; b <- i[which.max(v)]; w <- i[which.min(v)]; l <- setdiff(i, b); "
    "data.frame(rbind(X(i, 1), X(l, -1)), y = c(i == b, l == w) * 1, id = r, st = paste(s, r, c(1,1,1,2,2))) })))); "
    "f <- clogit(y ~ X1+X2+X3+X4+X5+strata(st)+cluster(id), rows, method = 'breslow'); "
    "c(coef(f), f$loglik[2], sqrt(diag(vcov(f)) * 240/239))"
)


def _best_worst(d: pd.DataFrame) -> list[float]:
    """Utilities against the last item's, log likelihood, standard errors by respondent."""
    asked = ComparedItems(tuple(ITEMS), tuple(ComparedSet(f"b{n}", f"w{n}", each) for n, each in enumerate(_SETS)))
    found = utilities(choices_of(from_ratings(d[ITEMS], asked), asked))
    assert found is not None
    spread = np.diag(found.covariance)
    errors = np.sqrt(spread[:5] + spread[5] - 2 * found.covariance[:5, 5])
    return [*(found.values[:5] - found.values[5]), found.log_likelihood, *errors]


CASES: tuple[Case, ...] = (
    Case("Wilson interval", "x <- sum(d$a>=4); c(x/240, prop.test(x, 240, correct=FALSE)$conf.int)",
         lambda d: _figures(top_two_box(d["a"]))),
    Case("Jeffreys interval", "x <- sum(d$a>=4); qbeta(c(.025,.975), x+.5, 240-x+.5)",
         lambda d: _figures(share(int((d["a"] >= 4).sum()), 240, interval="jeffreys"))[1:]),
    Case("mean, t interval", "c(mean(d$a), t.test(d$a)$conf.int)", lambda d: _figures(mean_score(d["a"]))),
    Case("Newcombe difference, N−1 p", _NEWCOMBE, lambda d: _change(top_two_box_change(*_halves(d)))),
    Case("Welch t", "t <- t.test(a ~ half, d); c(diff(t$estimate), -rev(t$conf.int), t$p.value)",
         lambda d: _change(mean_change(*_halves(d)))),
    Case("paired t (gap)", "t <- t.test(d$b, d$a, paired=TRUE); c(t$estimate, t$conf.int)",
         lambda d: _figures(gap(d["a"], d["b"]))),
    Case("Welch F", "t <- oneway.test(a ~ segment, d); c(t$statistic, t$p.value)",
         lambda d: _test(welch_anova(d["a"], d["segment"]))),
    Case("Games-Howell", _GAMES_HOWELL, lambda d: _pairs(games_howell(d["a"], d["segment"])), ITERATIVE),
    Case("Kruskal-Wallis", "t <- kruskal.test(a ~ segment, d); c(t$statistic, t$p.value)",
         lambda d: _test(kruskal_wallis(d["a"], d["segment"]))),
    Case("Dunn, Holm", _DUNN, lambda d: _pairs(dunn(d["a"], d["segment"]))),
    Case("Mann-Whitney", "t <- wilcox.test(a ~ half, d, exact=FALSE); c(t$statistic, t$p.value)",
         lambda d: _test(mann_whitney(*_halves(d)))),
    Case("Cliff's delta", _CLIFF, lambda d: [cliffs_delta(*_halves(d)).value]),
    Case("Hedges g", _HEDGES, lambda d: [hedges_g(*_halves(d)).value]),
    Case("proportional odds", "k <- polr(factor(a) ~ segment, d, control=list(reltol=1e-14, maxit=1000)); coef(k)",
         lambda d: [each.value for each in ordinal_comparison(d["a"], d["segment"]).log_odds.values()], 1e-4),
    Case("chi-square", "t <- chisq.test(counts, correct=FALSE); c(t$statistic, t$p.value)",
         lambda d: _test(association(pd.crosstab(d["choice"], d["segment"])).test)),
    Case("N−1 chi-square", "chisq.test(table(d$half, d$a>=4), correct=FALSE)$statistic*239/240",
         lambda d: [association(_two_by_two(d)).test.statistic]),
    Case("Fisher's exact test", "fisher.test(matrix(c(0,9,1,3), 2))$p.value",
         lambda d: [association(pd.DataFrame([[0, 1], [9, 3]])).test.p]),
    Case("Holm", f"p.adjust(c({','.join(map(str, P_VALUES))}), 'holm')", lambda d: holm(P_VALUES)),
    Case("Benjamini-Hochberg", f"p.adjust(c({','.join(map(str, P_VALUES))}), 'BH')",
         lambda d: benjamini_hochberg(P_VALUES)),
    Case("design mean: strata, clusters", "m <- svymean(~a, design); c(coef(m), SE(m))",
         lambda d: [(e := design_mean(d["a"], design_of(d))).value, e.standard_error]),
    Case("raking: mean, SE, effective n", _RAKED, _raked, ITERATIVE),
    Case("Rao-Scott", "t <- svychisq(~choice+segment, design); c(t$statistic, t$p.value)",
         lambda d: _test(rao_scott(d["choice"], d["segment"], design_of(d)))),
    Case("weighted rank test, 2 groups", _UNTIED + "t <- svyranktest(z ~ half, u); c(t$statistic, t$p.value)",
         lambda d: _test(weighted_rank_test(_untied(d), d["half"], design_of(d)))),
    Case("weighted rank test, 3 groups", _UNTIED + "svyranktest(z ~ segment, u)$p.value",
         lambda d: [weighted_rank_test(_untied(d), d["segment"], design_of(d)).p]),
    Case("alpha", "psych::alpha(items)$total$raw_alpha", lambda d: [cronbach_alpha(d[ITEMS]).value]),
    Case("alpha, Feldt interval", "k <- psych::alpha(items); unlist(k$feldt[c('lower.ci','upper.ci')])",
         lambda d: _figures(cronbach_alpha(d[ITEMS]))[1:], ITERATIVE),
    Case("omega, one factor", "f <- fa(items, 1, fm='minres'); 1-sum(f$uniquenesses)/sum(cor(items))",
         lambda d: [omega_total(d[ITEMS])], 1e-5),
    Case("KMO, Bartlett", "b <- cortest.bartlett(cor(items), 240); c(KMO(items)$MSA, b$chisq, b$df)",
         lambda d: [(k := factor_adequacy(d[ITEMS])).kmo, k.chi_square, k.degrees]),
    Case("intraclass correlations", "psych::ICC(d[,c('a','b','c')], lmer=FALSE)$results$ICC", _icc),
    Case("confirmatory factors", _CFA, _factors, 1e-5),
    Case("LMG / Shapley", _LMG, _drivers(shapley_shares)),
    Case("Genizi / Johnson", _GENIZI, _drivers(relative_weights)),
    Case("VIF", "diag(solve(cor(drivers)))", lambda d: list(variance_inflation(d[DRIVERS]).values())),
    Case("penalty-reward, HC3", _PENALTY, _penalty),
    Case("best-worst conditional logit", _BEST_WORST, _best_worst, ITERATIVE),
    Case("Mahalanobis p", _MAHALANOBIS, lambda d: quality_measures(d[ITEMS])["mahalanobis"].head(20).tolist()),
    Case("Mann-Kendall", _WEEKLY + "t <- cor.test(w, seq_along(w), method='kendall', exact=FALSE); t$statistic",
         lambda d: [drift(_weekly(d)).statistic]),
    Case("change point", _WEEKLY + "breakpoints(ts(as.numeric(w)) ~ 1, breaks=1)$breakpoints",
         lambda d: [shift_point(_weekly(d)).position + 1]),
    Case("XmR limits", _WEEKLY + "s <- mean(abs(diff(w)))/1.128; c(mean(w), mean(w)-3*s, mean(w)+3*s)",
         lambda d: xmr_chart(_weekly(d))[["centre", "low", "high"]].iloc[0].tolist()),
    Case("p chart, 3 sigma", _P_CHART,
         lambda d: p_chart((d["a"] >= 4).groupby(np.arange(240) // 10).sum() * 1.0, pd.Series(10.0, index=range(24)),
                           limits="normal")[["centre", "low", "high"]].iloc[0].tolist()),
    Case("CUSUM run length", "xcusum.arl(.5, 5, 0, sided='two')", lambda d: [cusum_run_length(0.5, 5.0)], ITERATIVE),
    Case("EWMA run length", "xewma.arl(.2, 2.962, 0, sided='two')", lambda d: [ewma_run_length(0.2, 2.962)], 1e-4),
    Case("crossed random effects, REML (lmer)", _LMER, _crossed, 1e-4),
    Case("leniency: raters' effects (lmer)", "k <- lmer(b ~ 1+(1|cluster)+(1|choice), d); ranef(k)$choice[,1]",
         lambda d: [each.value for each in leniency(d["b"], d["cluster"], d["choice"]).raters.values()], 1e-4),
    Case("channel between like people, HC1", _CHANNEL, _channel),
    Case("answers to detect a difference", "ceiling(power.prop.test(p1=.8, p2=.85, power=.8)$n)",
         lambda d: [answers_to_detect_shares(0.8, 0.85)]),
)  # fmt: skip
