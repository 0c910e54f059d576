from typing import ClassVar

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Setting
from followups.models import QuotePolicy
from surveys.models.review_link import TIERS


class QuotePolicyForm(forms.ModelForm[QuotePolicy]):
    tiers = forms.MultipleChoiceField(
        label=capfirst(_("asked")),
        choices=TIERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On the page of thanks, after words of their own. None: nobody."),
    )

    class Meta:
        model = QuotePolicy
        fields = ["brand", "tiers", "is_feed_on", "is_feed_open", "key_number"]


@admin.register(QuotePolicy)
class QuotePolicyAdmin(Setting, admin.ModelAdmin[QuotePolicy]):
    form = QuotePolicyForm
    list_display = ["brand", "is_feed_on", "is_feed_open"]
    list_select_related: ClassVar = ["brand"]
    ordering = ["brand__name"]
    readonly_fields = ["address"]
    fieldsets = [
        (None, {"fields": ["brand", "tiers"]}),
        (_("Feed"), {"fields": ["is_feed_on", "is_feed_open", "key_number", "address"]}),
    ]

    @admin.display(description=_("address"))
    def address(self, policy: QuotePolicy) -> str:
        if not policy.pk:
            return "-"
        address = policy.brand.url + reverse("quotes_feed", args=[policy.brand.slug])
        return format_html("<code>{}</code>", address if policy.is_feed_open else f"{address}?key={policy.key}")
