"""People who go: whom nothing names but the security log, which keeps what it says of them."""

from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from accounts import securitylog
from accounts.models import Team, User
from accounts.securitylog import Kind


@transaction.atomic
def remove(people: Collection[int]) -> None:
    """Delete people; teams that they led are without a lead, and the security log has their names in their place.

    IntegrityError when anything else names one of them: then nobody goes. Who is gone already is passed over.
    """
    gone = User.objects.filter(pk__in=people)
    names = {person.pk: person for person in gone}
    for person in names.values():
        told: dict[str, Any] = {"email": person.email, "source": person.source, "external_id": person.external_id}
        securitylog.note(Kind.PERSON_REMOVED, subject=person.name, **told)
    EmailAddress.objects.filter(user__in=names).delete()
    Team.objects.filter(lead__in=names).update(lead=None)
    # Without Django's collector, for which the lines of the log would keep them.
    gone._raw_delete(using=DEFAULT_DB_ALIAS)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE accounts_securityevent e SET about_id = NULL, subject = p.name
            FROM unnest(%s::bigint[], %s::text[]) AS p (id, name) WHERE e.about_id = p.id
            """,
            [list(names), [person.name for person in names.values()]],
        )
        # Whatever else names them is told now, and not at the end of the caller's transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
