from django.db import models


class Untried(models.Model):
    """The proof that a message which was offered has not been handed over yet: whoever hands it over takes it away.

    The table is not logged: a crash of PostgreSQL, which may forget that a row was taken, leaves no row at all.
    """

    message = models.OneToOneField(
        "delivery.Message", models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    claim = models.PositiveIntegerField()
    # What was added to the cost of the message when it was offered.
    cost = models.DecimalField(max_digits=10, decimal_places=4)

    def __str__(self) -> str:
        return f"{self.message_id} {self.claim}"
