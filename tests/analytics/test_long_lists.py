import re

import pytest
from django.urls import reverse

from analytics.dashboard import long_lists
from crm.models import Product
from tests.analytics.answers import answer
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(db):
    names = ["Ąžuolas", "Azure Chair", "Chair", "Twin", "Twin", *(f"Product {number}" for number in range(60))]
    return Product.objects.bulk_create(Product(name=name) for name in names)


def field(html, name="product"):
    return re.search(rf'<(?:input|select)[^>]* name="{name}"[^>]*>', html)[0]


def test_a_short_list_is_opened_and_a_long_one_is_typed_in(client, ceo, version):
    client.force_login(ceo)
    short = client.get("/dashboard/").content.decode()
    Product.objects.bulk_create(Product(name=f"Product {number}") for number in range(51))

    for page in ("/dashboard/", "/answers/", "/dashboard/crossed/"):
        html = client.get(page).content.decode()
        assert field(html).startswith("<input"), page
        assert 'data-combobox="/dashboard/choices/product/"' in field(html)
        assert "Product 50" not in html
    assert field(short).startswith("<select")


@pytest.mark.parametrize("typed", ["Chair", "chair ", "AZURE", "azuolas", "{pk}"])
def test_a_name_or_the_part_that_one_row_has_will_do(client, ceo, many, version, typed):
    by_name = {product.name: product for product in many}
    wanted = by_name["Chair" if "hair" in typed else "Azure Chair" if typed == "AZURE" else "Ąžuolas"]
    answer(version, [9] * 5, product=wanted)
    answer(version, [3] * 7, product=by_name["Product 1"])
    client.force_login(ceo)

    page = client.get("/answers/", {"product": typed.format(pk=wanted.pk)})

    assert page.context["all"] == 5
    kept = typed if typed != "{pk}" else wanted.name
    assert f'value="{kept}"' in field(page.content.decode())


def test_where_several_are_meant_one_of_them_is_chosen_without_a_script(client, ceo, many):
    client.force_login(ceo)

    page = client.get("/dashboard/", {"product": "twin"})
    html = page.content.decode()

    assert page.status_code == 400
    assert "Several are called like “twin”. Choose one of them." in html
    assert field(html).startswith("<select")
    for product in many[3:5]:
        assert f'<option value="{product.pk}">Twin #{product.pk}</option>' in html
    assert client.get("/dashboard/", {"product": f"Twin #{many[3].pk}"}).status_code == 200


def test_what_nobody_is_called_is_refused_and_stays(client, ceo, many):
    client.force_login(ceo)

    page = client.get("/dashboard/", {"product": "Moon"})

    assert page.context["form"].errors["product"] == ["“Moon” is not in this list. Choose another one, or all."]
    assert 'value="Moon"' in field(page.content.decode())


def test_names_are_offered_while_one_types(client, ceo, many):
    client.force_login(ceo)

    def offered(typed, name="product"):
        return client.get(reverse("choices", args=[name]), {"q": typed}).json()["names"]

    assert offered("az") == ["Ąžuolas", "Azure Chair"]
    assert offered("hair") == ["Azure Chair", "Chair"]
    assert offered("chair") == ["Chair", "Azure Chair"]
    assert offered("twin") == [f"Twin #{product.pk}" for product in many[3:5]]
    assert len(offered("product")) == long_lists.MOST_OFFERED
    assert offered("") == offered("moon") == []
    assert client.get(reverse("choices", args=["secrets"])).status_code == 404


def test_a_manager_is_offered_the_people_of_their_own_team(client, manager, owner):
    UserFactory(name="Owen", team=TeamFactory())
    own = UserFactory(name="Owena", team=manager.team)
    client.force_login(manager)

    assert client.get(reverse("choices", args=["manager"]), {"q": "owe"}).json() == {"names": [own.name]}
    client.force_login(owner)
    assert client.get(reverse("choices", args=["manager"]), {"q": "owe"}).status_code == 403
