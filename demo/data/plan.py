"""What the demo company is made of: teams, people, products, and where its problems lie."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

SOURCE = "demo"
BRAND = "Alder Workspace"
SURVEY = "After the purchase"
MONTHS = 18
HISTORY = timedelta(days=548)
WON_DEALS = 16_000
LOST_DEALS = 4_200
OPEN_DEALS = 420
CONTACTS = 5_400
VALIDITY = timedelta(days=30)
ASK_AFTER = timedelta(days=5)


@dataclass(frozen=True, eq=False)
class TeamPlan:
    """A team, whose people sell to customers of these languages (shares); `weight` is how busy it is."""

    name: str
    languages: dict[str, int]
    managers: list[str]
    agents: list[str]
    weight: float = 1.0


OLENA, JONAS, CEO = "Olena Kovalenko", "Jonas Kazlauskas", "Ingrida Vaitkutė"
PROBLEM_MANAGER = "Viktor Sereda"
PROBLEM_PRODUCT = "Hush Pod"

TEAMS = [
    TeamPlan(
        "Key accounts",
        {"uk": 4, "lt": 4, "en": 3, "ru": 2},
        ["Jonas Kazlauskas", "Viktor Sereda", "Emma Whitfield", "Marta Zielińska"],
        ["Daina Rimkutė"],
        weight=2.2,
    ),
    TeamPlan(
        "Baltics",
        {"lt": 8, "ru": 1},
        ["Rasa Petrauskienė", "Tomas Urbonas", "Eglė Stankevičiūtė", "Mindaugas Navickas", "Liene Ozola"],
        ["Saulius Mockus", "Gabija Butkutė"],
    ),
    TeamPlan(
        "Ukraine",
        {"uk": 1},
        ["Andrii Savchuk", "Iryna Bondarenko", "Taras Hnatiuk", "Sofiia Moroz"],
        ["Oksana Klymenko"],
    ),
    TeamPlan(
        "UK and Ireland",
        {"en": 1},
        ["Oliver Marsh", "Niamh Connolly", "George Hargreaves", "Hannah Blake"],
        ["Patrick Quinn"],
    ),
    TeamPlan(
        "Central Asia",
        {"ru": 1},
        ["Aigul Omarova", "Timur Akhmetov", "Elena Gromova"],
        ["Daniyar Kasymov"],
    ),
]


class ProductPlan(NamedTuple):
    name: str
    price: int
    weight: int


PRODUCTS = [
    ProductPlan("Rise Desk", 740, 26),
    ProductPlan("Aero Chair", 390, 30),
    ProductPlan("Hush Pod", 6900, 12),
    ProductPlan("Calm Panels", 220, 14),
    ProductPlan("Brew Station", 2900, 9),
    ProductPlan("Workspace Planning", 1800, 8),
    ProductPlan("Care Plan", 480, 11),
]
CHANNELS = {"Web shop": 30, "Phone": 20, "Showroom": 18, "Field sales": 24, "Partner": 8}
# Lately a campaign of partners brings in more of those who are less glad: nothing got worse, and the mix did.
WORSE_CHANNEL, WORSE_BY = "Partner", 0.17
CHANNELS_LATELY = CHANNELS | {WORSE_CHANNEL: 38}
PARTNERS_GREW = timedelta(days=160)
CAMPAIGNS = ["", "", "", "", "spring-refresh", "hybrid-office", "trade-fair"]


class Mood(NamedTuple):
    """How likely an answer is a detractor's or a promoter's (the rest are passive)."""

    detractor: float
    promoter: float


USUAL = Mood(0.13, 0.58)
MOOD_OF_MANAGER = {
    "Emma Whitfield": Mood(0.06, 0.74),
    "Rasa Petrauskienė": Mood(0.08, 0.68),
    "Taras Hnatiuk": Mood(0.19, 0.48),
    "George Hargreaves": Mood(0.18, 0.50),
}
MOOD_OF_PROBLEM_MANAGER = Mood(0.56, 0.19)
MOOD_OF_PROBLEM_PRODUCT = Mood(0.62, 0.15)
# Both problems are young: before, nothing was wrong.
MANAGER_WENT_WRONG = timedelta(days=190)
PRODUCT_WENT_WRONG = timedelta(days=120)
# Late deliveries are older: against each other subject customers of a category speak of them so many times as often.
PROBLEM_TOPIC, COMPLAINED_OF = "delivery", {"detractor": 10, "passive": 3, "promoter": 0}
TOPIC_WENT_WRONG = timedelta(days=400)

HOLIDAYS = [
    (1, 1, "New Year", ""),
    (12, 25, "Christmas", ""),
    (3, 11, "Restoration of Independence", "Lithuania"),
    (8, 24, "Independence Day", "Ukraine"),
    (3, 22, "Nauryz", "Kazakhstan"),
    (12, 26, "Boxing Day", "United Kingdom"),
]
REVIEW_LINKS = [
    ("Google", "https://reviews.example/google/alder-workspace", ""),
    ("Trustpilot", "https://reviews.example/trustpilot/alder-workspace", "en"),
    ("Rekvizitai", "https://reviews.example/rekvizitai/alder-workspace", "lt"),
]
TOPICS = {
    "delivery": {"en": "Delivery", "uk": "Доставка", "ru": "Доставка", "lt": "Pristatymas"},
    "quality": {"en": "Quality", "uk": "Якість", "ru": "Качество", "lt": "Kokybė"},
    "support": {"en": "Support", "uk": "Підтримка", "ru": "Поддержка", "lt": "Pagalba"},
    "price": {"en": "Price", "uk": "Ціна", "ru": "Цена", "lt": "Kaina"},
    "product": {"en": "Product", "uk": "Товар", "ru": "Товар", "lt": "Prekė"},
    "website": {"en": "Website", "uk": "Сайт", "ru": "Сайт", "lt": "Svetainė"},
}

# What one unit is worth in euros.
RATES = {"GBP": Decimal("1.17"), "USD": Decimal("0.92")}
