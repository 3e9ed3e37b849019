"""What a statistician sees behind a figure: its formula, where it comes from, and the call that gives it again.

Figures name their method in words ("Wilson score interval (Wilson 1927)"); here those words are looked up. The calls
are of this project's functions and, after ≙, of R's where R gives the same.
"""

from __future__ import annotations

from typing import NamedTuple

from surveys.localisation.wording import Message, saying


class Explanation(NamedTuple):
    """Formula in plain signs, full citation, and call; what managers read instead of the method's name."""

    formula: str
    citation: str
    call: str
    name: Message | None = None


def explanation(method: str) -> Explanation | None:
    """What stands behind the *method* that a figure names; None for one that isn't listed."""
    return EXPLANATIONS.get(method)


def method_name(method: str) -> Message | str:
    """What managers read of the *method*; one that has no name for them keeps its own."""
    found = explanation(method)
    return found.name if found and found.name else method


EXPLANATIONS: dict[str, Explanation] = {
    "Wilson score interval (Wilson 1927)": Explanation(
        "(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)",
        "Wilson (1927), JASA 22, 209–212; Newcombe (1998), Stat. Med. 17, 857–872",
        "shares.share(hits, n) ≙ prop.test(hits, n, correct = FALSE)$conf.int",
        saying("Wilson 得分区间（Wilson 1927）"),
    ),
    "Agresti-Coull interval, exact up to ten answers (Agresti & Coull 1998)": Explanation(
        "p̃ ± z·√(p̃(1−p̃)/(n + z²)), p̃ = (hits + z²/2)/(n + z²); n ≤ 10: Beta quantiles of Clopper & Pearson",
        "Agresti & Coull (1998), Am. Stat. 52, 119–126; Clopper & Pearson (1934), Biometrika 26, 404–413",
        'shares.share(hits, n, interval="holding") ≙ binom::binom.agresti.coull(hits, n); binom.test(hits, n)$conf.int',
        saying("Agresti–Coull 区间（十份以内用精确区间）"),
    ),
    "wider of Student's and multinomial limits (Perks 1947)": Explanation(
        "shares of the K points ~ Dirichlet(counts + 1/K); quantiles of Σ share·point, or x̄ ± t·s/√n where wider",
        "Perks (1947), J. Inst. Actuaries 73, 285–334; Student (1908), Biometrika 6, 1–25",
        "satisfaction.mean_score(x)",
        saying("平均值的多项分布区间"),
    ),
    "exact binomial limits of equal answers (Clopper & Pearson 1934)": Explanation(
        "x − u·(x − low) … x + u·(high − x), u = 1 − (α/2)^(1/n)",
        "Clopper & Pearson (1934), Biometrika 26, 404–413; Korn & Graubard (1998), Surv. Methodol. 24, 193–201",
        "constant_answers.limits_of_equal(value, n, low, high) ≙ binom.test(n, n)$conf.int, put on the scale",
    ),
    "Jeffreys interval (Brown, Cai & DasGupta 2001)": Explanation(
        "Beta quantiles α/2 and 1 − α/2 at (hits + ½, n − hits + ½)",
        "Brown, Cai & DasGupta (2001), Stat. Sci. 16, 101–133",
        'shares.share(hits, n, interval="jeffreys") ≙ qbeta(c(.025, .975), hits + .5, n - hits + .5)',
    ),
    "Agresti-Coull interval (Agresti & Coull 1998)": Explanation(
        "p̃ ± z·√(p̃(1−p̃)/(n + z²)), p̃ = (hits + z²/2)/(n + z²)",
        "Agresti & Coull (1998), Am. Stat. 52, 119–126",
        'shares.share(hits, n, interval="agresti_coull")',
    ),
    "share between the mean probability and EM (Saerens, Latinne & Decaestecker 2002)": Explanation(
        "(p̄ + π)/2, π maximises Σ ln(π·p/½ + (1−π)·(1−p)/½); likelihood-ratio interval and the model's own error",
        "Saerens, Latinne & Decaestecker (2002), Neural Comput. 14, 21–41",
        "opinions.estimated_positives(comments)",
    ),
    "mean with t interval": Explanation(
        "x̄ ± t(1−α/2, n−1)·s/√n",
        "Student (1908), Biometrika 6, 1–25",
        "satisfaction.mean_score(x) ≙ t.test(x)$conf.int",
        saying("平均值与 t 区间"),
    ),
    "mean with BCa bootstrap interval (Efron 1987)": Explanation(
        "quantiles of 4,999 resampled means, corrected for bias z₀ and acceleration a",
        "Efron (1987), JASA 82, 171–185",
        'satisfaction.mean_score(x, interval="bca") ≙ boot::boot.ci(…, type = "bca")',
    ),
    "adjusted Wald interval (Rocks 2016)": Explanation(
        "(p̃ − d̃) ± z·√((p̃ + d̃ − (p̃ − d̃)²)/(n + 3)), with ¾ promoter, 1½ passives and ¾ detractor added",
        "Rocks (2016), Am. Stat. 70, 365–372",
        "satisfaction.net_promoter_score(x)",
        saying("校正 Wald 区间（Rocks 2016）"),
    ),
    "adjusted Wald z (Rocks 2016)": Explanation(
        "z = (ÑPS₂ − ÑPS₁)/√(se₁² + se₂²), each adjusted as its interval",
        "Rocks (2016), Am. Stat. 70, 365–372",
        "comparison.net_promoter_change(before, after)",
        saying("校正 Wald z 检验（Rocks 2016）"),
    ),
    "Newcombe hybrid score interval (Newcombe 1998), N−1 chi-square (Campbell 2007)": Explanation(
        "d − √((p₂−l₂)² + (u₁−p₁)²) … d + √((u₂−p₂)² + (p₁−l₁)²); χ²·(N−1)/N",
        "Newcombe (1998), Stat. Med. 17, 873–890, method 10; Campbell (2007), Stat. Med. 26, 3661–3675",
        "comparison.top_two_box_change(before, after)",
        saying("Newcombe 混合得分区间（Newcombe 1998），N−1 卡方检验（Campbell 2007）"),
    ),
    "Welch t test (Welch 1947)": Explanation(
        "t = (x̄₂ − x̄₁)/√(s₁²/n₁ + s₂²/n₂), degrees of freedom by Satterthwaite",
        "Welch (1947), Biometrika 34, 28–35",
        "comparison.mean_change(before, after) ≙ t.test(after, before)",
        saying("Welch t 检验（Welch 1947）"),
    ),
    "z test from the design's standard errors": Explanation(
        "z = (ŷ₂ − ŷ₁)/√(se₁² + se₂²)",
        "Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, Springer",
        "comparison.estimate_change(before, after)",
    ),
    "Taylor linearisation (Särndal, Swensson & Wretman 1992)": Explanation(
        "v = Σₕ (1 − fₕ)·mₕ/(mₕ−1)·Σᵢ(zₕᵢ − z̄ₕ)², zₕᵢ the cluster totals of wₖ(yₖ − ŷ)/Σw",
        "Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, Springer",
        "complex_samples.design_mean(x, Design(weights, strata, clusters)) ≙ survey::svymean(~x, svydesign(…))",
    ),
    "Taylor linearisation, exact limits at the effective n (Korn & Graubard 1998)": Explanation(
        "n* = min(n, p(1−p)/v·(t(n−1)/t(df))²); Beta quantiles at (n*p, n*(1−p) + 1) and (n*p + 1, n*(1−p))",
        "Korn & Graubard (1998), Surv. Methodol. 24, 193–201; Särndal, Swensson & Wretman (1992), Springer",
        'complex_samples.design_top_two_box(x, Design(…)) ≙ survey::svyciprop(~I(x >= 4), design, method = "beta")',
    ),
    "t test from the variation of clusters (Liang & Zeger 1986)": Explanation(
        "t = d/√v, v = m/(m−1)·Σⱼ(zⱼ − z̄)², zⱼ the cluster totals of both sides' (y − ȳ)/n; m − 1 degrees of freedom",
        "Liang & Zeger (1986), Biometrika 73, 13–22",
        "comparison.mean_change(before, after, clusters_before=…, clusters=…)",
        saying("按独立作答单位的 t 检验（Liang & Zeger 1986）"),
    ),
    "Wald test by jackknife over clusters (Bell & McCaffrey 2002)": Explanation(
        "F = d'V⁻¹d/q·(ν−q+1)/ν, V = (m−1)/m·Σⱼ(ȳ₍ⱼ₎ − ȳ)(ȳ₍ⱼ₎ − ȳ)', ȳ₍ⱼ₎ the groups' means without cluster j",
        "Bell & McCaffrey (2002), Surv. Methodol. 28, 169–181; Hotelling (1931), Ann. Math. Stat. 2, 360–378",
        "groups.welch_anova(values, groups, clusters=…)",
        saying("按独立作答单位的 Wald 检验（Bell & McCaffrey 2002）"),
    ),
    "paired t interval": Explanation(
        "d̄ ± t(1−α/2, n−1)·s_d/√n",
        "Student (1908), Biometrika 6, 1–25; Parasuraman, Zeithaml & Berry (1988), J. Retailing 64, 12–40",
        "expectation.gap(expectation, perception) ≙ t.test(perception, expectation, paired = TRUE)",
    ),
    "beta-binomial partial pooling (Gelman et al. 2013)": Explanation(
        "hᵢ ~ Binomial(nᵢ, pᵢ), pᵢ ~ Beta(μs, (1−μ)s), ρ = 1/(1+s); μ and √ρ uniform, integrated on a grid",
        "Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., ch. 5; Spiegelhalter (2005), Stat. Med. 24, 1185–1202",
        "partial_pooling.compare_top_two(ratings, units)",
    ),
    "normal partial pooling (Gelman et al. 2013)": Explanation(
        "ȳᵢ ~ N(θᵢ, sᵢ²/nᵢ), θᵢ ~ N(μ, τ²); μ and τ uniform, τ on a grid; sᵢ² steadied by the variance within units",
        "Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., ch. 5; Smyth (2004), Stat. Appl. Genet. Mol. Biol. 3",
        "partial_pooling.compare_scores(values, units)",
    ),
    "Welch F test (Welch 1951)": Explanation(
        "F = Σwᵢ(x̄ᵢ−x̃)²/(k−1) / (1 + 2(k−2)/(k²−1)·Σ(1−wᵢ/W)²/(nᵢ−1)), wᵢ = nᵢ/sᵢ²",
        "Welch (1951), Biometrika 38, 330–336",
        "groups.welch_anova(values, groups) ≙ oneway.test(values ~ groups)",
    ),
    "Games-Howell (Games & Howell 1976)": Explanation(
        "q = |x̄ᵢ−x̄ⱼ|/√((sᵢ²/nᵢ + sⱼ²/nⱼ)/2) on the studentised range of k groups",
        "Games & Howell (1976), J. Educ. Stat. 1, 113–125",
        "groups.games_howell(values, groups) ≙ rstatix::games_howell_test",
    ),
    "Kruskal-Wallis (Kruskal & Wallis 1952)": Explanation(
        "H = 12/(N(N+1))·ΣRᵢ²/nᵢ − 3(N+1), divided by 1 − Σ(t³−t)/(N³−N)",
        "Kruskal & Wallis (1952), JASA 47, 583–621",
        "groups.kruskal_wallis(values, groups) ≙ kruskal.test(values, groups)",
    ),
    "Dunn (Dunn 1964), Holm": Explanation(
        "z = (R̄ᵢ−R̄ⱼ)/√((N(N+1)/12 − Σ(t³−t)/(12(N−1)))·(1/nᵢ+1/nⱼ)), p by Holm over all pairs",
        "Dunn (1964), Technometrics 6, 241–252; Holm (1979), Scand. J. Stat. 6, 65–70",
        'groups.dunn(values, groups) ≙ FSA::dunnTest(…, method = "holm")',
    ),
    "Mann-Whitney U (Mann & Whitney 1947)": Explanation(
        "U = ΣRanks₁ − n₁(n₁+1)/2, normal approximation with ties and continuity correction",
        "Mann & Whitney (1947), Ann. Math. Stat. 18, 50–60",
        "groups.mann_whitney(first, second) ≙ wilcox.test(first, second, exact = FALSE)",
    ),
    "weighted rank test (Lumley & Scott 2013)": Explanation(
        "Wald test of the groups' mean estimated population ranks, variance by linearisation",
        "Lumley & Scott (2013), Biometrika 100, 831–842",
        "rank_tests.weighted_rank_test(x, groups, design) ≙ survey::svyranktest(x ~ groups, design)",
    ),
    "Cliff's delta (Cliff 1996)": Explanation(
        "δ = P(x>y) − P(x<y); (δ−δ³ ± z·s·√((1−δ²)²+z²s²))/(1−δ²+z²s²)",
        "Cliff (1996), Ordinal Methods for Behavioral Data Analysis, Erlbaum; Feng & Cliff (2004), JMASM 3, 322–332",
        "groups.cliffs_delta(first, second) ≙ effsize::cliff.delta(first, second)",
    ),
    "Hedges g (Hedges & Olkin 1985)": Explanation(
        "g = (x̄₁−x̄₂)/s_p·(1 − 3/(4(n₁+n₂−2)−1)); se² = (n₁+n₂)/n₁n₂ + g²/2(n₁+n₂)",
        "Hedges & Olkin (1985), Statistical Methods for Meta-Analysis, Academic Press",
        "groups.hedges_g(first, second)",
    ),
    "proportional odds, likelihood ratio (McCullagh 1980)": Explanation(
        "logit P(Y ≤ j) = θⱼ − βₓ; 2·(ℓ − ℓ₀) on χ²(groups − 1)",
        "McCullagh (1980), J. R. Stat. Soc. B 42, 109–142",
        "ordinal.ordinal_comparison(values, groups) ≙ MASS::polr(values ~ groups)",
    ),
    "chi-square (Pearson 1900)": Explanation(
        "χ² = Σ(O−E)²/E",
        "Pearson (1900), Phil. Mag. 50, 157–175",
        "crosstabs.association(counts) ≙ chisq.test(counts, correct = FALSE)",
    ),
    "N−1 chi-square (Campbell 2007)": Explanation(
        "χ²·(N−1)/N", "Campbell (2007), Stat. Med. 26, 3661–3675", "crosstabs.association(counts)"
    ),
    "Fisher exact test (Fisher 1922)": Explanation(
        "hypergeometric probability of the tables no likelier than the one seen",
        "Fisher (1922), J. R. Stat. Soc. 85, 87–94",
        "crosstabs.association(counts) ≙ fisher.test(counts)",
    ),
    "Cramér's V (Bergsma 2013), noncentral χ² interval (Smithson 2003)": Explanation(
        "Ṽ = √(max(0, φ²−(r−1)(c−1)/(n−1))/min(r̃−1, c̃−1)); limits from the noncentralities λ at which χ² is the "
        "α/2 and 1−α/2 quantile, put through the same correction",
        "Bergsma (2013), J. Korean Stat. Soc. 42, 323–328; Smithson (2003), Confidence Intervals, Sage",
        "crosstabs.association(counts).strength",
    ),
    "Rao-Scott F (Rao & Scott 1984)": Explanation(
        "F = X²/tr Δ on tr(Δ)²/tr(Δ²) and that times the design's degrees of freedom",
        "Rao & Scott (1984), Ann. Stat. 12, 46–60",
        "crosstabs.rao_scott(rows, columns, design) ≙ survey::svychisq(~rows + columns, design)",
    ),
    "relative weights (Johnson 2000)": Explanation(
        "Λ²β², Λ = R_xx^½, β = Λ⁻¹r_xy; bootstrap percentile interval",
        "Johnson (2000), Multivar. Behav. Res. 35, 1–19; Genizi (1993), Stat. Sinica 3, 407–420",
        'drivers.relative_weights(scores, overall) ≙ relaimpo::calc.relimp(…, type = "genizi")',
    ),
    "Shapley/LMG (Lindeman et al. 1980)": Explanation(
        "mean gain in R² over all orders of entry; bootstrap percentile interval",
        "Lindeman, Merenda & Gold (1980), Introduction to Bivariate and Multivariate Analysis, Scott Foresman",
        'drivers.shapley_shares(scores, overall) ≙ relaimpo::calc.relimp(…, type = "lmg")',
    ),
    "R² (Olkin & Finn 1995)": Explanation(
        "se = √(4R²(1−R²)²(n−k−1)²/((n²−1)(n+3)))",
        "Olkin & Finn (1995), Psychol. Bull. 118, 155–164",
        "drivers.relative_weights(scores, overall).explained() ≙ psychometric::CI.Rsq(R2, n, k)",
    ),
    "penalty-reward contrast (Brandt 1987), HC3": Explanation(
        "overall ~ Σ low_j + Σ high_j (indicators), robust covariance HC3",
        "Brandt (1987), Add Value to Your Service, 61–65; MacKinnon & White (1985), J. Econometrics 29, 305–325",
        "importance.penalty_reward(scores, overall, dimensions)",
    ),
    "PLS path model, centroid, mode A (Wold 1982; Tenenhaus et al. 2005)": Explanation(
        "outer weights by mode A, inner by the centroid scheme, paths by least squares; "
        "index 100·Σw(x̄−min)/(max−min)/Σw",
        "Wold (1982), in Systems under Indirect Observation; Tenenhaus et al. (2005), Comp. Stat. Data Anal. 48, "
        "159–205",
        "satisfaction_index.satisfaction_index(responses, model, items) ≙ plspm::plspm(…)",
    ),
    "confirmatory factor analysis, maximum likelihood (Jöreskog 1969)": Explanation(
        "F = ln|Σ| + tr(SΣ⁻¹) − ln|S| − p, χ² = n·F",
        "Jöreskog (1969), Psychometrika 34, 183–202; Hu & Bentler (1999), Struct. Equ. Model. 6, 1–55",
        "confirmatory.confirmatory_factors(items, factors) ≙ lavaan::cfa(model, data, std.lv = TRUE)",
    ),
    "ICC(1), ICC(k) by one-way analysis of variance (Shrout & Fleiss 1979)": Explanation(
        "ICC(1) = (MSB − MSW)/(MSB + (k−1)·MSW), ICC(k) = 1 − MSW/MSB; limits from F/F(.975); r_wg = 1 − s²/σ²_null",
        "Shrout & Fleiss (1979), Psychol. Bull. 86, 420–428; James, Demaree & Wolf (1984), J. Appl. Psychol. 69, 85–98",
        "agreement.agreement(values, groups) ≙ psych::ICC(ratings), rows ICC1 and ICC1k",
    ),
    "sequential best-worst conditional logit (Marley & Louviere 2005)": Explanation(
        "P(best i) = e^uᵢ/Σe^u, P(worst j of the rest) = e^−uⱼ/Σe^−u; sandwich by respondent (or cluster), G/(G−1); "
        "share = e^uᵢ/Σe^u, interval in log odds; ranks by simultaneous differences",
        "Marley & Louviere (2005), J. Math. Psychol. 49, 464–480; Al Mohamad et al. (2022), Stat. Methods Med. Res.",
        "best_worst.best_worst(responses, comparison) ≙ "
        "survival::clogit(chosen ~ items + strata(choice), cluster = respondent, method = \"breslow\")",
    ),
    "best minus worst (Louviere, Flynn & Marley 2015)": Explanation(
        "(times best − times worst) / times shown; linearised, by respondent (or cluster), t with G − 1",
        "Louviere, Flynn & Marley (2015), Best-Worst Scaling, Cambridge University Press",
        "best_worst.best_worst(responses, comparison).items",
    ),
    "hierarchical logit, empirical Bayes by simulated EM (Train 2009)": Explanation(
        "u ~ N(μ, Σ) between people, 1,024 quasi-random people, EM; share of firsts with Wilson's interval at "
        "n·reliability",
        "Train (2009), Discrete Choice Methods with Simulation, ch. 14, Cambridge University Press",
        "best_worst.best_worst(responses, comparison).items",
    ),
    "TURF (Miaoulis et al. 1990), bootstrap of respondents": Explanation(
        "reach = share of people with one or more of the options; interval of the winner by bootstrap, less what "
        "selection adds; tied: not clearly behind the best (Hsu)",
        "Miaoulis, Parsons & Free (1990), Marketing Research 2, 30–40; Hsu (1996), Multiple Comparisons, ch. 4",
        "turf.turf(responses, options)",
    ),
    "alpha (Cronbach 1951), interval of Feldt (1965)": Explanation(
        "k/(k−1)·(1 − Σsᵢ²/s²); 1 − (1−α)·F(n−1, (n−1)(k−1))",
        "Cronbach (1951), Psychometrika 16, 297–334; Feldt (1965), Psychometrika 30, 357–370",
        "reliability.cronbach_alpha(items) ≙ psych::alpha(items)",
    ),
    "omega of one minres factor (McDonald 1999), delta interval": Explanation(
        "1 − Σ(1−λᵢ²)/ΣΣr_ij; standard error from the influence of each response on every correlation",
        "McDonald (1999), Test Theory, Erlbaum; Harman & Jones (1966), Psychometrika 31, 351–368",
        "reliability.omega(items) ≙ psych::omega(items, nfactors = 1)$omega.tot",
    ),
    "Spearman-Brown (1910) of two items, Fisher z interval": Explanation(
        "2r/(1+r); limits of r by tanh(artanh r ± z/√(n−3))",
        "Spearman (1910), Br. J. Psychol. 3, 271–295; Eisinga, Grotenhuis & Pelzer (2013), Int. J. Public Health 58, "
        "637–642",
        "reliability.two_item_reliability(items)",
    ),
    "Mann-Kendall trend test (Kendall 1975)": Explanation(
        "S = Σ sign(xⱼ−xᵢ), z = S/√var(S) with ties, no continuity correction",
        "Mann (1945), Econometrica 13, 245–259; Kendall (1975), Rank Correlation Methods, Griffin",
        'change_points.drift(values) ≙ cor.test(x, seq_along(x), method = "kendall", exact = FALSE)',
    ),
    "Theil-Sen slope (Sen 1968)": Explanation(
        "median of (xⱼ−xᵢ)/(j−i), interval from Kendall's S",
        "Sen (1968), JASA 63, 1379–1389",
        "change_points.slope(values)",
    ),
    "least squares change point, permutation p (Bai & Perron 1998)": Explanation(
        "k̂ = argmin SS₁(k) + SS₂(k); p from permuted series, interval from redrawn ones",
        "Bai & Perron (1998), Econometrica 66, 47–78",
        "change_points.shift_point(values) ≙ strucchange::breakpoints(values ~ 1, breaks = 1)",
    ),
    "joint watch (Lucas & Saccucci 1990)": Explanation(
        "z_t = mid-p normal score of the week's count, or (x̄_t − x̄₀)/√(σ²/n_t + τ²); E_t = 0.2·z_t + 0.8·E_{t−1}; "
        "alarm where |z_t| or |E_t| > t(α/4, df)·its standard deviation",
        "Lucas & Saccucci (1990), Technometrics 32, 1–12; Paule & Mandel (1982) for τ²; Laney (2002), Qual. Eng. 14, "
        "531–537; Benjamini & Hochberg (1995) for the search over units",
        "joint_watch.joint_watch(weeks, share=True, alpha=family_alpha(questions, units, whole=True))",
    ),
    "p chart, exact limits (Shewhart 1931)": Explanation(
        "binomial or beta-binomial limits at the α of the false-alarm budget",
        'Shewhart (1931), Economic Control of Quality; Laney (2002), Qual. Eng. 14, 531–537 for limits="laney"',
        "control_charts.p_chart(hits, n, alpha=budget.alpha)",
    ),
}
