"""The catalogue of methods: pages offer what fits a question's measure and never name a method themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

from analysis.differences.comparison import mean_change, net_promoter_change, top_two_box_change
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
from analysis.differences.ordinal import ordinal_comparison
from analysis.differences.rank_tests import weighted_rank_test
from analysis.drivers.drivers import relative_weights, shapley_shares
from analysis.drivers.importance import penalty_reward, quadrants
from analysis.estimates import Words
from analysis.interpretation.time_series import time_reading
from analysis.level.expectation import gap, kano_of_answers
from analysis.level.satisfaction import (
    choice_shares,
    chosen_share,
    customer_effort,
    favourability,
    mean_of_numbers,
    mean_score,
    net_promoter_score,
    top_two_box,
)
from analysis.monitoring.change_points import drift, mix_decomposition, slope
from analysis.monitoring.control_charts import cusum_chart, ewma_chart, p_chart, xmr_chart
from analysis.sampling.complex_samples import design_mean, design_net_promoter_score, design_top_two_box
from analysis.sampling.response_quality import flagged_shares
from analysis.scales.confirmatory import confirmatory_factors
from analysis.scales.factors import parallel_analysis
from analysis.scales.item_analysis import item_analysis, weak_indicators
from analysis.scales.reliability import cronbach_alpha, omega, two_item_reliability
from analysis.scales.satisfaction_index import satisfaction_index

# What a method is for, and with what its function is called.
PURPOSES: dict[str, Words] = {
    "level": Words("水平", "level"),  # a column of answers → Estimate, or several by name
    "weighted": Words("加权水平", "weighted level"),  # a column of answers and a Design → Estimate
    "change": Words("变化", "change"),  # the columns before and after → Change
    "pair": Words("两组差异", "two groups"),  # two columns → Estimate or SignificanceTest
    "groups": Words("多组差异", "several groups"),  # a column of answers and one of groups → a test or pairs
    "weighted_groups": Words("加权多组差异", "several groups, weighted"),  # as groups, and a Design → a test
    "association": Words("关联", "association"),  # a table of counts → Association
    "weighted_association": Words("加权关联", "weighted association"),  # two columns of choices and a Design → a test
    "drivers": Words("驱动因素", "drivers"),  # the frame of dimensions and the column of overall satisfaction
    "contrast": Words("奖惩对比", "penalty and reward"),  # the same, and the dimensions
    "expectation": Words("期望", "expectation"),  # two paired columns → Estimate or KanoResult
    "scale": Words("量表质量", "quality of a scale"),  # a frame with a column per item
    "structure": Words("因子结构", "structure"),  # a frame of items, and the items of each factor
    "index": Words("满意度指数", "satisfaction index"),  # responses, a model, and the items of its latent variables
    "series": Words("时间序列", "series"),  # a column of values in time order
    "shares": Words("占比序列", "series of shares"),  # the columns of hits and of n in time order
    "mix": Words("构成变化", "change of mix"),  # the columns before and after, and the segments of both
}


@dataclass(frozen=True)
class Method:
    """One method: what users call it, what it is for, the measures of the items it takes, and its function."""

    label: Words
    purpose: str
    accepts: frozenset[str]
    function: Callable[..., Any]

    def result(self, arguments: Sequence[Any], **offered: Any) -> Any:
        """What the function makes of the *arguments*; of what is *offered* (the scale's ends, limits) it gets what it
        asks for."""
        asked = signature(self.function).parameters
        return self.function(
            *arguments, **{name: value for name, value in offered.items() if name in asked and value is not None}
        )


def methods_for(measure: str, purpose: str) -> dict[str, Method]:
    """The methods of *purpose* that take an item of *measure*, in the order of the catalogue."""
    return {name: method for name, method in METHODS.items() if method.purpose == purpose and measure in method.accepts}


RATING = frozenset({"rating", "effort", "importance", "expectation"})
EFFORT, NPS, KANO = frozenset({"effort"}), frozenset({"nps"}), frozenset({"kano"})
ONE, SEVERAL = frozenset({"nominal"}), frozenset({"multiple"})
AMOUNT = frozenset({"number", "rank", "share"})
SCORE, NUMBER = RATING | NPS, RATING | NPS | AMOUNT

METHODS: dict[str, Method] = {
    "top_two_box": Method(Words("满意率（最高两档）", "Top-two-box share"), "level", RATING, top_two_box),
    "mean_score": Method(Words("平均分", "Mean score"), "level", RATING, mean_score),
    "favourability": Method(Words("好评、中评、差评", "Favourability"), "level", RATING, favourability),
    "customer_effort": Method(Words("省力度", "Customer effort score"), "level", EFFORT, customer_effort),
    "net_promoter_score": Method(Words("净推荐值", "Net Promoter Score"), "level", NPS, net_promoter_score),
    "choice_shares": Method(Words("各选项占比", "Shares of the options"), "level", ONE, choice_shares),
    "chosen_share": Method(Words("选中占比", "Share that chose it"), "level", SEVERAL, chosen_share),
    "mean_of_numbers": Method(Words("平均值", "Mean"), "level", AMOUNT, mean_of_numbers),
    "design_top_two_box": Method(Words("加权满意率", "Weighted share"), "weighted", RATING, design_top_two_box),
    "design_mean": Method(Words("加权平均分", "Weighted mean"), "weighted", RATING, design_mean),
    "design_nps": Method(Words("加权净推荐值", "Weighted NPS"), "weighted", NPS, design_net_promoter_score),
    "top_two_box_change": Method(Words("满意率变化", "Change of share"), "change", RATING, top_two_box_change),
    "mean_change": Method(Words("平均分变化", "Change of mean"), "change", RATING, mean_change),
    "net_promoter_change": Method(Words("净推荐值变化", "Change of NPS"), "change", NPS, net_promoter_change),
    "mann_whitney": Method(Words("秩和检验", "Mann-Whitney"), "pair", NUMBER, mann_whitney),
    "cliffs_delta": Method(Words("Cliff 差异量", "Cliff's delta"), "pair", NUMBER, cliffs_delta),
    "hedges_g": Method(Words("Hedges 差异量", "Hedges g"), "pair", NUMBER, hedges_g),
    "welch_anova": Method(Words("各组均值是否不同", "Welch F"), "groups", NUMBER, welch_anova),
    "games_howell": Method(Words("均值两两比较", "Games-Howell"), "groups", NUMBER, games_howell),
    "kruskal_wallis": Method(Words("各组高低次序是否不同", "Kruskal-Wallis"), "groups", NUMBER, kruskal_wallis),
    "dunn": Method(Words("高低次序两两比较", "Dunn"), "groups", NUMBER, dunn),
    "ordinal": Method(Words("有序模型核对", "Proportional odds"), "groups", SCORE, ordinal_comparison),
    "weighted_rank_test": Method(
        Words("加权秩检验", "Weighted rank test"), "weighted_groups", NUMBER, weighted_rank_test
    ),
    "association": Method(Words("关联强弱", "Association"), "association", ONE | SEVERAL, association),
    "rao_scott": Method(Words("加权交叉表检验", "Rao-Scott"), "weighted_association", ONE | SEVERAL, rao_scott),
    "relative_weights": Method(Words("相对权重", "Relative weights"), "drivers", SCORE, relative_weights),
    "shapley_shares": Method(Words("夏普利分解", "Shapley shares"), "drivers", SCORE, shapley_shares),
    "quadrants": Method(Words("重要性与表现", "Importance-performance"), "drivers", SCORE, quadrants),
    "penalty_reward": Method(Words("奖惩对比", "Penalty-reward contrast"), "contrast", SCORE, penalty_reward),
    "gap": Method(Words("期望差距", "Expectation gap"), "expectation", RATING, gap),
    "kano": Method(Words("Kano 分类", "Kano categories"), "expectation", KANO, kano_of_answers),
    "cronbach_alpha": Method(Words("内部一致性（α）", "Cronbach's alpha"), "scale", RATING, cronbach_alpha),
    "omega": Method(Words("内部一致性（ω）", "McDonald's omega"), "scale", RATING, omega),
    "two_item_reliability": Method(Words("两题信度", "Two-item reliability"), "scale", RATING, two_item_reliability),
    "weak_indicators": Method(Words("需要修改的题目", "Weak indicators"), "scale", RATING, weak_indicators),
    "item_analysis": Method(Words("题目分析", "Item analysis"), "scale", RATING, item_analysis),
    "parallel_analysis": Method(Words("因子个数", "Number of factors"), "scale", RATING, parallel_analysis),
    "flagged_shares": Method(Words("答卷质量", "Quality of answers"), "scale", RATING, flagged_shares),
    "confirmatory_factors": Method(
        Words("验证性因子分析", "Confirmatory factors"), "structure", RATING, confirmatory_factors
    ),
    "satisfaction_index": Method(Words("满意度指数", "Satisfaction index"), "index", RATING, satisfaction_index),
    "p_chart": Method(Words("占比控制图", "p chart"), "shares", SCORE, p_chart),
    "time_reading": Method(Words("变化的类型", "Kind of change"), "series", NUMBER, time_reading),
    "xmr_chart": Method(Words("单值控制图", "XmR chart"), "series", NUMBER, xmr_chart),
    "ewma_chart": Method(Words("EWMA 控制图", "EWMA chart"), "series", NUMBER, ewma_chart),
    "cusum_chart": Method(Words("累积和控制图", "CUSUM chart"), "series", NUMBER, cusum_chart),
    "drift": Method(Words("趋势检验", "Trend test"), "series", NUMBER, drift),
    "slope": Method(Words("每期变化", "Slope"), "series", NUMBER, slope),
    "mix_decomposition": Method(Words("构成变化与真实变化", "Mix or real change"), "mix", NUMBER, mix_decomposition),
}
