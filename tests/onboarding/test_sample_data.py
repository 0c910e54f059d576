"""Sample data: they come once, look like customers, are never written to, and go without a trace."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from accounts.models import Brand, SecurityEvent, Team, User
from accounts.sources import SAMPLE
from analytics import services as analytics
from analytics.models import Goal, Rollup, RollupChange
from crm.models import Channel, Company, Consent, Contact, Deal, Product, Touchpoint
from delivery.models import Message
from followups import latest_scores
from followups import services as followups
from followups.letters.replies import StaffReply
from followups.models import Followup, StaffNotice
from onboarding import tasks
from onboarding.models import SampleSet
from onboarding.sample import company, mark, standing, upkeep, work
from onboarding.sample.standing import CannotLoad
from responses.models import Response, ResponseTopic
from surveys.models import Invitation, ReviewLink, Survey
from tests.factories import ClientKeyFactory, ContactFactory, DealFactory, ResponseFactory, TriggerFactory

pytestmark = pytest.mark.django_db
# Who did it when is kept, and nothing else may be.
KEPT = {"accounts_securityevent"}


@pytest.fixture(autouse=True)
def few(request, monkeypatch):
    """Load fewer deals, so that tests are quick; `all_of_them` loads as many as there are."""
    if "all_of_them" not in request.fixturenames:
        monkeypatch.setattr(company, "DEALS", 60)


@pytest.fixture
def all_of_them():
    """See `few`."""


@pytest.fixture
def loaded(administrator):
    standing.load_soon(by=administrator)
    assert upkeep.tend() == SampleSet.Status.LOADED
    return SampleSet.current()


def tables():
    """Return a hash of the rows of each table of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" AS t')
            found[name] = hashlib.sha256("\n".join(sorted(row for (row,) in cursor.fetchall())).encode()).hexdigest()
    return found


def changed_since(before):
    return {name for name, rows in tables().items() if rows != before[name]}


def remove(by=None):
    assert standing.remove_soon(by=by)
    return upkeep.tend()


def test_every_table_is_after_removing_as_it_was_before_loading(administrator):
    DealFactory()
    analytics.rebuild_rollups()
    latest_scores.keep_due()
    before = tables()

    standing.load_soon(by=administrator)
    upkeep.tend()
    latest_scores.keep_due()
    during = changed_since(before)
    assert remove(by=administrator) == ""

    assert changed_since(before) == KEPT
    assert {"crm_contact", "crm_latestscore", "responses_response", "analytics_rollup", "surveys_hold"} <= during
    told = SecurityEvent.objects.filter(kind__startswith="sample").order_by("pk")
    assert list(told.values_list("kind", "by")) == [
        ("sample_loaded", administrator.pk),
        ("sample_removed", administrator.pk),
    ]


def test_what_was_done_with_them_meanwhile_goes_as_well(administrator, loaded, client):
    remove()
    client.force_login(administrator)
    client.get("/setup/")
    before = tables()
    standing.load_soon(by=administrator)
    upkeep.tend()
    followup = Followup.objects.open().order_by("pk").first()
    contact = followup.contact
    followup.note("What a story.", by=administrator)
    followup.resolve(by=administrator, root_cause="other", resolution="Called them.", outcome="saved")
    Consent.objects.create(
        contact=contact, medium="email", use="marketing", status="given", origin="a call", evidence="yes"
    )
    team = Team.objects.get(pk=SampleSet.current().made["teams"][0])
    Goal.objects.create(team=team, metric="nps", span="year", start="2026-01-01", target=50, set_by=administrator)
    page = client.post(
        f"/admin/crm/company/{contact.company_id}/change/",
        {"name": "Renamed", "domain": "", "industry": "", "size_band": "", "region": "", "timezone": ""},
    )
    assert page.status_code == 302

    remove(by=administrator)

    # The flash of the administration's page waits in the session of whoever saved it.
    assert changed_since(before) - {"django_session"} == KEPT


def test_they_look_like_customers_of_the_last_four_months(all_of_them, loaded):
    now = clock.now()
    answers = Response.objects.all()

    assert Company.objects.count() == 40
    assert Contact.objects.count() == 120
    assert Deal.objects.count() == 290
    assert 100 <= answers.count() <= 150
    assert answers.filter(answered_at__lt=now - timedelta(days=124)).count() == 0
    assert answers.filter(answered_at__gt=now).count() == 0
    assert set(answers.exclude(comment="").values_list("language", flat=True)) == {"en", "uk", "ru", "lt"}
    assert ResponseTopic.objects.filter(source="auto").count() > 30
    assert answers.filter(settled_at=None).count() == 0
    assert set(answers.values_list("survey__brand__name", flat=True)) == {"Sample"}
    assert 3 < Followup.objects.open().count() < 40
    assert Followup.objects.closed().count() > 20
    assert Followup.objects.filter(assignee=loaded.by).count() == work.GIVEN
    assert all(contact.email.endswith(".example") for contact in Contact.objects.all())
    assert analytics.check_rollups() == []
    assert analytics.invitations_that_disagree_with_answers() == []


def test_they_speak_the_languages_of_our_own_brand(administrator):
    Brand.objects.create(slug="ours", name="Ours", languages=["lt", "uk"])

    standing.load_soon(by=administrator)
    upkeep.tend()

    assert set(Contact.objects.values_list("language", flat=True)) == {"lt", "uk"}
    assert set(Response.objects.exclude(comment="").values_list("language", flat=True)) == {"lt", "uk"}


def test_no_letter_notice_or_post_is_made_of_them(loaded, administrator, manager):
    followup = Followup.objects.open().order_by("pk").first()

    followups.hand_over(followup=followup, to=manager, by=administrator)
    followups.add_note(followup=followup, text="@manager@plumb.example look", by=administrator, colleagues=[manager])
    analytics.watch_numbers()
    followups.route_due()

    assert not Message.objects.exists()
    assert not StaffNotice.objects.exists()
    assert analytics.propose_words() == 0
    said = StaffReply(subject="Hello", text="There")
    with pytest.raises(followups.CannotReply):
        followups.reply(followup=followup, said=said, key="1", by=administrator)


def test_a_report_by_mail_that_is_due_waits_until_they_are_gone(loaded, manager, monkeypatch):
    manager.digest = "weekly"
    manager.save()
    today = clock.now().replace(hour=9, minute=0)
    monday = today + timedelta(days=7 - today.weekday())

    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: monday)
        assert analytics.send_digests() == 0
    remove()
    monkeypatch.setattr(clock, "now", lambda: monday)

    assert analytics.send_digests() == 1


def test_loading_twice_makes_nothing_twice(administrator, loaded):
    before = tables()

    standing.load_soon(by=administrator)
    assert upkeep.tend() == "loaded"

    assert tables() == before
    assert SampleSet.objects.count() == 1


def test_a_worker_killed_while_it_loads_leaves_nothing_and_the_next_one_loads(administrator, monkeypatch):
    standing.load_soon(by=administrator)
    before = tables()

    def killed(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(work, "open_followups", killed)
        with pytest.raises(KeyboardInterrupt):
            upkeep.tend()
    assert tables() == before

    assert tasks.tend_samples() == "loaded"


def test_what_fails_is_tried_three_times_and_then_waits_for_a_person(administrator, monkeypatch):
    standing.load_soon(by=administrator)

    def broken(*_arguments, **_options):
        raise company.SampleRefused("Deal")

    with monkeypatch.context() as patched:
        patched.setattr(company, "fill", broken)
        for _time in range(3):
            with pytest.raises(company.SampleRefused):
                upkeep.tend()
        assert upkeep.tend() == "wanted"
    assert SampleSet.current().is_stuck
    assert not Brand.objects.exists()

    standing.load_soon(by=administrator)

    assert upkeep.tend() == "loaded"


def test_what_is_not_loaded_yet_can_be_done_without(administrator):
    standing.load_soon(by=administrator)

    assert remove(by=administrator) == ""

    assert not SecurityEvent.objects.filter(kind__startswith="sample").exists()
    assert not standing.remove_soon(by=administrator)


def test_they_go_by_themselves_once_a_real_customer_answers(loaded, capsys):
    answer = ResponseFactory()

    assert upkeep.tend() == ""

    assert list(Response.objects.all()) == [answer]
    assert not Contact.objects.filter(source=SAMPLE).exists()
    told = SecurityEvent.objects.get(kind="sample_removed")
    assert (told.by, told.means) == (None, "sample data")
    with pytest.raises(CannotLoad, match="have answered"):
        standing.load_soon(by=loaded.by)


def test_a_customer_who_answers_before_the_worker_comes_is_no_neighbour_of_samples(administrator):
    standing.load_soon(by=administrator)
    ResponseFactory()

    assert upkeep.tend() == ""

    assert not Contact.objects.filter(source=SAMPLE).exists()


def test_records_of_a_system_that_calls_itself_sample_are_not_mixed_up_with_them(administrator):
    ContactFactory(source=SAMPLE, external_id="1")
    with pytest.raises(CannotLoad, match="under the name"):
        standing.load_soon(by=administrator)

    Contact.objects.all().delete()
    ClientKeyFactory(source=SAMPLE)
    with pytest.raises(CannotLoad, match="under the name"):
        standing.load_soon(by=administrator)


def test_what_real_rows_name_by_now_stays(loaded):
    product = Product.objects.filter(source=SAMPLE).first()
    invented = Company.objects.filter(source=SAMPLE).first()
    colleague = ContactFactory(company=invented)
    deal = DealFactory(contact=colleague, product=product, company=invented)

    remove()

    deal.refresh_from_db()
    colleague.refresh_from_db()
    assert (deal.product, deal.company, colleague.company) == (product, None, None)
    assert list(Product.objects.filter(source=SAMPLE)) == [product]
    assert not User.objects.filter(source=SAMPLE).exists()


def test_what_was_narrowed_to_a_sample_meanwhile_stays_narrow(loaded):
    product, channel = Product.objects.filter(source=SAMPLE).first(), Channel.objects.filter(source=SAMPLE).first()
    shown, team = Product.objects.filter(source=SAMPLE).last(), Team.objects.get(pk=loaded.made["teams"][0])
    trigger = TriggerFactory()
    trigger.products.add(product)
    trigger.channels.add(channel)
    trigger.teams.add(team)
    brand = Brand.objects.create(slug="ours", name="Ours")
    ReviewLink.objects.create(brand=brand, name="Of one product", url="https://reviews.example/a", product=shown)

    assert remove() == ""

    assert list(trigger.products.all()) == [product]
    assert list(trigger.channels.all()) == [channel]
    assert list(trigger.teams.all()) == [team]
    assert ReviewLink.objects.get().product == shown
    assert set(Product.objects.filter(source=SAMPLE)) == {product, shown}
    assert not Team.objects.filter(pk__in=loaded.made["teams"][1:]).exists()
    assert not Contact.objects.filter(source=SAMPLE).exists()


def test_a_person_of_whom_the_security_log_tells_stays_and_the_rest_goes(loaded):
    named = User.objects.filter(source=SAMPLE).first()
    SecurityEvent.objects.create(kind="person_changed", about=named)

    assert remove() == ""

    assert list(User.objects.filter(source=SAMPLE)) == [named]
    assert not Deal.objects.filter(source=SAMPLE).exists()
    assert standing.obstacle() == ""


def test_the_survey_of_samples_asks_nobody_and_its_staff_get_no_work(loaded):
    assert set(Survey.objects.values_list("status", flat=True)) == {"archived"}
    assert not User.objects.filter(source=SAMPLE, is_active=True).exists()
    assert not Invitation.objects.filter(status__in=["planned", "queued"]).exists()
    assert Touchpoint.objects.exclude(brand__name="Sample").count() == 0


def test_a_mark_that_the_cache_has_lost_is_set_again(loaded):
    mark.set_to(False)

    upkeep.tend()

    assert mark.is_set()


def test_counts_of_the_dashboards_hold_nothing_of_them_afterwards(loaded):
    analytics.refresh_rollups()
    assert Rollup.objects.exists()

    remove()

    assert not Rollup.objects.exists()
    assert not RollupChange.objects.exists()
    assert not mark.is_set()


def test_a_survey_whose_wording_somebody_published_stays_archived_and_the_rest_goes(loaded):
    survey = Survey.objects.get()
    survey.versions.get().publish()

    assert remove() == ""

    assert list(Survey.objects.values_list("pk", "status")) == [(survey.pk, "archived")]
    assert not Contact.objects.exists()
