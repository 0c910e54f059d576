from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.form_fields import PlainField
from accounts.pickers import narrowed
from crm.models import Product
from followups.models import Playbook, PlaybookStep, ReplyTemplate
from followups.playbooks.rules import UNSAVED, PlaybookRule, Playbooks
from responses.models import Topic
from surveys.forms import offer_surveys_in_use
from surveys.metrics import SCALES, Tier
from surveys.models import CustomerSegment

# What no letter has that nobody answered by.
OF_ANSWERS = (
    "category", "lowest_score", "highest_score", "topics", "needs_comment", "ask_again_days", "sends_thanks",
)  # fmt: skip


def texts_of(name: str) -> list[tuple[str, str]]:
    """Return the field of a text in each language, by the language's code."""
    return [(code, f"{name}_{code}") for code, _language in settings.LANGUAGES]


def said_in(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a text by language, as it was typed, without those left empty."""
    texts = {code: cleaned[field].strip() for code, field in texts_of(name)}
    return {code: text for code, text in texts.items() if text}


def _name_the_empty(field: forms.Field, words: Promise) -> None:
    """Call the choice of nothing by what it means."""
    choices = [(value, words if value == "" else label) for value, label in field.choices]  # type: ignore[attr-defined]
    field.choices = choices  # type: ignore[attr-defined]


class StepOfPlaybookForm(forms.ModelForm[PlaybookStep]):
    """Edits the words of a step as one text per language, and proposes a reply template by its name."""

    class Meta:
        model = PlaybookStep
        fields = ["position", "action", "after_hours", "counts_from", "whose", "template", "pool"]
        help_texts: ClassVar = {"pool": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, field in texts_of("words"):
            self.initial.setdefault(field, self.instance.texts.get(code, ""))
        self.fields["pool"].empty_label = _("none")  # type: ignore[attr-defined]
        templates = ReplyTemplate.objects.filter(is_active=True).order_by("name")
        names = dict.fromkeys([*templates.values_list("name", flat=True), *filter(None, [self.instance.template])])
        self.fields["template"].widget = forms.Select(choices=[("", _("none")), *((name, name) for name in names)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        template = cleaned.get("template")
        if template and cleaned.get("action") != PlaybookStep.Action.LETTER:
            self.add_error("template", _("Only a letter begins with a template."))
        elif template and not ReplyTemplate.objects.filter(name=template, is_active=True).exists():
            self.add_error("template", _("There is no reply template of this name."))
        self._check_pool(cleaned)
        return cleaned

    def _check_pool(self, cleaned: Mapping[str, Any]) -> None:
        makes_offer, pool = cleaned.get("action") == PlaybookStep.Action.OFFER, cleaned.get("pool")
        if pool and not makes_offer:
            self.add_error("pool", _("Only an offer has a code pool."))
        elif makes_offer and not pool and "pool" not in self.errors:
            self.add_error("pool", _("Choose the pool that the code of the offer is taken from."))

    def save(self, commit: bool = True) -> PlaybookStep:
        self.instance.texts = said_in(self.cleaned_data, "words")
        return super().save(commit)


class PlaybookForm(forms.ModelForm[Playbook]):
    """Edits the instructions, and what to say on the phone, as one text per language."""

    PER_LANGUAGE = ("instructions", "script")

    is_active = forms.BooleanField(label=_("switched on"), required=False, initial=True)
    products = narrowed(Product, _("Only these products"), _("any product"))
    topics = narrowed(Topic, _("Only where one of these topics is named"), _("any topic or none"), order="position")

    class Meta:
        model = Playbook
        labels: ClassVar = {"metric": _("Only for the metric")}
        fields = [
            "name",
            "position",
            "survey",
            "metric",
            "category",
            "lowest_score",
            "highest_score",
            "products",
            "min_amount",
            "max_amount",
            "topics",
            "segment",
            "is_active",
            "takes_letters",
            "creates_followup",
            "needs_comment",
            "assign",
            "person",
            "priority",
            "draws_lots",
            "sends_thanks",
            "first_contact_hours",
            "resolve_hours",
            "wait_days",
            "ask_again_days",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = CustomerSegment.objects.filter(Q(is_shared=True) | Q(pk=self.instance.segment_id))
        self.fields["segment"].queryset = shared.order_by("name", "pk")  # type: ignore[attr-defined]
        offer_surveys_in_use(self)
        for name, anything in (("survey", _("any survey")), ("segment", _("everybody")), ("person", _("nobody"))):
            if name in self.fields:
                self.fields[name].empty_label = anything  # type: ignore[attr-defined]
        for name, anything in (("metric", _("any metric")), ("category", _("any answer"))):
            _name_the_empty(self.fields[name], anything)
        for name in self.PER_LANGUAGE:
            for code, field in texts_of(name):
                self.initial.setdefault(field, getattr(self.instance, name).get(code, ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("assign") == Playbook.Assign.PERSON and not cleaned.get("person"):
            self.add_error("person", _("Choose the person that the work goes to."))
        if not self.errors:
            self._check_conditions(self.rule())
        return cleaned

    def rule(self) -> PlaybookRule:
        """Return the playbook as it stands in the form, whose fields are valid, with its conditions; unsaved."""
        cleaned = self.cleaned_data
        columns = {field.name: cleaned[field.name] for field in Playbook._meta.fields if field.name in cleaned}
        playbook = Playbook(pk=self.instance.pk or UNSAVED, **columns)
        keys = {name: [row.pk for row in cleaned[name]] for name in ("products", "topics")}
        return PlaybookRule.of_unsaved(playbook, **keys)

    def _check_conditions(self, rule: PlaybookRule) -> None:
        """Refuse what no answer can be, and what another playbook is for already."""
        playbook, scores = rule.playbook, rule.conditions.marks
        if playbook.takes_letters and self._refuse_what_letters_lack():
            return
        if playbook.min_amount is not None and rule.conditions.lowest > rule.conditions.highest:
            self.add_error("max_amount", _("No amount is as large as the smallest and as small as the largest."))
        if self._asks_scores() and len({metric for metric, _score in scores}) > 1:
            self.add_error("metric", _("Say for which metric the scores are: a 5 is little of 10 and all of 5."))
        elif not scores:
            self._refuse_scores()
        if playbook.ask_again_days and any(SCALES[metric].tier_of(score) is Tier.GOOD for metric, score in scores):
            self.add_error("ask_again_days", _("Content customers are not asked again after a follow-up."))
        if playbook.needs_comment and any(SCALES[metric].tier_of(score) is not Tier.GOOD for metric, score in scores):
            self.add_error("needs_comment", _("Only content customers may go without: a bad score is work by itself."))
        if playbook.is_active and not self.errors and (same := self._same_as(rule)):
            self.add_error(None, _("“%(name)s” is for exactly the same answers.") % {"name": same})

    def _refuse_what_letters_lack(self) -> bool:
        """Refuse what only an answer has, and return whether anything was refused."""
        asked = [name for name in OF_ANSWERS if self[name].data]
        for name in asked:
            self.add_error(name, _("A letter without a score has no topics and no comment."))
        return bool(asked)

    def _asks_scores(self) -> bool:
        return not {self.cleaned_data["lowest_score"], self.cleaned_data["highest_score"]} <= {None}

    def _refuse_scores(self) -> None:
        if self._asks_scores():
            self.add_error("highest_score", _("No score of such answers is in this range."))
        else:
            self.add_error("category", _("No answer is of all that: survey, metric and category do not fit together."))

    def _same_as(self, rule: PlaybookRule) -> Playbook | None:
        others = (other for other in Playbooks.active().rules if other.playbook.pk != self.instance.pk)
        return next((other.playbook for other in others if other.conditions == rule.conditions), None)

    def save(self, commit: bool = True) -> Playbook:
        for name in self.PER_LANGUAGE:
            setattr(self.instance, name, said_in(self.cleaned_data, name))
        return super().save(commit)


for _code, _language in settings.LANGUAGES:
    for _name in PlaybookForm.PER_LANGUAGE:
        PlaybookForm.declared_fields[f"{_name}_{_code}"] = PlainField(
            label=_language, required=False, widget=forms.Textarea(attrs={"rows": 4, "cols": 80, "lang": _code})
        )
    StepOfPlaybookForm.declared_fields[f"words_{_code}"] = PlainField(
        label=_language, required=False, max_length=300, widget=forms.TextInput(attrs={"lang": _code, "size": 80})
    )
