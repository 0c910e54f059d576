from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import clock


class SetAsideMail(models.Model):
    """A mail, or a whole mailbox when `name` is empty, that could not be read; it stays where it arrived."""

    source = models.CharField(_("arrived in"), max_length=300)
    name = models.CharField(_("name"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(_("last tried at"), default=clock.now)
    try_again = models.BooleanField(_("try again"), default=False)

    class Meta:
        verbose_name = _("mail set aside")
        verbose_name_plural = _("mails set aside")
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="delivery_set_aside_mail_once")]

    def __str__(self) -> str:
        return self.name or self.source
