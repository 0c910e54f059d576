"""Customers of the demo company who write back to an ask and do not answer it: work without a score."""

from datetime import timedelta
from hashlib import sha256

from accounts import clock
from delivery.models import IncomingLetter, Message
from followups.letters import arrivals
from followups.models import CustomerLetter
from surveys.models import Invitation

# How long ago each letter came; the first asks are the latest ones.
CAME = (timedelta(hours=3), timedelta(hours=20), timedelta(days=2))
WORDS = {
    "en": (
        "Hello, I would rather write than click. Two of the desks wobble and nobody calls me back. Please call me.",
        "The chairs are fine, but the invoice names the wrong company. Whom do I write to about that?",
    ),
    "uk": (
        "Добрий день! Краще напишу, ніж натискатиму. Два столи хитаються, ніхто не передзвонює. Зателефонуйте, прошу.",
        "Крісла чудові, але в рахунку вказано не ту фірму. Кому про це написати?",
    ),
    "ru": (
        "Добрый день! Лучше напишу, чем буду нажимать. Два стола шатаются, и никто не перезванивает. Позвоните, прошу.",
        "Кресла отличные, но в счёте указана не та фирма. Кому об этом написать?",
    ),
    "lt": (
        "Laba diena, geriau parašysiu, nei spausiu. Du stalai kliba, o niekas neperskambina. Prašau paskambinti.",
        "Kėdės puikios, bet sąskaitoje nurodyta ne ta įmonė. Kam dėl to rašyti?",
    ),
}


def bring_some() -> None:
    """Let customers who were asked lately and did not answer write back, once."""
    if CustomerLetter.objects.exists():
        return
    silent = Invitation.objects.filter(status=Invitation.Status.DELIVERED, manager__team__isnull=False)
    found = silent.order_by("-sent_at", "-pk").select_related("contact")[: len(CAME)]
    for number, invitation in enumerate(found):
        _write(invitation, number)
    arrivals.take_due()


def _write(invitation: Invitation, number: int) -> None:
    ask = Message.objects.filter(context__invitation=invitation.pk).order_by("pk").first()
    contact, at = invitation.contact, clock.now() - CAME[number]
    IncomingLetter.objects.create(
        digest=sha256(f"letter-{invitation.pk}".encode()).digest(),
        answers=ask,
        is_proven=True,
        message_id=f"<letter-{invitation.pk}@{contact.email.rpartition('@')[2]}>",
        from_address=contact.email,
        from_name=contact.name,
        subject=f"Re: {invitation.survey.brand.name}",
        text=WORDS[invitation.language][number % 2],
        at=at,
        arrived_at=at,
    )
