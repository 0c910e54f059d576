"""Saved queues: filters of the inbox under a name, with what is in them for each reader."""

from dataclasses import dataclass
from typing import Self, cast

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.models import User
from accounts.plaintext import clean
from followups.inbox import filters, lists, worklist
from followups.inbox.forms import InboxFilterForm, SavedQueueForm
from followups.inbox.lists import Reader
from followups.models import Followup, SavedQueue
from responses.word_access import WordAccess

# What a queue does not keep: which queue one comes from.
NOT_KEPT = ("queue",)
# So many characters of an address are kept.
LONGEST_QUERY = SavedQueue._meta.get_field("query").max_length or 0


@dataclass(frozen=True)
class CountedQueue:
    """A saved queue as one reader sees it. `open`: None where it is of closed work."""

    queue: SavedQueue
    address: str
    open: int | None
    is_current: bool


@dataclass(frozen=True)
class Queues:
    """The saved queues that a reader is shown, each with what holds of its open rows, None where it is of closed."""

    reader: Reader
    rows: dict[SavedQueue, Q | None]

    @classmethod
    def of(cls, reader: Reader) -> Self:
        """Fetch them, and foresee that they are counted."""
        rows = SavedQueue.objects.shown_to(reader.user).select_related("owner").order_by("name", "pk")
        concerned = [queue for queue in rows if _concerns(queue, reader.user)]
        queues = cls(reader, {queue: _condition(queue.query, reader) for queue in concerned})
        reader.sizes.foresee(queues._lists)
        return queues

    @property
    def _lists(self) -> dict[str, Q]:
        return {_name(queue): holds for queue, holds in self.rows.items() if holds is not None}

    def counted(self, current: SavedQueue | None) -> list[CountedQueue]:
        sizes = self.reader.sizes.of(self._lists)
        return [CountedQueue(queue, _address(queue), sizes.get(_name(queue)), queue == current) for queue in self.rows]


def shown(request: HttpRequest, queues: Queues) -> dict[str, object]:
    """Return what the inbox shows of saved queues: all of them with their counts, and the form that keeps one."""
    user = cast(User, request.user)
    current = next((queue for queue in queues.rows if str(queue.pk) == request.GET.get("queue")), None)
    own = current if current and current.owner_id == user.pk else None
    return {
        "queues": queues.counted(current),
        "own_queue": own,
        "queue_form": SavedQueueForm(instance=own, user=user, auto_id="queue_%s"),
    }


def _concerns(queue: SavedQueue, user: User) -> bool:
    """Say whether a queue shows the reader what its name says: one of another team would show their own rows."""
    team = QueryDict(queue.query).get("team")
    return team is None or user.sees_all_teams or team == str(user.team_id)


def _address(queue: SavedQueue) -> str:
    return lists.address(f"{queue.query}&queue={queue.pk}")


def _name(queue: SavedQueue) -> str:
    return f"{queue.pk}?{queue.query}"


def _condition(query: str, reader: Reader) -> Q | None:
    """Return what holds of the open follow-ups of a queue; None where it is of closed ones."""
    asked = QueryDict(query)
    chosen = InboxFilterForm(asked, known=reader.known).chosen
    if chosen.get("status") == InboxFilterForm.CLOSED:
        return None
    tab = asked.get("tab", worklist.MINE)
    holds = reader.whose.get(tab, reader.whose[worklist.MINE]) & filters.condition(chosen, reader.now)
    if text := chosen.get("q"):
        # A search looks into other tables, so that counts, which look into one alone, take what it finds.
        found = worklist.search(Followup.objects.visible_to(reader.user).open(), text, WordAccess.of(reader.user))
        holds &= Q(pk__in=found.values("pk"))
    return holds


@require_POST
def save_queue(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the address under a name; a name that its person had before is given to these filters."""
    user = cast(User, request.user)
    known = SavedQueue.objects.filter(owner=user, name=clean(request.POST.get("name", ""))).first()
    return _saved(request, known or SavedQueue(owner=user))


@require_POST
def change_queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a queue of one's own another name or other filters, or show it to everybody."""
    return _saved(request, get_object_or_404(SavedQueue, pk=pk, owner=cast(User, request.user)))


@require_POST
def delete_queue(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SavedQueue, pk=pk, owner=cast(User, request.user)).delete()
    messages.success(request, _("The queue is deleted."))
    return redirect("inbox")


def _saved(request: HttpRequest, queue: SavedQueue) -> HttpResponse:
    user = cast(User, request.user)
    work = lists.listed(request.GET, Reader.at(clock.now(), user))
    form = SavedQueueForm(request.POST, instance=queue, user=user)
    kept = {"tab": work.tab.key, **{name: str(value) for name, value in work.form.chosen.items()}}
    queue.query = lists.named({name: value for name, value in kept.items() if name not in NOT_KEPT})
    if len(queue.query) > LONGEST_QUERY:
        messages.error(request, _("Not saved: these are too many words. Search for fewer."))
        return redirect(lists.address(work.query))
    if not _is_saved(form):
        messages.error(request, _("Not saved: give the queue a name of its own."))
        return redirect(lists.address(work.query))
    messages.success(request, _("The queue is saved."))
    return redirect(_address(queue))


def _is_saved(form: SavedQueueForm) -> bool:
    """Save what the form says and return whether that was possible: the same name may come from two tabs at once."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        return False
    return True
