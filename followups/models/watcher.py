from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from followups.models.followup import Followup


class Watcher(models.Model):
    """Somebody wants to be told of what happens to a follow-up that is not theirs."""

    followup = models.ForeignKey(Followup, models.CASCADE, related_name="watches", verbose_name=_("follow-up"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches", verbose_name=_("person")
    )
    since = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [models.UniqueConstraint(fields=["followup", "person"], name="followups_watch_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.followup}"
