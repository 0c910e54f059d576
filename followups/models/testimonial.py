from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.customerlanguages.field import LanguageField
from accounts.models import User
from surveys.models.review_link import TIERS


class QuotePolicy(models.Model):
    """Whom a brand asks whether their words may be quoted, and who may read what may be."""

    brand = models.OneToOneField("accounts.Brand", models.CASCADE, related_name="quote_policy", verbose_name=_("brand"))
    tiers = ArrayField(
        models.CharField(max_length=6, choices=TIERS),
        verbose_name=_("asked"),
        default=list,
        blank=True,
        help_text=_("On the page of thanks, after words of their own. None: nobody."),
    )
    is_feed_on = models.BooleanField(
        _("feed"), default=False, help_text=_("What may be quoted and is approved, as JSON for a website.")
    )
    is_feed_open = models.BooleanField(
        _("feed without a key"), default=False, help_text=_("A website whose visitors fetch it themselves needs this.")
    )
    # Another number makes another key, and ends the one before.
    key_number = models.PositiveIntegerField(_("number of the key"), default=1)

    class Meta:
        verbose_name = _("rule of quoting")
        verbose_name_plural = _("rules of quoting")

    def __str__(self) -> str:
        return str(self.brand)

    @property
    def key(self) -> str:
        """The 192-bit key of the feed."""
        return tokens.derive(self._purpose, self.brand_id)

    def opens_with(self, key: str) -> bool:
        return self.is_feed_open or tokens.is_derived(key, self._purpose, self.brand_id)

    @property
    def _purpose(self) -> str:
        return f"testimonials-{self.key_number}"


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    def standing(self) -> TestimonialQuerySet:
        """Those whose customer agreed, has not withdrawn, and has not changed the words since."""
        said = Q(response__comment=F("text"), response__is_provisional=False)
        return self.filter(said, withdrawn_at__isnull=True)

    def public(self) -> TestimonialQuerySet:
        """Those that may be shown to anybody."""
        return self.standing().filter(state=Testimonial.State.APPROVED)


class Testimonial(models.Model):
    """Words of a customer that may be quoted, and what the customer agreed to be called."""

    __test__ = False  # it is no test, whatever pytest makes of its name

    class NameShown(models.TextChoices):
        FULL = "full", _("with the name")
        INITIALS = "initials", _("with the initials")
        NONE = "none", _("without a name")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a decision")
        APPROVED = "approved", _("approved")
        HIDDEN = "hidden", _("hidden")

    # So many yeses and noes of one customer are kept, the latest.
    KEPT: ClassVar = 20

    response = models.OneToOneField(
        "responses.Response", models.CASCADE, related_name="testimonial", verbose_name=_("answer")
    )
    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="testimonials", verbose_name=_("contact"))
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, related_name="+", verbose_name=_("brand"))
    # The words that the customer agreed to, never changed.
    text = models.TextField(_("words"))
    language = LanguageField(_("language"))
    name_shown = models.CharField(_("how the customer is named"), max_length=8, choices=NameShown.choices)
    # What is shown of the customer, as it was when they agreed.
    name = models.CharField(_("name shown"), max_length=201, blank=True)
    company = models.CharField(_("company shown"), max_length=200, blank=True)
    # What was said when, and what shows that a person said it, the latest last: {"at": …, "said": "yes", …}.
    evidence = models.JSONField(_("proof"), default=list)
    given_at = models.DateTimeField(_("agreed at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    shortened = models.TextField(_("shortened"), blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = TestimonialQuerySet.as_manager()

    class Meta:
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")
        permissions = [("decide_testimonials", "Can read testimonials and decide about them")]
        indexes = [
            # the feed of a brand
            models.Index(
                fields=["brand", "-given_at"],
                name="followups_public_testimonials",
                condition=Q(state="approved", withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def words(self) -> str:
        """What is quoted: the words as they were shortened, else all of them."""
        return self.shortened or self.text

    @property
    def is_standing(self) -> bool:
        said = self.response.comment == self.text and not self.response.is_provisional
        return said and self.withdrawn_at is None

    def decide(self, state: str, *, by: User, at: datetime, shortened: str | None = None) -> None:
        """Approve or hide it; `shortened` None leaves the words as they are quoted."""
        self.state, self.decided_by, self.decided_at = state, by, at
        if shortened is not None:
            self.shortened = shortened
        self.save(update_fields=["state", "decided_by", "decided_at", "shortened"])

    def withdraw(self, *, at: datetime, evidence: dict[str, Any]) -> bool:
        """Take the customer's yes back; return False where it was taken back before."""
        if self.withdrawn_at is not None:
            return False
        self.withdrawn_at = at
        self.evidence = [*self.evidence, evidence][-self.KEPT :]
        self.save(update_fields=["withdrawn_at", "evidence"])
        return True
