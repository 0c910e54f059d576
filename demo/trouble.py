"""A reason to stop that a person can read."""


class Trouble(Exception):  # noqa: N818 - it is read by people, in a sentence
    """Stop, with one sentence that says what is wrong and what to do about it."""
