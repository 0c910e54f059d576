"""Templates are handed in with our words and read again for what Meta made of them."""

import pytest

from delivery.media.whatsapp import choice, templates, wording
from delivery.media.whatsapp.api import CloudRefusal
from delivery.models import WhatsAppNumber, WhatsAppTemplate
from tests.delivery.whatsapp.numbers import connected
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(fake):
    return connected(fake, BrandFactory(), approved=False)


def states(number):
    return {(t.kind, t.language): t.state for t in number.templates.all()}


def test_our_words_are_handed_in_once_in_every_language(fake, number):
    assert templates.hand_in(number) == 8
    assert templates.hand_in(number) == 0

    assert len(fake.templates) == 8
    assert set(states(number).values()) == {"pending"}
    draft = fake.templates["plumb_invitation", "lt"]
    (body, buttons) = draft["components"]
    assert draft["category"] == "UTILITY"
    assert body["example"] == {"body_text": [[number.brand.name]]}
    assert buttons["buttons"][0]["url"] == f"{number.brand.url}/s/{{{{1}}}}"


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
@pytest.mark.parametrize("kind", wording.BY_KIND)
def test_words_keep_to_what_meta_takes(kind, language):
    body, button, stop = wording.BY_KIND[kind][language]

    assert body.count("{{1}}") == 1
    assert not body.startswith("{{")
    assert not body.endswith("}}")
    assert len(body) <= 550
    assert max(len(button), len(stop)) <= 25


def test_what_becomes_of_them_is_read_page_by_page(fake, number):
    for place in range(120):
        fake.templates[f"other_{place}", "uk"] = {"name": f"other_{place}", "language": "uk", "status": "APPROVED"}
    templates.hand_in(number)
    fake.approve("plumb_invitation", "uk", category="MARKETING")
    fake.reject("plumb_invitation", "en", reason="ABUSIVE_CONTENT")
    fake.pause("plumb_reminder", "uk")

    templates.read_all()

    known = states(number)
    assert known["invitation", "uk"] == "approved"
    assert known["invitation", "en"] == "rejected"
    assert known["reminder", "uk"] == "paused"
    assert number.templates.get(kind="invitation", language="uk").is_advertising
    assert number.templates.get(kind="invitation", language="en").reason == "ABUSIVE_CONTENT"


def test_one_that_meta_does_not_take_keeps_its_reason_and_stops_no_other(fake, number):
    templates.ensure(number)
    number.templates.filter(kind="invitation", language="en").update(name="Has Capitals")

    assert templates.hand_in(number) == 7

    refused = number.templates.get(name="Has Capitals")
    assert refused.state == "missing"
    assert refused.reason.startswith("100 (#100) Invalid parameter")


def test_a_template_with_other_blanks_is_of_no_use(fake, number):
    templates.hand_in(number)
    fake.approve()
    fake.templates["plumb_invitation", "uk"]["components"][0]["text"] = "Hello {{1}} and {{2}}, tell us."
    fake.templates["plumb_reminder", "uk"]["components"][0]["text"] = "Hello! {{brand}} asks."
    fake.templates["plumb_invitation", "ru"]["components"][1]["buttons"][0]["url"] = "https://evil.example/{{1}}"

    templates.read(number)

    known = states(number)
    assert (known["invitation", "uk"], known["invitation", "ru"], known["invitation", "lt"]) == (
        "unfit", "unfit", "approved",
    )  # fmt: skip
    assert known["reminder", "uk"] == "unfit", "blanks with names are filled in by name"
    assert choice.chosen(number, "invitation", ("uk",)) is None


def test_one_that_was_deleted_at_meta_is_missing_again(fake, number):
    templates.hand_in(number)
    fake.approve()
    templates.read(number)
    del fake.templates["plumb_invitation", "uk"]

    templates.read(number)

    assert states(number)["invitation", "uk"] == "missing"


def test_a_number_that_cannot_be_read_says_why_and_stops_no_other(fake, number):
    templates.hand_in(number)
    other = WhatsAppNumber.objects.create(
        brand=BrandFactory(name="A"), phone_number_id="7", account_id="8", token="wrong", app_secret="x", base=fake.url
    )

    assert templates.read_all() == 1

    other.refresh_from_db()
    assert other.error.startswith("190 ")
    assert set(states(number).values()) == {"pending"}


def test_nothing_is_handed_in_where_the_token_is_wrong(fake, number):
    fake.token = "another"

    with pytest.raises(CloudRefusal):
        templates.hand_in(number)

    assert fake.templates == {}


def test_a_language_that_narrows_another_is_served_by_it(fake, number):
    WhatsAppTemplate.objects.create(number=number, kind="invitation", language="en", name="x", state="approved")

    assert choice.chosen(number, "invitation", ("en-GB",)).language == "en"
    assert choice.chosen(number, "invitation", ("lt", "en")).language == "en"
    assert choice.chosen(number, "invitation", ("lt", "")) is None
