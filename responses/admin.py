from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.cells import NamedCells
from accounts.admin.history import ReadOnly
from accounts.admin.kept import Setting
from responses.evidence import reasons
from responses.ivr.admin import TelephoneDoorAdmin  # noqa: F401 it registers itself
from responses.kiosks.admin import KioskAdmin  # noqa: F401 it registers itself
from responses.models import LinkVisit, Relabelling, Response, ResponseTopic, Topic
from responses.open_links.admin import OpenLinkAdmin  # noqa: F401 it registers itself
from responses.open_links.introductions_admin import IntroductionAdmin  # noqa: F401 it registers itself
from responses.widgets.admin import WebWidgetAdmin  # noqa: F401 it registers itself
from responses.word_access import EVERYTHING, WordAccess
from surveys.admin.archive import SurveyFilter

# The columns of an answer that hold what the customer wrote.
WORDS = frozenset({"comment", "folded_comment", "trail"})


class TopicsOfResponse(ReadOnly, admin.TabularInline[ResponseTopic, Response]):
    model = ResponseTopic
    fields = ["topic", "source", "version"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResponseTopic]:
        return super().get_queryset(request).select_related("topic")


@admin.register(Response)
class ResponseAdmin(ReadOnly, admin.ModelAdmin[Response]):
    list_display = [
        "answered_at", "counted_score", "score", "category", "contact", "company", "survey", "manager", "language",
        "is_provisional",
    ]  # fmt: skip
    list_display_links = ["answered_at", "counted_score"]
    list_filter = ["category", "is_provisional", ("survey", SurveyFilter), "language", "medium", "answered_at"]
    list_select_related = ["contact", "company", "survey", "manager"]
    search_fields = ["contact__first_name", "contact__last_name", "contact__email", "company__name", "comment"]
    date_hierarchy = "answered_at"
    ordering = ["-answered_at", "-pk"]
    show_full_result_count = False
    inlines = [TopicsOfResponse]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Let nobody find by its words what they may not read."""
        hides = self._access(request) != EVERYTHING
        return [name for name in self.search_fields if name != "comment" or not hides]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let nobody filter by them either: an address such as ?comment__startswith=… would tell letter by letter."""
        is_of_words = lookup.split(LOOKUP_SEP)[0] in WORDS
        if is_of_words and self._access(request) != EVERYTHING:
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Response | None:
        """Return an answer to be looked at, never saved, with its words as the reader may read them."""
        response = super().get_object(request, object_id, from_field)
        if response is None:
            return None
        access = self._access(request)
        earlier = [
            {**entry, "comment": access.said_before(response, entry["score"], entry["comment"]).text}
            if "comment" in entry
            else entry
            for entry in response.trail
        ]
        response.comment, response.trail = access.said(response).text, earlier
        return response

    def _access(self, request: HttpRequest) -> WordAccess:
        return WordAccess.of_request(request)


@admin.register(Topic)
class TopicAdmin(NamedCells, Setting, admin.ModelAdmin[Topic]):
    list_display = ["__str__", "slug", "position", "is_offered", "is_about_manager"]
    list_editable = ["position", "is_offered", "is_about_manager"]
    list_filter = ["is_offered"]
    search_fields = ["slug", "names"]
    ordering = ["position", "slug"]
    fields = ["slug", "names", "position", "is_offered", "is_about_manager"]

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        # Dictionaries know a topic by its slug.
        return ["slug"] if obj else []


@admin.register(LinkVisit)
class LinkVisitAdmin(ReadOnly, admin.ModelAdmin[LinkVisit]):
    list_display = [
        "at", "method", "customer", "score_asked_for", "verdict", "reasons", "burst_position", "since_sent",
        "user_agent", "network",
    ]  # fmt: skip
    list_filter = ["verdict", "method", "user_agent", "at"]
    list_select_related = ["invitation__contact"]
    search_fields = ["invitation__contact__email", "network"]
    ordering = ["-pk"]
    show_full_result_count = False

    exclude = ["evidence"]

    def get_readonly_fields(self, *args: Any) -> list[str]:
        return [*super().get_readonly_fields(*args), "reasons"]

    @admin.display(description=_("evidence"))
    def reasons(self, visit: LinkVisit) -> str:
        return ", ".join(reasons.words(visit.evidence))

    @admin.display(description=_("contact"))
    def customer(self, visit: LinkVisit) -> str:
        return str(visit.invitation.contact) if visit.invitation else "–"


@admin.register(Relabelling)
class RelabellingAdmin(ReadOnly, admin.ModelAdmin[Relabelling]):
    list_display = ["at", "by", "response", "before", "after", "reason", "doubts"]
    list_display_links = ["at"]
    list_filter = ["after", "at"]
    list_select_related = ["by", "response__contact"]
    search_fields = ["by__name", "reason", "response__contact__email"]
    ordering = ["-pk"]
    exclude = ["suspicion"]

    def get_readonly_fields(self, *args: Any) -> list[str]:
        return [*super().get_readonly_fields(*args), "doubts"]

    @admin.display(description=_("suspicion"))
    def doubts(self, relabelling: Relabelling) -> str:
        return ", ".join(reasons.words(relabelling.suspicion))
