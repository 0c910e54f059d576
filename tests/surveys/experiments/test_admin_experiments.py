from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import SecurityEvent
from surveys.models import Enrolment, Experiment, ExperimentArm
from tests.factories import ContactFactory, SurveyFactory, TriggerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def survey():
    survey = SurveyFactory(brand__languages=["en", "lt"])
    TriggerFactory(survey=survey, name="After a deal", is_active=True)
    return survey


def form(survey, *arms, **changed):
    start = clock.now().replace(microsecond=0)
    whole = {
        "survey": survey.pk, "name": "Subjects of July", "varied": "subject", "answer_days": "14", "most_asked": "",
        "starts_at_0": f"{start:%Y-%m-%d}", "starts_at_1": f"{start:%H:%M:%S}",
        "ends_at_0": f"{start + timedelta(days=30):%Y-%m-%d}", "ends_at_1": "12:00:00",
        "arms-TOTAL_FORMS": len(arms), "arms-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, arm in enumerate(arms):
        whole |= {f"arms-{number}-{name}": value for name, value in arm.items()}
    return whole | changed


USUAL = {"name": "usual", "share": 50}
SHORT = {"name": "short", "share": 50, "subject_en": "One question", "subject_lt": "Vienas klausimas"}
ADD = "admin:surveys_experiment_add"


def act(page, name, experiment):
    return page.post(
        reverse("admin:surveys_experiment_changelist"),
        {"action": name, "_selected_action": [experiment.pk]},
        follow=True,
    ).content.decode()


def test_an_experiment_is_set_up_started_and_ended(page, survey):
    answer = page.post(reverse(ADD), form(survey, USUAL, SHORT))

    assert answer.status_code == 302, answer.context["errors"]
    made = Experiment.objects.get()
    assert (made.status, made.varied, made.survey, made.answer_days) == ("draft", "subject", survey, 14)
    usual, short = made.arms.order_by("pk")
    assert (usual.subjects, short.subjects) == ({}, {"en": "One question", "lt": "Vienas klausimas"})

    assert "is started. Until its end there is no verdict." in act(page, "start", made)
    assert Experiment.objects.get().status == "running"
    assert "It was started before." in act(page, "start", made)
    assert "is ended. Contacts keep their arms." in act(page, "end_now", made)
    ended = Experiment.objects.get()
    assert (ended.status, ended.ending, ended.is_cut_short) == ("ended", "hand", True)
    assert SecurityEvent.objects.filter(kind="setting_changed", subject__contains="Subjects of July").count() >= 3


@pytest.mark.parametrize(
    ("arms", "changed", "said"),
    [
        ((USUAL,), {}, "An experiment needs two to four arms."),
        ((USUAL, SHORT | {"share": 40}), {}, "The shares add up to 90%, not to 100%."),
        ((USUAL, SHORT | {"subject_lt": ""}), {}, "In Lithuanian two arms have the same subject."),
        ((USUAL, SHORT | {"subject_en": "Hello {nobody}"}), {}, "nothing fills this in: nobody"),
        ((USUAL, SHORT | {"hour_from": "09:00", "hour_until": "10:00"}), {}, "for something else varies here"),
        ((USUAL, SHORT | {"first_medium": "email"}), {}, "for something else varies here"),
        (({"name": "a", "share": 50}, {"name": "b", "share": 50}), {"varied": "hour"}, "“a” and “b” do the same."),
        (
            (USUAL, {"name": "dawn", "share": 50, "hour_from": "05:00", "hour_until": "07:00"}),
            {"varied": "hour"},
            "“dawn” reaches beyond the send window of “After a deal”, 09:00 to 18:00.",
        ),
        (
            (USUAL, {"name": "noon", "share": 50, "hour_from": "12:00"}),
            {"varied": "hour"},
            "Set both hours, the second later than the first, or none for the usual ones.",
        ),
        (
            (USUAL, {"name": "back", "share": 50, "hour_from": "14:00", "hour_until": "10:00"}),
            {"varied": "hour"},
            "Set both hours, the second later than the first, or none for the usual ones.",
        ),
        ((USUAL, SHORT), {"ends_at_0": "2020-01-01"}, "It has to end after it starts."),
        ((USUAL, SHORT), {"starts_at_0": "2019-01-01", "ends_at_0": "2020-01-01"}, "This is over. Set a later end."),
        ((USUAL, SHORT), {"most_asked": "1"}, "greater than or equal to 2"),
        ((USUAL, SHORT | {"name": "usual"}), {}, "name"),
    ],
)
def test_what_no_experiment_can_be_is_said_and_not_kept(page, survey, arms, changed, said):
    answer = page.post(reverse(ADD), form(survey, *arms, **changed))

    assert said in answer.content.decode()
    assert Experiment.objects.count() == 0


def test_media_that_the_survey_does_not_write_by_are_refused(survey):
    from surveys.experiments import checks

    made = Experiment(survey=survey, varied="medium")

    found = checks.faults(
        made, [ExperimentArm(name="a", share=50), ExperimentArm(name="b", share=50, first_medium="sms")]
    )

    assert found == ["“After a deal” does not write by SMS. Add it there, or choose another medium."]


def test_a_second_experiment_on_a_survey_waits_for_the_first(page, survey):
    for name in ("First", "Second"):
        page.post(reverse(ADD), form(survey, USUAL, SHORT, name=name))
    first, second = Experiment.objects.order_by("pk")
    act(page, "start", first)

    assert "“First” is running on this survey." in act(page, "start", second)
    second.refresh_from_db()
    assert second.status == "draft"


def test_once_started_only_names_and_shares_change(page, survey):
    page.post(reverse(ADD), form(survey, USUAL, SHORT))
    made = Experiment.objects.get()
    made.start()
    usual, short = made.arms.order_by("pk")
    arms = (USUAL | {"id": usual.pk, "share": 20}, SHORT | {"id": short.pk, "share": 80, "subject_en": "Another"})

    answer = page.post(
        reverse("admin:surveys_experiment_change", args=[made.pk]),
        form(survey, *arms, name="Renamed", answer_days="3", varied="hour") | {"arms-INITIAL_FORMS": 2},
    )

    assert answer.status_code == 302, answer.context["errors"]
    made.refresh_from_db()
    assert (made.name, made.answer_days, made.varied) == ("Renamed", 14, "subject")
    assert [arm.share for arm in made.arms.order_by("pk")] == [20, 80]
    assert made.arms.get(name="short").subjects["en"] == "One question"


def test_what_drew_somebody_is_not_deleted(page, survey):
    page.post(reverse(ADD), form(survey, USUAL, SHORT))
    made = Experiment.objects.get()
    made.start()
    Enrolment.objects.create(
        experiment=made, contact=ContactFactory(), arm=made.arms.first(), shares=[50, 50], at=clock.now()
    )

    answer = page.post(reverse("admin:surveys_experiment_delete", args=[made.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert Experiment.objects.exists()
