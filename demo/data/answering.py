"""What the asked ones answered, and who (or what) visited their links."""

from datetime import datetime, timedelta
from typing import Any

from demo.data.catalogue import Catalogue
from demo.data.comments import COMMENTS, TOPIC_OF_SUBJECT, sentences, topic_of
from demo.data.plan import (
    COMPLAINED_OF,
    MANAGER_WENT_WRONG,
    MOOD_OF_MANAGER,
    MOOD_OF_PROBLEM_MANAGER,
    MOOD_OF_PROBLEM_PRODUCT,
    PROBLEM_MANAGER,
    PROBLEM_PRODUCT,
    PROBLEM_TOPIC,
    PRODUCT_WENT_WRONG,
    TOPIC_WENT_WRONG,
    USUAL,
    WORSE_BY,
    WORSE_CHANNEL,
    Mood,
)
from demo.data.world import World, awake, facts_of
from responses.models import LinkVisit, Response, ResponseTopic
from surveys.metrics import Category
from surveys.models import Invitation

Source = ResponseTopic.Source

RESPONSE_RATE = 0.235
COMMENTED = {"detractor": 0.78, "passive": 0.46, "promoter": 0.48}
SCORES = {
    "detractor": {0: 8, 1: 6, 2: 10, 3: 16, 4: 16, 5: 22, 6: 22},
    "passive": {7: 42, 8: 58},
    "promoter": {9: 46, 10: 54},
}
BROWSERS = {"Chrome": 46, "Safari": 28, "Firefox": 8, "Edge": 14, "Samsung Internet": 4}
SCANNERS = {"Chrome": 5, "Outlook": 3, "script": 1, "": 2}


def answer_some(world: World, catalogue: Catalogue, reached: list[Invitation]) -> list[Response]:
    """Let some of the reached customers answer; return the responses."""
    responses = []
    for invitation in reached:
        if world.chance(0.07):
            scan_link(world, invitation)
        moment = moment_of_answer(world, invitation)
        if moment and world.chance(RESPONSE_RATE):
            responses.append(answer(world, catalogue, invitation, moment))
        elif world.chance(0.06):
            look_only(world, invitation)
    return responses


def moment_of_answer(world: World, invitation: Invitation) -> datetime | None:
    """Draw when the customer would answer, or None when that is still to come."""
    asked_at = invitation.asked_at or world.now
    hours = world.random.lognormvariate(1.9, 1.5)
    moment = awake(asked_at + timedelta(hours=min(hours, 27 * 24)), zone_of(invitation))
    return moment if moment < world.now - timedelta(minutes=30) else None


def zone_of(invitation: Invitation) -> str:
    return invitation.contact.timezone if invitation.contact else ""


def mood_of(world: World, invitation: Invitation, moment: datetime) -> tuple[Mood, str]:
    """Return how this customer feels, and the subject that stands out when something is wrong."""
    manager = invitation.manager.name if invitation.manager else ""
    product = invitation.product.name if invitation.product else ""
    if product == PROBLEM_PRODUCT and moment > world.now - PRODUCT_WENT_WRONG:
        return MOOD_OF_PROBLEM_PRODUCT, "pod"
    if manager == PROBLEM_MANAGER and moment > world.now - MANAGER_WENT_WRONG:
        return MOOD_OF_PROBLEM_MANAGER, "manager"
    mood = MOOD_OF_MANAGER.get(manager, USUAL)
    if invitation.channel and invitation.channel.name == WORSE_CHANNEL:
        mood = Mood(mood.detractor + WORSE_BY, mood.promoter - WORSE_BY)
    return mood, ""


def answer(world: World, catalogue: Catalogue, invitation: Invitation, moment: datetime) -> Response:
    mood, trouble = mood_of(world, invitation, moment)
    category = draw_category(world, mood)
    comment, subjects = say(world, invitation, category, trouble, moment)
    score = world.random.choices(list(SCORES[category]), list(SCORES[category].values()))[0]
    finished = moment + timedelta(seconds=world.random.randrange(25, 400))
    settled = finished + timedelta(seconds=world.random.randrange(20, 90))
    response = world.new(
        Response,
        invitation=invitation,
        survey=invitation.survey,
        version=invitation.version,
        contact=invitation.contact,
        **facts_of(invitation),
        touchpoint_kind=invitation.touchpoint_kind,
        kind=invitation.kind,
        language=invitation.language,
        medium="email",
        score=score,
        comment=comment,
        answered_at=moment,
        changed_at=finished,
        finished_at=finished,
        settled_at=settled,
        routed_at=settled + timedelta(seconds=world.random.randrange(1, 30)),
        trail=second_thoughts(world, score, moment),
    )
    invitation.status, invitation.answered_at = Invitation.Status.ANSWERED, moment
    visit_link(world, invitation, moment, score)
    note_topics(world, catalogue, response, subjects)
    return response


def draw_category(world: World, mood: Mood) -> str:
    drawn = world.random.random()
    if drawn < mood.detractor:
        return Category.DETRACTOR.value
    return Category.PROMOTER.value if drawn < mood.detractor + mood.promoter else Category.PASSIVE.value


def say(world: World, invitation: Invitation, category: str, trouble: str, moment: datetime) -> tuple[str, list[str]]:
    """Return a comment (maybe empty) and the subjects it is about; a subject is chosen even without words."""
    language, product = invitation.language, invitation.product.name if invitation.product else ""
    known, usual = COMMENTS[language][category], usual_subjects(world, language, category, moment)
    subjects = [trouble if trouble in known and world.chance(0.85) else world.random.choice(usual)]
    if world.chance(0.3):
        subjects.append(world.random.choice([subject for subject in usual if subject != subjects[0]]))
    if not world.chance(COMMENTED[category]):
        return "", subjects
    said = [world.random.choice(sentences(language, category, subject, product)) for subject in subjects]
    return " ".join(said), subjects


def usual_subjects(world: World, language: str, category: str, moment: datetime) -> list[str]:
    """Return what customers speak of; once a topic has gone wrong, most complain of it and nobody praises it."""
    usual = [subject for subject in COMMENTS[language][category] if subject not in TOPIC_OF_SUBJECT]
    if moment > world.now - TOPIC_WENT_WRONG:
        usual.remove(PROBLEM_TOPIC)
        usual += [PROBLEM_TOPIC] * COMPLAINED_OF[category]
    return usual


def second_thoughts(world: World, score: int, moment: datetime) -> list[dict[str, Any]]:
    """A few correct a slip of the finger; the trail keeps what they tapped first."""
    if not world.chance(0.03):
        return []
    slip = score - 1 if score == 10 or (score and world.chance(0.5)) else score + 1
    return [{"at": moment.isoformat(), "score": slip, "comment": ""}]


def note_topics(world: World, catalogue: Catalogue, response: Response, subjects: list[str]) -> None:
    """Some tap what they speak of; in comments the dictionary finds the rest."""
    tapped = list(dict.fromkeys(map(topic_of, subjects))) if world.chance(0.4 if response.comment else 0.35) else []
    for slug in tapped:
        world.new(ResponseTopic, response=response, topic=catalogue.topics[slug], source=Source.TAPPED)
    if not response.comment:
        return
    response.tagged_at = response.settled_at
    for slug in sorted(catalogue.tagger.topics(response.comment) - {*tapped}):
        found = {"source": Source.AUTO, "version": catalogue.dictionary.number}
        world.new(ResponseTopic, response=response, topic=catalogue.topics[slug], **found)


def visit_link(world: World, invitation: Invitation, moment: datetime, score: int) -> None:
    """A person follows a button, looks at the page and sends the score."""
    opened_at = moment - timedelta(seconds=world.random.randrange(4, 40))
    seen: dict[str, Any] = {
        "invitation": invitation,
        "user_agent": world.weighted(BROWSERS),
        "network": f"203.0.{world.random.randrange(256)}.0/24",
    }
    world.new(LinkVisit, at=opened_at, method="GET", score_asked_for=score, **seen)
    human = LinkVisit.Verdict.HUMAN
    world.new(LinkVisit, at=moment, method="POST", score_asked_for=score, verdict=human, evidence=["gesture"], **seen)


def look_only(world: World, invitation: Invitation) -> None:
    """A person opens the page and leaves it unanswered."""
    asked_at = invitation.asked_at or world.now
    moment = awake(asked_at + timedelta(hours=world.random.randrange(1, 60)), zone_of(invitation))
    if moment > world.now:
        return
    world.new(
        LinkVisit,
        invitation=invitation,
        at=moment,
        method="GET",
        user_agent=world.weighted(BROWSERS),
        network=f"203.0.{world.random.randrange(256)}.0/24",
        verdict=LinkVisit.Verdict.UNSURE,
    )


def scan_link(world: World, invitation: Invitation) -> None:
    """A mail scanner follows the buttons seconds after the letter arrived; it never is an answer."""
    start = (invitation.asked_at or world.now) + timedelta(seconds=world.random.randrange(6, 30))
    agent, network = world.weighted(SCANNERS), f"198.51.{world.random.randrange(256)}.0/24"
    buttons = [None] if world.chance(0.4) else list(range(0, 11, world.random.choice((1, 2, 5))))
    for number, button in enumerate(buttons):
        world.new(
            LinkVisit,
            invitation=invitation,
            at=start + timedelta(milliseconds=180 * number),
            method="HEAD" if button is None else "GET",
            score_asked_for=button,
            user_agent=agent,
            network=network,
            verdict=LinkVisit.Verdict.MACHINE,
            evidence=["head"] if button is None else ["burst"],
        )
