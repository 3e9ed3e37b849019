"""How many answers are needed."""

import pytest

from analysis.planning import answers_to_detect, answers_to_detect_shares


def test_answers_to_detect_a_difference_of_shares():
    """From 80 % to 85 % with power .8: 906 per group."""
    assert answers_to_detect_shares(0.80, 0.85) == 906


def test_answers_to_detect_half_a_standard_deviation():
    """Two groups, d = .5, power .8: 63 by the normal approximation."""
    assert answers_to_detect(0.5, 1.0) == 63


def test_no_number_detects_no_difference():
    with pytest.raises(ValueError, match="difference of 0"):
        answers_to_detect(0, 1.0)
