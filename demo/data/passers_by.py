"""Ways in without an invitation: a poster in the showroom, a kiosk at its door, a card of its technicians."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts import tokens
from accounts.models import Brand, Team
from crm.models import Channel
from demo.data.plan import BRAND, SURVEY, TEAMS
from responses.kiosks import pins
from responses.models import Introduction, Kiosk, LinkVisit, OpenLink, Response, WayIn
from responses.open_links import introductions
from surveys.metrics import SCALES, Metric, Presentation, Tier
from surveys.models import Survey, SurveyVersion
from surveys.wording.texts import STANDARD

SEED = 7
NAME, PLACE, CAMPAIGN = "Poster in the showroom", "Vilnius, Gedimino 9", "Open days"
DAYS, ANSWERS = 60, 36
SCORES = {10: 9, 9: 8, 8: 7, 7: 4, 6: 3, 5: 2, 3: 2, 1: 1}
# By language: what those say who write something, content or not.
SAID = {
    "lt": ("Labai patogios kėdės, viską galima išbandyti vietoje.", "Niekas nepriėjo dvidešimt minučių."),
    "en": ("I could try every desk, and nobody hurried me.", "Nobody was there to answer a question."),
    "uk": ("Усе можна спробувати на місці.", "Довго чекала на консультанта."),
    "ru": ("Можно всё попробовать на месте.", "Долго ждали консультанта."),
}
LANGUAGES = {"lt": 6, "en": 2, "uk": 1, "ru": 1}
CALL_ME = ("Rūta Paulauskaitė", "+37061234567")
AT_THE_DOOR, PIN, TAPPED = "Tablet at the door", "2580", 60

SERVICE, CARD, HELPED = "After a service visit", "Card of the service team", 150
SATISFIED = {5: 50, 4: 28, 3: 9, 2: 6, 1: 7}
SAID_OF_SERVICE = {
    "lt": ("Meistras atvyko laiku ir viską sutvarkė iš karto.", "Laukiau dvi dienas, o kėdė vėl girgžda."),
    "en": ("He came on time and had the part with him.", "Two visits, and the desk still does not move."),
    "uk": ("Майстер приїхав вчасно й усе пояснив.", "Довелося телефонувати тричі."),
    "ru": ("Мастер приехал вовремя и всё починил.", "Ждали три дня, и никто не предупредил."),
}


def come_by(now: datetime) -> OpenLink:
    """Hang the poster up and let people answer; what they said is settled, the last one waits to be worked on.

    Others tap at the door, on a tablet that waits to be paired.
    """
    survey, chances = Survey.objects.select_related("brand").get(name=SURVEY), Random(SEED)
    team = Team.objects.filter(name__in=[team.name for team in TEAMS]).order_by("pk").first()
    channel = Channel.objects.filter(name="Showroom").first()
    facts = {"survey": survey, "place": PLACE, "team": team, "channel": channel}
    link = OpenLink.objects.open(name=NAME, campaign=CAMPAIGN, **facts)
    version = SurveyVersion.objects.latest_of(survey.pk)
    _pass_by(link, version, ANSWERS, now, chances)
    _wants_a_call(link, version, now)
    kiosk = Kiosk.objects.open(name=AT_THE_DOOR, pin_hash=pins.kept(PIN), **facts)
    _pass_by(kiosk, version, TAPPED, now, chances)
    return link


def be_served(now: datetime) -> OpenLink:
    """Let the technicians leave their card, and those whom they helped say how content they are."""
    brand, chances = Brand.objects.get(name=BRAND), Random(SERVICE)
    asks = {"metric": Metric.CSAT, "presentation": Presentation.SMILEYS, "status": Survey.Status.ACTIVE}
    survey = Survey.objects.create(name=SERVICE, brand=brand, default_language="lt", **asks)
    version = SurveyVersion.objects.create(survey=survey, number=1, texts=STANDARD[Metric.CSAT], note="Standard texts")
    version.publish(at=now - timedelta(days=DAYS + 1))
    link = OpenLink.objects.open(name=CARD, survey=survey, channel=Channel.objects.filter(name="Field sales").first())
    _pass_by(link, version, HELPED, now, chances, scores=SATISFIED, words=SAID_OF_SERVICE)
    return link


def _pass_by(
    way: WayIn,
    version: SurveyVersion | None,
    count: int,
    now: datetime,
    chances: Random,
    *,
    scores: Mapping[int, int] = SCORES,
    words: Mapping[str, tuple[str, str]] = SAID,
) -> None:
    moments = sorted(now - timedelta(hours=chances.uniform(3, DAYS * 24)) for _number in range(count))
    given = [_given(way, version, at, chances, scores, words) for at in moments]
    Response.objects.bulk_create(given)
    LinkVisit.objects.bulk_create(
        LinkVisit(response=one, at=one.answered_at, method="POST", score_asked_for=one.score, user_agent="Chrome",
                  verdict="human", evidence=["gesture"])
        for one in given
    )  # fmt: skip


def _given(
    link: WayIn,
    version: SurveyVersion | None,
    at: datetime,
    chances: Random,
    scores: Mapping[int, int],
    words: Mapping[str, tuple[str, str]],
) -> Response:
    score = chances.choices(list(scores), list(scores.values()))[0]
    language = chances.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    is_content = SCALES[link.survey.metric].tier_of(score) is not Tier.BAD
    comment = words[language][not is_content] if chances.random() < 0.4 else ""
    settled = {"finished_at": at, "settled_at": at, "routed_at": at}
    return _answer(link, version, at, score, language, comment, f"{at.isoformat()} {score}", **settled)


def _wants_a_call(link: OpenLink, version: SurveyVersion | None, now: datetime) -> None:
    at, (name, phone) = now - timedelta(minutes=90), CALL_ME
    one = _answer(link, version, at, 3, "lt", SAID["lt"][1], "call me", finished_at=at, settled_at=at)
    one.save()
    agreed = introductions.sentence(link.survey.brand.name, "lt")
    Introduction.objects.create(response=one, name=name, phone=phone, agreed_to=agreed, agreed_at=at)


def _answer(
    link: Any,
    version: SurveyVersion | None,
    at: datetime,
    score: int,
    language: str,
    comment: str,
    secret: str,
    **moments: datetime,
) -> Response:
    survey = link.survey
    return Response(
        entry=link.entry,
        secret_hash=tokens.digest(f"demo {link.ORIGIN} {secret}"),
        survey=survey,
        version=version,
        brand=survey.brand,
        team=link.team,
        channel=link.channel,
        campaign=link.campaign,
        kind=survey.kind,
        metric=survey.metric,
        origin=link.entry.origin,
        language=language,
        score=score,
        comment=comment,
        answered_at=at,
        changed_at=at,
        **moments,
    )
