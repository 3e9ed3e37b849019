"""What differs: groups, segments, crosstabs, hot spots, with one error budget."""
