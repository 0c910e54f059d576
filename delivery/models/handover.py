from django.db import models


class Handover(models.Model):
    """The note that a message was just handed over; with the rest of its batch it soon becomes the message's own state.

    A note costs a quarter of changing the message, whose indexes all depend on its status. It counts only while the
    claim under which it was written does.
    """

    message = models.OneToOneField(
        "delivery.Message", models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    claim = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    provider_id = models.CharField(max_length=200)
    sender_domain = models.CharField(max_length=253, blank=True, db_default="", default="")

    def __str__(self) -> str:
        return f"{self.message_id} {self.at}"
