"""Tiers: by the share of an amount, or by rules; seen first, given then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from pydantic import ValidationError

from surveys.console.kit import actions, concurrent_edits, look, session
from surveys.console.kit.words import _
from surveys.console.people.opened import opened
from surveys.definition.conditions import Comparison, Condition
from surveys.editing.comparisons import COMPARISONS
from surveys.operations.contact_register import Register
from surveys.people.contact import Contact, ContactKind
from surveys.people.contact_search import ContactSearch
from surveys.people.tiers import TIERS, ShareBand, TierRow, TierRule, TierScheme, summary
from surveys.permissions import Action

_COMPARISONS = (
    Comparison.EQUALS, Comparison.DIFFERS, Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ANSWERED,
    Comparison.UNANSWERED,
)  # fmt: skip
_RULES = 4


def draw(register: Register) -> None:
    """The scheme, what it would give, and giving it."""
    attributes = sorted(session.store().contacts.attributes())
    if not attributes:
        look.empty(_("还没有可以用来分级的属性"), _("导入名单时，把用电量、电费等列设为“属性 · 值多少”。"))
        return
    sheet = concurrent_edits.sheet("give tiers", session.store().organisation.setting(TIERS), _told, TIERS)
    scheme = _scheme(sheet.first)
    amounts = [each for each in attributes if each.startswith("worth.")]
    ways = [*(["share"] if amounts else []), "rules"]
    words = {"share": _("按占比（帕累托）"), "rules": _("按规则")}
    way = st.segmented_control(
        _("分级方法"), ways, default="rules" if scheme.rules or not amounts else "share", format_func=words.__getitem__,
        required=True, key="tier way",
    )  # fmt: skip
    wanted = _by_share(scheme, amounts) if way == "share" else _by_rules(scheme, attributes)
    if wanted is not None:
        _give(wanted, sheet.seen)


def _scheme(kept: str | None) -> TierScheme:
    return TierScheme.model_validate_json(kept) if kept else TierScheme()


def _told(kept: str | None) -> dict[str, str]:
    """A scheme in few words."""
    scheme = _scheme(kept)
    rules = _("；").join(f"{each.tier}: {each.when.item} {each.when.value or ''}" for each in scheme.rules)
    bands = _("；").join(f"{each.tier}: {each.share:.0%}" for each in scheme.bands)
    return {_("按规则"): rules, _("按占比（帕累托）"): bands, _("其余"): scheme.rest}


def _by_share(scheme: TierScheme, amounts: list[str]) -> TierScheme:
    look.soft(_("按金额从大到小排列，依次装满每一级；合计占到设定比例为止。金额相同的客户归入同一级。"))
    amount, first, first_share, second, second_share, rest = st.columns(6)
    at = amounts.index(scheme.amount) if scheme.amount in amounts else 0
    name = amount.selectbox(
        _("金额"), amounts, index=at, format_func=lambda each: each.partition(".")[2], key="tier amount"
    )
    a = first.text_input(_("第一级"), scheme.bands[0].tier, max_chars=20)
    to_a = first_share.number_input(_("累计占比（%）"), 1, 100, round(scheme.bands[0].share * 100), key="share a")
    b = second.text_input(_("第二级"), scheme.bands[-1].tier, max_chars=20)
    to_b = second_share.number_input(_("累计占比（%）"), 1, 100, round(scheme.bands[-1].share * 100), key="share b")
    c = rest.text_input(_("其余"), scheme.rest, max_chars=20)
    bands = (ShareBand(tier=a or "A", share=to_a / 100), ShareBand(tier=b or "B", share=max(to_a, to_b) / 100))
    return TierScheme(amount=name, bands=bands, rest=c or "C")


def _by_rules(scheme: TierScheme, attributes: list[str]) -> TierScheme | None:
    look.soft(_("自上而下，第一条符合的规则决定等级；都不符合的归入“其余”。等级一栏留空的规则不起作用。"))
    rules, problems = list[TierRule](), 0
    comparisons = {each: _(COMPARISONS[each]) for each in _COMPARISONS}
    for number in range(_RULES):
        now = scheme.rules[number] if number < len(scheme.rules) else None
        tier, item, compare, value = st.columns(4)
        name = tier.text_input(_("等级"), now.tier if now else "", max_chars=20, key=f"tier {number}")
        at = attributes.index(now.when.item) if now and now.when.item in attributes else 0
        attribute = item.selectbox(
            _("属性"), attributes, index=at, format_func=lambda each: each.partition(".")[2], key=f"tier item {number}"
        )
        index = _COMPARISONS.index(now.when.compare) if now and now.when.compare in _COMPARISONS else 2
        by = compare.selectbox(
            _("比较"), _COMPARISONS, index=index, format_func=comparisons.__getitem__, key=f"tier compare {number}"
        )
        bare = by in (Comparison.ANSWERED, Comparison.UNANSWERED)
        shown = str(now.when.value) if now and now.when.value is not None else ""
        against = value.text_input(_("值"), shown, max_chars=60, key=f"tier value {number}", disabled=bare)
        if name.strip():
            try:
                when = Condition.model_validate(
                    {"item": attribute, "is": by, "value": None if bare else against or None}
                )
                rules.append(TierRule(tier=name, when=when))
            except ValidationError:
                problems += 1
    rest = st.text_input(_("其余"), scheme.rest, max_chars=20, key="tier rest")
    if problems:
        st.error(_("有 {count} 条规则没有填写要比较的值。").format(count=problems))
        return None
    return TierScheme(rules=tuple(rules), rest=rest or "C")


def _customers() -> list[Contact]:
    """All of them: a share is one of the whole, whoever looks."""
    return list(session.store().contacts.all(ContactSearch(kind=ContactKind.CUSTOMER)))


def _give(scheme: TierScheme, seen: str | None) -> None:
    look_first, give = st.columns(2)
    if actions.button(_("先看结果"), "see tiers", look_first.button, width="stretch"):
        actions.perform("see tiers", partial(_given, scheme))
    if give.button(_("设定等级"), type="primary", width="stretch", key="give tiers"):
        account = session.acting(Action.SET_TIERS)
        if concurrent_edits.keep_edit("give tiers", partial(actions.whole, partial(_set, scheme, seen, account.name))):
            st.rerun()
    if (came := actions.outcome("gave tiers")) and came.value.scheme == scheme:
        st.success(_("已为 {count} 位客户设定等级。").format(count=f"{came.value.seen:,}"))
        _summary(came.value.rows)
    if (came := actions.outcome("see tiers")) and came.value.scheme == scheme:
        _summary(came.value.rows)


@dataclass(frozen=True)
class _Given:
    """What a scheme gives, or has given: each customer's tier, and in numbers those that the account may see."""

    scheme: TierScheme
    tiers: Mapping[str, str]
    rows: Sequence[TierRow]
    seen: int


def _given(scheme: TierScheme) -> _Given:
    contacts, register = _customers(), opened()
    tiers, sight = scheme.tiers(contacts), register.sight
    seen = [each for each in contacts if sight.covers(each, register.today)]
    told = summary({each.id: tiers[each.id] for each in seen}, seen, scheme.amount)
    return _Given(scheme, tiers, told, len(seen))


def _set(scheme: TierScheme, seen: str | None, by: str) -> None:
    store, given = session.store(), _given(scheme)
    store.organisation.set(TIERS, scheme.model_dump_json(by_alias=True), seen=seen)
    store.contacts.set_tiers(given.tiers, by=by)
    actions.keep_outcome("gave tiers", given)


def _summary(rows: Sequence[TierRow]) -> None:
    """Counts and shares only: no one's file is shown by them."""
    look.table(
        [_("等级"), _("客户数"), _("占客户"), _("占金额")],
        [
            (row.tier, row.customers, f"{row.share_of_customers:.1%}",
             "—" if row.share_of_amount is None else f"{row.share_of_amount:.1%}")
            for row in rows
        ],
    )  # fmt: skip
