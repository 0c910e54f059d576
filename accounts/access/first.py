"""The first administrator: made by one link, which stands in the server's log, as long as there never was one."""

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from accounts import tokens
from accounts.actors import acting_as
from accounts.models import User

PURPOSE = "first-administrator"
LOCK = "accounts.first_administrator"


def is_wanted() -> bool:
    """Say whether nobody ever administered here; one who was made inactive keeps the link shut for ever."""
    return not User.objects.filter(is_superuser=True).exists()


def link() -> str:
    """Return the address of the page; the same one until it was used."""
    path = reverse("first_administrator", args=[tokens.derive(PURPOSE, 0)])
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def opens(token: str) -> bool:
    return tokens.is_derived(token, PURPOSE, 0) and is_wanted()


@transaction.atomic
def make(*, email: str, name: str, password: str) -> User | None:
    """Make the first administrator; return None where another press made one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    if not is_wanted():
        return None
    with acting_as(name="link of the first administrator"):
        return User.objects.create_superuser(email, password, name=name)
