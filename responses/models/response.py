from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.folded import Folded
from responses.models.visit import LinkVisit
from surveys.metrics import SCALES, Category, Scale, Tier, category_expression, score_is_on_its_scale
from surveys.models import AskedFacts

# The entry by which every invited answer comes in; a migration makes it.
INVITATIONS = 1

# So long after it was given an answer's score stands: what is said later is kept and counts nowhere.
FREEZES_AFTER = timedelta(days=7)
COUNTED_SCORE = Coalesce("frozen_score", "score")

# What a comment is searched by: its folded words, as they are, in no language.
WORDS = SearchVector("folded_comment", config="simple")


class ResponseQuerySet(models.QuerySet["Response"]):
    def counted(self) -> "ResponseQuerySet":
        """Answers that count: a provisional one waits until a person confirms it."""
        return self.filter(is_provisional=False)

    def provisional(self) -> "ResponseQuerySet":
        return self.filter(is_provisional=True)

    def doubted(self) -> "ResponseQuerySet":
        """Whatever is not surely a person's: what waits for one, and what counts though nobody was seen."""
        return self.filter(models.Q(is_provisional=True) | ~models.Q(suspicion=[]))

    def between(self, start: datetime, end: datetime) -> "ResponseQuerySet":
        return self.filter(answered_at__gte=start, answered_at__lt=end)

    def freeze(self, *, at: datetime) -> int:
        """Let the scores given by now be those that count from `at` on; what is frozen stays as it is.

        It waits for a revision that is being written and counts it; a revision that comes later finds it frozen.
        """
        stood_at = Least(models.Value(at), models.F("answered_at") + FREEZES_AFTER)
        return self.filter(frozen_at__isnull=True).update(frozen_score=models.F("score"), frozen_at=stood_at)

    def unsettled(self) -> "ResponseQuerySet":
        return self.filter(settled_at__isnull=True)

    def untagged(self) -> "ResponseQuerySet":
        """Answers that count and stand still, in whose comment nobody has looked for topics yet."""
        return self.counted().filter(settled_at__isnull=False, tagged_at__isnull=True).exclude(comment="")

    def unrouted(self) -> "ResponseQuerySet":
        return self.filter(settled_at__isnull=False, routed_at__isnull=True)


class Response(AskedFacts):
    """One score, with the facts that were frozen on its invitation."""

    PRICED_AT = "{row}answered_at"

    entry = models.ForeignKey(
        "responses.Entry",
        models.PROTECT,
        related_name="responses",
        verbose_name=_("came in by"),
        db_index=False,
        default=INVITATIONS,
        db_default=INVITATIONS,
    )
    invitation = models.OneToOneField(
        "surveys.Invitation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="response",
        verbose_name=_("invitation"),
    )
    survey = models.ForeignKey(
        "surveys.Survey", models.PROTECT, related_name="responses", verbose_name=_("survey"), db_index=False
    )
    version = models.ForeignKey(
        "surveys.SurveyVersion",
        models.PROTECT,
        related_name="responses",
        verbose_name=_("survey version"),
        db_index=False,
    )
    contact = models.ForeignKey(
        "crm.Contact",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("contact"),
        db_index=False,
    )
    # The hash of the secret by which whoever answered an open link comes back to their answer.
    secret_hash = models.BinaryField(max_length=32, null=True, editable=False)
    # What the customer says by now. Numbers, work and lists go by the counted score.
    score = models.PositiveSmallIntegerField(_("score"))
    # The score that stands since `frozen_at`: the first contact by staff, or FREEZES_AFTER the answer where it was
    # revised after that. Empty before.
    frozen_score = models.PositiveSmallIntegerField(_("frozen score"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)
    counted_score = models.GeneratedField(
        expression=COUNTED_SCORE,
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name=_("counted score"),
    )
    category = models.GeneratedField(
        expression=category_expression(COUNTED_SCORE),
        output_field=models.CharField(_("category"), max_length=12, choices=Category.choices),
        db_persist=True,
        verbose_name=_("category"),
    )
    comment = models.TextField(_("comment"), blank=True, db_default="")
    # How it is searched.
    folded_comment = models.GeneratedField(
        expression=Folded("comment"), output_field=models.TextField(), db_persist=True
    )

    answered_at = models.DateTimeField(_("answered at"), default=clock.now)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    routed_at = models.DateTimeField(_("routed at"), null=True, blank=True)
    # When topics were looked for in its comment; empty while that waits.
    tagged_at = models.DateTimeField(_("topics looked for at"), null=True, blank=True)
    # What was said before: [{"at": …, "score": …, "comment": …}, …], oldest first; {"skipped": n} in place of n answers
    # between the first and the last of somebody who did not stop.
    trail = models.JSONField(_("earlier answers"), default=list, db_default=[])
    is_provisional = models.BooleanField(_("waits to be confirmed"), default=False, db_default=False)
    # Why a machine is suspected: ["burst", …].
    suspicion = models.JSONField(_("suspicion"), default=list, db_default=[])

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.CheckConstraint(condition=score_is_on_its_scale(), name="responses_score_on_its_scale"),
            models.CheckConstraint(
                condition=models.Q(entry=INVITATIONS, invitation__isnull=False)
                | (~models.Q(entry=INVITATIONS) & models.Q(invitation__isnull=True)),
                name="responses_invited_by_an_invitation",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_score__isnull=True, frozen_at__isnull=True)
                | models.Q(frozen_score__isnull=False, frozen_at__isnull=False),
                name="responses_frozen_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(routed_at__isnull=True) | models.Q(settled_at__isnull=False),
                name="responses_routed_after_settled",
            ),
            # One device at one link gives one answer, however often and wherever its form is sent.
            models.UniqueConstraint(
                fields=["secret_hash"],
                condition=models.Q(secret_hash__isnull=False),
                name="responses_one_answer_per_secret",
            ),
        ]
        indexes = [
            models.Index(fields=["answered_at"], name="responses_by_moment"),  # analytics: every period
            models.Index(fields=["contact", "answered_at"], name="responses_of_contact"),  # contact page
            # responses.settling
            models.Index(
                fields=["answered_at"], name="responses_to_settle", condition=models.Q(settled_at__isnull=True)
            ),
            # followups.routes
            models.Index(
                fields=["settled_at"],
                name="responses_to_route",
                condition=models.Q(settled_at__isnull=False, routed_at__isnull=True),
            ),
            # responses.tag_comments
            models.Index(
                fields=["id"],
                name="responses_to_tag",
                condition=models.Q(tagged_at__isnull=True) & ~models.Q(comment=""),
            ),
            # the dashboard's strict and lenient NPS, and the answers that wait for a person
            models.Index(
                fields=["answered_at"],
                name="responses_doubted",
                condition=models.Q(is_provisional=True) | ~models.Q(suspicion=[]),
            ),
            # answers are searched by the words of their comments
            GinIndex(WORDS, name="responses_words", condition=~models.Q(comment="")),
            # how many came in by an open link, and which
            models.Index(
                fields=["entry", "answered_at"], name="responses_of_entry", condition=~models.Q(entry=INVITATIONS)
            ),
            # newest comments on the dashboard
            models.Index(fields=["-answered_at"], name="responses_commented", condition=~models.Q(comment="")),
        ]

    def __str__(self) -> str:
        return f"{self.counted_score} · {self.contact}"

    @property
    def label(self) -> LinkVisit.Verdict:
        """Whose answer this is taken for."""
        if self.is_provisional:
            return LinkVisit.Verdict.MACHINE
        return LinkVisit.Verdict.UNSURE if self.suspicion else LinkVisit.Verdict.HUMAN

    @property
    def earlier_answers(self) -> list[dict[str, Any]]:
        """What was said before and is kept, oldest first."""
        return [entry for entry in self.trail if "skipped" not in entry]

    @property
    def times_changed(self) -> int:
        return sum(int(entry.get("skipped", 1)) for entry in self.trail)

    @property
    def scale(self) -> Scale:
        return SCALES[self.metric]

    @property
    def category_label(self) -> str:
        """What its counted score is called; a generated column has no display method of its own."""
        return str(Category(self.category).label)

    @property
    def tier(self) -> Tier:
        """How good it is, whatever was measured."""
        return self.scale.tier_of(self.counted_score)

    @property
    def is_revised_late(self) -> bool:
        """Whether the customer says another score by now than the one that counts."""
        return bool(self.score != self.counted_score)

    @property
    def stands_by_contact(self) -> bool:
        """Whether the score that counts stands since staff came in contact, not since time had passed."""
        return self.frozen_at is not None and self.frozen_at < self.answered_at + FREEZES_AFTER
