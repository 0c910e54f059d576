from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StaffSessionQuerySet(models.QuerySet["StaffSession"]):
    def running(self) -> "StaffSessionQuerySet":
        """Sessions that still let somebody in."""
        alive = Session.objects.filter(session_key=models.OuterRef("session_key"), expire_date__gt=timezone.now())
        return self.filter(models.Exists(alive))


class StaffSession(models.Model):
    """Where a person is logged in, as they can recognise it. The session itself is Django's."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions", verbose_name=_("person")
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    network = models.CharField(_("network"), max_length=45, blank=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)

    began_at = models.DateTimeField(_("began at"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen at"), default=timezone.now)

    objects = StaffSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.person} · {self.browser} · {self.network}"
