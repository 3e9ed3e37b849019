"""The catalogue of methods: pages offer what fits a question's measure and never name a method themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.comparison import mean_change, net_promoter_change, top_two_box_change
from analysis.control_charts import cusum_chart, ewma_chart, p_chart, xmr_chart
from analysis.crosstabs import association
from analysis.design import design_mean, design_net_promoter_score, design_top_two_box
from analysis.drivers import relative_weights, shapley_shares
from analysis.estimates import Words
from analysis.expectation import gap, kano_categories
from analysis.groups import (
    cliffs_delta,
    dunn,
    games_howell,
    hedges_g,
    kruskal_wallis,
    mann_whitney,
    welch_anova,
)
from analysis.importance import penalty_reward, quadrants
from analysis.index_model import satisfaction_index
from analysis.ordinal import ordinal_comparison
from analysis.quality import quality_measures
from analysis.reliability import cronbach_alpha, item_analysis, parallel_analysis
from analysis.satisfaction import customer_effort, favourability, mean_score, net_promoter_score, top_two_box
from analysis.shifts import drift, shift_point

# What a method is for, and with what its function is called.
PURPOSES: dict[str, Words] = {
    "level": Words("水平", "level"),  # a column of answers → Estimate, or several by name
    "weighted": Words("加权水平", "weighted level"),  # a column of answers and a Design → Estimate
    "change": Words("变化", "change"),  # the columns before and after → Change
    "pair": Words("两组差异", "two groups"),  # two columns → Estimate or SignificanceTest
    "groups": Words("多组差异", "several groups"),  # a column of answers and one of groups → a test or pairs
    "association": Words("关联", "association"),  # a table of counts → Association
    "drivers": Words("驱动因素", "drivers"),  # the frame of dimensions and the column of overall satisfaction
    "contrast": Words("奖惩对比", "penalty and reward"),  # the same, and the dimensions
    "expectation": Words("期望", "expectation"),  # two paired columns → Estimate or a column of categories
    "scale": Words("量表质量", "quality of a scale"),  # a frame with a column per item
    "index": Words("满意度指数", "satisfaction index"),  # responses, a model, and the items of its latent variables
    "series": Words("时间序列", "series"),  # a column of values in time order
    "shares": Words("占比序列", "series of shares"),  # the columns of hits and of n in time order
}


@dataclass(frozen=True)
class Method:
    """One method: what users call it, what it is for, the measures of the items it takes, and its function."""

    label: Words
    purpose: str
    accepts: frozenset[str]
    function: Callable[..., Any]


def methods_for(measure: str, purpose: str) -> dict[str, Method]:
    """The methods of *purpose* that take an item of *measure*, in the order of the catalogue."""
    return {name: method for name, method in METHODS.items() if method.purpose == purpose and measure in method.accepts}


RATING, NPS, CHOICE = frozenset({"rating"}), frozenset({"nps"}), frozenset({"nominal", "multiple"})
NUMBER = RATING | NPS

METHODS: dict[str, Method] = {
    "top_two_box": Method(Words("满意率（最高两档）", "Top-two-box share"), "level", RATING, top_two_box),
    "mean_score": Method(Words("平均分", "Mean score"), "level", RATING, mean_score),
    "favourability": Method(Words("好评、中评、差评", "Favourability"), "level", RATING, favourability),
    "customer_effort": Method(Words("省力度", "Customer effort score"), "level", RATING, customer_effort),
    "net_promoter_score": Method(Words("净推荐值", "Net Promoter Score"), "level", NPS, net_promoter_score),
    "design_top_two_box": Method(Words("加权满意率", "Weighted share"), "weighted", RATING, design_top_two_box),
    "design_mean": Method(Words("加权平均分", "Weighted mean"), "weighted", RATING, design_mean),
    "design_nps": Method(Words("加权净推荐值", "Weighted NPS"), "weighted", NPS, design_net_promoter_score),
    "top_two_box_change": Method(Words("满意率变化", "Change of share"), "change", RATING, top_two_box_change),
    "mean_change": Method(Words("平均分变化", "Change of mean"), "change", RATING, mean_change),
    "net_promoter_change": Method(Words("净推荐值变化", "Change of NPS"), "change", NPS, net_promoter_change),
    "mann_whitney": Method(Words("秩和检验", "Mann-Whitney"), "pair", NUMBER, mann_whitney),
    "cliffs_delta": Method(Words("Cliff 差异量", "Cliff's delta"), "pair", NUMBER, cliffs_delta),
    "hedges_g": Method(Words("Hedges 差异量", "Hedges g"), "pair", NUMBER, hedges_g),
    "welch_anova": Method(Words("多组均值", "Welch F"), "groups", NUMBER, welch_anova),
    "games_howell": Method(Words("均值两两比较", "Games-Howell"), "groups", NUMBER, games_howell),
    "kruskal_wallis": Method(Words("多组秩和", "Kruskal-Wallis"), "groups", NUMBER, kruskal_wallis),
    "dunn": Method(Words("秩两两比较", "Dunn"), "groups", NUMBER, dunn),
    "ordinal": Method(Words("有序模型核对", "Proportional odds"), "groups", NUMBER, ordinal_comparison),
    "association": Method(Words("交叉表", "Crosstab"), "association", CHOICE, association),
    "relative_weights": Method(Words("相对权重", "Relative weights"), "drivers", NUMBER, relative_weights),
    "shapley_shares": Method(Words("夏普利分解", "Shapley shares"), "drivers", NUMBER, shapley_shares),
    "quadrants": Method(Words("重要性与表现", "Importance-performance"), "drivers", NUMBER, quadrants),
    "penalty_reward": Method(Words("奖惩对比", "Penalty-reward contrast"), "contrast", NUMBER, penalty_reward),
    "gap": Method(Words("期望差距", "Expectation gap"), "expectation", RATING, gap),
    "kano": Method(Words("Kano 分类", "Kano categories"), "expectation", frozenset({"nominal"}), kano_categories),
    "cronbach_alpha": Method(Words("内部一致性", "Cronbach's alpha"), "scale", RATING, cronbach_alpha),
    "item_analysis": Method(Words("题目分析", "Item analysis"), "scale", RATING, item_analysis),
    "parallel_analysis": Method(Words("因子个数", "Number of factors"), "scale", RATING, parallel_analysis),
    "quality_measures": Method(Words("答卷质量", "Quality of answers"), "scale", RATING, quality_measures),
    "satisfaction_index": Method(Words("满意度指数", "Satisfaction index"), "index", RATING, satisfaction_index),
    "p_chart": Method(Words("占比控制图", "p chart"), "shares", NUMBER, p_chart),
    "xmr_chart": Method(Words("单值控制图", "XmR chart"), "series", NUMBER, xmr_chart),
    "ewma_chart": Method(Words("EWMA 控制图", "EWMA chart"), "series", NUMBER, ewma_chart),
    "cusum_chart": Method(Words("累积和控制图", "CUSUM chart"), "series", NUMBER, cusum_chart),
    "drift": Method(Words("趋势检验", "Trend test"), "series", NUMBER, drift),
    "shift_point": Method(Words("突变点", "Change point"), "series", NUMBER, shift_point),
}
