"""Templates of e-mails to customers: edited by administrators, chosen in the form, looked at before sending."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from delivery.models import Message
from followups.models import ReplyTemplate
from tests.factories import BrandFactory, ContactFactory, FollowupFactory, InvitationFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def followup(owner, team):
    contact = ContactFactory(first_name="Олена", last_name="Коваль", email="olena@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered", language="uk")
    return FollowupFactory(
        assignee=owner, team=team, response__invitation=invitation, response__language="uk", response__score=2,
        response__product=ProductFactory(name="Дах {brand}"),
    )  # fmt: skip


def template(**changes):
    given = {"name": "Sorry", "language": "uk", "subject": "{brand}: вибачте", "text": "Вітаємо[[, {first_name}]]!"}
    return ReplyTemplate.objects.create(**{**given, **changes})


def page(client, followup, query=""):
    return client.get(f"/inbox/{followup.pk}/{query}")


def names(answer):
    return [each.name for each in answer.context["reply_templates"]]


def test_the_form_begins_with_the_chosen_template_filled_in_for_this_customer(client, owner, followup):
    chosen = template(text="Вітаємо[[, {first_name}]]!\n{product}, {name}[[, {company}]]. {agent}")
    client.force_login(owner)

    form = page(client, followup, f"?template={chosen.pk}").context["reply_form"]

    assert form.initial["subject"] == "Ąžuolas & Co: вибачте"
    assert form.initial["message"] == "Вітаємо, Олено!\nДах {brand}, Олена Коваль. Olena Owner"


def test_only_those_for_this_customer_are_offered(client, owner, followup):
    template(name="any", position=1)
    template(name="detractors", category="detractor")
    template(name="our brand", brand=followup.response.survey.brand, position=2)
    template(name="promoters", category="promoter")
    template(name="another brand", brand=BrandFactory())
    template(name="another language", language="lt")
    template(name="put away", is_active=False)
    client.force_login(owner)

    assert names(page(client, followup)) == ["detractors", "any", "our brand"]


@pytest.mark.parametrize("query", ["?template=0", "?template=x", "?template=999999"])
def test_one_that_is_not_offered_changes_nothing(client, owner, followup, query):
    template()
    client.force_login(owner)

    answer = page(client, followup, query)

    assert answer.status_code == 200
    assert "message" not in answer.context["reply_form"].initial


@pytest.mark.parametrize("text", ["Hello {nickname}", "Hello {first name}", "Hello {", "[[Hello", "{manager}"])
def test_a_field_that_nobody_fills_is_refused_when_saving(text):
    with pytest.raises(ValidationError) as refused:
        ReplyTemplate(name="x", language="en", subject="x", text=text).full_clean()

    assert list(refused.value.message_dict) == ["text"]


def test_every_known_field_is_taken():
    text = " ".join(f"{{{name}}}" for name in sorted(ReplyTemplate.FIELDS))

    ReplyTemplate(name="x", language="en", subject=text[:200], text=text).full_clean()


def test_a_preview_shows_the_letter_and_sends_nothing(client, owner, followup):
    client.force_login(owner)
    typed = {"key": str(uuid4()), "subject": "Вибачте", "message": "Приїдемо завтра.", "preview": "1"}

    answer = client.post(f"/inbox/{followup.pk}/replies/", typed)

    assert "This is what the customer gets" in answer.text
    assert answer.context["preview"].text == "Приїдемо завтра.\n\nOlena Owner\nĄžuolas & Co\n"
    assert answer.context["reply_form"]["message"].value() == "Приїдемо завтра."
    assert not Message.objects.exists()
    assert not followup.activities.exists()
