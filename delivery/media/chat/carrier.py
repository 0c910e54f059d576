import time
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.plaintext import clean
from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.carrier import PutOff, Refused
from delivery.media.chat.post import Post
from delivery.media.web import Answer, Connections, Forbidden, NotAnswered, NotReached
from delivery.models import Message, TeamHook

HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Plumb"}
# The hook was taken back, its channel is gone or closed to it. Slack says so in words, others by the status alone.
DEAD = frozenset({401, 403, 404, 410})
DEAD_WORDS = frozenset(
    {"no_service", "no_team", "no_active_hooks", "invalid_token", "channel_not_found", "channel_is_archived",
     "action_prohibited", "team_disabled", "posting_to_general_channel_denied"}
)  # fmt: skip
TOO_MANY = 429
# For how long a hook is left alone that does not say for how long, and at most.
PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_REASON = 200
LEFT_ALONE = gettext_noop("The chat wants to be left alone for a while.")


class ChatCarrier:
    """Posts to the hooks of teams, each a host of its own: that one is slow or gone says nothing of the others."""

    def __init__(self) -> None:
        # Until when a hook is left alone, by its key.
        self._resting: dict[int, float] = {}
        # Why a hook is not asked again, by its key.
        self._dead: dict[int, str] = {}
        self._connections = Connections()

    def send(self, post: Post) -> str:
        """Post to a team's chat. Repeating a notice does little harm, so whatever is in doubt is tried again."""
        if post.hook in self._dead:
            raise Refused(self._dead[post.hook], bounce=Message.Bounce.HARD)
        rest = self._resting.get(post.hook, 0) - time.monotonic()
        if rest > 0:
            raise PutOff(LEFT_ALONE, after=timedelta(seconds=rest))
        hook = TeamHook.objects.get(pk=post.hook)
        try:
            answer = self._connections.post(hook.url, post.content, headers=HEADERS, seconds=settings.CHAT_TIMEOUT)
        except (Forbidden, SecretUnreadable) as error:
            raise self._refused(hook, str(error), for_good=True) from error
        except (NotReached, NotAnswered) as error:
            raise self._put_off(hook, str(error)) from error
        self._judge(hook, answer)
        hook.mark_posted(at=clock.now())
        return ""

    def close(self) -> None:
        self._connections.close()

    def _judge(self, hook: TeamHook, answer: Answer) -> None:
        if 200 <= answer.status < 300:
            return
        said = clean(answer.body, limit=LONGEST_REASON)
        reason = f"The chat answered: {answer.status} {said}".strip()
        if answer.status == TOO_MANY or answer.status >= 500:
            raise self._put_off(hook, reason, answer)
        is_dead = answer.status in DEAD or answer.status < 400 or said in DEAD_WORDS
        raise self._refused(hook, reason, for_good=is_dead)

    def _put_off(self, hook: TeamHook, reason: str, answer: Answer | None = None) -> PutOff:
        said = web.pause_of(answer, longest=LONGEST_PAUSE)
        after = PAUSE if said is None else said
        # What just did not answer is not asked again for every other notice of this run.
        self._resting[hook.pk] = time.monotonic() + after.total_seconds()
        hook.mark_failed(reason, at=clock.now(), for_good=False)
        return PutOff(reason, after=after)

    def _refused(self, hook: TeamHook, reason: str, *, for_good: bool) -> Refused:
        hook.mark_failed(reason, at=clock.now(), for_good=for_good)
        if for_good:
            self._dead[hook.pk] = reason
        return Refused(reason, bounce=Message.Bounce.HARD if for_good else "")
