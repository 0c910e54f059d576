from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import visitors


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: administrators make the accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitors.address(request) or "unknown"
