from collections.abc import Collection
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Upper
from django.utils.translation import gettext_lazy as _

from accounts import clock, languages
from accounts.folded import Folded
from accounts.timezones import validate_timezone
from crm.models.sourced import Sourced
from crm.reachability import Said, Use


class ContactQuerySet(models.QuerySet["Contact"]):
    def shown(self) -> "ContactQuerySet":
        """Leave out the records that others have absorbed."""
        return self.filter(merged_into__isnull=True)

    def touch(self, ids: Collection[int], *, at: datetime) -> None:
        """Let other systems see that these contacts (by id) changed."""
        if ids:
            self.filter(pk__in=ids).update(updated_at=at)


class Contact(Sourced):
    class OptOut(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed by link")
        COMPLAINED = "complained", _("reported our mail as spam")
        ASKED_STAFF = "asked_staff", _("asked a member of staff")
        IMPORTED = "imported", _("taken over from another system")
        MAILBOX = "mailbox", _("said no under another record with the same address")

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
    # Copies of the preferred addresses, for lists, searches and names; crm.address_book writes both.
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, help_text=_("E.164, such as +37060000000"))
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    language = models.CharField(
        _("language"),
        max_length=languages.LONGEST,
        blank=True,
        validators=[languages.validate_tag],
        help_text=_("A tag such as lt or pt-BR; who speaks none of ours is asked in the survey's default language."),
    )
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_timezone])
    region = models.CharField(_("region"), max_length=100, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    lifecycle = models.CharField(
        _("lifecycle"),
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text=_("The stage that the CRM says, such as new, active, at_risk; any word will do."),
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
    # How it is searched (crm.contact_search); the other addresses stand in their own table.
    folded = models.GeneratedField(
        expression=Folded(
            Concat(
                *("first_name", Value(" "), "last_name", Value(" "), "email", Value(" "), "phone"),
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    customer_since = models.DateField(_("customer since"), null=True, blank=True)
    # The record that has absorbed this one (crm.merges): this one is not shown, asked or written to.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        verbose_name=_("merged into"),
        db_index=False,
    )

    do_not_contact_at = models.DateTimeField(_("do not contact since"), null=True, blank=True)
    do_not_contact_reason = models.CharField(
        _("do not contact because"), max_length=20, choices=OptOut.choices, blank=True
    )

    objects = ContactQuerySet.as_manager()

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
            # crm.merges
            models.Index(
                fields=["merged_into"], name="crm_contact_absorbed", condition=models.Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or f"#{self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def survivor(self) -> "Contact":
        """The record that speaks for this person: the one that absorbed this one, or itself."""
        return self.merged_into or self

    @property
    def language_name(self) -> str:
        return languages.name_of(self.language)

    @property
    def may_be_contacted(self) -> bool:
        return self.do_not_contact_at is None


class Consent(models.Model):
    """What a contact said about one use of one medium, with what proves it (crm.reachability names the law)."""

    Status = Said

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("contact"))
    medium = models.CharField(_("medium"), max_length=20)
    use = models.CharField(_("what for"), max_length=20, choices=Use.choices, default=Use.SURVEYS)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    origin = models.CharField(_("origin"), max_length=200, blank=True, help_text=_("Where we have it from."))
    evidence = models.CharField(
        _("proof"),
        max_length=300,
        blank=True,
        help_text=_("The sentence that was agreed to, its version or form, or how the contact said it."),
    )
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        permissions = [("record_consent", _("Can write down what a customer said of letters"))]
        constraints = [
            models.UniqueConstraint(fields=["contact", "medium", "use"], name="crm_consent_once_per_medium_and_use"),
            models.CheckConstraint(
                condition=~models.Q(use=Use.MARKETING) | models.Q(status=Said.OBJECTED) | ~models.Q(origin=""),
                name="crm_consent_to_marketing_has_its_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_use_display()}, {self.medium}: {self.get_status_display()}"
