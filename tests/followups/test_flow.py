"""From one follow-up to the next of the list, whatever oneself or others do meanwhile."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts import clock
from followups.models import Followup
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory

pytestmark = pytest.mark.django_db
LIST = "tab=mine&category=detractor"


@pytest.fixture
def line(owner):
    """Five follow-ups of the owner in order, the first the most urgent."""
    return [
        FollowupFactory(
            assignee=owner,
            team=owner.team,
            response__score=3,
            response__invitation=InvitationFactory(contact=ContactFactory(first_name=f"N{hour}"), status="answered"),
            next_due_at=clock.now() + timedelta(hours=hour),
        )
        for hour in range(1, 6)
    ]


@pytest.fixture(autouse=True)
def _logged_in(client, owner):
    client.force_login(owner)


def flow(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return page.context["flow"]


def address(followup, query=LIST):
    return f"{followup.get_absolute_url()}?{query}"


def key_in(address):
    return int(urlsplit(address).path.strip("/").split("/")[1])


def resolve(client, address, then="next"):
    path, _, query = address.partition("?")
    sent = {"root_cause": "price", "resolution": "Refunded.", "then": then}
    return client.post(f"{path}closure/?{query}", sent)


def test_a_row_leads_to_its_page_with_the_list_kept(client, line):
    page = client.get(f"/inbox/?{LIST}")

    assert f'href="{line[0].get_absolute_url()}?tab=mine&amp;category=detractor"' in page.text


def test_a_page_knows_its_place_and_its_neighbours(client, line, owner):
    FollowupFactory(assignee=owner, response__score=10)

    middle = flow(client, address(line[2]))

    assert (middle.position, middle.total) == (3, 5)
    assert (key_in(middle.previous), key_in(middle.next)) == (line[1].pk, line[3].pk)
    assert "3 of 5" in client.get(address(line[2])).text
    assert flow(client, address(line[0])).previous == ""
    assert flow(client, address(line[4])).next == ""
    assert flow(client, address(line[4])).onward == f"/inbox/end/?{LIST}"


def test_rows_of_one_moment_are_walked_one_by_one(client, owner, line):
    moment = clock.now() + timedelta(days=3)
    Followup.objects.update(next_due_at=moment)
    seen, here = [], address(min(line, key=lambda row: row.pk))
    while urlsplit(here).path != "/inbox/end/":
        seen.append(key_in(here))
        here = flow(client, here).onward

    assert seen == sorted(row.pk for row in line)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("closure/", {"root_cause": "price", "resolution": "Refunded."}, "resolved"),
        ("dismissal/", {"reason": "A test of ours."}, "dismissed"),
        ("progress/", {"status": "waiting"}, "waiting"),
    ],
)
def test_what_is_done_leads_on_to_the_next_with_the_list_kept(client, line, path, sent, status):
    page = client.post(f"{line[1].get_absolute_url()}{path}?{LIST}", sent | {"then": "next"})

    assert (page.status_code, page["Location"]) == (302, address(line[2]))
    assert Followup.objects.get(pk=line[1].pk).status == status
    assert flow(client, page["Location"]).total == 4


def test_without_next_one_stays_and_keeps_the_place(client, line):
    page = resolve(client, address(line[1]), then="")

    where = urlsplit(page["Location"])
    assert where.path == line[1].get_absolute_url()
    assert parse_qs(where.query)["place"]
    here = flow(client, page["Location"])
    assert (key_in(here.previous), key_in(here.next), here.is_listed) == (line[0].pk, line[2].pk, False)


def test_a_first_contact_moves_the_row_but_not_the_person(client, line):
    Followup.objects.update(resolve_due_at=clock.now() + timedelta(days=30))
    logged = client.post(f"{line[1].get_absolute_url()}notes/?{LIST}", {"kind": "call", "text": "Spoke."})
    assert flow(client, address(line[1])).position == 5

    done = resolve(client, logged["Location"].partition("#")[0])

    assert key_in(done["Location"]) == line[2].pk


def test_others_who_work_the_same_list_cost_nobody_a_row(client, line, owner, teammate):
    here = flow(client, address(line[1]))
    line[1].dismiss(reason="Twice.", by=teammate)
    line[2].assign(teammate, by=teammate)
    line[0].wait(by=teammate)

    after = resolve(client, f"{line[1].get_absolute_url()}?{here.query}")
    shown = flow(client, f"{line[1].get_absolute_url()}?{here.query}")

    assert after.status_code == 302
    assert (shown.previous, key_in(shown.next)) == ("", line[3].pk)


def test_after_the_last_one_a_page_says_so_and_leads_back(client, line):
    done = resolve(client, address(line[4]))
    assert done["Location"] == f"/inbox/end/?{LIST}"

    page = client.get(done["Location"])

    assert "That was the last one of this list." in page.text
    assert "4 follow-ups are still in it" in page.text
    assert 'href="/inbox/?tab=mine&amp;category=detractor"' in page.text


def test_what_waits_is_walked_by_itself_and_never_comes_next_of_what_is_ours(client, line, owner):
    for row in line[3:]:
        row.wait(by=owner)

    assert flow(client, address(line[2])).next == ""
    assert key_in(flow(client, address(line[3])).next) == line[4].pk
    assert flow(client, address(line[3])).total == 2


def test_closed_work_is_walked_the_latest_first(client, line, owner):
    for row in line[:3]:
        row.dismiss(reason="Over.", by=owner)
    closed = "tab=mine&status=closed"

    here = flow(client, address(line[1], closed))

    assert (key_in(here.previous), key_in(here.next), here.position) == (line[2].pk, line[0].pk, 2)


@pytest.mark.parametrize(
    "place", ["", "x", "ours~~1", "ours~2026-01-01~1", "ours~2026-13-45T00:00:00+00:00~1", "a~b~c"]
)
def test_a_place_that_is_none_is_passed_over(client, line, place):
    here = flow(client, f"{address(line[1])}&place={place}")

    assert key_in(here.next) == line[2].pk


def test_without_a_list_in_the_address_the_last_one_is_gone_on_with(client, line, owner):
    client.get(f"/inbox/?{LIST}")

    assert key_in(flow(client, line[0].get_absolute_url()).next) == line[1].pk
    assert flow(client, line[0].get_absolute_url()).list_address == f"/inbox/?{LIST}"


def test_nobody_is_led_to_what_they_do_not_see(client, line, stranger):
    FollowupFactory(assignee=stranger, team=stranger.team)
    client.force_login(stranger)

    assert client.get(address(line[0])).status_code == 404
    assert resolve(client, address(line[0])).status_code == 404
    assert "4 follow-ups" not in client.get(f"/inbox/end/?{LIST}").text
    assert Followup.objects.open().count() == 6


def test_the_neighbours_of_a_long_list_are_one_query(client, line, owner, django_assert_num_queries):
    here = flow(client, address(line[2]))
    fresh = here.stretch

    with django_assert_num_queries(1):
        assert fresh.beside(here.place) == (line[1].pk, line[3].pk)
