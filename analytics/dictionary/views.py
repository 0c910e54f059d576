"""The words by which topics are found: looked through, changed, and what a change would do."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, securitylog
from accounts.models import SecurityEvent, User
from analytics.dashboard import numbers
from analytics.dictionary import preview, proposals
from analytics.dictionary.forms import CHANGED_MEANWHILE, WordsForm
from analytics.models import WordProposal
from responses.models import Response, Topic, TopicDictionary
from responses.topics import upkeep
from responses.topics.upkeep import OutdatedDictionary

keepers_only = permission_required(["analytics.view_dashboard", "responses.change_topic"], raise_exception=True)

DECISIONS = {"accept": True, "dismiss": False}


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
    """Take a proposed word into the dictionary, or dismiss it for good; whoever comes second is told so."""
    is_accepted = DECISIONS.get(request.POST.get("decision", ""))
    if is_accepted is None:
        raise BadRequest
    try:
        is_done = proposals.decide(pk, is_accepted=is_accepted, by=cast(User, request.user), now=clock.now())
    except OutdatedDictionary:
        messages.error(request, CHANGED_MEANWHILE)
        return redirect("words")
    if not is_done:
        messages.warning(request, _("This word does not wait for a decision any more."))
    else:
        messages.success(request, _("The word is taken up.") if is_accepted else _("The word is dismissed."))
    return redirect("words")


def _edit(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    dictionary = TopicDictionary.newest()
    form = WordsForm(dictionary, topic, request.POST or None)
    if form.is_valid() and request.POST.get("action") == "save" and _is_saved(request, form):
        return redirect("words")
    context: dict[str, Any] = {"form": form, "topic": topic}
    if not form.is_valid():
        return render(request, "analytics/word_editor.html", context, status=400 if form.is_bound else 200)
    before, slug = (dictionary.patterns, dictionary.ignored), topic.slug if topic else None
    context["preview"] = preview.of(before, form.changed, slug, cast(User, request.user))
    context["beginnings"] = preview.beginnings(form.new_words)
    return render(request, "analytics/word_editor.html", context)


def _is_saved(request: HttpRequest, form: WordsForm) -> bool:
    """Save names and words, and let all comments be read anew where words have changed.

    False, and nothing is saved, where somebody changed the words at the same moment; the form says so.
    """
    try:
        version = _save(form, cast(User, request.user))
    except OutdatedDictionary:
        form.add_error(None, CHANGED_MEANWHILE)
        return False
    if version is None:
        messages.success(request, _("Saved."))
        return True
    number = Response.objects.exclude(comment="").count()
    said = ngettext(
        "Saved as version %(version)d. %(number)s comment is being read anew.",
        "Saved as version %(version)d. %(number)s comments are being read anew.",
        number,
    )
    messages.success(request, said % {"version": version, "number": numbers.thousands(number)})
    return True


@transaction.atomic
def _save(form: WordsForm, by: User) -> int | None:
    """Return the number of the new dictionary; None where its words stay as they are."""
    topic, version = form.topic, None
    # The dictionary first, as whoever takes in a file of the configuration does.
    if form.changes_words:
        patterns, ignored = form.changed
        version = upkeep.publish(patterns=patterns, ignored=ignored, by=by, instead_of=form.dictionary.number).number
    if topic:
        topic.names = form.names
        topic.save(update_fields=["names"])
    subject = f"{topic._meta.label} {topic.pk}: {topic}" if topic else TopicDictionary._meta.label
    securitylog.note(SecurityEvent.Kind.SETTING_CHANGED, subject=subject, deed="changed", words=form.new_words[:50])
    return version
