"""On a phone nothing on the pages of numbers is wider than the screen, whatever is opened and however long its name."""

import pytest
from playwright.sync_api import expect

from crm.models import Product
from responses.models import Response
from tests.e2e.conftest import PHONE, fits
from tests.e2e.test_dashboard import numbers  # noqa: F401 fixture

OPENED = "document.querySelectorAll('main details').forEach((each) => (each.open = true))"


@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/?product={product}", "/answers/?product={product}"])
def test_nothing_is_wider_than_a_phone(open_page, ceo, numbers, address):  # noqa: F811
    ceo.language = "uk"
    ceo.save(update_fields=["language"])
    product = Product.objects.get()
    Product.objects.update(name="y" * 200)
    waiting = Response.objects.order_by("-answered_at").values("pk")[:3]
    Response.objects.filter(pk__in=waiting).update(is_provisional=True, suspicion=["identical"])

    page = open_page(address.format(product=product.pk), user=ceo, viewport=PHONE)
    page.evaluate(OPENED)

    expect(page.locator(".doubts")).to_have_count(int("dashboard" in address))
    assert fits(page)
