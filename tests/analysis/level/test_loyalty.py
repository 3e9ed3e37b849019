"""Loyalty in its three facets, and the groups that satisfaction alone doesn't show."""

import numpy as np
import pandas as pd
import pytest

from analysis.level.loyalty import FACETS, GROUPS, loyalty_facets, loyalty_group, loyalty_groups
from analysis.level.satisfaction import RatedDimension

FACET_ITEMS = {
    "emotional": RatedDimension("情感忠诚", ["nps"], 0, 10),
    "behavioural": RatedDimension("行为忠诚", ["again"], 1, 5),
    "cognitive": RatedDimension("意识忠诚", ["prefer"], 1, 5),
}
RESPONSES = pd.DataFrame(
    {"nps": [10.0, 2, 9, 0, np.nan], "again": [5.0, 2, 4, 1, np.nan], "prefer": [5.0, 1, np.nan, 2, np.nan]}
)
SATISFACTION = pd.Series([5.0, 4, 2, 1, 5])


def test_each_response_has_its_group():
    groups = loyalty_group(SATISFACTION, RESPONSES, FACET_ITEMS)
    assert groups.tolist()[:4] == ["secure", "fickle", "captive", "at_risk"]
    assert pd.isna(groups[4])


def test_shares_are_over_those_who_answered_both():
    shares = loyalty_groups(SATISFACTION, RESPONSES, FACET_ITEMS)
    assert [estimate.value for estimate in shares.values()] == [0.25] * 4
    assert {estimate.n for estimate in shares.values()} == {4} and list(shares) == list(GROUPS)


def test_facets_are_told_apart():
    assert set(loyalty_facets(RESPONSES, FACET_ITEMS)) == set(FACETS)


@pytest.mark.parametrize("rows", [0, 1], ids=["empty", "one row"])
def test_too_few_are_refused(rows):
    shares = loyalty_groups(SATISFACTION.head(rows), RESPONSES.head(rows), FACET_ITEMS)
    assert not any(estimate.ok for estimate in shares.values())
