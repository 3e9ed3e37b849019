"""Customer files analysed: profile, statistics, trend, association, and key accounts set against their class."""
