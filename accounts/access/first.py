"""The first administrator: made by one link, which stands in the server's log, as long as there never was one."""

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from accounts import tokens
from accounts.actors import acting_as
from accounts.models import User

PURPOSE = "first-administrator"
LOCK = "accounts.first_administrator"


def is_wanted() -> bool:
    """Say whether nobody ever administered here.

    One who was made inactive keeps the link shut for ever; so does whoever may enter the administration or ever logged
    in, since somebody let them: the link stays in old logs, and must not open when administrators lose their rights.
    """
    came = Q(is_staff=True) | Q(last_login__isnull=False)
    return not User.objects.filter(came).exists()


def link() -> str:
    """Return the address of the page; the same one until it was used."""
    path = reverse("first_administrator", args=[tokens.derive(PURPOSE, 0)])
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def opens(token: str) -> bool:
    return tokens.is_derived(token, PURPOSE, 0) and is_wanted()


@transaction.atomic
def make(*, email: str, name: str, password: str | None) -> User | None:
    """Make the first administrator, without a `password` one of single sign-on; return None where another press made
    one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    if not is_wanted():
        return None
    with acting_as(name="link of the first administrator"):
        return User.objects.create_superuser(email, password, name=name)
