"""What all errors of this package have in common."""


class UnusableInput(Exception):
    """Something a user gave cannot be used; the message says in Chinese what is wrong and how to mend it."""
