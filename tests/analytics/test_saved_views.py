import pytest
from django.urls import reverse

from analytics.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client, ceo):
    client.force_login(ceo)
    return lambda query: client.post(f"{reverse('answers_views')}?{query}", {"name": "Slow"})


def test_filters_that_are_too_long_are_not_cut_but_refused(save):
    answered = save(f"q={'ї' * 200}&campaign={'ґ' * 100}&region={'x' * 400}")

    assert answered.status_code == 400
    assert "too long to be kept" in answered.content.decode()
    assert not SavedView.objects.exists()


def test_filters_that_are_wrong_are_not_kept(save):
    answered = save("period=fortnight")

    assert answered.status_code == 400
    assert answered.context["form"].errors["period"]
    assert not SavedView.objects.exists()


def test_what_is_no_filter_is_not_kept(save):
    save(f"category=detractor&junk={'x' * 5000}")

    assert SavedView.objects.get().query == "category=detractor"
