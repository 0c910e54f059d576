from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock
from accounts.admin.kept import Setting
from accounts.customerlanguages import spoken, textfields
from surveys.admin.archive import ArchiveFilter, SurveyFilter
from surveys.admin.unused import DeletedUnused
from surveys.experiments import checks
from surveys.experiments.forms import SUBJECTS, ArmForm, ArmFormSet, ExperimentForm
from surveys.models import Experiment, ExperimentArm


class ArmsOfExperiment(admin.StackedInline[ExperimentArm, Experiment]):
    model = ExperimentArm
    form = ArmForm
    formset = ArmFormSet
    ordering = ("pk",)
    extra = 0
    min_num, max_num = checks.FEWEST, checks.MOST

    def get_fieldsets(self, request: HttpRequest, obj: Experiment | None = None) -> Any:
        subjects = {
            "fields": [tuple(textfields.name_of(text, code) for text in SUBJECTS.values()) for code in spoken.codes()],
            "description": _(
                "Only where the subject varies. Empty: that of the wording. {name}, {product}, {manager} and "
                "{brand} are filled in as there."
            ),
        }
        first = {"fields": (("name", "share"), ("hour_from", "hour_until"), "first_medium")}
        return ((None, first), (_("Subjects"), subjects))

    def get_formset(self, request: HttpRequest, obj: Experiment | None = None, **kwargs: Any) -> Any:
        """Let Django find only the fields of the model; the subjects are added by the form."""
        return super().get_formset(request, obj, **kwargs | {"fields": list(ArmForm.Meta.fields)})

    def has_add_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return (obj is None or obj.is_unused) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return (obj is None or obj.is_unused) and super().has_delete_permission(request, obj)


@admin.register(Experiment)
class ExperimentAdmin(DeletedUnused, Setting, admin.ModelAdmin[Experiment]):
    form = ExperimentForm
    inlines = (ArmsOfExperiment,)
    list_display = ("name", "survey", "varied", "status", "starts_at", "ends_at")
    list_filter = (ArchiveFilter, "status", "varied", ("survey", SurveyFilter))
    list_select_related = ("survey",)
    search_fields = ("name", "survey__name")
    ordering = ("-starts_at", "-pk")
    readonly_fields = ("status", "ended_at", "ending")
    actions = ("start", "end_now")
    fieldsets = (
        (
            None,
            {
                "fields": ("survey", "name", "varied", "status"),
                "description": gettext_lazy(
                    "An experiment gives each contact one of two to four arms by chance; the contact keeps it. Save "
                    "it, then choose “Start” among the actions of the list. Once started, only names and shares can "
                    "be changed."
                ),
            },
        ),
        (
            gettext_lazy("When"),
            {
                "fields": ("starts_at", "ends_at", "most_asked", "answer_days", "ended_at", "ending"),
                "description": gettext_lazy(
                    "The page “Experiments” among the numbers says beforehand which difference can be seen, and gives "
                    "the verdict when the end has come. The response rate decides; the score of each arm is a caution."
                ),
            },
        ),
    )

    @admin.action(description=gettext_lazy("Start: draw contacts from the set moment on"), permissions=["change"])
    def start(self, request: HttpRequest, experiments: QuerySet[Experiment]) -> None:
        now = clock.now()
        for experiment in experiments.select_related("survey__brand"):
            faults = checks.faults_of_start(experiment, now)
            if not faults and not _started(experiment):
                faults = [_("Another experiment is running on this survey.")]
            if faults:
                self.message_user(request, f"“{experiment}”: {' '.join(faults)}", messages.ERROR)
                continue
            self.log_change(request, experiment, [{"changed": {"fields": ["status"]}}])
            said = _("“%(experiment)s” is started. Until its end there is no verdict.") % {"experiment": experiment}
            self.message_user(request, said, messages.INFO)

    @admin.action(
        description=gettext_lazy("End now, before its plan: there will be no verdict"), permissions=["change"]
    )
    def end_now(self, request: HttpRequest, experiments: QuerySet[Experiment]) -> None:
        now = clock.now()
        for experiment in experiments.filter(status=Experiment.Status.RUNNING):
            if day := experiment.over_since(now):
                experiment.end(why=Experiment.Ending.DATE, at=day)
                said = _("“%(experiment)s” had come to its end already.") % {"experiment": experiment}
            else:
                experiment.end(why=Experiment.Ending.HAND, at=now)
                said = _("“%(experiment)s” is ended. Contacts keep their arms.") % {"experiment": experiment}
            self.log_change(request, experiment, [{"changed": {"fields": ["status"]}}])
            self.message_user(request, said, messages.INFO)


def _started(experiment: Experiment) -> bool:
    """Start it and return True; False where somebody else was first with another one."""
    try:
        with transaction.atomic():
            experiment.start()
    except IntegrityError:
        return False
    return True
