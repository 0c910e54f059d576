import logging
from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.test import Client
from django.urls import resolve, reverse

from accounts import clock, company_clock, tokens
from accounts.business_hours import due
from accounts.company_clock import business_calendars
from accounts.models import Brand, Team, User
from accounts.timezones import zone
from analytics.dashboard.filters import lists_for
from analytics.dashboard.forms import DashboardForm
from analytics.experiments import asks
from analytics.formulas.priorities import PlaceRange
from analytics.topics.priorities import fix_first
from crm.models import Channel, Company, Contact, Deal, Product, Touchpoint
from delivery.models import Message
from demo.data import handbook, loading, plan
from demo.data.comments import COMMENTS, sentences
from demo.data.world import World
from demo.logins import CHATS, FIRST_STEPS, LOGINS, MAIL, SHOP, TEXTS
from followups.models import (
    Activity,
    CodePool,
    CustomerLetter,
    Escalation,
    Followup,
    FollowupStep,
    Referral,
    ReferralReward,
    RootCause,
    Testimonial,
    WorkState,
)
from followups.referrals import leads
from responses.kiosks import pins
from responses.models import FurtherAnswer, Kiosk, LinkVisit, OpenLink, Response
from surveys.models import Experiment, Hold, Invitation, Judgement, SurveyVersion
from tests.factories import ContactFactory

# A part of the company at a fixed moment: quick to load and always the same.
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SHARE = 0.25


@pytest.fixture(scope="class")
def demo(django_db_setup, django_db_blocker):
    """The demo company, loaded once for its tests and taken away again."""
    printed = StringIO()
    with django_db_blocker.unblock(), time_machine.travel(NOW), transaction.atomic():
        call_command("load_demo", share=SHARE, i_know=True, stdout=printed)
        yield printed.getvalue()
        transaction.set_rollback(True)


def nps_of(*conditions, **about):
    found = Response.objects.filter(*conditions, metric="nps", **about).aggregate(
        n=Count("pk"), promoters=Count("pk", filter=Q(score__gte=9)), detractors=Count("pk", filter=Q(score__lte=6))
    )
    return round((found["promoters"] - found["detractors"]) / found["n"] * 100)


@pytest.mark.usefixtures("db")
class TestDemoCompany:
    @pytest.fixture(autouse=True)
    def _loaded(self, demo):
        self.printed = demo

    def test_is_a_company_of_the_promised_size(self):
        assert Team.objects.count() == 5
        assert User.objects.filter(source="demo", deals__isnull=False).distinct().count() == 20
        assert Product.objects.count() == 7
        assert Channel.objects.count() == 5
        assert Company.objects.count() == 380
        assert Contact.objects.exclude(source=leads.SOURCE).count() == plan.CONTACTS * SHARE == 1_350
        assert Touchpoint.objects.filter(kind="deal_won").count() == Deal.objects.filter(status="won").count() == 4_000
        assert (plan.CONTACTS, plan.WON_DEALS) == (5_400, 16_000)

    def test_speaks_four_languages(self):
        languages = {"en", "uk", "ru", "lt"}

        assert set(Contact.objects.values_list("language", flat=True)) == languages
        assert set(Response.objects.exclude(comment="").values_list("language", flat=True)) == languages

    def test_leads_from_each_link_to_a_page_of_its_brand(self):
        assert set(Invitation.objects.values_list("brand__name", flat=True)) == {"Alder Workspace"}
        assert set(Response.objects.values_list("brand__name", flat=True)) == {"Alder Workspace"}
        invitation = Invitation.objects.filter(status="delivered").latest("pk")

        assert Client().get(invitation.path).status_code == 200

    def test_its_brand_has_a_logo_on_customers_pages(self):
        (brand,) = Brand.objects.all()

        logo = Client().get(reverse("survey-logo", args=[brand.logo]))

        assert logo.headers["Content-Type"] == "image/png"
        assert logo.content.startswith(b"\x89PNG")

    def test_an_experiment_has_found_something_and_another_one_runs(self):
        over, running = Experiment.objects.order_by("pk")
        arms = list(over.arms.order_by("pk"))
        usual, other = asks.tallies(over, arms)

        assert (over.status, running.status) == ("ended", "running")
        assert asks.phase(over, asks.asked_so_far([over])[over.pk], clock.now()) is asks.Phase.OVER
        assert other.rate > usual.rate
        drawn = asks.drawn(over, arms, clock.now())
        assert sum(drawn.counts) == usual.asked + other.asked > 100
        assert max(drawn.counts) < 0.6 * sum(drawn.counts)

    def test_has_follow_ups_in_every_state_and_late_ones(self):
        assert set(Followup.objects.values_list("status", flat=True)) == set(Followup.Status.values)
        assert Followup.objects.overdue(clock.now()).count() >= 3
        invited = Response.objects.filter(origin="invited")
        assert Followup.objects.filter(response__isnull=False).count() == invited.count()

    def test_has_staff_that_work_at_working_hours(self):
        calendar = business_calendars().of()
        deeds = Activity.objects.exclude(kind__in=["created", "answered"]).values_list("at", flat=True)
        at_night = [at for at in deeds if due(at, 0, calendar) != at]

        assert len(deeds) > 500
        assert at_night == []
        assert not Followup.objects.filter(closed_at__lt=F("first_contact_at")).exists()

    def test_has_customers_who_answer_while_they_are_awake(self):
        answers = Response.objects.filter(invitation__isnull=False).select_related("contact")
        hours = Counter(answer.answered_at.astimezone(zone(answer.contact.timezone)).hour for answer in answers)

        assert sum(hours.values()) > 500
        assert [hour for hour in (22, 23, 0, 1, 2, 3, 4, 5, 6) if hours[hour]] == []

    def test_open_work_has_the_steps_and_moments_of_its_playbook(self):
        of_critics = Followup.objects.open().filter(response__category="detractor")
        now = clock.now()

        assert of_critics.exists()
        assert not of_critics.filter(steps=None).exists()
        assert FollowupStep.objects.filter(action="call", done_at__isnull=False).exists()
        assert Escalation.objects.pending().filter(due_at__gt=now).exists()
        # Nothing goes off at the start.
        assert not Escalation.objects.due(now).exists()
        assert not FollowupStep.objects.prompts().filter(due_at__lte=now).exists()

    def test_has_finer_states_and_causes_in_four_languages_and_vouchers_to_give(self):
        finer = [*WorkState.objects.filter(is_default=False), *RootCause.objects.filter(parent__slug="delivery")]

        assert len(finer) == 4
        for one in finer:
            assert one.missing_languages == []
            assert one.followups.exists()
        assert CodePool.objects.counted().get(name=handbook.POOL).left == handbook.CODES

    def test_has_invitations_in_every_settled_state_with_traces(self):
        assert set(Invitation.objects.values_list("status", flat=True)) == {
            "planned", "suppressed", "delivered", "answered", "failed", "expired",
        }  # fmt: skip
        assert (
            Judgement.objects.filter(verdict="suppress").count()
            == Invitation.objects.filter(status="suppressed").count()
        )
        assert not Judgement.objects.filter(trace=[]).exists()

    def test_asks_nobody_about_the_past_and_sends_nothing_at_once(self):
        now = clock.now()

        assert not Invitation.objects.due(now).exists()
        assert not Message.objects.filter(status__in=["queued", "sending"]).exists()
        assert not Invitation.objects.filter(reminders_left__gt=0).exists()

    def test_has_an_open_link_with_answers_of_its_own_and_one_who_wants_a_call(self):
        link = OpenLink.objects.get(survey__name=plan.SURVEY)
        given = Response.objects.filter(entry=link.entry)

        assert (link.place, given.count(), set(given.values_list("origin", flat=True))) == (
            "Vilnius, Gedimino 9", 37, {"open_link"},
        )  # fmt: skip
        waiting = given.get(routed_at__isnull=True)
        assert (waiting.score, waiting.introduction.phone) == (3, "+37061234567")

    def test_has_satisfaction_with_its_service_which_counts_in_no_nps(self):
        given = Response.objects.filter(survey__name="After a service visit")

        assert (given.count(), set(given.values_list("metric", "origin"))) == (150, {("csat", "open_link")})
        assert 0.7 < given.filter(score__gte=4).count() / 150 < 0.86
        assert not given.exclude(score__range=(1, 5)).exists()

    def test_has_answers_to_four_further_questions_of_those_alone_who_were_asked(self):
        asked = SurveyVersion.objects.get(survey__name=plan.SURVEY).further
        told = Counter(FurtherAnswer.objects.values_list("key", flat=True))
        content = FurtherAnswer.objects.filter(response__score__gte=9)

        assert [one.kind for one in asked] == ["scale", "many", "single", "call"]
        assert 0.6 < told["inform"] / Response.objects.filter(origin="invited").count() < 0.68
        assert told["inform"] == told["heardo"] > told["missed"] > told["callme"] > 5
        assert not content.filter(key__in=["missed", "callme"]).exists()
        assert all(one.text_in(language) for one in asked for language in ("en", "uk", "ru", "lt"))

    def test_has_a_kiosk_with_answers_of_its_own(self):
        kiosk = Kiosk.objects.get()
        given = Response.objects.filter(entry=kiosk.entry)

        assert (kiosk.place, given.count(), set(given.values_list("origin", flat=True))) == (
            "Vilnius, Gedimino 9", 60, {"kiosk"},
        )  # fmt: skip
        assert pins.is_right("2580", kiosk.pin_hash)

    def test_answers_a_realistic_share_of_what_was_asked(self):
        asked = Invitation.objects.asked().count()

        assert 0.2 < Response.objects.filter(origin="invited").count() / asked < 0.25

    def test_hides_one_manager_and_one_product_with_a_problem(self):
        since = clock.now() - plan.PRODUCT_WENT_WRONG

        everybody = nps_of(answered_at__gte=since)
        assert nps_of(answered_at__gte=since, manager__name=plan.PROBLEM_MANAGER) < everybody - 20
        assert nps_of(answered_at__gte=since, product__name=plan.PROBLEM_PRODUCT) < everybody - 20
        of_others = ~Q(manager__name=plan.PROBLEM_MANAGER)
        of_product = {"product__name": plan.PROBLEM_PRODUCT}
        before, after = (
            nps_of(of_others, answered_at__lt=since, **of_product),
            nps_of(of_others, answered_at__gte=since, **of_product),
        )
        assert before > 0
        assert before - after > 20
        others = ~Q(manager__name=plan.PROBLEM_MANAGER) & ~Q(product__name=plan.PROBLEM_PRODUCT)
        is_usual = others & ~Q(channel__name=plan.WORSE_CHANNEL)
        usual = Response.objects.filter(is_usual, origin="invited", metric="nps", answered_at__gte=since)
        assert usual.filter(score__gte=9).count() > 3 * usual.filter(score__lte=6).count()

    def test_hides_a_channel_that_grew_and_never_was_good(self):
        since = clock.now() - plan.PARTNERS_GREW
        others = ~Q(manager__name=plan.PROBLEM_MANAGER) & ~Q(product__name=plan.PROBLEM_PRODUCT)
        partner, lately = Q(channel__name=plan.WORSE_CHANNEL), Q(answered_at__gte=since)
        of_partners, of_all = (
            [Response.objects.filter(condition, when, metric="nps").count() for when in (lately, ~lately)]
            for condition in (partner, Q())
        )

        assert of_partners[0] / of_all[0] > 2 * of_partners[1] / of_all[1]
        assert nps_of(others, partner) < nps_of(others, ~partner) - 15

    def test_hides_one_topic_that_costs_more_than_all_others(self):
        form = DashboardForm({}, lists=lists_for(User.objects.get(name=plan.CEO)), teams=None, today=NOW.date())
        assert form.is_valid()

        first = fix_first(form.selection(company_clock.zone())).priorities[0]

        assert (first.topic.slug, first.place, first.is_frequent) == (plan.PROBLEM_TOPIC, PlaceRange(1, 1), True)

    def test_keeps_its_customers_links_working(self):
        for invitation in Invitation.objects.filter(status="delivered")[:3]:
            assert bytes(invitation.token_hash) == tokens.digest(invitation.token)

    def test_lies_wholly_in_the_past(self):
        now = clock.now()

        assert not Response.objects.filter(answered_at__gt=now).exists()
        assert not Response.objects.filter(routed_at__gt=now).exists()
        assert not Response.objects.filter(answered_at__lt=F("invitation__asked_at")).exists()
        assert not LinkVisit.objects.filter(at__gt=now).exists()
        assert not Followup.objects.filter(closed_at__lt=F("created_at")).exists()

    def test_holds_back_the_contacts_of_open_follow_ups_only(self):
        whose = Coalesce("response__contact", "invitation__contact")
        open_ones = Followup.objects.open().annotate(whose=whose).values_list("whose", flat=True)

        assert Counter(Hold.objects.standing().values_list("contact_id", flat=True)) == Counter(open_ones)

    def test_writes_to_reserved_domains_only(self):
        assert not Contact.objects.exclude(email="").exclude(email__endswith=".example").exists()
        assert not User.objects.exclude(email__endswith=".example").exists()

    def test_has_the_printed_logins_with_their_reach(self):
        for _role, email, password in LOGINS:
            assert Client().login(email=email, password=password)
            assert email in self.printed
        olena, ceo, jonas = (User.objects.get(email=f"{name}@plumb.example") for name in ("olena", "ceo", "jonas"))
        assert olena.team == jonas.team
        assert (olena.is_manager, olena.sees_all_teams) == (True, False)
        assert (ceo.is_manager, ceo.sees_all_teams) == (True, True)
        assert (jonas.is_manager, jonas.sees_all_teams) == (False, False)
        assert Followup.objects.filter(assignee=jonas).exists()
        assert Followup.objects.open().filter(team=jonas.team).exists()

    def test_has_customers_who_advocate(self):
        codes = ReferralReward.objects.filter(given_code__isnull=False)

        assert Counter(Testimonial.objects.standing().values_list("state", flat=True)) == {
            "approved": 3, "waiting": 2, "hidden": 1,
        }  # fmt: skip
        assert Contact.objects.filter(source="referral", lifecycle="lead").count() == Referral.objects.count() == 5
        assert (ReferralReward.objects.count(), codes.count()) == (3, 1)
        went = LinkVisit.objects.filter(review_link__isnull=False).count()
        shown = LinkVisit.objects.exclude(reviews_shown=[]).count()
        assert 0.02 < went / shown < 0.3

    def test_has_work_from_letters_of_customers_who_gave_no_answer(self):
        of_letters = Followup.objects.filter(response__isnull=True)

        assert of_letters.count() == 3
        assert not CustomerLetter.objects.filter(followup__isnull=True).exists()
        assert not Response.objects.filter(invitation__in=of_letters.values("invitation")).exists()
        assert all(row.letters.get().letter.text for row in of_letters)

    def test_is_loaded_once(self):
        printed = StringIO()
        before = SurveyVersion.objects.count(), Deal.objects.count()

        call_command("load_demo", i_know=True, stdout=printed)

        assert printed.getvalue() == "The demo company is already here; nothing was changed.\n"
        assert (SurveyVersion.objects.count(), Deal.objects.count()) == before


@pytest.mark.django_db
def test_is_kept_out_of_an_installation_that_nobody_vouched_for():
    with pytest.raises(CommandError, match="--i-know"):
        call_command("load_demo", stdout=StringIO())

    assert not User.objects.exists()


@pytest.mark.django_db
def test_never_mixes_with_real_customers():
    ContactFactory()

    with pytest.raises(CommandError, match="already has contacts"):
        call_command("load_demo", i_know=True, stdout=StringIO())

    assert not Deal.objects.exists()


@pytest.mark.django_db
def test_one_seed_makes_one_company(monkeypatch):
    now = clock.now()
    made = []

    for seed in (1, 1, 2):
        world = World(seed=seed, now=now)
        staff = loading.hire(world)
        loading.find_customers(world, staff)
        made.append([(row.name, row.email, row.language) for row in world.rows[Contact]])

    assert made[0] == made[1]
    assert made[0] != made[2]


def test_customers_have_as_much_to_say_in_each_language():
    counts = {
        language: {
            (category, subject): len(said) for category, about in texts.items() for subject, said in about.items()
        }
        for language, texts in COMMENTS.items()
    }

    assert counts["en"] == counts["uk"] == counts["ru"] == counts["lt"]
    assert sum(counts["en"].values()) == 77


def test_nobody_praises_what_they_have_not_bought():
    for language in COMMENTS:
        said = sentences(language, "promoter", "product", "Aero Chair")

        assert said == [COMMENTS[language]["promoter"]["product"][place] for place in (0, 3)]
        assert all(
            sentences(language, category, subject, "Hush Pod")
            for category, about in COMMENTS[language].items()
            for subject in about
        )


def test_each_kind_of_user_is_told_what_to_try_first_on_a_page_that_is_there():
    assert {step.role for step in FIRST_STEPS} == {role for role, _email, _password in LOGINS} | {"customer"}
    assert all(resolve(step.path) for step in FIRST_STEPS if step.path not in {MAIL, TEXTS, CHATS, SHOP})
    assert {MAIL, TEXTS, CHATS, SHOP} < {step.path for step in FIRST_STEPS}


@pytest.mark.django_db
def test_leaves_the_log_as_talkative_as_it_was():
    """What it silenced for good was silent for whatever the same process did next."""
    log = logging.getLogger("plumb.security")
    before = log.level
    ContactFactory()

    with pytest.raises(CommandError):
        call_command("load_demo", i_know=True, stdout=StringIO())

    assert log.level == before
