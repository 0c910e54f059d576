"""The configuration as a file: what is in it, what it would change, and what of it is taken in."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import CheckConstraint
from django.test import Client
from django.urls import reverse

from accounts import clock, logos
from accounts.models import Brand, BrandLogo, Holiday, Organisation, SecurityEvent
from crm.models import Product
from delivery.models import TeamHook
from demo.data.logo import drawn
from followups.models import EscalationRule, Playbook, PlaybookStep, ReplyTemplate
from onboarding import tasks
from onboarding.configuration import document, intake
from onboarding.configuration.comparison import compare
from onboarding.configuration.document import FileRefused
from onboarding.configuration.kinds import KINDS
from onboarding.models import ConfigurationFile
from onboarding.sample import upkeep
from onboarding.sample.standing import load_soon as sample_load_soon
from responses.kiosks import pins
from responses.models import Entry, Kiosk, OpenLink, Topic, TopicDictionary
from responses.topics import upkeep as topics_upkeep
from surveys import services
from surveys.models import AskingPolicy, CustomerSegment, Experiment, ReviewLink, Survey, SurveyVersion, Trigger, Wave
from tests.factories import ContactFactory, ProductFactory, TeamFactory, TriggerFactory, UserFactory
from tests.responses.further.asked import QUESTIONS


def carried(now=None):
    """The configuration of this installation, as if it came as a file."""
    return document.read(document.write(now=now or clock.now()).encode())


def took(changed, by):
    comparison = compare(changed)
    return intake.take(comparison, by), comparison


def troubles(comparison):
    return {change.title: change.trouble for change in comparison.changes if change.trouble}


@pytest.fixture
def furnished(db, administrator):
    """An installation in which something of every kind stands, and of which much differs from how it begins."""
    product, team = ProductFactory(name="Lamp"), TeamFactory(name="North")
    colleague = UserFactory(email="jo@plumb.example")
    brand = Brand.objects.order_by("pk").first() or Brand.objects.create(slug="main", name="Main")
    BrandLogo.keep(brand, logos.read(drawn("Shop")))
    survey = services.create_survey(name="After a purchase", brand=brand, days_valid=20)
    services.publish(survey)
    segment = CustomerSegment.objects.create(
        owner=administrator, name="Large ones", conditions={"size": "1000+", "product": str(product.pk)}, is_shared=True
    )
    trigger = TriggerFactory(survey=survey, name="Five days", is_active=True, delay=timedelta(days=5, hours=3))
    trigger.products.add(product)
    trigger.teams.add(team)
    yearly = services.create_survey(name="Of all of it", brand=brand, kind=Survey.Kind.RELATIONAL)
    Wave.objects.create(survey=yearly, name="Quarterly", segment=segment)
    ReviewLink.objects.create(brand=brand, name="Our shop", url="https://reviews.example/shop", is_active=True)
    playbook = Playbook.objects.create(
        name="Angry",
        lowest_score=0,
        highest_score=3,
        category="detractor",
        assign="person",
        person=colleague,
        instructions={"en": "Call."},
        position=5,
    )
    PlaybookStep.objects.create(playbook=playbook, action="call", texts={"en": "Ring them."})
    EscalationRule.objects.create(
        playbook=playbook, lateness="resolution", to="person", person=colleague, hands_over=True
    )
    OpenLink.objects.open(
        name="Till 2",
        survey=survey,
        place="Gedimino 9",
        product=product,
        manager=colleague,
        language="en",
        ends_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    Kiosk.objects.open(
        name="Hall", survey=survey, place="Gedimino 9", product=product, manager=colleague, language="en", crowd=9,
        asks_words=False, pin_hash=pins.kept("4821", rounds=10),
    )  # fmt: skip
    ReplyTemplate.objects.create(name="Sorry", language="en", subject="Sorry", text="We are.")
    return administrator


def test_every_field_of_a_kind_is_taken_along_or_left_out():
    for kind in KINDS:
        fields = {field.name for field in kind.model._meta.get_fields() if field.concrete}
        named = {column.name for column in kind.columns} & fields
        assert named | kind.left_out == fields, kind.name
        assert not named & kind.left_out, kind.name
        assert set(kind.key) | kind.new_only <= {column.name for column in kind.columns}, kind.name


def test_what_cannot_be_is_said_in_words_by_every_constraint():
    models = [kind.model for kind in KINDS] + [PlaybookStep, EscalationRule, Experiment]
    constraints = [one for model in models for one in model._meta.constraints if isinstance(one, CheckConstraint)]
    # A second row of what has one is never made by a form.
    unsaid = [one.name for one in constraints if one.violation_error_message == one.default_violation_error_message]
    assert set(unsaid) <= {
        "accounts_one_organisation",
        "surveys_one_policy",
        # Its fields say so before.
        "responses_open_link_limits_are_positive",
        "responses_kiosk_crowd_is_positive",
        "surveys_experiment_ended_has_when_and_why",
    }


def test_what_is_here_differs_in_nothing_from_its_own_file(furnished):
    comparison = compare(carried())

    assert comparison.changes == []
    assert comparison.only_here == []
    assert comparison.unknown == []
    assert comparison.same > 15


def test_an_empty_installation_becomes_what_the_file_says(furnished):
    brought = carried()
    Trigger.objects.all().delete()
    Wave.objects.all().delete()
    Playbook.objects.all().delete()
    ReviewLink.objects.all().delete()
    OpenLink.objects.all().delete()
    Kiosk.objects.all().delete()
    ReplyTemplate.objects.all().delete()
    CustomerSegment.objects.all().delete()
    Survey.objects.filter(name="After a purchase").update(name="Another one")
    BrandLogo.objects.all().delete()
    AskingPolicy.objects.update_or_create(pk=1, defaults={"floor_days": 77})
    Organisation.objects.update_or_create(pk=1, defaults={"currency": "UAH"})

    made, comparison = took(brought, furnished)

    assert troubles(comparison) == {}
    assert len(made) == len(comparison.changes) > 8
    again = carried()
    for kind in KINDS:
        here = [row for row in again[kind.name] if row.get("name") != "Another one"]
        assert here == brought[kind.name] or sorted(map(str, here)) == sorted(map(str, brought[kind.name])), kind.name
    assert BrandLogo.objects.count() == 1


def test_what_asks_or_is_shown_arrives_switched_off_and_wording_as_a_draft(furnished):
    brought = carried()
    for name in ("surveys", "triggers", "waves", "open_links", "kiosks", "review_links"):
        for row in brought[name]:
            row["name"] += " of ours"
            row["status" if name == "surveys" else "is_active"] = "active"
            if name in ("triggers", "waves"):
                row["survey"] += " of ours"

    took(brought, furnished)

    survey = Survey.objects.get(name="After a purchase of ours")
    assert survey.status == Survey.Status.DRAFT
    assert not survey.versions.published().exists()
    assert survey.versions.get().texts == Survey.objects.get(name="After a purchase").versions.get().texts
    assert not Trigger.objects.get(name="Five days of ours").is_active
    assert not Wave.objects.get(name="Quarterly of ours").is_active
    assert not ReviewLink.objects.get(name="Our shop of ours").is_active
    assert not OpenLink.objects.get(entry__name="Till 2 of ours").is_active
    hall = Kiosk.objects.get(entry__name="Hall of ours")
    assert (hall.is_active, hall.pin_hash, hall.crowd, hall.asks_words) == (False, "", 9, False)
    assert Trigger.objects.get(name="Five days").is_active
    unknown = {
        "kiosks.is_active",
        "open_links.is_active",
        "review_links.is_active",
        "surveys.status",
        "triggers.is_active",
        "waves.is_active",
    }
    assert set(compare(brought).unknown) == unknown


def test_an_open_link_keeps_its_address_and_its_survey(furnished):
    brought = carried()
    (row,) = brought["open_links"]
    row |= {"place": "Pilies 1", "survey": "Of all of it", "code": "000000000000"}
    before = OpenLink.objects.get()

    took(brought, furnished)

    after = OpenLink.objects.get()
    assert (after.place, after.survey, after.code) == ("Pilies 1", before.survey, before.code)
    assert Entry.objects.filter(kind="open_link").count() == 1


def test_a_kiosk_keeps_its_pin_its_tablets_and_its_survey_and_gives_none_of_them_away(furnished):
    brought = carried()
    (row,) = brought["kiosks"]
    before = Kiosk.objects.get()
    assert not {"pin_hash", "secret_pin", "tablets"} & row.keys()
    row |= {"place": "Pilies 1", "survey": "Of all of it", "pin_hash": "x", "secret_pin": "1357"}

    took(brought, furnished)

    after = Kiosk.objects.get()
    assert (after.place, after.survey, after.pin_hash) == ("Pilies 1", before.survey, before.pin_hash)
    assert Entry.objects.filter(kind="kiosk").count() == 1


def test_a_published_wording_stays_and_the_other_one_waits_as_a_draft(furnished):
    brought = carried()
    row = next(row for row in brought["surveys"] if row["name"] == "After a purchase")
    row["wording"]["en"]["question"] = "How likely are you to tell others about {brand}?"

    took(brought, furnished)

    survey = Survey.objects.get(name="After a purchase")
    assert survey.versions.published().get().texts["en"]["question"] != row["wording"]["en"]["question"]
    assert survey.versions.get(published_at=None).texts["en"]["question"] == row["wording"]["en"]["question"]


def test_a_row_here_is_changed_and_keeps_what_a_file_does_not_decide(furnished):
    brought = carried()
    trigger = Trigger.objects.get(name="Five days")
    row = next(row for row in brought["triggers"] if row["name"] == "Five days")
    row["delay"], row["products"] = "7 00:00:00", []

    made, _comparison = took(brought, furnished)

    now = Trigger.objects.get(pk=trigger.pk)
    assert (now.delay, list(now.products.all()), now.is_active) == (timedelta(days=7), [], True)
    assert now.asks_since == trigger.asks_since
    assert [difference.lines for difference in made[0].differences] == [
        [("", "5 days, 3:00", "7 days")],
        [("", "Lamp", "—")],
    ]


def test_a_row_that_leaves_out_what_is_empty_is_the_same_row(furnished):
    Holiday.objects.create(date="2027-12-25", name="Christmas")
    file = {"plumb": carried()["plumb"], "holidays": [{"date": "2027-12-25", "name": "Christmas Day"}]}

    made, _comparison = took(file, furnished)

    assert [change.is_new for change in made] == [False]
    assert Holiday.objects.get().name == "Christmas Day"


def test_steps_are_changed_in_their_places(furnished):
    brought = carried()
    row = next(row for row in brought["playbooks"] if row["name"] == "Angry")
    row["steps"] = [{"action": "task", "position": 1}, {"action": "call", "position": 2, "texts": {"en": "Again."}}]
    first = PlaybookStep.objects.get(playbook__name="Angry")

    _made, comparison = took(brought, furnished)

    assert troubles(comparison) == {}
    steps = PlaybookStep.objects.filter(playbook__name="Angry").order_by("position")
    assert [step.action for step in steps] == ["task", "call"]
    assert steps[0].pk == first.pk


def test_what_cannot_be_says_why_and_the_rest_is_taken_in(furnished):
    brought = carried()
    rows = {row["name"]: row for row in brought["playbooks"]}
    rows["Angry"] |= {"person": "nobody@plumb.example", "resolve_hours": "soon"}
    brought["triggers"][0]["survey"] = "No such survey"
    brought["holidays"] = [{"date": "2027-13-01", "name": "No day"}, {"date": "2027-12-25", "name": "Christmas"}]

    made, comparison = took(brought, furnished)

    assert [change.kind.name for change in made] == ["holidays"]
    assert troubles(comparison) == {
        "No day": ["Date: “2027-13-01” value has the correct format (YYYY-MM-DD) but it is an invalid date."],
        "Five days": ["Survey: Not here: survey “No such survey”."],
        "Angry": [
            "Person: Not here: person “nobody@plumb.example”.",
            "Resolved within business hours: Write a whole number.",
        ],
    }


HOSTILE = [
    None, True, -1, 10**30, 0.5, "", " ", "x" * 5000, "9" * 20 + " 00:00:00", "<script>", "\ud800\x00", [], {}, [None],
    [[]], [{}], {"": None}, {"en": {"en": {"en": []}}}, ["x"] * 50, [1, "1"],
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_hostile_values_are_refused_in_words_or_taken_and_never_fail(furnished, kind):
    brought = json.loads(document.write(now=clock.now()))
    first = (brought[kind.name] or [{}])[0]
    for column in kind.columns:
        rows = [{**first, column.name: value} for value in HOSTILE]
        for some in [[row] for row in rows] if kind.is_single else [rows]:
            content = json.dumps({"plumb": brought["plumb"], kind.name: some}).encode()
            comparison = compare(document.read(content))
            intake.try_out(comparison, furnished)
            said = [said for change in comparison.changes for said in change.trouble]
            assert all(isinstance(one, str) and one for one in said)
            assert not [one for one in said if "refuses it" in one or "Constraint" in one], column.name
            assert all(line for change in comparison.changes for one in change.differences for line in one.lines)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'{"plumb": {"format": NaN}}', "“NaN” is no number"),
        (b'{"plumb": {"format": 1}, "bands": [{"lowest": -1e400}]}', "“-1e400” is no number"),
        (b'{"plumb": {"format": 1}, "bands": [{"lowest": ' + b"9" * 5000 + b"}]}", "“999+…” is no number"),
        (b"[" * 100_000, "too deep"),
        (b'{"plumb": {"format": 1}, "x": [' + b'{"a": ' * 600 + b"1" + b"}" * 600 + b"]}", "too deep"),
        (b'{"plumb": {"format": 1},\n "bands": [{"lowest": 1,}]}', "no JSON: look at line 2, column 2"),
        ('{"plumb": {"format": 1}, "x": "Різдво"}'.encode("cp1251"), "no JSON in UTF-8"),
        (b'{"plumb": {"format": 1}, "bands": [], "bands": []}', "“bands” stands twice"),
        (b'{"plumb": {"format": 1}, "bands": [{"lowest": 1, "lowest\\u0000": 2}]}', "“lowest” stands twice"),
        (b"[]", "no configuration of Plumb"),
        (b'{"brands": []}', "no configuration of Plumb"),
        (b'{"plumb": {"format": 2}}', "another version"),
        (b'{"plumb": {"format": 1}, "brands": {}}', "no list of rows"),
        (b'{"plumb": {"format": 1}, "brands": [1]}', "no list of rows"),
        (b'{"plumb": {"format": 1}, "brands": [' + b"{}," * 1000 + b"{}]}", "more than 1000 rows"),
        (
            b'{"plumb": {"format": 1}' + b"".join(b', "k%d": [%b{}]' % (n, b"{}," * 900) for n in range(4)) + b"}",
            "3000",
        ),
        (b" " * (document.LARGEST_FILE + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_none_is_refused(content, said):
    with pytest.raises(FileRefused, match=said):
        document.read(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_may_have_passed_through_an_editor(encoding):
    text = '{"plumb": {"format": 1}, "holidays": [{"date": "2027-12-25", "name": "Різдво"}]}'

    assert document.read(text.encode(encoding))["holidays"][0]["name"] == "Різдво"


def test_no_secret_and_no_customer_is_in_a_file(furnished, contact_of_somebody):
    hook = TeamHook(team=TeamFactory(), chat="slack")
    hook.url = "https://hooks.example/very-secret-path"
    hook.save()

    text = document.write(now=clock.now())

    assert "very-secret-path" not in text
    assert contact_of_somebody.email not in text
    assert "administrator@plumb.example" not in text
    assert "jo@plumb.example" in text


@pytest.fixture
def contact_of_somebody(db):
    return ContactFactory(email="ona@azuolas.example")


def test_only_products_and_channels_that_something_is_narrowed_to_are_taken_along(furnished):
    ProductFactory(name="Of nobody")
    file = carried()
    assert [row["name"] for row in file["products"]] == ["Lamp"]
    file["products"].append({"name": "Of nobody", "is_active": True})

    comparison = compare(file)

    assert comparison.changes == []
    assert Product.objects.filter(name="Of nobody").count() == 1


def test_a_segment_names_what_it_chooses_by_names_that_mean_the_same_elsewhere(furnished):
    chair, north, ona = ProductFactory(name="Chair"), TeamFactory(name="South"), UserFactory(email="ona@plumb.example")
    gone = ProductFactory(name="Gone")
    conditions = {"team": str(north.pk), "manager": str(ona.pk), "product": str(chair.pk), "size": "10-49"}
    CustomerSegment.objects.create(owner=furnished, name="Of the South", conditions=conditions, is_shared=True)
    CustomerSegment.objects.create(owner=furnished, name="Of old", conditions={"product": str(gone.pk)}, is_shared=True)
    gone.delete()
    file = carried()
    told = {row["name"]: row["conditions"] for row in file["segments"]}
    assert told["Of the South"] == {"team": "South", "manager": ona.email, "product": "Chair", "size": "10-49"}
    assert "Chair" in [row["name"] for row in file["products"]]
    CustomerSegment.objects.filter(name__startswith="Of").delete()
    chair.delete()

    _made, comparison = took(file, furnished)

    here = CustomerSegment.objects.get(name="Of the South").conditions
    assert here == conditions | {"product": str(Product.objects.get(name="Chair").pk)}
    assert [*troubles(comparison)] == ["Of old"]


def test_nothing_of_an_archived_survey_and_no_sample_is_in_a_file(furnished):
    before = carried()
    old = services.create_survey(name="Of old", brand=Brand.objects.first(), status=Survey.Status.ARCHIVED)
    TriggerFactory(survey=old, name="Of old")
    Playbook.objects.create(name="Of old", survey=old)
    sample_load_soon(by=furnished)
    upkeep.tend()
    assert Brand.objects.filter(name="Sample").exists()

    after = carried()

    assert {name: after[name] for name in after if name != "plumb"} == {
        name: before[name] for name in before if name != "plumb"
    }


def test_trying_out_keeps_nothing(furnished):
    brought = carried()
    for row in brought["surveys"] + brought["playbooks"] + brought["triggers"]:
        row["name"] += " of ours"
    before = {model: model._default_manager.count() for model in apps.get_models() if model._meta.managed}

    comparison = compare(brought)
    intake.try_out(comparison, furnished)

    assert comparison.changes
    assert {model: model._default_manager.count() for model in before} == before
    assert compare(brought).sign == comparison.sign


def test_who_may_not_change_a_kind_changes_none_of_it(furnished, settings):
    brought = carried()
    brought["playbooks"][0]["position"] = 77
    brought["asking_policy"][0]["floor_days"] = 12
    other = UserFactory(email="half@plumb.example", is_staff=True)
    give(other, "surveys.change_askingpolicy")

    made, comparison = took(brought, other)

    assert [change.kind.name for change in made] == ["asking_policy"]
    assert "You may not change this: playbooks." in str(troubles(comparison))


def give(user, *names):
    for name in names:
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


def test_each_change_stands_in_the_logs(furnished):
    brought = carried()
    brought["asking_policy"][0]["floor_days"] = 12

    took(brought, furnished)

    event = SecurityEvent.objects.get(kind="setting_changed", subject__startswith="surveys.AskingPolicy")
    assert (event.details["fields"], event.details["deed"]) == (["floor_days"], "changed")
    assert "floor" in LogEntry.objects.get().get_change_message() or LogEntry.objects.get().user == furnished


# The pages


@pytest.fixture
def brought(client, furnished):
    """Bring a changed file as an administrator does, and return the page of what it would change."""
    client.force_login(furnished)

    def bring(change):
        file = carried()
        change(file)
        content = json.dumps(file).encode()
        answer = client.post(
            reverse("configuration"), {"file": SimpleUploadedFile("staging.json", content)}, follow=True
        )
        assert answer.redirect_chain == [(reverse("configuration_changes"), 302)]
        return answer

    return bring


def two_changes(file):
    file["asking_policy"][0]["floor_days"] = 12
    file["holidays"].append({"date": "2027-12-25", "name": "Christmas", "region": ""})


def sent(client, answer, marks, **more):
    told = {"sign": answer.context["comparison"].sign, "file": answer.context["kept"].mark, "chosen": marks, **more}
    return client.post(reverse("configuration_changes"), told, follow=True)


def test_the_file_is_downloaded(client, furnished):
    client.force_login(furnished)

    answer = client.get(reverse("configuration_file"))

    assert answer["Content-Disposition"].startswith('attachment; filename="plumb-configuration-')
    assert document.read(answer.content)["triggers"][0]["name"] == "Five days"
    assert SecurityEvent.objects.get(kind="exported").by == furnished


def test_what_is_ticked_is_taken_in_and_nothing_else(client, brought):
    answer = brought(two_changes)
    changes = {change.kind.name: change for change in answer.context["comparison"].changes}
    assert b"Christmas" in answer.content

    after = sent(client, answer, changes["asking_policy"].marks)

    assert "1 change is made." in after.content.decode()
    assert AskingPolicy.current().floor_days == 12
    assert "holidays" not in str(carried()["holidays"])
    assert carried()["holidays"] == []
    assert not ConfigurationFile.objects.exists()


def test_nothing_is_taken_in_when_the_configuration_moved_meanwhile(client, brought):
    answer = brought(two_changes)
    AskingPolicy.objects.update_or_create(pk=1, defaults={"floor_days": 55})

    after = sent(client, answer, [mark for change in answer.context["comparison"].changes for mark in change.marks])

    assert "changed meanwhile" in after.content.decode()
    assert AskingPolicy.current().floor_days == 55
    assert carried()["holidays"] == []


@pytest.mark.django_db(transaction=True)
def test_a_press_that_comes_twice_makes_nothing_twice(brought, furnished):
    answer = brought(lambda file: file["triggers"].append({**file["triggers"][0], "name": "Ten days"}))
    marks = [mark for change in answer.context["comparison"].changes for mark in change.marks]

    def press(_number):
        try:
            client = Client()
            client.force_login(furnished)
            return sent(client, answer, marks).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        assert set(people.map(press, range(4))) == {200}

    assert Trigger.objects.filter(name="Ten days").count() == 1


def test_nothing_ticked_is_told(client, brought):
    after = sent(client, brought(two_changes), [])

    assert "Tick what is to be taken in." in after.content.decode()
    assert ConfigurationFile.objects.exists()


def test_what_could_not_be_made_stays_with_its_reason(client, brought):
    def change(file):
        two_changes(file)
        file["triggers"][0]["survey"] = "No such survey"

    answer = brought(change)
    assert "Not here: survey “No such survey”." in answer.content.decode()
    marks = [mark for change in answer.context["comparison"].changes for mark in change.marks]

    after = sent(client, answer, marks)

    text = after.content.decode()
    assert "2 changes are made." in text
    assert "1 could not be made" in text
    assert "Not here: survey “No such survey”." in text
    assert len(after.context["comparison"].changes) == 1
    assert AskingPolicy.current().floor_days == 12


def test_a_file_is_put_aside(client, brought):
    answer = sent(client, brought(two_changes), [], drop="1")

    assert answer.redirect_chain[-1][0] == reverse("configuration")
    assert not ConfigurationFile.objects.exists()


def test_another_tab_puts_no_file_aside_that_it_does_not_show(client, brought):
    shown = brought(two_changes)
    brought(lambda file: file["asking_policy"][0].update(floor_days=13))

    answer = client.post(reverse("configuration_changes"), {"drop": "1", "file": shown.context["kept"].mark})

    assert "Another file was brought meanwhile" in answer.content.decode()
    assert ConfigurationFile.objects.get().document["asking_policy"][0]["floor_days"] == 13


def test_another_tab_takes_in_nothing_of_a_file_that_it_does_not_show(client, brought):
    shown = brought(two_changes)
    marks = [mark for change in shown.context["comparison"].changes for mark in change.marks]
    brought(lambda file: file["asking_policy"][0].update(floor_days=13))

    answer = sent(client, shown, marks)

    assert "Another file was brought meanwhile" in answer.content.decode()
    assert AskingPolicy.current().floor_days not in (12, 13)


def test_a_page_takes_a_file_as_large_as_may_be(client, furnished):
    client.force_login(furnished)
    head, texts = carried()["plumb"], [{"name": f"Reply {n}", "language": "en", "text": "x" * 4000} for n in range(500)]
    content = json.dumps({"plumb": head, "x": texts}).encode()
    assert len(content) > 2_000_000

    taken = client.post(reverse("configuration"), {"file": SimpleUploadedFile("staging.json", content)})
    too_much = SimpleUploadedFile("staging.json", b" " * (document.LARGEST_FILE + 10))
    refused = client.post(reverse("configuration"), {"file": too_much})

    assert taken.status_code == 302
    assert "The file is larger than 5 MB." in refused.content.decode()


def test_a_wrong_file_is_told_on_the_page(client, furnished):
    client.force_login(furnished)

    answer = client.post(reverse("configuration"), {"file": SimpleUploadedFile("photo.png", b"\x89PNG")})

    assert "This is no JSON in UTF-8." in answer.content.decode()
    assert "Choose a file" in client.post(reverse("configuration")).content.decode()


def test_files_nobody_decides_about_are_forgotten(furnished):
    ConfigurationFile.keep(furnished, "staging.json", {})
    ConfigurationFile.objects.update(uploaded_at=clock.now() - timedelta(days=8))

    assert tasks.forget_configuration_files() == 1


# The command


def told(*words):
    out = StringIO()
    call_command("configuration", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def on_disk(tmp_path, furnished):
    def on_disk(change):
        file = json.loads(told("write"))
        change(file)
        path = tmp_path / "staging.json"
        path.write_text(json.dumps(file))
        return str(path)

    return on_disk


def test_the_command_compares_and_takes_in(on_disk, furnished):
    path = on_disk(two_changes)

    said = told("compare", path, "--by", furnished.email)
    assert "+ holidays · Christmas" in said
    assert "    floor_days: 14 → 12" in said or "floor_days:" in said
    assert AskingPolicy.current().floor_days != 12

    told("take", path, "--by", furnished.email)
    assert AskingPolicy.current().floor_days == 12
    assert SecurityEvent.objects.filter(kind="setting_changed", by=furnished).exists()


def test_the_command_fails_where_something_cannot_be_made(on_disk, furnished):
    path = on_disk(lambda file: file["triggers"][0].update(survey="No such survey"))

    with pytest.raises(CommandError, match="1 of 1 changes cannot be made"):
        told("take", path, "--by", furnished.email)


def test_the_command_refuses_strangers_and_files_that_are_none(tmp_path, furnished):
    with pytest.raises(CommandError, match="Nobody here"):
        told("compare", "-", "--by", "nobody@plumb.example")
    with pytest.raises(CommandError, match="No such file"):
        told("compare", str(tmp_path / "none.json"), "--by", furnished.email)


def test_what_asks_by_an_archived_survey_here_is_not_brought_in_again_and_again(furnished):
    told = carried()
    Survey.objects.filter(name="After a purchase").update(status=Survey.Status.ARCHIVED)
    before = Trigger.objects.count()

    for _time in range(2):
        took(told, furnished)

    assert Trigger.objects.count() == before


class TestTopics:
    def test_topics_travel_with_their_words(self, furnished):
        parking = Topic.objects.create(slug="parking", names={"en": "Parking"}, position=40, is_offered=True)
        before = TopicDictionary.newest()
        words = {"en": ["parking", "car par*"], "lt": ["aikštel*"]}
        topics_upkeep.publish(
            patterns={**before.patterns, "parking": words}, ignored=before.ignored, by=None, instead_of=before.number
        )
        told = carried()
        topics_upkeep.publish(
            patterns=before.patterns, ignored=before.ignored, by=None, instead_of=TopicDictionary.newest().number
        )
        parking.delete()

        made, comparison = took(told, furnished)

        topic = Topic.objects.get(slug="parking")
        assert (topic.names, topic.position, topic.is_offered) == ({"en": "Parking"}, 40, False)
        assert TopicDictionary.newest().patterns == {**before.patterns, "parking": words}
        assert not troubles(comparison)
        assert [change.kind.name for change in made] == ["topics"]
        # Customers see it once somebody has taken that in too.
        (left,) = compare(told).changes
        assert [one.column.name for one in left.differences] == ["is_offered"]

    def test_a_word_that_changes_makes_one_dictionary_and_the_rest_of_it_stays(self, furnished):
        told, before = carried(), TopicDictionary.newest()
        (row,) = [row for row in told["topics"] if row["slug"] == "delivery"]
        row["words"] = {"en": ["courier"]}

        took(told, furnished)

        newest = TopicDictionary.newest()
        assert newest.number == before.number + 1
        assert newest.patterns == {**before.patterns, "delivery": {"en": ["courier"]}}
        assert newest.ignored == before.ignored

    @pytest.mark.parametrize("words", [{"en": ["*"]}, {"en": "late"}, ["late"], {"en": [3]}, {"en": ["a*"]}])
    def test_words_that_cannot_be_looked_for_are_refused_and_stop_nothing(self, furnished, words):
        told, before = carried(), TopicDictionary.newest()
        first, second = told["topics"][:2]
        first["words"], second["position"] = words, 77

        made, comparison = took(told, furnished)

        assert [change.values["position"] for change in made] == [77]
        assert len(troubles(comparison)) == 1
        assert TopicDictionary.newest() == before


def test_further_questions_travel_with_their_wording(furnished):
    survey = Survey.objects.get(name="After a purchase")
    SurveyVersion.objects.filter(pk=services.draft_of(survey).pk).update(questions=QUESTIONS)
    brought = carried()
    survey.versions.get(published_at=None).delete()

    made, _comparison = took(brought, furnished)

    assert [change.row for change in made] == [survey]
    assert survey.versions.get(published_at=None).questions == QUESTIONS
    assert survey.versions.published().get().questions == []
    assert took(carried(), furnished)[0] == []
