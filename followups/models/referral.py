from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import User
from crm import referral_codes
from followups.models.code_pool import PoolCode


class ReferralProgramme(models.Model):
    """Whether and how customers of a brand recommend it to others, and what they get for it."""

    # What the page for friends says, in each language; what is missing is said in words of ours.
    TEXTS = ("headline", "text", "reward")

    brand = models.OneToOneField("accounts.Brand", models.CASCADE, related_name="referrals", verbose_name=_("brand"))
    is_active = models.BooleanField(_("active"), default=False)
    invites_on_page = models.BooleanField(_("satisfied customers are invited on the page of thanks"), default=True)
    invites_in_letter = models.BooleanField(_("satisfied customers are invited in the letter of thanks"), default=True)
    # {"en": {"headline": …, "text": …, "reward": …}, …}
    texts = models.JSONField(_("texts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("referral programme")
        verbose_name_plural = _("referral programmes")

    def __str__(self) -> str:
        return str(self.brand)

    def clean(self) -> None:
        """Refuse to open a form that takes addresses without saying what becomes of them."""
        if self.is_active and self.brand_id and not (self.brand.privacy_url and self.brand.imprint_url):
            raise ValidationError(
                {"is_active": _("The page for friends needs the imprint and privacy notice of the brand.")}
            )

    def said(self, field: str, language: str) -> str:
        """Return one of the TEXTS in a language, "" where it is in words of ours."""
        return str(self.texts.get(language, {}).get(field, ""))


class ReferralCode(models.Model):
    """What one customer recommends a brand by."""

    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="referral_codes", verbose_name=_("contact"))
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, related_name="+", verbose_name=_("brand"))
    code = models.CharField(_("code"), max_length=referral_codes.LONGEST, unique=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    class Meta:
        verbose_name = _("referral code")
        verbose_name_plural = _("referral codes")
        constraints = [
            models.UniqueConstraint(fields=["contact", "brand"], name="followups_one_referral_code"),
        ]

    def __str__(self) -> str:
        return referral_codes.shown(self.code)


class Referral(models.Model):
    """Somebody who left their address on the page of a customer's code. A friend is of the first who brought them."""

    code = models.ForeignKey(ReferralCode, models.CASCADE, related_name="referrals", verbose_name=_("code"))
    brand = models.ForeignKey("accounts.Brand", models.CASCADE, related_name="+", verbose_name=_("brand"))
    contact = models.ForeignKey("crm.Contact", models.CASCADE, related_name="referrals", verbose_name=_("contact"))
    # Whether nobody knew that address before.
    is_new = models.BooleanField(_("new to us"), default=True)
    at = models.DateTimeField(_("at"), default=clock.now)
    # What was agreed to, and what shows that a person did: {"sentence": …, "by": …, "network": …}
    evidence = models.JSONField(_("proof"), default=dict)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [models.UniqueConstraint(fields=["brand", "contact"], name="followups_referred_once")]

    def __str__(self) -> str:
        return str(self.contact)


class ReferralReward(models.Model):
    """What a customer gets for one deal won by their code: due once, then given or refused by somebody."""

    class State(models.TextChoices):
        DUE = "due", _("due")
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")

    code = models.ForeignKey(ReferralCode, models.CASCADE, related_name="rewards", verbose_name=_("code"))
    deal = models.OneToOneField("crm.Deal", models.CASCADE, related_name="referral_reward", verbose_name=_("deal"))
    created_at = models.DateTimeField(_("due since"), default=clock.now)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DUE)
    # What else was given, or why it was refused.
    note = models.CharField(_("note"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    given_code = models.OneToOneField(
        PoolCode,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral_reward",
        verbose_name=_("code that was given"),
    )

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        permissions = [("decide_rewards", "Can read referrals and decide about rewards")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="due", decided_at__isnull=True) | (~Q(state="due") & Q(decided_at__isnull=False)),
                name="followups_reward_decided_when_not_due",
            ),
            models.CheckConstraint(
                condition=Q(given_code__isnull=True) | Q(state="given"), name="followups_reward_code_when_given"
            ),
        ]
        indexes = [
            # the ledger: what is due
            models.Index(fields=["created_at"], name="followups_rewards_due", condition=Q(state="due")),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_state_display()}"

    def decide(self, state: str, *, by: User, note: str, at: datetime) -> bool:
        """Give or refuse it; return False where somebody decided before. One conditional statement."""
        changed = type(self).objects.filter(pk=self.pk, state=self.State.DUE)
        return bool(changed.update(state=state, decided_by=by, note=note, decided_at=at))
