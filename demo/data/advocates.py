"""What content customers of the demo company do for it: visits to places for reviews, words to quote, friends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from accounts.models import Brand, User
from crm.models import Deal
from delivery.models import Message
from demo.data.plan import CEO
from followups.compensations import codes as pool_codes
from followups.models import CodePool, QuotePolicy, ReferralProgramme, ReferralReward, Testimonial
from followups.referrals import codes, leads, rewards
from followups.referrals.leads import Friend
from followups.testimonials import confirmation, consent
from followups.testimonials.consent import QuoteWish
from responses.models import LinkVisit, Response
from surveys.metrics import Category
from surveys.models import ReviewLink
from surveys.reviews import Reviewer, fitting

LATELY = timedelta(days=80)
# Of those who were shown a place for a review, one in so many went there.
GOES = {Category.PROMOTER: 7, Category.PASSIVE: 30, Category.DETRACTOR: 40}
PERSON = {"by": "human", "reasons": ["gesture"], "network": "203.0.113.0/24", "browser": "Chrome"}
State, Named = Testimonial.State, Testimonial.NameShown


class QuoteStory(NamedTuple):
    """How a customer wants to be named, and what became of it; state "" is taken back."""

    name_shown: str
    state: str
    shows_company: bool = False


QUOTES = (
    QuoteStory(Named.FULL, State.APPROVED, shows_company=True),
    QuoteStory(Named.INITIALS, State.APPROVED, shows_company=True),
    QuoteStory(Named.FULL, State.APPROVED),
    QuoteStory(Named.NONE, State.HIDDEN),
    QuoteStory(Named.INITIALS, ""),
    QuoteStory(Named.FULL, State.WAITING, shows_company=True),
    QuoteStory(Named.INITIALS, State.WAITING),
)
REWARD = {
    "en": "20 € off your next order for each friend who buys.",
    "uk": "20 € знижки на наступне замовлення за кожного друга, який щось купить.",
    "ru": "Скидка 20 € на следующий заказ за каждого друга, который что-нибудь купит.",
    "lt": "20 € nuolaida kitam užsakymui už kiekvieną pirkusį draugą.",
}
FRIENDS = (
    ("Emma", "Lindqvist", "emma.lindqvist@northlight.example", "en"),
    ("Андрій", "Ковальчук", "andrii.kovalchuk@zatyshok.example", "uk"),
    ("Марина", "Руденко", "maryna.rudenko@zatyshok.example", "uk"),
    ("Айгуль", "Сапарова", "aigul.saparova@dala.example", "ru"),
    ("Rasa", "Kazlauskienė", "rasa.kazlauskiene@medzio-namai.example", "lt"),
)
# So many customers have a link, and so many deals were won by the first of them.
LINKS, WON = 9, 3


def let_some_advocate(now: datetime) -> None:
    """Make the rows of reviews, testimonials and referrals, once."""
    if ReferralProgramme.objects.exists():
        return
    head, brand = User.objects.get(name=CEO), Brand.objects.get(slug="alder")
    lately = Response.objects.counted().filter(answered_at__gte=now - LATELY, answered_at__lt=now - timedelta(hours=1))
    answers = list(lately.select_related("contact", "invitation").order_by("-answered_at", "-pk"))
    visit_places(answers, Random(len(answers)))
    content = [answer for answer in answers if answer.category == Category.PROMOTER and answer.contact]
    agree_to_quotes(brand, [answer for answer in content if answer.comment], head)
    recommend(brand, content[len(QUOTES) :], head, now)


def visit_places(answers: Sequence[Response], chances: Random) -> None:
    """Let each page of thanks have shown its places for a review, and a few customers have gone there."""
    places = [link.place for link in ReviewLink.objects.on_offer()]
    visits = []
    for answer in answers:
        if answer.contact_id is None or answer.invitation is None:
            continue
        tier, category = answer.scale.tier_of(answer.score), answer.scale.category_of(answer.score)
        shown = fitting(places, Reviewer(answer.contact_id, answer.language, answer.product_id, tier))
        seen = {"invitation": answer.invitation, "user_agent": "Chrome", "network": "203.0.113.0/24"}
        at = answer.answered_at + timedelta(seconds=chances.randrange(20, 90))
        listed = [place.pk for place in shown]
        human = {"verdict": LinkVisit.Verdict.HUMAN, "evidence": ["gesture"]}
        visits.append(LinkVisit(at=at, method="POST", reviews_shown=listed, **human, **seen))
        if shown and chances.randrange(GOES[category]) == 0:
            followed = chances.choice(shown).pk
            visits.append(LinkVisit(at=at + timedelta(seconds=15), method="GET", review_link_id=followed, **seen))
    LinkVisit.objects.bulk_create(visits)


def agree_to_quotes(brand: Brand, answers: Sequence[Response], head: User) -> None:
    """Ask promoters and let the first of them agree; what staff decided of each is in QUOTES."""
    QuotePolicy.objects.create(brand=brand, tiers=["good"], is_feed_on=True, is_feed_open=True)
    for answer, story in zip(answers, QUOTES, strict=False):
        at = answer.answered_at + timedelta(minutes=2)
        wish = QuoteWish(story.name_shown, story.shows_company, answer.language, PERSON)
        told = consent.give(answer.pk, wish, now=at)
        if story.state in (State.APPROVED, State.HIDDEN):
            told.decide(story.state, by=head, at=at + timedelta(minutes=30))
        elif not story.state:
            consent.withdraw(answer.pk, seen=PERSON, now=at + timedelta(minutes=20))
    # These letters went out when the customers agreed.
    Message.objects.filter(template=confirmation.TEMPLATE).delete()


def recommend(brand: Brand, answers: Sequence[Response], head: User, now: datetime) -> None:
    """Let promoters take links, friends become leads, and some deals be won by code: one reward is given already."""
    texts = {language: {"reward": reward} for language, reward in REWARD.items()}
    programme = ReferralProgramme.objects.create(brand=brand, is_active=True, texts=texts)
    customers = list(dict.fromkeys(answer.contact.survivor for answer in answers if answer.contact))[:LINKS]
    mine = [codes.code_of(customer, programme) for customer in customers]
    for number, (first, last, email, language) in enumerate(FRIENDS):
        friend = Friend(first, last, email, language, PERSON)
        leads.take(mine[number // 2], friend, now=now - timedelta(days=3 * number + 1, hours=number))
    others = Deal.objects.filter(status=Deal.Status.WON, closed_at__lt=now).exclude(contact__in=customers)
    for deal, code in zip(others.order_by("-closed_at", "-pk")[:WON], mine, strict=False):
        Deal.objects.filter(pk=deal.pk).update(referral_code=code.code)
    rewards.find_due(now=now - timedelta(hours=5))
    pool = CodePool.objects.create(name="Thank-you vouchers", amount=20, currency="EUR", few=5)
    pool_codes.take_in(pool, "\n".join(f"ALDER-{number * 7919 % 9973:04d}" for number in range(1, 31)))
    for reward in ReferralReward.objects.order_by("pk")[:1]:
        rewards.give(reward, by=head, note="", pool=pool, at=now - timedelta(hours=4))
