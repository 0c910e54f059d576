from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class TopicDictionary(models.Model):
    """The words by which topics are found in comments, as they stood from one change to the next.

    A change makes a new one, by which all comments are read anew; what was found by an older one stays until then.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    # {"delivery": {"en": ["deliver*", "on time"], "uk": […]}, …}, by the slug of the topic
    patterns = models.JSONField(_("patterns"), default=dict)
    # {"en": ["deal breaker"], …}: words that tell nothing
    ignored = models.JSONField(_("ignored"), default=dict)
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )

    # Comments up to this answer have been read by it; all, once `applied_at` says when.
    applied_up_to = models.BigIntegerField(default=0, db_default=0)
    applied_at = models.DateTimeField(_("all comments read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("dictionary of topics")
        verbose_name_plural = _("dictionaries of topics")

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def newest(cls) -> "TopicDictionary":
        """Return the one that holds; a migration makes the first."""
        return cls.objects.latest("number")

    @property
    def is_applied(self) -> bool:
        return self.applied_at is not None

    def read_up_to(self, response_id: int) -> None:
        self.applied_up_to = response_id
        self.save(update_fields=["applied_up_to"])

    def finish(self, *, at: datetime) -> None:
        self.applied_at = at
        self.save(update_fields=["applied_at"])
