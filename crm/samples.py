"""Whether invented customers are here, by which somebody looks around before the first real ones come."""

from accounts.sources import SAMPLE
from crm.models import Contact


def are_there() -> bool:
    """Say whether there are sample data; one look into an index."""
    return Contact.objects.filter(source=SAMPLE).exists()
