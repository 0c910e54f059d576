"""Languages that administrators add: their words, who may use them, and that customers read nothing else."""

import re
import shutil
from datetime import date
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import clock
from accounts.customerlanguages import cldr, files, spoken, words
from accounts.customerlanguages.forms import field_of
from accounts.models import Brand, CustomerLanguage
from crm.models import Contact, Touchpoint
from delivery.models import Message
from followups.letters import gift_fields
from followups.models import ClosingLetter, CodePool, Mailing, ReferralProgramme
from responses.models import Response, Topic
from responses.page import offers
from surveys.letters import kinds
from surveys.models import Invitation
from surveys.planning import triggers
from surveys.wording import texts
from tests.access_world import build
from tests.factories import (
    ContactFactory,
    InvitationFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
)
from tests.test_access import NAMED, path
from workshop import customerwords

pytestmark = pytest.mark.django_db


def invented(text):
    """Return a text in letters that no other text of ours has, with what is filled in."""
    parts = re.split(r"(%\(\w+\)s|\{\w+\}|\[\[|\]\]|\|)", text)
    return "".join(part if number % 2 else re.sub(r"[^\W\d_]", "ა", part) for number, part in enumerate(parts))


def every_word():
    return {word.key: invented(word.text) for word in words.all_words()}


@pytest.fixture
def georgian():
    return CustomerLanguage.objects.create(tag="ka", words=every_word(), is_offered=True)


@pytest.fixture
def unheard_of():
    """Amharic, for which Django has no words of its own, such as the names of months."""
    return CustomerLanguage.objects.create(tag="am", words=every_word(), is_offered=True)


@pytest.fixture
def admin():
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    return client


def sent(language, **changed):
    """Return what a browser sends that was shown the form of a language, with what was changed in it."""
    shown = {"name": language.name, "direction": language.direction, "initial-is_offered": str(language.is_offered)}
    shown |= {"initial-name": language.name, "initial-direction": language.direction}
    if language.is_offered:
        shown["is_offered"] = "on"
    for word in words.all_words():
        name, said = field_of(word), language.words.get(word.key, "")
        shown |= {name: said, f"initial-{name}": said}
    return shown | changed


def change(admin, language, **changed):
    return admin.post(reverse("admin:accounts_customerlanguage_change", args=[language.pk]), sent(language, **changed))


def errors(response):
    return [str(error) for found in response.context["adminform"].form.errors.values() for error in found]


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="GNU gettext is not installed (Debian: apt install gettext)"
)
def test_the_texts_are_those_of_the_sources():
    committed = customerwords.WORDS.read_text()

    assert committed == customerwords.written(customerwords.collected()), "Run make messages."
    assert len(words.all_words()) > 100


@pytest.mark.parametrize(
    ("tag", "name", "direction"),
    [("pl", "Polski", "ltr"), ("pt-br", "Português (Brasil)", "ltr"),
     ("ar", "العربية", "rtl"), ("zh_hant_tw", "中文 (繁體, 台灣)", "ltr"),
     ("he", "עברית", "rtl"), ("ka", "ქართული", "ltr"), ("xx", "xx", "ltr")],
)  # fmt: skip
def test_any_tag_can_be_added_and_brings_its_name_and_direction(admin, tag, name, direction):
    admin.post(reverse("admin:accounts_customerlanguage_add"), {"tag": tag, "name": "", "direction": ""})

    added = CustomerLanguage.objects.get()
    assert added.tag.lower() == tag.replace("_", "-")
    assert (added.name, added.direction, added.is_offered) == (name, direction, False)


def test_the_name_that_customers_see_holds_nothing_that_shows_it_otherwise(admin):
    admin.post(
        reverse("admin:accounts_customerlanguage_add"),
        {"tag": "pl", "name": " pol\u202eski ", "direction": ""},
    )

    assert CustomerLanguage.objects.get().name == "polski"


@pytest.mark.parametrize("tag", ["", "uk", "uk-UA", "english", "p", "1a", "pl-", "a" * 40, "../pl"])
def test_what_is_no_language_or_ours_is_refused(admin, tag):
    response = admin.post(reverse("admin:accounts_customerlanguage_add"), {"tag": tag, "name": "", "direction": ""})

    assert response.status_code == 200
    assert errors(response)
    assert not CustomerLanguage.objects.exists()


def test_a_language_is_added_once(admin, georgian):
    response = admin.post(reverse("admin:accounts_customerlanguage_add"), {"tag": "KA", "name": "", "direction": ""})

    assert errors(response) == ["This language is here already."]


def test_words_are_written_and_kept(admin):
    language = CustomerLanguage.objects.create(tag="pl")
    word = words.all_words()[0]

    assert change(admin, language, **{field_of(word): "  Wyślij   "}).status_code == 302

    language.refresh_from_db()
    assert language.words == {word.key: "Wyślij"}
    assert language.missing_count == len(words.all_words()) - 1


def test_who_saves_late_undoes_nothing_that_somebody_else_wrote_meanwhile(admin):
    language = CustomerLanguage.objects.create(tag="pl")
    mine, theirs = words.all_words()[:2]
    shown_early = sent(language, **{field_of(mine): "mój"})
    CustomerLanguage.objects.filter(pk=language.pk).update(words={theirs.key: "ich"})

    admin.post(reverse("admin:accounts_customerlanguage_change", args=[language.pk]), shown_early)

    language.refresh_from_db()
    assert language.words == {mine.key: "mój", theirs.key: "ich"}


def test_who_saves_late_takes_nothing_out_of_use_that_was_put_into_use_meanwhile(admin):
    language = CustomerLanguage.objects.create(tag="ka", words=every_word())
    word = words.all_words()[0]
    shown_early = sent(language, **{field_of(word): "აბგ"})
    change(admin, language, is_offered="on")

    admin.post(reverse("admin:accounts_customerlanguage_change", args=[language.pk]), shown_early)

    language.refresh_from_db()
    assert (language.is_offered, language.words[word.key]) == (True, "აბგ")
    assert language.offered_since is not None


def test_no_text_of_a_language_in_use_is_emptied(admin, georgian):
    word = words.all_words()[0]

    response = change(admin, georgian, **{field_of(word): ""})
    assert errors(response) == ["1 text is missing. Save without this tick first; tick it when all are there."]

    # What a newer Plumb brought is missing, and hinders nobody.
    CustomerLanguage.objects.update(words={key: said for key, said in georgian.words.items() if key != word.key})
    georgian.refresh_from_db()
    assert change(admin, georgian, **{field_of(words.all_words()[1]): "აბგ"}).status_code == 302


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("%(score)s \ue000brand\ue000", "characters that cannot be seen"),
        ("bez niczego", "Keep exactly these"),
        ("%(score)s i %(inne)s", "Keep exactly these"),
        ("%(score)s w 100 %", "Keep exactly these"),
        ("<b>%(score)s</b>", "Leave out"),
        ('%(score)s" onfocus="x', "Leave out"),
        ("%(score)s" + "x" * 1000, "at most 1000"),
    ],
)
def test_what_could_not_be_filled_in_or_would_be_markup_is_refused_and_kept_as_typed(admin, said, why):
    language = CustomerLanguage.objects.create(tag="pl")
    word = next(word for word in words.all_words() if word.placeholders == ["%(score)s"])

    response = change(admin, language, **{field_of(word): said})

    assert why in errors(response)[0]
    assert response.context["adminform"].form[field_of(word)].value() == said
    language.refresh_from_db()
    assert language.words == {}


def test_a_language_is_put_into_use_with_all_its_words_only(admin):
    almost = every_word()
    last = words.all_words()[-1]
    del almost[last.key]
    language = CustomerLanguage.objects.create(tag="ka", words=almost)

    response = change(admin, language, is_offered="on")
    assert errors(response) == ["1 text is missing. Save without this tick first; tick it when all are there."]
    assert "ka" not in spoken.codes()

    change(admin, language, is_offered="on", **{field_of(last): every_word()[last.key]})
    assert "ka" in spoken.codes()
    assert CustomerLanguage.objects.get().offered_since is not None


def test_what_a_brand_offers_is_not_taken_out_of_use(admin, georgian):
    InvitationFactory(version__survey__brand__name="Alder", version__survey__brand__languages=["en", "ka"])
    unticked = sent(georgian)
    del unticked["is_offered"]

    response = admin.post(reverse("admin:accounts_customerlanguage_change", args=[georgian.pk]), unticked)

    assert errors(response) == ["Brands offer it: Alder. Take it off there first."]
    with pytest.raises(ValidationError, match="Take it off there first"):
        CustomerLanguage(pk=georgian.pk, tag="ka", words=every_word()).clean()
    assert CustomerLanguage.objects.get().is_offered


def test_only_what_was_never_in_use_is_deleted(admin, georgian):
    unused = CustomerLanguage.objects.create(tag="pl")

    for language, status in ((georgian, 403), (unused, 302)):
        address = reverse("admin:accounts_customerlanguage_delete", args=[language.pk])
        assert admin.post(address, {"post": "yes"}).status_code == status

    assert list(CustomerLanguage.objects.all()) == [georgian]


def test_a_file_goes_to_a_translator_and_comes_back(admin):
    language = CustomerLanguage.objects.create(tag="pl", words={words.all_words()[0].key: "Tak"})
    admin.force_login(UserFactory(is_staff=True, is_superuser=True, language="uk"))

    told = admin.get(reverse("admin:accounts_customerlanguage_words", args=[language.pk])).content.decode()
    assert 'msgstr "Tak"' in told
    assert "#. uk: Надіслати" in told
    filled = re.sub(
        r'msgid "(.+)"\nmsgstr ""', lambda found: f'msgid "{found[1]}"\nmsgstr "{invented(found[1])}"', told
    )
    admin.post(
        reverse("admin:accounts_customerlanguage_file", args=[language.pk]),
        {"file": SimpleUploadedFile("pl.po", filled.encode())},
    )

    language.refresh_from_db()
    assert language.missing_count == 0
    assert language.words[words.all_words()[0].key] == "Tak"
    assert language.words == {word.key: language.words[word.key] for word in words.all_words()}


def test_a_file_undoes_nothing_that_changed_here_meanwhile(admin):
    mine, theirs = words.all_words()[5:7]
    language = CustomerLanguage.objects.create(tag="pl", words={mine.key: "mój", theirs.key: "ich"})
    gone = admin.get(reverse("admin:accounts_customerlanguage_words", args=[language.pk])).content.decode()
    CustomerLanguage.objects.update(words={mine.key: "mój nowy", theirs.key: "ich"})
    back = gone.replace('"ich"', '"ich nowy"')

    admin.post(
        reverse("admin:accounts_customerlanguage_file", args=[language.pk]),
        {"file": SimpleUploadedFile("pl.po", back.encode())},
    )

    language.refresh_from_db()
    assert language.words == {mine.key: "mój nowy", theirs.key: "ich nowy"}


def test_of_a_file_the_good_texts_are_taken_and_each_bad_one_is_named(admin):
    language = CustomerLanguage.objects.create(tag="pl", words={"Send": "Poślij"})
    file = """
msgid "Send"
msgstr "Wyślij"

msgid "Send my score"
msgstr ""

msgid "Your %(score)s is not sent yet."
msgstr "Nie wysłano"

#, fuzzy
msgid "Thank you"
msgstr "Dziękuję"

msgid "Something else"
msgstr "Coś innego"
"""
    response = admin.post(
        reverse("admin:accounts_customerlanguage_file", args=[language.pk]),
        {"file": SimpleUploadedFile("pl.po", file.encode())},
        follow=True,
    )

    language.refresh_from_db()
    assert language.words == {"Send": "Wyślij"}
    said = [str(message) for message in response.context["messages"]]
    assert said[0] == "1 text was taken from the file."
    assert "Your %(score)s is not sent yet." in said[1]
    assert "fuzzy" in said[2]
    assert said[3].startswith("1 text of the file is none of Plumb's")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00", "no gettext file"),
        (b"just words", "no gettext file"),
        (b'msgid "Send"\nmsgstr "Wy', "no gettext file"),
        (
            b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nothing\\n"\n\nmsgid "Send"\nmsgstr "x"\n',
            "no gettext file",
        ),
        (b'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "Send"\nmsgstr "Senden"\n', "another language"),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ],
    ids=["bytes", "words", "broken", "charset", "german", "large"],
)
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(admin, content, why):
    language = CustomerLanguage.objects.create(tag="pl")

    response = admin.post(
        reverse("admin:accounts_customerlanguage_file", args=[language.pk]),
        {"file": SimpleUploadedFile("pl.po", content)},
    )

    assert why in str(response.context["form"].errors["file"])
    assert CustomerLanguage.objects.get().words == {}


def test_the_words_of_the_file_are_its_own_when_read_again():
    said = every_word()
    file = files.written("ka", said, "lt")

    assert files.read(file, "ka").words == {}
    assert files.read(re.sub(rb"#. as it stood.*\n", b"", file), "ka").words == said


@pytest.mark.parametrize(
    ("speaks", "offered", "asked_in"),
    [("ka", ["en", "ka"], "ka"), ("ka-GE", ["en", "ka"], "ka"), ("ka", ["en", "ka-GE"], ""), ("kab", ["en", "ka"], ""),
     ("zh-Hant-TW", ["zh", "zh-Hant"], "zh-Hant"), ("", ["en", "ka"], "")],
)  # fmt: skip
def test_who_speaks_a_language_is_asked_in_the_nearest_that_is_offered(speaks, offered, asked_in):
    assert spoken.matched(speaks, offered) == asked_in

    for tag in ("ka", "ka-GE", "zh", "zh-Hant"):
        CustomerLanguage.objects.create(tag=tag, words=every_word(), is_offered=True)
    trigger = TriggerFactory(survey__default_language="en", survey__brand__languages=offered)
    worded = dict.fromkeys(("en", "ka", "ka-GE", "zh", "zh-Hant"), texts.STANDARD["nps"]["en"])
    SurveyVersionFactory(survey=trigger.survey, texts=worded)
    TouchpointFactory(contact=ContactFactory(language=speaks), occurred_at=clock.now(), kind=Touchpoint.Kind.DEAL_WON)
    triggers.plan(trigger, now=clock.now())

    assert Invitation.objects.get().language == (asked_in or "en")


def test_what_changes_in_one_process_is_seen_in_another_within_seconds(georgian, monkeypatch):
    assert spoken.own_names()["ka"] == "ქართული"
    # Another process sends no signal here.
    CustomerLanguage.objects.filter(pk=georgian.pk).update(words={"Send": "ბბბ"}, changed_at=clock.now())
    with spoken.speaking("ka"):
        assert translation.gettext("Send") == "აააა"

    monkeypatch.setattr(spoken, "LOOKED_EVERY", 0)
    with spoken.speaking("ka"):
        assert translation.gettext("Send") == "ბბბ"
        assert translation.gettext("Thank you") == "Thank you"


def test_our_own_languages_ask_the_database_for_nothing(django_assert_num_queries, georgian):
    spoken.forget()
    with django_assert_num_queries(0), spoken.speaking("uk"):
        assert translation.gettext("Send") == "Надіслати"
    assert spoken.direction("uk") == "ltr"


@pytest.mark.parametrize(
    ("tag", "written"), [("ka", "27 ნოემბერი, 2026"), ("pl", "27 listopada 2026"), ("xx", "November 27, 2026")]
)
def test_days_are_written_as_in_the_language(tag, written):
    assert cldr.day(date(2026, 11, 27), tag) == written


class Seen(HTMLParser):
    """What a reader of a page or letter meets in Latin letters, besides what is filled in."""

    SILENT = ("script", "style")

    def __init__(self, markup):
        super().__init__()
        self.found, self.depth = [], 0
        self.feed(re.sub(r"<!--.*?-->|\{score\}", "", markup, flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        self.depth += tag in self.SILENT
        told = ("aria-label", "placeholder", "alt", "data-send", "title")
        self.found += [value for name, value in attrs if name in told and value and re.search("[A-Za-z]", value)]

    def handle_endtag(self, tag):
        self.depth -= tag in self.SILENT

    def handle_data(self, data):
        if not self.depth and re.search("[A-Za-z]", data):
            self.found.append(data.strip())


def test_customers_read_nothing_but_their_language(client, unheard_of):
    worded = {field: invented(text) for field, text in texts.STANDARD["nps"]["en"].items()}
    version = SurveyVersionFactory(
        texts={"am": worded, "en": texts.STANDARD["nps"]["en"]},
        survey__brand__name="ბრენდი",
        survey__brand__languages=["am"],
        survey__brand__imprint_url="https://alder.example/imprint",
        survey__brand__privacy_url="https://alder.example/privacy",
    )
    invitation = InvitationFactory(version=version, survey=version.survey, language="am")
    pages = {
        "score": client.get(invitation.path),
        "nothing chosen": client.post(invitation.path, {"step": "score", "language": "am"}),
        "chosen in the letter": client.get(invitation.path, {"score": "4"}),
        "why": client.post(invitation.path, {"step": "score", "score": "3", "language": "am"}),
        "thanks": client.post(invitation.path, {"step": "why", "comment": "", "language": "am"}),
        "again": client.get(invitation.path),
        "unsubscribe": client.get(reverse("unsubscribe", args=[invitation.token])),
        "unsubscribed": client.post(reverse("unsubscribe", args=[invitation.token]), {"wish": "stop"}),
    }
    for name, page in pages.items():
        markup = page.content.decode()
        assert page.status_code == 200, name
        assert '<html lang="am">' in markup, name
        # Topics are named by the company.
        left = [text for text in Seen(markup).found if text not in topics()]
        assert not left, (name, left)

    for kind in (kinds.INVITE, kinds.REMINDER, kinds.THANKS):
        shown = kinds.render_preview(version, "am", kind)
        # The made-up names of previews, and where links lead.
        said = re.sub(r"Robin|Writing desk|Alex Example|https?://\S+", "", f"{shown.subject} {shown.text}")
        left = [text for text in Seen(str(shown.html)).found if not re.search("Robin|Writing desk|Alex", text)]
        assert not left + re.findall("[A-Za-z]{2,}", said), kind


def test_what_comes_after_the_answer_is_in_their_language_too(client, unheard_of):
    world = build()
    Brand.objects.update(languages=["am"], name="ბრენდი", imprint_url="", privacy_url="")
    for model in (Invitation, ClosingLetter, Response, Message):
        model.objects.update(language="am")
    Contact.objects.update(first_name="ონა", last_name="", language="am")
    Mailing.objects.update(texts={"am": {"subject": "ააა", "text": "ააა"}})
    shown = {}
    for name in ("closing_question", "quote", "referral", "referral-own", "offers_end", "unsubscribe"):
        shown[name] = client.get(path(world, name, NAMED[name]), headers={"accept-language": "am,en;q=0.5"})
    refused = path(world, "referral", NAMED["referral"])
    shown["a form with errors"] = client.post(refused, {"name": "7", "email": "no", "language": "am"})
    shown["a form with nothing"] = client.post(refused, {"language": "am"})

    for name, page in shown.items():
        markup = page.content.decode()
        assert page.status_code == (400 if "form" in name else 200), name
        assert '<html lang="am">' in markup, name
        # What staff wrote, a code and its link, and a field that only machines find.
        left = [
            text
            for text in Seen(markup).found
            if not re.fullmatch(r"[A-Z0-9-]+|https?://\S+|We repaid you\.|Website", text)
        ]
        assert not left, (name, left)


def topics():
    return {topic.name_in("am") for topic in Topic.objects.all()}


def test_nobody_is_asked_by_halves(client, georgian):
    survey = SurveyVersionFactory(survey__default_language="en", survey__brand__languages=["en", "ka"]).survey
    trigger = TriggerFactory(survey=survey)
    TouchpointFactory(contact=ContactFactory(language="ka"), occurred_at=clock.now(), kind=Touchpoint.Kind.DEAL_WON)
    triggers.plan(trigger, now=clock.now())
    assert Invitation.objects.get().language == "en"

    invitation = InvitationFactory(version=survey.versions.get(), survey=survey)
    page = client.get(invitation.path, {"language": "ka"}).content.decode()
    assert '<html lang="en">' in page
    assert "ქართული" not in page


def test_topics_without_a_name_in_an_added_language_are_not_offered_there(georgian):
    offers.forget()
    named = Topic.objects.filter(is_offered=True).earliest("pk")
    Topic.objects.filter(pk=named.pk).update(names={**named.names, "ka": "ფასი"})

    assert offers.offered("ka") == ((named.pk, "ფასი"),)
    assert len(offers.offered("uk")) == Topic.objects.filter(is_offered=True).count()


def test_what_is_given_to_make_good_is_named_in_the_language(georgian):
    assert gift_fields.words_in("ka", CodePool(kind="refund", amount=20, currency="EUR")) == "აააააა 20 EUR"


def test_whoever_reads_a_closed_page_finds_their_language_there(client, georgian):
    page = client.get("/s/nothing/", headers={"accept-language": "en"}).content.decode()

    assert "ქართული" in page


def test_texts_in_a_language_out_of_use_stay_when_others_are_saved(admin, georgian):
    programme = ReferralProgramme.objects.create(
        brand=InvitationFactory().survey.brand, texts={"ka": {"headline": "ააა"}, "en": {"headline": "Old"}}
    )
    CustomerLanguage.objects.update(is_offered=False)
    spoken.forget()

    address = reverse("admin:followups_referralprogramme_change", args=[programme.pk])
    admin.post(address, {"brand": programme.brand_id, "headline_en": "New"})

    programme.refresh_from_db()
    assert programme.texts == {"ka": {"headline": "ააა"}, "en": {"headline": "New"}}


def test_a_language_written_from_the_right_turns_page_and_letter(client):
    CustomerLanguage.objects.create(tag="ar", words=every_word(), is_offered=True)
    invitation = InvitationFactory(language="ar", version__survey__brand__languages=["en", "ar"])

    assert '<html lang="ar" dir="rtl">' in client.get(invitation.path).content.decode()
    assert "dir=" not in client.get(invitation.path, {"language": "en"}).content.decode().split(">")[1]
    letter = str(kinds.render_preview(invitation.version, "ar", kinds.INVITE).html)
    assert '<html lang="ar" dir="rtl"' in letter
    assert 'align="right"' in letter.partition('class="inner"')[2][:40]


def test_a_brand_offers_and_a_survey_is_worded_in_it(admin, georgian):
    brand = Brand.objects.first() or InvitationFactory().survey.brand
    form = admin.get(reverse("admin:accounts_brand_change", args=[brand.pk])).context["adminform"].form
    assert ("ka", "Georgian") in [(code, str(name)) for code, name in form.fields["languages"].choices]

    draft = SurveyVersionFactory(published_at=None, survey__brand__languages=["en", "ka"])
    editor = reverse("admin:surveys_surveyversion_change", args=[draft.pk])
    page = admin.get(editor, {"language": "ka", "part": "letter"})
    assert page.context["language"] == "ka"
    assert "Georgian" in [tab.name for tab in page.context["languages"]]
