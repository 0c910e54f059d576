"""Quick entry of sheets of paper: each row is an answer of its own as soon as it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.form_fields import PlainField
from accounts.media import Mode
from accounts.models import User
from accounts.plaintext import clean
from crm.models import Contact
from followups.calls import sheet
from followups.calls.spoken_ask import surveys_to_ask
from followups.taken_down import TakenDownForm
from responses import staff_entry
from responses.further_answers import LONGEST_WORDS, Given
from responses.models import StaffEntry
from responses.page import offers
from responses.page.forms import LONGEST_COMMENT, PREFIX
from responses.staff_entry import SpokenAnswer
from surveys.judging import by_hand
from surveys.metrics import SCALES, Scale
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.wording import texts
from surveys.wording.further import FurtherQuestion

# Of a batch so many rows are shown, the latest first.
SHOWN = 30
# What stays for the next sheet.
COMMON = ("survey", "batch", "day", "language")


class PaperForm(TakenDownForm):
    """One sheet, among those of a batch; what all of them have in common stays for the next."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    survey = forms.ChoiceField(label=_("Survey"))
    batch = PlainField(
        label=_("Batch"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Such as “Fair in Kaunas, May”: by it you find these sheets again."),
        error_messages={"required": _("Give the batch a name.")},
    )
    day = forms.DateField(
        label=_("Filled in on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today if left empty."),
    )
    language = forms.ChoiceField(label=_("Language of the sheets"), required=False)
    score = forms.CharField(
        label=_("Score"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 3, "autofocus": True}),
    )
    reasons = PlainField(
        label=_("Numbers of reasons"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    comment = PlainField(
        label=_("In the customer's words"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = PlainField(
        label=_("Customer"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("An e-mail, a phone or an external ID, where one stands on the sheet."),
    )

    def __init__(self, by: User, surveys: list[Survey], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by, self.surveys = by, {str(survey.pk): survey for survey in surveys}
        cast(forms.ChoiceField, self.fields["survey"]).choices = [(pk, one.name) for pk, one in self.surveys.items()]
        self.initial.setdefault("key", str(uuid4()))
        versions = SurveyVersion.objects.select_related("survey__brand")
        self.version = versions.drawn_of(self.chosen_survey.pk, self.data.get("version", ""))
        offered = texts.offered(self.version) if self.version else []
        own, names = self.chosen_survey.default_language, spoken.names()
        codes = sorted(offered or [own], key=lambda code: code != own)
        cast(forms.ChoiceField, self.fields["language"]).choices = [(code, names.get(code, code)) for code in codes]
        self.printed_in = next((code for code in (str(self["language"].value()), own) if code in codes), codes[0])
        self.initial["language"] = self.printed_in
        self.questions = sheet.questions(self.version.further if self.version else (), self.printed_in)
        for question in self.questions:
            self.fields[PREFIX + question.key] = self._field(question)

    def _field(self, question: FurtherQuestion) -> PlainField:
        brand = self.chosen_survey.brand.name
        return PlainField(
            label=sheet.title(question, self.scale, brand),
            required=False,
            max_length=LONGEST_WORDS,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            help_text=sheet.key(question, brand),
        )

    @property
    def scale(self) -> Scale:
        return SCALES[self.chosen_survey.metric]

    def further(self) -> Iterator[forms.BoundField]:
        """Yield the fields of the further questions."""
        yield from (self[PREFIX + question.key] for question in self.questions)

    @property
    def chosen_survey(self) -> Survey:
        """The survey that is chosen, else the first: by it the scale and the reasons are known."""
        return self.surveys.get(str(self["survey"].value()), next(iter(self.surveys.values())))

    @property
    def topics(self) -> offers.Offer:
        return offers.offered(self.printed_in)

    def clean_key(self) -> str:
        try:
            return str(UUID(self.cleaned_data["key"]))
        except ValueError:
            return str(uuid4())

    def clean_score(self) -> int:
        typed: str = self.cleaned_data["score"].strip()
        scale = self.scale
        if typed.isascii() and typed.isdigit() and len(typed) <= 2 and int(typed) in scale.scores:
            return int(typed)
        raise forms.ValidationError(_("A number on the scale: %(ends)s.") % {"ends": f"{scale.lowest}–{scale.highest}"})

    def clean_reasons(self) -> list[int]:
        """Return the ids of the topics that are meant by their numbers on the sheet."""
        topics = [pk for pk, _name in self.topics]
        found = []
        for typed in self.cleaned_data["reasons"].replace(",", " ").split():
            if not (typed.isascii() and typed.isdigit() and len(typed) <= 2 and 1 <= int(typed) <= len(topics)):
                raise forms.ValidationError(_("Numbers of the list below, such as 1 4."))
            found.append(topics[int(typed) - 1])
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.given = list(self._given(cleaned))
        return cleaned

    def _given(self, cleaned: dict[str, Any]) -> Iterator[Given]:
        score = cleaned.get("score")
        for question in self.questions:
            typed = cleaned.get(PREFIX + question.key)
            said = sheet.read(question, typed) if typed else None
            if said and score is not None and not question.is_asked_of(self.scale.tier_of(score)):
                self.add_error(PREFIX + question.key, _("This is asked after other scores: leave it empty."))
            elif said:
                yield said
            elif typed:
                self.add_error(PREFIX + question.key, _("Type it as it is said below."))

    def take(self, now: datetime) -> None:
        """Record the answer of a valid form. Raises OwnDeal, AlreadyAnswered."""
        said = self.cleaned_data
        if self.version is None:
            return
        ask = ask_of(said["contact"], self.chosen_survey, self.version, self.by, now)
        at = self.told_at(now)
        answer = SpokenAnswer(
            key=said["key"], mode=Mode.PAPER, score=said["score"], language=self.printed_in, said_at=at,
            comment=said["comment"], topic_ids=said["reasons"], is_unasked=True, batch=said["batch"],
            further=self.given,
        )  # fmt: skip
        staff_entry.take(ask, answer, by=self.by, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def type_paper_in(request: HttpRequest) -> HttpResponse:
    user, surveys = cast(User, request.user), surveys_to_ask()
    if not surveys:
        return render(request, "followups/calls/paper.html", {})
    kept = {name: request.GET.get(name, "") for name in COMMON}
    if "show" in request.POST:
        return _next_sheet(request)
    form = PaperForm(user, surveys, request.POST or None, initial=kept)
    if form.is_valid():
        try:
            form.take(clock.now())
        except staff_entry.OwnDeal:
            form.add_error("contact", gettext("This is about a deal of yours: a colleague writes it down."))
        except staff_entry.SentBefore:
            form.was_sent_before()
        except staff_entry.AlreadyAnswered:
            said = gettext("An answer to this was written down or given before: that answer stands.")
            form.add_error("contact", said)
        else:
            messages.success(request, gettext("The sheet is written down. The next one:"))
            return _next_sheet(request)
    batch = clean(str(form["batch"].value() or ""))
    rows = StaffEntry.objects.filter(batch=batch, by=user) if batch else StaffEntry.objects.none()
    rows = rows.select_related("response__contact").order_by("-pk")
    context = {
        "form": form,
        "rows": rows[:SHOWN],
        "count": rows.count(),
        "topics": list(sheet.reasons(form.printed_in)),
    }
    return render(request, "followups/calls/paper.html", context)


def _next_sheet(request: HttpRequest) -> HttpResponse:
    """Lead to an empty sheet, with what all of them have in common."""
    return redirect(f"{reverse('paper')}?{urlencode({name: request.POST.get(name, '') for name in COMMON})}")


def ask_of(contact: Contact | None, survey: Survey, version: SurveyVersion, by: User, now: datetime) -> Invitation:
    """Return the unsaved ask that an answer is to: of a contact, or of whoever filled in a sheet."""
    if contact:
        return by_hand.draft(contact, survey, version, now=now)
    ask = Invitation(survey=survey, version=version, kind=survey.kind, metric=survey.metric, brand=survey.brand)
    ask.language, ask.team = survey.default_language, by.team
    return ask
