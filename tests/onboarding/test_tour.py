import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from onboarding.models import TourPlace
from onboarding.tour.stops import STOPS, Walker
from tests.conftest import person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
ROLES = {
    Walker.AGENT: roles.AGENTS,
    Walker.MANAGER: roles.MANAGERS,
    Walker.ADMINISTRATOR: roles.ADMINISTRATORS,
}


@pytest.fixture
def newcomer():
    user = person(roles.AGENTS, email="new@plumb.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client):
    answer = client.post(reverse("account_login"), {"login": "new@plumb.example", "password": PASSWORD}, follow=True)
    assert answer.status_code == 200
    return answer


def go(client, step, **more):
    return client.post(reverse("tour"), {"step": step, **more}, follow=True)


def where(answer):
    """Return which step a page shows, None where it shows none."""
    found = re.search(r"step (\d) of (\d)", answer.content.decode())
    return found and (int(found[1]), int(found[2]))


def test_a_first_login_begins_the_tour_and_the_second_does_not(client, newcomer):
    assert where(log_in(client)) == (1, 6)
    client.logout()

    assert where(log_in(client)) is None
    assert TourPlace.objects.get().step == 1


def test_nothing_of_it_is_shown_to_whoever_did_not_just_begin(client):
    client.force_login(person(roles.AGENTS))

    assert where(client.get(reverse("inbox"))) is None


@pytest.mark.parametrize("walker", Walker)
def test_each_kind_of_user_walks_six_pages_that_they_may_see(client, walker):
    client.force_login(person(ROLES[walker]))
    seen = []

    for step in range(1, 7):
        answer = go(client, step)
        assert where(answer) == (step, 6)
        seen.append(answer.resolver_match.url_name)
        assert answer.redirect_chain[0][0].endswith("#tour")

    assert seen[1:] == [stop.page for stop in STOPS[walker][1:]]
    assert where(go(client, 0)) is None


def test_it_waits_on_the_pages_of_its_steps_and_on_no_other(client):
    client.force_login(person(roles.AGENTS))
    go(client, 3)

    assert where(client.get(reverse("absences"))) is None
    assert where(client.get(reverse("contacts"))) == (3, 6)


def test_going_back_in_the_browser_or_in_another_tab_finds_the_step_of_that_page(client):
    client.force_login(person(roles.AGENTS))
    go(client, 2)
    go(client, 5)

    assert where(client.get(reverse("inbox"))) == (2, 6)
    assert where(client.get(reverse("improvements"))) == (5, 6)
    assert where(go(client, 3)) == (3, 6)


def test_settings_say_where_to_go_on_while_it_runs(client):
    client.force_login(person(roles.AGENTS))
    go(client, 3)

    page = client.get(reverse("personal_settings"))

    assert "Go on with step 3" in page.content.decode()
    assert where(page) is None
    assert where(go(client, 6)) == (6, 6)
    assert "Go on with step" not in client.get(reverse("personal_settings")).content.decode()


def test_whose_work_changed_meanwhile_is_led_to_what_they_may_see(client):
    user = person(roles.ADMINISTRATORS)
    client.force_login(user)
    go(client, 3)
    user.groups.set(person(roles.AGENTS).groups.all())

    answer = go(client, 4)

    assert (answer.status_code, answer.resolver_match.url_name) == (200, "mine")


def test_skipping_ends_it_on_the_page_where_one_is(client):
    user = person(roles.AGENTS)
    client.force_login(user)
    go(client, 2)

    answer = go(client, 0, here=reverse("inbox") + "?queue=mine")

    assert answer.redirect_chain == [(reverse("inbox") + "?queue=mine", 302)]
    assert where(answer) is None
    assert TourPlace.objects.get(person=user).step == TourPlace.OVER


def test_skipping_leads_to_no_other_host(client):
    client.force_login(person(roles.AGENTS))

    answer = client.post(reverse("tour"), {"step": 0, "here": "https://evil.example/"})

    assert answer.url == reverse("home")


def test_a_step_that_is_no_number_changes_nothing(client):
    client.force_login(person(roles.AGENTS))

    assert client.post(reverse("tour"), {"step": "x"}).status_code == 400
    assert not TourPlace.objects.exists()


def test_settings_offer_it_again_where_it_was_left(client):
    user = person(roles.AGENTS)
    TourPlace.move(user, 4)
    client.force_login(user)

    page = client.get(reverse("personal_settings")).content.decode()

    assert "Go on with step 4" in page
    assert "Begin anew" in page


def test_settings_offer_the_whole_tour_once_it_is_over(client):
    user = person(roles.AGENTS)
    TourPlace.move(user, TourPlace.OVER)
    client.force_login(user)

    page = client.get(reverse("personal_settings")).content.decode()

    assert "Take the tour" in page
    assert "Go on with step" not in page


def test_the_tour_of_others_is_not_touched(client):
    other = UserFactory()
    TourPlace.move(other, 2)
    client.force_login(person(roles.AGENTS))

    go(client, 5)

    assert TourPlace.objects.get(person=other).step == 2


def test_a_page_asks_the_database_no_more_for_it(client):
    client.force_login(person(roles.AGENTS))
    client.get(reverse("contacts"))
    with CaptureQueriesContext(connection) as without:
        client.get(reverse("contacts"))
    go(client, 3)

    with CaptureQueriesContext(connection) as within:
        assert where(client.get(reverse("contacts"))) == (3, 6)

    assert len(within) == len(without)
