"""How much may be written to one customer and by one person, so that a stolen session floods nobody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from followups.models import Activity, Followup

WRITTEN = (Activity.Kind.EMAIL, Activity.Kind.MESSAGE)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class TooManyReplies(Exception):
    """So many replies went out that this one has to wait: `to_customer`, or else by the person, within an hour."""

    def __init__(self, *, to_customer: bool) -> None:
        super().__init__()
        self.to_customer = to_customer


def refuse_too_many(followup: Followup, *, by: User, now: datetime) -> None:
    """Raise TooManyReplies where one more reply exceeds a limit; other replies of the person wait meanwhile."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    about = Followup.objects.of_contacts([followup.about.contact_id] if followup.about.contact_id else [])
    customer = Activity.objects.filter(followup__in=about)
    if _exceeds(customer, settings.REPLIES_TO_CUSTOMER_PER_DAY, since=now - DAY):
        raise TooManyReplies(to_customer=True)
    if _exceeds(Activity.objects.filter(by=by), settings.REPLIES_BY_PERSON_PER_HOUR, since=now - HOUR):
        raise TooManyReplies(to_customer=False)


def _exceeds(activities: QuerySet[Activity], most: int, *, since: datetime) -> bool:
    """Say whether `most` replies left from here since then; 0 sets no limit."""
    replies = activities.filter(kind__in=WRITTEN, at__gt=since, change__has_key="message")
    return bool(most) and replies.count() >= most
