"""Whatever is said of a consent is written down with where we have it from, by whichever way it comes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import clock
from crm import merges
from crm.models import Consent, ConsentChange, Contact
from crm.services import take_over
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def contact():
    return ContactFactory(source="shop", external_id="1", email="ona@shop.example")


def history(contact):
    return list(contact.consent_changes.order_by("pk").values_list("medium", "status", "origin"))


def sync(status):
    take_over(Contact, [{"external_id": "1", "consent": {"email": status}}], source="shop", origin="order form")


def test_every_word_is_kept_with_its_evidence_and_a_repeat_is_none(contact):
    for status in ("soft_opt_in", "given", "given", "objected"):
        sync(status)

    assert history(contact) == [("email", status, "order form") for status in ("soft_opt_in", "given", "objected")]
    change = contact.consent_changes.last()
    assert change.said_at == contact.consents.get().changed_at


def test_what_is_taken_out_leaves_its_trace(contact):
    said = Consent.objects.create(contact=contact, medium="sms", use="marketing", status="given", origin="by phone")
    said.delete()

    assert history(contact) == [("sms", "given", "by phone"), ("sms", "", "")]
    assert list(contact.consent_changes.values_list("use", flat=True)) == ["marketing"] * 2


def test_every_part_of_a_word_that_changes_is_kept(contact):
    said = Consent.objects.create(contact=contact, medium="sms", status="given", origin="Form", evidence="Version 1")
    said.save()
    for name, value in (("evidence", "Version 2"), ("use", "marketing"), ("origin", "Shop"), ("medium", "viber")):
        setattr(said, name, value)
        said.save()

    kept = contact.consent_changes.order_by("pk").values_list("medium", "use", "origin", "evidence")
    assert list(kept) == [
        ("sms", "surveys", "Form", "Version 1"),
        ("sms", "surveys", "Form", "Version 2"),
        ("sms", "marketing", "Form", "Version 2"),
        ("sms", "marketing", "Shop", "Version 2"),
        ("viber", "marketing", "Shop", "Version 2"),
    ]


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_history_is_only_added_to(contact, deed):
    Consent.objects.create(contact=contact, medium="email", status="objected")
    rows = ConsentChange.objects.all()

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        rows.update(status="given") if deed == "update" else rows.delete()


def test_it_goes_with_its_contact(contact):
    other = ContactFactory()
    for one in (contact, other):
        Consent.objects.create(contact=one, medium="email", status="given")

    contact.delete()

    assert list(ConsentChange.objects.values_list("contact", flat=True)) == [other.pk]


def test_a_merge_is_written_down_for_the_survivor_and_leaves_the_other_history_alone(contact):
    other = ContactFactory(email="ona@shop.example")
    Consent.objects.create(contact=contact, medium="email", status="given", changed_at=NOW - timedelta(days=2))
    Consent.objects.create(contact=other, medium="email", status="objected", origin="a call", changed_at=NOW)

    merges.undo(merges.merge(contact, other))

    assert history(contact) == [("email", "given", ""), ("email", "objected", "a call"), ("email", "given", "")]
    assert history(other) == [("email", "objected", "a call")]


def test_staff_see_the_history_and_their_own_word_names_them(client, administrator, contact):
    sync("given")
    client.force_login(administrator)
    page = reverse("admin:crm_contact_change", args=[contact.pk])
    form = {
        "first_name": "", "last_name": "", "email": contact.email, "consents-TOTAL_FORMS": 2,
        "addresses-TOTAL_FORMS": 0, "addresses-INITIAL_FORMS": 0, "consent_changes-TOTAL_FORMS": 0,
        "consent_changes-INITIAL_FORMS": 0,
        "consents-INITIAL_FORMS": 1, "consents-0-id": contact.consents.get().pk, "consents-0-contact": contact.pk,
        "consents-0-medium": "email", "consents-0-use": "surveys", "consents-0-status": "given",
        "consents-0-origin": "order form",
        "consents-1-contact": contact.pk, "consents-1-medium": "sms", "consents-1-status": "objected",
        "consents-1-use": "marketing",
    }  # fmt: skip

    client.post(page, form)

    told = "Entered by Ada Administrator."
    assert history(contact)[-1] == ("sms", "objected", told)
    assert contact.consent_changes.last().use == "marketing"
    assert "order form" in client.get(page).content.decode()

    own = contact.consents.get(use="marketing").pk
    form |= {
        "consents-INITIAL_FORMS": 2,
        "consents-1-id": own,
        "consents-1-origin": told,
        "consents-0-status": "objected",
    }
    client.post(page, form)

    # The order form did not say no.
    assert history(contact)[-1] == ("email", "objected", told)


def test_in_admin_a_yes_to_offers_is_not_taken_without_its_proof(client, administrator, contact):
    client.force_login(administrator)
    page = reverse("admin:crm_contact_change", args=[contact.pk])
    form = {
        "first_name": "", "last_name": "", "email": contact.email, "consents-TOTAL_FORMS": 1,
        "consents-INITIAL_FORMS": 0, "addresses-TOTAL_FORMS": 0, "addresses-INITIAL_FORMS": 0,
        "consent_changes-TOTAL_FORMS": 0, "consent_changes-INITIAL_FORMS": 0, "consents-0-contact": contact.pk,
        "consents-0-medium": "email", "consents-0-use": "marketing", "consents-0-status": "given",
    }  # fmt: skip

    assert "Say what proves it" in client.post(page, form).content.decode()
    assert history(contact) == []

    client.post(page, form | {"consents-0-evidence": "Order form, version 3"})
    assert contact.consents.get().evidence == "Order form, version 3"
