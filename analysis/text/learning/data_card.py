"""The data card of trained weights: what they were learned from, how, and how good they are on unseen text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from analysis.text.learning.training import Trained

_BINS = 10


def data_card(
    source: str, rows: int, texts: Sequence[str], labels: Sequence[int], domains: Sequence[str] | None, trained: Trained
) -> str:
    """The card as Markdown. *rows* is how many the source has, *texts* those that were learned from."""
    positive, table = sum(labels), trained.table
    probabilities = table.calibration.probability(trained.unseen)
    wanted = np.asarray(labels, dtype=np.float64)
    settings = "，".join(f"{name} {value}" for name, value in asdict(trained.recipe).items())
    lines = [
        f"# 权重说明 · 版本 {table.version}",
        "",
        "| | |",
        "| --- | --- |",
        f"| 来源 | {source}：{rows} 行，去掉重复、自相矛盾、中性和无标签的，剩 {len(texts)} 条 |",
        f"| 类别 | 正面 {positive}，负面 {len(labels) - positive} |",
        f"| 领域 | {_domains(domains)} |",
        f"| 内容 | {len(table.keys)} 个字符 n 元组（1–4 字）的权重、偏置、长度校正、概率校准；不含任何评论原文 |",
        f"| 设置 | {settings} |",
        f"| 没见过的{'领域' if domains else '评论'}上 | 准确率 {_accuracy(wanted, probabilities):.4f}，"
        f"校准误差（ECE）{_calibration_error(wanted, probabilities):.3f}，"
        f"正面占比误差 {100 * abs(probabilities.mean() - wanted.mean()):.1f} 个百分点 |",
        "| 局限 | 可加模型：看不出反语和长评论里各部分的轻重；没学过的领域用语几乎不起作用 |",
    ]
    return "\n".join(lines) + "\n"


def _domains(domains: Sequence[str] | None) -> str:
    if not domains:
        return "未区分；评估为交叉验证"
    return "、".join(f"{name or '（空）'} {amount}" for name, amount in sorted(Counter(domains).items()))


def _accuracy(wanted: npt.NDArray[np.float64], probabilities: npt.NDArray[np.float64]) -> float:
    return float(((probabilities > 0.5) == wanted).mean())


def _calibration_error(wanted: npt.NDArray[np.float64], probabilities: npt.NDArray[np.float64]) -> float:
    """The mean distance of probability and share of positives over ten bins of equal width."""
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    parts = [bins == number for number in range(_BINS) if (bins == number).any()]
    return float(sum(part.mean() * abs(probabilities[part].mean() - wanted[part].mean()) for part in parts))
