"""The hours in which a medium may be used: in the judgement, at the last moment before sending, and as a setting."""

from datetime import UTC, datetime, time, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from accounts import clock
from accounts.models import Holiday
from delivery import composers
from delivery.composers import Unsendable, Untimely
from delivery.dispatch import send_due
from delivery.models import Message, TextGateway
from surveys.fates.delivery_news import sync
from surveys.judging.facts import policy_in_force
from surveys.media_hours import MediaHours
from surveys.models import Judgement, ManualAsk, WritingHours
from surveys.sendwindow import Window
from surveys.services import judge_due, plan_invitations
from tests.factories import ContactFactory, SurveyVersionFactory, TouchpointFactory, TriggerFactory, UserFactory
from tests.noes import opt_out
from tests.surveys.test_admin_surveys import trigger_form

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
EVENING = datetime(2026, 7, 1, 18, tzinfo=UTC)  # a Wednesday, 21:00 in Vilnius
NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)
MORNING = datetime(2026, 7, 2, 6, tzinfo=UTC)
PHONE = "+37060000007"


@pytest.fixture
def _texts_from_nine_to_eight():
    WritingHours.objects.create(medium="sms")


def due(*media, at, contact=None):
    trigger = TriggerFactory(
        survey=SurveyVersionFactory().survey,
        asks_since=at - timedelta(days=365),
        media=list(media),
        window_start=time.min,
        window_end=time.max,
        window_weekdays=[1, 2, 3, 4, 5, 6, 7],
    )
    contact = contact or ContactFactory(phone=PHONE)
    touchpoint = TouchpointFactory(contact=contact, occurred_at=at - trigger.delay - HOUR)
    plan_invitations(now=at)
    trigger.invitations.update(due_at=at)
    return trigger.invitations.get(touchpoint=touchpoint)


@pytest.mark.usefixtures("_texts_from_nine_to_eight")
class TestJudging:
    def test_a_text_waits_for_the_morning_of_the_customer(self):
        invitation = due("sms", at=EVENING)

        judge_due(now=EVENING)

        invitation.refresh_from_db()
        assert (invitation.status, invitation.reason, invitation.due_at) == ("planned", "window", MORNING)
        assert judge_due(now=MORNING).asked == 1

    def test_a_letter_does_not(self):
        due("email", "sms", at=EVENING)

        assert judge_due(now=EVENING).asked == 1

    def test_who_has_no_mailbox_waits_for_the_hours_of_texts(self):
        due("email", "sms", at=EVENING, contact=ContactFactory(email="", phone=PHONE))

        assert judge_due(now=EVENING).deferred == 1

    def test_a_country_has_hours_of_its_own(self):
        WritingHours.objects.create(medium="sms", country="LT", opens_at=time(8), closes_at=time(22))
        due("sms", at=EVENING, contact=ContactFactory(phone=PHONE, region="LT"))

        assert judge_due(now=EVENING).asked == 1

    def test_hours_never_widen_those_of_the_trigger(self):
        invitation = due("sms", at=NOON)
        type(invitation.trigger).objects.update(window_start=time(15), window_end=time(16))

        judge_due(now=NOON)

        invitation.refresh_from_db()
        assert invitation.due_at == datetime(2026, 7, 1, 12, tzinfo=UTC)

    def test_where_they_never_open_the_next_medium_asks(self):
        WritingHours.objects.create(medium="sms", country="LT", opens_at=time(8), closes_at=time(9))
        invitation = due("sms", "email", at=NOON, contact=ContactFactory(phone=PHONE, region="LT"))
        type(invitation.trigger).objects.update(window_start=time(9), window_end=time(18))

        assert judge_due(now=NOON).asked == 1
        assert Message.objects.get().medium == "email"

    def test_hours_without_one_in_common_refuse_for_good_instead_of_for_ever(self):
        invitation = due("sms", at=EVENING)
        type(invitation.trigger).objects.update(window_start=time(21), window_end=time(22))

        assert judge_due(now=EVENING).suppressed == 1
        assert Judgement.objects.get().reason == "window"


class TestAtTheLastMoment:
    @pytest.fixture(autouse=True)
    def _gateway(self, _texts_from_nine_to_eight):
        TextGateway.objects.create(name="Texts", provider="twilio", sender="Plumb", secret="s")

    def composed(self, monkeypatch, at):
        monkeypatch.setattr(clock, "now", lambda: at)
        [outcome] = composers.compose(Message.objects.all()).values()
        return outcome

    def let_out(self, at, **fields):
        invitation = due("sms", at=at, **fields)
        judge_due(now=at)
        Message.objects.update(created_at=at)
        return invitation

    def test_a_text_that_was_late_waits_for_the_next_morning(self, monkeypatch):
        self.let_out(NOON)

        outcome = self.composed(monkeypatch, EVENING)

        assert isinstance(outcome, Untimely)
        assert outcome.until == MORNING
        assert not isinstance(self.composed(monkeypatch, MORNING), Exception)

    def test_on_a_holiday_it_waits_one_day_more(self, monkeypatch):
        Holiday.objects.create(date=MORNING.date(), name="A day off")
        self.let_out(NOON)

        assert self.composed(monkeypatch, EVENING).until == MORNING + timedelta(days=1)

    def test_what_a_person_let_out_at_another_hour_leaves_at_once(self, monkeypatch):
        invitation = self.let_out(NOON)
        Message.objects.update(created_at=EVENING)
        ManualAsk.objects.create(invitation=invitation, by=UserFactory(), reason="They called.")

        assert not isinstance(self.composed(monkeypatch, EVENING), Exception)

    def test_what_follows_a_letter_that_came_back_at_night_waits_for_the_morning(self, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: EVENING)
        due("email", "sms", at=EVENING)
        judge_due(now=EVENING)
        Message.objects.update(status="bounced", failed_at=EVENING, bounce="hard", has_news=True)
        sync()
        Message.objects.update(created_at=EVENING)

        [outcome] = composers.compose(Message.objects.filter(medium="sms")).values()

        assert isinstance(outcome, Untimely)
        assert outcome.until == MORNING

    def test_a_no_that_came_meanwhile_is_heard_first(self, monkeypatch):
        invitation = self.let_out(NOON)
        opt_out(invitation.contact)

        assert isinstance(self.composed(monkeypatch, EVENING), Unsendable)

    def test_it_waits_without_an_attempt_and_without_a_cost(self, monkeypatch):
        self.let_out(NOON)
        monkeypatch.setattr(clock, "now", lambda: EVENING)

        sent = send_due("sms", now=EVENING)

        message = Message.objects.get()
        assert sent.put_off == 1
        assert (message.status, message.send_after, message.attempts, message.cost) == ("queued", MORNING, 0, 0)


def test_an_installation_begins_with_hours_for_what_rings_a_phone():
    import_module("surveys.migrations.0030_hours_of_media").begin(apps, None)

    hours = MediaHours.fetch()
    assert hours.media == {"sms", "telegram"}
    assert hours.of("sms", "LT") == Window(time(9), time(20), frozenset({1, 2, 3, 4, 5, 6}))
    assert hours.of("email", "LT") is None


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


def form(**changed):
    return {
        "medium": "sms", "country": "lt", "opens_at": "08:00", "closes_at": "21:00", "weekdays": ["1", "2"],
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"country": "zz"}, "Not a country: ZZ."),
        ({"closes_at": "08:00"}, "It has to end after it starts."),
        ({"weekdays": []}, "This field is required."),
        ({"medium": "chat"}, "Select a valid choice."),
    ],
)
def test_hours_that_are_none_are_refused(page, changed, said):
    assert said in page.post(reverse("admin:surveys_writinghours_add"), form(**changed)).text
    assert not WritingHours.objects.exists()


def test_hours_are_set_once_for_a_medium_in_a_country(page):
    for _ in range(2):
        html = page.post(reverse("admin:surveys_writinghours_add"), form()).text

    row = WritingHours.objects.get()
    assert (row.medium, row.country, row.opens_at, row.weekdays) == ("sms", "LT", time(8), [1, 2])
    assert "The hours of this medium in this country are set already." in html
    assert policy_in_force().hours.of("sms", "LT") == row.window


@pytest.mark.usefixtures("_texts_from_nine_to_eight")
@pytest.mark.parametrize(
    ("start", "weekdays", "refused"), [("20:00", ["1"], True), ("19:59", ["1"], False), ("09:00", ["7"], True)]
)
def test_a_trigger_cannot_ask_by_a_medium_at_hours_that_are_not_its_own(page, start, weekdays, refused):
    window = {"window_start": start, "window_end": "23:00", "window_weekdays": weekdays}
    filled = trigger_form(SurveyVersionFactory().survey, media=["email", "sms"], **window)

    html = page.post(reverse("admin:surveys_trigger_add"), filled, follow=True).text

    assert ("Nobody may be asked by SMS at these hours" in html) is refused
