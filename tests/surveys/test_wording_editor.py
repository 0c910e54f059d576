"""The page of a draft: one part in one language, what customers see beside it, what keeps it from being published."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from accounts.customerlanguages import spoken
from accounts.models import Brand, CustomerLanguage
from onboarding.models import Trial
from surveys.models import Survey, SurveyVersion
from surveys.services import draft_of, publish
from surveys.wording import drafts
from surveys.wording.parts import WordingPart
from surveys.wording.texts import EVERY_FIELD, PLACEHOLDERS, STANDARD
from tests.factories import BrandFactory, SurveyFactory, SurveyVersionFactory
from tests.responses.further.asked import QUESTIONS
from tests.surveys.test_admin_surveys import survey_form, version_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def draft():
    return draft_of(SurveyFactory())


def part_form(draft, language="en", part=WordingPart.INVITATION, **changed):
    """What the page sends of one part, as it was shown."""
    shown = drafts.written(draft, language, part.fields)
    return {"seen": drafts.fingerprint(shown), "note": "", **shown, **changed}


def address(draft, language="en", part=WordingPart.INVITATION):
    return f"{version_page(draft)}?language={language}&part={part}"


def texts_of(draft):
    return SurveyVersion.objects.get(pk=draft.pk).texts


@pytest.mark.parametrize("part", WordingPart)
def test_each_part_has_a_labelled_field_for_each_of_its_texts_and_no_other(page, draft, part):
    html = page.get(address(draft, "uk", part)).text

    assert {field for field in EVERY_FIELD if f'for="id_{field}"' in html} == set(part.fields)
    shown = dict(re.findall(r'<textarea name="(\w+)"[^>]* lang="(\w+)"', html))
    assert {field: shown[field] for field in part.fields} == dict.fromkeys(part.fields, "uk")


def test_there_is_a_button_for_everything_that_is_filled_in(page, draft):
    html = page.get(version_page(draft)).text

    assert set(re.findall(r'data-put="\{(\w+)\}"', html)) == PLACEHOLDERS


def test_it_opens_with_the_invitation_in_the_language_of_the_survey(page):
    draft = draft_of(SurveyFactory(default_language="lt"))

    html = page.get(version_page(draft)).text

    assert STANDARD["nps"]["lt"]["email_subject"].split("{")[0] in html
    assert html.index("Lithuanian") < html.index("English</span>")


def test_an_address_that_names_nothing_known_opens_it_too(page, draft):
    assert page.get(address(draft, "xx", "nothing")).status_code == 200


def test_what_is_written_is_saved_in_its_place_alone(page, draft):
    answer = page.post(
        address(draft, "lt", WordingPart.QUESTION), part_form(draft, "lt", WordingPart.QUESTION, question="Ar?")
    )

    assert answer.url == address(draft, "lt", WordingPart.QUESTION)
    changed = texts_of(draft)
    assert changed["lt"].pop("question") == "Ar?"
    before = STANDARD["nps"]
    assert changed["lt"] == {field: text for field, text in before["lt"].items() if field != "question"}
    assert {code: changed[code] for code in ("en", "uk", "ru")} == {code: before[code] for code in ("en", "uk", "ru")}


def test_going_to_another_tab_saves_first(page, draft):
    answer = page.post(address(draft), part_form(draft, email_button="Go", _to="uk:reminder"))

    assert answer.url == address(draft, "uk", WordingPart.REMINDER)
    assert texts_of(draft)["en"]["email_button"] == "Go"


def test_a_placeholder_that_nobody_fills_is_pointed_out_and_what_was_typed_stays(page, draft):
    answer = page.post(address(draft), part_form(draft, email_body="Dear {customer}", _to="uk:reminder"))

    assert answer.status_code == 200
    assert "Nothing fills this in: customer" in answer.text
    assert "Dear {customer}</textarea>" in answer.text
    assert texts_of(draft) == STANDARD["nps"]


def test_nobody_writes_over_what_somebody_else_wrote_meanwhile(page, draft):
    sent = part_form(draft, email_button="Mine")
    drafts.write(draft.pk, "en", {"email_button": "Theirs"}, seen=drafts.fingerprint({"email_button": "x"} | {
        "email_button": draft.texts["en"]["email_button"]}))  # fmt: skip

    refused = page.post(address(draft), sent)

    assert "Somebody else wrote here meanwhile: “Theirs”." in refused.text
    assert "Mine</textarea>" in refused.text
    assert texts_of(draft)["en"]["email_button"] == "Theirs"
    seen = refused.context["form"]["seen"].value()
    page.post(address(draft), sent | {"seen": seen})
    assert texts_of(draft)["en"]["email_button"] == "Mine"


def test_two_people_at_two_parts_disturb_each_other_in_nothing(page, draft):
    invitation, question = (
        part_form(draft, email_button="Go"),
        part_form(draft, part=WordingPart.QUESTION, low_label="Never"),
    )

    page.post(address(draft), invitation)
    page.post(address(draft, part=WordingPart.QUESTION), question)

    kept = texts_of(draft)["en"]
    assert (kept["email_button"], kept["low_label"]) == ("Go", "Never")


@pytest.mark.django_db(transaction=True)
def test_parts_written_at_the_same_moment_are_all_kept(draft):
    def write(part):
        try:
            texts = {field: f"{field} at once" for field in part.fields}
            drafts.write(draft.pk, "en", texts, seen=drafts.fingerprint(drafts.written(draft, "en", part.fields)))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(WordingPart)) as pool:
        list(pool.map(write, WordingPart))

    assert texts_of(draft)["en"] == {field: f"{field} at once" for field in EVERY_FIELD}


def test_what_is_missing_is_named_with_the_way_to_it_and_is_not_published(page, draft):
    sent = part_form(draft, "lt", WordingPart.QUESTION, low_label="")

    answer = page.post(address(draft, "lt", WordingPart.QUESTION), sent | {"_publish": "1"}, follow=True)

    assert "Not published" in answer.text
    assert f'href="{address(draft, "lt", WordingPart.QUESTION)}#id_low_label"'.replace("&", "&amp;") in answer.text
    assert "Lithuanian · The question · What 0 means" in answer.text
    assert answer.text.count("1 to write") == 2
    assert texts_of(draft)["lt"]["low_label"] == ""
    assert not SurveyVersion.objects.get(pk=draft.pk).is_published


def test_saving_and_publishing_publishes_what_was_written_with_its_note(page, draft):
    page.post(address(draft), part_form(draft, email_button="Go", note="Shorter", _publish="1"))

    draft.refresh_from_db()
    assert draft.is_published
    assert (draft.texts["en"]["email_button"], draft.note) == ("Go", "Shorter")


def test_what_was_typed_for_a_wording_published_meanwhile_stands_in_the_next_draft(page, draft):
    sent = part_form(draft, email_button="Too late")
    publish(draft.survey)

    answer = page.post(address(draft), sent)

    following = draft.survey.versions.get(published_at=None)
    assert "That wording was published meanwhile." in answer.text
    assert "Too late</textarea>" in answer.text
    assert f'action="{address(following)}"'.replace("&", "&amp;") in answer.text
    assert texts_of(draft) == STANDARD["nps"]


def test_a_wording_is_saved_and_sent_to_oneself_in_one_press(page, draft, administrator):
    sent = part_form(draft, "uk", email_button="Оцінити", _send="1") | {"version": draft.pk, "language": "uk"}

    answer = page.post(address(draft, "uk"), sent, follow=True)

    trial = Trial.objects.get()
    assert answer.redirect_chain[0] == (reverse("trial"), 307)
    assert (trial.asker, trial.version, trial.language) == (administrator, draft, "uk")
    assert texts_of(draft)["uk"]["email_button"] == "Оцінити"


def test_a_language_that_the_brand_does_not_offer_comes_last_and_may_stay_empty(page):
    draft = draft_of(SurveyFactory(brand=BrandFactory(languages=["en", "lt"])))
    SurveyVersion.objects.filter(pk=draft.pk).update(
        texts={code: texts for code, texts in draft.texts.items() if code in ("en", "lt")}
    )
    draft.refresh_from_db()

    html = page.get(address(draft, "uk")).text
    page.post(address(draft), part_form(draft, _publish="1"))

    assert "The brand does not offer this language" in html
    assert html.index("Lithuanian</span>") < html.index("Ukrainian</span>")
    assert SurveyVersion.objects.get(pk=draft.pk).is_published


def test_what_is_empty_is_filled_up_with_the_standard_texts(page, draft):
    own = {"en": {**STANDARD["nps"]["en"], "question": "Ours?", "low_label": " "}, "uk": {}}
    SurveyVersion.objects.filter(pk=draft.pk).update(texts=own)
    draft.refresh_from_db()

    page.post(address(draft), part_form(draft, _fill="1"))

    assert texts_of(draft) == {**STANDARD["nps"], "en": {**STANDARD["nps"]["en"], "question": "Ours?"}}


@pytest.mark.parametrize(("replaces", "expected"), [("", ("Ours", "Theirs")), ("1", ("Theirs", "Theirs"))])
def test_texts_are_taken_from_another_survey(page, draft, replaces, expected):
    other = SurveyVersionFactory(texts={"en": {"question": "Theirs", "low_label": "Theirs", "high_label": " "}})
    SurveyVersion.objects.filter(pk=draft.pk).update(texts={"en": {"question": "Ours", "high_label": "Kept"}})

    page.post(address(draft), {"_source": "1", "source": other.pk, "replaces": replaces})

    kept = texts_of(draft)["en"]
    assert (kept["question"], kept["low_label"]) == expected
    assert kept["high_label"] == "Kept"


def test_texts_of_another_metric_cannot_be_taken(page, draft):
    other = SurveyVersionFactory(survey__metric="ces")

    answer = page.post(address(draft), {"_source": "1", "source": other.pk, "replaces": ""})

    assert answer.status_code == 200
    assert "Select a valid choice" in answer.text
    assert texts_of(draft) == STANDARD["nps"]


def test_a_new_draft_is_compared_with_what_is_published(page):
    version = SurveyVersionFactory(number=1)
    draft = draft_of(version.survey)
    page.post(address(draft), part_form(draft, email_button="Rate us"))

    html = page.get(address(draft)).text

    assert "<ins>Rate</ins> " in html
    assert html.count("1 new") == 2


def test_a_new_survey_may_begin_with_the_texts_of_another(page):
    other = SurveyVersionFactory(texts={"en": {"question": "Ours alone?"}})

    page.post(reverse("admin:surveys_survey_add"), survey_form(name="Second", like=other.survey_id))

    assert Survey.objects.get(name="Second").versions.get().texts == {"en": {"question": "Ours alone?"}}


def test_a_survey_does_not_begin_with_texts_of_another_metric(page):
    other = SurveyVersionFactory(survey__metric="ces")

    answer = page.post(reverse("admin:surveys_survey_add"), survey_form(name="Second", like=other.survey_id))

    assert "Its texts ask by another metric" in answer.text
    assert not Survey.objects.filter(name="Second").exists()


class TestTheLetterBesideIt:
    def letter(self, page, draft, data=None, **query):
        path = reverse("admin:surveys_surveyversion_letter", args=[draft.pk], query=query)
        return page.post(path, data) if data else page.get(path)

    @pytest.mark.parametrize(("part", "field"), [("invitation", "email_body"), ("reminder", "reminder_body")])
    def test_it_shows_what_is_typed_and_saves_nothing(self, page, draft, part, field):
        typed = part_form(draft, "uk", WordingPart(part), **{field: "Щойно надруковано для {name}, {customer}"})

        shown = self.letter(page, draft, typed, language="uk", part=part)

        assert "Щойно надруковано для" in shown.text
        assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert texts_of(draft) == STANDARD["nps"]

    def test_it_has_the_head_of_a_mail_program_escaped(self, page, draft):
        shown = self.letter(page, draft, part_form(draft, email_subject="<b>Hello</b>"), language="en")

        assert "&lt;b&gt;Hello&lt;/b&gt;" in shown.text
        assert "<b>Hello" not in shown.text

    def test_as_plain_text_it_is_that(self, page, draft):
        shown = self.letter(page, draft, part_form(draft, **{"as": "text", "email_subject": "Hello"}), language="en")

        assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert shown.text.splitlines()[1] == "Hello"

    def test_it_is_not_for_everybody(self, client, draft, owner):
        client.force_login(owner)

        assert self.letter(client, draft).status_code == 302


class TestWhoTakesOverTexts:
    def test_a_published_wording_takes_none(self, draft):
        publish(draft.survey)

        with pytest.raises(drafts.AlreadyPublished):
            drafts.fill_up(draft.pk)
        with pytest.raises(drafts.AlreadyPublished):
            drafts.write(draft.pk, "en", {"question": "?"}, seen="")

    def test_of_another_metric_is_refused_below_the_form_too(self, draft):
        with pytest.raises(ValueError, match="asks by another metric"):
            drafts.take_over(draft.pk, SurveyVersionFactory(survey__metric="csat"), replaces=True)

    @pytest.mark.parametrize(
        ("here", "replaces", "taken"),
        [([], "", True), ([], "1", True), (QUESTIONS[:1], "", False), (QUESTIONS[:1], "1", True)],
    )
    def test_its_further_questions_come_along_where_that_is_ticked(self, page, draft, here, replaces, taken):
        SurveyVersion.objects.filter(pk=draft.pk).update(questions=here)
        other = SurveyVersionFactory(survey__metric=draft.survey.metric, questions=QUESTIONS[1:3])
        typed = {"_source": "", "source": other.pk, "replaces": replaces}

        page.post(address(draft), typed)
        assert SurveyVersion.objects.get(pk=draft.pk).questions == here
        page.post(address(draft), typed | {"asks": "on"})

        now = SurveyVersion.objects.get(pk=draft.pk).questions
        assert [one["texts"] for one in now] == [one["texts"] for one in (QUESTIONS[1:3] if taken else here)]
        assert taken != any(one["key"] in ("single", "many00", "scale0") for one in now)


def test_brands_decide_which_languages_are_needed(draft):
    Brand.objects.filter(pk=draft.survey.brand_id).update(languages=["en"])
    SurveyVersion.objects.filter(pk=draft.pk).update(texts={"en": STANDARD["nps"]["en"]})

    assert publish(Survey.objects.get(pk=draft.survey_id)).is_published


def test_texts_for_a_wording_that_was_published_meanwhile_are_not_taken_over_and_it_is_said(page, draft):
    other = SurveyVersionFactory(survey__metric=draft.survey.metric)
    publish(draft.survey)

    answer = page.post(address(draft), {"_source": "", "source": other.pk, "replaces": "1"}, follow=True)

    assert answer.status_code == 200
    assert "That wording was published meanwhile, so no texts were taken over." in answer.text
    assert answer.context["original"] == SurveyVersion.objects.latest("pk") != draft


def test_what_is_typed_in_a_language_that_went_out_of_use_is_kept_there_and_in_no_other(page, draft):
    language = CustomerLanguage.objects.create(tag="ar", is_offered=True)
    form = part_form(draft, "ar", email_subject="سؤال")
    CustomerLanguage.objects.update(is_offered=False)
    spoken.forget()
    before = texts_of(draft)["en"]

    page.post(address(draft, "ar"), form)

    assert language.tag in texts_of(draft)
    assert texts_of(draft)["ar"]["email_subject"] == "سؤال"
    assert texts_of(draft)["en"] == before


def test_what_was_typed_for_a_draft_deleted_meanwhile_stands_in_the_next_one(page, draft):
    form = part_form(draft, email_greeting="Dear {name}") | {"of_survey": draft.survey_id}
    draft.delete()

    answer = page.post(address(draft), form)

    assert "That draft was deleted meanwhile." in answer.text
    assert answer.context["form"]["email_greeting"].value() == "Dear {name}"
    assert answer.context["original"] == SurveyVersion.objects.get() != draft


@pytest.mark.parametrize("survey", ["", "0", "²", "1" * 30, "x"])
def test_a_draft_of_no_survey_is_not_found(page, draft, survey):
    form = part_form(draft) | {"of_survey": survey}
    draft.delete()

    assert page.post(address(draft), form).status_code == 302
    assert not SurveyVersion.objects.exists()
