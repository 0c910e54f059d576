import io
import re
from html import unescape

import pytest
from django.urls import reverse
from PIL import Image, ImageFont

from accounts import fonts, roles
from accounts.models import BrandLogo
from responses.open_links import cards, paper
from tests.conftest import person
from tests.factories import BrandFactory, OpenLinkFactory, ProductFactory, SurveyFactory, SurveyVersionFactory


def tags_of(html):
    return {name: unescape(value) for name, value in re.findall(r'<meta property="([^"]+)" content="([^"]*)">', html)}


def picture_of(content):
    return Image.open(io.BytesIO(content))


@pytest.fixture
def hosted(db):
    brand = BrandFactory(name='A "& B', base_url="https://say.alder.example/", short_url="https://ald.example")
    return OpenLinkFactory(version=SurveyVersionFactory(survey=SurveyFactory(brand=brand)), language="uk")


def test_a_chat_is_told_whose_question_it_is_in_the_language_of_the_link(client, hosted):
    page = client.get(hosted.path, HTTP_USER_AGENT="TelegramBot (like TwitterBot)")

    tags = tags_of(page.content.decode())
    assert tags["og:title"] == 'Наскільки ймовірно, що ви порекомендуєте A "& B другу або колезі?'
    assert tags["og:site_name"] == 'A "& B'
    assert tags["og:url"] == f"https://say.alder.example{hosted.path}"
    assert tags["og:image"] == f"https://say.alder.example{hosted.path}card-uk.png"
    assert tags["og:locale"] == "uk"
    assert page["X-Robots-Tag"] == "noindex"
    assert '<meta name="twitter:card" content="summary_large_image">' in page.content.decode()


def test_the_invitation_page_has_no_preview(client, invitation):
    assert "og:" not in client.get(invitation.path).content.decode()


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_the_picture_is_as_large_as_the_networks_want_it(client, link, language):
    answer = client.get(f"{link.path}card-{language}.png")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert picture_of(answer.content).size == (1200, 630)
    assert not answer.cookies


def test_the_picture_is_of_the_brands_colour_and_has_its_logo(client, link):
    brand = link.survey.brand
    plain = picture_of(client.get(f"{link.path}card-en.png").content).convert("RGB")
    assert plain.getpixel((5, 5)) == (0x15, 0x5E, 0x75)
    red = io.BytesIO()
    Image.new("RGB", (480, 128), "red").save(red, "PNG")
    logo = BrandLogo.objects.create(brand=brand, name=f"{'0' * 32}-240x64", png=red.getvalue())
    brand.logo, brand.colour = logo.name, "#00aa00"
    brand.save()

    drawn = picture_of(client.get(f"{link.path}card-en.png").content).convert("RGB")

    assert drawn.getpixel((5, 5)) == (0, 0xAA, 0)
    assert drawn.getpixel((200, 100)) == (255, 0, 0)


@pytest.mark.parametrize("question", ["", "x" * 3000, "word " * 400, "<script>&\x00\U0001f600", "漢字" * 50])
def test_whatever_the_question_there_is_a_picture(question, link):
    png = cards.picture(link, {"question": question}, {})

    assert picture_of(png).size == (1200, 630)


@pytest.mark.parametrize("path", ["card-xx.png", "card-.png", "card-en.svg", "nothing"])
def test_there_is_no_other_picture(client, link, path):
    assert client.get(f"{link.path}{path}").status_code == 404


def test_the_code_leads_to_the_short_address_of_the_brand(hosted):
    assert hosted.url == f"https://ald.example{hosted.path}"
    svg = paper.svg(hosted).decode()
    assert f"<title>{hosted.url}</title>" in svg
    assert paper.short(hosted.url) == f"ald.example{hosted.path}".rstrip("/")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_staff_take_the_code_along(client, link, kind):
    client.force_login(person(roles.MANAGERS))

    answer = client.get(reverse("open_link_code", args=[link.pk, kind]))

    assert answer["Content-Disposition"] == f'attachment; filename="qr-{link.code}.{kind}"'
    assert answer.content == getattr(paper, kind)(link)


def test_there_are_no_other_kinds_of_code(client, link):
    client.force_login(person(roles.MANAGERS))

    assert client.get(reverse("open_link_code", args=[link.pk, "exe"])).status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "How likely is it that you would recommend Ąžuolas &amp; Co"),
        ("uk", "Наскільки ймовірно, що ви порекомендуєте Ąžuolas &amp; Co"),
        ("ru", "Насколько вероятно, что вы порекомендуете Ąžuolas &amp; Co"),
        ("lt", "Kiek tikėtina, kad rekomenduotumėte Ąžuolas &amp; Co"),
    ],
)
@pytest.mark.parametrize(("size", "copies"), [("a4", 1), ("a6", 1), ("a6x4", 4)])
def test_a_sheet_says_the_question_and_the_address_in_each_language(client, link, language, said, size, copies):
    client.force_login(person(roles.MANAGERS))

    page = client.get(reverse("open_link_sheet", args=[link.pk, size]), {"language": language}).content.decode()

    assert f'<html lang="{language}">' in page
    assert page.count(said) == page.count("<svg") == copies
    assert page.count(f"<b>{paper.short(link.url)}</b>") == copies


def test_a_sheet_names_the_product(client):
    version = SurveyVersionFactory(texts={"en": {"question": "How is {product}?"}})
    link = OpenLinkFactory(version=version, product=ProductFactory(name="Rye bread"))
    client.force_login(person(roles.MANAGERS))

    page = client.get(reverse("open_link_sheet", args=[link.pk, "a4"])).content.decode()

    assert "How is Rye bread?" in page
    assert client.get(reverse("open_link_sheet", args=[link.pk, "a3"])).status_code == 404


def test_agents_print_nothing(client, link):
    client.force_login(person(roles.AGENTS))

    assert client.get(reverse("open_link_sheet", args=[link.pk, "a4"])).status_code == 403


def test_what_is_drawn_stays_within_the_picture():
    word = "Nebeprisikiškiakopūsteliaujantiesiems" * 3
    for question in (word, f"{word} taip? " * 9, "How likely is it? " * 40):
        size, lines = cards._set(question)

        font = ImageFont.truetype(str(fonts.BOLD), size)
        assert len(lines) <= cards.MOST_LINES
        assert all(font.getlength(line) <= cards.WIDTH - 2 * cards.MARGIN for line in lines)
        assert lines[-1].endswith("…")


def test_the_name_of_a_brand_is_cut_where_it_is_too_long():
    font = ImageFont.truetype(str(fonts.REGULAR), cards.NAMED)

    cut = cards._cut("Uždaroji akcinė bendrovė „Šiaurės baldų ir interjero namai“ Vilniuje", font)

    assert cut.startswith("Uždaroji akcinė bendrovė „Šiaurės baldų")
    assert cut.endswith("…")
    assert font.getlength(cut) <= cards.WIDTH - 2 * cards.MARGIN
    assert cards._cut("Ąžuolas", font) == "Ąžuolas"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("Ąžuolas 🙂", "Ąžuolas "), ("ما مدى احتمال أن توصي؟", ""), ("您有多大可能推荐我们？", ""), ("Як?", "Як?")],
)
def test_no_boxes_stand_in_place_of_letters_that_the_font_has_not(text, drawn):
    assert cards._drawable(text) == drawn
