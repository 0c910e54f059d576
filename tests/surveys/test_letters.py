import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from accounts import clock
from accounts.colours import contrast, ink
from accounts.customerlanguages import spoken
from delivery import composers
from delivery.media.email import mime
from surveys.letters import kinds
from surveys.models import ReviewLink
from surveys.wording.texts import STANDARD
from tests.factories import (
    ContactFactory,
    InvitationFactory,
    MessageFactory,
    ProductFactory,
    SurveyFactory,
    SurveyVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TEMPLATES = {"surveys.invite": "invite", "surveys.reminder": "reminder", "surveys.thanks": "thanks"}
BASE = "https://nps.plumb.example"
PEOPLE = [("Ona", "Petraitė"), ("Олександра", "Нечуй-Левицька-Коваленко"), ("", ""), ("O'Neill", '"B"')]


@pytest.fixture(autouse=True)
def _address(settings):
    settings.BASE_URL = BASE
    settings.DEFAULT_FROM_EMAIL = "Plumb <surveys@plumb.example>"


def invitation(**fields):
    defaults = {
        "contact": ContactFactory(first_name="Ona", last_name="Petraitė"),
        "product": ProductFactory(name='Žalia "Pro" <arbata>'),
        "manager": UserFactory(name="Марія Мельник"),
        "status": "queued",
        "version": SurveyVersionFactory(survey=SurveyFactory(brand__reply_to="care@plumb.example")),
    }
    return InvitationFactory(**defaults | fields)


def message(invitation, template="surveys.invite", language="en", **fields):
    return MessageFactory(
        template=template,
        purpose=TEMPLATES[template],
        language=language,
        to_address=invitation.contact.email,
        to_name=invitation.contact.name,
        context=kinds.context_of(invitation),
        **fields,
    )


def composed(message):
    return composers.compose([message])[message.pk]


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs))


def test_the_invitation_is_personal_and_carries_eleven_buttons():
    asked = invitation()
    letter = composed(message(asked))

    assert letter.subject == "Ona, one quick question from Ąžuolas & Co"
    assert "Thank you for choosing Žalia &quot;Pro&quot; &lt;arbata&gt;. Марія Мельник and" in letter.html
    assert 'Thank you for choosing Žalia "Pro" <arbata>. Марія Мельник and' in letter.text
    links = Links(letter.html).found
    assert [link["href"] for link in links[:11]] == [f"{BASE}/s/{asked.token}/?score={score}" for score in range(11)]
    assert [link["aria-label"] for link in links[:11]] == [f"{score} out of 10" for score in range(11)]
    assert [link["href"] for link in links[11:]] == [f"{BASE}/s/{asked.token}/d/", f"{BASE}/u/{asked.token}/"]


@pytest.mark.parametrize(("metric", "scores"), [("csat", range(1, 6)), ("ces", range(1, 8))])
def test_the_buttons_are_those_of_the_metric(metric, scores):
    asked = invitation(version=SurveyVersionFactory(survey=SurveyFactory(metric=metric)), metric=metric)

    letter = composed(message(asked))

    buttons = [link for link in Links(letter.html).found if "?score=" in link["href"]]
    assert [link["href"].partition("=")[2] for link in buttons] == [str(score) for score in scores]
    assert [link["aria-label"] for link in buttons] == [f"{score} out of {scores[-1]}" for score in scores]
    for end in ("low_label", "high_label"):
        assert STANDARD[metric]["en"][end] in letter.html


@pytest.mark.parametrize(("presentation", "signs"), [("smileys", ["😞", "😕", "😐", "😊", "😄"]), ("stars", ["★"] * 5)])
def test_buttons_carry_a_sign_above_their_number_and_say_what_it_means(presentation, signs):
    survey = SurveyFactory(metric="csat", presentation=presentation)
    asked = invitation(version=SurveyVersionFactory(survey=survey), metric="csat")

    letter = composed(message(asked))

    buttons = [link for link in Links(letter.html).found if "?score=" in link["href"]]
    assert [link["href"].partition("=")[2] for link in buttons] == ["1", "2", "3", "4", "5"]
    assert re.findall(r"([^<>&;]+)<br>(\d)<", letter.html) == list(zip(signs, "12345", strict=True))
    # Outlook on Windows lays out by the cells: both lines have room.
    assert letter.html.count('<td width="42" height="56"') == 5
    assert [link["aria-label"] for link in buttons] == [
        "1 out of 5, Very dissatisfied",
        "2 out of 5, dissatisfied",
        "3 out of 5, neither satisfied nor dissatisfied",
        "4 out of 5, satisfied",
        "5 out of 5, Very satisfied",
    ]
    assert "1 – Very dissatisfied, 5 – Very satisfied" in letter.text


def test_a_letter_queued_before_there_was_a_choice_shows_numbers():
    asked = invitation(version=SurveyVersionFactory(survey=SurveyFactory(metric="csat")), metric="csat")
    queued = message(asked)
    del queued.context["presentation"]

    assert "★" not in composed(queued).html


@pytest.mark.parametrize(
    ("language", "first_name", "greeting"),
    [
        ("uk", "Вікторія", "Вітаємо, Вікторіє!"),
        ("lt", "Linas", "Sveiki, Linai!"),
        ("lt", "John", "Sveiki!"),
        ("en", "Linas", "Hello Linas,"),
    ],
)
def test_people_are_called_as_one_does_in_their_language(language, first_name, greeting):
    asked = invitation(contact=ContactFactory(first_name=first_name, last_name=""), language=language)

    assert greeting in composed(message(asked, language=language)).text


def test_no_letter_promises_that_one_press_is_all():
    for language in ("en", "uk", "ru", "lt"):
        text = composed(message(invitation(), language=language)).text.lower()
        assert not re.search(r"one tap|одного (?:дотик|натиск|касан|нажат)|vieno paspaud", text)


def test_the_plain_text_holds_one_link_to_answer_and_one_to_unsubscribe():
    asked = invitation()

    text = composed(message(asked)).text

    assert re.findall(r"https?://\S+", text) == [f"{BASE}/s/{asked.token}/", f"{BASE}/u/{asked.token}/"]
    assert "PLUMB" not in text
    assert "{" not in text
    assert "How likely is it that you would recommend Ąžuolas & Co to a friend or colleague?" in text


def test_the_headers_name_sender_reader_and_the_way_out():
    asked = invitation()
    sent = message(asked)

    read = message_from_bytes(composed(sent).as_bytes(), policy=policy.default)

    assert read["From"] == "Ąžuolas & Co <surveys@plumb.example>"
    assert read["Reply-To"] == "care@plumb.example"
    assert read["Message-ID"] == f"<{sent.idempotency_key}@plumb.localhost>"
    assert read["List-Unsubscribe"] == f"<{BASE}/u/{asked.token}/>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert abs((read["Date"].datetime - clock.now()).total_seconds()) < 60
    assert read.get_content_type() == "multipart/alternative"
    assert "Auto-Submitted" not in read


def test_composing_twice_gives_the_same_message_id_and_link():
    sent = message(invitation())

    first, second = composed(sent), composed(sent)

    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.html == second.html


def test_the_token_is_not_in_the_outbox():
    asked = invitation()

    assert asked.token not in str(message(asked).context)


@pytest.mark.parametrize("language", spoken.OWN)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_letter_in_every_language_is_byte_for_byte_what_email_builds(template, language):
    for first, last in PEOPLE:
        contact = ContactFactory(first_name=first, last_name=last)
        letter = composed(message(invitation(contact=contact), template, language))

        raw = letter.as_bytes()
        read = letter.message
        headers = {name: str(value) for name, value in read.items() if name not in ("MIME-Version", "Content-Type")}
        headers["To"] = letter.as_email().to[0]
        assert raw == mime.build(headers=headers, text=letter.text, html=letter.html, language=language)
        assert max(len(line) for line in raw.split(b"\r\n") if not line.startswith(b"List-")) <= 76
        assert f'<html lang="{language}"' in letter.html
        assert "PLUMB" not in letter.html + letter.text + letter.subject
        assert not re.search(r"[{}\[\]]", letter.text)


@pytest.mark.parametrize("language", spoken.OWN)
def test_the_words_are_those_of_the_contacts_language(language):
    letter = composed(message(invitation(), language=language))

    question = STANDARD["nps"][language]["question"].replace("{brand}", "Ąžuolas & Co")
    assert question in letter.text
    assert question.replace("&", "&amp;") in letter.html


def test_nothing_known_still_reads_well():
    bare = invitation(contact=ContactFactory(first_name="", last_name=""), product=None, manager=None)

    letter = composed(message(bare))

    assert letter.subject == "One quick question from Ąžuolas & Co"
    assert letter.text.startswith("Hello,\n\nThank you for choosing us. All of us at Ąžuolas & Co would love")
    assert letter.message["To"] == bare.contact.email


def test_the_letter_needs_no_image_no_script_and_no_stylesheet_from_elsewhere():
    html = composed(message(invitation())).html

    assert not re.search(r"<img|<script|<link|url\(|@import", html)
    assert html.count('role="presentation"') == html.count("<table")
    assert '<meta name="color-scheme" content="light dark">' in html
    assert len(html) < 25_000


def test_buttons_are_at_least_44_pixels_and_their_number_can_be_read_on_any_brand_colour():
    for colour, text in [("#155e75", "#ffffff"), ("#ffee00", "#000000")]:
        version = SurveyVersionFactory(survey=SurveyFactory(brand__colour=colour))
        html = composed(message(invitation(version=version))).html

        (style, *_others) = {link["style"] for link in Links(html).found[:11]}
        assert f"background-color: {colour};color: {text};" in style
        assert "width: 42px;height: 44px;" in style
        assert "border: 1px solid" in style


@pytest.mark.parametrize(
    ("colour", "edge", "in_dark"),
    [
        ("#d35400", "#d35400", "#d35400"),
        ("#ffee00", ink("#ffee00", "#ffffff"), "#ffee00"),
        ("#17202a", "#17202a", None),
    ],
)
def test_buttons_of_a_colour_close_to_the_sheet_have_an_edge(colour, edge, in_dark):
    html = composed(message(invitation(version=SurveyVersionFactory(survey=SurveyFactory(brand__colour=colour))))).html

    (style, *_others) = {link["style"] for link in Links(html).found[:11]}
    assert f"border: 1px solid {edge};" in style
    assert contrast(edge, "#ffffff") >= 3
    shown = re.search(r"\.score, \.link \{ border-color: (#\w{6}) !important", html)[1]
    assert shown == (in_dark or ink(colour, "#1a2128"))
    assert contrast(shown, "#1a2128") >= 3
    assert 'class="score"' in html


def test_two_letters_of_one_wording_differ_only_in_what_is_personal():
    version = SurveyVersionFactory()
    one, other = invitation(version=version), invitation(version=version)
    other.contact = ContactFactory(first_name="Jonas", email="jonas@shop.example")
    other.save()
    sent = [message(one), message(other)]

    both = composers.compose(sent)

    assert one.token in both[sent[0].pk].html
    assert one.token not in both[sent[1].pk].html
    assert "Hello Jonas," in both[sent[1].pk].text


def test_a_hundred_letters_take_as_many_queries_as_one(django_assert_num_queries):
    version = SurveyVersionFactory()
    first = message(invitation(version=version))
    composed(first)
    more = [message(invitation(version=version)) for _ in range(10)]

    with django_assert_num_queries(7):
        composers.compose(more)


def test_the_thank_you_leads_to_the_places_for_reviews_chosen_for_it_that_are_still_in_use():
    thanked = invitation(status="answered")
    places = [
        ReviewLink.objects.create(
            brand=thanked.brand, name=name, url=f"https://{name}.example/?a=1&b=2", is_active=used
        )
        for name, used in [("trustpilot", True), ("google", True), ("closed", False), ("others", True)]
    ]
    letter_of = message(thanked, "surveys.thanks")
    letter_of.context["reviews"] = [place.pk for place in places[:3]]

    letter = composed(letter_of)

    ways = [f"{BASE}/s/{thanked.token}/r/{place.pk}/" for place in places[:2]]
    decoy = f"{BASE}/s/{thanked.token}/d/"
    assert [link["href"] for link in Links(letter.html).found] == [*ways, decoy, f"{BASE}/u/{thanked.token}/"]
    assert decoy not in letter.text
    assert f"google: {ways[1]}" in letter.text
    assert letter.subject == "Thank you, Ona!"


@pytest.mark.parametrize("language", spoken.OWN)
def test_a_draft_can_be_previewed_without_an_invitation(language):
    draft = SurveyVersionFactory(published_at=None)
    draft.texts = STANDARD["nps"] | {language: STANDARD["nps"][language] | {"email_subject": "Changed {brand}"}}

    letter = kinds.render_preview(draft, language)

    assert letter.subject == "Changed Ąžuolas & Co"
    assert f"{BASE}/s/{'0' * 32}/?score=10" in letter.html
