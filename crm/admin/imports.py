from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import clock
from accounts.admin.history import ReadOnly
from accounts.models import User
from crm.admin.import_pages import ImportPages
from crm.forms import ImportForm
from crm.imports import labels, remedies, runs
from crm.imports.plans import ORDER
from crm.models import ImportFinding, ImportRun
from crm.upsert import RowOutcome

HEADINGS = (_("file"), _("created"), _("updated"), _("unchanged"), _("refused"))
OUTCOMES = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED, RowOutcome.REJECTED)


def table(headings: Any, rows: Any) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    cells = (format_html_join("", "<td>{}</td>", ((cell,) for cell in row)) for row in rows)
    body = format_html_join("", "<tr>{}</tr>", ((row,) for row in cells))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


@admin.register(ImportRun)
class ImportRunAdmin(ImportPages):
    """Files are uploaded here; a worker takes them over and this page shows how far it is."""

    add_form_template = "admin/crm/importrun/upload.html"
    change_form_template = "admin/crm/importrun/run.html"

    form = ImportForm
    list_display = ("created_at", "source", "started_by", "status", "created", "updated", "unchanged", "refused")
    list_filter = ("status", "source")
    list_select_related = ("started_by",)
    search_fields = ("source", "started_by__name")
    ordering = ("-pk",)
    told = (
        "status",
        "error",
        "started_by",
        "created_at",
        "heard_at",
        "finished_at",
        "attempts",
        "how_read",
        "rows",
        "repaired",
        "what_was_found",
        "mapping",
    )

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: ImportRun | None = None) -> Any:
        return self.told if obj else ("shipped", "mapping_file", "csv_files")

    def get_readonly_fields(self, request: HttpRequest, obj: ImportRun | None = None) -> Any:
        return self.told if obj else ()

    def save_model(self, request: HttpRequest, obj: ImportRun, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)  # noqa: S101 (admin lets nobody else in)
        if not form.cleaned_data["text"]:
            runs.prepare(obj, contents=form.cleaned_data["contents"], plan=form.cleaned_data["plan"], by=request.user)
            return
        runs.start(obj, text=form.cleaned_data["text"], contents=form.cleaned_data["contents"], by=request.user)

    def response_add(self, request: HttpRequest, obj: ImportRun, post_url_continue: str | None = None) -> HttpResponse:
        if obj.status == ImportRun.Status.DRAFT:
            return redirect("admin:crm_importrun_match", obj.pk)
        messages.info(request, _("A worker runs the import now. This page shows how far it is."))
        return redirect("admin:crm_importrun_change", obj.pk)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run = ImportRun.objects.filter(pk=object_id).first() if object_id and object_id.isdecimal() else None
        is_draft = run is not None and (run.status == run.Status.DRAFT or run.task == run.Task.CHECK)
        if run and is_draft and request.method != "POST" and self.has_add_permission(request):
            return redirect("admin:crm_importrun_match", run.pk)
        context: dict[str, Any] = {"kinds": [(kind, labels.of_kind(kind)) for kind in ORDER], "run": run}
        if run:
            refused = set(run.refused_rows.values_list("file", flat=True).distinct())
            context |= {
                "refused_files": [(place, file) for place, file in enumerate(run.headers) if file in refused],
                "can_undo": bool(run.undone_until and run.undone_until > clock.now()),
                "may_add": self.has_add_permission(request),
                "here": reverse("admin:crm_importrun_change", args=[run.pk]),
                "done": sum(run.total(outcome) for outcome in OUTCOMES),
                "stayed": remedies.stayed(run) if run.undone else [],
                "refused_rows": run.total(RowOutcome.REJECTED),
            }
        return super().changeform_view(request, object_id, form_url, (extra_context or {}) | context)

    @admin.display(description=_("created"))
    def created(self, run: ImportRun) -> int:
        return run.total(RowOutcome.CREATED)

    @admin.display(description=_("updated"))
    def updated(self, run: ImportRun) -> int:
        return run.total(RowOutcome.UPDATED)

    @admin.display(description=_("unchanged"))
    def unchanged(self, run: ImportRun) -> int:
        return run.total(RowOutcome.UNCHANGED)

    @admin.display(description=_("refused"))
    def refused(self, run: ImportRun) -> int:
        return run.total(RowOutcome.REJECTED)

    @admin.display(description=_("rows"))
    def rows(self, run: ImportRun) -> SafeString:
        counted = ((file, *(counts.get(outcome, 0) for outcome in OUTCOMES)) for file, counts in run.counts.items())
        return table(HEADINGS, counted)

    @admin.display(description=_("read as"))
    def how_read(self, run: ImportRun) -> SafeString:
        return table((_("file"), _("encoding and delimiter")), run.read_as.items())

    @admin.display(description=_("repairs"))
    def repaired(self, run: ImportRun) -> SafeString:
        rows = ((made["file"], made["column"], made["repair"], made["rows"]) for made in run.repairs)
        return table((_("file"), _("column"), _("repair"), _("rows")), rows)

    @admin.display(description=_("findings"))
    def what_was_found(self, run: ImportRun) -> SafeString:
        count = run.findings.count()
        address = reverse("admin:crm_importfinding_changelist", query={"run__id__exact": run.pk})
        said = ngettext("%(count)d finding", "%(count)d findings", count) % {"count": count}
        return format_html('<a href="{}">{}</a>', address, said)


@admin.register(ImportFinding)
class ImportFindingAdmin(ReadOnly, admin.ModelAdmin[ImportFinding]):
    list_display = ("file", "line", "column", "severity", "reason")
    list_display_links = None
    list_filter = ("severity", "file")
    search_fields = ("reason", "file")
    ordering = ("pk",)
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Reached from the page of an import; without one, rows of all imports would be mixed."""
        return False
