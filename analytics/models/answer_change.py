from django.db import models


class AnswerChange(models.Model):
    """Something that other systems are told of an answer came about in the transaction `xact`, at the moment `at`.

    Written by triggers, in that very transaction. Rows are only ever appended, so writers of one answer share no lock;
    of an answer's rows all but the newest are dropped now and then. `xact` is 0 for what is older than these rows.
    """

    pk = models.CompositePrimaryKey("answer_id", "xact")
    answer_id = models.BigIntegerField()
    xact = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # the API: what changed since a mark, and since a moment
            models.Index(fields=["xact", "answer_id"], name="analytics_changed_in"),
            models.Index(fields=["at", "answer_id"], name="analytics_changed_at"),
        ]
