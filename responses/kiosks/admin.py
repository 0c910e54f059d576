from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from accounts import clock, dates, qr
from accounts.models import User
from responses.kiosks import pairing, pins
from responses.models import Kiosk, Tablet
from responses.ways_in_admin import WayInAdmin, WayInForm


class KioskForm(WayInForm[Kiosk]):
    """A kiosk; its PIN is written and never shown."""

    secret_pin = forms.CharField(
        label=_("PIN"),
        required=False,
        max_length=12,
        widget=forms.PasswordInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("4 to 12 digits, by which staff leave the full screen. Empty: it stays as it is."),
    )
    language_when_empty = _("In which it begins, and begins again after each visitor. Empty: that of the survey.")

    class Meta:
        model = Kiosk
        fields = (
            "survey", "product", "channel", "place", "campaign", "manager", "team", "language", "asks_words", "crowd",
            "is_active",
        )  # fmt: skip

    def clean_secret_pin(self) -> str:
        pin: str = self.cleaned_data["secret_pin"].strip()
        if not pin and self.instance.pin_hash:
            return ""
        if wrong := pins.problem(pin):
            raise forms.ValidationError(str(wrong))
        return pin


class TabletsOfKiosk(admin.TabularInline[Tablet, Kiosk]):
    model = Tablet
    fields = ("name", "is_active", "paired_at", "paired_by", "seen_at", "answers", "waiting", "refused")
    readonly_fields = ("paired_at", "paired_by", "seen_at", "answers", "waiting", "refused")
    extra = 0
    can_delete = False

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Tablet]:
        return Tablet.objects.paired().with_answers().select_related("paired_by").order_by("pk")

    def has_add_permission(self, *_args: Any) -> bool:
        """Refuse: a tablet is paired, not typed."""
        return False

    @admin.display(description=_("answers"))
    def answers(self, tablet: Tablet) -> int:
        return int(tablet.answers)  # type: ignore[attr-defined]


@admin.register(Kiosk)
class KioskAdmin(WayInAdmin[Kiosk]):
    form = KioskForm
    inlines = (TabletsOfKiosk,)
    list_display = ("name", "survey", "place", "channel", "campaign", "product", "is_active")
    search_fields = ("entry__name", "place", "campaign")
    change_form_template = "admin/responses/kiosk/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "survey", "language", "is_active")}),
        (_("At the tablet"), {"fields": ("secret_pin", "asks_words", "crowd")}),
        (
            _("What its answers are about"),
            {"fields": ("place", ("channel", "campaign"), "product", ("manager", "team"))},
        ),
    )

    def save_model(self, request: HttpRequest, obj: Kiosk, form: Any, change: bool) -> None:
        if pin := form.cleaned_data.get("secret_pin"):
            obj.pin_hash = pins.kept(pin)
        super().save_model(request, obj, form, change)

    @method_decorator(sensitive_post_parameters("secret_pin"))
    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(*args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(never_cache(self.open_on_a_tablet)))
        return [path("<int:pk>/tablet/", view, name="responses_kiosk_tablet"), *super().get_urls()]

    @sensitive_variables("token", "link")
    def open_on_a_tablet(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the link that makes a tablet one of this kiosk, once."""
        kiosk = get_object_or_404(Kiosk.objects.select_related("entry", "survey__brand"), pk=pk)
        if not self.has_change_permission(request, kiosk):
            raise PermissionDenied
        if not kiosk.pin_hash:
            messages.error(request, gettext("Give this kiosk a PIN first: without one nobody could leave it."))
            return redirect("admin:responses_kiosk_change", kiosk.pk)
        now = clock.now()
        token = pairing.begin(kiosk, by=cast(User, request.user), now=now)
        link = kiosk.survey.brand.url + reverse("kiosk_pairing", args=[token])
        content = self.admin_site.each_context(request) | {
            "title": gettext("Open on a tablet"),
            "opts": self.opts,
            "original": kiosk,
            "link": link,
            "code": qr.inline(link),
            "until": dates.moment(now + Tablet.PAIRED_WITHIN),
        }
        return TemplateResponse(request, "admin/responses/kiosk/tablet.html", content)
