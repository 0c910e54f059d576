from django.db import models

from analytics.delay_curve import AGES

SCORES = tuple(f"c{score}" for score in range(11))
# A fixed time to answer, so that recent asks are compared fairly with older ones; and sooner ones, to learn from.
SOON_DAYS = AGES[-1]
WITHIN = {f"answered_in_{days}": days for days in AGES[:-1]} | {"answered_soon": SOON_DAYS}
# What each row counts: answers by score, invitations asked, those answered by now, and those answered within some days.
COUNTED = (*SCORES, "asked", "answered", *WITHIN)


class Dimension(models.TextChoices):
    """By what answers are counted. A row knows one or two of them, so that it stays small; DETAIL knows all three."""

    ALL = "all"
    MANAGER = "manager"
    CHANNEL = "channel"
    PRODUCT = "product"
    MANAGER_CHANNEL = "manager_channel"
    MANAGER_PRODUCT = "manager_product"
    CHANNEL_PRODUCT = "channel_product"
    DETAIL = "detail"


BREAKDOWNS = (Dimension.MANAGER, Dimension.CHANNEL, Dimension.PRODUCT)
PAIRS = {
    Dimension.MANAGER_CHANNEL: (Dimension.MANAGER, Dimension.CHANNEL),
    Dimension.MANAGER_PRODUCT: (Dimension.MANAGER, Dimension.PRODUCT),
    Dimension.CHANNEL_PRODUCT: (Dimension.CHANNEL, Dimension.PRODUCT),
}


# What makes a row one of its dimension and day.
ROW_KEYS = ("metric", "origin", "survey_id", "team_id", "member_id", "other_id", "third_id")


class Rollup(models.Model):
    """Answers of one day or month (by the moment of the answer) and invitations asked then, counted.

    Days are those of RollupState.zone. 0 stands for “none” in the other ids, so that rows are unique.
    Together with every RollupChange the rows count, at every moment and for every reader, what the raw rows count.
    """

    class Span(models.TextChoices):
        DAY = "day"
        MONTH = "month"

    span = models.CharField(max_length=5, choices=Span.choices)
    start = models.DateField()
    dimension = models.CharField(max_length=20, choices=Dimension.choices)
    member_id = models.BigIntegerField()
    # The second half of a pair (which channel of manager_channel), and the third of DETAIL.
    other_id = models.BigIntegerField(default=0)
    third_id = models.BigIntegerField(default=0)
    metric = models.CharField(max_length=10)
    origin = models.CharField(max_length=15)
    survey_id = models.BigIntegerField()
    team_id = models.BigIntegerField()

    c0 = models.IntegerField(default=0)
    c1 = models.IntegerField(default=0)
    c2 = models.IntegerField(default=0)
    c3 = models.IntegerField(default=0)
    c4 = models.IntegerField(default=0)
    c5 = models.IntegerField(default=0)
    c6 = models.IntegerField(default=0)
    c7 = models.IntegerField(default=0)
    c8 = models.IntegerField(default=0)
    c9 = models.IntegerField(default=0)
    c10 = models.IntegerField(default=0)
    asked = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answered_in_1 = models.IntegerField(default=0)
    answered_in_3 = models.IntegerField(default=0)
    answered_in_7 = models.IntegerField(default=0)
    answered_soon = models.IntegerField(default=0)

    class Meta:
        constraints = [
            # Also the path of every reader: a range of days or months of one dimension.
            models.UniqueConstraint(
                fields=["span", "dimension", "start", *ROW_KEYS],
                name="analytics_rollup_once",
            )
        ]
        indexes = [
            # readers with two or three of manager, channel and product
            models.Index(
                fields=["member_id", "span", "start"],
                name="analytics_detail_of_manager",
                condition=models.Q(dimension="detail"),
            ),
            models.Index(
                fields=["other_id", "third_id", "span", "start"],
                name="analytics_detail_of_pair",
                condition=models.Q(dimension="detail"),
            ),
        ]


class RollupChange(models.Model):
    """Something that the rollups do not hold yet. Written by triggers, in the transaction of the change itself.

    With a score it is about answers, without one about invitations asked; a negative count takes away. 0 is “none”.
    """

    at = models.DateTimeField()
    metric = models.CharField(max_length=10)
    origin = models.CharField(max_length=15)
    survey_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    manager_id = models.BigIntegerField()
    channel_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    score = models.SmallIntegerField(null=True)
    count = models.IntegerField()
    answered = models.IntegerField(default=0, db_default=0)
    answered_in_1 = models.IntegerField(default=0, db_default=0)
    answered_in_3 = models.IntegerField(default=0, db_default=0)
    answered_in_7 = models.IntegerField(default=0, db_default=0)
    answered_soon = models.IntegerField(default=0, db_default=0)


class Succession(models.Model):
    """An answer about the relationship that the same customer gave anew. Written by triggers, with the answer itself.

    Of such answers a number counts the latest of each customer in its period: those whose next one lies outside it.
    A customer is a contact, together with the records that it has absorbed. `next_at` is when the next answer of the
    same metric and origin was given, `next_of_survey_at` that to the same survey. 0 stands for “none” among the facts;
    what has no next answer has no row.
    """

    response_id = models.BigIntegerField(primary_key=True)
    customer_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_index=True)
    next_of_survey_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    metric = models.CharField(max_length=10)
    origin = models.CharField(max_length=15)
    survey_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    manager_id = models.BigIntegerField()
    channel_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    score = models.SmallIntegerField()


class MonthlySpread(models.Model):
    """How the answers of a run of whole months hang together by account: what `ClusterSums` sums, of all or one thing.

    `first` and `last` are the first days of the first and the last month. `dimension` is a breakdown, “survey”, “team”
    or “all”; 0 stands for “none”. Kept only where answers are many, and as old as `measured_at`.
    """

    metric = models.CharField(max_length=10)
    first = models.DateField()
    last = models.DateField()
    dimension = models.CharField(max_length=20)
    member_id = models.BigIntegerField()
    clusters = models.IntegerField()
    answers = models.IntegerField()
    total = models.IntegerField()
    squares = models.BigIntegerField()
    products = models.BigIntegerField()
    sizes = models.BigIntegerField()
    worths = models.IntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "last", "first", "dimension", "member_id"], name="analytics_monthlyspread_once"
            )
        ]


class RollupState(models.Model):
    """In which time zone the days of the rollups were cut. One row; without it there are no rollups."""

    zone = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="analytics_one_rollup_state")]
