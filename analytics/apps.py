from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from analytics.alarms import letters  # noqa: F401
        from analytics.reports import digest_letter  # noqa: F401
