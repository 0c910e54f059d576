"""The pages on which administrators name root causes and states, and order them by buttons without any script."""

from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.admin.kept import Setting
from followups.models import Followup, RootCause, WorkState
from followups.models.named import NamedInLanguages
from followups.vocabulary import order
from followups.vocabulary.cause_tree import CauseTree
from followups.vocabulary.forms import NAMES, RootCauseForm, WorkStateForm

UP, DOWN = "up", "down"

Row = TypeVar("Row", bound=NamedInLanguages)


class VocabularyAdmin(Setting, admin.ModelAdmin[Row], Generic[Row]):
    """Names side by side, the order by buttons, and how many follow-ups use each."""

    NAMES_SIDE_BY_SIDE: ClassVar[Any] = (_("Name"), {"fields": (tuple(NAMES),)})
    # The filter of the list of follow-ups that finds those that use a row, and the field that it goes by.
    used_as: ClassVar[tuple[str, str]]

    actions = None
    list_per_page = 500

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.move))
        ways = [path(f"<int:pk>/{way}/", view, {"way": way}, name=self._url_name(way)) for way in (UP, DOWN)]
        return [*ways, *super().get_urls()]

    def _url_name(self, deed: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{deed}"

    def move(self, request: HttpRequest, pk: int, way: str) -> HttpResponse:
        row = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if order.move(row, down=way == DOWN):  # type: ignore[arg-type]
            self.log_change(request, row, [{"changed": {"fields": ["position"]}}])
        return redirect(f"admin:{self._url_name('changelist')}")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.is_unused and super().has_delete_permission(request, obj)

    @admin.display(description=_("order"))
    def moved(self, row: Row) -> SafeString:
        """Two buttons of the form in which the list stands: each sends it to an address of its own."""
        button = '<button type="submit" class="button" formaction="{}" aria-label="{}">{}</button>'
        up, down = gettext("Move “%(name)s” up"), gettext("Move “%(name)s” down")
        return format_html(
            f"{button} {button}",
            reverse(f"admin:{self._url_name(UP)}", args=[row.pk]), up % {"name": row}, "↑",
            reverse(f"admin:{self._url_name(DOWN)}", args=[row.pk]), down % {"name": row}, "↓",
        )  # fmt: skip

    @admin.display(description=_("no name yet in"))
    def missing(self, row: Row) -> str:
        return ", ".join(row.missing_languages)

    @admin.display(description=_("follow-ups"))
    def usage(self, row: Any) -> SafeString | str:
        filter_name, field = self.used_as
        if not row.uses:
            return "0"
        address = reverse("admin:followups_followup_changelist")
        return format_html('<a href="{}?{}={}">{}</a>', address, filter_name, getattr(row, field), row.uses)


class RootCauseAdmin(VocabularyAdmin[RootCause]):
    form = RootCauseForm
    used_as = ("root_cause__slug__exact", "slug")
    list_display = ["placed", "moved", "asked", "about", "missing", "usage", "is_active"]
    search_fields = ["slug", "names"]
    fieldsets = [
        VocabularyAdmin.NAMES_SIDE_BY_SIDE,
        (_("Where it stands"), {"fields": ["parent", "slug", "is_active"]}),
        (_("When it is asked"), {"fields": ["categories", "topics"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: RootCause | None = None) -> list[str]:
        # Follow-ups, files and programs know it by its slug.
        return ["slug"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[RootCause]:
        found = super().get_queryset(request).select_related("parent__parent").prefetch_related("topics")
        return found.annotate(uses=Count("followups", distinct=True))

    def get_ordering(self, request: HttpRequest) -> Any:
        """Return the order of the tree, which no column tells."""
        places = enumerate(CauseTree.fetch().placed)
        return [Case(*(When(pk=placed.cause.pk, then=Value(place)) for place, placed in places), default=Value(0))]

    @admin.display(description=_("root cause"))
    def placed(self, cause: RootCause) -> str:
        return cause.whole_name

    @admin.display(description=_("asked after"))
    def asked(self, cause: RootCause) -> str:
        if not cause.categories:
            return gettext("as what it is part of") if cause.parent_id else gettext("all but content customers")
        labels = dict(RootCause.ASKED_OF)
        return ", ".join(str(labels.get(category, category)) for category in cause.categories)

    @admin.display(description=_("topics"))
    def about(self, cause: RootCause) -> str:
        return ", ".join(str(topic) for topic in cause.topics.all())


class WorkStateAdmin(VocabularyAdmin[WorkState]):
    form = WorkStateForm
    used_as = ("state__id__exact", "pk")
    list_display = ["__str__", "meaning", "moved", "badge", "missing", "usage", "usual", "is_active"]
    search_fields = ["names"]
    fieldsets = [
        VocabularyAdmin.NAMES_SIDE_BY_SIDE,
        (_("What it means"), {"fields": ["meaning", "tone", "is_active"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.make_usual))
        return [path("<int:pk>/usual/", view, name="followups_workstate_usual"), *super().get_urls()]

    def make_usual(self, request: HttpRequest, pk: int) -> HttpResponse:
        state = get_object_or_404(WorkState, pk=pk)
        if not self.has_change_permission(request, state):
            raise PermissionDenied
        if state.make_default():
            self.log_change(request, state, [{"changed": {"fields": ["is_default"]}}])
        return redirect("admin:followups_workstate_changelist")

    def get_readonly_fields(self, request: HttpRequest, obj: WorkState | None = None) -> list[str]:
        # Times, numbers and lists have counted it so.
        return ["meaning"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkState]:
        found: QuerySet[WorkState] = super().get_queryset(request)
        uses = Followup.objects.order_by().values("state").annotate(uses=Count("pk"))
        used = uses.filter(state=OuterRef("pk")).values("uses")
        return found.annotate(uses=Coalesce(Subquery(used), 0))

    def get_ordering(self, request: HttpRequest) -> Any:
        return WorkState.objects.in_order().query.order_by

    @admin.display(description=_("colour"))
    def badge(self, state: WorkState) -> SafeString:
        return format_html('<span class="badge badge--{}">{}</span>', state.tone, state.get_tone_display())

    @admin.display(description=_("the usual one"))
    def usual(self, state: WorkState) -> SafeString | str:
        """The usual one of its meaning, or a button of the form of the list that makes it so."""
        if state.is_default:
            return gettext("Yes")
        if not state.is_active:
            return ""
        return format_html(
            '<button type="submit" class="button" formaction="{}">{}</button>',
            reverse("admin:followups_workstate_usual", args=[state.pk]),
            gettext("Make it the usual one"),
        )
