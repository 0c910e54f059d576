"""Texts that staff write once in each language of customers: their fields, and what is kept of a language."""

import re

import pytest
from django.urls import reverse

from followups.models import Mailing, ReferralProgramme
from responses.models import Topic, TopicDictionary
from surveys.models import CustomerSegment
from tests.factories import BrandFactory, UserFactory

pytestmark = pytest.mark.django_db


def forms():
    """Return where texts are written by language, and of which texts."""
    return {
        reverse("mailing_new"): ("subject", "text"),
        reverse("admin:followups_referralprogramme_add"): ("headline", "text", "reward"),
        reverse("admin:surveys_experiment_add"): ("arms-0-subject", "arms-0-reminder_subject"),
        reverse("words_of_topic", args=[Topic.objects.earliest("pk").pk]): ("name", "words"),
        reverse("ignored_words"): ("words",),
    }


def test_each_field_says_in_which_language_and_from_which_side_it_is_written(admin, arabic):
    for address, names in forms().items():
        page = admin.get(address).content.decode()
        for name in names:
            for code, side in (("ar", "rtl"), ("uk", "ltr")):
                field = re.search(rf'<(?:input|textarea)[^>]* name="{name}_{code}"[^>]*>', page)
                assert field, (address, name)
                assert f'lang="{code}"' in field[0], (address, name)
                assert f'dir="{side}"' in field[0], (address, name)


def test_what_stands_in_a_language_that_came_into_use_since_the_form_was_shown_stays(admin, arabic):
    """The form that comes back has no field for it, which is not the same as an empty one."""
    topic = Topic.objects.earliest("pk")
    topic.names |= {"ar": "سعر"}
    topic.save()
    segment = CustomerSegment.objects.create(owner=UserFactory(), name="Fans", conditions={}, is_shared=True)
    said = {"subject": "ا", "text": "ب"}
    mailing = Mailing.objects.create(
        name="News", brand=BrandFactory(languages=["en", "ar"]), segment=segment, by=UserFactory(), texts={"ar": said}
    )
    programme = ReferralProgramme.objects.create(brand=BrandFactory(), texts={"ar": {"headline": "ا"}})

    number = TopicDictionary.newest().number
    named = {"version": number, "name_en": "Price", "action": "save"}
    assert admin.post(reverse("words_of_topic", args=[topic.pk]), named).status_code == 302
    admin.post(
        reverse("mailing_draft", args=[mailing.pk]),
        {"name": "News", "segment": segment.pk, "brand": mailing.brand_id, "subject_en": "A", "text_en": "B"},
    )
    admin.post(
        reverse("admin:followups_referralprogramme_change", args=[programme.pk]),
        {"brand": programme.brand_id, "headline_en": "New"},
    )

    for row in (topic, mailing, programme):
        row.refresh_from_db()
    assert topic.names["ar"] == "سعر"
    assert mailing.texts == {"ar": said, "en": {"subject": "A", "text": "B"}}
    assert programme.texts == {"ar": {"headline": "ا"}, "en": {"headline": "New"}}


def test_what_is_emptied_in_a_language_that_is_asked_for_goes(admin, arabic):
    programme = ReferralProgramme.objects.create(
        brand=BrandFactory(), texts={"ar": {"headline": "ا", "text": "ب"}, "en": {"headline": "Old"}}
    )

    sent = {"headline_ar": "", "text_ar": "ب", "headline_en": "", "text_en": "", "reward_en": ""}
    admin.post(
        reverse("admin:followups_referralprogramme_change", args=[programme.pk]),
        {"brand": programme.brand_id, **sent},
    )

    programme.refresh_from_db()
    assert programme.texts == {"ar": {"text": "ب"}}
