from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    name = "onboarding"
    verbose_name = _("Set-up")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import landings
        from onboarding import landing
        from onboarding.tour import walk  # noqa: F401
        from onboarding.trials import letter  # noqa: F401

        landings.first(landing.of)
