"""Saved queues: filters of the inbox under a name, with what is in them for each reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.models import User
from followups.inbox import counts, filters, lists, worklist
from followups.inbox.forms import InboxFilterForm, SavedQueueForm
from followups.inbox.lists import WorkList
from followups.models import SavedQueue

# What a queue does not keep: words that are searched for, and which queue one comes from.
NOT_KEPT = ("q", "queue")


@dataclass(frozen=True)
class CountedQueue:
    """A saved queue as one reader sees it. `open`: None where it is of closed work."""

    queue: SavedQueue
    address: str
    open: int | None
    is_current: bool


def shown(request: HttpRequest, work: WorkList, now: datetime) -> dict[str, object]:
    """Return what the inbox shows of saved queues: all of them with their counts, and the form that keeps one."""
    user = cast(User, request.user)
    queues = list(SavedQueue.objects.shown_to(user).select_related("owner").order_by("name", "pk"))
    current = next((queue for queue in queues if str(queue.pk) == request.GET.get("queue")), None)
    own = current if current and current.owner_id == user.pk else None
    return {
        "queues": _counted(queues, current, work, user, now),
        "own_queue": own,
        "queue_form": SavedQueueForm(instance=own, user=user, auto_id="queue_%s"),
    }


def _counted(
    queues: list[SavedQueue], current: SavedQueue | None, work: WorkList, user: User, now: datetime
) -> list[CountedQueue]:
    conditions = {
        f"{queue.pk}?{queue.query}": holds
        for queue in queues
        if (holds := _condition(queue.query, work, user, now)) is not None
    }
    sizes = counts.counted(user, conditions) if conditions else {}
    return [
        CountedQueue(
            queue,
            lists.address(f"{queue.query}&queue={queue.pk}"),
            sizes.get(f"{queue.pk}?{queue.query}"),
            queue == current,
        )
        for queue in queues
    ]


def _condition(query: str, work: WorkList, user: User, now: datetime) -> Q | None:
    """Return what holds of the open follow-ups of a queue; None where it is of closed ones."""
    asked, whose = QueryDict(query), worklist.whose(user)
    chosen = InboxFilterForm(asked, known=work.known).chosen
    if chosen.get("status") == InboxFilterForm.CLOSED:
        return None
    first = worklist.first_tab(work.tabs).key
    return whose.get(asked.get("tab", first), whose[first]) & filters.condition(chosen, now)


@require_POST
def save_queue(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the address under a name; a name that its person had before is given to these filters."""
    user = cast(User, request.user)
    known = SavedQueue.objects.filter(owner=user, name=request.POST.get("name", "").strip()).first()
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
    work = lists.listed(request.GET, user, clock.now())
    form = SavedQueueForm(request.POST, instance=queue, user=user)
    if not form.is_valid():
        messages.error(request, _("Not saved: give the queue a name of its own."))
        return redirect(lists.address(work.query))
    queue = form.save(commit=False)
    kept = {"tab": work.tab.key, **{name: str(value) for name, value in work.form.chosen.items()}}
    queue.query = lists.named({name: value for name, value in kept.items() if name not in NOT_KEPT})
    queue.save()
    messages.success(request, _("The queue is saved."))
    return redirect(lists.address(f"{queue.query}&queue={queue.pk}"))
