import copy
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from surveys.models import Survey, SurveyVersion
from surveys.services import NothingToPublish, TextsIncomplete, create_survey, draft_of, publish
from surveys.wording.texts import FIELDS, STANDARD
from tests.factories import BrandFactory, SurveyFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_a_new_survey_starts_with_a_draft_of_the_standard_texts():
    survey = create_survey(name="After the deal", brand=BrandFactory(), kind="transactional")

    draft = survey.versions.get()
    assert survey.status == Survey.Status.DRAFT
    assert (draft.number, draft.published_at) == (1, None)
    assert draft.texts == STANDARD["nps"]


def test_a_draft_is_begun_once():
    survey = SurveyFactory()

    assert draft_of(survey) == draft_of(survey)
    assert survey.versions.count() == 1


def test_the_next_draft_begins_with_the_published_texts():
    version = SurveyVersionFactory(
        number=4, texts=STANDARD["nps"] | {"en": STANDARD["nps"]["en"] | {"question": "How likely?"}}
    )

    draft = draft_of(version.survey)

    assert draft.number == 5
    assert draft.texts == version.texts
    assert SurveyVersion.objects.latest_of(version.survey_id) == version


def test_publishing_makes_the_draft_the_wording_of_new_invitations():
    survey = create_survey(name="After the deal", brand=BrandFactory())

    published = publish(survey, now=NOW)

    assert published == SurveyVersion.objects.latest_of(survey.pk)
    assert published.published_at == NOW


def test_publishing_twice_does_it_once():
    survey = create_survey(name="After the deal", brand=BrandFactory())
    publish(survey, now=NOW)

    with pytest.raises(NothingToPublish):
        publish(survey)

    assert survey.versions.get().published_at == NOW


@pytest.mark.parametrize(
    ("text", "fault"), [("  ", ""), ("Hello {customer}", "customer"), ("[[Hello {name}", "[["), ("50 % {", "{")]
)
def test_a_draft_with_a_hole_in_it_is_not_published(text, fault):
    survey = create_survey(name="After the deal", brand=BrandFactory())
    draft = survey.versions.get()
    draft.texts = copy.deepcopy(STANDARD["nps"])
    draft.texts["lt"]["email_body"] = text
    draft.save()

    with pytest.raises(TextsIncomplete) as refused:
        publish(survey)

    assert refused.value.faults == [("lt", "email_body", fault)]
    assert not survey.versions.get().is_published


def test_a_draft_without_a_language_names_every_missing_text():
    version = SurveyVersionFactory(
        published_at=None, texts={code: STANDARD["nps"][code] for code in ("en", "uk", "ru")}
    )

    with pytest.raises(TextsIncomplete) as refused:
        publish(version.survey)

    assert refused.value.faults == [("lt", field, "") for field in FIELDS]


@pytest.mark.parametrize(
    "change",
    [
        lambda v: SurveyVersion.objects.filter(pk=v.pk).update(texts={}),
        lambda v: SurveyVersion.objects.filter(pk=v.pk).update(published_at=None),
        lambda v: SurveyVersion.objects.filter(pk=v.pk).update(number=99),
        lambda v: SurveyVersion.objects.filter(pk=v.pk).delete(),
    ],
    ids=["texts", "published_at", "number", "delete"],
)
def test_the_database_refuses_to_change_a_published_version(change):
    version = SurveyVersionFactory()

    with pytest.raises(IntegrityError, match="is published"), transaction.atomic():
        change(version)

    version.refresh_from_db()
    assert version.texts == STANDARD["nps"]


def test_a_note_may_still_be_added_to_a_published_version_and_a_draft_may_be_thrown_away():
    version, draft = SurveyVersionFactory(), SurveyVersionFactory(published_at=None)

    SurveyVersion.objects.filter(pk=version.pk).update(note="Friendlier")
    SurveyVersion.objects.filter(pk=draft.pk).delete()

    assert SurveyVersion.objects.values_list("note", flat=True).get() == "Friendlier"
