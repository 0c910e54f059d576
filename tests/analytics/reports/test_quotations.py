"""Whose words may stand in a report."""

import pytest
from django.http import QueryDict

from accounts import clock
from analytics.reports import quotations
from responses.models import Response, Topic
from responses.word_access import EVERYTHING, WordAccess
from surveys.metrics import Tier
from tests.analytics.answers import answer, customers
from tests.analytics.reports.conftest import JUNE, LATE, facts_of, say
from tests.factories import CompanyFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def quoted(person, tier=Tier.BAD, slug="delivery", access=EVERYTHING, besides=()):
    selection = facts_of(person, QueryDict("period=last-month")).selection
    found = quotations.of_topic(selection, Topic.objects.get(slug=slug).pk, tier, access, besides)
    return [response.comment for response in found]


def test_the_newest_two_of_five_customers_are_quoted_and_no_words_twice(ceo, version):
    for comment in ("Torn", "Broken", LATE, LATE, LATE):
        answer(version, [3], at=JUNE, comment=comment)
    say("delivery", score__lte=6)

    assert quoted(ceo) == [LATE, "Broken"]
    assert quoted(ceo, besides={LATE}) == ["Broken", "Torn"]
    assert quoted(ceo, Tier.GOOD) == []


def test_nobody_is_quoted_from_whom_the_company_hides_it(ceo, version):
    rated = UserFactory()
    answer(version, [3] * 5, at=JUNE, comment=LATE, manager=rated)
    say("delivery", score__lte=6)

    assert quoted(ceo, access=WordAccess(rated.pk)) == []
    assert quoted(ceo, access=WordAccess(ceo.pk)) == [LATE]


def test_of_fewer_than_five_customers_nobody_is_quoted_however_often_they_wrote(ceo, version):
    answer(version, [3] * 3, at=JUNE, comment=LATE)
    answer(version, [3] * 6, at=JUNE, comment=LATE, contact=customers(1)[0])
    say("delivery", score__lte=6)

    assert quoted(ceo) == []


@pytest.mark.parametrize(
    "comment",
    [
        "Call me: +370 600 12345",
        "Write to ona@shop.example",
        "See www.shop.example for what I mean",
        "https://shop.example/orders",
        "Order 12-345-678 was wrong",
        "I am Onutė Petraitė and I am angry",
        "Nobody at Balticom was told",
        "Viktoras shouted at us",
        "ask @onute on Telegram",
    ],
)
def test_words_that_tell_who_wrote_them_are_left_out(ceo, version, comment):
    contact = ContactFactory(first_name="Onutė", last_name="Petraitė")
    manager = UserFactory(name="Viktoras Kazlauskas")
    answer(version, [3] * 5, at=JUNE, comment=LATE)
    facts = {"company": CompanyFactory(name="UAB Balticom"), "manager": manager, "contact": contact}
    (named,) = answer(version, [3], at=JUNE, comment=comment, **facts)
    say("delivery", score__lte=6)

    named = Response.objects.select_related("contact", "company", "manager").get(pk=named.pk)
    assert not quotations.may_be_quoted(named)
    assert comment not in quoted(ceo)


@pytest.mark.parametrize(
    ("names", "comment"),
    [
        ({"last_name": "Petraitė"}, "Petraites niekas neklausė"),
        ({"last_name": "Petraitė-Jonienė"}, "Jonienės niekas neklausė"),
        ({"first_name": "Jonas"}, "Jono niekas neklausė"),
        ({"first_name": "Vilius"}, "Viliaus niekas neklausė"),
        ({"first_name": "Павел"}, "Павла никто не слышал"),
        ({"first_name": "Пётр"}, "Петра никто не слышал"),
        ({"last_name": "Кравець"}, "Кравця ніхто не чув"),
        ({"last_name": "O’Brien"}, "Nobody heard OBrien"),
        ({"first_name": "Li"}, "Nobody heard Li."),
        ({"company": "ТОВ «Епіцентр»"}, "Епіцентру ніхто не передзвонив"),
        ({"manager": "Jonas Kazlauskas"}, "Kazlausko kaltė"),
    ],
    ids=str,
)
def test_nobody_is_named_in_whatever_form_of_their_name(version, names, comment):
    contact = ContactFactory(first_name=names.get("first_name", "Onutė"), last_name=names.get("last_name", "Rimkutė"))
    facts = {"contact": contact, "manager": UserFactory(name=names.get("manager", "Olena"))}
    facts["company"] = CompanyFactory(name=names.get("company", "Balticom"))
    (made,) = answer(version, [3], at=JUNE, comment=comment, **facts)

    assert not quotations.may_be_quoted(Response.objects.get(pk=made.pk))


@pytest.mark.parametrize("comment", ["Life is a list of delays", "Они опоздали снова", "Rytoj vėl lauksime"])
def test_what_only_looks_like_a_name_may_be_quoted(version, comment):
    contact = ContactFactory(first_name="Li", last_name="Rimkutė", company=None)
    (made,) = answer(version, [3], at=JUNE, comment=comment, contact=contact, company=None, manager=None)

    assert quotations.may_be_quoted(Response.objects.get(pk=made.pk))


def test_praise_may_name_whom_it_is_for(version):
    manager = UserFactory(name="Viktoras Kazlauskas")
    (made,) = answer(version, [10], at=JUNE, comment="Viktoras was wonderful", manager=manager)

    assert quotations.may_be_quoted(Response.objects.get(pk=made.pk))


def test_whoever_wants_to_be_left_alone_is_not_quoted(ceo, version):
    contact = ContactFactory(do_not_contact_at=clock.now(), do_not_contact_reason="unsubscribed")
    answer(version, [3] * 5, at=JUNE, comment=LATE)
    answer(version, [3], at=JUNE, comment="Leave me alone", contact=contact)
    say("delivery", score__lte=6)

    assert quoted(ceo) == [LATE]


def test_a_long_comment_is_shortened_to_one_line():
    said = quotations.shortened("First line\nsecond line " + "x" * 400)

    assert said.startswith("First line second line x")
    assert len(said) == quotations.LONGEST
    assert said.endswith("…")
