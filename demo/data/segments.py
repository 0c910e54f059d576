"""The customers whom the demo company looks at again and again."""

from accounts.models import User
from demo.data.plan import CEO
from followups import latest_scores
from surveys.models import CustomerSegment

# By name: conditions as they stand in an address.
FOR_EVERYBODY = {
    "Critics not reached": {"answered": "detractor", "work": "not_reached"},
    "Passives who named the price": {"answered": "passive", "topic": "price"},
    "Promoters who buy": {"answered": "promoter", "value_from": "1"},
}


def keep_some() -> None:
    """Keep some segments for everybody, of customers whose latest scores are known then."""
    latest_scores.keep_due()
    head = User.objects.get(name=CEO)
    for name, conditions in FOR_EVERYBODY.items():
        CustomerSegment.objects.get_or_create(
            owner=head, name=name, defaults={"conditions": conditions, "is_shared": True}
        )
