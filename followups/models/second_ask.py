from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from followups.models.followup import Followup


class SecondAsk(models.Model):
    """A customer is asked again after a follow-up was resolved: the first answer with the second one, once.

    The first is the follow-up's; the second comes to the invitation, if it comes.
    """

    followup = models.OneToOneField(Followup, models.PROTECT, related_name="second_ask", verbose_name=_("follow-up"))
    invitation = models.OneToOneField(
        "surveys.Invitation", models.PROTECT, related_name="second_ask", verbose_name=_("invitation")
    )
    planned_at = models.DateTimeField(_("planned at"), default=clock.now)

    class Meta:
        verbose_name = _("ask after recovery")
        verbose_name_plural = _("asks after recovery")

    def __str__(self) -> str:
        return str(self.invitation)
