import pytest
from django.urls import reverse

from accounts.models import SecurityEvent
from followups.models import RootCause
from tests.factories import FollowupFactory

pytestmark = pytest.mark.django_db

LIST = "admin:followups_rootcause_changelist"
NAMES = {"name_en": "Late", "name_uk": "Запізно", "name_ru": "", "name_lt": ""}


@pytest.fixture
def pages(client, administrator):
    client.force_login(administrator)
    return client


def page_of(cause):
    return reverse("admin:followups_rootcause_change", args=[cause.pk])


def way(cause, to):
    return reverse(f"admin:followups_rootcause_{to}", args=[cause.pk])


def slugs():
    return list(RootCause.objects.filter(parent=None).order_by("position").values_list("slug", flat=True))


def sent(**fields):
    return {**NAMES, "parent": "", "slug": "", "is_active": "on", **fields}


def named(slug):
    return RootCause.objects.get(slug=slug)


def test_a_cause_is_added_with_its_names_side_by_side_and_a_slug_of_its_own(pages):
    form = pages.get(reverse("admin:followups_rootcause_add")).text
    assert [f'name="name_{code}"' in form for code in ("en", "uk", "ru", "lt")] == [True] * 4

    for _twice in range(2):
        answer = pages.post(reverse("admin:followups_rootcause_add"), sent(parent=named("delivery").pk))
        assert answer.status_code == 302

    first, second = RootCause.objects.filter(parent=named("delivery")).order_by("position")
    assert (first.slug, second.slug) == ("late", "late-2")
    assert (first.position, second.position) == (0, 1)
    assert first.names == {"en": "Late", "uk": "Запізно"}


def test_the_list_is_the_tree_and_names_what_is_missing(pages):
    RootCause.objects.create(slug="late", parent=named("delivery"), names={"en": "Late", "uk": "Запізно"})

    text = pages.get(reverse(LIST)).text

    assert text.index("Delivery or timing</a>") < text.index("Delivery or timing › Late") < text.index("Support or")
    assert "Russian, Lithuanian" in text


def test_a_cause_without_an_english_name_is_refused(pages):
    answer = pages.post(reverse("admin:followups_rootcause_add"), sent(name_en=" "))

    assert answer.status_code == 200
    assert RootCause.objects.count() == 7


def test_the_slug_of_a_cause_is_for_ever(pages):
    late = RootCause.objects.create(slug="late", names={"en": "Late"})

    pages.post(page_of(late), sent(slug="early", name_en="Too late"))

    late.refresh_from_db()
    assert (late.slug, late.names["en"]) == ("late", "Too late")


@pytest.mark.parametrize("under", ["itself", "below"])
def test_a_cause_is_never_put_under_itself(pages, under):
    late = RootCause.objects.create(slug="late", names={"en": "Late"})
    below = RootCause.objects.create(slug="below", parent=late, names={"en": "Below"})

    answer = pages.post(page_of(late), sent(parent={"itself": late, "below": below}[under].pk))

    assert "three levels at most" in answer.text or "valid choice" in answer.text
    assert named("late").parent is None


def test_a_cause_that_brings_another_along_is_not_put_on_the_third_level(pages):
    late = RootCause.objects.create(slug="late", names={"en": "Late"})
    RootCause.objects.create(slug="below", parent=late, names={"en": "Below"})
    second = RootCause.objects.create(slug="second", parent=named("price"), names={"en": "Second"})

    answer = pages.post(page_of(late), sent(parent=second.pk))

    assert answer.status_code == 200
    assert named("late").parent is None
    assert pages.post(page_of(late), sent(parent=named("price").pk)).status_code == 302
    assert named("late").position == 1


def test_causes_are_moved_by_buttons_of_the_list_and_it_is_written_down(pages):
    assert f'formaction="{way(named("price"), "up")}"' in pages.get(reverse(LIST)).text

    assert pages.post(way(named("price"), "up")).status_code == 302
    assert slugs()[:2] == ["price", "product"]
    pages.post(way(named("price"), "down"))

    assert slugs()[:2] == ["product", "price"]
    moves = SecurityEvent.objects.filter(kind="setting_changed", subject__contains="Price or value")
    assert moves.count() == 2


def test_nobody_moves_by_an_address_alone_nor_without_the_right(pages, client, manager):
    assert pages.get(way(named("price"), "up")).status_code == 405
    manager.is_staff = True
    manager.save()
    client.force_login(manager)

    assert client.post(way(named("price"), "up")).status_code == 403
    assert slugs()[0] == "product"


def test_what_followups_name_leads_to_them_and_is_not_deleted(pages):
    FollowupFactory(root_cause_id="price")
    FollowupFactory(root_cause_id="delivery")
    address = f"{reverse('admin:followups_followup_changelist')}?root_cause__slug__exact=price"

    assert f'<a href="{address}">1</a>' in pages.get(reverse(LIST)).text
    assert pages.get(address).context["cl"].result_count == 1

    delete = "admin:followups_rootcause_delete"
    assert pages.post(reverse(delete, args=[named("price").pk]), {"post": "yes"}).status_code == 403
    assert pages.post(reverse(delete, args=[named("other").pk]), {"post": "yes"}).status_code == 302
    assert "price" in slugs()
    assert "other" not in slugs()


def test_the_list_takes_as_many_queries_for_ten_causes_more(pages, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        pages.get(reverse(LIST))
    for number in range(10):
        RootCause.objects.create(slug=f"more-{number}", parent=named("price"), names={"en": "More"})

    with django_assert_max_num_queries(len(few)):
        pages.get(reverse(LIST))
