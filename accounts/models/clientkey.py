from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock, tokens
from accounts.sources import refuse_reserved


class ClientKey(models.Model):
    """The key of another system that calls the API. The secret is shown once and kept only as a hash."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")
        ANSWERS = "answers", _("read the answers of its own customers")
        ALL_ANSWERS = "all_answers", _("read all answers")
        PERSONAL = "personal", _("read names and words in answers")
        ENTER = "enter", _("enter answers for members of staff")
        HIDDEN_WORDS = "hidden_words", _("read words that are hidden from the person rated")

    # What a scope holds beside itself.
    HELD: ClassVar[dict[str, tuple[str, ...]]] = {Scope.WRITE: (Scope.READ,), Scope.ALL_ANSWERS: (Scope.ANSWERS,)}

    # `last_used_at` is refreshed at most this often, so that a busy client costs no write per request.
    LAST_USED_EVERY: ClassVar = timedelta(minutes=1)

    name = models.CharField(_("name"), max_length=100)
    source = models.SlugField(
        _("source"),
        max_length=50,
        validators=[refuse_reserved],
        help_text=_("The name under which this system's records are kept, such as “hubspot”."),
    )
    prefix = models.CharField(_("prefix"), max_length=12, unique=True, editable=False)
    secret_hash = models.BinaryField(_("secret hash"), max_length=32, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=15, choices=Scope.choices), verbose_name=_("scopes"), default=list)

    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("client key")
        verbose_name_plural = _("client keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def allows(self, scope: str) -> bool:
        return scope in self.scopes or any(scope in self.HELD.get(held, ()) for held in self.scopes)

    def draw_secret(self) -> str:
        """Set a new secret and return it; this is the only moment at which it can be read."""
        secret = "plumb_" + tokens.draw()
        self.prefix = secret[:12]
        self.secret_hash = tokens.digest(secret)
        return secret

    def touch(self, now: datetime) -> None:
        if self.last_used_at is None or now - self.last_used_at > self.LAST_USED_EVERY:
            self.last_used_at = now
            self.save(update_fields=["last_used_at"])


class IdempotentRequest(models.Model):
    """The first answer to a request that carried an Idempotency-Key; a repeat gets the same answer."""

    client = models.ForeignKey(ClientKey, models.CASCADE, related_name="idempotent_requests")
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status_code = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)

    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="accounts_idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="accounts_answers_by_age")]  # accounts.forget_old

    def __str__(self) -> str:
        return self.key

    @property
    def is_answered(self) -> bool:
        return self.status_code is not None
