from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "delivery"
    verbose_name = _("Messages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from delivery import checks, notices  # noqa: F401
        from delivery.media.chat import trial
        from delivery.media.email import account_letters, receivers  # noqa: F401
        from delivery.media.email import checks as checks_of_email  # noqa: F401
        from delivery.media.sms import trial as trial_of_texts  # noqa: F401
        from delivery.reputation import notice as notice_of_pauses  # noqa: F401

        notices.register(trial.TEMPLATE, trial.notice)
