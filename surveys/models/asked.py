from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages.field import LanguageField
from crm.models.facts import Facts
from surveys.metrics import Metric
from surveys.models.survey import Survey


class Origin(models.TextChoices):
    """How an answer came about. Only those that were invited enter response rates; tests enter nothing."""

    INVITED = "invited", _("invited")
    EXTERNAL_LINK = "external_link", _("link sent by another system")
    OPEN_LINK = "open_link", _("open link or QR code")
    KIOSK = "kiosk", _("kiosk")
    WIDGET = "widget", _("web page")
    STAFF = "staff", _("entered by staff")
    IMPORTED = "imported", _("imported")
    TEST = "test", _("test")


class AskedFacts(Facts):
    """What was asked, beside what it was about: frozen on the invitation and copied to the response."""

    # The columns that a response copies: all facts, and these.
    ASKED: ClassVar = ("kind", "touchpoint_kind", "metric", "origin", "medium")

    kind = models.CharField(_("kind"), max_length=20, choices=Survey.Kind.choices)
    touchpoint_kind = models.CharField(_("after"), max_length=30, blank=True, db_default="", default="")
    metric = models.CharField(_("metric"), max_length=10, choices=Metric.choices, default=Metric.NPS, db_default="nps")
    origin = models.CharField(
        _("origin"), max_length=15, choices=Origin.choices, default=Origin.INVITED, db_default="invited"
    )
    language = LanguageField(_("language"))
    medium = models.CharField(_("medium"), max_length=20, blank=True, db_default="", default="")

    class Meta:
        abstract = True

    @classmethod
    def copied(cls, source: str = "") -> str:
        """Return SQL for all columns that a response copies from its invitation, in order."""
        prefix = f"{source}." if source else ""
        return ", ".join([cls.listed(source), *(prefix + column for column in cls.ASKED)])
