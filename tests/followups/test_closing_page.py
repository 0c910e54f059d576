from datetime import timedelta
from uuid import uuid4

import pytest

from accounts import clock
from accounts.models import Organisation
from followups.closing import dispatch, settlement
from followups.models import ClosingLetter, Followup, StaffNotice
from followups.notices import wording
from responses.models import LinkVisit
from tests.factories import ContactFactory, FollowupFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db
HUMAN = {"scripted": "1", "gesture": "pointer"}


@pytest.fixture
def followup(owner, team):
    contact = ContactFactory(first_name="Ona", email="ona@shop.example")
    invitation = InvitationFactory(contact=contact, status="answered", language="en")
    followup = FollowupFactory(
        assignee=owner, team=team, response__invitation=invitation, response__language="en", response__score=2,
        response__manager=owner,
    )  # fmt: skip
    followup.resolve(by=owner, root_cause="price", resolution="Repaid.", outcome="saved")
    return followup


@pytest.fixture
def letter(owner, followup):
    return dispatch.write(followup=followup, subject="S", words="We repaid you.", key=uuid4(), by=owner)


def say(client, letter, solved, **more):
    shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
    return client.post(f"/c/{letter.token}/", {"solved": solved, "shown": shown, "language": "en", **HUMAN, **more})


def settle(after=timedelta()):
    return settlement.settle_due(clock.now() + after)


def after(row):
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_answers_nothing(client, letter, followup, method, django_assert_num_queries):
    before = followup.activities.count()

    for query in ("", "?solved=no", "?solved=yes", "?solved=x&language=zz"):
        page = getattr(client, method)(f"/c/{letter.token}/{query}", HTTP_USER_AGENT="Googlebot")
        assert page.status_code == 200

    assert after(letter).answer == ""
    assert LinkVisit.objects.count() == 0
    assert (followup.activities.count(), after(followup).status) == (before, "resolved")


def test_the_page_shows_what_we_did_and_marks_what_the_letter_said(client, letter):
    page = client.get(f"/c/{letter.token}/?solved=no")

    assert "We repaid you." in page.text
    assert "Is it solved?" in page.text
    assert 'value="no" checked' in page.text
    assert 'value="yes" checked' not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("language", "question"),
    [("uk", "Чи вирішено?"), ("ru", "Вопрос решён?"), ("lt", "Ar išspręsta?"), ("en", "Is it solved?")],
)
def test_it_speaks_four_languages(client, letter, language, question):
    assert question in client.get(f"/c/{letter.token}/?language={language}").text
    page = client.post(f"/c/{letter.token}/", {"switch": language, "solved": "no", "comment": "Still <b>"})
    assert question in page.text
    assert "Still &lt;b&gt;" in page.text
    assert after(letter).answer == ""


def test_yes_stands_in_the_history_and_leaves_the_work_closed(client, letter, followup):
    page = say(client, letter, "yes", comment="Thanks!")

    assert "We have received your answer." in page.text
    assert "We are glad that it is solved." in page.text
    row = after(letter)
    assert (row.answer, row.comment, row.verdict, row.is_held) == ("yes", "Thanks!", "human", False)
    assert settle() == 1
    assert after(followup).status == "resolved"
    assert followup.activities.get(kind="answered").summary == "The customer says: solved"
    assert StaffNotice.objects.filter(kind__in=["customer_replied", "escalation"]).count() == 0


def test_no_opens_the_work_again_and_tells_whoever_works_it_and_their_lead(client, letter, followup, team, owner):
    lead = UserFactory(team=team)
    lead.groups.add(owner.groups.get())
    team.lead = lead
    team.save(update_fields=["lead"])

    page = say(client, letter, "no", comment="Still broken.")

    assert "We will look at it again." in page.text
    assert (after(letter).answer, after(followup).status) == ("no", "resolved")
    assert settle() == 1
    assert after(followup).status == "in_progress"
    assert after(letter).reopened_at is not None
    told = set(StaffNotice.objects.values_list("kind", "person"))
    assert {("customer_replied", owner.pk), ("escalation", lead.pk)} <= told


def test_no_opens_it_once_and_never_twice(client, letter, followup, owner):
    say(client, letter, "no")
    settle()
    after(followup).resolve(by=owner, root_cause="price", resolution="Again.", outcome="saved")
    say(client, letter, "no", comment="Not yet.")
    settle()
    assert after(followup).status == "resolved"

    second = dispatch.write(followup=followup, subject="S", words="Again.", key=uuid4(), by=owner)
    page = say(client, second, "no", comment="Never.")
    settle()

    assert page.status_code == 200
    assert after(followup).status == "resolved"
    assert (after(second).answer, second.reopened_at) == ("no", None)
    assert StaffNotice.objects.filter(kind="customer_replied", activity__change__closing=second.pk).exists()


def test_the_same_answer_again_changes_nothing(client, letter, followup):
    for _ in range(3):
        say(client, letter, "no", comment="Still broken.")
        settle()

    assert followup.activities.filter(kind="answered").count() == 1
    assert followup.activities.filter(kind="status", change__to="in_progress").count() == 1


def test_the_history_shows_what_was_said_last_once(client, letter, followup, owner):
    say(client, letter, "no", gesture="", comment="A machine's words.")
    say(client, letter, "yes", comment="Fine now.")
    settle()
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert page.count("Fine now.") == 1
    assert "An answer came that looks automatic: nothing was done" in page
    assert "Ask the customer before you rely on it." not in page


def test_the_notices_of_a_no_say_so_in_the_customers_words(client, letter, followup, team, owner):
    lead = UserFactory(team=team)
    lead.groups.add(owner.groups.get())
    team.lead = lead
    team.save(update_fields=["lead"])
    say(client, letter, "no", comment="Still broken.")
    settle()

    told = {notice.kind: notice for notice in StaffNotice.objects.select_related("person", "activity")}
    replied, escalation = told["customer_replied"], told["escalation"]

    assert wording.title(replied).endswith("says that it is not solved")
    for notice in (replied, escalation):
        assert "The customer says: not solved" in wording.lines(notice, lead)
        assert "The customer wrote: “Still broken.”" in wording.lines(notice, lead)


def test_the_words_of_a_no_are_hidden_from_whoever_was_rated(client, letter, owner):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    say(client, letter, "no", comment="Still broken.")
    settle()

    notice = StaffNotice.objects.get(kind="customer_replied", person=owner)

    assert "Still broken." not in " ".join(wording.lines(notice, owner))


def test_the_way_back_keeps_the_language(client, letter):
    page = say(client, letter, "yes", language="uk")

    assert f'href="/c/{letter.token}/?language=uk"' in page.text


def test_who_thinks_better_of_it_says_so(client, letter, followup):
    for answer in ("yes", "no", "yes"):
        say(client, letter, answer)
        settle()

    assert after(letter).answer == "yes"
    assert followup.activities.filter(kind="answered").count() == 3
    assert after(followup).status == "in_progress"


def test_work_that_is_open_already_stays_open_and_the_no_is_told(client, letter, followup, owner):
    followup.reopen(by=owner)

    say(client, letter, "no")
    settle()

    assert after(letter).reopened_at is None
    assert StaffNotice.objects.filter(kind="customer_replied").count() == 1


@pytest.mark.parametrize(
    "machine",
    [
        {"gesture": "", "scripted": "1"},
        {"gesture": "", "scripted": "1", "shown": "NOW"},
        {"gesture": "", "scripted": "", "shown": "NOW"},
    ],
)
def test_what_looks_automatic_is_noted_shown_and_does_nothing(client, letter, followup, owner, machine):
    if machine.get("shown") == "NOW":
        machine = machine | {"shown": str(int(clock.now().timestamp() * 1000))}

    say(client, letter, "no", **machine)
    assert settle(timedelta(hours=1)) == 0

    assert (after(letter).is_held, after(followup).status) == (True, "resolved")
    assert StaffNotice.objects.filter(kind="customer_replied").count() == 0
    client.force_login(owner)
    page = client.get(f"/inbox/{followup.pk}/").text
    assert "An answer came that looks automatic: nothing was done" in page
    assert "Ask the customer before you rely on it." in page


def test_a_person_replaces_a_machine_and_never_the_other_way_round(client, letter, followup):
    say(client, letter, "no", gesture="")
    assert after(letter).is_held

    say(client, letter, "yes")
    assert (after(letter).answer, letter.is_held) == ("yes", False)

    say(client, letter, "no", gesture="")
    assert (after(letter).answer, letter.is_held) == ("yes", False)


def test_a_robot_that_gave_itself_away_is_known_when_it_submits(client, letter):
    client.head(f"/c/{letter.token}/", HTTP_USER_AGENT="Mozilla/5.0 Firefox/120.0")

    shown = str(int((clock.now() - timedelta(seconds=20)).timestamp() * 1000))
    client.post(f"/c/{letter.token}/", {"solved": "no", "shown": shown}, HTTP_USER_AGENT="Mozilla/5.0 Firefox/120.0")

    assert after(letter).is_held
    assert "known_machine" in letter.evidence


def test_a_calm_answer_without_scripts_counts_after_a_minute(client, letter, followup):
    say(client, letter, "no", gesture="", scripted="")

    assert (after(letter).verdict, letter.is_held) == ("unsure", False)
    assert settle(timedelta(seconds=50)) == 0
    assert after(followup).status == "resolved"
    assert settle(timedelta(seconds=70)) == 1
    assert after(followup).status == "in_progress"


def test_nothing_chosen_is_said_and_writes_nothing(client, letter):
    page = say(client, letter, "perhaps", comment="x" * 9000 + "\x00<script>")

    assert "Choose yes or no, then send it." in page.text
    assert '<p class="error" id="missing" role="alert" tabindex="-1">' in page.text
    assert after(letter).answer == ""


def test_hostile_input_is_kept_as_text(client, letter, followup, owner):
    say(client, letter, "no", comment="\x00<script>alert(1)</script>‮" + "x" * 5000)
    settle()
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/").text

    assert len(after(letter).comment) <= 2000
    assert "<script>alert" not in page


@pytest.mark.parametrize("token", ["x", "a" * 32, "z" * 500, "../../etc", "%00"])
def test_an_unknown_link_leads_nowhere(client, db, token):
    assert client.get(f"/c/{token}/").status_code == 404


def test_the_question_closes(client, letter, followup):
    ClosingLetter.objects.filter(pk=letter.pk).update(expires_at=clock.now())

    assert client.get(f"/c/{letter.token}/").status_code == 410
    assert say(client, letter, "no").status_code == 410
    assert after(letter).answer == ""


def test_so_many_requests_are_no_reading(client, letter, monkeypatch):
    monkeypatch.setattr("responses.page.links.FLOOD", 3)

    answers = [client.get(f"/c/{letter.token}/").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def test_words_stay_hidden_from_whoever_was_rated(client, letter, followup, owner):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": True})
    say(client, letter, "no", comment="Olena was rude.")
    settle()
    client.force_login(owner)

    assert "Olena was rude." not in client.get(f"/inbox/{followup.pk}/").text


def test_the_letter_of_an_absorbed_record_is_answered_all_the_same(client, letter, followup):
    contact = followup.response.contact
    contact.merged_into = ContactFactory()
    contact.save(update_fields=["merged_into"])

    say(client, letter, "no")
    settle()

    assert Followup.objects.get().status == "in_progress"
