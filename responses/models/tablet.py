from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tokens


class TabletQuerySet(models.QuerySet["Tablet"]):
    def with_answers(self) -> "TabletQuerySet":
        """Add how many answers came in from each, as `answers`."""
        return self.annotate(answers=models.Count("arrivals"))

    def paired(self) -> "TabletQuerySet":
        return self.filter(secret_hash__isnull=False)

    def of_secret(self, secret: str) -> "TabletQuerySet":
        """Return the one that holds `secret`, whether it may still send or not, or none."""
        return self.filter(secret_hash=tokens.digest(secret))

    def of_device(self, device: UUID) -> "TabletQuerySet":
        """Return what one device is or was: a tablet for each kiosk that it showed."""
        return self.filter(device=device)

    def to_pair(self, token: str, now: datetime) -> "TabletQuerySet":
        """Return the one that the link with `token` still makes one, or none."""
        return self.filter(pairing_hash=tokens.digest(token), pairing_until__gt=now, kiosk__is_active=True)


class Tablet(models.Model):
    """A device that shows a kiosk. Staff pair it once, by a link; it holds a secret of its own and no login."""

    # So long the link that pairs one is good, and so long one is silent before it is missed.
    PAIRED_WITHIN = timedelta(minutes=15)

    kiosk = models.ForeignKey("responses.Kiosk", models.PROTECT, related_name="tablets", verbose_name=_("kiosk"))
    name = models.CharField(_("name"), max_length=100)
    paired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("paired by")
    )
    # A device that moves to another kiosk is another tablet, and may still hold answers of the one it was.
    device = models.UUIDField(db_default=RandomUUID(), editable=False)
    pairing_hash = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    pairing_until = models.DateTimeField(null=True, editable=False)

    secret_hash = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    paired_at = models.DateTimeField(_("paired at"), null=True, editable=False)
    is_active = models.BooleanField(
        _("may send"), default=True, help_text=_("Switched off, it shows nothing and sends nothing any more.")
    )
    # What it said when it was heard of last.
    seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    waiting = models.PositiveIntegerField(_("not sent yet"), default=0, editable=False)
    refused = models.PositiveIntegerField(_("refused"), default=0, editable=False)

    objects = TabletQuerySet.as_manager()

    class Meta:
        verbose_name = _("tablet")
        verbose_name_plural = _("tablets")
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["device", "kiosk"], name="responses_tablet_device_once"),
            models.CheckConstraint(
                condition=models.Q(secret_hash__isnull=True, paired_at__isnull=True)
                | models.Q(secret_hash__isnull=False, paired_at__isnull=False),
                name="responses_tablet_paired_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(pairing_hash__isnull=True, pairing_until__isnull=True)
                | models.Q(pairing_hash__isnull=False, pairing_until__isnull=False),
                name="responses_tablet_pairing_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def hear(self, *, waiting: int, refused: int, now: datetime) -> None:
        """Note that it was heard of, and what it says of itself."""
        said: dict[str, Any] = {"waiting": waiting, "refused": refused}
        self.seen_at, self.waiting, self.refused = now, waiting, refused
        type(self).objects.filter(pk=self.pk).update(seen_at=now, **said)


class KioskArrival(models.Model):
    """By which tablet an answer came in, and when: it may have waited for a network."""

    tablet = models.ForeignKey(Tablet, models.PROTECT, related_name="arrivals", verbose_name=_("tablet"))
    response = models.OneToOneField(
        "responses.Response", models.CASCADE, related_name="arrival", verbose_name=_("response")
    )
    arrived_at = models.DateTimeField(_("arrived at"))

    class Meta:
        verbose_name = _("arrival from a tablet")
        verbose_name_plural = _("arrivals from tablets")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tablet} · {self.response_id}"
