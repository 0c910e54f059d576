"""Letters to people about their own account. They hold no secret until they are handed over: links are made then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import languages, tokens
from accounts.models import User

RESET, WELCOME = "reset", "welcome"
# What the links of letters are good for.
CONFIRM, OBJECT = "confirm login address", "object to login address"


@dataclass(frozen=True)
class AccountLetter:
    """One letter: the name of its template in templates/accounts/letters/, whom it is about, where it goes.

    `facts` fill the template and fit into JSON.
    """

    template: str
    person_id: int
    to: str
    to_name: str
    language: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Post = Callable[[AccountLetter], None]
_posts: list[Post] = []


def post_by(post: Post) -> None:
    """Let `post` queue every letter, within the transaction of whatever it is about: both are kept, or neither is."""
    _posts[:] = [post]


def _post(letter: AccountLetter) -> None:
    for post in _posts:
        post(letter)


def want(template: str, person: User, *, to: str | None = None, **facts: Any) -> None:
    """Have a letter written to `person`, to another address of theirs if `to` says so; without any, to nobody."""
    address = to or person.email
    if address:
        language = languages.supported(person.language)
        _post(AccountLetter(template, person.pk, address, person.name, language, facts))


def render(letter: AccountLetter) -> tuple[str, str] | None:
    """Return subject and text, the links in it made now; None where the person may not get it any more."""
    person = User.objects.filter(pk=letter.person_id, is_active=True).first()
    if person is None or not _is_still_wanted(letter, person):
        return None
    link = LINKS.get(letter.template, _to_settings)(person, letter.facts)
    with translation.override(letter.language):
        whole = render_to_string(
            f"accounts/letters/{letter.template}.txt",
            {**letter.facts, "to": letter.to_name, "link": settings.BASE_URL + link, "base_url": settings.BASE_URL},
        )
    subject, _line, text = whole.strip().partition("\n")
    return subject, text.strip() + "\n"


def _is_still_wanted(letter: AccountLetter, person: User) -> bool:
    """Say whether a link that lets somebody in goes where it was meant for, and is not overtaken by a later one."""
    if letter.template == WELCOME:
        is_last = person.welcomed_at is not None and person.welcomed_at.isoformat() == letter.facts["at"]
        return is_last and person.email == letter.to and not person.has_usable_password()
    return letter.template != RESET or person.email == letter.to


def welcome_of(person: User) -> str:
    """Return what the link of a person's last welcome letter is good for: another letter or mailbox makes another."""
    return f"welcome {person.email} {person.welcomed_at and person.welcomed_at.isoformat()}"


def _to_settings(_person: User, _facts: Mapping[str, Any]) -> str:
    return reverse("personal_settings")


def _to_reset(_person: User, _facts: Mapping[str, Any]) -> str:
    return reverse("account_reset_password")


def _to_new_password(person: User, _facts: Mapping[str, Any]) -> str:
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


def _to_welcome(person: User, _facts: Mapping[str, Any]) -> str:
    return reverse("welcome", args=[person.pk, tokens.stamp(welcome_of(person), person.pk)])


def _to_confirm(_person: User, facts: Mapping[str, Any]) -> str:
    return reverse("confirm_address", args=[tokens.stamp(CONFIRM, facts["change"])])


def _to_object(_person: User, facts: Mapping[str, Any]) -> str:
    return reverse("object_to_address", args=[tokens.stamp(OBJECT, facts["change"])])


LINKS: dict[str, Callable[[User, Mapping[str, Any]], str]] = {
    RESET: _to_new_password,
    WELCOME: _to_welcome,
    "password_changed": _to_reset,
    "address_confirm": _to_confirm,
    "address_asked": _to_object,
    "address_changed": _to_object,
}
