"""What the demo company tries out by chance: an experiment that is over and found something, and one that runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from demo.data.plan import SURVEY
from surveys.models import Enrolment, Experiment, ExperimentArm, Invitation, Survey

SEED = 17
SHARES = [50, 50]
ANSWER_DAYS = 14
# Of those who answered, and of those who did not, so many had the other subject.
FOUND, NOTHING = (0.58, 0.478), (0.5, 0.5)
PERSONAL = {
    "en": "One question about your order, two taps",
    "uk": "Одне запитання про ваше замовлення, два дотики",
    "ru": "Один вопрос о вашем заказе, два касания",
    "lt": "Vienas klausimas apie Jūsų užsakymą, du bakstelėjimai",
}
SHORT = {"en": "How did we do?", "uk": "Як ми впоралися?", "ru": "Как мы справились?", "lt": "Kaip mums sekėsi?"}


def try_some(now: datetime) -> None:
    """Make both experiments of the survey, with the contacts that were asked meanwhile in their arms."""
    chances = Random(SEED)
    over = _experiment("One question, two taps", PERSONAL, now - timedelta(days=150), now - timedelta(days=60))
    _enrol(over, FOUND, chances)
    over.start(now=over.starts_at)
    over.end(why=Experiment.Ending.DATE, at=over.ends_at)
    running = _experiment("A short subject", SHORT, now - timedelta(days=25), now + timedelta(days=35))
    running.start(now=now)
    _enrol(running, NOTHING, chances)


def _experiment(name: str, subjects: Mapping[str, str], start: datetime, end: datetime) -> Experiment:
    experiment = Experiment.objects.create(
        survey=Survey.objects.get(name=SURVEY),
        name=name,
        varied=Experiment.Varied.SUBJECT,
        starts_at=start,
        ends_at=end,
        answer_days=ANSWER_DAYS,
    )
    for arm, texts in (("As usual", {}), (name, dict(subjects))):
        ExperimentArm.objects.create(experiment=experiment, name=arm, share=SHARES[0], subjects=texts)
    return experiment


def _enrol(experiment: Experiment, others: tuple[float, float], chances: Random) -> None:
    """Give each contact asked meanwhile an arm; `others` are the shares of the second one among who answered or not."""
    usual, other = experiment.arms.order_by("pk")
    asked = Invitation.objects.asked().filter(
        survey=experiment.survey_id,
        asked_at__gte=experiment.starts_at,
        asked_at__lt=experiment.ends_at,
        contact__merged_into__isnull=True,
    )
    arms: dict[int, ExperimentArm] = {}
    enrolments, frozen = [], []
    for invitation in asked.order_by("asked_at", "pk"):
        if (contact := invitation.contact_id) not in arms:
            arms[contact] = other if chances.random() < others[invitation.answered_at is None] else usual
            enrolments.append(
                Enrolment(
                    experiment=experiment,
                    contact_id=contact,
                    arm=arms[contact],
                    shares=SHARES,
                    at=invitation.queued_at or experiment.starts_at,
                )
            )
        invitation.arm = arms[contact]
        frozen.append(invitation)
    Enrolment.objects.bulk_create(enrolments)
    Invitation.objects.bulk_update(frozen, ["arm"], batch_size=1000)
