import pytest
from django.urls import reverse

from accounts import roles
from tests.conftest import person
from tests.e2e.conftest import DESKTOP, PHONE, fits

PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize(
    ("viewport", "scheme", "javascript"), [(DESKTOP, "light", True), (PHONE, "dark", True), (PHONE, "light", False)]
)
def test_a_new_person_is_shown_around_and_the_tour_never_comes_again(
    open_page, assert_accessible, transactional_db, viewport, scheme, javascript
):
    user = person(roles.MANAGERS, email="new@plumb.example")
    user.set_password(PASSWORD)
    user.save()
    page = open_page(reverse("account_login"), viewport=viewport, scheme=scheme, javascript=javascript)
    page.fill("input[name=login]", "new@plumb.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")

    for step in range(1, 7):
        page.get_by_text(f"Guided tour: step {step} of 6").wait_for()
        if javascript:
            assert_accessible(page)
        assert fits(page)
        button = page.get_by_role("button", name="Next" if step < 6 else "Finish the tour", exact=True)
        button.focus()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Take the tour").wait_for()

    page.click(".masthead__brand")
    page.wait_for_url("**/dashboard/")
    assert page.get_by_text("Guided tour").count() == 0
