"""Defaults of columns. Migrations name them by this module, so that models may move without breaking their history."""

from django.conf import settings


def company_zone() -> str:
    return str(settings.TIME_ZONE)


def workdays() -> list[int]:
    return [1, 2, 3, 4, 5]


def all_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
