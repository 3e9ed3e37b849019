"""The catalogue of methods: pages offer what fits a question's measure and never name a method themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.comparison import mean_change, net_promoter_change, top_two_box_change
from analysis.drivers import relative_weights, shapley_shares
from analysis.estimates import Words
from analysis.satisfaction import customer_effort, favourability, mean_score, net_promoter_score, top_two_box


@dataclass(frozen=True)
class Method:
    """One method: what users call it, the purpose it serves, the measures of the items it takes, and its function.

    Functions of one purpose are called alike: "level" with a column of answers, "change" with the columns before and
    after, "drivers" with the frame of drivers and the column of overall satisfaction.
    """

    label: Words
    purpose: str
    accepts: frozenset[str]
    function: Callable[..., Any]


def methods_for(measure: str, purpose: str) -> dict[str, Method]:
    """The methods of *purpose* that take an item of *measure*, in the order of the catalogue."""
    return {name: method for name, method in METHODS.items() if method.purpose == purpose and measure in method.accepts}


RATING, NPS = frozenset({"rating"}), frozenset({"nps"})

METHODS: dict[str, Method] = {
    "top_two_box": Method(Words("满意率（最高两档）", "Top-two-box share"), "level", RATING, top_two_box),
    "mean_score": Method(Words("平均分", "Mean score"), "level", RATING, mean_score),
    "favourability": Method(Words("好评、中评、差评", "Favourability"), "level", RATING, favourability),
    "customer_effort": Method(Words("省力度", "Customer effort score"), "level", RATING, customer_effort),
    "net_promoter_score": Method(Words("净推荐值", "Net Promoter Score"), "level", NPS, net_promoter_score),
    "top_two_box_change": Method(Words("满意率变化", "Change of share"), "change", RATING, top_two_box_change),
    "mean_change": Method(Words("平均分变化", "Change of mean"), "change", RATING, mean_change),
    "net_promoter_change": Method(Words("净推荐值变化", "Change of NPS"), "change", NPS, net_promoter_change),
    "relative_weights": Method(Words("相对权重", "Relative weights"), "drivers", RATING | NPS, relative_weights),
    "shapley_shares": Method(Words("夏普利分解", "Shapley shares"), "drivers", RATING | NPS, shapley_shares),
}
