"""The facts of deals and touchpoints as other systems tell them: one field for each that is not worked out here."""

from typing import Any

from django.db import models

from crm import parsers
from crm.models import Deal, Facts
from crm.records.fields import Field, amount, reference, text_of, words

ABOUT = {
    "manager": "The employee who owned it: external ID or e-mail address.",
    "brand": "The code of the brand that the customer dealt with.",
    "amount": "Rounded to cents.",
    "currency": "ISO 4217, such as EUR.",
}


def _field(fact: "models.Field[Any, Any]") -> Field:
    about = ABOUT.get(fact.name, "")
    if isinstance(fact, models.ForeignKey):
        return reference(about=about or f"External ID of the {fact.name}.")
    if isinstance(fact, models.DecimalField):
        return amount(about=about)
    if fact.name == "currency":
        return words(parsers.currency, about=about)
    return text_of(Deal, fact.name, about=about)


TOLD: dict[str, Field] = {fact.name: _field(fact) for fact in Facts._meta.local_fields if fact.name in Facts.TOLD}
