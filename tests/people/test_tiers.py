"""Tiers by rule and by share of an amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.conditions import Condition
from surveys.people.contact import Contact
from surveys.people.tiers import ShareBand, TierRule, TierScheme, summary
from surveys.storage import Store


def people(*amounts: float | None) -> list[Contact]:
    return [Contact(str(n), "x", worth={} if each is None else {"电费": each}) for n, each in enumerate(amounts)]


BY_SHARE = TierScheme(amount="worth.电费")


@pytest.mark.parametrize(
    ("amounts", "tiers"),
    [
        ([80, 10, 5, 5], "ABBB"),  # exactly 80 % is reached by the first; those equal at 95 % stay together
        ([50, 30, 15, 5], "AABC"),
        ([1, 1, 1, 1], "AAAA"),
        ([10, None, 0, -5], "ACCC"),
        ([], ""),
        ([0, 0], "CC"),
        ([0.1] * 10, "A" * 10),
    ],
    ids=["80 by one", "three bands", "all equal", "no amount", "nobody", "all zero", "rounding"],
)
def test_tiers_by_share(amounts: list[float | None], tiers: str) -> None:
    """The fewest customers who make the share, equal ones together."""
    assert "".join(BY_SHARE.tiers(people(*amounts)).values()) == tiers if amounts else BY_SHARE.tiers([]) == {}


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_the_first_band_makes_its_share_and_no_smaller_one_does(amounts: list[int]) -> None:
    """Pareto's claim itself, for any amounts: leaving out its smallest members makes less than 80 %."""
    contacts = people(*amounts)
    tiers = BY_SHARE.tiers(contacts)
    first = [each.worth["电费"] for each in contacts if tiers[each.id] == "A"]
    if total := sum(amounts):
        assert sum(first) >= 0.8 * total * (1 - 1e-9)
        assert sum(each for each in first if each > min(first)) < 0.8 * total


def test_the_first_rule_that_holds_decides() -> None:
    """Rules speak the language of conditions, over all attributes."""
    large = Condition.model_validate({"item": "worth.电费", "is": "at_least", "value": 1000})
    shop = Condition.model_validate({"item": "who.类别", "value": "商业"})
    scheme = TierScheme(rules=(TierRule(tier="大客户", when=large), TierRule(tier="商户", when=shop)), rest="普通")
    contacts = [
        Contact("a", "x", who={"类别": "商业"}, worth={"电费": 1000}), Contact("b", "x", who={"类别": "商业"}),
        Contact("c", "x"),
    ]  # fmt: skip
    assert scheme.tiers(contacts) == {"a": "大客户", "b": "商户", "c": "普通"}
    assert TierScheme.model_validate_json(scheme.model_dump_json(by_alias=True)) == scheme


def test_a_summary_says_how_few_make_how_much() -> None:
    contacts = people(80, 10, 6, 4)
    rows = summary(BY_SHARE.tiers(contacts), contacts, "worth.电费")
    assert [(row.tier, row.customers, row.share_of_customers, row.share_of_amount) for row in rows] == [
        ("A", 1, 0.25, 0.8), ("B", 2, 0.5, 0.16), ("C", 1, 0.25, 0.04),
    ]  # fmt: skip
    assert summary({"a": "x"}, [Contact("a", "x")])[0].share_of_amount is None


def test_a_share_is_a_share() -> None:
    for share in (0, 1.2):
        with pytest.raises(ValueError, match="share"):
            ShareBand(tier="A", share=share)


def test_tiers_are_kept_and_make_no_file_fresher(store: Store) -> None:
    store.contacts.keep(people(80, 20), by="test")
    before = store.contacts.get("0")
    store.contacts.set_tiers(BY_SHARE.tiers(store.contacts.all()), by="test")
    after = store.contacts.get("0")
    assert before and after and (after.tier, after.updated_at) == ("A", before.updated_at)
