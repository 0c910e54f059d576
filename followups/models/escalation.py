from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followups.models.followup import Followup
from followups.models.playbook import Playbook


class EscalationRule(models.Model):
    """Whom a playbook tells when its work is late, once for each follow-up, and what else happens then."""

    class Lateness(models.TextChoices):
        FIRST_CONTACT = "first_contact", _("the first contact is late")
        RESOLUTION = "resolution", _("the resolution is late")

    class To(models.TextChoices):
        LEAD = "lead", _("the lead of the team")
        HEAD = "head", _("the head of customer care")
        PERSON = "person", _("this person")

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="escalation_rules", verbose_name=_("playbook"))
    lateness = models.CharField(_("when"), max_length=15, choices=Lateness.choices)
    after_hours = models.PositiveSmallIntegerField(
        _("by so many business hours"), default=0, help_text=_("0: as soon as it is late.")
    )
    to = models.CharField(_("is told"), max_length=10, choices=To.choices, default=To.LEAD)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    raises_priority = models.BooleanField(_("priority becomes high"), default=False)
    hands_over = models.BooleanField(_("the work becomes theirs"), default=False)

    class Meta:
        verbose_name = _("escalation rule")
        verbose_name_plural = _("escalation rules")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(to="person") | models.Q(person__isnull=False),
                name="followups_escalation_names_person",
                violation_error_message=_("Choose the person who is told."),
            ),
            models.UniqueConstraint(
                fields=["playbook", "lateness", "after_hours", "to", "person"],
                name="followups_escalation_rule_once",
                nulls_distinct=False,
                violation_error_message=_("This rule is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_lateness_display()} · {self.get_to_display()}"


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def pending(self) -> "EscalationQuerySet":
        return self.filter(raised_at__isnull=True)

    def due(self, now: datetime) -> "EscalationQuerySet":
        """Those whose moment has come: late is open work only, and not while it is the customer's turn."""
        waits = models.Q(followup__status=Followup.Status.WAITING, followup__look_again_on__gt=timezone.localdate(now))
        is_open = models.Q(followup__status__in=Followup.OPEN)
        return self.pending().filter(is_open & ~waits & ~self._contacted(), due_at__lte=now)

    def missed(self, now: datetime) -> "EscalationQuerySet":
        """Those whose moment came when nothing was late: the customer was contacted, or the work was done."""
        is_closed = ~models.Q(followup__status__in=Followup.OPEN)
        return self.pending().filter(is_closed | self._contacted(), due_at__lte=now)

    @staticmethod
    def _contacted() -> models.Q:
        return models.Q(rule__lateness=EscalationRule.Lateness.FIRST_CONTACT, followup__first_contact_at__isnull=False)


class Escalation(models.Model):
    """That a rule is followed for one follow-up: when it is due unless the work is done by then, and when it was."""

    followup = models.ForeignKey(Followup, models.CASCADE, related_name="escalations", verbose_name=_("follow-up"))
    rule = models.ForeignKey(EscalationRule, models.CASCADE, related_name="+", verbose_name=_("escalation rule"))
    due_at = models.DateTimeField(_("due at"))
    raised_at = models.DateTimeField(_("raised at"), null=True, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["followup", "rule"], name="followups_escalated_once")]
        indexes = [
            # the sweep that raises them
            models.Index(
                fields=["due_at"], name="followups_escalations_due", condition=models.Q(raised_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.followup_id}: {self.rule}"
