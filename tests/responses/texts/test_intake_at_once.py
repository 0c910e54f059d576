"""Texts under workers that race: each is taken up once."""

import pytest

from delivery.models import IncomingLetter, IncomingText
from responses.models import Response
from responses.texts import intake
from tests.followups.test_letters_at_once import at_once
from tests.responses.texts.postbag import asked, text

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_that_race_take_each_text_once():
    invitation = asked()
    text(invitation, "9")
    intake.take_due()
    for number in range(30):
        text(invitation, f"слово {'о' * number}")
        text(invitation, f"8 або 9{'!' * number}")

    assert at_once(lambda: intake.take_due(batch=2)) == []

    assert not IncomingText.objects.untaken().exists()
    assert sorted(Response.objects.get().comment.splitlines()) == sorted(
        f"слово {'о' * number}".strip() for number in range(30)
    )
    assert IncomingLetter.objects.count() == 30
