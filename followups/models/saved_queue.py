from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User


class SavedQueueQuerySet(models.QuerySet["SavedQueue"]):
    def shown_to(self, user: User) -> "SavedQueueQuerySet":
        """Their own ones, and those that are for everybody."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class SavedQueue(models.Model):
    """Filters of the inbox under a name, of one person or for everybody; what each reader sees are their own rows."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_queues", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=60)
    # The filters as they stand in an address.
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("for everybody"), default=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    objects = SavedQueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved queue")
        verbose_name_plural = _("saved queues")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="followups_saved_queue_once")]

    def __str__(self) -> str:
        return self.name
