from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts import securitylog
from accounts.securitylog import Kind
from responses.models import WebWidget
from responses.ways_in_admin import WayInAdmin, WayInForm
from responses.widgets import snippets

MOST_LINES = 50
# Within so many seconds.
PRESSED_TWICE = 60


class LinesField(forms.CharField):
    """A list that a person writes with one entry per line."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 60, "spellcheck": "false"})

    def __init__(self, *, base_field: Any = None, max_length: int | None = None, **options: Any) -> None:
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in str(value or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class WebWidgetForm(WayInForm[WebWidget]):
    language_when_empty = _("Empty: that of the visitor’s browser, where the brand speaks it.")

    class Meta:
        model = WebWidget
        fields = (
            "survey", "product", "channel", "campaign", "manager", "team", "language", "shape", "origins", "takes_apps",
            "only_signed_in", "source", "share", "delay_seconds", "scroll_percent", "paths", "events",
            "again_after_days", "crowd", "is_active",
        )  # fmt: skip
        field_classes = {"origins": LinesField, "paths": LinesField, "events": LinesField}

    def clean_origins(self) -> list[str]:
        return [_origin(line) for line in _few(self.cleaned_data["origins"])]

    def clean_paths(self) -> list[str]:
        lines: list[str] = _few(self.cleaned_data["paths"])
        if wrong := [line for line in lines if not line.removeprefix("!").startswith(("/", "*"))]:
            raise forms.ValidationError(_("“%(line)s” begins with no slash."), params={"line": wrong[0]})
        return lines

    def clean_events(self) -> list[str]:
        return _few(self.cleaned_data["events"], longest=50)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("origins") and not cleaned.get("takes_apps") and "origins" not in self.errors:
            self.add_error("origins", _("Say on which sites it stands, or that it answers apps."))
        return cleaned


@admin.register(WebWidget)
class WebWidgetAdmin(WayInAdmin[WebWidget]):
    form = WebWidgetForm
    list_display = ("name", "survey", "shape", "channel", "campaign", "product", "is_active")
    search_fields = ("entry__name", "key", "campaign")
    readonly_fields = ("to_copy", "policy", "making_tokens")
    change_form_template = "admin/responses/webwidget/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "survey", "language", "shape", "is_active")}),
        (_("On the site"), {"fields": ("origins", "takes_apps", "to_copy", "policy")}),
        (
            _("Whom it asks, and when"),
            {"fields": ("share", "delay_seconds", "scroll_percent", "paths", "events", "again_after_days", "crowd")},
        ),
        (_("Who is signed in"), {"fields": ("only_signed_in", "source", "making_tokens")}),
        (_("What its answers are about"), {"fields": (("channel", "campaign"), "product", ("manager", "team"))}),
    )

    @admin.display(description=_("to copy into the pages"))
    def to_copy(self, widget: WebWidget) -> str:
        return _code(snippets.tag(widget)) if widget.pk else str(_("After saving."))

    @admin.display(description=_("what a strict policy of the site has to allow"))
    def policy(self, widget: WebWidget) -> str:
        return _code(snippets.policy(widget)) if widget.pk else str(_("After saving."))

    @admin.display(description=_("how the site makes a token"))
    def making_tokens(self, widget: WebWidget) -> str:
        if not widget.pk:
            return str(_("After saving."))
        samples = [(name, _code(code)) for name, code in snippets.TOKENS.items()]
        return format_html(
            "{}<p>{}</p>{}",
            format_html_join("", "<p><b>{}</b></p>{}", samples),
            gettext("The page then carries it:"),
            _code(snippets.signed_in(widget)),
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(never_cache(self.draw_secret)))
        return [path("<int:pk>/secret/", view, name="responses_webwidget_secret"), *super().get_urls()]

    @sensitive_variables("secret")
    @transaction.atomic
    def draw_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a secret for the tokens of a site and show it, once; or let the earlier one end.

        Who pressed twice is shown the same: else the one that the site has would end.
        """
        known = WebWidget.objects.select_for_update(of=("self",)).select_related("entry", "survey__brand")
        widget = get_object_or_404(known, pk=pk)
        if not self.has_change_permission(request, widget):
            raise PermissionDenied
        secret = ""
        if "end" in request.POST:
            widget.end_earlier_secret()
        else:
            is_first = cache.add(f"secret-of-widget-{pk}", 1, PRESSED_TWICE)
            secret = widget.draw_secret() if is_first else widget.secret
        subject = f"responses.WebWidget {widget.pk}: {widget}"
        securitylog.note(Kind.SETTING_CHANGED, subject=subject, deed="changed", fields=["secret"])
        content = self.admin_site.each_context(request) | {
            "title": gettext("Secret for tokens"),
            "opts": self.opts,
            "original": widget,
            "secret": secret,
            "has_earlier": bool(widget.earlier_secret),
        }
        return TemplateResponse(request, "admin/responses/webwidget/secret.html", content)


def _few(lines: list[str], *, longest: int = 200) -> list[str]:
    if len(lines) > MOST_LINES or any(len(line) > longest for line in lines):
        raise forms.ValidationError(
            _("At most %(count)s lines of %(length)s characters."), params={"count": MOST_LINES, "length": longest}
        )
    return lines


def _origin(line: str) -> str:
    """Return a site as browsers name it, such as https://shop.example."""
    wrong = forms.ValidationError(_("“%(line)s” is no site, such as https://shop.example."), params={"line": line})
    try:
        parts = urlsplit(line.rstrip("/"))
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise wrong from error
    if parts.scheme not in ("http", "https") or not host or parts.path or parts.query or parts.username:
        raise wrong
    is_usual = port in (None, {"http": 80, "https": 443}[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def _code(text: str) -> str:
    return format_html('<pre class="code"><code>{}</code></pre>', text)
