"""What taking up presses asks of the database, however many came at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.media.telegram import hearing
from responses.chats import presses
from responses.models import Response
from tests.responses.chats.conversation import asked, joined

pytestmark = pytest.mark.django_db(transaction=True)
# A score is one statement.
OF_EACH = 1


def taken_up(telegram, bot, chats):
    for chat in chats:
        asked(joined(telegram, bot, chat=chat), bot)
    for chat in chats:
        telegram.press(chat, "9")
    hearing.ask_all()
    with CaptureQueriesContext(connection) as asking:
        presses.take_due()
    return len(asking)


def test_each_press_of_a_score_is_one_statement_more(telegram, bot):
    taken_up(telegram, bot, [1])

    one, four = taken_up(telegram, bot, [2]), taken_up(telegram, bot, [3, 4, 5, 6])

    assert Response.objects.count() == 6
    assert four - one == 3 * OF_EACH
