"""The text messages of a wording: as short as they are paid for, with their link, and what each takes."""

from decimal import Decimal

import pytest

from accounts.customerlanguages import spoken
from delivery.media.sms.segments import measure, plain
from delivery.models import TextGateway
from surveys.letters import text_messages
from surveys.metrics import SCALES, Metric
from surveys.models import Survey, SurveyVersion
from surveys.services import LINK, TOO_LONG, TextsIncomplete, draft_of, faults_of, publish
from surveys.wording import texts
from surveys.wording.forms import help_of
from surveys.wording.parts import WordingPart
from surveys.wording.texts import STANDARD, TEXTED, known_placeholders, lacks_its_link, unknown_placeholders
from tests.factories import SurveyFactory, SurveyVersionFactory
from tests.surveys.test_wording_editor import address, part_form, texts_of

LINK_OF_40 = "https://ask.example/s/" + "x" * 18
EVERYTHING = {"brand": "Alder & Oak", "product": "GTX Pro", "manager": "Olena Koval", "name": "Ona"}
MOST_PARTS = {"en": 1, "uk": 2, "ru": 2, "lt": 2}
EVERY_TEXT = [(metric, language, field) for metric in Metric for language in spoken.OWN for field in TEXTED]


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def draft(db):
    return draft_of(SurveyFactory())


@pytest.mark.parametrize(("metric", "language", "field"), EVERY_TEXT)
@pytest.mark.parametrize("known", [("brand",), tuple(EVERYTHING)])
def test_standard_texts_read_well_and_are_paid_for_as_little_as_may_be(metric, language, field, known):
    body = STANDARD[metric][language][field]

    text = text_messages.written(body, {name: EVERYTHING[name] for name in known}, metric=metric, link=LINK_OF_40)

    assert unknown_placeholders(body, known_placeholders(field)) == []
    assert not lacks_its_link(field, body)
    assert not set("{}[]|") & set(text)
    assert not any(spoilt in text for spoilt in ("  ", " ,", " .", " ?", "«»", "„“"))
    assert text[0] == text[0].upper() or text[0] in "«„"
    assert measure(text).parts <= MOST_PARTS[language]
    if language == "lt":
        assert (measure(plain(text)).parts, plain(text).isascii()) == (1, True)


@pytest.mark.parametrize(("metric", "scores"), [("nps", "0-10"), ("csat", "1-5"), ("ces", "1-7")])
def test_each_metric_names_its_own_scores(metric, scores):
    for language in spoken.OWN:
        for field in TEXTED:
            text = text_messages.written(STANDARD[metric][language][field], EVERYTHING, metric=metric, link="")
            assert scores in text


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("", False),
        ("How was it? {link}", False),
        ("[[{name}, how|How]] was it? {link}", False),
        ("How was it?", True),
        ("{link} or {link}", True),
        ("[[{name}: {link}]]", True),
        ("[[{name}: {link}]] {link}", True),
    ],
)
def test_a_text_has_its_link_once_whatever_is_known(text, lacks):
    assert lacks_its_link("sms_body", text) is lacks
    assert not lacks_its_link("email_body", text)


def test_link_and_scores_are_filled_in_in_texts_only():
    assert unknown_placeholders("{link} {scores}", known_placeholders("sms_reminder")) == []
    assert unknown_placeholders("{link} {scores}", known_placeholders("email_body")) == ["link", "scores"]


def test_a_text_that_is_not_written_is_the_standard_one_of_its_own_language():
    version = SurveyVersion(
        survey=Survey(default_language="lt"),
        texts={"lt": {"sms_body": "lt {link}"}, "en": {"sms_body": "en {link}"}, "uk": {"sms_body": ""}},
    )

    assert texts.of(version, "uk")["sms_body"] == STANDARD["nps"]["uk"]["sms_body"]
    assert texts.of(version, "lt")["sms_body"] == "lt {link}"
    # A language that administrators added has no standard text: the survey's own language stands in.
    assert texts.of(version, "pl")["sms_body"] == "lt {link}"


def without_texts(wording):
    return {code: {name: text for name, text in own.items() if name not in TEXTED} for code, own in wording.items()}


def test_a_language_without_text_messages_says_everything_all_the_same():
    written = without_texts({"pl": STANDARD["nps"]["en"]})

    assert texts.is_whole(written, "pl")
    assert not texts.is_whole({"pl": {**written["pl"], "question": ""}}, "pl")


@pytest.mark.django_db
def test_a_wording_from_before_there_were_texts_is_published_and_says_the_standard_ones():
    version = SurveyVersionFactory(published_at=None, texts=without_texts(STANDARD["nps"]))

    publish(version.survey)

    assert texts.of(version, "ru")["sms_reminder"] == STANDARD["nps"]["ru"]["sms_reminder"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "fault"), [("How was it?", LINK), ("{link} {link}", LINK), ("{customer}: {link}", "customer")]
)
def test_a_text_that_would_be_sent_with_a_gap_is_not_published(draft, text, fault):
    draft.texts = {**draft.texts, "lt": {**draft.texts["lt"], "sms_body": text}}
    draft.save()

    assert faults_of(draft) == [("lt", "sms_body", fault)]
    with pytest.raises(TextsIncomplete):
        publish(draft.survey)


@pytest.mark.parametrize(("metric", "scores"), [("nps", "0-10"), ("csat", "1-5"), ("ces", "1-7")])
def test_the_editor_names_the_scores_of_the_metric(metric, scores):
    assert f"{{scores}} becomes {scores}." in help_of("sms_body", SCALES[metric])


@pytest.mark.django_db
class TestTheEditor:
    def shown(self, page, draft, language="en", **changed):
        here = address(draft, language, WordingPart.TEXT)
        if changed:
            page.post(here, part_form(draft, language, WordingPart.TEXT, **changed))
        return page.get(here)

    def figures(self, response, field="sms_body"):
        return next(sample for form_field, _pieces, sample in response.context["texts"] if form_field.name == field)

    def test_it_offers_what_only_texts_fill_in(self, page, draft):
        assert 'data-put="{link}"' in self.shown(page, draft).text
        assert 'data-put="{link}"' not in page.get(address(draft)).text

    def test_a_text_without_its_link_is_refused(self, page, draft):
        sent = part_form(draft, part=WordingPart.TEXT, sms_body="How was it?")

        answer = page.post(address(draft, part=WordingPart.TEXT), sent)

        assert "Put {link} in, once" in answer.text
        assert texts_of(draft) == STANDARD["nps"]

    def test_what_a_text_takes_stands_beside_it_after_saving(self, page, draft):
        shown = self.shown(page, draft, "lt", sms_body="Ačiū! {link}")

        found = self.figures(shown)
        assert found.text == f"Ačiū! {text_messages.sample_link(draft.survey.brand)}"
        assert (found.segments.odd, found.plainer) == (("č", "ū"), 1 if found.segments.parts > 1 else None)
        assert 'role="status" data-figures="sms_body"' in shown.text
        assert "Because of: <bdi>č ū </bdi>" in shown.text
        assert "Cost of one" not in shown.text

    def test_letters_of_another_script_are_not_listed(self, page, draft):
        shown = self.shown(page, draft, "uk")

        assert "Paid parts: <strong>2</strong>" in shown.text
        assert "Because of" not in shown.text

    def test_it_costs_its_parts_by_the_gateway_of_the_brand(self, page, draft):
        TextGateway.objects.create(name="Turbo", provider="turbosms", sender="A", secret="s", price=Decimal("0.0350"))

        shown = self.shown(page, draft, "uk", sms_body="я" * 71 + " {link}")

        assert (self.figures(shown).segments.parts, self.figures(shown).cost) == (2, Decimal("0.0700"))
        assert "Cost of one: 0.0700 " in shown.text

    def test_without_diacritics_it_is_counted_as_it_is_sent(self, page, draft):
        long = "Kiek tikėtina, kad rekomenduotumėte mus draugui, kolegai ar kaimynui? {scores} {link}"
        with_marks = self.figures(self.shown(page, draft, "lt", sms_body=long))
        Survey.objects.update(sms_plain=True)

        without = self.figures(self.shown(page, draft, "lt"))

        assert (with_marks.segments.parts, with_marks.plainer) == (2, 1)
        assert (without.segments.parts, without.plainer) == (1, None)
        assert without.text == plain(with_marks.text)

    def test_what_was_refused_is_counted_as_it_is_typed(self, page, draft):
        sent = part_form(draft, part=WordingPart.TEXT, sms_body="я" * 80)

        answer = page.post(address(draft, part=WordingPart.TEXT), sent)

        assert self.figures(answer).segments.units == 80

    def test_what_only_letters_have_is_not_offered(self, page, draft):
        html = self.shown(page, draft).text

        assert 'name="_send"' not in html
        assert 'value="desktop"' not in html

    def test_other_parts_count_nothing(self, page, draft):
        assert "data-figures" not in page.get(address(draft)).text


@pytest.mark.django_db
def test_the_bubble_shows_what_is_typed_escaped(page, draft):
    path = address(draft, part=WordingPart.TEXT).replace("/change/?", "/letter/?")

    shown = page.post(path, part_form(draft, part=WordingPart.TEXT, sms_body="<b>Hi</b> {brand} {link}"))

    assert "&lt;b&gt;Hi&lt;/b&gt;" in shown.text
    assert 'data-figures="sms_body"' in shown.text
    assert "<b>Hi" not in shown.text


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("Як вам? {scores} {link}", "Відповідь: 0-10. Більше не писати: STOP"),
        ("Yak vam? {scores} {link}", "Reply: 0-10. No more texts: STOP"),
    ],
)
def test_how_to_reply_never_makes_a_text_in_plain_letters_dearer(body, ending):
    text = text_messages.written(body, EVERYTHING, metric="nps", link=LINK_OF_40, replies_in="uk")

    assert text.splitlines()[1:] == [ending]


@pytest.mark.parametrize("language", spoken.OWN)
def test_how_to_reply_says_the_scores_and_the_word_that_ends_it(language):
    text = text_messages.written("{link}", EVERYTHING, metric="ces", link="https://a.example", replies_in=language)

    assert "1-7" in text
    assert text.endswith(": STOP")


def test_a_text_that_would_never_go_out_is_neither_saved_nor_published(page, draft):
    said = "щ" * 400 + " {link}"

    sent = part_form(draft, "uk", WordingPart.TEXT, sms_body=said)
    answer = page.post(address(draft, "uk", WordingPart.TEXT), sent)

    assert "This is too long for a text message: at most 6 parts go out." in answer.text
    draft.refresh_from_db()
    draft.texts = {**draft.texts, "uk": {**draft.texts.get("uk", {}), "sms_body": said}}
    draft.save()
    assert ("uk", "sms_body", TOO_LONG) in faults_of(draft)
    with pytest.raises(TextsIncomplete):
        publish(draft.survey)


def test_the_longest_text_with_the_longest_names_still_goes_out(draft):
    draft.texts = {**draft.texts, "uk": {"sms_body": "щ" * 300 + " {name} {link}"}}
    draft.save()

    assert ("uk", "sms_body", TOO_LONG) not in faults_of(draft)
