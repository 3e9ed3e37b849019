"""A key account against its class (the customers of its tier): eight comparisons, from attributes by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from analysis.monitoring.customers.files import AttributeKind, FileAttribute, amounts_of


class KeyTopic(StrEnum):
    """What a key account is compared by."""

    SHARE = "share"
    RANK = "rank"
    PRODUCT = "product"
    MARGIN = "margin"
    TREND = "trend"
    EXPECTATION = "expectation"
    PRICE_SENSITIVITY = "price"
    CREDIT = "credit"


@dataclass(frozen=True)
class KeyComparison:
    """One topic: what the account has and what its class has; None where it isn't known.

    Numbers: `own` beside the `median` of the others, and its place among `n`. Words: `own_words`, and the share of the
    others that have the same. Trend: growth from the first to the last period, 0.1 = 10 %.
    """

    topic: KeyTopic
    attribute: FileAttribute | None
    n: int = 0  # of the class, with this attribute, the account too
    own: float | None = None
    median: float | None = None
    place: int | None = None
    own_words: str = ""
    alike: float | None = None

    @property
    def known(self) -> bool:
        return self.own is not None or bool(self.own_words)


def key_comparisons(
    frame: pd.DataFrame, attributes: Mapping[str, FileAttribute], account: str, amount: FileAttribute
) -> list[KeyComparison]:
    """The eight comparisons of the customer of this id (in the index) by this *amount*; KeyError for no such one."""
    tiers = frame["tier"].fillna("").astype(str)
    peers = frame[tiers == tiers[account]]
    amounts = amounts_of(peers, amount.code)
    return [
        _share(amounts_of(frame, amount.code), account, amount),
        _numbers(KeyTopic.RANK, amounts, account, amount),
        _by_name(KeyTopic.PRODUCT, peers, attributes, account),
        _margin(peers, attributes, account, amount),
        _trend(peers, attributes, account, amount),
        *(_by_name(topic, peers, attributes, account) for topic in _LAST),
    ]


_LAST = (KeyTopic.EXPECTATION, KeyTopic.PRICE_SENSITIVITY, KeyTopic.CREDIT)
NAMES: Mapping[KeyTopic, tuple[str, ...]] = {  # words in the names of attributes
    KeyTopic.PRODUCT: ("产品", "业务类型", "套餐", "服务类型", "用电类别", "product"),
    KeyTopic.MARGIN: ("毛利", "利润", "margin", "profit"),
    KeyTopic.EXPECTATION: ("期望", "预期", "预计", "expect"),
    KeyTopic.PRICE_SENSITIVITY: ("价格敏感", "电价敏感", "敏感", "price"),
    KeyTopic.CREDIT: ("信用", "授信", "credit"),
}


def attribute_of(topic: KeyTopic, attributes: Mapping[str, FileAttribute]) -> FileAttribute | None:
    """The attribute that is about this topic by its name, of several periods the last; None where there is none."""
    for word in NAMES[topic]:
        named = [each for each in attributes.values() if word in each.name.lower()]
        if named:
            return max(named, key=lambda each: (each.period, each.n))
    return None


def _share(amounts: pd.Series, account: str, amount: FileAttribute) -> KeyComparison:
    known, own = amounts.dropna().clip(lower=0), amounts[account]
    if pd.isna(own) or known.sum() <= 0:
        return KeyComparison(KeyTopic.SHARE, amount)
    return KeyComparison(KeyTopic.SHARE, amount, len(known), float(max(own, 0) / known.sum()))


def _numbers(topic: KeyTopic, values: pd.Series, account: str, attribute: FileAttribute | None) -> KeyComparison:
    known = values[np.isfinite(values)]
    if account not in known.index:
        return KeyComparison(topic, attribute, len(known))
    others = known.drop(account)
    median = float(others.median()) if len(others) else None
    place = int((others > known[account]).sum()) + 1
    return KeyComparison(topic, attribute, len(known), float(known[account]), median, place)


def _words(topic: KeyTopic, values: pd.Series, account: str, attribute: FileAttribute) -> KeyComparison:
    known = values.dropna().astype(str)
    if account not in known.index:
        return KeyComparison(topic, attribute, len(known))
    others, own = known.drop(account), known[account]
    alike = float((others == own).mean()) if len(others) else None
    return KeyComparison(topic, attribute, len(known), own_words=own, alike=alike)


def _by_name(
    topic: KeyTopic, peers: pd.DataFrame, attributes: Mapping[str, FileAttribute], account: str
) -> KeyComparison:  # fmt: skip
    attribute = attribute_of(topic, attributes)
    if attribute is None:
        return KeyComparison(topic, None)
    if attribute.kind is AttributeKind.AMOUNT:
        return _numbers(topic, amounts_of(peers, attribute.code), account, attribute)
    return _words(topic, peers[attribute.code], account, attribute)


def _margin(
    peers: pd.DataFrame, attributes: Mapping[str, FileAttribute], account: str, amount: FileAttribute
) -> KeyComparison:  # fmt: skip
    """A rate as it stands; a margin in money as a part of the amount."""
    attribute = attribute_of(KeyTopic.MARGIN, attributes)
    if attribute is None or attribute.kind is not AttributeKind.AMOUNT:
        return KeyComparison(KeyTopic.MARGIN, None)
    margins = amounts_of(peers, attribute.code)
    if "率" not in attribute.name and "rate" not in attribute.name.lower():
        whole = amounts_of(peers, amount.code)
        margins = margins / whole.where(whole > 0)
    return _numbers(KeyTopic.MARGIN, margins, account, attribute)


def _trend(
    peers: pd.DataFrame, attributes: Mapping[str, FileAttribute], account: str, amount: FileAttribute
) -> KeyComparison:  # fmt: skip
    """Growth from the first to the last period of the amount; of another one where it has no periods."""
    timed = [each for each in attributes.values() if each.period]
    own = [each for each in timed if each.base in (amount.base or amount.name, amount.name)]
    columns = sorted(own or timed, key=lambda each: each.period)
    columns = [each for each in columns if (each.base, len(each.period)) == (columns[-1].base, len(columns[-1].period))]
    if len(columns) < 2:
        return KeyComparison(KeyTopic.TREND, None)
    first, last = amounts_of(peers, columns[0].code), amounts_of(peers, columns[-1].code)
    return _numbers(KeyTopic.TREND, last / first.where(first > 0) - 1, account, columns[-1])
