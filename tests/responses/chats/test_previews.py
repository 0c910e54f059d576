"""A tap in a chat is a person's; a look at the link that stands in the same message is not."""

import pytest

from responses.models import LinkVisit, Response
from tests.responses.chats.conversation import CHAT, asked, go_on, joined
from tests.responses.test_visitors_at_work import PREVIEWERS

pytestmark = pytest.mark.django_db(transaction=True)


def preview(client, invitation):
    for browser in PREVIEWERS.values():
        assert client.get(invitation.path, {"score": 0}, headers={"user-agent": browser}).status_code == 200


def test_a_preview_answers_nothing_and_a_tap_after_it_counts(client, telegram, bot):
    invitation = asked(joined(telegram, bot), bot)

    preview(client, invitation)
    assert not Response.objects.exists()
    telegram.press(CHAT, "5")
    go_on()

    answer = Response.objects.counted().get()
    assert (answer.score, answer.is_provisional) == (5, False)
    verdicts = set(LinkVisit.objects.exclude(method=LinkVisit.BY_CHAT).values_list("verdict", flat=True))
    assert verdicts == {LinkVisit.Verdict.MACHINE}


def test_previews_after_a_tap_take_nothing_back(client, telegram, bot):
    invitation = asked(joined(telegram, bot), bot)
    telegram.press(CHAT, "10")
    go_on()

    preview(client, invitation)

    assert Response.objects.counted().get().score == 10
