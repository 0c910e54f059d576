from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.followup import Followup
from followups.models.playbook import Playbook


class PlannedStep(models.Model):
    """One thing to do, when and by whom."""

    class Action(models.TextChoices):
        CALL = "call", _("call the customer")
        LETTER = "letter", _("write to the customer")
        TASK = "task", _("do something else")
        PROMPT = "prompt", _("be reminded")
        OFFER = "offer", _("make an offer")

    class From(models.TextChoices):
        START = "start", _("from the start")
        PREVIOUS = "previous", _("from the step before")

    class Whose(models.TextChoices):
        ASSIGNEE = "assignee", _("whoever has the follow-up")
        LEAD = "lead", _("the lead of the team")

    # What a follow-up takes over of its playbook.
    COPIED = ("position", "action", "after_hours", "counts_from", "whose", "template", "texts", "pool_id")

    position = models.PositiveSmallIntegerField(_("place"), default=1)
    action = models.CharField(_("what"), max_length=10, choices=Action.choices)
    after_hours = models.PositiveSmallIntegerField(_("after so many business hours"), default=0)
    counts_from = models.CharField(_("counted"), max_length=10, choices=From.choices, default=From.START)
    whose = models.CharField(_("for whom"), max_length=10, choices=Whose.choices, default=Whose.ASSIGNEE)
    # The name of reply templates: the one in the customer's language is proposed.
    template = models.CharField(_("reply template"), max_length=100, blank=True)
    pool = models.ForeignKey(
        "followups.CodePool",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("code pool"),
        help_text=_("What an offer is taken from."),
    )
    # {"en": "Ask whether the part has come.", …}, in the staff's language.
    texts = models.JSONField(_("words"), default=dict, blank=True)

    class Meta:
        abstract = True

    def text_in(self, language: str) -> str:
        """Return the words in a staff language, in English where that is missing, else what is to be done."""
        return str(self.texts.get(language) or self.texts.get("en") or self.get_action_display())

    def copied(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.COPIED}


class PlaybookStep(PlannedStep):
    """A step that each new follow-up of a playbook takes over."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="steps", verbose_name=_("playbook"))

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action="offer", pool__isnull=False)
                | (~models.Q(action="offer") & models.Q(pool__isnull=True)),
                name="followups_offer_has_a_pool",
                violation_error_message=_("An offer needs a code pool, and only an offer has one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} · {self.get_action_display()}"


class FollowupStepQuerySet(models.QuerySet["FollowupStep"]):
    def undone(self) -> "FollowupStepQuerySet":
        return self.filter(done_at__isnull=True)

    def offers(self) -> "FollowupStepQuerySet":
        return self.filter(action=PlannedStep.Action.OFFER)

    def prompts(self) -> "FollowupStepQuerySet":
        return self.undone().filter(action=PlannedStep.Action.PROMPT)


class FollowupStep(PlannedStep):
    """A step of one follow-up, as its playbook had it when the work was made; ticked off or skipped with a word."""

    followup = models.ForeignKey(Followup, models.CASCADE, related_name="steps", verbose_name=_("follow-up"))

    # Empty until the step before is done, where it counts from that.
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    skipped_because = models.CharField(_("skipped because"), max_length=200, blank=True)

    objects = FollowupStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a follow-up")
        verbose_name_plural = _("steps of follow-ups")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["followup", "position"], name="followups_step_once_in_its_place"),
            models.CheckConstraint(
                condition=models.Q(skipped_because="") | models.Q(done_at__isnull=False),
                name="followups_skipped_step_is_done_with",
            ),
        ]
        indexes = [
            # the sweep that tells of prompts
            models.Index(
                fields=["due_at"],
                name="followups_prompts_due",
                condition=models.Q(done_at__isnull=True, action="prompt"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.followup_id}: {self.position} · {self.get_action_display()}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_for_lead(self) -> bool:
        return self.whose == self.Whose.LEAD

    @property
    def is_skipped(self) -> bool:
        return bool(self.skipped_because)
