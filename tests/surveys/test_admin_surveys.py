from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from surveys.metrics import SCALES
from surveys.models import AskingPolicy, Survey, SurveyVersion, Trigger
from surveys.services import draft_of
from surveys.wording.texts import STANDARD
from tests.factories import BrandFactory, ProductFactory, SurveyFactory, SurveyVersionFactory, TriggerFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
LANGUAGES = ("en", "uk", "ru", "lt")


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


def survey_form(**changed):
    return {
        "name": "After the deal", "brand": BrandFactory().pk, "kind": "transactional", "metric": "nps",
        "presentation": "numbers",
        "status": "draft", "default_language": "lt", "days_valid": "30", "repeat_days": "", "daily_maximum": "",
        "priority": "0",
    } | changed  # fmt: skip


def version_page(version):
    return reverse("admin:surveys_surveyversion_change", args=[version.pk])


def test_a_new_survey_gets_a_draft_of_the_standard_texts(page):
    answer = page.post(reverse("admin:surveys_survey_add"), survey_form())

    assert answer.status_code == 302
    survey = Survey.objects.get()
    assert (survey.name, survey.status, survey.default_language) == ("After the deal", "draft", "lt")
    assert survey.versions.get().texts == STANDARD["nps"]


@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_a_survey_begins_with_the_texts_of_its_metric_and_keeps_it(page, metric):
    page.post(reverse("admin:surveys_survey_add"), survey_form(metric=metric))
    survey = Survey.objects.get()
    address = version_page(survey.versions.get())
    question, why = (page.get(address, {"part": part}).text for part in ("question", "why"))

    answer = page.post(reverse("admin:surveys_survey_change", args=[survey.pk]), survey_form(metric="nps"))

    survey.refresh_from_db()
    assert answer.status_code == 302
    assert survey.metric == metric
    assert survey.versions.get().texts == STANDARD[metric]
    assert f"What {SCALES[metric].lowest} means" in question
    assert f"Question after {SCALES[metric].highest_bad + 1}" in why


def test_csat_may_be_asked_by_stars_and_an_nps_only_by_numbers(page):
    add = reverse("admin:surveys_survey_add")

    refused = page.post(add, survey_form(presentation="stars"))
    page.post(add, survey_form(metric="csat", presentation="stars"))

    assert refused.context["adminform"].form.errors == {"presentation": ["An NPS is always asked by numbers."]}
    survey = Survey.objects.get()
    assert (survey.metric, survey.presentation) == ("csat", "stars")
    change = reverse("admin:surveys_survey_change", args=[survey.pk])
    page.post(change, survey_form(metric="csat", presentation="smileys"))
    survey.refresh_from_db()
    assert survey.presentation == "smileys"


def test_the_answer_scale_of_an_nps_is_shown_and_cannot_be_changed(page):
    survey = SurveyFactory()
    change = reverse("admin:surveys_survey_change", args=[survey.pk])

    assert 'name="presentation"' not in page.get(change).text
    page.post(change, survey_form(name="Renamed", presentation="stars"))

    survey.refresh_from_db()
    assert (survey.name, survey.presentation) == ("Renamed", "numbers")


def test_ten_points_may_be_stars_and_no_smileys(page):
    add = reverse("admin:surveys_survey_add")

    refused = page.post(add, survey_form(metric="csat10", presentation="smileys"))
    page.post(add, survey_form(metric="csat10", presentation="stars"))

    assert refused.context["adminform"].form.errors == {
        "presentation": ["Nobody tells ten smileys apart: choose numbers or stars."]
    }
    assert Survey.objects.get().presentation == "stars"


@pytest.mark.parametrize(("metric", "presentation"), [("nps", "stars"), ("nps", "smileys"), ("csat10", "smileys")])
def test_the_database_too_shows_a_metric_as_its_scale_may_be_shown(db, metric, presentation):
    with pytest.raises(IntegrityError, match="surveys_shown_as_its_scale"), transaction.atomic():
        SurveyFactory(metric=metric, presentation=presentation)


def test_the_database_too_keeps_the_metric_of_a_survey(db):
    survey = SurveyVersionFactory().survey

    with pytest.raises(IntegrityError, match="keeps its metric"), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(metric="ces")


def test_the_page_of_a_survey_lists_its_versions_and_leads_to_the_preview(page):
    version = SurveyVersionFactory(number=7, note="Friendlier")

    html = page.get(reverse("admin:surveys_survey_change", args=[version.survey_id])).content.decode()

    assert version_page(version) in html
    assert "Friendlier" in html
    assert reverse("admin:surveys_survey_preview", args=[version.survey_id]) in html


def test_writing_a_new_version_begins_one_draft_by_post_only(page):
    version = SurveyVersionFactory(number=1)
    address = reverse("admin:surveys_survey_draft", args=[version.survey_id])

    page.get(address)
    assert SurveyVersion.objects.count() == 1

    page.post(address)
    answer = page.post(address)

    draft = SurveyVersion.objects.get(published_at=None)
    assert (draft.number, draft.texts) == (2, version.texts)
    assert answer.url == version_page(draft)


def test_a_published_version_is_read_only(page):
    version = SurveyVersionFactory()

    html = page.get(version_page(version)).content.decode()

    assert "Kiek tikėtina, kad rekomenduotumėte {brand} draugui ar kolegai?" in html
    assert "<textarea" not in html
    assert "_publish" not in html


def test_drafts_can_be_thrown_away_and_published_versions_cannot(page):
    version = SurveyVersionFactory()
    draft = draft_of(version.survey)

    assert (
        page.post(reverse("admin:surveys_surveyversion_delete", args=[version.pk]), {"post": "yes"}).status_code == 403
    )
    assert page.post(reverse("admin:surveys_surveyversion_delete", args=[draft.pk]), {"post": "yes"}).status_code == 302

    assert SurveyVersion.objects.get() == version


def trigger_form(survey, **changed):
    return {
        "survey": survey.pk, "name": "Five days after", "is_active": "on", "touchpoint_kind": "deal_won", "days": "2.5",
        "asks_since_0": "2026-07-01", "asks_since_1": "10:00:00", "products": [], "channels": [], "teams": [],
        "min_amount": "", "max_amount": "", "sampling_share": "25", "media": ["email"],
        "media_order": "listed", "undelivered_hours": "", "unanswered_hours": "", "reminder_days": "3,7",
        "window_start": "09:00", "window_end": "17:30", "window_weekdays": ["1", "5"],
    } | changed  # fmt: skip


def test_a_trigger_is_set_in_days(page):
    survey, product = SurveyFactory(), ProductFactory()

    answer = page.post(reverse("admin:surveys_trigger_add"), trigger_form(survey, products=[product.pk]))

    assert answer.status_code == 302
    trigger = Trigger.objects.get()
    assert trigger.delay == timedelta(days=2, hours=12)
    assert trigger.media == ["email"]
    assert trigger.reminder_days == [3, 7]
    assert trigger.window_weekdays == [1, 5]
    assert trigger.products.get() == product
    html = page.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).content.decode()
    assert 'name="days" value="2.5"' in html


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("window_end", {"window_end": "08:00"}),
        ("max_amount", {"min_amount": "10", "max_amount": "9"}),
        ("window_weekdays", {"window_weekdays": []}),
        ("reminder_days", {"reminder_days": "1,2,3,4"}),
        ("media", {"media": []}),
        ("days", {"days": "-1"}),
        ("sampling_share", {"sampling_share": "150"}),
    ],
)
def test_a_trigger_that_makes_no_sense_is_refused(page, field, wrong):
    answer = page.post(reverse("admin:surveys_trigger_add"), trigger_form(SurveyFactory(), **wrong))

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert Trigger.objects.count() == 0


def test_the_asking_policy_is_one_page(page):
    assert page.get(reverse("admin:surveys_askingpolicy_change", args=[1])).status_code == 200
    AskingPolicy.objects.all().delete()
    answer = page.get(reverse("admin:surveys_askingpolicy_changelist"), follow=True)
    assert answer.status_code == 200

    page.post(
        reverse("admin:surveys_askingpolicy_change", args=[1]),
        {
            "transactional_days": "60", "relational_days": "90", "floor_days": "7", "loser": "drop", "days_late": "10",
            "company_budget": "5", "company_window_days": "30", "role_names": "info,team",
            "hard_bounces": "1", "soft_bounces": "3", "call_after_days": "7",
        },
    )  # fmt: skip

    policy = AskingPolicy.objects.get()
    assert (policy.transactional_days, policy.company_budget, policy.role_names) == (60, 5, ["info", "team"])
    assert page.get(reverse("admin:surveys_askingpolicy_add")).status_code == 403


def test_our_company_takes_only_real_time_zones(page):
    page.get(reverse("admin:accounts_organisation_changelist"))

    answer = page.post(
        reverse("admin:accounts_organisation_change", args=[1]),
        {
            "timezone": "Mars/Olympus", "opens_at": "09:00", "closes_at": "18:00",
            "weekdays": ["1", "2", "3", "4", "5"],
            "currency": "EUR",
        },
    )  # fmt: skip

    assert list(answer.context["adminform"].form.errors) == ["timezone"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", ["invite", "reminder", "thanks"])
def test_the_preview_shows_every_letter_in_every_language(page, language, letter):
    version = SurveyVersionFactory()
    query = {"language": language, "letter": letter}

    html = page.get(reverse("admin:surveys_survey_preview", args=[version.survey_id]), query).content.decode()
    mail = page.get(reverse("admin:surveys_survey_letter", args=[version.survey_id]), query)

    assert f'<pre class="preview-text" lang="{language}">' in html
    assert "Ąžuolas &amp; Co" in html
    assert f'lang="{language}"' in mail.content.decode()
    assert "sandbox" in html
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in mail["Content-Security-Policy"]
    assert "default-src 'none'" in mail["Content-Security-Policy"]


def test_the_preview_shows_the_draft_until_a_version_is_chosen(page):
    version = SurveyVersionFactory(number=1)
    draft = draft_of(version.survey)
    draft.texts = STANDARD["nps"] | {"en": STANDARD["nps"]["en"] | {"email_subject": "Drafted"}}
    draft.save()
    address = reverse("admin:surveys_survey_preview", args=[version.survey_id])

    assert page.get(address).context["letter"].subject == "Drafted"
    assert page.get(address, {"version": "1"}).context["letter"].subject != "Drafted"
    assert page.get(address, {"version": "9"}).status_code == 404


def test_agents_do_not_get_into_the_admin_of_surveys(client, owner):
    version = SurveyVersionFactory()
    client.force_login(owner)

    for name in ("surveys_survey_preview", "surveys_survey_letter", "surveys_survey_change"):
        assert client.get(reverse(f"admin:{name}", args=[version.survey_id])).status_code in (302, 403)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("surveys_survey_changelist", SurveyFactory),
        ("surveys_surveyversion_changelist", SurveyVersionFactory),
        ("surveys_trigger_changelist", TriggerFactory),
    ],
)
def test_lists_take_as_many_queries_for_three_rows_as_for_one(page, django_assert_max_num_queries, name, make):
    make()
    page.get(reverse(f"admin:{name}"))
    with django_assert_max_num_queries(15) as one:
        page.get(reverse(f"admin:{name}"))
    make()
    make()

    with django_assert_max_num_queries(len(one)):
        assert page.get(reverse(f"admin:{name}")).status_code == 200


def test_the_media_of_a_trigger_are_chosen_in_their_order(page):
    survey = SurveyFactory()

    page.post(reverse("admin:surveys_trigger_add"), trigger_form(survey, media=["sms", "", "email"]))

    trigger = Trigger.objects.get()
    assert trigger.media == ["sms", "email"]
    html = page.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).text
    chosen = [row.partition("selected")[0].rpartition('value="')[2][:5] for row in html.split('name="media"')[1:]]
    assert [value.strip('" ') for value in chosen] == ["sms", "email", "", ""]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"media": ["sms", "sms"]}, "“SMS” is chosen twice."),
        ({"media": ["email"], "unanswered_hours": "24"}, "There is no next medium: choose a second one above."),
        ({"media": ["sms", "email"], "undelivered_hours": "0"}, "greater than or equal to 1"),
        ({"media": ["sms", "email"], "undelivered_hours": "721"}, "less than or equal to 720"),
    ],
)
def test_media_that_cannot_be_tried_so_are_said_to_be_wrong(page, changed, said):
    html = page.post(reverse("admin:surveys_trigger_add"), trigger_form(SurveyFactory(), **changed)).text

    assert said in html
    assert not Trigger.objects.exists()
