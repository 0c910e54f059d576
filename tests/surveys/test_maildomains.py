import re

import pytest
from django.urls import reverse

from accounts import clock
from accounts.customerlanguages import spoken
from surveys.letters import mail_domains
from surveys.models import MailDomain, Sighting
from surveys.wording.texts import STANDARD
from tests.factories import ContactFactory, InvitationFactory
from tests.surveys.test_letters import Links, composed, invitation, message

pytestmark = pytest.mark.django_db


def sighting(asked=None, kind="burst"):
    return Sighting(invitation=asked or InvitationFactory(), kind=kind, at=clock.now(), network="198.51.100.0/24")


def switched_domain(name="bank.example"):
    return MailDomain.objects.create(name=name, single_button_since=clock.now())


@pytest.mark.parametrize("language", spoken.OWN)
@pytest.mark.parametrize("template", ["surveys.invite", "surveys.reminder"])
def test_letter_to_a_domain_of_machines_carries_one_button(template, language):
    switched_domain()
    asked = invitation(contact=ContactFactory(first_name="Ona", email="ona@Bank.Example"))

    letter = composed(message(asked, template, language))

    links = Links(letter.html).found
    assert [link["href"].partition(asked.token)[2] for link in links] == ["/", "/d/", "/"]
    assert STANDARD["nps"][language]["email_button"] in letter.html
    assert "score=" not in letter.html
    assert f"/s/{asked.token}/" in letter.text


def test_letter_to_any_other_domain_keeps_its_eleven_buttons():
    switched_domain()

    letter = composed(message(invitation(contact=ContactFactory(email="ona@home.example"))))

    assert letter.html.count("score=") == 11


def test_hidden_link_can_be_neither_seen_nor_reached_nor_read_aloud():
    letter = composed(message(invitation()))

    decoy = re.search(r"<div[^>]*>\s*<a[^>]*/d/[^>]*>", letter.html)[0]
    assert 'aria-hidden="true"' in decoy
    assert 'tabindex="-1"' in decoy
    assert "display: none" in decoy
    assert "/d/" not in letter.text


def test_third_invitation_switches_the_domain_once():
    first = InvitationFactory()
    now = clock.now()
    seen = [sighting(first), sighting(first, "decoy"), sighting()]

    assert mail_domains.note({"bank.example": seen}, visited={"bank.example": 2}, now=now) == []
    assert mail_domains.note({"bank.example": [sighting(first)]}, visited={}, now=now) == []
    assert mail_domains.note({"bank.example": [sighting()]}, visited={"bank.example": 1}, now=now) == ["bank.example"]
    assert mail_domains.note({"bank.example": [sighting()]}, visited={"bank.example": 1}, now=now) == []

    domain = MailDomain.objects.get()
    assert (domain.bursts, domain.decoys, domain.visited, domain.sightings.count()) == (4, 1, 4, 5)
    assert domain.single_button_since == now


def test_visits_alone_make_no_domain():
    assert mail_domains.note({}, visited={"home.example": 5}) == []

    assert not MailDomain.objects.exists()


def test_administrator_decides_against_the_evidence_and_takes_it_back(client, administrator):
    mail_domains.note({"bank.example": [sighting() for _ in range(3)]}, visited={"bank.example": 3})
    domain = MailDomain.objects.get()
    client.force_login(administrator)
    page = reverse("admin:surveys_maildomain_change", args=[domain.pk])
    sightings = {f"sightings-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    assert "198.51.100.0/24" in client.get(page).content.decode()
    client.post(page, {"mode": "off", **sightings})
    domain.refresh_from_db()
    assert (domain.mode, domain.has_single_button, domain.single_button_by) == ("off", False, administrator)
    mail_domains.note({"bank.example": [sighting()]}, visited={})
    assert mail_domains.with_single_button(["x@bank.example"]) == frozenset()

    client.post(page, {"mode": "automatic", **sightings})
    assert mail_domains.with_single_button(["x@bank.example"]) == {"bank.example"}


@pytest.mark.parametrize("typed", ["Bank.Example", " ona@bank.example ", "БАНК.example"])
def test_a_domain_is_kept_as_addresses_have_it(client, administrator, typed):
    client.force_login(administrator)

    added = client.post(
        reverse("admin:surveys_maildomain_add"),
        {"name": typed, "mode": "on", "sightings-TOTAL_FORMS": "0", "sightings-INITIAL_FORMS": "0"},
    )

    assert added.status_code == 302
    domain = MailDomain.objects.get()
    assert (domain.name, domain.has_single_button) == ("банк.example" if "БАНК" in typed else "bank.example", True)


@pytest.mark.parametrize("typed", ["no domain", "..", "[192.0.2.1]", "xn--a.example", "x" * 64 + ".example"])
def test_what_is_no_domain_is_refused_in_words(client, administrator, typed):
    client.force_login(administrator)

    page = client.post(reverse("admin:surveys_maildomain_add"), {"name": typed, "mode": "on"})

    assert page.context["adminform"].form.errors["name"] == ["Write a domain such as plumb.example."]
    assert MailDomain.objects.count() == 0


def test_only_administrators_see_mail_domains(client, manager, administrator):
    page = reverse("admin:surveys_maildomain_changelist")
    for person, status in ((manager, 302), (administrator, 200)):
        client.force_login(person)
        assert client.get(page).status_code == status
