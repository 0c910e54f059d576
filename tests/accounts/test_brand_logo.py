"""A logo is uploaded, replaced and removed with its brand, and stands wherever customers meet it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import logos
from accounts.models import Brand, BrandLogo
from surveys.letters import kinds
from tests.accounts.test_logos import drawn
from tests.factories import BrandFactory, InvitationFactory, SurveyVersionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    made = BrandFactory(slug="alder", name="Alder & Co")
    BrandLogo.keep(made, logos.read(drawn()))
    return made


@pytest.fixture
def submit(client, administrator):
    client.force_login(administrator)

    def submit(brand, **changed):
        page = client.get(reverse("admin:accounts_brand_change", args=[brand.pk]))
        form = page.context["adminform"].form
        typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        typed = {name: value for name, value in typed.items() if value not in (None, "", False)}
        return client.post(page.request["PATH_INFO"], typed | changed)

    return submit


def chosen(content, name="logo.png"):
    return SimpleUploadedFile(name, content, "image/png")


def test_a_logo_is_uploaded_replaced_and_removed(submit):
    brand = BrandFactory()
    first, second = logos.read(drawn()), logos.read(drawn(colour=(9, 9, 9)))

    assert submit(brand, new_logo=chosen(drawn())).status_code == 302
    assert Brand.objects.get().logo == first.name

    assert submit(brand, new_logo=chosen(drawn(colour=(9, 9, 9)))).status_code == 302
    assert (Brand.objects.get().logo, BrandLogo.objects.get().name) == (second.name, second.name)

    assert submit(brand, removes_logo="on").status_code == 302
    assert (Brand.objects.get().logo, BrandLogo.objects.count()) == ("", 0)


def test_saving_a_brand_without_a_file_keeps_its_logo(submit, brand):
    submit(brand, name="Alder")

    assert (Brand.objects.get().name, Brand.objects.get().logo) == ("Alder", brand.logo)


def test_a_file_that_is_no_picture_is_told_and_nothing_changes(submit, brand):
    page = submit(brand, name="Other", new_logo=chosen(b"<svg/>", "logo.png"))

    assert "An SVG is a program as well as a picture" in page.text
    assert (Brand.objects.get().name, Brand.objects.get().logo) == ("Alder & Co", brand.logo)


def test_the_picture_is_served_as_a_picture_and_for_long(client, brand):
    answer = client.get(reverse("survey-logo", args=[brand.logo]))

    assert answer.content == bytes(brand.picture.png)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["Cache-Control"]
    assert not answer.cookies


def test_a_logo_that_is_not_there_is_404(client):
    assert client.get(reverse("survey-logo", args=[f"{'0' * 32}-10x10"])).status_code == 404


def asked(brand):
    version = SurveyVersionFactory(survey__brand=brand)
    return InvitationFactory(version=version, survey=version.survey, brand=brand)


def shows(page, brand):
    return (
        f'src="{reverse("survey-logo", args=[brand.logo])}" alt="Alder &amp; Co" width="192" height="64"' in page.text
    )


def test_the_survey_page_shows_the_logo_and_may_load_it(client, brand):
    page = client.get(asked(brand).path)

    assert shows(page, brand)
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_page_of_unsubscribing_shows_it(client, brand):
    assert shows(client.get(reverse("unsubscribe", args=[asked(brand).token])), brand)


def test_a_brand_without_a_logo_shows_its_name(client):
    page = client.get(asked(BrandFactory(name="Alder & Co")).path)

    assert '<p class="brand">Alder &amp; Co</p>' in page.text


def test_the_address_of_the_picture_says_nothing_of_the_customer(client, brand):
    addresses = {reverse("survey-logo", args=[brand.logo]) for _ in range(2)}

    assert len(addresses) == 1
    assert all(address in client.get(asked(brand).path).text for address in addresses)


def test_a_letter_carries_the_logo_inside_and_loads_nothing(brand):
    version = SurveyVersionFactory(survey__brand=brand)

    letter = kinds.render_preview(version, "uk")

    assert [(image.name, image.png) for image in letter.images] == [("logo", bytes(brand.picture.png))]
    shown = letter.html[letter.html.index("<img") :].partition(">")[0]
    said = {'src="cid:logo"', 'alt="Alder &amp; Co"', 'width="192"', 'height="64"'}
    assert {part for part in said if part in shown} == said
    assert 'src="http' not in letter.html


def test_a_letter_of_a_removed_logo_shows_the_name(brand):
    version = SurveyVersionFactory(survey__brand=brand)
    BrandLogo.keep(version.survey.brand, None)

    letter = kinds.render_preview(version, "en")

    assert letter.images == []
    assert "cid:" not in letter.html


def test_the_preview_of_a_letter_shows_the_logo_in_the_browser(client, administrator, brand):
    version = SurveyVersionFactory(survey__brand=brand)
    client.force_login(administrator)

    page = client.get(reverse("admin:surveys_survey_letter", args=[version.survey_id]))

    assert "cid:" not in page.text
    assert 'src="data:image/png;base64,' in page.text
