from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.customerlanguages.field import LanguageField
from accounts.secrets import EncryptedTextField
from responses.models.entry import Entry
from responses.models.way_in import WayIn, WayInQuerySet
from surveys.models import Origin, Survey


class TelephoneDoorQuerySet(WayInQuerySet["TelephoneDoor"]):
    pass


class TelephoneDoor(WayIn):
    """Where a telephone system sends what callers answered by its keys. Each sending is signed with the secret.

    The key in the address says which door it is and is no secret.
    """

    KIND, ORIGIN, FILTER = Entry.Kind.IVR, Origin.STAFF, "door"
    # So long the secret before the one that was drawn last is taken too.
    OVERLAP = timedelta(days=1)

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="telephone_door", verbose_name=_("entry"))
    key = models.CharField(_("key"), max_length=20, unique=True, default=tokens.draw_code, editable=False)
    survey = models.ForeignKey(
        "surveys.Survey", models.PROTECT, related_name="telephone_doors", verbose_name=_("survey"), db_index=False
    )
    language = LanguageField(_("language"), blank=True, help_text=_("Empty: that of the survey."))
    secret = EncryptedTextField(_("secret"), default="", editable=False)
    earlier_secret = EncryptedTextField(_("earlier secret"), default="", editable=False)
    earlier_until = models.DateTimeField(_("earlier secret until"), null=True, editable=False)

    objects = TelephoneDoorQuerySet.as_manager()

    class Meta:
        verbose_name = _("telephone system")
        verbose_name_plural = _("telephone systems")
        default_permissions = ("view", "add", "change")

    @property
    def has_closed(self) -> bool:
        """Whether it takes no answers: it was switched off, or its survey asks nobody now."""
        return not self.is_active or self.survey.status != Survey.Status.ACTIVE

    @property
    def url(self) -> str:
        return self.survey.brand.url + reverse("ivr", args=[self.key])
