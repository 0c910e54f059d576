"""The rules of the forms by which people make such rows: a file brings nothing that its form would refuse.

What a model or the database refuses by itself is refused before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms import modelform_factory
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.admin.brand_form import BrandForm
from accounts.models import Brand
from accounts.plaintext import quoted
from followups.compensations.pool_form import CodePoolForm
from followups.models import (
    CodePool,
    EscalationRule,
    Playbook,
    PlaybookStep,
    ReferralProgramme,
    RootCause,
    WorkState,
)
from followups.playbooks.admin import EscalationRuleForm
from followups.playbooks.forms import PlaybookForm, StepOfPlaybookForm
from followups.referrals.programme_form import ReferralProgrammeForm
from followups.vocabulary.forms import RootCauseForm, WorkStateForm
from responses.kiosks.admin import KioskForm
from responses.models import Kiosk, OpenLink
from responses.open_links.admin import OpenLinkForm
from surveys.admin.reviews import ReviewLinkForm
from surveys.audiences.forms import ConditionsForm
from surveys.audiences.vocabulary import SegmentVocabulary
from surveys.forms import AskingPolicyForm, SurveyForm, TriggerForm, WaveForm, WritingHoursForm
from surveys.models import AskingPolicy, CustomerSegment, ReviewLink, Survey, Trigger, Wave, WritingHours


def _field(of_model: Any, **options: Any) -> Any:
    """Return the field of a form as the administration makes it."""
    return of_model.formfield(**options | ({"assume_scheme": "https"} if isinstance(of_model, models.URLField) else {}))


OF_BRANDS = (
    "slug", "name", "sender_name", "sender_address", "reply_to", "base_url", "short_url", "timezone", "opens_at",
    "closes_at",
)  # fmt: skip
FORMS: Mapping[type[models.Model], type[forms.ModelForm[Any]]] = {
    AskingPolicy: AskingPolicyForm,
    Brand: modelform_factory(Brand, form=BrandForm, fields=OF_BRANDS, formfield_callback=_field),
    CodePool: CodePoolForm,
    EscalationRule: EscalationRuleForm,
    Kiosk: modelform_factory(Kiosk, form=KioskForm, formfield_callback=_field),
    OpenLink: modelform_factory(OpenLink, form=OpenLinkForm, formfield_callback=_field),
    Playbook: PlaybookForm,
    PlaybookStep: StepOfPlaybookForm,
    ReferralProgramme: ReferralProgrammeForm,
    ReviewLink: ReviewLinkForm,
    RootCause: RootCauseForm,
    Survey: SurveyForm,
    Trigger: TriggerForm,
    Wave: WaveForm,
    WritingHours: WritingHoursForm,
    WorkState: WorkStateForm,
}
# Of what customers and other systems brought so far they may bring more; a PIN is in no file.
NOT_CHECKED: Mapping[type[models.Model], tuple[str, ...]] = {Trigger: ("touchpoint_kind",), Kiosk: ("secret_pin",)}
# The database refuses a tree that is none, in its own words.
BEFORE_IT_STANDS = (RootCause,)


def check_new(row: models.Model) -> None:
    """Raise ValidationError for what has to be said before a row is saved."""
    if isinstance(row, BEFORE_IT_STANDS):
        _check(row)


def check(row: models.Model) -> None:
    """Raise ValidationError with what the form of a row would refuse, were it sent as the row stands here."""
    if isinstance(row, CustomerSegment):
        _check_segment(row)
    elif not isinstance(row, BEFORE_IT_STANDS):
        _check(row)
    if isinstance(row, Playbook):
        for parts in (row.steps.order_by("position", "pk"), row.escalation_rules.order_by("pk")):
            for number, part in enumerate(parts, start=1):
                _check(part, f"{capfirst(part._meta.verbose_name)} {number} · ")


def _check(row: models.Model, called: str = "") -> None:
    if type(row) not in FORMS:
        return
    kind = FORMS[type(row)]
    form = kind(_as_sent(kind(instance=row)), instance=copy(row))
    for name in NOT_CHECKED.get(type(row), ()):
        del form.fields[name]
    if not form.is_valid():
        raise ValidationError([f"{called}{words}" for words in _words_of(form)])


def _check_segment(segment: CustomerSegment) -> None:
    """Refuse what no segment is of; a region or a product that no customer here has yet chooses nobody yet."""
    form = ConditionsForm(segment.conditions, known=SegmentVocabulary.fetch())
    if unknown := sorted(set(segment.conditions) - set(form.fields)):
        names = ", ".join(quoted(name) for name in unknown)
        raise ValidationError(_("A segment has no conditions of these names: %(names)s.") % {"names": names})
    wrong = [name for name in form.errors if not hasattr(form.fields.get(name), "choices")]
    if wrong:
        raise ValidationError(list(_words_of(form, wrong)))


def _as_sent(form: forms.ModelForm[Any]) -> QueryDict:
    """Return what a browser sends of a form in which nobody has touched anything."""
    sent = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, (list, tuple)):
            sent.setlist(name, [str(one) for one in value])
        elif value is not None and value is not False:
            sent[name] = str(value)
    return sent


def _words_of(form: forms.BaseForm, names: Iterable[str] | None = None) -> Iterator[str]:
    for name in form.errors if names is None else names:
        words = " ".join(str(one) for one in form.errors[name])
        yield words if name == NON_FIELD_ERRORS else f"{form[name].label}: {words}"
