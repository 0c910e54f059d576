"""Below a rule's form stands whom it would ask as it is typed, and nothing of that is kept."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.urls import reverse

from accounts import clock
from surveys.models import AskingPolicy, Trigger
from tests.factories import (
    ContactFactory,
    ProductFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    WaveFactory,
)
from tests.surveys import test_admin_surveys, test_admin_waves

pytestmark = pytest.mark.django_db
ADD = "admin:surveys_trigger_add"
TRY = {"_try": "See who would be asked"}
HTMX = {"HX-Request": "true"}


def trigger_form(survey, **changed):
    return test_admin_surveys.trigger_form(survey, sampling_share="100", **changed)


def wave_form(survey, **changed):
    everybody = {"size_bands": [], "regions": "", "bought_within_days": "", "joining_days": "", "sampling_share": "100"}
    return test_admin_waves.form(survey, **everybody | changed)


def policy_form(**changed):
    return {
        "transactional_days": "90", "relational_days": "90", "floor_days": "7", "loser": "defer", "days_late": "14",
        "company_budget": "", "company_window_days": "30", "role_names": "info", "own_domains": "",
        "surveys_are_marketing": "", "hard_bounces": "1", "soft_bounces": "3", "call_after_days": "7",
    } | changed  # fmt: skip


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def survey():
    return SurveyVersionFactory().survey


@pytest.fixture
def happened():
    """Two customers bought; the one twice, the other has no address."""
    twice = ContactFactory(first_name="Vera", last_name="Twice")
    for days_ago in (40, 20):
        TouchpointFactory(contact=twice, occurred_at=clock.now() - timedelta(days=days_ago))
    nowhere = ContactFactory(first_name="Nora", last_name="Nowhere", email="")
    TouchpointFactory(contact=nowhere, occurred_at=clock.now() - timedelta(days=20))
    return twice, nowhere


def relational_wave(**fields):
    version = SurveyVersionFactory(survey__kind="relational")
    return WaveFactory(survey=version.survey, **fields)


def change(row):
    return reverse(f"admin:surveys_{row._meta.model_name}_change", args=[row.pk])


def rows_of_every_table():
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")
            yield table, cursor.fetchone()[0]


def test_a_new_trigger_is_tried_before_it_is_saved(page, survey, happened):
    twice, nowhere = happened

    answer = page.post(reverse(ADD), trigger_form(survey, name="As typed") | TRY)

    found = answer.context["found"]
    assert found["sum"] == "1 of 3 would have been asked"
    assert [(group.number, group.reason) for group in found["refused"]] == [
        (1, "The contact was asked by this survey not long ago."),
        (1, "There is no address to write to."),
    ]
    assert found["waiting"] == []
    assert [customer.contact for customer in found["asked"]] == [twice]
    assert f'<a href="{reverse("admin:crm_contact_change", args=[nowhere.pk])}">Nora Nowhere</a>' in answer.text
    assert 'name="name" value="As typed"' in answer.text
    assert "Not before it is saved." in answer.text
    assert Trigger.objects.count() == 0


def test_what_is_typed_is_tried_and_not_what_is_saved(page, survey, happened):
    trigger = TriggerFactory(survey=survey)
    product = ProductFactory(name="Chair")
    TouchpointFactory(product=product, occurred_at=clock.now() - timedelta(days=20))

    answer = page.post(change(trigger), trigger_form(survey, name="Chairs", products=[product.pk]) | TRY)

    assert answer.context["found"]["sum"] == "1 of 1 would have been asked"
    assert "<span data-chosen>Chair</span>" in answer.text
    trigger.refresh_from_db()
    assert (trigger.name != "Chairs", trigger.products.count()) == (True, 0)


def test_it_says_what_the_dry_run_of_the_saved_trigger_says(page, survey, happened):
    form = trigger_form(survey)
    tried = page.post(reverse(ADD), form | TRY).context["found"]["run"]

    page.post(reverse(ADD), form)
    saved = page.post(
        reverse("admin:surveys_trigger_dry_run", args=[Trigger.objects.get().pk]),
        {
            "transactional_days": "90", "relational_days": "90", "floor_days": "7", "days_late": "14",
            "company_budget": "", "company_window_days": "30",
        },
    ).context["run"]  # fmt: skip

    assert (tried.touchpoints, tried.asked, tried.refused, tried.waiting) == (
        saved.touchpoints,
        saved.asked,
        saved.refused,
        saved.waiting,
    )
    assert tried.days == saved.days


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "box"])
def test_it_leaves_no_trace(page, survey, happened, django_capture_on_commit_callbacks, headers):
    product = ProductFactory()
    trigger, wave = TriggerFactory(survey=survey), relational_wave()
    AskingPolicy(pk=1).save()
    tries = [
        (reverse(ADD), trigger_form(survey, products=[product.pk])),
        (change(trigger), trigger_form(survey, name="Other", products=[product.pk])),
        (reverse("admin:surveys_wave_add"), wave_form(wave.survey, products=[product.pk])),
        (change(wave), wave_form(wave.survey, name="Other")),
        (change(AskingPolicy.current()), policy_form(transactional_days="1")),
    ]
    page.get(reverse(ADD))
    before = dict(rows_of_every_table())

    with django_capture_on_commit_callbacks() as promised:
        for address, form in tries:
            answer = page.post(address, form | TRY, headers=headers)
            assert answer.context["found"], address

    assert dict(rows_of_every_table()) == before
    assert promised == []


def test_a_task_that_saving_would_promise_is_not_run(page, survey, happened, django_capture_on_commit_callbacks):
    ran = []

    def promise(**_sent):
        transaction.on_commit(lambda: ran.append("task"))

    post_save.connect(promise, sender=Trigger)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            page.post(reverse(ADD), trigger_form(survey) | TRY)
        assert ran == []
        with django_capture_on_commit_callbacks(execute=True):
            page.post(reverse(ADD), trigger_form(survey))
        assert ran == ["task"]
    finally:
        post_save.disconnect(promise, sender=Trigger)


def test_htmx_gets_the_box_alone(page, survey, happened):
    answer = page.post(reverse(ADD), trigger_form(survey) | TRY, headers=HTMX)

    assert answer.text.lstrip().startswith('<section id="tried"')
    assert "<form" not in answer.text
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "box"])
def test_what_is_not_valid_is_shown_with_its_errors_and_no_box(page, survey, happened, headers):
    answer = page.post(reverse(ADD), trigger_form(survey, days="-1") | TRY, headers=headers)

    assert list(answer.context["adminform"].form.errors) == ["days"]
    assert answer.text.lower().startswith("<!doctype")
    assert 'id="id_days_error"' in answer.text
    assert "found" not in answer.context
    assert Trigger.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"survey": "9" * 40},
        {"survey": "1; DROP TABLE surveys_trigger"},
        {"touchpoint_kind": "<script>alert(1)</script>"},
        {"name": ""},
        {"min_amount": "1e400"},
        {"days": "NaN"},
        {"window_weekdays": ["8"]},
        {"asks_since_0": "9999-12-31", "asks_since_1": "99:99"},
        {"products": ["-1"]},
    ],
    ids=str,
)
def test_hostile_input_gets_errors(page, survey, happened, typed):
    answer = page.post(reverse(ADD), trigger_form(survey) | typed | TRY)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert "found" not in answer.context


def test_names_of_customers_are_written_as_text(page, survey):
    contact = ContactFactory(first_name="<script>", last_name="alert(1)")
    TouchpointFactory(contact=contact, occurred_at=clock.now() - timedelta(days=20))

    answer = page.post(reverse(ADD), trigger_form(survey) | TRY)

    assert "&lt;script&gt; alert(1)</a>" in answer.text
    assert "<script> alert(1)" not in answer.text


def test_only_who_may_save_may_try(client, owner, survey, administrator):
    trigger = TriggerFactory(survey=survey)
    owner.is_staff = True
    owner.save()
    owner.user_permissions.add(Permission.objects.get(codename="view_trigger"))
    client.force_login(owner)

    assert 'name="_try"' not in client.get(change(trigger)).text
    assert client.post(change(trigger), trigger_form(survey) | TRY).status_code == 403
    assert client.post(reverse(ADD), trigger_form(survey) | TRY).status_code == 403
    client.force_login(administrator)
    assert 'name="_try"' in client.get(change(trigger)).text


def test_customers_are_named_to_who_may_see_them(client, owner, survey, happened):
    owner.is_staff = True
    owner.save()
    owner.user_permissions.set(Permission.objects.filter(codename__in=["view_trigger", "add_trigger"]))
    client.force_login(owner)

    answer = client.post(reverse(ADD), trigger_form(survey) | TRY)

    assert answer.context["found"]["sum"] == "1 of 3 would have been asked"
    assert "There is no address to write to." in answer.text
    assert "Nowhere" not in answer.text
