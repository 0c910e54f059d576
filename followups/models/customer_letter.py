from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User


class CustomerLetterQuerySet(models.QuerySet["CustomerLetter"]):
    def waiting(self) -> "CustomerLetterQuerySet":
        """Letters that belong to no follow-up and that nobody has seen to yet."""
        return self.filter(followup__isnull=True, seen_at__isnull=True)


class CustomerLetter(models.Model):
    """Whose an incoming letter is, and to which work it belongs; without a follow-up it waits for a person.

    One letter is taken up once: the row makes a second time impossible.
    """

    letter = models.OneToOneField("delivery.IncomingLetter", models.PROTECT, related_name="+", verbose_name=_("letter"))
    contact = models.ForeignKey(
        "crm.Contact", models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("contact")
    )
    invitation = models.ForeignKey(
        "surveys.Invitation", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )
    followup = models.ForeignKey(
        "followups.Followup", models.CASCADE, null=True, blank=True, related_name="letters", verbose_name=_("follow-up")
    )
    # The letter is nothing but this score.
    score = models.PositiveSmallIntegerField(_("score written"), null=True, blank=True)
    # The letter is nothing but the wish for no more letters.
    asks_to_stop = models.BooleanField(_("asks for no more letters"), default=False)
    seen_at = models.DateTimeField(_("seen to at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seen to by")
    )

    objects = CustomerLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer's letter")
        verbose_name_plural = _("customers' letters")
        indexes = [
            # the page of letters that wait for a person
            models.Index(
                fields=["contact"],
                name="followups_letter_waiting",
                condition=models.Q(followup__isnull=True, seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.letter)

    @property
    def is_waiting(self) -> bool:
        return self.followup_id is None and self.seen_at is None

    @property
    def ends_letters(self) -> bool:
        """Whether it ends all letters by itself: it says nothing else, and comes from where we wrote to.

        Whoever writes from elsewhere, or nobody knows from where, may be anybody: then a person decides.
        """
        return self.asks_to_stop and self.letter.answers_id is not None and not self.letter.is_from_elsewhere

    @property
    def offers_a_score(self) -> bool:
        """Whether somebody may write its number down as the answer: nobody has seen to the letter yet."""
        return self.score is not None and self.seen_at is None

    @property
    def scores(self) -> tuple[int, ...]:
        """The scores of which one may stand in its words: none where the ask has work on its answer, or is none."""
        if self.invitation is None or self.seen_at is not None or self.letter.is_automatic:
            return ()
        return () if self.followup and self.followup.response_id else tuple(self.invitation.scale.scores)

    def see_to(self, *, by: User | None) -> bool:
        """Note that nothing is left to do about it, and for nobody to read; return False when that was so."""
        if self.seen_at is not None:
            return False
        self.seen_at, self.seen_by = clock.now(), by
        self.save(update_fields=["seen_at", "seen_by"])
        self.notices.filter(read_at=None).update(read_at=self.seen_at)
        return True
