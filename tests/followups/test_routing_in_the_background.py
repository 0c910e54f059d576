from decimal import Decimal

import pytest

from accounts import clock, setaside
from accounts.models import SetAsideRow
from followups import receivers, routes, tasks
from followups.models import Followup
from followups.services import Routed, route_due
from responses.models import Response
from responses.signals import responses_settled
from tests.bad_rows import extreme_contact
from tests.factories import ResponseFactory

pytestmark = pytest.mark.django_db


def settled(**fields):
    return ResponseFactory(settled_at=clock.now(), **fields)


def test_an_answer_that_fails_holds_up_no_other(monkeypatch):
    broken, *_ = [
        *(settled(score=2) for _ in range(3)),
        settled(score=2, invitation__contact=extreme_contact(), amount=Decimal("999999999999.99")),
    ]
    draft = routes.draft

    def fail_for_one(response, *args, **kwargs):
        if response == broken:
            raise ZeroDivisionError
        return draft(response, *args, **kwargs)

    monkeypatch.setattr(routes, "draft", fail_for_one)
    assert route_due() == Routed(responses=3, followups=3)
    assert list(Response.objects.unrouted()) == [broken]

    monkeypatch.undo()
    assert route_due() == Routed()
    setaside.try_again(SetAsideRow.objects.filter(batch="routing", row=broken.pk), now=clock.now())
    assert route_due() == Routed(responses=1, followups=1)
    assert not SetAsideRow.objects.exists()


def test_news_of_settled_answers_nudge_the_router(monkeypatch):
    nudged = []
    monkeypatch.setattr(receivers, "nudge", nudged.append)

    responses_settled.send(sender=None, response_ids=[1])

    assert nudged == ["followups.route_responses"]
    assert tasks.route_responses.name == "followups.route_responses"


def test_the_task_routes_what_is_due():
    settled(score=2)

    tasks.route_responses()

    assert Followup.objects.count() == 1
