"""The columnar copy of the answers."""
