from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401

        post_migrate.connect(_make_months, sender=self)


def _make_months(**_migrated: Any) -> None:
    """Have the months ahead from the start, before the first beat."""
    from accounts import partitions

    partitions.make_months()
