from django.db import models
from django.utils.translation import gettext_lazy as _

from delivery.models.message import Message


class Attachment(models.Model):
    """A file that goes out with a message; its bytes are kept for a while after the message has left."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", verbose_name=_("message"))
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=150)
    type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="delivery_attachment_once")]

    def __str__(self) -> str:
        return self.name
