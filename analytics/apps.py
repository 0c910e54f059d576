from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Numbers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from analytics.alarms import letters  # noqa: F401
        from analytics.improvements import section  # noqa: F401
        from analytics.reports import digest_letter  # noqa: F401
