"""What answers are about: topics, what they cost, and what to fix first."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from analytics.dashboard.downloads import hand_out
from analytics.dashboard.filled_forms import filled
from analytics.dashboard.filter_lists import filter_lists
from analytics.dashboard.readers import managers_only
from analytics.topics import exports, page, remarks
from analytics.topics.forms import TopicsForm
from analytics.topics.report import report
from responses.word_access import WordAccess


@require_safe
@managers_only
def show_topics(request: HttpRequest) -> HttpResponse:
    form, zone = filled(TopicsForm, request)
    content = filter_lists(form, request.GET) | {"query": request.GET.urlencode()}
    if not form.is_valid():
        return render(request, "analytics/topics.html", content, status=400)
    access = WordAccess.of_request(request)
    selection = form.selection(zone)
    also = remarks.by_topic(selection, cast(User, request.user))
    content |= page.contents(report(selection), request.GET, access, also)
    return render(request, "analytics/topics.html", content)


@require_safe
@managers_only
def download_topics(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the table of the page with the same filters, as CSV or XLSX, and note who took it along."""
    form, zone = filled(TopicsForm, request)
    if not form.is_valid():
        return redirect(f"{reverse('topics')}?{request.GET.urlencode()}")
    return hand_out(request, exports.table(report(form.selection(zone))), "topics", kind)
