from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from followups.models.closing_letter import ClosingLetter
from responses.evidence.assessment import REMEMBERED, Assessment
from responses.models import LinkVisit


class KnownMachineQuerySet(models.QuerySet["KnownMachine"]):
    def at(self, letter: ClosingLetter, source: str, now: datetime) -> "KnownMachine | None":
        """Return what `source` is known for at the link of a letter, if it gave itself away within REMEMBERED."""
        return self.filter(letter=letter, source=source, seen_at__gt=now - REMEMBERED).first()

    def of_answers(self, letters: "models.QuerySet[ClosingLetter]") -> "KnownMachineQuerySet":
        """Return those that followed the hidden link and gave these letters the answer that they have: the same source
        within REMEMBERED, before or after. A person's gesture stays a person's."""
        near = models.Q(
            seen_at__gt=models.F("letter__answered_at") - REMEMBERED,
            seen_at__lt=models.F("letter__answered_at") + REMEMBERED,
        )
        doubted = ~models.Q(letter__verdict=LinkVisit.Verdict.HUMAN)
        return self.filter(near, doubted, letter__in=letters, source=models.F("letter__source"), met_decoy=True)

    def remember(self, letter: ClosingLetter, source: str, seen: Assessment, now: datetime) -> None:
        """Keep that a source gave itself away; those of the letter that are not remembered any more go."""
        self.filter(letter=letter, seen_at__lte=now - REMEMBERED).delete()
        met_decoy = "decoy" in seen.reasons
        row = KnownMachine(letter=letter, source=source, seen_at=now, met_decoy=met_decoy)
        # Who met the decoy stays known for that.
        changed = ["seen_at", *(["met_decoy"] if met_decoy else [])]
        self.bulk_create([row], update_conflicts=True, unique_fields=["letter", "source"], update_fields=changed)


class KnownMachine(models.Model):
    """A network and browser family that gave itself away at the link of a closing letter, and when it last did.

    Mere looking is not kept: what a person who reads their letter leaves behind is their answer and nothing else.
    """

    letter = models.ForeignKey(ClosingLetter, models.CASCADE, related_name="machines", db_index=False)
    source = models.CharField(_("network and browser family"), max_length=110)
    seen_at = models.DateTimeField(_("seen at"))
    # It followed the link that no person can see.
    met_decoy = models.BooleanField(_("followed the hidden link"), default=False)

    objects = KnownMachineQuerySet.as_manager()

    class Meta:
        verbose_name = _("known machine")
        verbose_name_plural = _("known machines")
        constraints = [models.UniqueConstraint(fields=["letter", "source"], name="followups_machine_known_once")]

    def __str__(self) -> str:
        return self.source
