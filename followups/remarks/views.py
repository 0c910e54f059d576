"""Feedback without a score: writing it down, finding it, and saying what it is about."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from followups.customers import visibility
from followups.forms import TopicsOfAnswerForm
from followups.remarks.forms import RemarkFilter, RemarkForm
from responses import remarks
from responses.models import Remark

PAGE = 25


@require_safe
def show_remarks(request: HttpRequest) -> HttpResponse:
    form = RemarkFilter(request.GET)
    visible = Remark.objects.visible_to(cast(User, request.user))
    found = form.chosen(visible) if form.is_valid() else Remark.objects.none()
    related = found.select_related("by", "contact", "product", "manager").prefetch_related("topics")
    page = Paginator(related.order_by("-said_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "followups/remarks/remarks.html", {"form": form, "page": page, "query": query.urlencode()})


@require_http_methods(["GET", "HEAD", "POST"])
def write_remark(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = RemarkForm(user, request.POST or None, initial={"contact": request.GET.get("contact", "")})
    if form.is_valid():
        try:
            remark = remarks.write_down(form.remark())
        except remarks.RemarkSentBefore:
            form.was_sent_before()
        else:
            messages.success(request, _("Written down. It counts in topics and in no score."))
            return redirect("remark", remark.pk)
    return render(request, "followups/remarks/write.html", {"form": form})


@require_safe
def show_remark(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _reachable(request, pk))


@require_POST
def correct_topics(request: HttpRequest, pk: int) -> HttpResponse:
    remark, form = _reachable(request, pk), TopicsOfAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, remark, form)
    remarks.correct(remark, [topic.pk for topic in form.cleaned_data["topics"]])
    messages.success(request, _("The topics are saved."))
    return redirect("remark", pk)


def _reachable(request: HttpRequest, pk: int) -> Remark:
    visible = Remark.objects.visible_to(cast(User, request.user))
    return get_object_or_404(visible.select_related("by", "contact", "product", "channel", "manager"), pk=pk)


def _page(request: HttpRequest, remark: Remark, form: TopicsOfAnswerForm | None = None) -> HttpResponse:
    named = list(remark.topics.order_by("position", "pk"))
    reach = visibility.contacts_of(cast(User, request.user))
    context = {
        "remark": remark,
        "named": named,
        "about": form or TopicsOfAnswerForm(initial={"topics": [topic.pk for topic in named]}),
        "sees_contact": remark.contact_id is not None and reach.filter(pk=remark.contact_id).exists(),
    }
    return render(request, "followups/remarks/remark.html", context)
