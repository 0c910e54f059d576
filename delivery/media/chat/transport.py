from collections.abc import Collection, Mapping

from django.utils.translation import gettext_noop

from accounts.media import Medium
from accounts.models import User
from delivery.composers import Unsendable
from delivery.media.carrier import Carrier
from delivery.media.chat import post, trial
from delivery.media.chat.carrier import ChatCarrier
from delivery.media.chat.post import Post
from delivery.media.notice import Notice
from delivery.media.transport import Recipient, Recovery, Transport
from delivery.models import Message, TeamHook

REMOVED = gettext_noop("The chat hook of this team was removed.")
SWITCHED_OFF = gettext_noop("The chat hook of this team is switched off.")


class ChatTransport(Transport):
    """The chats of our own teams, by incoming webhooks. An address is the key of a team's hook: its URL is a secret."""

    medium = Medium.CHAT
    recovery = Recovery.AGAIN

    def open_carrier(self) -> Carrier:
        return ChatCarrier()

    def recipients_among_staff(self, person: User) -> list[Recipient]:
        return list(self.recipients_among_teams([person.team_id]).values()) if person.team_id else []

    def recipients_among_teams(self, teams: Collection[int]) -> Mapping[int, Recipient]:
        hooks = TeamHook.objects.filter(team__in=teams, is_active=True).select_related("team")
        return {hook.team_id: Recipient(str(hook.pk), hook.team.name, frozenset(hook.unwanted)) for hook in hooks}

    def rendered(self, notice: Notice, message: Message) -> Post:
        hook = TeamHook.objects.filter(pk=message.to_address).first()
        if hook is None:
            raise Unsendable(REMOVED, called_off=True)
        if not hook.is_active and message.template != trial.TEMPLATE:
            raise Unsendable(SWITCHED_OFF, called_off=True)
        return post.to(hook, notice)
