from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock, tokens
from accounts.models import User
from surveys.metrics import Metric


class WallboardQuerySet(models.QuerySet["Wallboard"]):
    def open(self) -> WallboardQuerySet:
        return self.filter(revoked_at__isnull=True)

    def of_token(self, token: str) -> WallboardQuerySet:
        """The open one that a link leads to."""
        return self.open().filter(token_hash=tokens.digest(token))


class Wallboard(models.Model):
    """A page for a screen on the wall that anybody with its link may look at: the number of a team or of the company.

    The secret of the link is shown once and kept only as a hash; it ends when the wallboard is revoked.
    """

    class Days(models.TextChoices):
        QUARTER = "90d", _("the last 90 days")
        YEAR = "12m", _("the last 12 months")

    # That it was looked at is noted at most this often.
    SEEN_EVERY = timedelta(minutes=10)

    name = models.CharField(_("name"), max_length=60)
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    metric = models.CharField(_("metric"), max_length=10, choices=Metric, default=Metric.NPS)
    days = models.CharField(_("period"), max_length=3, choices=Days, default=Days.QUARTER)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=User.Theme, blank=True)
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    seen_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )

    objects = WallboardQuerySet.as_manager()

    class Meta:
        verbose_name = _("wallboard")
        verbose_name_plural = _("wallboards")
        permissions = [("make_wallboards", _("Can make and revoke links to wallboards"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="analytics_wallboard_revoked_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def draw_token(self) -> str:
        """Set a new secret of 256 bits and return it; this is the only moment at which it can be read."""
        token = tokens.draw()
        self.token_hash = tokens.digest(token)
        return token

    def revoke(self, *, by: User, at: datetime) -> bool:
        """End the link for good; return False when that was done before."""
        return bool(Wallboard.objects.open().filter(pk=self.pk).update(revoked_at=at, revoked_by=by))

    def note_seen(self, *, at: datetime) -> None:
        if self.seen_at is None or at - self.seen_at > self.SEEN_EVERY:
            Wallboard.objects.filter(pk=self.pk).update(seen_at=at)
