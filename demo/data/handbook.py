"""What the administrator of the demo company has set for the work: steps, who is told when it is late, finer states
and root causes, and vouchers to give; and how far the open work has come by it."""

from datetime import datetime
from itertools import islice
from typing import NamedTuple

from accounts import clock
from accounts.company_clock import business_calendars
from accounts.models import Organisation, User
from demo.data.plan import CEO
from followups.compensations import codes
from followups.models import (
    Activity,
    CodePool,
    Escalation,
    EscalationRule,
    Followup,
    FollowupStep,
    GiftKind,
    Playbook,
    PlaybookStep,
    RootCause,
    WorkState,
)
from followups.playbooks import escalations, steps
from surveys.metrics import Category

Action, From, Whose = PlaybookStep.Action, PlaybookStep.From, PlaybookStep.Whose
Status, Tone, Lateness, To = Followup.Status, WorkState.Tone, EscalationRule.Lateness, EscalationRule.To
# So much late work was told to those above; more would be a bad day.
MOST_ESCALATED = 3
POOL, CODES, FEW = "Voucher for the next order", 60, 10


class HandbookStep(NamedTuple):
    """A step: `hours` after the start or the step before, and its words by language."""

    action: str
    hours: int
    counts_from: str
    whose: str
    words: dict[str, str]


OF_DETRACTORS = (
    HandbookStep(
        Action.CALL, 2, From.START, Whose.ASSIGNEE,
        {
            "en": "Call, listen, and say what happens next.",
            "uk": "Зателефонуйте, вислухайте й скажіть, що буде далі.",
            "ru": "Позвоните, выслушайте и скажите, что будет дальше.",
            "lt": "Paskambinkite, išklausykite ir pasakykite, kas bus toliau.",
        },
    ),
    HandbookStep(
        Action.TASK, 4, From.PREVIOUS, Whose.ASSIGNEE,
        {
            "en": "Ask the warehouse or the workshop what went wrong.",
            "uk": "З’ясуйте на складі чи в цеху, що пішло не так.",
            "ru": "Узнайте на складе или в цехе, что пошло не так.",
            "lt": "Išsiaiškinkite sandėlyje ar dirbtuvėse, kas nepavyko.",
        },
    ),
    HandbookStep(
        Action.LETTER, 9, From.PREVIOUS, Whose.ASSIGNEE,
        {
            "en": "Write what was agreed, with a date.",
            "uk": "Напишіть, про що домовилися, з датою.",
            "ru": "Напишите, о чём договорились, с датой.",
            "lt": "Parašykite, dėl ko sutarta, su data.",
        },
    ),
    HandbookStep(
        Action.PROMPT, 18, From.START, Whose.LEAD,
        {
            "en": "Has the customer heard what happens next?",
            "uk": "Чи знає клієнт, що буде далі?",
            "ru": "Знает ли клиент, что будет дальше?",
            "lt": "Ar klientas žino, kas bus toliau?",
        },
    ),
)  # fmt: skip
OF_PASSIVES = (
    HandbookStep(
        Action.LETTER, 9, From.START, Whose.ASSIGNEE,
        {
            "en": "Ask what would have made it a 10.",
            "uk": "Запитайте, чого забракло до 10.",
            "ru": "Спросите, чего не хватило до 10.",
            "lt": "Paklauskite, ko pritrūko iki 10.",
        },
    ),
    HandbookStep(
        Action.OFFER, 18, From.PREVIOUS, Whose.ASSIGNEE,
        {
            "en": "Offer a voucher for the next order.",
            "uk": "Запропонуйте ваучер на наступне замовлення.",
            "ru": "Предложите ваучер на следующий заказ.",
            "lt": "Pasiūlykite kuponą kitam užsakymui.",
        },
    ),
)  # fmt: skip
STATES = {
    Status.IN_PROGRESS: (
        Tone.ACCENT,
        {"en": "With the workshop", "uk": "У цеху", "ru": "В цехе", "lt": "Dirbtuvėse"},
    ),
    Status.WAITING: (
        Tone.MIDDLE,
        {
            "en": "Waiting for photos",
            "uk": "Чекаємо на фото",
            "ru": "Ждём фотографии",
            "lt": "Laukiame nuotraukų",
        },
    ),
}
CAUSES = {
    "delivery-late": {"en": "Late", "uk": "Запізно", "ru": "Поздно", "lt": "Vėluoja"},
    "delivery-damaged": {
        "en": "Damaged on the way",
        "uk": "Пошкоджено в дорозі",
        "ru": "Повреждено в пути",
        "lt": "Pažeista kelyje",
    },
}


def write() -> None:
    """Write it once."""
    if PlaybookStep.objects.exists() or CodePool.objects.exists():
        return
    Organisation.objects.filter(head=None).update(head=User.objects.get(name=CEO))
    critics, passives = (
        Playbook.objects.get(survey=None, category=category, is_active=True)
        for category in (Category.DETRACTOR, Category.PASSIVE)
    )
    _plan(critics, OF_DETRACTORS, None)
    _plan(passives, OF_PASSIVES, _fill_pool())
    critics.escalation_rules.create(lateness=Lateness.FIRST_CONTACT, to=To.LEAD)
    critics.escalation_rules.create(lateness=Lateness.RESOLUTION, after_hours=4, to=To.HEAD, raises_priority=True)
    _follow(clock.now())
    _name_states()
    _name_causes()


def _plan(playbook: Playbook, planned: tuple[HandbookStep, ...], pool: CodePool | None) -> None:
    for position, step in enumerate(planned, 1):
        playbook.steps.create(
            position=position,
            action=step.action,
            after_hours=step.hours,
            counts_from=step.counts_from,
            whose=step.whose,
            texts=step.words,
            pool=pool if step.action == Action.OFFER else None,
        )


def _fill_pool() -> CodePool:
    pool = CodePool.objects.create(name=POOL, kind=GiftKind.DISCOUNT, amount=20, currency="EUR", few=FEW)
    codes.take_in(pool, "\n".join(f"NEXT-{number * 7919 % 100_000:05d}" for number in range(1, CODES + 1)))
    return pool


def _follow(now: datetime) -> None:
    """Give open work the steps and moments of its playbook; what lies behind it is done, told or past."""
    rows = Followup.objects.open().select_related("team__lead", "assignee").order_by("pk")
    books = {book.pk: book for book in Playbook.objects.prefetch_related("steps", "escalation_rules")}
    opened = [(row, books[row.playbook_id]) for row in rows if row.playbook_id]
    calendars = business_calendars()
    planned = steps.planned(opened, calendars)
    for step in planned:
        if step.position == 1 and step.followup.first_contact_at:
            step.done_at, step.done_by = step.followup.first_contact_at, step.followup.assignee
        elif step.action == Action.PROMPT and step.due_at and step.due_at <= now:
            step.done_at = step.due_at
    FollowupStep.objects.bulk_create(planned)
    moments = escalations.planned(opened, calendars)
    Escalation.objects.bulk_create(moment for moment in moments if moment.due_at > now)
    late = (moment for moment in moments if moment.due_at <= now and _is_late(moment))
    for moment in islice(late, MOST_ESCALATED):
        _tell(moment)


def _is_late(moment: Escalation) -> bool:
    followup, team = moment.followup, moment.followup.team
    is_first_contact = moment.rule.lateness == Lateness.FIRST_CONTACT
    lead = team.lead if team else None
    is_anybodys = lead is not None and lead != followup.assignee
    return is_first_contact and is_anybodys and followup.first_contact_at is None


def _tell(moment: Escalation) -> None:
    """Write down that a moment was told to the lead when it came."""
    moment.raised_at = moment.due_at
    moment.save()
    lead = moment.followup.team.lead if moment.followup.team else None
    change = {"late": moment.rule.lateness, "to": str(lead)}
    Activity.objects.create(followup=moment.followup, kind=Activity.Kind.ESCALATED, at=moment.due_at, change=change)


def _name_states() -> None:
    """Name a finer state of work in hand and of work that waits, and let every third follow-up be in it."""
    for meaning, (tone, names) in STATES.items():
        state = WorkState.objects.create(meaning=meaning, tone=tone, names=names, position=1)
        some = list(Followup.objects.filter(status=meaning).order_by("pk").values_list("pk", flat=True))[::3]
        Followup.objects.filter(pk__in=some).update(state=state)


def _name_causes() -> None:
    """Name two finer causes of what goes wrong with deliveries, and let most of the work say which."""
    parent = RootCause.objects.get(slug="delivery")
    named = list(Followup.objects.filter(root_cause=parent).order_by("pk").values_list("pk", flat=True))
    for position, (slug, names) in enumerate(CAUSES.items()):
        RootCause.objects.create(slug=slug, parent=parent, names=names, position=position)
        Followup.objects.filter(pk__in=named[position::3]).update(root_cause=slug)
