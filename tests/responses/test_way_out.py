"""Whoever came by a text message has no letter with a link out of it: the page itself has one."""

import pytest
from django.urls import reverse

from surveys.models import SurveyVersion
from tests.factories import InvitationFactory


@pytest.mark.parametrize("step", [None, "score", "why"])
def test_every_step_of_the_page_leads_out(client, invitation, step):
    form = {"step": step, "score": "7"}
    page = (client.post(invitation.path, form) if step else client.get(invitation.path)).content.decode()

    assert f'<a href="{reverse("unsubscribe", args=[invitation.token])}" rel="noreferrer">Unsubscribe</a>' in page


def test_it_is_said_in_the_language_of_the_page(client, db):
    invitation = InvitationFactory(language="uk")

    assert ">Відписатися</a>" in client.get(invitation.path).content.decode()


def test_a_preview_leads_nowhere(admin_client, invitation):
    version = SurveyVersion.objects.get(pk=invitation.version_id)

    page = admin_client.get(reverse("survey-preview", args=[version.pk])).content.decode()

    assert "/u/" not in page
