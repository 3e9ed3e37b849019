"""Which items of a scale should be revised, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.scales.reliability import cronbach_alpha
from surveys.localisation.wording import Message, saying

WEAK_ITEM = 0.3

_ENDLESS = saying("有答案是无穷大，请核对数据")


def weak_indicators(items: pd.DataFrame) -> dict[str, Message]:
    """The items that should be revised, each with the reason in plain words."""
    weak = item_analysis(items).query("weak")
    endless = _endless(items)
    return {
        str(item): _ENDLESS if item in endless else _why_weak(float(rest))
        for item, rest in zip(weak["item"], weak["item_rest"], strict=True)
    }


def _endless(items: pd.DataFrame) -> list[str]:
    """The items with infinite answers."""
    return [item for item in items.columns if np.isinf(items[item].to_numpy(dtype=float)).any()]


def _why_weak(item_rest: float) -> Message:
    if not np.isfinite(item_rest):
        return saying("答案全部相同或太少，区分不了客户")
    if item_rest < 0:
        return saying("与其余题目方向相反，请核对是否需要反向计分")
    if item_rest < WEAK_ITEM:
        return saying("与其余题目的相关只有 {item_rest:.2f}，可能问的是另一件事", item_rest=item_rest)
    return saying("去掉这题后内部一致性更高")


def item_analysis(items: pd.DataFrame) -> pd.DataFrame:
    """One row per item: item, n, mean, sd, item_rest (correlation with the mean of the other items), alpha_without.

    weak is True for an item to revise: item-rest correlation under .3, or alpha higher without it, or no variation. An
    item with infinite answers is weak, has no figures, and is left out of those of the others.
    """
    sound = items.drop(columns=_endless(items))
    alpha = cronbach_alpha(sound).value
    rows: list[tuple[object, ...]] = []
    for item in items.columns:
        if item not in sound.columns:
            rows.append((item, int(items[item].count()), np.nan, np.nan, None, None, True))
            continue
        others = sound.drop(columns=item)
        rest = _correlation(items[item], others.mean(axis=1))
        without = cronbach_alpha(others).value if others.shape[1] > 1 else None
        worse = without is not None and alpha is not None and without > alpha
        weak = rest is None or rest < WEAK_ITEM or worse
        n, mean, sd = int(items[item].count()), items[item].mean(), items[item].std()
        rows.append((item, n, mean, sd, rest, without, weak))
    table = pd.DataFrame(rows, columns=["item", "n", "mean", "sd", "item_rest", "alpha_without", "weak"])
    return table.astype({"item_rest": float, "alpha_without": float})


def _correlation(first: pd.Series, second: pd.Series) -> float | None:
    both = pd.concat([first, second], axis=1).astype(float).dropna()
    if len(both) < 3 or (both.nunique() < 2).any():
        return None
    return float(np.corrcoef(both.to_numpy(), rowvar=False)[0, 1])
