from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import clock, dates


class MailDomain(models.Model):
    """A mail domain at which machines were seen opening our letters, and how we write to it since."""

    class Mode(models.TextChoices):
        AUTOMATIC = "automatic", _("automatic: one button once machines are seen often enough")
        ON = "on", _("always one button")
        OFF = "off", _("always a button for each score")

    name = models.CharField(_("mail domain"), max_length=253, unique=True)
    # Invitations, each counted once: whose link was visited since the first sighting, and what was seen of machines.
    visited = models.PositiveIntegerField(_("invitations visited"), default=0)
    bursts = models.PositiveIntegerField(_("bursts"), default=0, help_text=_("Many buttons of one letter in seconds."))
    decoys = models.PositiveIntegerField(_("decoys"), default=0, help_text=_("The link that no person can see."))
    first_seen_at = models.DateTimeField(_("first seen at"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen at"), default=clock.now)

    mode = models.CharField(_("letters"), max_length=10, choices=Mode.choices, default=Mode.AUTOMATIC)
    single_button_since = models.DateTimeField(_("one button since"), null=True, blank=True)
    # Nobody where the evidence decided.
    single_button_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
        db_index=False,
    )

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints = [
            models.CheckConstraint(condition=models.Q(name=Lower("name")), name="surveys_mail_domain_lower_case")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_single_button(self) -> bool:
        return self.single_button_since is not None


class Sighting(models.Model):
    """A machine seen at one invitation of a mail domain."""

    class Kind(models.TextChoices):
        BURST = "burst", _("many buttons in seconds")
        DECOY = "decoy", _("the link that no person can see")

    domain = models.ForeignKey(
        MailDomain, models.CASCADE, related_name="sightings", verbose_name=_("mail domain"), db_index=False
    )
    invitation = models.ForeignKey(
        "surveys.Invitation", models.CASCADE, related_name="sightings", verbose_name=_("invitation")
    )
    kind = models.CharField(_("what was seen"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    network = models.CharField(_("network"), max_length=45, blank=True)
    browser = models.CharField(_("browser family"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("sighting of a machine")
        verbose_name_plural = _("sightings of machines")
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "invitation", "kind"], name="surveys_sighting_once_per_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {dates.exact(self.at)}"
