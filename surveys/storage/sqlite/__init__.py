"""SQLite behind the protocols: one file a kind of thing; the only SQL there is."""
