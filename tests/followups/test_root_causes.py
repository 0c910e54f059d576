"""Root causes are a tree: what it may look like, what of it is offered, and what a form takes."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from followups.models import Followup, RootCause
from followups.vocabulary import order
from followups.vocabulary.cause_tree import CauseTree
from responses.models import ResponseTopic, Topic
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db


def cause(slug, parent=None, **fields):
    return RootCause.objects.create(slug=slug, parent=parent, **{"names": {"en": slug.capitalize()}, **fields})


@pytest.fixture
def delivery():
    return RootCause.objects.get(slug="delivery")


@pytest.fixture
def late(delivery):
    return cause("late", delivery, names={"en": "Late", "uk": "Запізно"})


@pytest.fixture
def warehouse(late):
    return cause("warehouse", late)


def offered(category, topics=(), kept=""):
    """What a form offers: slugs, with those of a group under its name."""
    groups = CauseTree.fetch_with_topics().offered(category, topics, kept)
    return [(name, [slug for slug, _name in rest]) if isinstance(rest, list) else name for name, rest in groups]


def url(followup, resource=""):
    return f"{followup.get_absolute_url()}{resource}"


def resolved_with(client, followup, slug):
    return client.post(url(followup, "closure/"), {"root_cause": slug, "resolution": "Sent anew.", "outcome": ""})


def test_what_was_named_before_there_was_a_tree_is_its_top_in_four_languages():
    found = RootCause.objects.order_by("position")

    assert [one.slug for one in found] == [
        "product", "price", "delivery", "support", "billing", "expectation", "other"
    ]  # fmt: skip
    assert all(set(one.names) == {"en", "uk", "ru", "lt"} and not one.missing_languages for one in found)
    assert [topic.slug for topic in found[0].topics.order_by("slug")] == ["product", "quality"]


def test_three_levels_stand_and_a_fourth_is_refused(warehouse):
    assert CauseTree.fetch().by_slug["warehouse"].level == 3

    with pytest.raises(IntegrityError, match="three levels"), transaction.atomic():
        cause("shelf", warehouse)
    assert not RootCause.objects.filter(slug="shelf").exists()


def test_neither_a_circle_nor_a_move_that_makes_four_levels_is_taken(delivery, late, warehouse):
    price = RootCause.objects.get(slug="price")
    for moved, under in ((delivery, warehouse), (late, warehouse), (delivery, delivery), (delivery, price)):
        with pytest.raises(IntegrityError), transaction.atomic():
            RootCause.objects.filter(pk=moved.pk).update(parent=under)

    RootCause.objects.filter(pk=late.pk).update(parent=price)
    assert CauseTree.fetch().name("warehouse") == "Price or value › Late › Warehouse"


def test_what_a_followup_names_cannot_be_deleted(late):
    FollowupFactory(root_cause=late)
    assert not late.is_unused

    with pytest.raises(ProtectedError):
        late.delete()
    RootCause.objects.filter(pk=late.pk)._raw_delete("default")
    with pytest.raises(IntegrityError):
        connection.check_constraints()
    transaction.set_rollback(True)


def test_what_is_linked_to_what_the_answer_is_about_comes_first_with_all_below(warehouse):
    topic = Topic.objects.get(slug="delivery").pk

    assert offered("detractor", [topic])[:2] == [
        ("By what the answer is about", ["delivery", "late", "warehouse"]),
        "product",
    ]
    assert offered("detractor")[2] == ("Delivery or timing", ["delivery", "late", "warehouse"])


def test_a_cause_is_asked_after_the_categories_that_it_and_its_parents_name(delivery, late, warehouse):
    RootCause.objects.filter(pk=delivery.pk).update(categories=["detractor", "hard"])
    RootCause.objects.filter(pk=late.pk).update(categories=["hard"])

    assert "delivery" in offered("detractor")
    assert ("Delivery or timing", ["delivery", "late", "warehouse"]) in offered("hard")
    assert "delivery" not in str(offered("passive"))


def test_what_is_retired_is_offered_with_nothing_below_it_but_stays_where_it_was_named(late, warehouse):
    RootCause.objects.filter(pk=late.pk).update(is_active=False)

    assert "delivery" in offered("detractor")
    assert ("Delivery or timing", ["delivery", "warehouse"]) in offered("detractor", kept="warehouse")


def test_a_name_that_is_missing_is_the_english_one(late, warehouse):
    assert (late.name_in("uk"), late.name_in("lt")) == ("Запізно", "Late")
    assert late.missing_languages == ["Russian", "Lithuanian"]
    assert warehouse.missing_languages == ["Ukrainian", "Russian", "Lithuanian"]


def test_the_numbers_of_a_parent_hold_those_below_it(warehouse):
    sums = CauseTree.fetch().summed({"warehouse": 2, "delivery": 1, "price": 4, "gone": 9})

    assert sums == {"warehouse": 2, "late": 2, "delivery": 3, "price": 4}


def test_it_is_resolved_with_a_cause_of_the_third_level_that_is_shown_by_its_whole_name(
    client, owner, followup, warehouse
):
    client.force_login(owner)

    assert resolved_with(client, followup, "warehouse").status_code == 302

    assert Followup.objects.get(pk=followup.pk).root_cause == warehouse
    assert "Delivery or timing › Late › Warehouse" in client.get(url(followup)).text


def test_the_form_offers_first_what_the_answer_is_about(client, owner, followup, warehouse):
    ResponseTopic.objects.create(response=followup.response, topic=Topic.objects.get(slug="delivery"), source="tapped")
    client.force_login(owner)

    text = client.get(url(followup)).text

    assert text.index('<optgroup label="By what the answer is about">') < text.index('value="warehouse"')
    assert text.index('value="warehouse"') < text.index('value="product"')


@pytest.mark.parametrize(
    "hostile", ["late", "expectation", "weather", "", "\x00", "LATE", "1", "late' OR '1'='1", "\u202elate"]
)
def test_what_is_retired_asked_elsewhere_or_made_up_is_refused(client, owner, followup, late, hostile):
    RootCause.objects.filter(pk=late.pk).update(is_active=False)
    RootCause.objects.filter(slug="expectation").update(categories=["passive", "hard"])
    client.force_login(owner)

    answer = resolved_with(client, followup, hostile)

    assert answer.status_code in (200, 400)
    after = Followup.objects.get(pk=followup.pk)
    assert (after.is_open, after.root_cause_id) == (True, None)


def test_what_was_named_before_it_was_retired_may_stay(client, owner, followup, late):
    followup.resolve(root_cause="late", resolution="Sent.", by=owner)
    followup.reopen(by=owner)
    RootCause.objects.filter(pk=late.pk).update(is_active=False)
    client.force_login(owner)

    assert resolved_with(client, followup, "late").status_code == 302
    assert Followup.objects.get(pk=followup.pk).is_resolved


def test_where_no_cause_is_asked_after_a_category_what_came_of_it_is_asked(client, owner, followup):
    RootCause.objects.update(categories=["passive"])
    client.force_login(owner)

    assert list(client.get(url(followup)).context["resolution_form"].fields)[:2] == ["outcome", "resolution"]
    assert "Choose what came of it." in resolved_with(client, followup, "price").text
    client.post(url(followup, "closure/"), {"resolution": "Sent.", "outcome": "saved", "root_cause": "price"})

    after = Followup.objects.get(pk=followup.pk)
    assert (after.status, after.outcome, after.root_cause_id) == ("resolved", "saved", None)


@pytest.mark.parametrize(("metric", "score"), [("nps", 9), ("csat", 5), ("ces", 6)])
def test_of_every_metric_who_is_content_is_asked_what_came_of_it(client, owner, team, metric, score):
    content = FollowupFactory(assignee=owner, team=team, response__metric=metric, response__score=score)
    client.force_login(owner)

    fields = client.get(url(content)).context["resolution_form"].fields
    client.post(url(content, "closure/"), {"outcome": "more", "root_cause": "price"})

    assert list(fields) == ["outcome", "resolution"]
    offered = [value for value, _label in fields["outcome"].choices]
    assert offered == ["", "quoted", "reviewed", "referred", "more", "thanked"]
    after = Followup.objects.get(pk=content.pk)
    assert (after.status, after.outcome, after.root_cause_id) == ("resolved", "more", None)


def test_moving_swaps_neighbours_and_ends_at_the_ends():
    price = RootCause.objects.order_by("position")[1]

    assert order.move(price, down=False)
    assert [one.slug for one in RootCause.objects.order_by("position")][:2] == ["price", "product"]
    assert not order.move(price, down=False)
    assert order.move(price, down=True)
    assert not order.move(RootCause.objects.get(slug="other"), down=True)
    assert [one.position for one in RootCause.objects.order_by("position")] == list(range(7))
