"""Which person here a subject of the provider is: kept at the first login, whatever happens to addresses later.

A row of allauth's SocialAccount: `provider` is the issuer, `uid` the subject. A subject is one person's; a person has
one subject of an issuer.
"""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from accounts import securitylog
from accounts.models import User
from accounts.securitylog import Kind


def person_of(subject: str) -> User | None:
    """Return whose subject this is, whether or not they may still log in."""
    link = SocialAccount.objects.select_related("user").filter(provider=settings.SIGN_ON_ISSUER, uid=subject).first()
    return link.user if link else None


def has_one(person: User) -> bool:
    return bool(SocialAccount.objects.filter(user=person.pk, provider=settings.SIGN_ON_ISSUER).exists())


@transaction.atomic
def keep(person: User, subject: str) -> bool:
    """Remember that `subject` is this person; return False when another subject already is."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    link, is_new = SocialAccount.objects.get_or_create(
        user=person, provider=settings.SIGN_ON_ISSUER, defaults={"uid": subject}
    )
    if is_new:
        securitylog.note(Kind.SIGN_ON, about=person, change="linked")
    return bool(link.uid == subject)


@transaction.atomic
def forget(person: User) -> bool:
    """Let the next login at the provider find the person by their address again; return False if there is no link."""
    deleted, _by_model = SocialAccount.objects.filter(user=person).delete()
    if deleted:
        securitylog.note(Kind.SIGN_ON, about=person, change="forgotten")
    return bool(deleted)
