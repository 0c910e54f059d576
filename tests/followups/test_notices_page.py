"""The page of notices, the badge on every page, and what a person chose to be told."""

import re
from datetime import time, timedelta

import pytest

from accounts import clock
from followups import notices
from followups.models import NoticeWishes, StaffNotice
from followups.notices import Kind
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db
PAGE, READING, WISHES = "/notices/", "/notices/reading/", "/notices/settings/"


@pytest.fixture
def told(owner, team):
    def told(number=1, **fields):
        fields = {"assignee": owner, "team": team} | fields
        for _number in range(number):
            notices.tell(Kind.NEW, FollowupFactory(**fields))
        return list(StaffNotice.objects.order_by("pk"))

    return told


def badge(client, address="/contacts/"):
    """Return the number on the badge, or None where it is hidden."""
    markup = client.get(address).content.decode()
    shown = re.search(r'<span class="badge badge--accent"( hidden)?><span data-unread>(\d+)<', markup)
    return None if shown[1] else int(shown[2])


def test_every_page_counts_what_is_unread(client, owner, teammate, told):
    client.force_login(owner)
    assert badge(client) is None

    told(2)
    assert badge(client) == 2

    client.force_login(teammate)
    assert badge(client) is None


def test_opening_a_notice_marks_it_as_read_and_leads_to_its_followup(client, owner, told):
    first, second = told(2)
    client.force_login(owner)

    answer = client.post(f"/notices/{first.pk}/reading/")

    assert answer["Location"] == f"/inbox/{first.followup_id}/"
    assert list(StaffNotice.objects.unread()) == [second]
    moment = StaffNotice.objects.get(pk=first.pk).read_at
    client.post(f"/notices/{first.pk}/reading/")
    assert StaffNotice.objects.get(pk=first.pk).read_at == moment


def test_looking_at_the_page_marks_nothing_as_read(client, owner, told):
    (notice,) = told()
    client.force_login(owner)

    for address in (PAGE, f"/inbox/{notice.followup_id}/", "/notices/news/"):
        client.get(address)

    assert badge(client) == 1


def test_all_that_the_page_showed_is_marked_at_once_and_what_came_since_is_not(client, owner, told):
    told(2)
    client.force_login(owner)
    newest = re.search(r'name="newest" value="(\d+)"', client.get(PAGE).content.decode())[1]
    told(1)

    client.post(READING, {"newest": newest})

    assert badge(client) == 1


def test_what_one_was_told_of_a_followup_is_marked_on_its_page(client, owner, told):
    first, _second = told(2)
    client.force_login(owner)
    page = client.get(f"/inbox/{first.followup_id}/").content.decode()
    assert page.count("data-reading") == 1

    assert client.post(READING, {"followup": first.followup_id})["Location"] == f"/inbox/{first.followup_id}/"

    assert badge(client) == 1
    assert "data-reading" not in client.get(f"/inbox/{first.followup_id}/").content.decode()


@pytest.mark.parametrize("sent", [{"followup": "x"}, {"followup": "0"}, {"newest": "9" * 30}])
def test_nonsense_marks_nothing(client, owner, told, sent):
    told()
    client.force_login(owner)

    assert client.post(READING, sent).status_code == 400
    assert badge(client) == 1


def test_nobody_marks_what_others_were_told(client, teammate, told):
    (notice,) = told()
    client.force_login(teammate)

    client.post(READING, {"newest": notice.pk})
    client.post(READING, {"followup": notice.followup_id})

    assert client.post(f"/notices/{notice.pk}/reading/").status_code == 404
    assert StaffNotice.objects.unread().count() == 1


def test_of_a_followup_that_one_may_not_see_any_more_nothing_is_shown(client, owner, stranger, told):
    (notice,) = told()
    notice.followup.assign(None, by=stranger)
    owner.team = stranger.team
    owner.save()
    client.force_login(owner)

    assert badge(client) is None
    assert f"/notices/{notice.pk}/" not in client.get(PAGE).content.decode()
    assert client.post(f"/notices/{notice.pk}/reading/").status_code == 404
    assert client.get("/notices/news/").json()["unread"] == 0


def test_who_sees_all_teams_is_told_of_theirs(client, administrator, told, owner):
    (notice,) = told()
    StaffNotice.objects.create(person=administrator, followup=notice.followup, kind="escalation")
    client.force_login(administrator)

    assert badge(client) == 1
    assert "Escalated" in client.get(PAGE).content.decode()


def test_more_notices_take_no_more_queries(client, owner, told, django_assert_num_queries):
    client.force_login(owner)
    told(1)
    client.get(PAGE)
    with django_assert_num_queries(7):
        client.get(PAGE)
    told(4)
    with django_assert_num_queries(7):
        client.get(PAGE)


def test_a_person_chooses_what_they_are_told(client, owner):
    client.force_login(owner)
    chosen = {
        "in_browser": ["new", "mention"], "by_mail": ["escalation"], "letters": "daily", "daily_at": "07:30",
        "quiet_from": "22:00", "quiet_until": "06:30", "urgent_passes": "on",
    }  # fmt: skip

    assert client.post(WISHES, chosen).status_code == 302

    wishes = NoticeWishes.objects.get(person=owner)
    unwanted = {"customer_replied", "handover", "overdue", "letter", "step", "codes"}
    assert set(wishes.not_in_browser) == unwanted | {"escalation"}
    assert set(wishes.not_by_mail) == unwanted | {"new", "mention"}
    assert (wishes.letters, wishes.daily_at, wishes.urgent_passes) == ("daily", time(7, 30), True)
    assert (wishes.quiet_from, wishes.quiet_until) == (time(22), time(6, 30))
    page = client.get(WISHES).content.decode()
    assert len(re.findall(r'name="in_browser" value="\w+"[^>]* checked', page)) == 2
    assert 'value="22:00"' in page


@pytest.mark.parametrize(
    ("begins", "ends", "complaint"),
    [
        ("22:00", "", "Give both ends, or none."),
        ("", "07:00", "Give both ends, or none."),
        ("07:00", "07:00", "Choose another time than the beginning."),
    ],
)
def test_quiet_hours_have_two_ends(client, owner, begins, ends, complaint):
    client.force_login(owner)

    page = client.post(
        WISHES, {"letters": "at_once", "daily_at": "08:00", "quiet_from": begins, "quiet_until": ends}
    ).content.decode()

    assert complaint in page
    assert not NoticeWishes.objects.exists()


def test_old_notices_are_forgotten(owner, told):
    from followups.notices.retention import forget_old

    old, waiting, new = told(3)
    past = clock.now() - timedelta(days=91)
    StaffNotice.objects.filter(pk=old.pk).update(at=past, mail_due_at=None)
    StaffNotice.objects.filter(pk=waiting.pk).update(at=past)

    assert forget_old(clock.now()) == 1
    assert set(StaffNotice.objects.all()) == {waiting, new}
