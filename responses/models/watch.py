from django.db import models

from accounts import clock


class Watch(models.Model):
    """How far the sweep for machines has looked: one row, locked by the sweep that runs."""

    last_visit_id = models.BigIntegerField(default=0)
    # Where the sweep before the last one began: a burst may lie across two.
    from_visit_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="responses_watch_is_one_row")]

    def __str__(self) -> str:
        return str(self.last_visit_id)
