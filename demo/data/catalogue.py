"""What the company sells, where, and what its administrator has set."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts import logos
from accounts.models import Brand, BrandLogo, Holiday, Organisation
from crm.models import Channel, ExchangeRate, Product
from demo.data import further, logo
from demo.data.plan import (
    BRAND,
    CHANNELS,
    HISTORY,
    HOLIDAYS,
    PRODUCTS,
    RATES,
    REVIEW_LINKS,
    SOURCE,
    SURVEY,
    TOPICS,
    VALIDITY,
)
from demo.data.staff import latin
from demo.data.world import World
from followups.models import Playbook
from responses.models import Topic, TopicDictionary
from responses.topics.tagger import Tagger
from surveys.metrics import Category
from surveys.models import ReviewLink, Survey, SurveyVersion, Trigger


@dataclass
class Catalogue:
    products: dict[str, Product]
    channels: dict[str, Channel]
    topics: dict[str, Topic]
    dictionary: TopicDictionary
    tagger: Tagger
    survey: Survey
    version: SurveyVersion
    trigger: Trigger
    playbooks: dict[str, Playbook]


def set_up(world: World) -> Catalogue:
    began = world.now - HISTORY - timedelta(days=30)
    dates = {"created_at": began, "updated_at": began}
    survey, version = publish_survey(world)
    dictionary = TopicDictionary.newest()
    keep_holidays(world)
    Organisation.objects.get_or_create(pk=1, defaults={"timezone": "Europe/Vilnius"})
    for currency, rate in RATES.items():
        ExchangeRate.objects.create(currency=currency, day=began.date(), rate=rate)
    return Catalogue(
        products={
            plan.name: world.new(Product, source=SOURCE, external_id=latin(plan.name), name=plan.name, **dates)
            for plan in PRODUCTS
        },
        channels={
            name: world.new(Channel, source=SOURCE, external_id=latin(name), name=name, **dates) for name in CHANNELS
        },
        topics=standard_topics(),
        dictionary=dictionary,
        tagger=Tagger(dictionary.patterns, dictionary.ignored),
        survey=survey,
        version=version,
        trigger=world.new(
            Trigger,
            survey=survey,
            name="Five days after a won deal",
            touchpoint_kind="deal_won",
            asks_since=world.now,
            reminder_days=[4],
            is_active=True,
        ),
        playbooks=standard_playbooks(),
    )


def publish_survey(world: World) -> tuple[Survey, SurveyVersion]:
    from surveys.wording.texts import STANDARD

    began = world.now - HISTORY - timedelta(days=14)
    brand = Brand.objects.create(
        slug="alder",
        name=BRAND,
        reply_to="hello@alder.example",
        postal_address="Gedimino pr. 1, LT-01103 Vilnius",
        imprint_url="https://alder.example/imprint",
        privacy_url="https://alder.example/privacy",
    )
    BrandLogo.keep(brand, logos.read(logo.drawn(BRAND)))
    survey = world.new(
        Survey,
        name=SURVEY,
        brand=brand,
        days_valid=VALIDITY.days,
        status=Survey.Status.ACTIVE,
        created_at=began,
    )
    version = world.new(
        SurveyVersion,
        survey=survey,
        number=1,
        texts=STANDARD["nps"],
        questions=[question.stored() for question in further.QUESTIONS],
        note="Standard texts",
        created_at=began,
        published_at=began,
    )
    for position, (name, url, language) in enumerate(REVIEW_LINKS):
        world.new(ReviewLink, brand=brand, name=name, url=url, language=language, position=position)
    return survey, version


def keep_holidays(world: World) -> None:
    """Write the holidays at once: the rules that are asked below read them."""
    Holiday.objects.bulk_create(
        (
            Holiday(date=date(year, month, day), name=name, region=region)
            for year in range(world.now.year - 2, world.now.year + 2)
            for month, day, name, region in HOLIDAYS
        ),
        ignore_conflicts=True,
    )


def standard_topics() -> dict[str, Topic]:
    return {
        slug: Topic.objects.get_or_create(slug=slug, defaults={"names": names, "position": position})[0]
        for position, (slug, names) in enumerate(TOPICS.items())
    }


def standard_playbooks() -> dict[str, Playbook]:
    """Return the playbook for all surveys of each category, made where the installation has none."""
    return {
        category.value: Playbook.objects.get_or_create(
            survey=None, category=category, is_active=True, defaults={"sends_thanks": category == Category.PROMOTER}
        )[0]
        for category in Category
    }
