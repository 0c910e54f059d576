from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.admin.kept import Setting
from accounts.customerlanguages import files, words
from accounts.customerlanguages.forms import CustomerLanguageForm, WordsFileForm, field_of
from accounts.models import CustomerLanguage

# Of the texts of a file that were left out, so many are named.
MOST_NAMED = 20


@admin.register(CustomerLanguage)
class CustomerLanguageAdmin(Setting, admin.ModelAdmin[CustomerLanguage]):
    form = CustomerLanguageForm
    list_display = ("__str__", "tag", "name", "direction", "said", "is_offered")
    ordering = ("tag",)
    change_form_template = "admin/accounts/customerlanguage/change_form.html"

    class Media:
        css: ClassVar = {"all": ["css/admin/words.css"]}

    @admin.display(description=gettext_lazy("texts"))
    def said(self, language: CustomerLanguage) -> str:
        every = len(words.all_words())
        return _("%(said)s of %(all)s") % {"said": every - language.missing_count, "all": every}

    def get_readonly_fields(self, request: HttpRequest, obj: CustomerLanguage | None = None) -> tuple[str, ...]:
        """Show the tag of a language once it exists: contacts, brands and answers name it."""
        return () if obj is None else ("tag", "said")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let Django find only the fields of the model; the texts are added by the form."""
        named = ("name", "direction", "is_offered") if obj else ("tag", "name", "direction")
        return super().get_form(request, obj, change, **kwargs | {"fields": named})

    def get_fieldsets(self, request: HttpRequest, obj: CustomerLanguage | None = None) -> Any:
        if obj is None:
            note = _("Its texts come next: there, or by a file for a translator.")
            return [(None, {"fields": ("tag", "name", "direction"), "description": note})]
        head = {"fields": (("tag", "said"), ("name", "direction"), "is_offered")}
        lacking = {word.key for word in obj.missing}
        return [(None, head), *(self._of_place(place, lacking) for place in words.PLACES)]

    def _of_place(self, place: str, lacking: set[str]) -> tuple[str, dict[str, Any]]:
        here = [word for word in words.all_words() if word.place == place]
        missing = sum(word.key in lacking for word in here)
        name = str(words.PLACES[place])
        if missing:
            name += " · " + _("%(count)s missing") % {"count": missing}
        return name, {
            "fields": [field_of(word) for word in here],
            "classes": ["words"] if missing else ["words", "collapse"],
        }

    def has_delete_permission(self, request: HttpRequest, obj: CustomerLanguage | None = None) -> bool:
        """Keep what was ever in use: brands, letters and answers name it."""
        return obj is not None and obj.offered_since is None and super().has_delete_permission(request, obj)

    def response_add(self, request: HttpRequest, obj: CustomerLanguage, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("admin:accounts_customerlanguage_change", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/words.po", wrap(require_safe(self.download)), name="accounts_customerlanguage_words"),
            path("<int:pk>/file/", wrap(self.bring), name="accounts_customerlanguage_file"),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The words as a file for translators, with those of the reader's language as comments."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        language = get_object_or_404(CustomerLanguage, pk=pk)
        content = files.written(language.tag, language.words, get_language() or "en")
        headers = {"Content-Disposition": f'attachment; filename="plumb-{language.tag}.po"'}
        return HttpResponse(content, content_type="text/x-gettext-translation; charset=utf-8", headers=headers)

    def bring(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the words of a file; those that cannot be are named, the others are taken."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        language = get_object_or_404(CustomerLanguage, pk=pk)
        form = WordsFileForm(request.POST or None, request.FILES or None, language=language)
        if request.method == "POST" and form.is_valid():
            form.put()
            self.log_change(request, language, _("Texts taken from a file."))
            _tell(request, form.taken)
            return redirect("admin:accounts_customerlanguage_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Texts of “%(language)s” from a file") % {"language": language},
            "language": language,
            "form": form,
        }
        return render(request, "admin/accounts/customerlanguage/file.html", context)


def _tell(request: HttpRequest, taken: files.TakenWords) -> None:
    count = len(taken.words)
    said = ngettext("%(count)s text was taken from the file.", "%(count)s texts were taken from the file.", count)
    messages.success(request, said % {"count": count})
    for text, why in taken.left_out[:MOST_NAMED]:
        messages.warning(request, _("Not taken: “%(text)s”. %(why)s") % {"text": text, "why": why})
    if (more := len(taken.left_out) - MOST_NAMED) > 0:
        said = ngettext("%(count)s more was not taken.", "%(count)s more were not taken.", more)
        messages.warning(request, said % {"count": more})
    if taken.unknown:
        said = ngettext(
            "%(count)s text of the file is none of Plumb's and was passed over.",
            "%(count)s texts of the file are none of Plumb's and were passed over.",
            taken.unknown,
        )
        messages.warning(request, said % {"count": taken.unknown})
