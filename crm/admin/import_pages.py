"""The pages on which an import is prepared in the browser: match the columns, look at bad rows, start; then undo it."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts import clock, sources
from accounts.models import User
from accounts.plaintext import clean
from accounts.timezones import known
from crm.admin.import_choices import FileChoices
from crm.imports import downloads, drafts, mapping, plans, remedies, runs, undo
from crm.imports.files import BadFile
from crm.imports.mapping import BadMapping
from crm.imports.plans import BadPlan, FilePlan, ImportPlan
from crm.imports.preview import preview
from crm.models import ImportRun, SavedMapping

ROWS = 10
Status, Task = ImportRun.Status, ImportRun.Task


CHANGED_MEANWHILE = gettext_lazy(
    "This draft was changed meanwhile, perhaps in another tab. Look at it once more before you go on."
)


class ImportPages(ModelAdmin[ImportRun]):
    """What ImportRunAdmin has beside the pages of every model; whoever may add imports may do all of it."""

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[Any, str]] = {
            "<int:pk>/match/": (self.match, "match"),
            "<int:pk>/check/": (require_GET(self.look_over), "check"),
            "<int:pk>/start/": (require_POST(self.begin), "start"),
            "<int:pk>/drop/": (require_POST(self.drop), "drop"),
            "<int:pk>/undo/": (self.undo, "undo"),
            "<int:pk>/mapping.toml": (require_GET(self.mapping_file), "mapping"),
            "<int:pk>/refused/<int:place>.csv": (require_GET(self.refused_rows), "refused"),
            "templates/<slug:kind>.csv": (require_GET(self.template_file), "template"),
            "templates.xlsx": (require_GET(self.template_book), "templates"),
        }
        own = [
            path(address, self.admin_site.admin_view(view), name=f"crm_importrun_{name}")
            for address, (view, name) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def _run(self, request: HttpRequest, pk: int) -> ImportRun:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(ImportRun, pk=pk)

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
        shared = self.admin_site.each_context(request)
        return TemplateResponse(
            request, f"admin/crm/importrun/{name}.html", {**shared, "opts": self.opts, "title": title, **context}
        )

    def match(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if run.status != Status.DRAFT:
            return redirect("admin:crm_importrun_check" if run.task == Task.CHECK else "admin:crm_importrun_change", pk)
        plan, trouble, seen, is_stale = ImportPlan.of(run.plan), "", drafts.mark_of(run), False
        if request.method == "POST":
            troubles = _take(plan, request.POST, drafts.wholes(run))
            run.plan, run.source = plan.as_json(), plan.source
            is_kept, seen = drafts.keep(run, seen=request.POST.get("seen", ""))
            is_stale = not is_kept
            trouble = " ".join(troubles)
            if not is_stale and not trouble and request.POST.get("deed") in (Task.CHECK, "save"):
                answer = self._go_on(request, run, plan)
                if isinstance(answer, HttpResponse):
                    return answer
                trouble = answer
        files = drafts.beginnings(run)
        shown = [FileChoices(place, one, *_previewed(plan, one, files)) for place, one in enumerate(plan.files)]
        return self._page(
            request, "match", _("Match the columns"), run=run, plan=plan, files=shown, trouble=trouble,
            seen=seen, is_stale=is_stale, changed_meanwhile=CHANGED_MEANWHILE,
            zones=sorted(known()), typed=request.POST.get("mapping_name", ""),
        )  # fmt: skip

    def _go_on(self, request: HttpRequest, run: ImportRun, plan: ImportPlan) -> HttpResponse | str:
        try:
            text = plan.text()
            mapping.read(text)
        except (BadPlan, BadMapping) as error:
            return str(error)
        if request.POST["deed"] == "save":
            return self._save_mapping(request, run, text)
        run.mapping, run.source = text, plan.source
        runs.hand_over(run, Task.CHECK)
        return redirect("admin:crm_importrun_check", run.pk)

    def _save_mapping(self, request: HttpRequest, run: ImportRun, text: str) -> HttpResponse | str:
        name = clean(request.POST.get("mapping_name", ""), limit=100)
        if not name:
            return _("Give the mapping a name to save it by.")
        SavedMapping.objects.update_or_create(
            name=name, defaults={"text": text, "saved_by": cast(User, request.user), "saved_at": clock.now()}
        )
        messages.info(
            request, _("The mapping “%(name)s” is saved and can be chosen for the next files.") % {"name": name}
        )
        return redirect("admin:crm_importrun_match", run.pk)

    def look_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if run.task != Task.CHECK:
            return redirect(
                "admin:crm_importrun_match" if run.status == Status.DRAFT else "admin:crm_importrun_change", pk
            )
        tables = mapping.read(run.mapping).tables
        groups = remedies.grouped(run.findings.order_by("pk"), tables) if run.status == Status.DRAFT else []
        good, refused = run.total("good"), run.total("rejected")
        context = {"groups": groups, "good": good, "refused": refused, "looked": good + refused}
        context["seen"] = drafts.mark_of(run)
        here, is_busy = reverse("admin:crm_importrun_check", args=[pk]), run.status != Status.DRAFT
        return self._page(request, "check", _("Look before importing"), run=run, here=here, is_busy=is_busy, **context)

    def begin(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if run.status == Status.DRAFT and request.POST.get("seen") != drafts.mark_of(run):
            messages.warning(request, CHANGED_MEANWHILE)
            return redirect("admin:crm_importrun_check", pk)
        if run.mapping and runs.hand_over(run, Task.TAKE):
            messages.info(request, _("A worker runs the import now. This page shows how far it is."))
        return redirect("admin:crm_importrun_change", pk)

    def drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if drafts.drop(run):
            messages.info(request, _("The files are deleted; nothing was imported."))
            return redirect("admin:crm_importrun_changelist")
        messages.warning(request, _("A worker has begun with these files, so they were not deleted."))
        return redirect("admin:crm_importrun_change", pk)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        if request.method == "POST":
            try:
                undo.ask(run, by=cast(User, request.user))
            except undo.ImportStays:
                messages.error(request, _("This import cannot be undone any more."))
            else:
                self.log_change(request, run, _("Undone."))
            return redirect("admin:crm_importrun_change", pk)
        if run.undone_until is None or run.undone_until <= clock.now():
            return redirect("admin:crm_importrun_change", pk)
        return self._page(request, "undo", _("Undo the import"), run=run)

    def mapping_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, pk)
        try:
            text = ImportPlan.of(run.plan).text() if run.status == Status.DRAFT else run.mapping
        except BadPlan as error:
            messages.error(request, str(error))
            return redirect("admin:crm_importrun_match", pk)
        return _file(text, "application/toml; charset=utf-8", "mapping.toml")

    def refused_rows(self, request: HttpRequest, pk: int, place: int) -> StreamingHttpResponse:
        run = self._run(request, pk)
        files = list(run.headers)
        if place >= len(files):
            raise Http404
        answer = StreamingHttpResponse(downloads.refused(run, files[place]), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="refused-{run.pk}-{place + 1}.csv"'
        return answer

    def template_file(self, request: HttpRequest, kind: str) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if kind not in downloads.EXAMPLES:
            raise Http404
        return _file(downloads.template(kind), "text/csv; charset=utf-8", f"{kind}.csv")

    def template_book(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return _file(downloads.workbook(), kind, "templates.xlsx")


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _take(plan: ImportPlan, typed: Mapping[str, str], files: Any) -> list[str]:
    """Take over into `plan` what was chosen; return what is wrong, and keep it as it was typed."""
    troubles = []
    plan.source = clean(typed.get("source", ""), limit=50)
    if not plans.is_source(plan.source):
        troubles.append(_("Give the system a short name of letters, digits, - and _."))
    elif sources.is_reserved(plan.source):
        troubles.append(sources.refusal(plan.source))
    plan.timezone = typed.get("timezone", "")
    if plan.timezone not in known():
        troubles.append(_("Choose a time zone from the list."))
    for place, one in enumerate(plan.files):
        try:
            troubles += FileChoices(place, one).take(typed, files)
        except BadFile as error:
            troubles.append(str(error))
    return troubles


def _previewed(plan: ImportPlan, one: FilePlan, files: Any) -> tuple[Any, str]:
    """Return the first rows of one file as they would be taken, or why that cannot be said."""
    if not one.kind:
        return None, ""
    try:
        known = {one.name: one.encoding_found} if one.encoding_found else {}
        (table,) = preview(plan.text([one]), files, rows=ROWS, encodings=known)
    except (BadPlan, BadMapping, BadFile) as error:
        return None, str(error)
    return table, ""
