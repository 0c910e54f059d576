from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = _("Responses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from responses import receivers  # noqa: F401
        from responses.chats import echoes, page_link  # noqa: F401
        from responses.open_links import confirmation  # noqa: F401
