from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import clock, company_clock, dates
from accounts.admin.kept import Kept, Setting
from accounts.form_fields import PlainField
from delivery.models import SendingDomain
from delivery.reputation import breaker, counts, notice, ramps, shares
from delivery.reputation.shares import DomainFigures

# The names of the two buttons.
PAUSE, RESUME = "_pause", "_resume"
RAMP = ("ramp_begins", "ramp_first", "ramp_growth", "ramp_last")
DAYS_SHOWN = 14


class SendingDomainForm(forms.ModelForm[SendingDomain]):
    """The warm-up, and the reason of whoever pauses or resumes."""

    reason = PlainField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=_("Why asking pauses or may go on. It is kept in the security log."),
    )

    class Meta:
        model = SendingDomain
        fields = RAMP
        labels = {
            "ramp_begins": _("Begins on"),
            "ramp_first": _("Asks on the first day"),
            "ramp_growth": _("Each day times"),
            "ramp_last": _("Without limit from"),
        }
        help_texts = {
            "ramp_begins": _("Where nothing stands, no warm-up limits anything."),
            "ramp_last": _("Asks a day at which the warm-up ends. Where nothing stands, it goes on growing."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("ramp_begins") and not cleaned.get("ramp_first") and "ramp_first" not in self.errors:
            self.add_error("ramp_first", _("Say how many may be asked on the first day."))
        if self.data.keys() & {PAUSE, RESUME} and "reason" in self.fields and not cleaned.get("reason"):
            self.add_error("reason", ValidationError(_("Say why."), code="required"))
        return cleaned


@admin.register(SendingDomain)
class SendingDomainAdmin(Kept, Setting, admin.ModelAdmin[SendingDomain]):
    """The domains that letters come from: how they fare, how they are warmed up, and whether they may ask."""

    form = SendingDomainForm
    change_form_template = "admin/delivery/sendingdomain/change_form.html"
    list_display = ("__str__", "standing", "handed_over", "bounces", "complaints", "number_today")
    list_filter = (("paused_at", admin.EmptyFieldListFilter),)
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("domain", "standing", "handed_over", "bounces", "complaints", "days_ahead")

    def get_fieldsets(self, request: HttpRequest, obj: SendingDomain | None = None) -> Any:
        said = gettext(
            "Letters to customers, by the day on which they were handed over. Asking pauses by itself at 5 % that "
            "came back for good or 0.3 % reported as spam, once there are 100 letters and 5 or 3 of these."
        )
        if obj and obj.counted_from:
            since = gettext("Counted since it was resumed: %(moment)s.")
            said = f"{said} {since % {'moment': dates.moment(obj.counted_from)}}"
        figures = {"fields": ("handed_over", "bounces", "complaints"), "description": said}
        parts: list[tuple[Any, Any]] = [
            (None, {"fields": ("domain", "standing")}),
            (_("The last seven days"), figures),
            (_("Warm-up"), {"fields": (*RAMP, "days_ahead")}),
        ]
        if self._may_resume(request):
            on_pauses = _(
                "While a domain is paused, invitations, reminders and mailings from it wait; replies, thanks and "
                "notices go on. Who resumes it begins to count anew; what waited keeps to the warm-up."
            )
            parts.append((_("Pause or resume"), {"fields": ("reason",), "description": on_pauses}))
        return parts

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        found = counts.figures([domain.name for domain in changelist.result_list], clock.now())
        for domain in changelist.result_list:
            domain.figures = found.get(domain.name, DomainFigures())
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SendingDomain | None:
        domain = super().get_object(request, object_id, from_field)
        if domain is not None:
            vars(domain)["figures"] = counts.figures([domain.name], clock.now()).get(domain.name, DomainFigures())
        return domain

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        domain = kwargs.get("obj")
        if domain is not None and self._may_resume(request):
            context["deed"] = RESUME if domain.is_paused else PAUSE
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: SendingDomain, form: Any, change: bool) -> None:
        # Nothing else of the row: it may have been paused since the form was opened.
        obj.save(update_fields=RAMP)
        reason = form.cleaned_data.get("reason", "")
        if not self._may_resume(request):
            return
        if PAUSE in request.POST and breaker.pause(obj, reason=reason):
            messages.warning(request, gettext("Asking from %(domain)s is paused.") % {"domain": obj})
        if RESUME in request.POST and (resumed := breaker.resume(obj, reason=reason)).is_new:
            said = ngettext(
                "Asking from %(domain)s goes on. %(count)s letter that waited is on its way.",
                "Asking from %(domain)s goes on. %(count)s letters that waited are on their way.",
                resumed.released,
            )
            messages.success(request, said % {"domain": obj, "count": number_format(resumed.released)})

    def _may_resume(self, request: HttpRequest) -> bool:
        return request.user.has_perm(notice.MAY_RESUME)

    @admin.display(description=_("domain"))
    def domain(self, domain: SendingDomain) -> str:
        return str(domain)

    @admin.display(description=_("asking"), ordering="paused_at")
    def standing(self, domain: SendingDomain) -> str:
        if domain.paused_at is None:
            return gettext("It may ask.")
        said = gettext("Paused since %(moment)s: %(why)s (%(grounds)s).")
        values = {"why": domain.get_cause_display(), "grounds": domain.grounds}
        return said % {"moment": dates.moment(domain.paused_at), **values}

    @admin.display(description=_("handed over"))
    def handed_over(self, domain: SendingDomain) -> str:
        return number_format(_figures(domain).handed_over, force_grouping=True)

    @admin.display(description=_("came back for good"))
    def bounces(self, domain: SendingDomain) -> str:
        return _share(_figures(domain), _figures(domain).bounces, places=1)

    @admin.display(description=_("reported as spam"))
    def complaints(self, domain: SendingDomain) -> str:
        return _share(_figures(domain), _figures(domain).complaints, places=2)

    @admin.display(description=_("asks today"))
    def number_today(self, domain: SendingDomain) -> str:
        number = domain.ramp.on(company_clock.today(clock.now())) if domain.ramp else None
        return gettext("no limit") if number is None else number_format(number, force_grouping=True)

    @admin.display(description=_("coming days"))
    def days_ahead(self, domain: SendingDomain) -> str | SafeString:
        if domain.ramp is None:
            return gettext("no limit")
        today = company_clock.today(clock.now())
        given = ramps.given([domain.name], today).get(domain.name, 0)
        lines = []
        for day, number in domain.ramp.ahead(today, DAYS_SHOWN):
            if number is None:
                line = gettext("%(day)s: no limit any more")
            elif day == today:
                line = gettext("%(day)s (today): %(number)s, of which %(given)s are given away")
            else:
                line = gettext("%(day)s: %(number)s")
            numbers = {"number": number_format(number or 0, force_grouping=True), "given": number_format(given)}
            lines.append((line % {"day": dates.day(day), **numbers},))
        return format_html_join(SafeString("<br>"), "{}", lines)


def _figures(domain: SendingDomain) -> DomainFigures:
    figures: DomainFigures = vars(domain).get("figures", DomainFigures())
    return figures


def _share(figures: DomainFigures, found: int, *, places: int) -> str:
    """Write a share with its interval; of a few letters only the number."""
    number = number_format(found, force_grouping=True)
    if not figures.tell_something:
        return gettext("%(number)s (too few letters to tell a share)") % {"number": number}
    low, high = shares.interval(found, figures.handed_over)
    of_all = (found / figures.handed_over, low, high)
    percent = [number_format(round(100 * value, places), decimal_pos=places) for value in of_all]
    said = gettext("%(number)s: %(share)s %% (between %(low)s %% and %(high)s %%)")
    return said % {"number": number, **dict(zip(("share", "low", "high"), percent, strict=True))}
