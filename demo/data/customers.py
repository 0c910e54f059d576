"""Companies and the contacts who work there, in four languages."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from random import Random

from accounts.media import Medium
from accounts.models import User
from crm.models import Company, Consent, Contact, ContactAddress
from crm.reachability import Use
from demo.data.names import COMPANIES, INDUSTRIES, JOB_TITLES, PEOPLE, REGIONS
from demo.data.plan import CONTACTS, HISTORY, JONAS, PROBLEM_MANAGER, SOURCE
from demo.data.staff import Staff, teams_speaking
from demo.data.world import World

COMPANIES_OF = {"lt": 95, "uk": 105, "ru": 66, "en": 114}
PHONE_PREFIX = {"lt": "+37060", "uk": "+38050", "ru": "+77010", "en": "+44790"}
PORTFOLIO = {JONAS: 1.3, PROBLEM_MANAGER: 1.5}
PRIVATE_SHARE = 0.08
WITHOUT_ADDRESS, WITHOUT_PHONE = 0.03, 0.35
ABOUT_OFFERS, OFFERS = 0.35, {Consent.Status.GIVEN: 5, Consent.Status.OBJECTED: 2}
CONSENTS = {Consent.Status.SOFT_OPT_IN: 60, Consent.Status.GIVEN: 20, Consent.Status.OBJECTED: 2}


@dataclass
class Customers:
    contacts: list[Contact] = field(default_factory=list)
    manager_of: dict[int, User] = field(default_factory=dict)


def find_customers(world: World, staff: Staff) -> Customers:
    customers = Customers()
    companies = [company for language in COMPANIES for company in found_companies(world, language)]
    keeper = {company.pk: pick_manager(world, staff, language) for company, language in companies}
    taken: set[str] = set()
    for number in range(world.scaled(CONTACTS)):
        company, language = world.random.choice(companies)
        manager = keeper[company.pk]
        employer: Company | None = company
        if world.chance(PRIVATE_SHARE):
            employer, manager = None, pick_manager(world, staff, language)
        contact = new_contact(world, number, language, employer, taken)
        customers.contacts.append(contact)
        customers.manager_of[contact.pk] = manager
    return customers


def pick_manager(world: World, staff: Staff, language: str) -> User:
    team = world.weighted(teams_speaking(language))
    managers = staff.managers[team.name]
    return world.random.choices(managers, [PORTFOLIO.get(manager.name, 1.0) for manager in managers])[0]


def found_companies(world: World, language: str) -> list[tuple[Company, str]]:
    words = COMPANIES[language]
    chosen = world.random.sample(list(product(words.firsts, words.seconds)), COMPANIES_OF[language])
    return [
        (new_company(world, language, words.shape.format(first[0], second[0]), f"{first[1]}-{second[1]}"), language)
        for first, second in chosen
    ]


def new_company(world: World, language: str, name: str, slug: str) -> Company:
    region, zone = world.random.choice(REGIONS[language])
    since = world.now - HISTORY - timedelta(days=world.random.randrange(900))
    return world.new(
        Company,
        source=SOURCE,
        external_id=f"company-{slug}",
        name=name,
        domain=f"{slug}.example",
        industry=world.random.choice(INDUSTRIES),
        size_band=Company.size_band_of(int(world.random.lognormvariate(4, 1.3)) + 1),
        region=region,
        timezone=zone,
        created_at=since,
        updated_at=since,
    )


def new_contact(world: World, number: int, language: str, company: Company | None, taken: set[str]) -> Contact:
    people = PEOPLE[language]
    woman = world.chance(0.5)
    first = world.random.choice(people.women if woman else people.men)
    last = world.random.choice(people.women_last if woman else people.men_last)
    region, zone = (company.region, company.timezone) if company else world.random.choice(REGIONS[language])
    since = world.now - timedelta(days=world.random.randrange(60, 1500))
    contact = world.new(
        Contact,
        source=SOURCE,
        external_id=f"contact-{number:05}",
        company=company,
        first_name=first[0],
        last_name=last[0],
        email="" if world.chance(WITHOUT_ADDRESS) else free_address(f"{first[1]}.{last[1]}", company, taken),
        phone="" if world.chance(WITHOUT_PHONE) else f"{PHONE_PREFIX[language]}{world.random.randrange(10**6):06}",
        job_title=world.random.choice(JOB_TITLES[language]) if company else "",
        language=language,
        timezone=zone,
        region=region,
        customer_since=since.date(),
        created_at=since,
        updated_at=since,
    )
    write_down_addresses(world, contact)
    give_consent(world, contact)
    return contact


def write_down_addresses(world: World, contact: Contact) -> None:
    for medium, value in ((Medium.EMAIL, contact.email), (Medium.SMS, contact.phone)):
        if value:
            world.new(
                ContactAddress,
                contact=contact,
                medium=medium,
                value=value,
                is_preferred=True,
                created_at=contact.created_at,
            )


def free_address(name: str, company: Company | None, taken: set[str]) -> str:
    domain = company.domain if company else "post.example"
    address = f"{name}@{domain}"
    number = 2
    while address in taken:
        address, number = f"{name}{number}@{domain}", number + 1
    taken.add(address)
    return address


def give_consent(world: World, contact: Contact) -> None:
    if world.chance(0.8):
        world.new(
            Consent,
            contact=contact,
            medium="email",
            use=Use.SURVEYS,
            status=world.weighted(CONSENTS),
            origin="Order form",
            changed_at=contact.created_at,
        )
    speak_of_offers(world, contact)


def speak_of_offers(world: World, contact: Contact) -> None:
    """Let some have said whether they want offers and news; by a dice of their own, so that the rest stays as it is."""
    dice = Random(contact.external_id)
    if contact.email and dice.random() < ABOUT_OFFERS:
        (status,) = dice.choices(list(OFFERS), list(OFFERS.values()))
        world.new(
            Consent,
            contact=contact,
            medium="email",
            use=Use.MARKETING,
            status=status,
            origin="Order form",
            evidence="“Send me offers and news by e-mail”, version 2" if status == Consent.Status.GIVEN else "",
            changed_at=contact.created_at + timedelta(minutes=1),
        )
