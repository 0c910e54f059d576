"""Whether invented customers are here, by which somebody looks around before the first real ones come."""

from django.utils.translation import gettext_lazy as _

from accounts.sources import SAMPLE
from crm.models import Contact

INVENTED = _("Sample data. These customers, answers and numbers are invented.")


def are_there() -> bool:
    """Say whether there are sample data; one look into an index."""
    return Contact.objects.filter(source=SAMPLE).exists()


def marked(file_name: str) -> str:
    """Return the name of a file that is taken along, saying that invented customers are in it while they are here."""
    return f"{SAMPLE}-{file_name}" if are_there() else file_name
