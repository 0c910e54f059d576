from datetime import timedelta

import pytest

from accounts import clock
from delivery import composers
from delivery.models import Message
from followups.improvements import audience, changes, runs
from followups.models import Improvement, ImprovementLetter
from surveys.models import AskingPolicy
from tests.factories import ContactFactory, InvitationFactory, ResponseFactory, TeamFactory
from tests.noes import bounce, object_to, opt_out

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=30)


def asked(ago=LONG_AGO, **facts):
    """An answer to an invitation that went out so long ago."""
    at = clock.now() - ago
    return {"invitation": InvitationFactory(status="answered", asked_at=at, queued_at=at, **facts)}


@pytest.fixture
def done(improvement, manager):
    changes.word(improvement, {"en": "Vans leave an hour earlier.", "lt": "Furgonai išvyksta anksčiau."}, by=manager)
    improvement.move("done", by=manager)
    return improvement


def tell(improvement, by):
    number = runs.want(improvement, by=by)
    runs.write_due(clock.now())
    return number


def faults(improvement, reader):
    found = audience.of(improvement, reader, clock.now()).customers
    return {each.response.pk: each.fault for each in found}


def test_each_customer_gets_one_letter_in_their_language(done, administrator):
    answers = [
        ResponseFactory(score=2, **asked(contact=ContactFactory(email="ona@shop.example"))),
        ResponseFactory(score=2, language="lt", **asked(contact=ContactFactory(email="jonas@shop.example"))),
    ]
    changes.link(done, answers, by=administrator)

    assert tell(done, administrator) == 2
    assert tell(done, administrator) == 0

    messages = list(Message.objects.filter(purpose="closing").order_by("to_address"))
    assert [(one.to_address, one.language) for one in messages] == [
        ("jonas@shop.example", "lt"), ("ona@shop.example", "en"),
    ]  # fmt: skip
    letters = composers.compose(messages)
    english, lithuanian = letters[messages[1].pk], letters[messages[0].pk]
    assert english.subject == "You said it, we did it: Ąžuolas & Co"
    assert "Vans leave an hour earlier." in english.text
    assert "Unsubscribe: http" in english.text
    assert english.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Furgonai išvyksta anksčiau." in lithuanian.text
    assert "Vans leave" not in lithuanian.text
    assert lithuanian.subject != english.subject
    assert "Vans leave an hour earlier." in english.html
    assert 'class="sheet"' in english.html
    assert 'lang="lt"' in lithuanian.html


def test_who_is_left_and_why(done, administrator):
    reasons = {
        "": ResponseFactory(score=2, **asked()),
        "rests": ResponseFactory(score=2, **asked(timedelta(days=1))),
        "no_words": ResponseFactory(score=2, language="uk", **asked()),
        "bounced": ResponseFactory(score=2, **asked()),
        "do_not_contact": ResponseFactory(score=2, **asked()),
        "objected": ResponseFactory(score=2, **asked()),
        "no_address": ResponseFactory(score=2, **asked(contact=ContactFactory(email=""))),
    }
    bounce(reasons["bounced"].contact)
    opt_out(reasons["do_not_contact"].contact)
    object_to(reasons["objected"].contact)
    changes.link(done, reasons.values(), by=administrator)

    assert faults(done, administrator) == {answer.pk: fault for fault, answer in reasons.items()}
    assert tell(done, administrator) == 1
    assert Message.objects.filter(purpose="closing").count() == 1


def test_who_complained_after_it_was_done_is_not_told_that_it_is(improvement, manager, administrator):
    changes.word(improvement, {"en": "Vans leave an hour earlier."}, by=manager)
    improvement.move("done", by=manager, on=(clock.now() - timedelta(days=3)).date())
    early = ResponseFactory(score=2, answered_at=clock.now() - timedelta(days=20), **asked())
    late = ResponseFactory(score=2, answered_at=clock.now() - timedelta(days=1), **asked())
    changes.link(improvement, [early, late], by=administrator)

    assert faults(improvement, administrator) == {early.pk: "", late.pk: "later"}
    assert tell(improvement, administrator) == 1


def test_the_page_says_how_many_and_why_before_anything_is_written(client, done, administrator):
    changes.link(
        done,
        [ResponseFactory(score=2, **asked()), ResponseFactory(score=2, language="uk", **asked())],
        by=administrator,
    )
    client.force_login(administrator)

    page = client.get(f"/improvements/{done.pk}/letters/")

    assert (page.context["number"], page.context["writable"]) == (2, 1)
    assert page.context["left"] == [("Nothing is written in their language.", 1)]
    assert "Vans leave an hour earlier." in page.text
    assert not Message.objects.exists()
    client.post(f"/improvements/{done.pk}/letters/", {"send": "yes"})
    assert ImprovementLetter.objects.waiting().count() == 1


def test_after_the_floor_the_rest_are_written_to(done, administrator, monkeypatch):
    changes.link(done, [ResponseFactory(score=2, **asked(timedelta(days=1)))], by=administrator)
    assert tell(done, administrator) == 0
    later = clock.now() + timedelta(days=AskingPolicy.current().floor_days)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert tell(done, administrator) == 1
    assert Message.objects.filter(purpose="closing").count() == 1


def test_who_was_told_is_never_told_again(done, administrator, monkeypatch):
    answer = ResponseFactory(score=2, **asked())
    changes.link(done, [answer], by=administrator)
    tell(done, administrator)
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert faults(done, administrator) == {answer.pk: "told"}
    assert tell(done, administrator) == 0
    assert Message.objects.filter(purpose="closing").count() == 1


def test_two_things_done_at_once_are_one_letter_for_now(done, improvement, manager, administrator):
    answer = ResponseFactory(score=2, **asked())
    other = changes.propose(by=manager, title="Answer the phone", why="Nobody does.", answers=[answer])
    changes.word(other, {"en": "Somebody does now."}, by=manager)
    other.move("done", by=manager)
    changes.link(done, [answer], by=manager)

    runs.want(done, by=administrator)
    runs.want(other, by=administrator)
    runs.write_due(clock.now())

    assert Message.objects.filter(purpose="closing").count() == 1
    assert sorted(ImprovementLetter.objects.values_list("state", "reason")) == [("left", "rests"), ("written", "")]


def test_records_of_one_mailbox_get_one_letter(done, administrator):
    answers = [ResponseFactory(score=2, **asked(contact=ContactFactory(email="shop@shop.example"))) for _ in range(2)]
    changes.link(done, answers, by=administrator)

    tell(done, administrator)

    assert Message.objects.filter(purpose="closing").count() == 1
    assert ImprovementLetter.objects.written().count() == 2


def test_what_was_wanted_is_judged_again_when_it_is_written(done, administrator):
    answer = ResponseFactory(score=2, **asked())
    changes.link(done, [answer], by=administrator)
    runs.want(done, by=administrator)
    opt_out(answer.contact)

    runs.write_due(clock.now())

    assert not Message.objects.filter(purpose="closing").exists()
    assert ImprovementLetter.objects.get().reason == "do_not_contact"


def test_a_letter_in_the_outbox_is_called_off_by_a_no_or_when_it_is_not_done_after_all(done, administrator, manager):
    answer = ResponseFactory(score=2, **asked())
    changes.link(done, [answer], by=administrator)
    tell(done, administrator)
    message = Message.objects.get(purpose="closing")

    done.move("in_progress", by=manager)
    assert composers.compose([message])[message.pk].called_off
    assert str(composers.compose([message])[message.pk]) == "The improvement is not done after all."
    done.move("done", by=manager)
    assert "Vans leave" in composers.compose([message])[message.pk].text
    opt_out(answer.contact)
    assert composers.compose([message])[message.pk].called_off


def test_a_row_that_fails_holds_up_no_other(done, administrator, monkeypatch):
    bad, good = ResponseFactory(score=2, **asked()), ResponseFactory(score=2, **asked())
    changes.link(done, [bad, good], by=administrator)
    runs.want(done, by=administrator)
    draft = runs.letters.draft

    def failing(improvement, customer, earlier):
        if customer.response.pk == bad.pk:
            raise ValueError("broken")
        return draft(improvement, customer, earlier)

    monkeypatch.setattr(runs.letters, "draft", failing)
    runs.write_due(clock.now())

    states = dict(ImprovementLetter.objects.values_list("response", "state"))
    assert states == {bad.pk: "waiting", good.pk: "written"}


def test_nobody_is_told_of_what_is_not_done(client, improvement, administrator):
    changes.word(improvement, {"en": "Soon."}, by=administrator)
    changes.link(improvement, [ResponseFactory(score=2, **asked())], by=administrator)
    client.force_login(administrator)

    client.post(f"/improvements/{improvement.pk}/letters/", {"send": "yes", "told-en": "Soon."})

    assert not ImprovementLetter.objects.exists()
    with pytest.raises(runs.NotDone):
        runs.want(improvement, by=administrator)


def test_a_manager_writes_to_customers_of_their_own_team_only(done, manager, team):
    ours = ResponseFactory(score=2, team=team, **asked())
    theirs = ResponseFactory(score=2, team=TeamFactory(), **asked())
    changes.link(done, [ours, theirs], by=manager)

    assert tell(done, manager) == 1
    assert ImprovementLetter.objects.get().response == ours


@pytest.mark.parametrize("who", ["teammate", "owner"])
def test_who_leads_it_not_writes_to_nobody(client, request, done, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(f"/improvements/{done.pk}/letters/", {"send": "yes"}).status_code == 403
    assert Improvement.objects.get().told == {
        "en": "Vans leave an hour earlier.", "lt": "Furgonai išvyksta anksčiau.",
    }  # fmt: skip
