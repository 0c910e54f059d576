import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, IntegrityError, transaction

from accounts import removal
from accounts.models import SecurityEvent, Team, User
from tests.factories import ContactFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_log_keeps_the_name_in_place_of_the_person():
    ona = UserFactory(name="Ona")
    team = Team.objects.create(name="North", lead=ona)

    removal.remove([ona.pk])
    removal.remove([ona.pk])

    assert not User.objects.filter(pk=ona.pk).exists()
    assert list(SecurityEvent.objects.order_by("pk").values_list("kind", "about", "subject")) == [
        ("person_made", None, "Ona"),
        ("person_removed", None, "Ona"),
    ]
    team.refresh_from_db()
    assert team.lead is None


def test_whom_anything_else_names_stays_and_nobody_goes():
    ona, jonas = UserFactory(name="Ona"), UserFactory(name="Jonas")
    DealFactory(contact=ContactFactory(), manager=ona)

    with pytest.raises(IntegrityError), transaction.atomic():
        removal.remove([ona.pk, jonas.pk])

    assert User.objects.filter(pk__in=[ona.pk, jonas.pk]).count() == 2
    assert SecurityEvent.objects.get(about=ona).kind == "person_made"


@pytest.mark.parametrize("change", [{"about": None}, {"about": None, "subject": "Somebody"}, {"subject": "Somebody"}])
def test_of_one_who_is_here_the_log_lets_nothing_be_changed(change):
    ona = UserFactory(name="Ona")

    with pytest.raises(DatabaseError), transaction.atomic():
        SecurityEvent.objects.filter(about=ona).update(**change)


def test_of_one_who_is_gone_nothing_but_the_name_is_changed():
    ona = UserFactory(name="Ona")

    EmailAddress.objects.filter(user=ona).delete()
    User.objects.filter(pk=ona.pk)._raw_delete(using="default")
    with pytest.raises(DatabaseError), transaction.atomic():
        SecurityEvent.objects.filter(about=ona).update(about=None, kind="login")
    SecurityEvent.objects.filter(about=ona).update(about=None)
