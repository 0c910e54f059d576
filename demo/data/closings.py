"""Closing letters of the demo company: customers were told what was done, and most said whether it is solved."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from accounts import clock
from accounts.business_hours import due
from accounts.company_clock import business_calendars
from delivery.models import Message
from followups.closing import answers, letters, settlement, wording
from followups.closing.answers import SaidOfClosing
from followups.models import Activity, ClosingLetter, Followup
from responses.evidence.assessment import Assessment, Label
from surveys.metrics import Category

Answer = ClosingLetter.Answer
NUMBER = 20
# Working hours from the end of the work to the letter, and what passes until the customer answers.
AFTER_HOURS, ANSWERED_AFTER = 1.0, timedelta(hours=26)
WORDS = {
    "en": (
        "We replaced the part that arrived damaged, and the carrier now photographs every crate before it leaves.",
        "The delivery is refunded. Your next order comes on the day you choose, and the driver calls an hour before.",
    ),
    "uk": (
        "Ми замінили пошкоджену деталь, а перевізник відтепер фотографує кожен ящик перед відправленням.",
        "Кошти за доставку повернуто. Наступне замовлення приїде в обраний вами день, а водій подзвонить за годину.",
    ),
    "ru": (
        "Мы заменили повреждённую деталь, а перевозчик теперь фотографирует каждый ящик перед отправкой.",
        "Деньги за доставку возвращены. Следующий заказ приедет в выбранный вами день, а водитель позвонит за час.",
    ),
    "lt": (
        "Pažeistą detalę pakeitėme, o vežėjas nuo šiol prieš išsiųsdamas nufotografuoja kiekvieną dėžę.",
        "Pinigus už pristatymą grąžinome. Kitą užsakymą atvešime Jūsų pasirinktą dieną, o vairuotojas paskambins.",
    ),
}
THANKS = {
    "en": "Thank you, quicker than I expected.",
    "uk": "Дякую, швидше, ніж я очікував.",
    "ru": "Спасибо, быстрее, чем я ожидал.",
    "lt": "Ačiū, greičiau, nei tikėjausi.",
}
NOT_YET = {
    "en": "The refund has not arrived.",
    "uk": "Кошти ще не надійшли.",
    "ru": "Деньги ещё не пришли.",
    "lt": "Pinigai dar negauti.",
}
A_PERSON = Assessment(Label.HUMAN, ("gesture",))


def write_some() -> None:
    """Tell some customers of resolved follow-ups what was done, once."""
    if ClosingLetter.objects.exists():
        return
    last, calendar = clock.now() - ANSWERED_AFTER, business_calendars().of()
    resolved = Followup.objects.filter(
        status=Followup.Status.RESOLVED,
        response__category=Category.DETRACTOR,
        closed_at__lt=last,
        closed_by__isnull=False,
    )
    found = resolved.order_by("-closed_at", "-pk")[:NUMBER]
    moments = [(followup, due(followup.closed_at, AFTER_HOURS, calendar)) for followup in found if followup.closed_at]
    written = [_written(followup, at, number) for number, (followup, at) in enumerate(moments) if at < last]
    for number, letter in enumerate([letter for letter in written if letter]):
        _answered(letter, number)


def _written(followup: Followup, at: datetime, number: int) -> ClosingLetter | None:
    """Return the letter, which went out when the work was done; None where the customer cannot be written to."""
    way = letters.way_to(followup)
    if not way:
        return None
    language = followup.about.language
    row = ClosingLetter.objects.create(
        key=uuid5(NAMESPACE_OID, f"closing-{followup.pk}"),
        followup=followup,
        subject=wording.subject(language),
        words=WORDS[language][number % 2],
        language=language,
        written_by=followup.closed_by,
        written_at=at,
        expires_at=at + ClosingLetter.OPEN_FOR,
    )
    row.seal()
    message = letters.draft(row, to=way.address)
    message.status, message.attempts = Message.Status.DELIVERED, 1
    for name in ("send_after", "claimed_at", "sent_at", "delivered_at", "created_at", "changed_at"):
        setattr(message, name, at)
    message.save()
    change = {"message": message.pk, "closing": row.pk}
    _note(followup, Activity.Kind.EMAIL, at, by=row.written_by, text=f"{row.subject}\n\n{row.words}", change=change)
    return row


def _answered(letter: ClosingLetter, number: int) -> None:
    """Let most customers say yes, some with a word, and the first one no: that one came just now."""
    if number == 0:
        said = SaidOfClosing(solved=False, comment=NOT_YET[letter.language], source="", assessment=A_PERSON)
        answers.take(letter, said, now=clock.now())
        settlement.settle_due(clock.now())
    elif number % 4 < 3:
        at = letter.written_at + ANSWERED_AFTER
        letter.answer, letter.verdict = Answer.YES, A_PERSON.label
        letter.answered_at = letter.settled_at = at
        letter.comment = THANKS[letter.language] if number % 4 == 1 else ""
        letter.evidence = list(A_PERSON.reasons)
        letter.save()
        change = {"closing": letter.pk, "solved": True, "held": False}
        _note(letter.followup, Activity.Kind.ANSWERED, at, change=change)


def _note(followup: Followup, kind: str, at: datetime, **facts: Any) -> None:
    Activity.objects.create(followup=followup, kind=kind, at=at, **facts)
