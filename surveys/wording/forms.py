"""Forms in which a wording is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from accounts.plaintext import clean
from delivery.media.sms.segments import MOST_PARTS
from surveys.metrics import SCALES, Scale, Tier
from surveys.models import Survey, SurveyVersion
from surveys.wording import drafts
from surveys.wording.parts import WordingPart, part_named
from surveys.wording.texts import TEXTED, is_too_long, known_placeholders, lacks_its_link, unknown_placeholders

HELP = {
    "question": gettext_lazy("The method fixes this wording; only the brand changes."),
    "email_subject": gettext_lazy("About 45 characters fit a phone."),
    "email_preheader": gettext_lazy("What mail programs show after the subject."),
}


def help_of(field: str, scale: Scale) -> str:
    """Return what is said below a text's label; "" where nothing needs saying."""
    if field in TEXTED:
        said = _("It needs {link} once; {scores} becomes %(scores)s. Empty: our own words.")
        return said % {"scores": scale.ends}
    return str(HELP.get(field, ""))


def labels(scale: Scale) -> dict[str, str]:
    """Return the labels of a wording's texts, with the scores they belong to."""
    bad, middle, good = (
        "–".join(map(str, _ends(scale.scores_of(tier)))) for tier in (Tier.BAD, Tier.MIDDLE, Tier.GOOD)
    )
    return {
        "question": _("Question"),
        "low_label": _("What %(score)s means") % {"score": scale.lowest},
        "high_label": _("What %(score)s means") % {"score": scale.highest},
        "bad_question": _("Question after %(scores)s") % {"scores": bad},
        "middle_question": _("Question after %(scores)s") % {"scores": middle},
        "good_question": _("Question after %(scores)s") % {"scores": good},
        "bad_thanks": _("Thanks after %(scores)s") % {"scores": bad},
        "middle_thanks": _("Thanks after %(scores)s") % {"scores": middle},
        "good_thanks": _("Thanks after %(scores)s") % {"scores": good},
        "email_subject": _("E-mail: subject"),
        "email_preheader": _("E-mail: preview line"),
        "email_greeting": _("E-mail: greeting"),
        "email_body": _("E-mail: text"),
        "email_button": _("E-mail: button"),
        "reminder_subject": _("Reminder: subject"),
        "reminder_body": _("Reminder: text"),
        "thanks_subject": _("Thank-you e-mail: subject"),
        "thanks_body": _("Thank-you e-mail: text"),
        "sms_body": _("Text message: invitation"),
        "sms_reminder": _("Text message: reminder"),
    }


def _ends(scores: Sequence[int]) -> Sequence[int]:
    return scores if len(scores) == 1 else (scores[0], scores[-1])


class PartForm(forms.Form):
    """The texts of one part in one language. Empty ones are allowed until the wording is published.

    `seen` says what stood there when it was shown, so that nobody writes over what somebody else wrote meanwhile.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: QueryDict | None = None, *, version: SurveyVersion, language: str, part: WordingPart, scale: Scale
    ) -> None:
        stands = drafts.written(version, language, part.fields)
        super().__init__(data, initial={**stands, "seen": drafts.fingerprint(stands)})
        self.part = part
        named = labels(scale)
        for field in part.fields:
            self.fields[field] = _text_field(field, named[field], help_of(field, scale), language)

    @property
    def texts(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in self.part.fields}

    @property
    def typed(self) -> dict[str, str]:
        """What is typed, even where it cannot be saved: for looking at."""
        return {field: clean(str(self[field].value() or ""), lines=True) for field in self.part.fields}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field in self.part.fields:
            text = cleaned.get(field) or ""
            if lacks_its_link(field, text):
                self.add_error(field, _("Put {link} in, once: by it customers find the page."))
            if is_too_long(field, text):
                self.add_error(field, too_long())
            if unknown := unknown_placeholders(text, known_placeholders(field)):
                self.add_error(
                    field, _("Nothing fills this in: %(placeholders)s") % {"placeholders": ", ".join(unknown)}
                )
        return cleaned

    def refuse(self, stands: drafts.Texts) -> None:
        """Say what somebody else wrote meanwhile; what is typed stays, and saving again writes over theirs."""
        self.data = {**self.data.dict(), "seen": drafts.fingerprint(stands)}  # type: ignore[attr-defined]
        for field in self.part.fields:
            if stands[field] != self.cleaned_data.get(field):
                said = _("Somebody else wrote here meanwhile: “%(text)s”. Saving again replaces it.")
                self.add_error(field, said % {"text": stands[field]})


def too_long() -> str:
    """Say of a text message that it would not go out."""
    return _("This is too long for a text message: at most %(parts)s parts go out.") % {"parts": MOST_PARTS}


def _text_field(field: str, label: str, help_text: str, language: str) -> forms.CharField:
    rows = 7 if field.endswith("_body") and field not in TEXTED else 3 if field in TEXTED else 2
    language_of = {"lang": language, "dir": spoken.direction(language)}
    return PlainField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows, **language_of, "data-text": ""}),
    )


@dataclass(frozen=True)
class PartLook:
    """A part of a wording in one language, as it is looked at beside its form."""

    version: SurveyVersion
    language: str
    part: WordingPart


def look(version: SurveyVersion, request: HttpRequest) -> PartLook:
    """Return what the address names, with what is typed in the form that was sent along, saved or not."""
    asked = request.GET.get("language", "")
    language = asked if asked in spoken.codes() else version.survey.default_language
    part = part_named(request.GET.get("part", ""))
    if request.method == "POST":
        scale = SCALES[version.survey.metric]
        typed = PartForm(request.POST, version=version, language=language, part=part, scale=scale).typed
        version = drafts.as_typed(version, language, typed)
    return PartLook(version, language, part)


class VersionNoteForm(forms.ModelForm[SurveyVersion]):
    """What is new in a wording, for who reads the list of its versions."""

    note = PlainField(max_length=200, required=False)

    class Meta:
        model = SurveyVersion
        fields = ["note"]


class SourceForm(forms.Form):
    """From which other wording of the same metric texts are taken."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Survey"), queryset=SurveyVersion.objects.none(), empty_label=gettext_lazy("Choose one")
    )
    replaces = forms.ChoiceField(
        label=gettext_lazy("What it fills"),
        choices=[
            ("", gettext_lazy("only texts that are empty here")),
            ("1", gettext_lazy("all texts: those written here are replaced")),
        ],
        required=False,
    )
    asks = forms.BooleanField(label=gettext_lazy("Its further questions too"), required=False)

    def __init__(self, *args: Any, version: SurveyVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Survey.objects.in_use().filter(metric=version.survey.metric).exclude(pk=version.survey_id)
        newest = SurveyVersion.objects.filter(survey__in=others)
        newest = newest.order_by("survey_id", "-number").distinct("survey_id")
        field = self.fields["source"]
        field.queryset = SurveyVersion.objects.filter(pk__in=newest.values("pk")).select_related("survey")  # type: ignore[attr-defined]
