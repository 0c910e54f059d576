"""The report by mail: when, to whom, what it says, and that nobody gets it twice."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts.models import Organisation, SetAsideRow, User
from analytics.periods import Period
from analytics.reports import digest_letter, digests
from delivery import composers
from delivery.composers import Unsendable
from delivery.models import Message
from responses.models import Response
from tests.analytics.answers import NOW, answer, scores
from tests.analytics.reports.conftest import JUNE, LATE
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

KYIV = ZoneInfo("Europe/Kyiv")
FIRST_OF_JULY = datetime(2026, 7, 1, 7, 0, tzinfo=KYIV)
MONDAY = datetime(2026, 7, 6, 7, 0, tzinfo=KYIV)


@pytest.fixture(autouse=True)
def in_kyiv():
    Organisation.objects.update_or_create(pk=1, defaults={"timezone": "Europe/Kyiv"})


def subscribed(person, cadence="monthly", **changes):
    for name, value in {"digest": cadence, **changes}.items():
        setattr(person, name, value)
    person.save()
    return person


def letter_of(message):
    message.save()
    return digest_letter.written(message)


@pytest.mark.parametrize(
    ("cadence", "moment", "days"),
    [
        ("monthly", FIRST_OF_JULY, Period(date(2026, 6, 1), date(2026, 7, 1))),
        ("monthly", FIRST_OF_JULY - timedelta(seconds=1), None),
        ("monthly", FIRST_OF_JULY + timedelta(days=3), None),
        ("monthly", FIRST_OF_JULY + timedelta(days=2, hours=23), Period(date(2026, 6, 1), date(2026, 7, 1))),
        ("monthly", datetime(2026, 1, 1, 6, 0, tzinfo=UTC), Period(date(2025, 12, 1), date(2026, 1, 1))),
        ("weekly", MONDAY, Period(date(2026, 6, 29), date(2026, 7, 6))),
        ("weekly", MONDAY - timedelta(minutes=1), None),
        # The night in which the clock is put back: Monday begins when it does in Kyiv.
        ("weekly", datetime(2026, 10, 26, 5, 0, tzinfo=UTC), Period(date(2026, 10, 19), date(2026, 10, 26))),
        ("weekly", datetime(2026, 10, 26, 4, 59, tzinfo=UTC), None),
    ],
)
def test_it_is_due_in_the_morning_after_the_period_on_the_company_s_clock(cadence, moment, days):
    assert digests.due_days(cadence, moment, KYIV) == days


def test_nobody_gets_it_who_has_not_asked_for_it(ceo, company):
    assert User._meta.get_field("digest").default == ""
    assert digests.queue_due(FIRST_OF_JULY) == []


def test_it_is_queued_once_however_often_it_is_looked_for(ceo, company):
    subscribed(ceo)

    (message,) = digests.queue_due(FIRST_OF_JULY)

    assert (message.to_address, message.purpose, message.template) == (ceo.email, "staff", "digest")
    assert digests.queue_due(FIRST_OF_JULY) == []
    assert digests.queue_due(FIRST_OF_JULY + timedelta(days=2)) == []
    assert Message.objects.count() == 1


def test_two_at_once_write_one_message(ceo, company, monkeypatch):
    """Both have looked, and found none, before either has written."""
    subscribed(ceo)
    once = digests.message_to

    def overtaken(person, days, zone):
        made = once(person, days, zone)
        digests.delivery.queue([once(person, days, zone)])
        return made

    monkeypatch.setattr(digests, "message_to", overtaken)
    digests.queue_due(FIRST_OF_JULY)

    assert Message.objects.count() == 1


def test_who_cannot_be_written_to_stops_no_other(ceo, manager, company, monkeypatch):
    subscribed(ceo), subscribed(manager)
    once = digests.message_to

    def failing(person, days, zone):
        if person == ceo:
            raise ValueError("no such report")
        return once(person, days, zone)

    monkeypatch.setattr(digests, "message_to", failing)

    assert [message.to_address for message in digests.queue_due(FIRST_OF_JULY)] == [manager.email]
    (aside,) = SetAsideRow.objects.filter(batch="digests")
    assert aside.row == str(ceo.pk)


def test_killed_in_the_middle_it_goes_on_where_it_was(ceo, manager, company, monkeypatch):
    subscribed(ceo), subscribed(manager)
    once = digests.message_to

    def killed(person, days, zone):
        if Message.objects.exists():
            raise KeyboardInterrupt
        return once(person, days, zone)

    with monkeypatch.context() as broken:
        broken.setattr(digests, "message_to", killed)
        with pytest.raises(KeyboardInterrupt):
            digests.queue_due(FIRST_OF_JULY)
    assert Message.objects.count() == 1

    digests.queue_due(FIRST_OF_JULY)

    assert {message.to_address for message in Message.objects.all()} == {ceo.email, manager.email}


@pytest.mark.parametrize("change", ["left", "no rights", "no address"])
def test_whoever_may_not_read_a_report_gets_none(manager, company, change):
    subscribed(manager)
    if change == "left":
        manager.is_active = False
    elif change == "no rights":
        manager.groups.clear()
    else:
        manager.email = None
    manager.save()

    assert digests.queue_due(FIRST_OF_JULY) == []


def message_to(person, days=None):
    return digests.message_to(person, days or Period(date(2026, 6, 1), date(2026, 7, 1)), KYIV)


def test_it_says_what_the_report_says_in_the_language_of_its_reader(ceo, company):
    subscribed(ceo, language="uk")

    letter = letter_of(message_to(ceo))

    assert letter.message["Auto-Submitted"] == "auto-generated"
    for said in (letter.text, letter.html):
        assert "Viktor (менеджер)" in said
        assert "/dashboard/report/?period=own&" in said.replace("&amp;", "&")
        assert "/me/settings/" in said
    assert letter.html.count('alt="NPS') == 1
    assert 'src="cid:trend"' in letter.html
    with translation.override("uk"):
        assert "1 червня 2026" in letter.subject


def test_its_charts_are_pictures_inside_the_letter_with_their_numbers_in_a_table(ceo, company):
    message = message_to(subscribed(ceo))
    letter = letter_of(message)

    (image,) = letter.images
    assert image.name == "trend"
    assert image.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(image.png) < 60_000
    assert letter.message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in letter.message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    (table,) = (section for section in message.context["document"]["sections"] if section["key"] == "trend")
    for row in table["tables"][0]["rows"]:
        assert re.search(rf"<td[^>]*>{re.escape(row[1]['text'])}</td>", letter.html), row
    assert not any(len(line) > 998 for line in letter.as_bytes().split(b"\r\n"))
    assert letter.as_bytes().isascii()


def test_another_backend_gets_the_picture_too(ceo, company):
    email = letter_of(message_to(subscribed(ceo))).as_email()

    (image,) = email.attachments
    assert (image["Content-ID"], image.get_content_type()) == ("<trend>", "image/png")
    assert image["Content-Disposition"].startswith("inline")


def test_no_customer_is_quoted_by_mail(ceo, company):
    message = message_to(subscribed(ceo))

    assert Response.objects.filter(comment=LATE).exists()
    assert LATE not in str(message.context)
    assert LATE not in letter_of(message).html


def body(letter):
    return letter.as_bytes().partition(b"\r\n\r\n")[2]


def test_the_same_answers_make_the_same_letter_whatever_the_clock_says(ceo, company, monkeypatch):
    subscribed(ceo)
    first = letter_of(message_to(ceo))
    monkeypatch.setattr("accounts.clock.now", lambda: NOW + timedelta(days=90, hours=7))
    Message.objects.all().delete()

    again = letter_of(message_to(ceo))

    assert body(again) == body(first)
    assert again.message["Message-ID"] == first.message["Message-ID"]
    assert again.message["Date"] != first.message["Date"]


def test_what_was_queued_is_what_is_sent_though_answers_change(ceo, company):
    message = message_to(subscribed(ceo))
    first = letter_of(message)
    Response.objects.filter(answered_at=JUNE, score=10)[:1].get().delete()

    assert body(digest_letter.written(message)) == body(first)


def test_a_manager_is_told_of_the_own_team_only(manager, team, version):
    for name, whose in (("Ours", team), ("Theirs", TeamFactory(name="East"))):
        who = UserFactory(name=name, team=whose)
        answer(version, scores(60, 25, 15) if whose == team else scores(0, 0, 100), at=JUNE, manager=who, team=whose)

    message = message_to(subscribed(manager))

    assert team.name in message.context["document"]["scope"]
    assert "Theirs" not in str(message.context)
    assert "100" in message.context["document"]["figures"][1]["value"]


@pytest.mark.parametrize("change", ["left", "moved", "changed their mind", "no rights"])
def test_whoever_may_not_see_these_numbers_any_more_is_not_sent_them(manager, team, version, change):
    answer(version, scores(60, 25, 15), at=JUNE, team=team)
    subscribed(manager)
    (message,) = digests.queue_due(FIRST_OF_JULY)
    if change == "left":
        manager.is_active = False
    elif change == "moved":
        manager.team = TeamFactory()
    elif change == "no rights":
        manager.groups.clear()
    else:
        manager.digest = ""
    manager.save()

    with pytest.raises(Unsendable) as refused:
        digest_letter.written(message)
    assert refused.value.called_off


def test_a_quiet_month_is_told_as_such(ceo, version):
    letter = letter_of(message_to(subscribed(ceo)))

    assert "No answers in this period" in letter.text
    assert "No answers in this period" in letter.html
    assert letter.images == []


def test_it_is_written_by_the_door_of_all_messages(ceo, company):
    subscribed(ceo)
    (message,) = digests.queue_due(FIRST_OF_JULY)

    (outcome,) = composers.compose([message]).values()

    assert not isinstance(outcome, Exception)
    assert outcome.recipient == ceo.email


def test_each_person_chooses_on_their_own_page(client, ceo, owner):
    client.force_login(ceo)
    page = client.get("/me/settings/").content.decode()
    assert 'name="digest"' in page
    client.post("/me/settings/", {"digest": "weekly", "wants_notices": "on"})
    ceo.refresh_from_db()
    assert ceo.digest == "weekly"

    client.force_login(owner)
    assert 'name="digest"' not in client.get("/me/settings/").content.decode()
    client.post("/me/settings/", {"digest": "weekly", "wants_notices": "on"})
    owner.refresh_from_db()
    assert owner.digest == ""
