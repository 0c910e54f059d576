from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class SetAsideRow(models.Model):
    """A row that failed in a batch by itself and stopped no other; it is left out until it is to be tried again."""

    # The name of an accounts.setaside.Batch.
    batch = models.CharField(_("work"), max_length=40)
    # Where the row lies, when its name alone does not say: the mailbox of a mail, the trigger of a touchpoint.
    place = models.CharField(_("where"), max_length=300, blank=True)
    # Its primary key, or whatever it is called there; empty: the place itself.
    row = models.CharField(_("row"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=500)

    at = models.DateTimeField(_("last tried at"), default=clock.now)
    tries = models.PositiveIntegerField(_("tries"), default=1)
    rests_until = models.DateTimeField(
        _("tried again at"), null=True, blank=True, help_text=_("Empty: when somebody asks for it.")
    )

    class Meta:
        verbose_name = _("row set aside")
        verbose_name_plural = _("rows set aside")
        constraints = [models.UniqueConstraint(fields=["batch", "place", "row"], name="accounts_set_aside_once")]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.batch, self.place, self.row]))
