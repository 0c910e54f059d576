"""Whatever somebody does to a link, its page stays fast, its rows stay few, and its person can answer."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from responses.models import LinkVisit, Response, Topic
from responses.page import links
from responses.statements import KEPT

pytestmark = pytest.mark.django_db
HOME, AWAY = "203.0.113.7", "198.51.100.9"
GESTURE = {"step": "score", "scripted": "1", "gesture": "pointer"}


def visits(invitation, count, *, ago=timedelta(days=1), **fields):
    at = clock.now() - ago
    LinkVisit.objects.bulk_create(
        LinkVisit(invitation=invitation, at=at, **{"method": "GET", "network": "192.0.2.0/24", **fields})
        for _number in range(count)
    )


def rows_looked_at(invitation):
    """Return how many rows PostgreSQL takes into its hands to answer one request."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE responses_linkvisit")
        cursor.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) " + links.FIND.plain,
            {"token_hash": bytes(invitation.token_hash), "network": "192.0.2.0/24", **links.moments(now)},
        )
        return rows_of(cursor.fetchone()[0][0]["Plan"])


def rows_of(node):
    filtered = node.get("Rows Removed by Filter", 0)
    own = (node["Actual Rows"] + filtered) * node["Actual Loops"] if "Relation Name" in node else 0
    return own + sum(rows_of(inner) for inner in node.get("Plans", []))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"ago": timedelta(seconds=30)},
        {"method": "POST", "verdict": "human"},
        {"verdict": "machine", "evidence": ["head"], "ago": timedelta(minutes=2)},
        {"score_asked_for": 3, "verdict": "machine", "evidence": ["burst"], "ago": timedelta(seconds=1)},
    ],
    ids=["old", "new", "persons", "machines", "a burst"],
)
def test_page_looks_at_few_rows_of_a_link_with_five_thousand_visits(invitation, fields):
    visits(invitation, 5_000, **fields)

    assert rows_looked_at(invitation) < links.MOST_VISITS + 5 * links.LOOKED_AT


def test_page_is_answered_at_five_thousand_visits_and_keeps_no_more_of_them(client, invitation):
    visits(invitation, 5_000)

    assert client.get(invitation.path).status_code == 200
    assert client.post(invitation.path, {**GESTURE, "score": "9"}).status_code == 200

    assert LinkVisit.objects.count() == 5_000
    assert Response.objects.get().score == 9


def test_answers_leave_evidence_where_pages_that_were_opened_do_no_more(client, invitation):
    visits(invitation, links.KEPT_VISITS)

    client.get(invitation.path)
    client.post(invitation.path, {**GESTURE, "score": "9"}, REMOTE_ADDR=HOME)

    newest = LinkVisit.objects.latest("pk")
    assert LinkVisit.objects.count() == links.KEPT_VISITS + 1
    assert (newest.method, newest.network, newest.verdict) == ("POST", "203.0.113.0/24", "human")


def test_a_flood_from_one_network_is_turned_away_and_the_person_elsewhere_answers(client, invitation):
    for _number in range(links.FLOOD):
        assert client.get(invitation.path, REMOTE_ADDR=AWAY).status_code == 200

    refused = client.get(invitation.path, REMOTE_ADDR=AWAY, headers={"Accept-Language": "lt"})
    posted = client.post(invitation.path, {"step": "score", "score": "0"}, REMOTE_ADDR=AWAY)
    answered = client.post(invitation.path, {**GESTURE, "score": "9"}, REMOTE_ADDR=HOME)

    assert (refused.status_code, refused["Retry-After"], posted.status_code) == (429, "60", 429)
    assert '<html lang="lt"' in refused.content.decode()
    assert answered.status_code == 200
    assert Response.objects.get().score == 9
    assert LinkVisit.objects.count() == links.FLOOD + 1


def test_what_is_sent_into_a_crowd_comes_back_to_be_sent_again(client, invitation):
    invited = {"language": "uk", "step": "why", "score": "3", "topic": str(Topic.objects.first().pk)}
    client.post(invitation.path, {**GESTURE, "score": "3"}, REMOTE_ADDR=AWAY)
    visits(invitation, links.FLOOD, network="198.51.100.0/24", ago=timedelta())

    words = client.post(invitation.path, {**invited, "comment": "Двері <b>скриплять</b>"}, REMOTE_ADDR=AWAY)
    score = client.post(invitation.path, {"step": "score", "score": "7"}, REMOTE_ADDR=AWAY)

    assert (words.status_code, words["Retry-After"], score.status_code) == (429, "60", 429)
    assert "Ще не надіслано" in words.text
    assert "Двері &lt;b&gt;скриплять&lt;/b&gt;</textarea>" in words.text
    assert f'value="{invited["topic"]}" checked' in words.text
    assert "Not sent yet" in score.text
    assert 'value="7" checked' in score.text
    assert (Response.objects.get().score, Response.objects.get().comment) == (3, "")


def test_a_crowd_at_a_link_that_has_ended_is_only_busy(client, invitation):
    invitation.expires_at = clock.now() - timedelta(seconds=1)
    invitation.save()
    visits(invitation, links.FLOOD, network="198.51.100.0/24", ago=timedelta())

    refused = client.post(invitation.path, {"step": "score", "score": "7"}, REMOTE_ADDR=AWAY)

    assert refused.status_code == 429
    assert "<textarea" not in refused.text
    assert 'name="score"' not in refused.text


def test_a_flood_is_over_after_a_minute(client, invitation):
    visits(invitation, links.FLOOD, network="198.51.100.0/24", ago=timedelta(seconds=61))

    assert client.get(invitation.path, REMOTE_ADDR=AWAY).status_code == 200


def test_a_mail_gateway_that_opens_every_button_twice_is_no_flood(client, invitation):
    for score in [*range(11)] * 2:
        for method in (client.head, client.get):
            assert method(f"{invitation.path}?score={score}", REMOTE_ADDR=AWAY).status_code == 200


def test_what_is_known_of_sources_survives_five_thousand_visits_of_others(client, invitation):
    client.post(invitation.path, {**GESTURE, "score": "9"}, REMOTE_ADDR=HOME)
    client.get(f"{invitation.path}d/", REMOTE_ADDR=AWAY)

    visits(invitation, 5_000, method="POST", verdict="human", ago=timedelta(seconds=-1))
    found = links.find(invitation.token, network="", now=clock.now())

    assert found.has_seen(links.PERSON, "203.0.113.0/24 ")
    assert found.has_seen(links.DECOY, "198.51.100.0/24 ")
    assert not found.has_seen(links.PERSON, "198.51.100.0/24 ")


def test_trail_keeps_the_first_and_the_last_answers_and_how_many_lie_between(client, invitation):
    for number in range(100):
        client.post(invitation.path, {**GESTURE, "score": str(number % 11)}, REMOTE_ADDR=f"203.0.{number % 50}.7")

    answer = Response.objects.get()
    given = [number % 11 for number in range(100)]
    kept = [entry["score"] for entry in answer.earlier_answers]
    assert answer.score == given[-1]
    assert (kept[:KEPT], kept[KEPT:]) == (given[:KEPT], given[-1 - KEPT : -1])
    assert answer.times_changed == 99
    assert len(answer.trail) == 2 * KEPT + 1
    assert answer.trail[KEPT] == {"skipped": 99 - 2 * KEPT}


def test_trail_of_comments_is_bounded_too(client, invitation):
    client.post(invitation.path, {**GESTURE, "score": "9"})
    for number in range(60):
        form = {"step": "why", "comment": f"word {number} " + "x" * 4_900, "scripted": "1", "gesture": "pointer"}
        client.post(invitation.path, form, REMOTE_ADDR=f"203.0.{number}.7")

    answer = Response.objects.get()
    assert answer.times_changed == 59
    assert len(answer.trail) == 2 * KEPT + 1
    assert answer.comment.startswith("word 59 ")


@pytest.mark.parametrize("count", [1, 2 * KEPT - 1, 2 * KEPT, 2 * KEPT + 1])
def test_nothing_is_left_out_before_it_has_to_be(client, invitation, count):
    for number in range(count + 1):
        client.post(invitation.path, {**GESTURE, "score": str(number % 11)}, REMOTE_ADDR=f"203.0.{number % 50}.7")

    answer = Response.objects.get()
    assert answer.times_changed == count
    assert len(answer.earlier_answers) == min(count, 2 * KEPT)
