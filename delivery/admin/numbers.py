import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.admin.kept import Kept, Setting
from accounts.customerlanguages.field import LanguageField
from accounts.media import Medium
from delivery import services
from delivery.media.whatsapp import silence, templates, trial
from delivery.media.whatsapp.forms import WhatsAppNumberForm
from delivery.models import WhatsAppNumber, WhatsAppTemplate

# The names of the two buttons.
HAND_IN, READ = "_hand_in", "_read_states"
DAYS = 30


class TemplatesOfNumber(admin.TabularInline[WhatsAppTemplate, WhatsAppNumber]):
    """What Meta says of each template; a text of one's own is named here and written in Meta's console."""

    model = WhatsAppTemplate
    fields = ("kind", "language", "name", "state", "category_shown", "reason", "quality", "seen_at")
    readonly_fields = ("state", "category_shown", "reason", "quality", "seen_at")
    ordering = ("kind", "language")
    extra = 0
    formfield_overrides: ClassVar = {
        LanguageField: {"widget": forms.Select},
        models.CharField: {"widget": forms.TextInput(attrs={"size": 24})},
    }

    @admin.display(description=_("category"))
    def category_shown(self, template: WhatsAppTemplate) -> str:
        if not template.category:
            return "–"
        named = str(template.get_category_display())
        price = template.number.price_of(template.category)
        shown = f"{named} ({number_format(price.normalize(), use_l10n=True)})" if price else named
        return f"⚠ {shown}" if template.is_advertising else shown


def _forget_states(number: WhatsAppNumber, form: Any, formsets: Any) -> None:
    """Let nothing go by what Meta said of other templates: of another account or brand, or under another name."""
    rows = number.templates.all()
    if not {"account_id", "brand"} & set(form.changed_data):
        rows = rows.filter(pk__in=[row.pk for of_rows in formsets for row, _names in of_rows.changed_objects])
    rows.update(state=WhatsAppTemplate.State.MISSING, category="", reason="", quality="", seen_at=None)


@admin.register(WhatsAppNumber)
class WhatsAppNumberAdmin(Kept, Setting, admin.ModelAdmin[WhatsAppNumber]):
    """The numbers by which brands ask in WhatsApp, their templates, and whether that works."""

    form = WhatsAppNumberForm
    change_form_template = "admin/delivery/whatsappnumber/change_form.html"
    list_display = ("__str__", "brand", "is_active", "error", "heard_at", "sent_at", "never_delivered")
    list_filter = ("is_active",)
    list_select_related = ("brand",)
    ordering = ("brand__name",)
    inlines = (TemplatesOfNumber,)
    readonly_fields = (
        "in_whatsapp", "callback", "verify_token", "heard_at", "sent_at", "failed_at", "error", "rests_until",
        "never_delivered",
    )  # fmt: skip
    actions = ("read_again", "renew_verification")

    def get_fieldsets(self, request: HttpRequest, obj: WhatsAppNumber | None = None) -> Any:
        account = ("brand", "phone_number_id", "account_id", "token", "app_secret", "is_active", "test_to")
        prices = ("utility_price", "marketing_price", "service_price")
        of_prices = _(
            "Meta bills each template that is delivered, also inside an open conversation. Meta decides whether a"
            " template counts as advertising."
        )
        of_doors = _(
            "Enter both in Meta’s console, under WhatsApp, Configuration, and subscribe to the fields messages,"
            " message_template_status_update, message_template_quality_update, template_category_update and"
            " user_preferences."
        )
        how = ("in_whatsapp", "heard_at", "sent_at", "failed_at", "error", "rests_until", "never_delivered")
        return [
            (None, {"fields": account}),
            (_("What it costs"), {"fields": prices, "description": of_prices}),
            (_("Where Meta calls"), {"fields": ("callback", "verify_token"), "description": of_doors}),
            (_("How it goes"), {"fields": how}),
        ]

    @admin.display(description=_("in WhatsApp"))
    def in_whatsapp(self, number: WhatsAppNumber) -> str:
        known = " · ".join(filter(None, [number.display_number, number.verified_name]))
        return known or gettext("It stands here once Meta knows the token.")

    @admin.display(description=_("callback URL"))
    def callback(self, number: WhatsAppNumber) -> str:
        if not number.pk:
            return gettext("It stands here once the number is saved.")
        return format_html("<code>{}</code>", settings.BASE_URL + reverse("whatsapp:events", args=[number.pk]))

    @admin.display(description=_("verify token"))
    def verify_token(self, number: WhatsAppNumber) -> str:
        if not number.pk:
            return gettext("It stands here once the number is saved.")
        return format_html("<code>{}</code>", number.verify_token)

    @admin.display(description=_("taken by Meta and never delivered, last 30 days"))
    def never_delivered(self, number: WhatsAppNumber) -> str:
        if not number.pk:
            return "–"
        silent = silence.of(number, since=clock.now() - timedelta(days=DAYS), now=clock.now())
        if not silent:
            return number_format(0)
        said = gettext('{number} – <a href="{page}">look at them</a>, and at the payment method of the account')
        query = f"?medium__exact={Medium.WHATSAPP.value}&status__exact=sent"
        page = reverse("admin:delivery_message_changelist") + query
        return format_html(said, number=number_format(silent, force_grouping=True), page=page)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        number: WhatsAppNumber = form.instance
        templates.ensure(number)
        _forget_states(number, form, formsets)
        if HAND_IN in request.POST:
            self._tried(request, number, self._handed_in)
        elif READ in request.POST:
            self._tried(request, number, self._read)
        if to := form.cleaned_data.get("test_to"):
            self._test(request, number, to)

    def response_change(self, request: HttpRequest, obj: WhatsAppNumber) -> HttpResponse:
        # What the two buttons bring stands in the table of this very page.
        stays = request.POST.keys() & {HAND_IN, READ}
        return HttpResponseRedirect(request.path) if stays else super().response_change(request, obj)

    def _tried(
        self, request: HttpRequest, number: WhatsAppNumber, act: Callable[[HttpRequest, WhatsAppNumber], None]
    ) -> None:
        try:
            act(request, number)
        except templates.FAULTS as error:
            said = gettext("Meta did not take it: %(reason)s. What is known of the templates stands.")
            messages.error(request, said % {"reason": error})

    def _handed_in(self, request: HttpRequest, number: WhatsAppNumber) -> None:
        taken = templates.hand_in(number)
        said = ngettext(
            "%(count)s template was handed in. Meta answers within a day, mostly within minutes.",
            "%(count)s templates were handed in. Meta answers within a day, mostly within minutes.",
            taken,
        )
        messages.success(request, said % {"count": taken})
        refused = number.templates.filter(state=WhatsAppTemplate.State.MISSING).exclude(reason="").count()
        if refused:
            told = ngettext(
                "%(count)s template was not taken: the reason stands beside it.",
                "%(count)s templates were not taken: the reasons stand beside them.",
                refused,
            )
            messages.warning(request, told % {"count": refused})

    def _read(self, request: HttpRequest, number: WhatsAppNumber) -> None:
        templates.read(number)
        messages.success(request, gettext("The states of the templates are those that Meta gives now."))

    def _test(self, request: HttpRequest, number: WhatsAppNumber, to: str) -> None:
        if not number.is_active:
            messages.warning(request, gettext("No test was sent: this number is not active."))
            return
        for message in services.queue([trial.message_for(number, to, key=uuid.uuid4().hex)]):
            page = reverse("admin:delivery_message_change", args=[message.pk])
            said = gettext('A test is on its way. <a href="{page}">See what became of it</a>.')
            messages.info(request, format_html(said, page=page))

    @admin.action(description=_("Read the templates of the selected numbers again"), permissions=["change"])
    def read_again(self, request: HttpRequest, queryset: QuerySet[WhatsAppNumber]) -> None:
        for number in queryset.select_related("brand"):
            self._tried(request, number, self._read)

    @admin.action(description=_("Renew the verify tokens of the selected numbers"), permissions=["change"])
    def renew_verification(self, request: HttpRequest, queryset: QuerySet[WhatsAppNumber]) -> None:
        queryset.update(door=F("door") + 1)
        messages.warning(request, gettext("The old tokens are worth nothing now. Enter the new ones at Meta."))
