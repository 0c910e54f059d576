from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.timezones import validate_timezone
from crm.models.sourced import Sourced


class Contact(Sourced):
    class OptOut(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed by link")
        COMPLAINED = "complained", _("reported our mail as spam")
        ASKED_STAFF = "asked_staff", _("asked a member of staff")
        IMPORTED = "imported", _("taken over from another system")

    company = models.ForeignKey(
        "crm.Company",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("company"),
    )
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, help_text=_("E.164, such as +37060000000"))
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_timezone])
    region = models.CharField(_("region"), max_length=100, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    # What kind of customer this is today; kept by crm.profiles.
    profile = models.ForeignKey(
        "crm.Profile",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="contacts",
        verbose_name=_("profile"),
        db_index=False,
    )
    customer_since = models.DateField(_("customer since"), null=True, blank=True)

    do_not_contact_at = models.DateTimeField(_("do not contact since"), null=True, blank=True)
    do_not_contact_reason = models.CharField(
        _("do not contact because"), max_length=20, choices=OptOut.choices, blank=True
    )
    email_bounced_at = models.DateTimeField(_("e-mail address bounced at"), null=True, blank=True)
    email_hard_bounces = models.PositiveSmallIntegerField(_("hard bounces in a row"), default=0, db_default=0)
    email_soft_bounces = models.PositiveSmallIntegerField(_("soft bounces in a row"), default=0)

    class Meta(Sourced.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(do_not_contact_at__isnull=True, do_not_contact_reason="")
                | (models.Q(do_not_contact_at__isnull=False) & ~models.Q(do_not_contact_reason="")),
                name="crm_contact_opt_out_has_when_and_why",
            ),
        ]
        indexes = [
            models.Index(Upper("email"), name="crm_contact_by_email"),  # look-up by address, bounces
            models.Index(fields=["last_name", "first_name"], name="crm_contact_by_name"),  # contact search
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or f"#{self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def may_be_contacted(self) -> bool:
        return self.do_not_contact_at is None

    def opt_out(self, *, reason: str, at: datetime | None = None) -> bool:
        """Never ask this contact again; return False when that was already so (the first reason is kept)."""
        if not self.may_be_contacted:
            return False
        self.do_not_contact_at, self.do_not_contact_reason = at or clock.now(), reason
        self.save(update_fields=["do_not_contact_at", "do_not_contact_reason"])
        return True

    def opt_in(self) -> None:
        """Take the opt-out back, as the contact asked."""
        self.do_not_contact_at, self.do_not_contact_reason = None, ""
        self.save(update_fields=["do_not_contact_at", "do_not_contact_reason"])

    def forget_bounces(self) -> None:
        """Let the address be tried again: it was corrected, or somebody knows that it works."""
        self.email_bounced_at, self.email_hard_bounces, self.email_soft_bounces = None, 0, 0
        self.save(update_fields=["email_bounced_at", "email_hard_bounces", "email_soft_bounces"])


class Consent(models.Model):
    """What a contact said about one medium (the legal bases: docs of the EU's GDPR and ePrivacy rules)."""

    class Status(models.TextChoices):
        GIVEN = "given", _("given")
        SOFT_OPT_IN = "soft_opt_in", _("existing customer")
        OBJECTED = "objected", _("objected")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("contact"))
    medium = models.CharField(_("medium"), max_length=20)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    origin = models.CharField(_("origin"), max_length=200, blank=True, help_text=_("Where we have it from."))
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["contact", "medium"], name="crm_consent_once_per_medium")]

    def __str__(self) -> str:
        return f"{self.medium}: {self.get_status_display()}"
