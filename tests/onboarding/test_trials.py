"""Sending a survey to oneself, answering it on the survey page, and reading what would become of it."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts import clock, tokens
from accounts.models import Brand
from delivery import composers
from delivery.models import Message
from onboarding.models import Trial
from onboarding.tasks import forget_trials
from surveys import services
from surveys.models import Survey
from tests.factories import BrandFactory, PlaybookFactory, SurveyVersionFactory, UserFactory

pytestmark = pytest.mark.django_db
TRY = "/setup/try/"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


@pytest.fixture
def reader(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def version(db):
    return SurveyVersionFactory(survey__name="Deals", survey__brand__name="Alder")


def sent(client, **fields):
    """Send a trial as the form does, and return it."""
    answer = client.post(TRY, fields)
    assert answer.status_code == 302, answer.text
    return Trial.objects.get(pk=int(answer["Location"].strip("/").rpartition("/")[2]))


def letter_of(trial):
    message = Message.objects.get(pk=trial.message_id)
    return composers.compose([message])[message.pk]


def link(trial):
    return f"/try/{trial.token}/"


def submit(client, trial, **fields):
    return client.post(link(trial), {"language": "en", **fields}, headers={"User-Agent": BROWSER})


def test_the_letter_of_the_survey_goes_to_oneself_and_says_that_it_is_a_test(reader, version, administrator):
    trial = sent(reader, survey=version.survey_id, wording="published", language="en")

    message = Message.objects.get()
    assert (message.to_address, message.purpose, message.status) == (administrator.email, "staff", "queued")
    assert message.context == {"trial": trial.pk}
    letter = letter_of(trial)
    assert letter.recipient == administrator.email
    assert letter.subject.startswith("Test: ")
    assert "This is a test. What you answer counts nowhere" in letter.text
    assert "How likely is it that you would recommend Alder" in letter.html
    assert f"/try/{trial.token}/?score=9" in letter.html
    assert f"/try/{trial.token}/unsubscribe/" in letter.message["List-Unsubscribe"]
    assert letter.message["Reply-To"] == administrator.email
    assert not re.search(r"/[su]/", letter.html.replace("https://", ""))


def test_the_look_is_that_of_an_invitation(reader, version):
    from surveys.letters import kinds

    letter = letter_of(sent(reader, survey=version.survey_id, wording="published", language="en"))
    real = kinds.render_preview(version, "en")

    assert letter.html.count("score=") == real.html.count("score=") == 11
    style = re.compile(r'style="[^"]+"')
    assert set(style.findall(real.html)) <= set(style.findall(letter.html))


def test_the_secret_is_kept_as_a_hash_alone(reader, version):
    trial = sent(reader, survey=version.survey_id)

    assert len(trial.token) == 32
    assert bytes(trial.token_hash) == tokens.digest(trial.token)
    assert trial.token not in str(Message.objects.values().get())


def test_the_newest_wording_is_the_draft_and_the_published_one_stays_to_be_chosen(reader, version):
    draft = services.draft_of(version.survey)
    draft.texts["en"] |= {"question": "A question still being written about {brand}?"}
    draft.save()

    assert "still being written about Alder?" in letter_of(sent(reader, survey=version.survey_id)).html
    published = sent(reader, survey=version.survey_id, wording="published")
    assert published.version == version
    assert "still being written" not in letter_of(published).html


def test_the_page_of_a_wording_sends_that_wording(reader, version):
    draft = services.draft_of(version.survey)

    for wording, button in ((version, 'action="/setup/try/"'), (draft, 'name="_send"')):
        page = reader.get(f"/admin/surveys/surveyversion/{wording.pk}/change/").text
        assert button in page
        assert f'<input type="hidden" name="version" value="{wording.pk}">' in page
        assert sent(reader, version=wording.pk).version == wording


def test_a_survey_without_a_published_wording_says_so(reader):
    draft = SurveyVersionFactory(survey__name="Deals", published_at=None)

    page = reader.post(TRY, {"survey": draft.survey_id, "wording": "published"})

    assert "“Deals” has no published wording yet: take the newest one." in page.text
    assert not Trial.objects.exists()


def test_a_language_that_the_brand_does_not_offer_is_refused_and_the_choice_stays(reader, version):
    Brand.objects.update(languages=["en", "uk"])

    page = reader.post(TRY, {"survey": version.survey_id, "wording": "published", "language": "lt"})

    assert "“Alder” does not write in this language. Choose one of these: English, Ukrainian." in page.text
    assert '<option value="lt" selected>' in page.text
    assert not Message.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"survey": "999999"}, {"survey": "x"}, {"version": "999999"}, {"version": "x"}])
def test_what_is_not_there_is_not_sent(reader, version, fields):
    assert reader.post(TRY, fields).status_code == 200
    assert not Trial.objects.exists()


def test_an_empty_installation_makes_its_first_survey_in_the_same_press(reader):
    assert "There is no survey yet." in reader.get(TRY).text

    trial = sent(reader, brand_name="Alder & Sons", language="lt")
    again = sent(reader, survey=trial.version.survey_id)

    survey = Survey.objects.get()
    assert (survey.brand.name, survey.brand.slug, survey.default_language) == ("Alder & Sons", "alder-sons", "lt")
    assert (survey.status, trial.version.is_published, again.version) == ("draft", False, trial.version)
    assert "Alder &amp; Sons" in letter_of(trial).html


def test_a_brand_that_is_there_is_the_one_of_the_first_survey(reader):
    brand = BrandFactory(name="Alder", languages=["uk"])

    assert "brand_name" not in reader.get(TRY).text
    assert sent(reader, language="uk").version.survey.brand == brand


def test_the_first_survey_wants_a_name_of_the_company(reader):
    assert "This field is required." in reader.post(TRY, {"brand_name": " ", "language": "en"}).text
    assert not Survey.objects.exists()


def test_ten_an_hour_are_enough(reader, version, administrator):
    for _time in range(10):
        sent(reader, survey=version.survey_id)

    page = reader.post(TRY, {"survey": version.survey_id})

    assert "You have sent 10 letters within an hour. You can send the next one at" in page.text
    assert Trial.objects.count() == Message.objects.count() == 10
    Trial.objects.update(asked_at=clock.now() - timedelta(minutes=61))
    sent(reader, survey=version.survey_id)


def test_who_has_no_address_gets_none(reader, version, administrator):
    type(administrator).objects.update(email=None)

    assert "Your login has no e-mail address." in reader.post(TRY, {"survey": version.survey_id}).text
    assert not Trial.objects.exists()


def test_a_letter_whose_person_has_moved_or_left_is_called_off(reader, version, administrator):
    trial = sent(reader, survey=version.survey_id)

    type(administrator).objects.update(email="elsewhere@plumb.example")
    assert letter_of(trial).called_off
    type(administrator).objects.update(email="administrator@plumb.example", is_active=False)
    assert letter_of(trial).called_off


def test_looking_answers_nothing(client, reader, version):
    trial = sent(reader, survey=version.survey_id)

    page = client.get(link(trial) + "?score=9", headers={"User-Agent": BROWSER})

    assert 'value="9" checked' in page.text
    assert "Your 9 is not sent yet." in page.text
    assert "Test: this counts nowhere." in page.text
    trial.refresh_from_db()
    assert (trial.score, trial.answered_at) == (None, None)
    assert trial.opened_at is not None


def test_a_machine_does_not_even_open_it(client, reader, version):
    trial = sent(reader, survey=version.survey_id)

    client.head(link(trial))
    client.get(link(trial) + "d/", headers={"User-Agent": BROWSER})
    just_now = int(clock.now().timestamp() * 1000)
    client.post(link(trial), {"step": "score", "score": "3", "scripted": "1", "shown": just_now})

    trial.refresh_from_db()
    assert (trial.opened_at, trial.score) == (None, None)


def test_the_steps_are_those_of_customers_and_the_answer_stays_with_the_trial(client, reader, version):
    trial = sent(reader, survey=version.survey_id)

    why = submit(client, trial, step="score", score="3").text
    thanks = submit(client, trial, step="why", score="3", comment="Too late.", topic=["1", "999"]).text
    submit(client, trial, step="why", score="3", comment="Too late.", topic=["1", "999"])

    assert "In your own words" in why
    assert "See what an answer becomes" in thanks
    trial.refresh_from_db()
    assert (trial.score, trial.comment, trial.topics) == (3, "Too late.", {1})


def test_pressing_twice_is_one_answer_with_the_first_moment(client, reader, version):
    trial = sent(reader, survey=version.survey_id)
    submit(client, trial, step="score", score="3")
    trial.refresh_from_db()
    first = trial.answered_at

    submit(client, trial, step="score", score="10")

    trial.refresh_from_db()
    assert (trial.score, trial.answered_at) == (10, first)


@pytest.mark.parametrize("score", ["11", "-1", "٣", "3.5", "", "10'--", "9" * 50])
def test_no_score_of_the_scale_is_none(client, reader, version, score):
    trial = sent(reader, survey=version.survey_id)

    page = submit(client, trial, step="score", score=score)

    assert page.status_code == 200
    assert "Tap a number from 0 to 10" in page.text
    trial.refresh_from_db()
    assert trial.score is None


def test_the_second_step_without_the_first_keeps_nothing(client, reader, version):
    trial = sent(reader, survey=version.survey_id)

    page = submit(client, trial, step="why", score="10", comment="<script>alert(1)</script>")

    assert "<script>alert" not in page.text
    assert 'name="step" value="score"' in page.text
    trial.refresh_from_db()
    assert (trial.score, trial.answers) == (None, {})


def test_the_page_speaks_the_language_that_is_asked_for(client, reader, version):
    trial = sent(reader, survey=version.survey_id, language="uk")

    assert 'lang="uk"' in client.get(link(trial)).text
    assert 'lang="lt"' in client.get(link(trial) + "?language=lt").text
    assert 'lang="uk"' in client.get(link(trial) + "?language=de").text


def test_the_page_keeps_out_what_the_survey_page_keeps_out(client, reader, version):
    trial = sent(reader, survey=version.survey_id)

    page = client.get(link(trial))

    assert page["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
    assert not page.cookies
    assert not re.search(r"<style|style=|onclick", page.text)


def test_an_expired_link_says_so_and_keeps_nothing(client, reader, version):
    trial = sent(reader, survey=version.survey_id)
    Trial.objects.update(expires_at=timezone.now())

    assert client.get(link(trial)).status_code == 410
    assert submit(client, trial, step="score", score="3").status_code == 410
    trial.refresh_from_db()
    assert trial.score is None
    assert letter_of(trial).called_off


@pytest.mark.parametrize("token", ["x", "A" * 32, "A" * 500])
@pytest.mark.parametrize("page", ["", "d/", "unsubscribe/"])
def test_a_link_that_leads_nowhere_says_so(client, db, token, page):
    assert client.get(f"/try/{token}/{page}").status_code == 404


def test_nobody_is_unsubscribed(client, reader, version):
    from crm.models import Suppression

    trial = sent(reader, survey=version.survey_id)

    opened = client.get(link(trial) + "unsubscribe/")
    pressed = client.post(link(trial) + "unsubscribe/", {"List-Unsubscribe": "One-Click"})

    assert opened.status_code == pressed.status_code == 200
    assert "Nobody was unsubscribed" in opened.text
    assert not Suppression.objects.exists()


def test_what_is_over_is_deleted_with_its_answer(reader, version):
    over, good = sent(reader, survey=version.survey_id), sent(reader, survey=version.survey_id)
    Trial.objects.filter(pk=over.pk).update(expires_at=timezone.now())

    forget_trials()

    assert list(Trial.objects.all()) == [good]
    assert good.expires_at - good.asked_at == timedelta(days=30)


def test_deleting_a_survey_that_was_only_tried_takes_its_trials_along(reader):
    trial = sent(reader, brand_name="Alder", language="en")

    assert trial.version.survey.delete_unused()
    assert not Trial.objects.exists()


def test_migrations_are_whole(db):
    call_command("makemigrations", "onboarding", check=True, dry_run=True, verbosity=0)


def test_two_people_have_trials_of_their_own(client, reader, version, administrator):
    trial = sent(reader, survey=version.survey_id)
    reader.force_login(UserFactory(is_superuser=True))

    assert reader.get(trial.get_absolute_url()).status_code == 404
    assert "Your tests" not in reader.get(TRY).text


def test_the_playbook_of_such_an_answer_is_shown_with_whose_work_it_would_be(client, reader, version, administrator):
    PlaybookFactory(
        name="Call at once",
        survey=version.survey,
        category="detractor",
        position=0,
        instructions={"en": "Ask what went wrong."},
        script={"en": "Hello, this is Alder."},
    )
    trial = sent(reader, survey=version.survey_id)
    assert "Not answered yet" in reader.get(trial.get_absolute_url()).text
    submit(client, trial, step="score", score="2")

    page = reader.get(trial.get_absolute_url()).text

    for said in ("Call at once", "Ask what went wrong.", "Hello, this is Alder.", administrator.name, "−100.0"):
        assert said in page
    assert "Of one answer nothing can be told" in page
    assert page.count('<span class="badge">Test</span>') == 4


def test_news_are_given_once(client, reader, version):
    trial = sent(reader, survey=version.survey_id)
    page = reader.get(trial.get_absolute_url()).text
    asks = re.search(r'hx-get="([^"]+)"', page)[1]
    assert reader.get(asks, headers={"HX-Request": "true"}).status_code == 204

    submit(client, trial, step="score", score="9")

    news = reader.get(asks, headers={"HX-Request": "true"})
    assert news.status_code == 200
    assert "<html" not in news.text
    assert "The follow-up that it would make" in news.text
