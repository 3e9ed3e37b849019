"""The columnar copy of the answers: what is read of it, and who writes it."""
