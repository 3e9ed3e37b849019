"""The catalogue of methods: pages offer what fits a question's measure and never name a method themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

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
from analysis.differences.partial_pooling import compare_scores, compare_top_two
from analysis.differences.rank_tests import weighted_rank_test
from analysis.drivers.drivers import relative_weights, shapley_shares
from analysis.drivers.importance import penalty_reward, quadrants
from analysis.drivers.routes import drivers_by_route
from analysis.figures import FIGURES, NPS, RATING
from analysis.level.expectation import gap, kano_of_answers
from analysis.level.satisfaction import (
    choice_shares,
    chosen_share,
    favourability,
    mean_of_numbers,
)
from analysis.monitoring.change_points import drift, mix_decomposition, slope
from analysis.monitoring.control_charts import cusum_chart, ewma_chart, p_chart, xmr_chart
from analysis.monitoring.time_reading import time_reading
from analysis.sampling.complex_samples import design_mean, design_net_promoter_score, design_top_two_box
from analysis.sampling.response_quality import flagged_shares
from analysis.scales.agreement import agreement
from analysis.scales.confirmatory import confirmatory_factors
from analysis.scales.factors import parallel_analysis
from analysis.scales.item_analysis import item_analysis, weak_indicators
from analysis.scales.reliability import cronbach_alpha, omega, two_item_reliability
from analysis.scales.satisfaction_index import satisfaction_index
from analysis.trade_offs.best_worst import best_worst
from analysis.trade_offs.turf import turf, turf_of_utilities
from surveys.localisation.wording import Message, saying

# What a method is for, and with what its function is called.
PURPOSES: dict[str, Message] = {
    "level": saying("水平"),  # a column of answers → Estimate, or several by name
    "weighted": saying("加权水平"),  # a column of answers and a Design → Estimate
    "change": saying("变化"),  # the columns before and after → Change
    "pair": saying("两组差异"),  # two columns → Estimate or SignificanceTest
    "groups": saying("多组差异"),  # a column of answers and one of groups → a test or pairs
    "weighted_groups": saying("加权多组差异"),  # as groups, and a Design → a test
    "association": saying("关联"),  # a table of counts → Association
    "weighted_association": saying("加权关联"),  # two columns of choices and a Design → a test
    "drivers": saying("驱动因素"),  # the frame of dimensions and the column of overall satisfaction
    "contrast": saying("奖惩对比"),  # the same, and the dimensions
    "expectation": saying("期望"),  # two paired columns → Estimate or KanoResult
    "trade_offs": saying("取舍"),  # a frame with the columns of a best-worst question, and its design
    "reach": saying("覆盖"),  # a frame of options (0 and 1) and their names, or as for trade-offs
    "scale": saying("量表质量"),  # a frame with a column per item
    "structure": saying("因子结构"),  # a frame of items, and the items of each factor
    "index": saying("满意度指数"),  # responses, a model, and the items of its latent variables
    "series": saying("时间序列"),  # a column of values in time order
    "shares": saying("占比序列"),  # the columns of hits and of n in time order
    "mix": saying("构成变化"),  # the columns before and after, and the segments of both
}


@dataclass(frozen=True)
class Method:
    """One method: what users call it, what it is for, the measures of the items it takes, and its function."""

    label: Message
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


KANO = frozenset({"kano"})
COMPARED = frozenset({"best_worst"})
ONE, SEVERAL = frozenset({"nominal"}), frozenset({"multiple"})
AMOUNT = frozenset({"number", "rank", "share"})
SCORE, NUMBER = RATING | NPS, RATING | NPS | AMOUNT

METHODS: dict[str, Method] = {
    **{each.code: Method(each.name, "level", each.accepts, each.estimate) for each in FIGURES.values() if each.accepts},
    **{
        each.change.__name__: Method(saying("{figure}的变化", figure=each.name), "change", each.accepts, each.change)
        for each in FIGURES.values()
        if each.accepts and each.change
    },
    "favourability": Method(saying("好评、中评、差评"), "level", RATING, favourability),
    "choice_shares": Method(saying("各选项占比"), "level", ONE, choice_shares),
    "chosen_share": Method(saying("选中占比"), "level", SEVERAL, chosen_share),
    "mean_of_numbers": Method(saying("平均值"), "level", AMOUNT, mean_of_numbers),
    "design_top_two_box": Method(saying("加权满意率"), "weighted", RATING, design_top_two_box),
    "design_mean": Method(saying("加权平均分"), "weighted", RATING, design_mean),
    "design_nps": Method(saying("加权净推荐值"), "weighted", NPS, design_net_promoter_score),
    "mann_whitney": Method(saying("秩和检验"), "pair", NUMBER, mann_whitney),
    "cliffs_delta": Method(saying("Cliff 差异量"), "pair", NUMBER, cliffs_delta),
    "hedges_g": Method(saying("Hedges 差异量"), "pair", NUMBER, hedges_g),
    "compare_top_two": Method(saying("满意率的公平比较"), "groups", RATING, compare_top_two),
    "compare_scores": Method(saying("平均分的公平比较"), "groups", SCORE, compare_scores),
    "welch_anova": Method(saying("各组均值是否不同"), "groups", NUMBER, welch_anova),
    "games_howell": Method(saying("均值两两比较"), "groups", NUMBER, games_howell),
    "kruskal_wallis": Method(saying("各组高低次序是否不同"), "groups", NUMBER, kruskal_wallis),
    "dunn": Method(saying("高低次序两两比较"), "groups", NUMBER, dunn),
    "ordinal": Method(saying("有序模型核对"), "groups", SCORE, ordinal_comparison),
    "agreement": Method(saying("评价者是否一致"), "groups", SCORE, agreement),
    "weighted_rank_test": Method(saying("加权秩检验"), "weighted_groups", NUMBER, weighted_rank_test),
    "association": Method(saying("关联强弱"), "association", ONE | SEVERAL, association),
    "rao_scott": Method(saying("加权交叉表检验"), "weighted_association", ONE | SEVERAL, rao_scott),
    "relative_weights": Method(saying("相对权重"), "drivers", SCORE, relative_weights),
    "shapley_shares": Method(saying("夏普利分解"), "drivers", SCORE, shapley_shares),
    "drivers_by_route": Method(saying("按用过的服务看"), "drivers", SCORE, drivers_by_route),
    "quadrants": Method(saying("重要性与表现"), "drivers", SCORE, quadrants),
    "penalty_reward": Method(saying("奖惩对比"), "contrast", SCORE, penalty_reward),
    "gap": Method(saying("期望差距"), "expectation", RATING, gap),
    "kano": Method(saying("Kano 分类"), "expectation", KANO, kano_of_answers),
    "best_worst": Method(saying("看重程度（MaxDiff）"), "trade_offs", COMPARED, best_worst),
    "turf": Method(saying("组合覆盖（TURF）"), "reach", SEVERAL, turf),
    "turf_of_utilities": Method(saying("看重项目的组合覆盖（TURF）"), "reach", COMPARED, turf_of_utilities),
    "cronbach_alpha": Method(saying("内部一致性（α）"), "scale", RATING, cronbach_alpha),
    "omega": Method(saying("内部一致性（ω）"), "scale", RATING, omega),
    "two_item_reliability": Method(saying("两题信度"), "scale", RATING, two_item_reliability),
    "weak_indicators": Method(saying("需要修改的题目"), "scale", RATING, weak_indicators),
    "item_analysis": Method(saying("题目分析"), "scale", RATING, item_analysis),
    "parallel_analysis": Method(saying("因子个数"), "scale", RATING, parallel_analysis),
    "flagged_shares": Method(saying("答卷质量"), "scale", RATING, flagged_shares),
    "confirmatory_factors": Method(saying("验证性因子分析"), "structure", RATING, confirmatory_factors),
    "satisfaction_index": Method(saying("满意度指数"), "index", RATING, satisfaction_index),
    "p_chart": Method(saying("占比控制图"), "shares", SCORE, p_chart),
    "time_reading": Method(saying("变化的类型"), "series", NUMBER, time_reading),
    "xmr_chart": Method(saying("单值控制图"), "series", NUMBER, xmr_chart),
    "ewma_chart": Method(saying("EWMA 控制图"), "series", NUMBER, ewma_chart),
    "cusum_chart": Method(saying("累积和控制图"), "series", NUMBER, cusum_chart),
    "drift": Method(saying("趋势检验"), "series", NUMBER, drift),
    "slope": Method(saying("每期变化"), "series", NUMBER, slope),
    "mix_decomposition": Method(saying("构成变化与真实变化"), "mix", NUMBER, mix_decomposition),
}
