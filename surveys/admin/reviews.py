from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.kept import Kept, Setting
from surveys.models import ReviewLink
from surveys.models.review_link import TIERS
from surveys.reviews.platforms import rule_of, rules


class ReviewLinkForm(forms.ModelForm[ReviewLink]):
    """Showing a link only to some is a deed: whoever does it has read what the platform says."""

    url = forms.URLField(
        label=capfirst(_("address")),
        max_length=200,
        assume_scheme="https",
        help_text=_("Of the form in which a review is written."),
    )
    tiers = forms.MultipleChoiceField(
        label=capfirst(_("shown only to")),
        choices=TIERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: everybody, whatever they answered, which every platform allows."),
    )
    knows_rule = forms.BooleanField(
        label=_("I have read what the place says of choosing who is asked"),
        required=False,
        help_text=_("Needed only where not everybody is shown the link."),
    )

    class Meta:
        model = ReviewLink
        fields = ("brand", "platform", "name", "url", "language", "product", "tiers", "share", "position", "is_active")

    def clean(self) -> None:
        super().clean()
        chosen, platform = self.cleaned_data.get("tiers"), self.cleaned_data.get("platform")
        is_new = set(chosen or ()) != set(self.instance.tiers or ()) or self.instance.platform != platform
        if chosen and platform and is_new and not self.cleaned_data.get("knows_rule"):
            self.add_error("knows_rule", rule_of(platform))


@admin.register(ReviewLink)
class ReviewLinkAdmin(Setting, Kept, admin.ModelAdmin[ReviewLink]):
    form = ReviewLinkForm
    list_display = ("name", "brand", "platform", "language", "product", "is_for_everybody", "share", "is_active")
    list_filter = ("is_active", "brand", "platform")
    list_select_related = ("brand", "product")
    search_fields = ("name", "url")
    ordering = ("brand__name", "position", "pk")
    readonly_fields = ("rules",)
    autocomplete_fields = ("product",)
    fieldsets = (
        (None, {"fields": ("brand", ("platform", "name"), "url", "is_active")}),
        (_("Where"), {"fields": (("language", "product"), ("share", "position"))}),
        (_("To whom"), {"fields": ("tiers", "rules", "knows_rule")}),
    )

    @admin.display(description=_("shown to everybody"), boolean=True)
    def is_for_everybody(self, link: ReviewLink) -> bool:
        return not link.is_for_some

    @admin.display(description=_("What the places say of it"))
    def rules(self, _link: ReviewLink) -> str:
        return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b>: {}</li>", rules()))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        return {"tiers": [], **super().get_changeform_initial_data(request)}
