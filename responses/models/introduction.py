from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from responses.models.response import Response


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def of_link(self, token: str) -> "IntroductionQuerySet":
        """Return the one whose letter carries a link with `token`, or none."""
        return self.filter(token_hash=tokens.digest(token))

    def forgotten(self, now: datetime) -> "IntroductionQuerySet":
        """Return those that nobody needs any more."""
        return self.filter(agreed_at__lte=now - Introduction.KEPT_FOR)


class Introduction(models.Model):
    """Who somebody says they are who answered by an open link, so as to be called or written to about that answer.

    Anybody may type anything: the answer belongs to a contact only once the owner of the mailbox has confirmed it.
    """

    # So long the link of the letter that asks to confirm is good.
    OPEN_FOR = timedelta(days=7)
    # So long it stands with its answer: it was left to be called about that, and for nothing else.
    KEPT_FOR = timedelta(days=180)

    response = models.OneToOneField(Response, models.CASCADE, related_name="introduction", verbose_name=_("response"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    # The sentence that they agreed to, in the words in which they read it.
    agreed_to = models.CharField(_("agreed to"), max_length=300)
    agreed_at = models.DateTimeField(_("agreed at"))

    # The secret of the link is derived and never kept; empty where no letter asks to confirm.
    token_hash = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    asked_at = models.DateTimeField(_("asked to confirm at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("details of who answered")
        verbose_name_plural = _("details of who answered")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""), name="responses_introduction_has_an_address"
            ),
            models.CheckConstraint(condition=~models.Q(agreed_to=""), name="responses_introduction_was_agreed_to"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True) | models.Q(token_hash__isnull=False),
                name="responses_introduction_confirmed_by_a_letter",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    @property
    def token(self) -> str:
        """The secret of the link: derived, never stored; the one given out before stays."""
        if self.token_hash is None:
            return tokens.derive("introduction", self.pk)
        return tokens.derive_again("introduction", self.pk, bytes(self.token_hash))

    def has_expired(self, now: datetime) -> bool:
        return self.asked_at is None or self.asked_at + self.OPEN_FOR <= now

    def is_open(self, now: datetime) -> bool:
        """Whether its letter still asks something."""
        return self.confirmed_at is None and not self.has_expired(now)
