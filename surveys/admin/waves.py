from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from accounts.admin.sentences import FormBox, ReadsAsSentences
from surveys.admin import dryrun_answers, dryruns
from surveys.admin.archive import ArchiveFilter, SurveyFilter
from surveys.admin.asks import HOW, SaysWhetherItAsks
from surveys.admin.dryrun_box import DryRunBox, saved_meanwhile
from surveys.admin.unused import DeletedUnused
from surveys.audiences import segments
from surveys.forms import WaveForm
from surveys.models import Wave


@admin.register(Wave)
class WaveAdmin(DryRunBox, ReadsAsSentences, SaysWhetherItAsks, DeletedUnused, Setting, admin.ModelAdmin[Wave]):
    form = WaveForm
    list_display = ("name", "survey", "paced", "sampling_share", "is_active", "paused_at", "planned_until")
    list_filter = (ArchiveFilter, "is_active", ("survey", SurveyFilter))
    list_select_related = ("survey",)
    search_fields = ("name", "survey__name")
    ordering = ("survey__name", "name")
    readonly_fields = ("asking", "in_segment", "paused_at", "planned_until")
    actions = ("pause", "resume")
    parts = (
        FormBox(
            "",
            (
                _("This wave is called {name}, asks by the survey {survey} and is {is_active}."),
                _("Does it ask anybody? {asking}"),
                _("Paused since: {paused_at}. Turns are planned until: {planned_until}."),
            ),
        ),
        FormBox(
            _("When"),
            (
                _("From {starts_on} on every contact is asked {pace}: every {cadence_days} days."),
                _("Every contact has a day of its own in the cadence, spread evenly over all contacts."),
                _(
                    "New customers are first asked after {joining_days} days; where nothing stands, when it is their"
                    " turn."
                ),
            ),
        ),
        FormBox(
            _("Whom"),
            (
                _("Companies of {size_bands} in the regions {regions}; where nothing stands, everywhere."),
                _("Buyers of {products} through {channels}, within the last {bought_within_days} days."),
                _("Customers for at least {min_customer_days} days."),
                _("Only the segment {segment}. Customers in it today: {in_segment}"),
                _("Ask {sampling_share} per cent of the contacts by {media}."),
            ),
        ),
        HOW,
    )

    def dry_run_of(self, form: Any, reader: Any) -> dict[str, Any]:
        is_new = form.instance.pk is None
        with saved_meanwhile(form) as wave:
            return dryrun_answers.of_wave(wave, reader, is_new=is_new)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:wave_id>/dry-run/", view(dryruns.dry_run_of_wave), name="surveys_wave_dry_run"),
            *super().get_urls(),
        ]

    @admin.display(description=_("cadence"), ordering="cadence_days")
    def paced(self, wave: Wave) -> str:
        return ngettext("%(days)d day", "%(days)d days", wave.cadence_days) % {"days": wave.cadence_days}

    @admin.display(description=_("customers in the segment today"))
    def in_segment(self, wave: Wave) -> str:
        if wave.segment is None:
            return "—"
        try:
            number = segments.members_of(wave.segment).count()
        except segments.UnreadableSegment:
            return gettext("It cannot be read any more: choose its conditions anew. Until then nobody is asked.")
        return number_format(number, force_grouping=True)

    @admin.action(description=_("Pause: ask nobody until resumed"), permissions=["change"])
    def pause(self, request: HttpRequest, waves: QuerySet[Wave]) -> None:
        for wave in waves:
            wave.pause()
        self.message_user(
            request, ngettext("%(n)d wave rests.", "%(n)d waves rest.", len(waves)) % {"n": len(waves)}, messages.INFO
        )

    @admin.action(description=_("Resume with today's turns; those that passed are skipped"), permissions=["change"])
    def resume(self, request: HttpRequest, waves: QuerySet[Wave]) -> None:
        for wave in waves:
            wave.resume()
        self.message_user(
            request,
            ngettext("%(n)d wave goes on.", "%(n)d waves go on.", len(waves)) % {"n": len(waves)},
            messages.INFO,
        )
