from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from followups.models.named import NamedInLanguages
from followups.models.progress import Progressing


class WorkStateQuerySet(models.QuerySet["WorkState"]):
    def in_order(self) -> "WorkStateQuerySet":
        """Order them by how far the work has come, and within one meaning as administrators put them."""
        steps = [models.When(meaning=meaning, then=place) for place, meaning in enumerate(Progressing.Status)]
        return self.order_by(models.Case(*steps, output_field=models.IntegerField()), "position", "pk")


class WorkState(NamedInLanguages):
    """The word of administrators for where a follow-up stands; its meaning is what the code reads.

    The database gives a follow-up whose status changes the default state of it, and keeps states and meanings
    together: work_states.sql.
    """

    class Tone(models.TextChoices):
        """The colours of badges, each readable in light and dark."""

        PLAIN = "plain", _("grey")
        ACCENT = "accent", _("blue")
        GOOD = "good", _("green")
        MIDDLE = "middle", _("yellow")
        BAD = "bad", _("red")

    meaning = models.CharField(_("meaning"), max_length=12, choices=Progressing.Status.choices)
    tone = models.CharField(_("colour"), max_length=6, choices=Tone.choices, default=Tone.PLAIN)
    is_default = models.BooleanField(_("the usual one"), default=False, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = WorkStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of follow-ups")
        verbose_name_plural = _("states of follow-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["meaning"], name="followups_state_usual_once", condition=models.Q(is_default=True)
            ),
            # What a follow-up refers to: its state together with its status.
            models.UniqueConstraint(fields=["id", "meaning"], name="followups_state_with_meaning"),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="followups_state_usual_is_active",
                violation_error_message=_("The usual state of its kind stays active."),
            ),
            models.CheckConstraint(
                condition=models.Q(names__has_key="en"),
                name="followups_state_has_english_name",
                violation_error_message=_("Write an English name: it stands in where a language has none."),
            ),
        ]

    def siblings(self) -> WorkStateQuerySet:
        """Return those of the same meaning, itself too."""
        return WorkState.objects.filter(meaning=self.meaning)

    @property
    def is_unused(self) -> bool:
        """Whether it may be deleted: no follow-up is in it, and it is not the usual one of its meaning."""
        return self.pk is not None and not self.is_default and not self.followups.exists()

    @transaction.atomic
    def make_default(self) -> bool:
        """Make it the usual state of its meaning; return False when it was, or when it is retired."""
        rows = {row.pk: row for row in self.siblings().select_for_update().order_by("pk")}
        here = rows.get(self.pk)
        if here is None or here.is_default or not here.is_active:
            return False
        self.siblings().filter(is_default=True).update(is_default=False)
        self.is_default = True
        self.save(update_fields=["is_default"])
        return True
