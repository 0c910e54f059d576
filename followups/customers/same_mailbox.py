"""The other records that carry a customer's mailbox: shown to staff, merged into the customer's, parted again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from crm import merges
from crm.models import Contact, Merge
from followups.customers import visibility

MAY_MERGE = "crm.merge_contacts"
# A mailbox of an office may have hundreds of records, which nobody takes for one person.
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Records:
    """The records beside one customer's. `twins`: the first of those within the reader's reach; `number`: of all, the
    customer's own included; `absorbed`: those that became this one; `last_merge`: the one that can be undone now."""

    twins: Sequence[Contact]
    number: int
    absorbed: Sequence[Contact]
    last_merge: Merge | None

    @property
    def unseen(self) -> int:
        """How many more there are: of other teams, or beyond the first ones."""
        return self.number - 1 - len(self.twins)


def records_of(contact: Contact, user: User, *, now: datetime) -> Records:
    """Return the records beside this one, as far as `user` may look at them; two queries, four where there are some."""
    twins = merges.twins_of(contact)
    number, absorbed = twins.count(), list(contact.absorbed.order_by("pk"))
    seen = visibility.contacts_of(user).filter(pk__in=twins.values("pk")).select_related("company").order_by("pk")
    done = Merge.objects.undoable(now).filter(survivor=contact).select_related("absorbed", "by")
    return Records(
        twins=list(seen[:MOST_SHOWN]) if number else (),
        number=number + 1,
        absorbed=absorbed,
        last_merge=done.first() if absorbed else None,
    )


@require_POST
@permission_required(MAY_MERGE, raise_exception=True)
def merge(request: HttpRequest, pk: int, twin: int) -> HttpResponse:
    user = cast(User, request.user)
    visible = visibility.contacts_of(user)
    contact = get_object_or_404(visible, pk=pk)
    other = get_object_or_404(visible.filter(pk__in=merges.twins_of(contact).values("pk")), pk=twin)
    try:
        merges.merge(contact, other, by=user)
    except merges.CannotMerge:
        messages.error(request, _("Somebody has merged one of these records meanwhile."))
    else:
        messages.success(request, _("Both records are one now."))
    return redirect("contact", contact.pk)


@require_POST
@permission_required(MAY_MERGE, raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    visible = visibility.contacts_of(user)
    done = get_object_or_404(Merge.objects.filter(survivor__in=visible), pk=pk)
    try:
        merges.undo(done, by=user)
    except merges.CannotUndo:
        messages.error(request, _("This merge cannot be undone any more."))
    else:
        messages.success(request, _("They are two records again."))
    # Without what came from the other record this one may be a customer of another team.
    return (
        redirect("contact", done.survivor_id) if visible.filter(pk=done.survivor_id).exists() else redirect("contacts")
    )
