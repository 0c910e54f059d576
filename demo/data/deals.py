"""Eighteen months of deals; a won one leaves its touchpoint."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from crm.models import Channel, Contact, Deal, Product, Touchpoint
from demo.data.catalogue import Catalogue
from demo.data.customers import Customers
from demo.data.plan import (
    CAMPAIGNS,
    CHANNELS,
    CHANNELS_LATELY,
    HISTORY,
    LOST_DEALS,
    OPEN_DEALS,
    PARTNERS_GREW,
    PRODUCTS,
    RATES,
    SOURCE,
    WON_DEALS,
)
from demo.data.world import World, facts_of

Status = Deal.Status
CURRENCIES = {"Europe/London": "GBP", "Asia/Almaty": "USD"}
WITHOUT_MANAGER = 0.25  # of the deals of the web shop


@dataclass
class Sale:
    """What a deal was about, and whose it was."""

    contact: Contact
    manager: User | None
    product: Product
    channel: Channel
    amount: Decimal
    currency: str
    campaign: str


def close_deals(world: World, catalogue: Catalogue, customers: Customers) -> list[Touchpoint]:
    """Make all deals and return the touchpoints of the won ones, oldest first."""
    buyers = customers_by_appetite(world, customers)
    moments = sorted(moment_of_sale(world) for _ in range(world.scaled(WON_DEALS + LOST_DEALS)))
    lost = set(world.random.sample(range(len(moments)), world.scaled(LOST_DEALS)))
    touchpoints = []
    for number, moment in enumerate(moments):
        sale = sell(world, catalogue, customers, world.random.choice(buyers), moment)
        if number in lost:
            new_deal(world, number, sale, Status.LOST, moment)
        else:
            touchpoints.append(win(world, new_deal(world, number, sale, Status.WON, moment), moment))
    for number in range(world.scaled(OPEN_DEALS)):
        sale = sell(world, catalogue, customers, world.random.choice(buyers), world.now)
        new_deal(world, len(moments) + number, sale, Status.OPEN, None)
    return touchpoints


def customers_by_appetite(world: World, customers: Customers) -> list[Contact]:
    """Return the contacts, those who buy often more than once."""
    return [contact for contact in customers.contacts for _ in range(world.random.choice((1, 1, 2, 2, 3, 4)))]


def moment_of_sale(world: World) -> datetime:
    """Draw a moment; business grew, so later ones are likelier."""
    share = world.random.random()
    if world.chance(0.3):
        share = max(share, world.random.random())
    return world.working_moment((1 - share) * HISTORY.days)


def sell(world: World, catalogue: Catalogue, customers: Customers, contact: Contact, moment: datetime) -> Sale:
    plan = world.random.choices(PRODUCTS, [product.weight for product in PRODUCTS])[0]
    channel = world.weighted(CHANNELS_LATELY if moment > world.now - PARTNERS_GREW else CHANNELS)
    manager: User | None = customers.manager_of[contact.pk]
    if channel == "Web shop" and world.chance(WITHOUT_MANAGER):
        manager = None
    pieces = max(1, int(world.random.lognormvariate(1.2, 0.9)))
    return Sale(
        contact=contact,
        manager=manager,
        product=catalogue.products[plan.name],
        channel=catalogue.channels[channel],
        amount=Decimal(plan.price * pieces),
        currency=CURRENCIES.get(contact.timezone, "EUR"),
        campaign=world.random.choice(CAMPAIGNS),
    )


def new_deal(world: World, number: int, sale: Sale, status: str, closed_at: datetime | None) -> Deal:
    if closed_at:
        opened_at = closed_at - timedelta(days=world.random.randrange(2, 60), hours=world.random.randrange(1, 5))
    else:
        opened_at = world.working_moment(world.random.randrange(1, 50))
    return world.new(
        Deal,
        source=SOURCE,
        external_id=f"D-{100_000 + number}",
        title=f"{sale.product.name} · {sale.contact.company or sale.contact.name}",
        contact=sale.contact,
        company=sale.contact.company,
        manager=sale.manager,
        team=sale.manager.team if sale.manager else None,
        product=sale.product,
        channel=sale.channel,
        campaign=sale.campaign,
        amount=sale.amount if status != Status.LOST else 0,
        currency=sale.currency,
        amount_base=in_euros(sale) if status != Status.LOST else 0,
        opened_at=opened_at,
        status=status,
        closed_at=closed_at,
        created_at=opened_at,
        updated_at=closed_at or opened_at,
    )


def in_euros(sale: Sale) -> Decimal:
    return round(sale.amount * RATES.get(sale.currency, Decimal(1)), 2)


def win(world: World, deal: Deal, moment: datetime) -> Touchpoint:
    return world.new(
        Touchpoint,
        kind=Touchpoint.Kind.DEAL_WON,
        contact=deal.contact,
        deal=deal,
        **facts_of(deal),
        occurred_at=moment,
        created_at=moment,
        updated_at=moment,
    )
