"""What the demo company does about what its customers complain of: one thing done, others on their way."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from accounts import clock
from accounts.models import User
from demo.data.plan import CEO, JONAS, OLENA
from followups.improvements import changes
from followups.models import Improvement, ImprovementActivity, RootCause
from responses.models import Response, Topic
from surveys.metrics import Category

State = Improvement.State
# Done so many days before the demo begins; the answers before it asked for it.
DONE_AGO, ASKED_FOR = timedelta(days=48), timedelta(days=120)
MOST_LINKED = 40
TAKEN_UP_AFTER = timedelta(days=3)


class Remedy(NamedTuple):
    """An improvement, in the language of who proposes it.

    `due`: in how many days; `voters`: how many colleagues want it besides who proposes it; `ago`: proposed so many days
    ago; `cause`: the root cause that it is to remove, where it is about one.
    """

    title: str
    why: str
    topic: str
    state: str
    by: str
    owner: str
    due: int
    points: int
    voters: int
    ago: int
    cause: str = ""


REMEDIES = (
    Remedy(
        "Name the day of delivery and keep it",
        "Every third detractor writes of late vans. The carrier now gets the orders by noon of the day before.",
        "delivery", State.DONE, JONAS, OLENA, -50, 4, 9, 75, "delivery",
    ),
    Remedy(
        "Photos in the assembly manual",
        "Customers assemble the pods by drawings that nobody understands, and call us on the second day.",
        "product", State.IN_PROGRESS, OLENA, JONAS, 12, 2, 6, 40, "product",
    ),
    Remedy(
        "One person answers until it is solved",
        "Who complains tells the story three times. Let the first who answers stay with it.",
        "support", State.PLANNED, JONAS, OLENA, -3, 3, 4, 30,
    ),
    Remedy(
        "Say the price with delivery in the first offer",
        "The bill surprises: delivery and assembly stand on it for the first time.",
        "price", State.PROPOSED, JONAS, "", 0, 1, 2, 12,
    ),
    Remedy(
        "Дзвонити за годину до монтажу",
        "Клієнти чекають майстрів увесь день. Нехай бригада дзвонить, коли виїжджає, і називає годину.",
        "support", State.PLANNED, OLENA, OLENA, 20, 2, 5, 18,
    ),
    Remedy(
        "Atsarginės detalės sandėlyje Kaune",
        "Detalės keičiamos po dviejų savaičių, nes jų laukiame iš gamyklos. Dešimt dažniausių laikykime vietoje.",
        "product", State.PROPOSED, JONAS, JONAS, 0, 1, 3, 6, "product",
    ),
)  # fmt: skip
TOLD = {
    "en": "Orders now reach our carrier by noon of the day before, and you are told the hour the evening before.",
    "uk": "Замовлення тепер надходять до перевізника до полудня попереднього дня, а годину доставки ми "
    "повідомляємо напередодні ввечері.",
    "ru": "Заказы теперь попадают к перевозчику до полудня предыдущего дня, а час доставки мы сообщаем "
    "накануне вечером.",
    "lt": "Užsakymai vežėją dabar pasiekia iki vidurdienio dieną prieš pristatymą, o tikslią valandą "
    "pranešame išvakarėse.",
}


def propose_some(today: date) -> None:
    """Propose what the demo shows, once."""
    if Improvement.objects.exists():
        return
    people = {person.name: person for person in User.objects.filter(name__in=[CEO, JONAS, OLENA])}
    colleagues = list(User.objects.filter(team__isnull=False).exclude(name__in=people).order_by("pk"))
    for remedy in REMEDIES:
        _propose(remedy, people, colleagues, today)


def _propose(remedy: Remedy, people: dict[str, User], colleagues: list[User], today: date) -> None:
    by, head = people[remedy.by], people[CEO]
    improvement = changes.propose(
        by=by,
        topics=Topic.objects.filter(slug=remedy.topic),
        root_causes=RootCause.objects.filter(slug=remedy.cause),
        answers=_asked_for(remedy, today),
        title=remedy.title,
        why=remedy.why,
        due_on=today + timedelta(days=remedy.due) if remedy.due else None,
        expected_points=remedy.points,
    )
    for colleague in colleagues[: remedy.voters]:
        changes.vote(improvement, by=colleague)
    if remedy.owner:
        Improvement.objects.filter(pk=improvement.pk).update(owner=people[remedy.owner])
    if remedy.state == State.DONE:
        changes.word(improvement, TOLD, by=head)
        improvement.move(State.DONE, by=head, on=today - DONE_AGO)
    elif remedy.state != State.PROPOSED:
        improvement.move(remedy.state, by=head)
    _date_back(improvement, clock.now() - timedelta(days=remedy.ago))


def _date_back(improvement: Improvement, proposed_at: datetime) -> None:
    """Let it have been proposed and linked then, and what was done about it stand on the day of done, or soon after."""
    improvement.refresh_from_db()
    Improvement.objects.filter(pk=improvement.pk).update(proposed_at=proposed_at)
    improvement.votes.update(at=proposed_at)
    improvement.answers.update(at=proposed_at)
    taken_up_at = clock.now() - DONE_AGO if improvement.is_done else proposed_at + TAKEN_UP_AFTER
    first = Q(kind__in=[ImprovementActivity.Kind.PROPOSED, ImprovementActivity.Kind.LINKED])
    improvement.activities.filter(first).update(at=proposed_at)
    improvement.activities.exclude(first).update(at=taken_up_at)


def _asked_for(remedy: Remedy, today: date) -> list[Response]:
    """Return the latest detractors who named the topic before it was done."""
    end = today - DONE_AGO
    named = Response.objects.counted().filter(
        category=Category.DETRACTOR,
        response_topics__topic__slug=remedy.topic,
        answered_at__date__gte=end - ASKED_FOR,
        answered_at__date__lt=end,
    )
    return list(named.order_by("-answered_at", "-pk").distinct()[:MOST_LINKED])
