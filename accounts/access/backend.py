from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.access.signon import rules
from accounts.models import User


class AddressBackend(ModelBackend):
    """Let people in by the one address in accounts.User.email; to the inactive it says what it says to strangers."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, email: str | None = None, password: str | None = None, **_more: Any
    ) -> User | None:
        if not email or not password:
            return None
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            # As slow as a wrong password, so that nobody learns by the clock who has an account.
            make_password(password)
            return None
        is_right = person.check_password(password)
        return person if is_right and person.is_active and rules.counts_password_of(person) else None
