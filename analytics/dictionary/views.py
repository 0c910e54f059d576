"""The words by which topics are found: looked through, changed, and what a change would do."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, securitylog
from accounts.models import SecurityEvent, User
from analytics.dashboard import numbers
from analytics.dictionary import preview, proposals
from analytics.dictionary.forms import WordsForm
from analytics.models import WordProposal
from responses.models import Response, Topic, TopicDictionary
from responses.topics import upkeep

keepers_only = permission_required(["analytics.view_dashboard", "responses.change_topic"], raise_exception=True)


@require_safe
@keepers_only
def show_words(request: HttpRequest) -> HttpResponse:
    dictionary = TopicDictionary.newest()
    topics = [
        (topic, sum(map(len, dictionary.patterns.get(topic.slug, {}).values())))
        for topic in Topic.objects.order_by("position", "pk")
    ]
    context = {
        "dictionary": dictionary,
        "topics": topics,
        "ignored": sum(map(len, dictionary.ignored.values())),
        "proposals": WordProposal.objects.open().select_related("topic"),
    }
    return render(request, "analytics/words.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def edit_words(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Topic, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def edit_ignored(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_POST
@keepers_only
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposed word into the dictionary, or dismiss it for good."""
    proposal = get_object_or_404(WordProposal.objects.open(), pk=pk)
    is_accepted = request.POST.get("decision") == "accept"
    proposals.decide(proposal, is_accepted=is_accepted, by=cast(User, request.user), now=clock.now())
    messages.success(request, _("The word is taken up.") if is_accepted else _("The word is dismissed."))
    return redirect("words")


def _edit(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    dictionary = TopicDictionary.newest()
    form = WordsForm(dictionary, topic, request.POST or None)
    context: dict[str, Any] = {"form": form, "topic": topic}
    if not form.is_bound or not form.is_valid():
        return render(request, "analytics/word_editor.html", context, status=400 if form.is_bound else 200)
    if request.POST.get("action") == "save":
        return _save(request, form)
    before, slug = (dictionary.patterns, dictionary.ignored), topic.slug if topic else None
    context["preview"] = preview.of(before, form.changed, slug, cast(User, request.user))
    context["beginnings"] = preview.beginnings(form.new_words)
    return render(request, "analytics/word_editor.html", context)


def _save(request: HttpRequest, form: WordsForm) -> HttpResponse:
    """Save names and words, and let all comments be read anew where words have changed."""
    topic = form.topic
    if topic:
        topic.names = {**topic.names, **form.names}
        topic.save(update_fields=["names"])
    if form.changes_words:
        patterns, ignored = form.changed
        made = upkeep.publish(
            patterns=patterns, ignored=ignored, by=cast(User, request.user), instead_of=form.dictionary.number
        )
        number = Response.objects.exclude(comment="").count()
        said = ngettext(
            "Saved as version %(version)d. %(number)s comment is being read anew.",
            "Saved as version %(version)d. %(number)s comments are being read anew.",
            number,
        )
        messages.success(request, said % {"version": made.number, "number": numbers.thousands(number)})
    else:
        messages.success(request, _("Saved."))
    subject = f"{topic._meta.label} {topic.pk}: {topic}" if topic else TopicDictionary._meta.label
    securitylog.note(SecurityEvent.Kind.SETTING_CHANGED, subject=subject, deed="changed", words=form.new_words[:50])
    return redirect("words")
