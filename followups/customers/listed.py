"""The list of customers that an address asks for, within the reach of its reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from crm import merges
from crm.models import Contact
from followups.customers import visibility
from followups.customers.forms import CustomerSearchForm, topics
from surveys.audiences import conditions
from surveys.audiences.vocabulary import SegmentVocabulary


@dataclass(frozen=True)
class CustomerList:
    """Who is found by words and conditions; what is not known of these is passed over."""

    form: CustomerSearchForm
    known: SegmentVocabulary
    contacts: QuerySet[Contact]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.form.text or self.form.chosen or self.form.shares_mailbox)


def listed(query: Mapping[str, Any], user: User, now: datetime) -> CustomerList:
    """Return the customers that an address asks for; seven queries, and none for the customers yet."""
    known = SegmentVocabulary.fetch(user, topics=topics())
    form = CustomerSearchForm(query, known=known)
    contacts = visibility.contacts_of(user).filter(conditions.holding(form.chosen, now))
    if form.text:
        contacts = visibility.search(contacts, form.text)
    if form.shares_mailbox:
        contacts = merges.with_twins(contacts)
    return CustomerList(form, known, contacts)
