import re

import pytest
from django.db import connection

from responses.models import LinkVisit, Response
from tests.factories import InvitationFactory

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"


def test_each_visit_leaves_a_link_visit(client, invitation):
    client.get(invitation.path, {"score": "9"}, headers={"User-Agent": CHROME}, REMOTE_ADDR="203.0.113.77")

    visit = LinkVisit.objects.get()
    assert visit.invitation == invitation
    assert (visit.method, visit.score_asked_for, visit.user_agent) == ("GET", 9, "Chrome")
    assert (visit.network, visit.verdict, visit.evidence) == ("203.0.113.0/24", "unsure", [])


def test_get_records_no_score(client, invitation):
    for query in ({}, {"score": "9"}, {"score": "9", "language": "uk"}):
        assert client.get(invitation.path, query).status_code == 200

    assert not Response.objects.exists()
    assert LinkVisit.objects.count() == 3


def test_head_records_no_score_and_is_answered_like_get(client, invitation):
    got = client.get(invitation.path, {"score": "9"})

    headed = client.head(invitation.path, {"score": "9"})

    assert not Response.objects.exists()
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed["Content-Length"] == got["Content-Length"]
    assert headed["Content-Type"] == got["Content-Type"]
    assert LinkVisit.objects.values_list("method", "verdict", "evidence").last() == ("HEAD", "machine", ["head"])


def test_burst_of_gets_on_all_eleven_buttons_records_no_score(client, invitation):
    for score in range(11):
        assert client.get(invitation.path, {"score": score}).status_code == 200

    assert not Response.objects.exists()
    visits = list(LinkVisit.objects.order_by("pk").values_list("score_asked_for", "verdict", "evidence"))
    assert visits[:2] == [(0, "unsure", []), (1, "unsure", [])]
    assert visits[2:] == [(score, "machine", ["burst"]) for score in range(2, 11)]
    invitation.refresh_from_db()
    assert (invitation.status, invitation.answered_at) == ("sent", None)


def test_scripted_submission_after_a_burst_is_provisional_however_slow(client, invitation):
    for score in range(11):
        client.get(invitation.path, {"score": score})

    client.post(invitation.path, {"step": "score", "score": "0", "scripted": "1", "shown": "1000"})

    assert Response.objects.get().is_provisional
    assert LinkVisit.objects.last().evidence == ["burst", "no_gesture"]


def test_person_right_after_a_burst_counts(client, invitation):
    for score in range(11):
        client.get(invitation.path, {"score": score})

    client.post(invitation.path, {"step": "score", "score": "9", "scripted": "1", "gesture": "pointer"})

    assert Response.objects.counted().get().score == 9
    assert LinkVisit.objects.values_list("verdict", "evidence").last() == ("human", ["burst", "gesture"])


def test_submissions_leave_their_evidence(client, invitation):
    shown = re.search(r'name="shown" value="(\d+)"', client.get(invitation.path).content.decode())[1]
    client.post(invitation.path, {"step": "score", "score": "9", "shown": shown})
    client.post(invitation.path, {"step": "why", "score": "9", "scripted": "1", "gesture": "key"})
    client.post(invitation.path, {"step": "why", "score": "9", "scripted": "1", "gesture": "forged"})

    visits = LinkVisit.objects.filter(method="POST").order_by("pk")
    assert list(visits.values_list("score_asked_for", "verdict", "evidence")) == [
        (9, "unsure", ["no_script", "quick"]),
        (9, "human", ["gesture"]),
        (9, "unsure", ["no_gesture"]),
    ]


@pytest.mark.parametrize("network", ["2001:db8:aaaa:bbbb::7", "not an address"])
def test_only_a_coarse_network_is_kept(client, invitation, network):
    client.get(invitation.path, REMOTE_ADDR=network)

    assert LinkVisit.objects.get().network == {"2001:db8:aaaa:bbbb::7": "2001:db8:aaaa::/48"}.get(network, "")


def test_behind_a_proxy_the_last_forwarded_address_is_kept(client, invitation, settings):
    settings.TRUSTED_PROXIES = 1

    client.get(invitation.path, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})

    assert LinkVisit.objects.get().network == "203.0.113.0/24"


@pytest.mark.django_db(transaction=True)
def test_only_the_visit_itself_does_not_wait_for_the_disk(client):
    invitation = InvitationFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
        client.get(invitation.path)
        cursor.execute("SHOW synchronous_commit")

        assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")
