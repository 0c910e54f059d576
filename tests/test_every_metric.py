"""A survey of each metric from its making to the numbers, by letter and by text message."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from crm.models import Touchpoint
from delivery import composers
from delivery.models import IncomingText, Message
from followups.models import Followup
from followups.services import route_due
from responses import services as responses
from responses import tasks
from responses.models import Response
from surveys.metrics import SCALES
from surveys.models import Invitation, Survey, Trigger
from surveys.services import judge_due, plan_invitations
from tests.analytics.satisfaction.test_every_page import OF_RECOMMENDING, said
from tests.factories import ContactFactory, TouchpointFactory
from tests.responses.texts.postbag import gateway, text
from tests.surveys.test_admin_surveys import survey_form, trigger_form, version_page
from tests.surveys.test_wording_editor import address, part_form

pytestmark = pytest.mark.django_db
PHONE = "+380501112233"
# By metric: the worst score, its category and what the question says.
BAD = {
    "nps": (0, "detractor", "recommend"),
    "csat": (1, "dissatisfied", "How satisfied are you"),
    "csat10": (4, "dissatisfied", "How satisfied are you"),
    "ces": (1, "hard", "made it easy"),
}
KINDS = ("deal_won", "order_delivered", "ticket_solved", "consultation", "meeting", "renewal")


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def asked(admin):
    """Make a survey and its trigger as an administrator does, and let a touchpoint be asked about."""

    def asked(metric, kind="deal_won", medium="email"):
        gateway()
        admin.post(reverse("admin:surveys_survey_add"), survey_form(metric=metric, status="active"))
        survey = Survey.objects.get()
        draft = survey.versions.get()
        admin.post(address(draft), part_form(draft, _publish="1"))
        whenever = {"sampling_share": "100", "window_start": "00:00", "window_end": "23:59", "days": "1",
                    "window_weekdays": ["1", "2", "3", "4", "5", "6", "7"], "asks_since_0": "2020-01-01"}  # fmt: skip
        form = trigger_form(survey, touchpoint_kind=kind, media=[medium], **whenever)
        admin.post(reverse("admin:surveys_trigger_add"), form)
        assert Trigger.objects.get().touchpoint_kind == kind
        contact = ContactFactory(first_name="Ona", language="en", phone=PHONE)
        TouchpointFactory(kind=kind, contact=contact, occurred_at=clock.now() - timedelta(days=2))
        plan_invitations()
        Invitation.objects.update(due_at=clock.now())
        judge_due()
        return Invitation.objects.get()

    return asked


def written():
    message = Message.objects.get(purpose="invite")
    return message, composers.compose([message])[message.pk]


def worked():
    """Let what was answered become work, and return it."""
    responses.settle_due(now=clock.now() + timedelta(days=1))
    route_due(now=clock.now() + timedelta(days=1))
    return Followup.objects.get()


def test_every_kind_of_touchpoint_is_offered():
    assert set(KINDS) <= set(Touchpoint.Kind.values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("metric", SCALES)
def test_each_metric_is_asked_after_each_kind_of_touchpoint(asked, metric, kind):
    invitation = asked(metric, kind)

    _message, letter = written()
    scale = SCALES[metric]
    assert (invitation.metric, invitation.status) == (metric, "queued")
    assert BAD[metric][2] in letter.text
    assert letter.html.count("?score=") == len(scale.scores)


@pytest.mark.parametrize("metric", SCALES)
def test_an_answer_on_the_page_becomes_work_and_a_number(asked, admin, client, metric):
    invitation = asked(metric)
    score, category, words = BAD[metric]
    page = client.get(invitation.path).text
    assert words in page

    client.post(invitation.path, {"step": "score", "score": SCALES[metric].highest + 1, "language": "en"})
    assert not Response.objects.exists()
    client.post(invitation.path, {"step": "score", "score": score, "language": "en", "scripted": "1", "gesture": "key"})

    followup = worked()
    assert (followup.response.score, followup.response.category) == (score, category)
    assert followup.playbook.category == category
    here = reverse("dashboard" if metric == "nps" else metric)
    assert admin.get(here).status_code == 200


@pytest.mark.parametrize("metric", SCALES)
def test_an_answer_texted_back_becomes_work(asked, metric):
    invitation = asked(metric, medium="sms")
    score, category, words = BAD[metric]
    message, sent = written()
    assert words.lower() in sent.text.lower()
    assert SCALES[metric].ends in sent.text
    Message.objects.filter(pk=message.pk).update(status="sent", sent_at=clock.now())
    Invitation.objects.update(status="sent", sent_at=clock.now(), asked_at=clock.now())

    off, on = (
        text(invitation, words, from_number=PHONE) for words in (str(SCALES[metric].highest + 1), f"{score}, late")
    )
    tasks.take_texts()

    became = dict(IncomingText.objects.values_list("pk", "became"))
    assert (became[off.pk], became[on.pk]) == ("letter", "score")
    followup = worked()
    assert (followup.response.score, followup.response.comment) == (score, "late")
    assert followup.response.category == category


@pytest.mark.parametrize("metric", ["csat", "csat10", "ces"])
def test_no_page_of_the_work_speaks_of_recommending(asked, admin, client, metric):
    invitation = asked(metric)
    client.post(invitation.path, {"step": "score", "score": 1, "language": "en", "scripted": "1", "gesture": "key"})
    followup = worked()
    contact = invitation.contact
    survey = invitation.survey
    pages = [
        reverse("inbox") + "?tab=all", followup.get_absolute_url(), reverse("contacts"), reverse("referrals"),
        reverse("contact", args=[contact.pk]), reverse("answer", args=[followup.response_id]),
        reverse("invitation", args=[invitation.pk]), reverse("admin:surveys_survey_change", args=[survey.pk]),
        reverse("admin:surveys_survey_preview", args=[survey.pk]), version_page(survey.versions.get()),
    ]  # fmt: skip

    for path in pages:
        response = admin.get(path, follow=True)
        assert response.status_code == 200, path
        found = said(response)
        assert [found[max(0, one.start() - 60) : one.end() + 40] for one in OF_RECOMMENDING.finditer(found)] == [], (
            address
        )
