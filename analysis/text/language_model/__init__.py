"""A language model of the organisation's own, where it has one: off unless its address is set."""
