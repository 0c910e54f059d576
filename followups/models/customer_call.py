from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class CustomerCall(models.Model):
    """The call that an invitation needs: nobody could write, or nobody answered. One person at a time has it."""

    # So long it is somebody's, so often it is tried in vain, and so much later it is tried again.
    LEASE = timedelta(minutes=15)
    MOST_TRIES = 3
    AGAIN_AFTER = timedelta(hours=20)

    invitation = models.OneToOneField(
        "surveys.Invitation",
        models.CASCADE,
        related_name="call",
        verbose_name=_("invitation"),
        db_constraint=False,
    )
    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="calls", verbose_name=_("contact"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who calls")
    )
    claimed_until = models.DateTimeField(_("theirs until"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries in vain"), default=0)
    again_at = models.DateTimeField(_("again at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("call to a customer")
        verbose_name_plural = _("calls to customers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True) | models.Q(claimed_until__isnull=False),
                name="followups_claimed_call_has_end",
            ),
        ]
        # the call that somebody has at hand
        indexes = [
            models.Index(
                fields=["claimed_by"], name="followups_calls_at_hand", condition=models.Q(claimed_by__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact}"

    def is_of_other(self, user: object, now: datetime) -> bool:
        """Whether somebody else has it now."""
        is_held = self.claimed_until is not None and self.claimed_until > now
        return is_held and self.claimed_by is not None and self.claimed_by != user


class CallTry(models.Model):
    """One attempt to reach a customer, and what came of it."""

    class Outcome(models.TextChoices):
        MISSED = "missed", _("no reply")
        LATER = "later", _("to be called back")
        REFUSED = "refused", _("did not want to answer")
        WRONG = "wrong", _("wrong number")

    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="call_tries", verbose_name=_("contact"))
    call = models.ForeignKey(CustomerCall, models.CASCADE, related_name="attempts", verbose_name=_("call"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    again_at = models.DateTimeField(_("again at"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("try of a call")
        verbose_name_plural = _("tries of calls")
        indexes = [models.Index(fields=["contact", "-at"], name="followups_tries_of_contact")]  # contact page

    def __str__(self) -> str:
        return f"{self.contact} · {self.get_outcome_display()}"
