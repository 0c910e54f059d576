"""Conditions as they stand in an address or on a segment: read, checked and said in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.customerlanguages import spoken
from crm.models import LatestScore, Profile
from surveys.audiences.vocabulary import Choices, SegmentVocabulary
from surveys.metrics import SCALES, Metric, categories_by_metric

ALL = ("", _("All"))
# Said in place of a category: of those who have answered nothing; in place of a state: of all open work.
NEVER, OPEN = "never", "open"
LONGEST = 3650
Work, Trend = LatestScore.Work, LatestScore.Trend

WORK = [
    ALL,
    (OPEN, _("open")),
    (Work.NOT_REACHED.value, Work.NOT_REACHED.label),
    (Work.REACHED.value, Work.REACHED.label),
    (Work.CLOSED.value, Work.CLOSED.label),
    (Work.NONE.value, Work.NONE.label),
]
HIGHEST = max(scale.highest for scale in SCALES.values())


def _choice(label: Any, choices: Choices | Callable[[], Choices] | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices or [ALL], required=False)


def _key(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)


def _number(label: Any, highest: int, *, lowest: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=lowest, max_value=highest)


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=14, decimal_places=2)


class ConditionsForm(forms.Form):
    """Everything is optional; what is chosen must all hold of one customer, and of one of their latest scores."""

    # What is chosen first; everything else stands behind “more”.
    IN_SIGHT = ("answered", "work", "product", "topic")

    answered = _choice(_("Last answer"))
    work = _choice(_("Follow-up"), WORK)
    product = _key(_("Product"))
    topic = _choice(_("Names the topic"))
    metric = _choice(_("Metric"))
    score_from = _number(_("Score from"), HIGHEST)
    score_to = _number(_("Score up to"), HIGHEST)
    trend = _choice(_("Score"), [ALL, *Trend.choices])
    channel = _key(_("Channel"))
    region = _choice(_("Region"))
    size = _choice(_("Size"))
    industry = _choice(_("Industry"))
    language = _choice(_("Language"), lambda: [ALL, *spoken.names().items()])
    tenure = _choice(_("Customer for"), [ALL, *Profile.Tenure.choices])
    lifecycle = _choice(_("Lifecycle"))
    manager = _key(_("Manager"))
    team = _key(_("Team"))
    value_from = _amount(_("Bought in 12 months for at least"))
    value_to = _amount(_("Bought in 12 months for at most"))
    silent_days = _number(_("No answer for so many days"), LONGEST, lowest=1)
    unasked_days = _number(_("Not asked for so many days"), LONGEST, lowest=1)

    def __init__(self, data: Mapping[str, Any] | None = None, *, known: SegmentVocabulary, **options: Any) -> None:
        super().__init__(data, **options)
        self.first_metric = next(iter(known.metrics), Metric.NPS.value)
        categories = categories_by_metric(known.metrics)
        self._offer("answered", [*categories, (NEVER, _("No answer yet"))])
        self._offer("metric", [(name, Metric(name).label) for name in known.metrics])
        for name, choices in _offered(known).items():
            self._offer(name, choices)
        if known.topics is None:
            self.fields["topic"] = forms.SlugField(label=_("Names the topic"), required=False, max_length=40)
        else:
            self._offer("topic", known.topics)

    @property
    def in_sight(self) -> list[forms.BoundField]:
        return [self[name] for name in self.IN_SIGHT if self._is_a_choice(name)]

    @property
    def finer(self) -> list[forms.BoundField]:
        """What stands behind “more”; what there is nothing to choose of is left out."""
        names = [name for name in ConditionsForm.base_fields if name not in self.IN_SIGHT]
        return [self[name] for name in names if self._is_a_choice(name)]

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen and known, by the name of its field; what is not known is passed over."""
        self.is_valid()
        named = ((name, self.cleaned_data.get(name)) for name in ConditionsForm.base_fields)
        return {name: value for name, value in named if value not in ("", None)}

    @property
    def kept(self) -> dict[str, str]:
        """What is chosen, as it is kept on a segment and stands in an address."""
        return {name: str(value) for name, value in self.chosen.items()}

    @property
    def is_finer(self) -> bool:
        """Whether anything behind “more” is chosen."""
        return bool(set(self.chosen) - set(self.IN_SIGHT))

    @property
    def in_words(self) -> list[str]:
        """Every condition, such as “Product: GTX Pro”, in the order of the form."""
        return [
            _("%(what)s: %(value)s") % {"what": self.fields[name].label, "value": self._named(name, value)}
            for name, value in self.chosen.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for low, high in (("score_from", "score_to"), ("value_from", "value_to")):
            if None not in (cleaned.get(low), cleaned.get(high)) and cleaned[low] > cleaned[high]:
                self.add_error(high, _("This is less than the lowest one."))
        if self.first_metric != Metric.NPS and self._ranges_over_any(cleaned):
            cleaned["metric"] = self.first_metric
        return cleaned

    @staticmethod
    def _ranges_over_any(cleaned: dict[str, Any]) -> bool:
        """Say whether scores are asked for that are of no metric: they are of the NPS, where one is asked."""
        is_ranged = any(cleaned.get(name) is not None for name in ("score_from", "score_to"))
        return is_ranged and not cleaned.get("metric") and not cleaned.get("answered")

    def _named(self, name: str, value: Any) -> Any:
        """Return what a value is called where it was chosen, else the value."""
        for key, label in _flat(getattr(self.fields[name], "choices", ())):
            if str(key) == str(value):
                return label
        return value

    def _is_a_choice(self, name: str) -> bool:
        """Say whether there are two things to choose from, “all” not counted, or something chosen already."""
        choices = getattr(self.fields[name], "choices", None)
        return choices is None or len(list(choices)) > (2 if name == "metric" else 1)

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = [ALL, *choices]  # type: ignore[attr-defined]


def _offered(known: SegmentVocabulary) -> dict[str, Choices]:
    return {
        "product": known.products,
        "channel": known.channels,
        "team": known.teams,
        "manager": known.managers,
        "region": known.regions,
        "industry": known.industries,
        "size": known.sizes,
        "lifecycle": known.lifecycles,
    }


def _flat(choices: Any) -> Choices:
    """Return choices without their groups."""
    found: Choices = []
    for key, label in choices:
        found += label if isinstance(label, list | tuple) else [(key, label)]
    return found
