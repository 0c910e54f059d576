"""Where a draft is written: one part in one language, with what customers will see beside it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from accounts.languages import name_of
from surveys import services, switches
from surveys.admin.asks import warn
from surveys.letters import text_samples
from surveys.letters.text_samples import TextSample
from surveys.metrics import SCALES
from surveys.models import SurveyVersion
from surveys.wording import comparison, drafts
from surveys.wording.forms import PartForm, SourceForm, VersionNoteForm, labels, too_long
from surveys.wording.parts import WordingPart, part_named, part_of
from surveys.wording.texts import STANDARD

if TYPE_CHECKING:
    from surveys.admin.versions import SurveyVersionAdmin

# In the order in which they are offered to be put in.
VARIABLES = ("brand", "product", "manager", "name")
OF_TEXTS = ("link", "scores")


@dataclass(frozen=True)
class WritingTab:
    """A language, or a part, to go to; how many of its texts cannot be published as they are, how many are new."""

    value: str
    name: str
    is_current: bool
    faulty: int
    changed: int
    is_offered: bool = True


@dataclass(frozen=True)
class Fault:
    """A text that keeps the wording from being published, and where it is written."""

    place: str
    sentence: str
    url: str


class WordingEditor:
    """The editor as one administrator sees it: a draft, a language, a part."""

    def __init__(self, owner: "SurveyVersionAdmin", request: HttpRequest, draft: SurveyVersion) -> None:
        self.owner, self.request, self.draft = owner, request, draft
        asked = request.GET.get("language", "")
        # What was typed in a language that went out of use meanwhile is kept in its own place.
        known = spoken.names() if request.method == "POST" else spoken.codes()
        self.language = asked if asked in known else draft.survey.default_language
        self.part = part_named(request.GET.get("part", ""))
        self.scale = SCALES[draft.survey.metric]

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._shown(self._form())
        try:
            return self._written()
        except drafts.AlreadyPublished:
            return WordingEditor(self.owner, self.request, services.draft_of(self.draft.survey)).came_too_late()

    def _written(self) -> HttpResponse:
        if "_source" in self.request.POST:
            return self._taken_over()
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self._shown(form)
        try:
            drafts.write(self.draft.pk, self.language, form.texts, seen=form.cleaned_data["seen"])
        except drafts.WrittenMeanwhile as meanwhile:
            form.refuse(meanwhile.texts)
            return self._shown(form)
        if form.has_changed():
            self.owner.log_change(self.request, self.draft, f"{self.language}: {', '.join(form.changed_data)}")
        self._keep_note()
        return self._followed()

    def came_too_late(self) -> HttpResponse:
        """Keep what was typed for a wording that was published meanwhile: it stands in the form of the next draft."""
        if "_source" in self.request.POST:
            messages.warning(self.request, _("That wording was published meanwhile, so no texts were taken over."))
            return redirect(self._url())
        said = _("That wording was published meanwhile. What you wrote stands in a new draft, not saved yet.")
        messages.warning(self.request, said)
        return self._shown(self._form(self.request.POST))

    def was_deleted(self) -> HttpResponse:
        """Keep what was typed for a draft that was deleted meanwhile in the same way."""
        said = _("That draft was deleted meanwhile. What you wrote stands in a new one, not saved yet.")
        messages.warning(self.request, said)
        return self._shown(self._form(self.request.POST))

    def _form(self, data: QueryDict | None = None) -> PartForm:
        return PartForm(data, version=self.draft, language=self.language, part=self.part, scale=self.scale)

    def _followed(self) -> HttpResponse:
        """Do what the button that saved the texts says besides."""
        sent = self.request.POST
        if "_to" in sent:
            language, _colon, part = sent["_to"].partition(":")
            return redirect(self._url(language, part))
        if "_fill" in sent:
            drafts.fill_up(self.draft.pk)
            messages.info(self.request, _("What was empty holds the standard texts now. Read them before you publish."))
        if "_publish" in sent:
            return self._published()
        if "_send" in sent:
            # Where one sends oneself a survey, the same form is read once more: it names the wording and the language.
            return redirect("trial", preserve_request=True)
        if "_fill" not in sent:
            messages.success(self.request, _("Saved."))
        return redirect(self._url())

    def _published(self) -> HttpResponse:
        try:
            services.publish(self.draft.survey)
        except services.TextsIncomplete:
            messages.error(self.request, _("Not published: the texts named below are missing or cannot be filled in."))
            return redirect(self._url())
        except services.NothingToPublish:
            messages.info(self.request, _("It was published already."))
        else:
            self.owner.log_change(self.request, self.draft, _("Published."))
            messages.info(self.request, _("New invitations use this wording from now on."))
            warn(self.request, self.draft)
        return redirect("admin:surveys_surveyversion_change", self.draft.pk)

    def _taken_over(self) -> HttpResponse:
        source = SourceForm(self.request.POST, version=self.draft)
        if not source.is_valid():
            return self._shown(self._form(), source)
        chosen, replaces = source.cleaned_data["source"], bool(source.cleaned_data["replaces"])
        drafts.take_over(self.draft.pk, chosen, replaces=replaces, asks=source.cleaned_data["asks"])
        self.owner.log_change(self.request, self.draft, _("Texts of “%(survey)s” taken.") % {"survey": chosen.survey})
        said = _("The texts of “%(survey)s” stand here now. Read them before you publish.")
        messages.info(self.request, said % {"survey": chosen.survey})
        return redirect(self._url())

    def _shown(self, form: PartForm, source: SourceForm | None = None) -> HttpResponse:
        draft = self.draft
        published = SurveyVersion.objects.latest_of(draft.survey_id)
        faults = services.faults_of(draft)
        samples = self._samples(form)
        context = {
            **admin.site.each_context(self.request),
            "opts": draft._meta,
            "title": _("Wording of “%(survey)s”") % {"survey": draft.survey},
            "original": draft,
            "survey": draft.survey,
            "brand": draft.survey.brand,
            "language": self.language,
            "part": self.part,
            "part_after": self.part.next,
            "languages": self._languages(faults, published),
            "parts": self._parts(faults, published),
            "form": form,
            "action": self._url(),
            "preview": self._preview(),
            "texts": [
                (form[field], self._compared(field, published), samples.get(field)) for field in self.part.fields
            ],
            "published": published,
            "variables": [f"{{{name}}}" for name in VARIABLES + (OF_TEXTS if self.part.is_text else ())],
            "tiers": self._tiers(),
            "faults": list(self._named(faults)),
            "off": [switch for switch in switches.off_of(draft.survey_id) if switch != switches.Switch.WORDING],
            "note": self._note(),
            "source": source or SourceForm(version=draft),
            "has_standard": self.language in STANDARD[draft.survey.metric],
            "has_delete_permission": self.owner.has_delete_permission(self.request, draft),
        }
        return render(self.request, "admin/surveys/surveyversion/editor.html", context)

    def _samples(self, form: PartForm) -> dict[str, TextSample]:
        """Return the text messages as they read with what is typed, by field; none for other parts."""
        if not self.part.is_text:
            return {}
        version = drafts.as_typed(self.draft, self.language, form.typed)
        return {one.field: one for one in text_samples.of(version, self.language)}

    def _note(self) -> VersionNoteForm:
        """Return the form of what is new in the wording, with what was typed there."""
        typed = self.request.POST if "note" in self.request.POST else None
        return VersionNoteForm(typed, instance=self.draft)

    def _keep_note(self) -> None:
        note = self._note()
        if note.is_bound and note.is_valid():
            SurveyVersion.objects.filter(pk=self.draft.pk, published_at=None).update(note=note.cleaned_data["note"])

    def _languages(self, faults: services.Faults, published: SurveyVersion | None) -> list[WritingTab]:
        """Return a tab for each language: the survey's own first, those that the brand does not offer last."""
        offered, own = self.draft.survey.brand.languages, self.draft.survey.default_language
        missing = Counter(language for language, _field, _fault in set(faults))
        codes = sorted(spoken.codes(), key=lambda code: (code not in offered, code != own))
        return [
            WritingTab(
                f"{code}:{self.part}",
                name_of(code),
                code == self.language,
                missing[code],
                sum(len(self._changed(code, part, published)) for part in WordingPart),
                code in offered,
            )
            for code in codes
        ]

    def _parts(self, faults: services.Faults, published: SurveyVersion | None) -> list[WritingTab]:
        missing = Counter(part_of(field) for language, field, _fault in set(faults) if language == self.language)
        return [
            WritingTab(
                f"{self.language}:{part}",
                str(part.label),
                part == self.part,
                missing[part],
                len(self._changed(self.language, part, published)),
            )
            for part in WordingPart
        ]

    def _changed(self, language: str, part: WordingPart, published: SurveyVersion | None) -> list[str]:
        """Return the texts that read otherwise than those published."""
        if published is None:
            return []
        before = drafts.written(published, language, part.fields)
        after = drafts.written(self.draft, language, part.fields)
        return [field for field in part.fields if before[field] != after[field]]

    def _compared(self, field: str, published: SurveyVersion | None) -> list[comparison.Piece]:
        if published is None:
            return []
        before, after = (drafts.written(one, self.language, (field,))[field] for one in (published, self.draft))
        return comparison.pieces(before, after) if before != after else []

    def _tiers(self) -> list[tuple[str, str]]:
        """Return the kinds of score after which the page reads differently, for the parts where it does."""
        if self.part not in (WordingPart.WHY, WordingPart.THANKS):
            return []
        named = labels(self.scale)
        return [(field.partition("_")[0], named[field]) for field in self.part.fields]

    def _named(self, faults: services.Faults) -> Iterable[Fault]:
        named = labels(self.scale)
        for language, field, fault in faults:
            part = part_of(field)
            place = f"{name_of(language)} · {part.label} · {named[field]}"
            yield Fault(place, _sentence(fault), f"{self._url(language, part)}#id_{field}")

    def _preview(self) -> str:
        """Return where the part is looked at; the survey page is another application's."""
        is_ours = self.part.is_letter or self.part.is_text
        name = "admin:surveys_surveyversion_letter" if is_ours else "survey-preview-part"
        chosen = urlencode({"language": self.language, "part": self.part})
        return f"{reverse(name, args=[self.draft.pk])}?{chosen}"

    def _url(self, language: str = "", part: str = "") -> str:
        chosen = {"language": language or self.language, "part": part or self.part}
        return f"{reverse('admin:surveys_surveyversion_change', args=[self.draft.pk])}?{urlencode(chosen)}"


def _sentence(fault: str) -> str:
    """Return what is wrong with a text, for whoever writes it."""
    if fault == services.LINK:
        return _("It needs {link} once.")
    if fault == services.TOO_LONG:
        return too_long()
    return _("Nothing fills in “%(placeholder)s”.") % {"placeholder": fault} if fault else _("Missing.")
