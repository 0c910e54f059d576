"""Staff and customers who write to each other in a chat or by text messages."""

from uuid import uuid4

from followups.letters import arrivals
from followups.models import Followup
from responses.models import Response
from tests.factories import FollowupFactory
from tests.responses.chats.conversation import CHAT, asked, go_on, joined


def answered_in_chat(telegram, bot, owner, *, score=2, **contact):
    """Return the follow-up of an answer that was given in the chat."""
    asked(joined(telegram, bot, **contact), bot)
    telegram.press(CHAT, f"{score}")
    go_on()
    return FollowupFactory(response=Response.objects.latest("pk"), assignee=owner, team=owner.team)


def form(**changes):
    """Return what a filled-in form sends."""
    return {"key": str(uuid4()), "by": "telegram", "subject": "Your answer", "message": "We are sorry.", **changes}


def post(client, followup, **changes):
    return client.post(f"/inbox/{followup.pk}/replies/", form(**changes), follow=True)


def sent(client, followup, **changes):
    """Send a reply from the page, and let everything happen that is due."""
    page = post(client, followup, **changes)
    take_up()
    return page


def take_up():
    go_on()
    arrivals.take_due()


def written_back(followup):
    """Return what the customer wrote into a follow-up, oldest first."""
    letters = followup.letters.select_related("letter").order_by("pk")
    return [(row.letter.medium.value, row.letter.text) for row in letters]


def again(followup):
    return Followup.objects.get(pk=followup.pk)
