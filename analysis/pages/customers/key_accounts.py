"""Key accounts: one of the largest customers against its class, by eight comparisons; what is missing is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from analysis.monitoring.customers.concentration import largest
from analysis.monitoring.customers.files import AttributeKind, FileAttribute, amounts_of
from analysis.monitoring.customers.key_accounts import NAMES, KeyComparison, KeyTopic, key_comparisons
from analysis.pages.customers import journey
from analysis.pages.customers.selected_files import SelectedFiles, opened
from surveys.console.kit import address, look
from surveys.console.kit.words import _, distinct
from surveys.localisation.language import marked
from surveys.people.contact import plain_number

_MOST = 50
_TOPICS = {
    KeyTopic.SHARE: marked("占全部的份额"), KeyTopic.RANK: marked("同级中的名次"), KeyTopic.PRODUCT: marked("产品"),
    KeyTopic.MARGIN: marked("利润率"), KeyTopic.TREND: marked("走势"), KeyTopic.EXPECTATION: marked("期望"),
    KeyTopic.PRICE_SENSITIVITY: marked("价格敏感度"), KeyTopic.CREDIT: marked("信用"),
}  # fmt: skip
_PERCENT = (KeyTopic.SHARE, KeyTopic.TREND)


def draw(files: SelectedFiles) -> None:
    """The customer, and the eight comparisons."""
    amounts = list(files.of(AttributeKind.AMOUNT))
    if not amounts:
        look.empty(_("档案里还没有金额或数量"), _("导入名单时，把用电量、电费等列设为“属性 · 值多少”。"))
        return
    left, right = st.columns(2)
    amount = files.pick("by", _("按哪一项挑选"), amounts, left, _usual(files, amounts))
    ids = [each.id for each in largest(amounts_of(files.frame, amount.code), _MOST)][:_MOST]
    named = opened().named(ids)
    labels = distinct({each: named[each].name for each in ids if each in named}, by_code=False)

    def draw_account() -> str | None:
        return right.selectbox(_("客户（从大到小）"), list(labels), format_func=labels.__getitem__, key="account")

    if labels:
        account = address.choice("account", labels, draw_account, next(iter(labels)))
        _compared(files, account, amount)
        journey.draw(account)


def _usual(files: SelectedFiles, amounts: Sequence[str]) -> int:
    """The place of what key accounts are chosen by at first: no margin, and rather what is known of several periods."""
    periods = Counter(_base(files.attributes[each]) for each in amounts)
    margins = NAMES[KeyTopic.MARGIN]

    def rank(place: int) -> tuple[bool, int]:
        attribute = files.attributes[amounts[place]]
        return any(word in attribute.name.lower() for word in margins), -periods[_base(attribute)]

    latest = sorted(range(len(amounts)), key=lambda place: files.attributes[amounts[place]].period, reverse=True)
    return min(latest, key=rank)


def _base(attribute: FileAttribute) -> str:
    return attribute.base or attribute.name


def _compared(files: SelectedFiles, account: str, amount: FileAttribute) -> None:
    found = key_comparisons(files.frame, files.attributes, account, amount)
    known = [each for each in found if each.known]
    look.soft(_("同级指同一客户等级、符合上面条件的客户；份额按符合条件的全部客户计算。"))
    look.table(
        [_("比较"), _("属性"), _("这位客户"), _("同级其他客户"), _("同级名次"), "n"],
        [
            (_(_TOPICS[each.topic]), files.labels[each.attribute.code] if each.attribute else "—", _own(each),
             _others(each), "—" if each.place is None else str(each.place), each.n)
            for each in known
        ], taken=False,
    )  # fmt: skip
    for each in found:
        if not each.known:
            look.soft(_missing(each, files))


def _missing(found: KeyComparison, files: SelectedFiles) -> str:
    topic = _(_TOPICS[found.topic])
    if found.attribute is not None:
        words = _("{topic}：这位客户没有“{name}”。请在档案里补上，或随下次导入带来。")
        return words.format(topic=topic, name=files.labels[found.attribute.code])
    if found.topic is KeyTopic.TREND:
        return _("{topic}：没有分期的数值。导入时列名带上时期，例如“用电量2026-01”“用电量2026-02”。").format(
            topic=topic
        )
    words = _("{topic}：没有这项属性。导入名单时加一列，列名含“{name}”，设为“属性”。")
    return words.format(topic=topic, name=NAMES[found.topic][0])


def _own(found: KeyComparison) -> str:
    return found.own_words or _number(found, found.own)


def _others(found: KeyComparison) -> str:
    if found.alike is not None:
        return _("{share} 相同").format(share=f"{found.alike:.0%}")
    return "—" if found.median is None else _("中位数 {value}").format(value=_number(found, found.median))


def _number(found: KeyComparison, value: float | None) -> str:
    if value is None:
        return "—"
    if found.topic in _PERCENT:
        return f"{value:+.1%}" if found.topic is KeyTopic.TREND else f"{value:.1%}"
    if found.topic is KeyTopic.MARGIN and found.attribute and "率" not in found.attribute.name:
        return f"{value:.1%}"
    return plain_number(round(value, 4))
