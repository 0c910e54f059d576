"""A customer's letter that belongs to no follow-up is told to somebody, once, and waits for nobody in silence."""

import pytest
from django.urls import reverse

from accounts import clock, roles
from crm.models import Deal
from delivery.models import Message
from followups.models import CustomerLetter, NoticeWishes, StaffNotice
from followups.notices import letters as notice_letters
from followups.notices import tell_of_letters
from tests.conftest import person
from tests.factories import DealFactory, PlaybookFactory
from tests.followups.mailbag import letter
from tests.followups.test_letters import asked, bag, contact  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_work():
    """Of letters no work is wanted: they wait on their page."""
    PlaybookFactory(survey=None, category="", takes_letters=True, creates_followup=False, position=1)


def told():
    rows = StaffNotice.objects.select_related("person").order_by("person__name")
    return [(row.person.name, row.kind, row.letter_id is not None) for row in rows]


@pytest.fixture
def waiting(bag, contact, owner):  # noqa: F811
    """The letter of a customer of the owner's, who has never answered."""
    DealFactory(contact=contact, manager=owner)
    bag.take(letter(asked(contact, manager=owner)))
    return CustomerLetter.objects.get()


def test_whose_customer_it_is_is_told_once(waiting, teammate, administrator):
    assert told() == [("Olena Owner", "letter", True)]

    tell_of_letters([waiting])

    assert len(told()) == 1


def test_of_a_customer_of_nobody_the_team_is_told_and_else_who_sees_all_teams(
    bag, contact, owner, teammate, stranger, team, administrator  # noqa: F811
):  # fmt: skip
    bag.take(letter(asked(contact)))
    assert told() == [("Ada Administrator", "letter", True)]
    StaffNotice.objects.all().delete()
    DealFactory(contact=contact, manager=owner)

    bag.take(letter(asked(contact, team=team), name="2"))

    assert told() == [("Olena Owner", "letter", True), ("Tomas Teammate", "letter", True)]


def test_nobody_is_told_of_a_customer_whom_they_may_not_see(bag, contact, stranger, administrator):  # noqa: F811
    bag.take(letter(asked(contact, manager=stranger)))

    assert told() == [("Ada Administrator", "letter", True)]


def test_what_a_machine_wrote_or_a_follow_up_has_is_told_as_no_letter(bag, contact, administrator):  # noqa: F811
    bag.take(letter(asked(contact)).replace(b"Subject:", b"Auto-Submitted: auto-replied\nSubject:"))

    assert told() == []


def test_it_is_shown_leads_to_the_letter_and_leaves_once_somebody_has_seen_to_it(client, owner, waiting, administrator):
    client.force_login(owner)
    page = client.get(reverse("notices")).content.decode()
    assert "Ona" in page
    assert "wrote a letter that waits for somebody" in page
    assert client.get(reverse("notices_news")).json()["unread"] == 1

    opened = client.post(reverse("notice_reading", args=[StaffNotice.objects.get().pk]))

    assert opened["Location"] == f"/letters/#letter-{waiting.pk}"
    assert f'id="letter-{waiting.pk}"' in client.get("/letters/").content.decode()
    StaffNotice.objects.update(read_at=None)
    waiting.see_to(by=administrator)
    assert client.get(reverse("notices_news")).json()["unread"] == 0


def test_who_may_not_see_the_customer_any_more_is_shown_nothing(client, owner, waiting, stranger):
    Deal.objects.update(manager=stranger)
    client.force_login(owner)

    assert client.get(reverse("notices_news")).json()["unread"] == 0
    assert "wrote a letter" not in client.get(reverse("notices")).content.decode()
    assert client.post(reverse("notice_reading", args=[StaffNotice.objects.get().pk])).status_code == 404


def test_it_goes_by_mail_without_the_words_of_the_customer(waiting, owner):
    notice_letters.queue_due(clock.now())

    message = Message.objects.get(template=notice_letters.TEMPLATE)
    written = notice_letters.written(message.context)
    assert message.to_address == owner.email
    assert written.subject == f"{waiting.contact} wrote a letter that waits for somebody"
    assert "Please call me." not in "".join(written.lines)
    assert written.link.endswith(f"/letters/#letter-{waiting.pk}")


def test_whoever_does_not_want_it_is_not_told(bag, contact, administrator):  # noqa: F811
    NoticeWishes.objects.create(person=administrator, not_in_browser=["letter"], not_by_mail=["letter"])

    bag.take(letter(asked(contact)))

    assert told() == []


def test_many_letters_cost_no_more_queries_than_one(waiting, owner, django_assert_num_queries):
    person(roles.ADMINISTRATORS, name="Another")
    again = CustomerLetter.objects.select_related("invitation").all()
    more = [
        CustomerLetter.objects.create(
            letter=waiting.letter._meta.model.objects.create(digest=bytes([number]), at=waiting.letter.at),
            contact=waiting.contact,
            invitation=waiting.invitation,
        )
        for number in range(5)
    ]
    StaffNotice.objects.all().delete()

    with django_assert_num_queries(14):
        tell_of_letters(list(again.filter(pk=waiting.pk)))
    with django_assert_num_queries(14):
        tell_of_letters(list(again.filter(pk__in=[row.pk for row in more])))
