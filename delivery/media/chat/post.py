"""A notice as a chat takes it: one notice, a rendering for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from delivery.media.chat import google, slack, teams
from delivery.media.notice import Notice
from delivery.models import TeamHook

RENDERINGS: Mapping[str, Callable[[Notice], bytes]] = {
    TeamHook.Chat.SLACK: slack.written,
    TeamHook.Chat.TEAMS: teams.written,
    TeamHook.Chat.GOOGLE: google.written,
}


@dataclass(frozen=True)
class Post:
    """What goes to the hook of one team: `hook` is its primary key, `content` JSON."""

    hook: int
    content: bytes


def to(hook: TeamHook, notice: Notice) -> Post:
    """Return a notice as the chat behind `hook` takes it."""
    return Post(hook.pk, RENDERINGS[hook.speaks](notice))
