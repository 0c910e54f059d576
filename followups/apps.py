from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupsConfig(AppConfig):
    name = "followups"
    verbose_name = _("Follow-ups")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from followups import receivers  # noqa: F401
        from followups.closing import letters as closing_letters  # noqa: F401
        from followups.improvements import assignment_notice  # noqa: F401
        from followups.improvements import letters as improvement_letters  # noqa: F401
        from followups.letters import praise, replies, text_replies  # noqa: F401
        from followups.mailings import letters as mailings  # noqa: F401
        from followups.notices import letters, posts  # noqa: F401
        from followups.referrals import thanks  # noqa: F401
        from followups.testimonials import confirmation, question  # noqa: F401
