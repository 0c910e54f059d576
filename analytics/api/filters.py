from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from accounts.media import OF_ANSWERS
from accounts.models import ClientKey
from accounts.sources import SAMPLE
from analytics.explorer.answers import by_words
from analytics.explorer.changes import Horizon, Mark, StaleMark
from analytics.explorer.forms import LONGEST_SEARCH
from analytics.models import AnswerChange
from crm import samples
from crm.api.filters import MomentFilter, MomentFormField, YesNoFilter
from followups.models import Followup, RootCause
from responses.models import Response, ResponseTopic
from responses.models.response import ResponseQuerySet
from responses.word_access import WordAccess
from surveys.metrics import Category, Metric
from surveys.models import Origin, Survey

# Tests are told nobody.
TOLD_ORIGINS = [(value, label) for value, label in Origin.choices if value != Origin.TEST.value]


class SinceFormField(MomentFormField):
    """A mark of an earlier answer, or a moment."""

    def clean(self, value: Any) -> Any:
        return Mark.read(forms.CharField.clean(self, value) or "") or super().clean(value)


class SinceFilter(MomentFilter):
    field_class = SinceFormField

    def filter(self, answers: ResponseQuerySet, since: Any) -> ResponseQuerySet:
        if not since:
            return answers
        changes = self._since_mark(since) if isinstance(since, Mark) else AnswerChange.objects.filter(at__gte=since)
        return answers.filter(pk__in=changes.values("answer_id"))

    def _since_mark(self, mark: Mark) -> QuerySet[AnswerChange]:
        try:
            return Horizon.now().since(mark)
        except StaleMark:
            why = _("This mark is of another database. Read everything anew, without updated_since.")
            raise ValidationError({"updated_since": why}) from None


class ScoreFilter(django_filters.NumberFilter):  # type: ignore[misc]
    """Half a score would be taken for the whole one below it."""

    field_class = forms.IntegerField


class AnswerFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of the list of answers, by the names of the API."""

    # Who may not read whose answer it is may not find it by that either.
    PERSONAL = ("contact", "company", "deal", "manager", "q")

    updated_since = SinceFilter(
        help_text="“as_of” of the last walk, which misses nothing; or a moment: changed then or later."
    )
    answered_since = MomentFilter(field_name="answered_at", lookup_expr="gte", help_text="At this moment or later.")
    answered_before = MomentFilter(field_name="answered_at", lookup_expr="lt", help_text="Before this moment.")
    metric = django_filters.ChoiceFilter(choices=Metric.choices)
    category = django_filters.ChoiceFilter(choices=Category.choices)
    score_from = ScoreFilter(field_name="counted_score", lookup_expr="gte", min_value=0, max_value=10)
    score_to = ScoreFilter(field_name="counted_score", lookup_expr="lte", min_value=0, max_value=10)
    is_counted = YesNoFilter(field_name="is_provisional", exclude=True)
    survey = django_filters.CharFilter(field_name="survey__name")
    kind = django_filters.ChoiceFilter(choices=Survey.Kind.choices)
    touchpoint = django_filters.CharFilter(field_name="touchpoint_kind")
    origin = django_filters.ChoiceFilter(choices=TOLD_ORIGINS)
    language = django_filters.CharFilter()
    medium = django_filters.ChoiceFilter(choices=OF_ANSWERS)
    team = django_filters.CharFilter(field_name="team__name")
    brand = django_filters.CharFilter(field_name="brand__slug")
    product = django_filters.CharFilter(field_name="product__external_id", help_text="External ID of the product.")
    channel = django_filters.CharFilter(field_name="channel__external_id", help_text="External ID of the channel.")
    campaign = django_filters.CharFilter()
    region = django_filters.CharFilter(field_name="profile__region")
    size = django_filters.CharFilter(field_name="profile__size_band")
    industry = django_filters.CharFilter(field_name="profile__industry")
    topic = django_filters.CharFilter(method="by_topic", help_text="Slug of the topic.")
    followup = django_filters.ChoiceFilter(field_name="followup__status", choices=Followup.Status.choices)
    root_cause = django_filters.ModelChoiceFilter(
        queryset=RootCause.objects.all(),
        to_field_name="slug",
        field_name="followup__root_cause",
        method="by_root_cause",
        help_text="Slug of the root cause; those below it in the tree are found too.",
    )
    contact = django_filters.CharFilter(field_name="contact__external_id", help_text="External ID of the contact.")
    company = django_filters.CharFilter(field_name="company__external_id", help_text="External ID of the company.")
    deal = django_filters.CharFilter(
        field_name="invitation__touchpoint__deal__external_id", help_text="External ID of the deal."
    )
    manager = django_filters.CharFilter(field_name="manager__email", help_text="The manager's email.")
    q = django_filters.CharFilter(
        method="by_words", max_length=LONGEST_SEARCH, help_text="Words in comments, in any of their forms."
    )

    class Meta:
        model = Response
        fields: tuple[str, ...] = ()

    def by_topic(self, answers: ResponseQuerySet, _name: str, slug: str) -> ResponseQuerySet:
        return answers.filter(Exists(ResponseTopic.objects.filter(response=OuterRef("pk"), topic__slug=slug)))

    def by_root_cause(self, answers: ResponseQuerySet, _name: str, cause: RootCause) -> ResponseQuerySet:
        return answers.filter(followup__root_cause__in=RootCause.objects.under(cause.slug).values("slug"))

    def by_words(self, answers: ResponseQuerySet, _name: str, words: str) -> ResponseQuerySet:
        return by_words(answers, words, words_for(self.request.auth))


def words_for(key: ClientKey) -> WordAccess:
    """Return which words of answers a client may read."""
    return WordAccess.of_program(reads_hidden=key.allows(ClientKey.Scope.HIDDEN_WORDS))


def in_reach(key: ClientKey) -> ResponseQuerySet:
    """Return the answers that a client may read; tests and those of invented customers are told nobody."""
    answers: ResponseQuerySet = Response.objects.exclude(origin=Origin.TEST)
    if key.allows(ClientKey.Scope.ALL_ANSWERS):
        return answers.exclude(contact__source=SAMPLE) if samples.are_there() else answers
    return answers.filter(contact__source=key.source)
