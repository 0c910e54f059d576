"""Where an added language shows: from which side it is read, how its sentences begin, and what is staff's beside it."""

import pytest
from django.urls import reverse
from django.utils import translation

from accounts import clock
from accounts.customerlanguages import cldr, files, spoken, words
from accounts.models import Brand, CustomerLanguage
from followups.closing import wording
from followups.models import ClosingLetter
from onboarding.models import Trial
from onboarding.trials import letter
from tests.access_world import build
from tests.accounts.added_languages import spoken_here
from tests.factories import SurveyVersionFactory, UserFactory
from tests.test_access import NAMED, path

pytestmark = pytest.mark.django_db
STAFF_ONLY = (
    "The customer has taken it back.", "The letter is not there any more.", "By the link in a letter.",
    "Its question cannot be answered any more.", "The improvement is not done after all.",
    "The answer that it speaks of is not there any more.",
)  # fmt: skip


def test_translators_are_asked_for_nothing_that_only_staff_read():
    asked = files.written("ar", {}, "en").decode()

    assert not [text for text in STAFF_ONLY if f'"{text}"' in asked]


def test_georgian_begins_no_sentence_with_a_capital_letter(client):
    spoken_here("ka")
    CustomerLanguage.objects.update(
        words={word.key: "თქვენ" if word.text.startswith("you ") else word.text for word in words.all_words()}
    )
    spoken.forget()
    world = build()
    ClosingLetter.objects.update(language="ka")
    Brand.objects.update(languages=["en", "ka"])

    page = client.get(path(world, "closing_question", NAMED["closing_question"])).content.decode()

    assert wording.of("ka").opening == "თქვენ"
    assert '<p class="muted">თქვენ</p>' in page
    assert cldr.begun("you told us") == "You told us"


def test_that_it_is_a_test_is_said_in_the_language_of_whoever_tries_an_added_one(client, arabic):
    version = SurveyVersionFactory(survey__brand__languages=["en", "ar"])
    asker = UserFactory(language="uk")
    trial = Trial.objects.create(asker=asker, version=version, language="ar", expires_at=clock.now() + Trial.OPEN_FOR)
    trial.seal()
    with translation.override("uk"):
        note = translation.gettext("Test: this counts nowhere.")
    assert note != "Test: this counts nowhere."

    page = client.get(reverse("trial_survey", args=[trial.token])).content.decode()
    stopped = client.get(reverse("trial_unsubscribe", args=[trial.token])).content.decode()

    assert f'<p class="banner" role="note" dir="auto">{note}</p>' in page
    assert f'<p class="banner" role="note" lang="uk" dir="auto">{note}</p>' in stopped
    assert [letter.language_of_notes(trial, code) for code in ("ar", "lt")] == ["uk", "lt"]


def test_a_published_wording_is_read_from_its_own_side(admin, arabic):
    version = SurveyVersionFactory(texts={"ar": {"question": "سؤال"}})

    page = admin.get(reverse("admin:surveys_surveyversion_change", args=[version.pk])).content.decode()

    assert '<td lang="ar" dir="rtl">سؤال</td>' in page


def test_standard_texts_are_offered_where_there_are_any(admin, arabic):
    draft = SurveyVersionFactory(published_at=None, survey__brand__languages=["en", "ar"])
    editor = reverse("admin:surveys_surveyversion_change", args=[draft.pk])

    assert 'name="_fill"' in admin.get(editor, {"language": "en"}).content.decode()
    assert 'name="_fill"' not in admin.get(editor, {"language": "ar"}).content.decode()
