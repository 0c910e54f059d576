"""From the secret in a customer's link to the invitation it belongs to."""

from accounts import tokens
from surveys.models import Invitation


def find(token: str) -> Invitation | None:
    """Return the invitation whose link carries `token`, with its survey, version and contact, or None."""
    invitations = Invitation.objects.select_related("survey", "version", "contact")
    return invitations.filter(token_hash=tokens.digest(token)).first()
