"""What a tablet kept is taken once, with the moment at which it was given; a bad answer stops only itself."""

import json
from datetime import timedelta

import pytest
from django.db import DataError

from accounts import clock
from responses.kiosks import answers
from responses.models import KioskArrival, LinkVisit, Response, ResponseTopic, Tablet, Topic
from tests.factories import ChannelFactory, KioskFactory, SurveyVersionFactory, UserFactory
from tests.responses.kiosks.conftest import PairedTablet

pytestmark = pytest.mark.django_db
TAKEN, KNOWN = ("taken", ""), ("known", "")


def refused(code):
    return ("refused", code)


def test_an_answer_comes_with_its_words_and_the_facts_of_its_kiosk(team):
    manager, channel = UserFactory(team=team), ChannelFactory()
    kiosk = KioskFactory(manager=manager, channel=channel, campaign="Summer")
    tablet = PairedTablet(kiosk)
    topic = Topic.objects.filter(is_offered=True).first()

    assert tablet.fates(tablet.answer(3, comment="Cold soup", topics=[topic.pk], language="uk")) == [TAKEN]

    given = Response.objects.get()
    assert (given.score, given.comment, given.language, given.category) == (3, "Cold soup", "uk", "detractor")
    assert (given.entry, given.origin, given.survey, given.brand) == (
        kiosk.entry, "kiosk", kiosk.survey, kiosk.survey.brand,
    )  # fmt: skip
    assert (given.manager, given.team, given.channel, given.campaign) == (manager, team, channel, "Summer")
    assert (given.is_provisional, given.suspicion, given.label) == (False, [], LinkVisit.Verdict.HUMAN)
    assert given.finished_at == given.answered_at
    assert list(ResponseTopic.objects.values_list("topic", "source")) == [(topic.pk, "tapped")]
    assert KioskArrival.objects.get().tablet == tablet.row


def test_whatever_is_sent_again_is_one_answer(tablet):
    answer = tablet.answer(9)

    assert tablet.fates(answer, tablet.answer(3), answer) == [TAKEN, TAKEN, KNOWN]
    assert tablet.fates(answer) == [KNOWN]
    # Other letters of the same id, as another browser might write them, are no other answer.
    assert tablet.fates(answer | {"id": answer["id"].upper(), "score": 0}) == [KNOWN]

    assert sorted(Response.objects.values_list("score", flat=True)) == [3, 9]
    assert LinkVisit.objects.count() == 2


def test_the_same_id_on_another_tablet_is_another_answer(tablet, kiosk):
    other, answer = PairedTablet(kiosk), tablet.answer(9)

    assert (tablet.fates(answer), other.fates(answer)) == ([TAKEN], [TAKEN])

    assert Response.objects.count() == 2


@pytest.mark.parametrize("skew", [timedelta(), timedelta(days=400), timedelta(days=-3)])
def test_the_moment_is_that_of_the_tap_however_wrong_the_clock_is(tablet, skew):
    tablet.skew = skew

    assert tablet.fates(tablet.answer(ago=timedelta(hours=5))) == [TAKEN]

    given = Response.objects.get()
    assert abs(clock.now() - timedelta(hours=5) - given.answered_at) < timedelta(seconds=5)
    assert given.suspicion == []
    assert clock.now() - given.arrival.arrived_at < timedelta(seconds=5)


@pytest.mark.parametrize("ago", [timedelta(hours=-3), timedelta(days=90)])
def test_no_answer_is_of_tomorrow_or_older_than_its_tablet(tablet, ago):
    assert tablet.fates(tablet.answer(ago=ago)) == [TAKEN]

    given = Response.objects.get()
    assert tablet.row.paired_at <= given.answered_at <= clock.now()
    assert (given.is_provisional, given.suspicion) == (False, ["gesture", "clock"])


def test_what_waited_for_more_than_a_month_is_kept_and_marked(tablet):
    tablet.was_paired(days=60)

    assert tablet.fates(tablet.answer(ago=timedelta(days=31)), tablet.answer(ago=timedelta(days=29))) == [TAKEN, TAKEN]

    assert list(Response.objects.order_by("answered_at").values_list("is_provisional", "suspicion")) == [
        (False, ["gesture", "waited"]),
        (False, []),
    ]


def test_an_answer_to_an_earlier_wording_is_taken_as_asked(tablet, kiosk):
    answer = tablet.answer(9)
    earlier = kiosk.survey.versions.get()
    SurveyVersionFactory(survey=kiosk.survey, number=earlier.number + 1)

    assert tablet.fates(answer) == [TAKEN]

    assert Response.objects.get().version == earlier


def test_answers_are_taken_after_the_kiosk_was_switched_off(tablet, kiosk):
    kiosk.is_active = False
    kiosk.save()

    assert tablet.fates(tablet.answer()) == [TAKEN]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"id": ""}, "id"),
        ({"id": None}, "id"),
        ({"id": "a\0" * 16}, "id"),
        ({"id": "x" * 5000}, "id"),
        ({"score": 11}, "score"),
        ({"score": -1}, "score"),
        ({"score": "9"}, "score"),
        ({"score": True}, "score"),
        ({"score": 9.5}, "score"),
        ({"score": None}, "score"),
        ({"version": 0}, "version"),
        ({"version": 2**70}, "version"),
        ({"version": [1]}, "version"),
        ({"at": "yesterday"}, "moment"),
        ({"at": -5}, "moment"),
        ({"topics": "1"}, "topics"),
        ({"topics": [{}]}, "topics"),
        ({"topics": list(range(51))}, "topics"),
        ({"comment": 5}, "shape"),
    ],
)
def test_what_can_never_be_taken_is_refused_alone(tablet, wrong, code):
    assert tablet.fates(tablet.answer(8), tablet.answer() | wrong, tablet.answer(7)) == [TAKEN, refused(code), TAKEN]

    assert sorted(Response.objects.values_list("score", flat=True)) == [7, 8]


@pytest.mark.parametrize("nothing", [None, [], "x", 5])
def test_what_is_no_answer_at_all_is_refused_alone(tablet, nothing):
    assert tablet.fates(nothing, tablet.answer()) == [refused("id"), TAKEN]


def test_a_wording_of_another_survey_or_a_draft_was_never_asked(tablet, kiosk):
    other = SurveyVersionFactory()
    draft = SurveyVersionFactory(survey=kiosk.survey, number=9999, published_at=None)

    fates = tablet.fates(tablet.answer(version=other.pk), tablet.answer(version=draft.pk))

    assert fates == [refused("version")] * 2
    assert not Response.objects.exists()


def test_scores_are_those_of_the_metric():
    tablet = PairedTablet(KioskFactory(version__survey__metric="csat"))

    assert tablet.fates(tablet.answer(5), tablet.answer(0), tablet.answer(6)) == [
        TAKEN, refused("score"), refused("score"),
    ]  # fmt: skip
    assert Response.objects.get().category == "satisfied"


def test_words_are_kept_as_they_can_be_kept(tablet):
    odd = tablet.answer(comment="a\0b\ud83d \u202e" + "x" * 9000, language="tlh", gesture="laser", topics=[2**50])

    assert tablet.fates(odd) == [TAKEN]

    given = Response.objects.get()
    assert given.comment.startswith("ab\ufffd")
    assert len(given.comment) <= 5000
    assert given.language == "en"
    # Without a gesture it waits for a person's word.
    assert (given.is_provisional, given.suspicion) == (True, ["no_gesture"])


def test_a_child_that_taps_ten_times_counts_for_a_few(kiosk, tablet):
    kiosk.crowd = 4
    kiosk.save()
    drummed = [tablet.answer(0, ago=timedelta(seconds=600 - 5 * number)) for number in range(10)]
    calm = [tablet.answer(9, ago=timedelta(seconds=400 - 20 * number)) for number in range(10)]

    assert tablet.fates(*drummed) == [TAKEN] * 10
    assert tablet.fates(*calm) == [TAKEN] * 10

    assert Response.objects.counted().filter(score=0).count() == 4
    assert Response.objects.provisional().filter(score=0, suspicion=["gesture", answers.RUSH]).count() == 6
    assert Response.objects.counted().filter(score=9).count() == 10


def test_one_tablet_does_not_fill_the_minute_of_another(kiosk, tablet):
    kiosk.crowd = 2
    kiosk.save()
    other = PairedTablet(kiosk)

    tablet.fates(*[tablet.answer(8) for _number in range(2)])
    other.fates(*[other.answer(8) for _number in range(2)])

    assert Response.objects.counted().count() == 4


def test_a_tablet_tells_how_much_waits(tablet):
    tablet.send(tablet.answer(), waiting=31, refused=2)

    row = tablet.row
    assert (row.waiting, row.refused) == (31, 2)
    assert clock.now() - row.seen_at < timedelta(minutes=1)
    tablet.send(waiting=-4, refused="many")
    row = tablet.row
    assert (row.waiting, row.refused) == (0, 0)


def test_a_row_that_breaks_is_sent_again_later_and_stops_no_other(tablet, monkeypatch):
    record = answers.record

    def broken(tablet, answer, *args, **more):
        if answer.score == 1:
            raise DataError
        return record(tablet, answer, *args, **more)

    monkeypatch.setattr(answers, "record", broken)

    assert tablet.fates(tablet.answer(1), tablet.answer(9)) == [("later", ""), TAKEN]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"x"', b"\xff", b'{"sent": NaN, "answers": []}', b"[" * 5000,
        b'{"sent": 1, "answers": {}}', b'{"answers": []}', b'{"sent": "1", "answers": []}',
        b'{"sent": 9007199254740993000, "answers": []}',
        json.dumps({"sent": 1, "answers": [None] * 51}).encode(),
        b'{"sent": ' + b"9" * 5000 + b', "answers": []}',
    ],
)  # fmt: skip
def test_what_is_no_list_of_answers_is_refused_in_one_shape(tablet, body):
    answer = tablet.post(body)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "unreadable"
    assert set(answer.json()["error"]) == {"code", "message", "fields"}


def test_moments_beyond_any_calendar_are_bounded(tablet):
    answer = tablet.answer(at=0)

    assert tablet.fates(answer, sent=2**53) == [TAKEN]

    assert Response.objects.get().answered_at == tablet.row.paired_at


def test_nobody_else_sends_answers(tablet, client):
    body = json.dumps({"sent": 1, "answers": []})
    statuses = []
    for secret in ("", "x" * 43, "é", "\u202e"):
        if secret:
            client.cookies["kiosk"] = secret.encode("ascii", "backslashreplace").decode()
        statuses.append(client.post("/k/answers/", body, content_type="application/json").status_code)
    assert statuses == [401] * 4
    assert tablet.post("sent=1", "application/x-www-form-urlencoded").status_code == 415
    assert tablet.client.get("/k/answers/").status_code == 405


def test_a_revoked_tablet_is_not_listened_to_until_it_may_send_again(tablet):
    row = tablet.row
    row.is_active = False
    row.save()
    assert tablet.send(tablet.answer()).status_code == 401

    row.is_active = True
    row.save()
    assert tablet.fates(tablet.answer()) == [TAKEN]


def test_a_tablet_that_is_paired_anew_sends_what_it_kept_once(tablet, kiosk):
    answer = tablet.answer()
    tablet.send(answer)
    again = PairedTablet(kiosk, held=tablet.row)

    assert again.fates(answer) == [KNOWN]
    assert again.row.pk == KioskArrival.objects.get().tablet_id
    assert tablet.send(answer).status_code == 401


def moved(tablet, kiosk):
    """Return the tablet that a device becomes which shows another kiosk from now on."""
    return PairedTablet(kiosk, held=tablet.row)


def test_a_device_that_moved_to_another_kiosk_sends_what_it_keeps_of_the_first(tablet, kiosk):
    answer = tablet.answer(3) | {"tablet": tablet.row.pk}
    tablet.send(waiting=1)
    there = moved(tablet, KioskFactory(version__survey__metric="csat"))

    assert there.fates(answer, there.answer(5), answer) == [TAKEN, TAKEN, KNOWN]

    first, second = Response.objects.order_by("score")
    assert (first.entry, first.arrival.tablet.kiosk) == (kiosk.entry, kiosk)
    assert second.entry == there.kiosk.entry
    assert not Tablet.objects.filter(waiting__gt=0).exists()


def test_a_device_that_comes_back_is_the_tablet_that_it_was(tablet, kiosk):
    answer = tablet.answer(3)
    tablet.send(answer)
    first = tablet.row.pk
    back = moved(moved(tablet, KioskFactory()), kiosk)

    assert back.row.pk == first
    assert back.fates(answer) == [KNOWN]
    assert Tablet.objects.count() == 2


def test_no_device_speaks_for_another_one(tablet, kiosk):
    other = PairedTablet(kiosk)

    assert tablet.fates(tablet.answer() | {"tablet": other.row.pk}, tablet.answer() | {"tablet": 2**53}) == [
        refused("tablet"), refused("tablet"),
    ]  # fmt: skip
    assert not Response.objects.exists()


def test_what_a_revoked_tablet_of_the_device_keeps_waits_for_whoever_revoked_it(tablet):
    answer = tablet.answer() | {"tablet": tablet.row.pk}
    there = moved(tablet, KioskFactory())
    Tablet.objects.filter(pk=answer["tablet"]).update(is_active=False)
    assert there.fates(answer) == [("later", "")]

    Tablet.objects.update(is_active=True)
    assert there.fates(answer) == [TAKEN]


def test_too_many_sendings_are_asked_to_wait(tablet, monkeypatch):
    monkeypatch.setattr("responses.kiosks.doors.SENDINGS", 2)

    statuses = [tablet.send().status_code for _time in range(3)]

    assert statuses == [200, 200, 429]
    assert tablet.send()["Retry-After"] == "60"


def test_what_is_too_large_is_refused_in_the_same_shape(tablet):
    answer = tablet.post(b" " * (128 * 1024 + 1))

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_fifty_long_answers_come_in_at_once(tablet, kiosk):
    kiosk.crowd = 100
    kiosk.save()

    fates = tablet.fates(*[tablet.answer(9, comment="ш" * 300) for _number in range(50)])

    assert fates == [TAKEN] * 50
    assert Response.objects.counted().count() == 50
