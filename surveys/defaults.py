"""Defaults of columns. Migrations name them by this module, so that models may move without breaking their history."""

import secrets
from datetime import date

from accounts import clock


def role_names() -> list[str]:
    return [
        "info",
        "sales",
        "office",
        "admin",
        "support",
        "noreply",
        "no-reply",
        "postmaster",
        "webmaster",
        "accounting",
    ]


def lithuania() -> list[str]:
    return ["LT"]


def email_only() -> list[str]:
    return ["email"]


def but_sundays() -> list[int]:
    return [1, 2, 3, 4, 5, 6]


def today() -> date:
    return clock.now().date()


def random_key() -> str:
    return secrets.token_hex(16)
