from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User


class CustomerSegmentQuerySet(models.QuerySet["CustomerSegment"]):
    def shown_to(self, user: User) -> "CustomerSegmentQuerySet":
        """Their own ones, and those that are for everybody."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class CustomerSegment(models.Model):
    """Customers by conditions, under a name: whoever fulfils them today is in it, and each reader sees their own."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="segments", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=60)
    # By the fields of surveys.audiences.forms.ConditionsForm, as they stand in an address: {"answered": "promoter", …}.
    # Nothing is believed of it before that form has read it.
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    is_shared = models.BooleanField(_("for everybody"), default=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    objects = CustomerSegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="surveys_segment_once")]

    def __str__(self) -> str:
        return self.name
