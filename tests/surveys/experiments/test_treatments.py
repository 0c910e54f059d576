from datetime import UTC, datetime, time
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import composers
from delivery.models import Message
from surveys.models import Enrolment, ExperimentArm, Invitation
from surveys.sendwindow import Window
from surveys.services import judge_due, remind_due
from tests.factories import ContactFactory
from tests.surveys.experiments.running import DAY, EVENING, MORNING, NOW, arm_of, due, experiment

pytestmark = pytest.mark.django_db
WORKDAY = Window(time(9), time(18), frozenset({1, 2, 3, 4, 5}))
TIMES = st.times().map(lambda at: at.replace(microsecond=0))


def enrolled(running, name, **contact):
    """A contact whose arm is the one of that name."""
    person = ContactFactory(**{"timezone": "Europe/Vilnius"} | contact)
    Enrolment.objects.create(
        experiment=running, contact=person, arm=running.arms.get(name=name), shares=[50, 50], at=NOW - DAY
    )
    return person


@pytest.mark.parametrize(
    ("name", "hour", "sent"),
    [
        # 13:00 in Vilnius: the morning is over, the evening still to come.
        ("morning", NOW, datetime(2026, 7, 2, 6, tzinfo=UTC)),
        ("evening", NOW, datetime(2026, 7, 1, 13, tzinfo=UTC)),
        ("usual", NOW, None),
    ],
)
def test_the_hour_of_an_arm_moves_the_ask_within_the_send_window(name, hour, sent):
    running = experiment({"name": "usual"}, {"name": "morning"} | MORNING, {"name": "evening"} | EVENING)
    invitation = due(running.survey, enrolled(running, name))

    judge_due(now=NOW)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.due_at) == (("planned", sent) if sent else ("queued", NOW))
    if sent:
        judge_due(now=sent)
        invitation.refresh_from_db()
        assert (invitation.status, invitation.arm.name) == ("queued", name)


@given(opens=TIMES, closes=TIMES, begins=TIMES, ends=TIMES)
def test_an_arm_never_writes_outside_the_send_window(opens, closes, begins, ends):
    if opens >= closes or begins >= ends:
        return
    window = Window(opens, closes, frozenset({1}))

    narrowed = ExperimentArm(hour_from=begins, hour_until=ends).narrow(window)

    assert opens <= narrowed.opens < narrowed.closes <= closes


def test_hours_that_the_send_window_has_left_behind_are_as_usual():
    assert ExperimentArm(hour_from=time(6), hour_until=time(7)).narrow(WORKDAY) == WORKDAY
    assert ExperimentArm().narrow(WORKDAY) == WORKDAY


@given(st.permutations(["email", "sms", "viber"]), st.sampled_from(["", "email", "sms", "telegram"]))
def test_an_arm_orders_media_and_adds_none(media, first):
    ordered = list(ExperimentArm(first_medium=first).order(media))

    assert sorted(ordered) == sorted(media)
    assert ordered[0] == (first if first in media else media[0])
    assert [medium for medium in ordered if medium != first] == [medium for medium in media if medium != first]


def test_a_medium_that_may_not_be_used_is_passed_over_and_the_arm_stays():
    running = experiment({"name": "usual"}, {"name": "text", "first_medium": "sms"}, varied="medium")
    running.survey.triggers.update(media=["email", "sms"])
    invitation = due(running.survey, enrolled(running, "text"))

    judge_due(now=NOW)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.medium) == ("queued", "email")
    assert arm_of(invitation).name == "text"


def test_the_subject_of_an_arm_stands_on_the_letter_and_on_its_reminder():
    running = experiment(
        {"name": "usual"},
        {
            "name": "short",
            "subjects": {"en": "[[{name}, one|One]] question about {brand}"},
            "reminder_subjects": {"en": "Still one question"},
        },
        varied="subject",
    )
    running.survey.triggers.update(reminder_days=[2])
    short, usual = (
        due(running.survey, enrolled(running, name, first_name="Ona"), reminders_left=1) for name in ("short", "usual")
    )
    judge_due(now=NOW)
    brand = running.survey.brand.name
    letters = {message.context["invitation"]: message for message in Message.objects.all()}

    assert subject_of(letters[short.pk]) == f"Ona, one question about {brand}"
    assert subject_of(letters[usual.pk]) == f"Ona, one quick question from {brand}"

    Invitation.objects.update(status="sent", asked_at=NOW, sent_at=NOW, remind_at=NOW + 2 * DAY)
    remind_due(now=NOW + 2 * DAY)
    reminders = {m.context["invitation"]: m for m in Message.objects.filter(purpose="reminder")}
    assert subject_of(reminders[short.pk]) == "Still one question"
    assert subject_of(reminders[usual.pk]) == "Ona, we would still love to hear from you"
    assert arm_of(short).name == "short"


def test_a_language_without_a_subject_has_that_of_the_wording():
    running = experiment({"name": "usual"}, {"name": "short", "subjects": {"lt": "Vienas klausimas"}}, varied="subject")
    due(running.survey, enrolled(running, "short", first_name="Ona"))

    judge_due(now=NOW)

    assert "subject" not in Message.objects.get().context
    assert "quick question" in subject_of(Message.objects.get())


@pytest.mark.parametrize("text", ["{{7*7}} <b>x</b>", "Ona\r\nBcc: x@shop.example", "[[{name}"])
def test_a_hostile_subject_stays_one_header(text):
    running = experiment({"name": "usual"}, {"name": "odd", "subjects": {"en": text}}, varied="subject")
    due(running.survey, enrolled(running, "odd"))
    judge_due(now=NOW)

    head = composed(Message.objects.get()).split(b"\r\n\r\n")[0]

    assert b"\nBcc:" not in head
    assert head.count(b"\nSubject:") + head.startswith(b"Subject:") == 1


def composed(message):
    # Whatever day it is today.
    Invitation.objects.update(expires_at=NOW + 9999 * DAY)
    return composers.compose([message])[message.pk].raw


def subject_of(message):
    return message_from_bytes(composed(message), policy=policy.default)["subject"]
