"""A reason to stop that a person can read."""


class Trouble(Exception):
    """Stop, with one sentence that says what is wrong and what to do about it."""
