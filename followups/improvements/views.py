"""The board of improvements, and the forms by which one is proposed or changed."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, company_clock
from accounts.models import User
from followups.improvements import answers, board, changes
from followups.improvements.forms import BoardForm, ImprovementForm, LinkForm
from followups.improvements.page import reachable
from responses.models import Response, Topic

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def show_board(request: HttpRequest) -> HttpResponse:
    reader = cast(User, request.user)
    form = BoardForm(request.GET, reader=reader)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    columns = board.columns(reader, chosen, company_clock.today(clock.now()))
    context = {
        "form": form,
        "columns": columns,
        "is_empty": not any(column.number for column in columns),
        "is_chosen": any(value for name, value in chosen.items() if name != "order"),
        "order": chosen.get("order") or board.VOTES,
        "query": request.GET.urlencode(),
    }
    return render(request, "followups/improvements.html", context, status=200 if form.is_valid() else 400)


@get_or_post
def propose(request: HttpRequest) -> HttpResponse:
    """Propose an improvement, from an answer or a topic where the address names one."""
    reader = cast(User, request.user)
    answer, topics = _answer_named(request), _topics_named(request)
    form = ImprovementForm(request.POST or None, reader=reader, initial={"topics": topics})
    if request.method == "POST" and form.is_valid():
        linked = [answer] if answer else []
        made = changes.propose(by=reader, answers=linked, **form.cleaned_data)
        messages.success(request, _("The improvement is proposed."))
        return redirect(made)
    return render(request, "followups/improvement_form.html", {"form": form, "answer": answer})


@get_or_post
def change(request: HttpRequest, pk: int) -> HttpResponse:
    reader, improvement = cast(User, request.user), reachable(request, pk)
    if not improvement.may_be_worded_by(reader):
        raise PermissionDenied
    form = ImprovementForm(request.POST or None, reader=reader, instance=improvement)
    if request.method == "POST" and form.is_valid():
        changes.change(improvement, by=reader, **form.cleaned_data)
        messages.success(request, _("The improvement is saved."))
        return redirect(improvement)
    return render(request, "followups/improvement_form.html", {"form": form, "improvement": improvement})


@get_or_post
def link_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which improvement an answer asks for, or propose one."""
    reader = cast(User, request.user)
    answer = get_object_or_404(answers.readable_by(reader).select_related("contact"), pk=pk)
    form = LinkForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        improvement = form.cleaned_data["improvement"]
        changes.link(improvement, [answer], by=reader)
        messages.success(request, _("The answer is linked."))
        return redirect(improvement)
    context = {"form": form, "answer": answer, "is_any": form.fields["improvement"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "followups/improvement_link.html", context)


def _answer_named(request: HttpRequest) -> Response | None:
    """Return the answer that the address names, where the reader may look at it."""
    named = request.GET.get("answer", "")
    if not (named.isascii() and named.isdigit() and len(named) < 18):
        return None
    return answers.readable_by(cast(User, request.user)).select_related("contact").filter(pk=named).first()


def _topics_named(request: HttpRequest) -> list[int]:
    """Return the topics that a proposal begins with: those of the address, else those of its answer."""
    if slugs := request.GET.getlist("topic"):
        return list(Topic.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    answer = _answer_named(request)
    return list(answer.response_topics.values_list("topic", flat=True)) if answer else []
