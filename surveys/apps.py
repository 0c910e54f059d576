from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from crm import segments as of_crm
        from surveys import receivers  # noqa: F401
        from surveys.audiences import segments
        from surveys.fates import to_owner  # noqa: F401
        from surveys.letters import chat_messages, kinds, text_messages, whatsapp_messages  # noqa: F401

        of_crm.register(segments.members_for_others)
