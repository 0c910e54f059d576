"""The two answers of a customer who was asked again after recovery, found from either of them."""

from dataclasses import dataclass

from django.db.models import Q

from followups.models import SecondAsk
from responses.models import Response


@dataclass(frozen=True)
class SecondAskOf:
    """What a page says of it: where the other answer is; `second` is None while it has not come."""

    ask: SecondAsk
    first: Response
    second: Response | None


def of(response: Response) -> SecondAskOf | None:
    """Return the pair that an answer belongs to, as the later one where it is both; one query."""
    known = ("followup__response", "invitation", "invitation__response")
    is_later = Q(invitation=response.invitation_id) if response.invitation_id else Q(pk=None)
    asks = SecondAsk.objects.filter(is_later | Q(followup__response=response)).select_related(*known)
    # As the later answer of one pair it was asked for before it became the first of another.
    found = asks.order_by("pk").first()
    if found is None or found.followup.response is None:
        return None
    return SecondAskOf(found, found.followup.response, getattr(found.invitation, "response", None))
