"""How high: satisfaction, shares, loyalty, expectation, with their intervals."""
