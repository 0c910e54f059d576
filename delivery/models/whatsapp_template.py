from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages.field import LanguageField

LONGEST_REASON = 300


class WhatsAppTemplateQuerySet(models.QuerySet["WhatsAppTemplate"]):
    def approved(self) -> "WhatsAppTemplateQuerySet":
        return self.filter(state=WhatsAppTemplate.State.APPROVED)


class WhatsAppTemplate(models.Model):
    """A message that Meta has read and allows a number to begin a conversation with, in one language."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        REMINDER = "reminder", _("reminder")

    class State(models.TextChoices):
        MISSING = "missing", _("not handed in")
        PENDING = "pending", _("Meta is reading it")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        PAUSED = "paused", _("paused by Meta")
        DISABLED = "disabled", _("switched off by Meta")
        UNFIT = "unfit", _("holds other blanks than Plumb fills in")

    class Category(models.TextChoices):
        UTILITY = "utility", _("utility")
        MARKETING = "marketing", _("marketing")

    number = models.ForeignKey(
        "delivery.WhatsAppNumber", models.CASCADE, related_name="templates", verbose_name=_("WhatsApp number")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    language = LanguageField(_("language"))
    name = models.CharField(_("name"), max_length=512)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MISSING)
    # Meta decides, and changes its mind on its own.
    category = models.CharField(_("category"), max_length=10, choices=Category.choices, blank=True)
    # As Meta gives them: why it was rejected, and what customers think of it.
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True)
    quality = models.CharField(_("quality"), max_length=20, blank=True)
    seen_at = models.DateTimeField(_("state read at"), null=True, blank=True)

    objects = WhatsAppTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("WhatsApp template")
        verbose_name_plural = _("WhatsApp templates")
        constraints = [
            models.UniqueConstraint(fields=["number", "kind", "language"], name="delivery_whatsapptemplate_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_advertising(self) -> bool:
        return self.category == self.Category.MARKETING
