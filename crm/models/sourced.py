from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class Sourced(models.Model):
    """A row that another system may feed: `source` + `external_id` name it there, unique together when set."""

    source = models.CharField(_("source"), max_length=50, blank=True)
    external_id = models.CharField(_("external ID"), max_length=200, null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), default=clock.now, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="%(app_label)s_%(class)s_source_once")
        ]
