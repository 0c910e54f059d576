"""Writing one letter to a segment: the draft, what it would come to, sending it, and what became of it."""

from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, languages
from accounts.models import User
from followups.customers import visibility
from followups.mailings import dispatch, letters, reach
from followups.mailings.forms import MailingForm
from followups.models import Mailing, MailingRecipient
from surveys.audiences.segments import UnreadableSegment

PAGE = 50
may_send = permission_required("followups.send_mailings", raise_exception=True)


@require_safe
@may_send
def show_mailings(request: HttpRequest) -> HttpResponse:
    written = Count("recipients", filter=Q(recipients__status=MailingRecipient.Status.WRITTEN))
    shown = Mailing.objects.shown_to(cast(User, request.user)).select_related("brand", "by", "segment")
    page = Paginator(shown.annotate(written=written).order_by("-created_at", "-pk"), PAGE)
    return render(request, "followups/mailings/list.html", {"page": page.get_page(request.GET.get("page"))})


@require_http_methods(["GET", "HEAD", "POST"])
@may_send
def write_mailing(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    initial = {"segment": request.GET.get("segment")}
    form = MailingForm(request.POST or None, instance=Mailing(by=user), initial=initial, user=user)
    if request.method == "POST" and form.is_valid():
        return redirect("mailing", form.save().pk)
    return render(request, "followups/mailings/draft.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@may_send
@transaction.atomic
def change_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    user, mailing = cast(User, request.user), _draft(request, pk)
    form = MailingForm(request.POST or None, instance=mailing, user=user)
    if request.method == "POST" and form.is_valid():
        return redirect("mailing", form.save().pk)
    return render(request, "followups/mailings/draft.html", {"form": form, "mailing": mailing})


@require_safe
@may_send
def show_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    mailing = get_object_or_404(_shown(request), pk=pk)
    what = _of_draft(mailing, request) if mailing.is_draft else _of_sent(mailing, request)
    return render(request, "followups/mailings/mailing.html", {"mailing": mailing, **what})


@require_POST
@may_send
def send_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    mailing = get_object_or_404(_shown(request), pk=pk)
    try:
        number = dispatch.send(mailing, by=cast(User, request.user), seen=request.POST.get("seen", ""))
    except (dispatch.NothingToSend, UnreadableSegment):
        messages.error(request, _("Nothing was sent: nobody is in the segment."))
    except dispatch.ChangedMeanwhile:
        messages.error(request, _("Nothing was sent: the letter or its segment was changed. Look at it once more."))
    else:
        sent = ngettext(
            "It is sent: %(n)d customer is in the segment, and gets it unless something stands against it.",
            "It is sent: %(n)d customers are in the segment, and get it unless something stands against it.",
            number,
        ) % {"n": number}
        messages.success(request, sent if number else _("It was sent before."))
    return redirect("mailing", mailing.pk)


@require_POST
@may_send
@transaction.atomic
def delete_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    _draft(request, pk).delete()
    messages.success(request, _("The draft is deleted."))
    return redirect("mailings")


def _shown(request: HttpRequest) -> Any:
    return Mailing.objects.shown_to(cast(User, request.user)).select_related("brand", "by", "segment")


def _draft(request: HttpRequest, pk: int) -> Mailing:
    """Return a draft, which nobody sends, changes or deletes until this transaction is over."""
    locked = _shown(request).select_for_update(of=("self",), no_key=True)
    mailing: Mailing = get_object_or_404(locked.filter(started_at__isnull=True), pk=pk)
    return mailing


def _of_draft(mailing: Mailing, request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    try:
        contacts = dispatch.audience(mailing, cast(User, request.user), now=now).order_by("pk")
    except UnreadableSegment:
        return {"previews": _previews(mailing), "is_unreadable": True}
    found = reach.forecast(mailing, contacts.iterator(chunk_size=reach.AT_ONCE), now=now)
    return {
        "previews": _previews(mailing),
        "forecast": found,
        "languages": [(languages.name_of(code), number) for code, number in found.languages.most_common()],
        "refused": _in_words(found.refused),
    }


def _of_sent(mailing: Mailing, request: HttpRequest) -> dict[str, Any]:
    counted = mailing.recipients.values_list("status", "reason").annotate(Count("pk")).order_by()
    numbers = {(status, reason): number for status, reason, number in counted}
    status = MailingRecipient.Status
    refused = Counter({reason: number for (of, reason), number in numbers.items() if of == status.REFUSED})
    seen = visibility.contacts_of(cast(User, request.user))
    rows = mailing.recipients.filter(contact__in=seen).select_related("contact", "message").order_by("pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {
        "previews": _previews(mailing),
        "all": sum(numbers.values()),
        "written": numbers.get((status.WRITTEN, ""), 0),
        "waiting": numbers.get((status.WAITING, ""), 0),
        "refused": _in_words(refused),
        "page": page,
        "rows": [(row, reach.in_words(row.reason) if row.reason else "") for row in page],
    }


def _previews(mailing: Mailing) -> list[tuple[str, letters.LetterText]]:
    return [(languages.name_of(written.language), written) for written in letters.previews(mailing)]


def _in_words(counted: Counter[str]) -> list[tuple[str, int]]:
    """Return the reasons in plain words with their numbers, the most frequent first."""
    return [(reach.in_words(code), number) for code, number in counted.most_common()]
