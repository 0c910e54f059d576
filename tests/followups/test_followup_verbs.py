from datetime import timedelta

import pytest

from accounts import clock
from followups.models import Followup
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db


def url(followup, resource=""):
    return f"/inbox/{followup.pk}/{resource}"


def flashed(page):
    return [str(message) for message in page.context["messages"]]


def stored(followup):
    return Followup.objects.get(pk=followup.pk)


VERBS = [
    ("notes/", {"kind": "note", "text": "Looked at the order."}),
    ("notes/", {"kind": "call", "text": "Spoke with Ona."}),
    ("assignment/", {"to": ""}),
    ("progress/", {"status": "waiting"}),
    ("closure/", {"root_cause": "price", "resolution": "Refunded."}),
    ("dismissal/", {"reason": "A test of our own."}),
]


@pytest.mark.parametrize(("resource", "sent"), VERBS)
def test_owner_and_teammate_may_work_it(client, owner, teammate, followup, resource, sent):
    for person in (owner, teammate):
        client.force_login(person)
        done = client.post(url(followup, resource), sent)
        assert (done.status_code, done["Location"].partition("#")[0]) == (302, url(followup))

    assert followup.activities.count() > 0


@pytest.mark.parametrize(("resource", "sent"), [*VERBS, ("reopening/", {})])
def test_a_stranger_and_a_visitor_change_nothing(client, stranger, followup, resource, sent):
    assert client.post(url(followup, resource), sent).status_code == 302

    client.force_login(stranger)
    assert client.post(url(followup, resource), sent).status_code == 404

    assert followup.activities.count() == 0
    assert stored(followup).status == "new"


@pytest.mark.parametrize("resource", ["notes/", "assignment/", "progress/", "closure/", "dismissal/", "reopening/"])
def test_verbs_take_only_a_post(client, owner, followup, resource):
    client.force_login(owner)

    assert client.get(url(followup, resource)).status_code == 405
    assert client.post(url(followup)).status_code == 405


def test_a_call_is_kept_and_said(client, owner, followup):
    client.force_login(owner)

    page = client.post(url(followup, "notes/"), {"kind": "call", "text": "Spoke with Ona."}, follow=True)

    assert flashed(page) == ["The call is saved."]
    assert "Spoke with Ona." in page.text
    assert stored(followup).status == "in_progress"


def test_work_goes_to_a_teammate_but_not_to_a_stranger(client, owner, teammate, stranger, followup):
    client.force_login(owner)

    page = client.post(url(followup, "assignment/"), {"to": teammate.pk}, follow=True)
    assert flashed(page) == ["The follow-up is assigned to Tomas Teammate."]
    assert stored(followup).assignee == teammate

    page = client.post(url(followup, "assignment/"), {"to": stranger.pk})
    assert "Choose somebody of the team." in page.text
    assert stored(followup).assignee == teammate


def test_whoever_takes_it_has_it(client, teammate, followup):
    client.force_login(teammate)

    page = client.post(url(followup, "assignment/"), {"to": teammate.pk}, follow=True)

    assert flashed(page) == ["The follow-up is yours."]
    assert stored(followup).assignee == teammate


def test_giving_the_last_hold_away_leads_back_to_the_inbox(client, owner, teammate):
    followup = FollowupFactory(assignee=owner)
    client.force_login(owner)

    done = client.post(url(followup, "assignment/"), {"to": ""})

    assert done["Location"] == "/inbox/?tab=mine"
    assert client.get(done["Location"]).status_code == 200


def test_a_followup_is_resolved_from_its_page(client, owner, followup):
    client.force_login(owner)
    sent = {"root_cause": "delivery", "resolution": "Sent anew.", "outcome": "saved"}

    page = client.post(url(followup, "closure/"), sent, follow=True)

    assert flashed(page) == ["The follow-up is resolved."]
    for said in ("How it was resolved", "Sent anew.", "Delivery or timing", "Customer won back"):
        assert said in page.text

    page = client.post(url(followup, "reopening/"), follow=True)
    assert flashed(page) == ["The follow-up is open again."]
    assert stored(followup).status == "in_progress"


@pytest.mark.parametrize(
    ("resource", "sent", "said", "kept"),
    [
        (
            "notes/",
            {"kind": "call", "text": ""},
            "Write a sentence about it.",
            'value="call"',
        ),
        ("closure/", {"root_cause": "", "resolution": "Sent anew."}, "Choose why it happened.", "Sent anew."),
        (
            "closure/",
            {"root_cause": "price", "resolution": ""},
            "Write what was done about it.",
            'value="price" selected',
        ),
        (
            "compensations/",
            {"kind": "refund", "amount": "-3", "currency": "EUR"},
            "Give an amount of 0 or more.",
            'value="-3"',
        ),
        ("dismissal/", {"reason": " "}, "Say why, so that others understand it later.", "open"),
    ],
)
def test_a_form_says_what_to_fix_and_keeps_what_was_typed(client, owner, followup, resource, sent, said, kept):
    client.force_login(owner)

    page = client.post(url(followup, resource), sent)

    assert page.status_code == 200
    assert said in page.text
    assert kept in page.text
    assert followup.activities.count() == 0
    assert stored(followup).status == "new"


def test_closed_work_says_that_it_must_be_reopened(client, owner, followup):
    followup.dismiss(reason="No.", by=owner)
    client.force_login(owner)

    page = client.post(url(followup, "progress/"), {"status": "waiting"}, follow=True)

    assert flashed(page) == ["The follow-up is closed. Reopen it first."]
    assert stored(followup).status == "dismissed"


def test_who_is_content_is_asked_for_no_root_cause_but_for_what_came_of_it(client, owner, followup):
    praised = FollowupFactory(assignee=owner, team=owner.team, response__score=10)
    client.force_login(owner)

    fields = client.get(url(praised)).context["resolution_form"].fields
    assert list(fields) == ["outcome", "resolution"]
    assert "root_cause" in client.get(url(followup)).context["resolution_form"].fields

    page = client.post(url(praised, "closure/"), {"resolution": "Nice talk."})
    assert "Choose what came of it." in page.text
    assert stored(praised).is_open

    client.post(url(praised, "closure/"), {"outcome": "quoted"})
    done = stored(praised)
    assert (done.status, done.outcome, done.root_cause_id, done.resolution) == ("resolved", "quoted", None, "")
    assert "Root cause" not in client.get(url(praised)).text


@pytest.mark.parametrize(
    ("resource", "sent", "place"),
    [
        ("notes/", {"kind": "note", "text": "Looked at the order."}, "activities"),
        ("progress/", {"status": "waiting"}, "standing"),
        ("closure/", {"root_cause": "price", "resolution": "Refunded."}, "content"),
    ],
)
def test_a_deed_leads_to_where_it_can_be_seen(client, owner, followup, resource, sent, place):
    client.force_login(owner)

    done = client.post(url(followup, resource), sent, follow=True)

    assert done.redirect_chain[-1][0] == f"{url(followup)}#{place}"
    assert f'id="{place}"' in done.text
    assert 'class="stack stack--tight flash" role="status"' in done.text


def test_a_closed_followup_leads_to_the_next_of_the_list_and_back_to_it(client, owner, followup):
    later = FollowupFactory(
        assignee=owner, team=owner.team, response__score=2, next_due_at=clock.now() + timedelta(days=9)
    )
    other = FollowupFactory(assignee=owner, team=owner.team, response__score=10)
    client.force_login(owner)
    client.get("/inbox/", {"tab": "mine", "category": "detractor"})

    page = client.post(url(followup, "dismissal/"), {"reason": "A test of ours."}, follow=True)

    assert page.context["flow"].next.startswith(later.get_absolute_url())
    assert str(other.pk) not in page.context["flow"].next
    assert page.context["flow"].list_address == "/inbox/?tab=mine&category=detractor"
    assert page.text.count('href="/inbox/?tab=mine&amp;category=detractor"') == 2


def test_a_followup_is_no_part_of_its_own_history(client, owner, followup):
    client.force_login(owner)

    assert "followup" not in {entry.kind for entry in client.get(url(followup)).context["history"].entries}
