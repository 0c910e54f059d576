from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.reachability import Said, Use


class ConsentChange(models.Model):
    """What a contact said about one use of one medium, each time and with what proves it: only ever added to.

    The database writes it with every change of a Consent, whoever makes it, and lets it go with its contact alone.
    """

    # The database deletes these with their contact, and nothing else may.
    contact = models.ForeignKey(
        "crm.Contact",
        models.DO_NOTHING,
        related_name="consent_changes",
        verbose_name=_("contact"),
        db_index=False,
        db_constraint=False,
    )
    medium = models.CharField(_("medium"), max_length=20)
    use = models.CharField(_("what for"), max_length=20, choices=Use.choices, default=Use.SURVEYS)
    # Empty where what was said before was taken out.
    status = models.CharField(_("status"), max_length=20, choices=Said.choices, blank=True)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    evidence = models.CharField(_("proof"), max_length=300, blank=True)
    said_at = models.DateTimeField(_("changed at"))
    kept_at = models.DateTimeField(_("written down at"))

    class Meta:
        verbose_name = _("change of a consent")
        verbose_name_plural = _("changes of consents")
        indexes = [
            models.Index(fields=["contact", "kept_at"], name="crm_consent_changes_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.get_use_display()}, {self.medium}: {self.get_status_display()}"
