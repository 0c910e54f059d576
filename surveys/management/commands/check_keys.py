from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.secrets import SecretUnreadable
from accounts.tokens import KeyLost
from delivery.models import TeamHook
from surveys.models import Invitation


class Command(BaseCommand):
    help = "Say whether the keys of this installation made the links and secrets in its database, as after a restore."

    def handle(self, *args: Any, **options: Any) -> None:
        if lost := list(_lost()):
            raise CommandError(
                _("%(keys)s made nothing of what the database holds. Bring back the .env that belongs to it.")
                % {"keys": ", ".join(lost)}
            )
        self.stdout.write(_("Database and keys belong together."))


def _lost() -> Iterator[str]:
    """Name each setting whose key did not make the newest thing that it should have made."""
    invitation = Invitation.objects.exclude(token_hash=None).order_by("-pk").first()
    hook = TeamHook.objects.order_by("-pk").first()
    try:
        if invitation:
            invitation.token  # noqa: B018 made anew, which fails under another key
    except KeyLost:
        yield "TOKEN_KEY"
    try:
        if hook:
            hook.url  # noqa: B018 opened, which fails under another key
    except SecretUnreadable:
        yield "ENCRYPTION_KEY"
