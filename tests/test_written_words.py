"""Every page, in every language: dates, units and words are those of the reader."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from accounts import clock
from accounts.models import User
from accounts.timezones import known
from responses.evidence.reasons import REASONS
from responses.models import LinkVisit, Relabelling, Response
from surveys.models import Judgement
from tests.access_world import SUPERUSER, build, models_of_the_admin
from tests.factories import FollowupFactory
from tests.test_access import NAMED, path

pytestmark = pytest.mark.django_db

LANGUAGES = ["en", "uk", "ru", "lt"]

# For machines and their keepers, in English alone.
FOR_MACHINES = re.compile(
    r"api-|api/|alive|ready|.*colour|admin:jsi18n|admin:autocomplete|survey-brand|account_logout|auth\.Group|accounts\.SecurityEvent"
)
WRONG_EVERYWHERE = {
    "a US date": r"\b\d{1,2}/\d{1,2}/\d{4}\b",
    "an ISO date": r"\b\d{4}-\d{2}-\d{2}\b",
    "a clock of twelve hours": r"\b[ap]\.m\.",
    "two full stops": r"(?<!\.)\.\.(?!\.)",
    "a padded day": r"(?<![\d:.,+])\b0\d [^\W\d]{3,}",
}
ENGLISH_UNIT = r"\d[ \xa0](second|minute|hour|day|week|month|year)s?\b"
# Time zones go by their English names, whole or by their place.
ZONES = known()
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
# In the customer's language, whoever looks.
FOR_CUSTOMERS = re.compile(
    r"survey|kiosk_pairing|open_link$|open_link_confirm|open_link_sheet|unsubscribe|offers_end|closing_|quote$|referral-own|"
    r"trial_(survey|decoy|unsubscribe)|admin:surveys_survey(version)?_(letter|preview)|surveys\.SurveyVersion"
)
# Names of things that are called so in every language.
NAMES = set(
    LATIN_WORD.findall("""
    Plumb NPS CSAT CES NRR GRR Net Promoter Bain Company NICE Systems Fred Reichheld Darnell Burns
    SMS Telegram Viber WhatsApp Slack Microsoft Teams Chat Excel PNG JPEG WebP GIF
    IMAP SMTP SPF DKIM DMARC API CRM HTML JSON TOML CSV UTC ISO EUR LDAP SSO Google Mac English Lietuvi
    Parts of examples, keys of a keyboard, the name of a mapping:
    Single Sign Sing Control Command alder feedback https hubspot crm sales import
    Tags and names of languages, and what is filled into the texts of an added one:
    Hant polski gettext score lowest highest low high date friend address day link answer way signature topics count
    Codes of a customer's stage, kinds of files, fields of a template:
    new active at risk pdf png jpg jpeg txt csv docx xlsx odt ods first name company product agent brand code
    compensation
    Keys of a keyboard, languages of programs, a part of an address and an event of a site:
    Tab Enter Node PHP Python orders order done
    What a kiosk is left by:
    PIN
    A code and its pictures, an address on paper:
    QR SVG http Gedimino Instagram
    A bot, its command and its maker:
    stop BotFather AAE
    Gateways of text messages, what their accounts are called, and how a text is spelled:
    TurboSMS Twilio AlphaSMS Club HTTP Account SID STOP ald link scores GSM UCS
    What Meta calls things in its console, and the fields that it tells of:
    Meta Business Phone number ID Callback Verify token Configuration messages utility marketing message template status
    update quality category user preferences
    Settings, an address and records of DNS on the pages of setting up:
    EMAIL URL DEFAULT FROM surveys localhost Ona Petrait shop example List Unsubscribe Post include none quarantine
    """)
)


class Words(HTMLParser):
    """The words that a reader sees; what was typed into a form is not ours."""

    SILENT = ("script", "style", "textarea", "code", "pre", "svg")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.depth = 0
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.depth += tag in self.SILENT
        self.found += [value for name, value in attrs if name in ("aria-label", "placeholder") and value]

    def handle_endtag(self, tag):
        self.depth -= tag in self.SILENT

    def handle_data(self, data):
        if not self.depth and data.strip() and data.strip() not in ZONES:
            self.found.append(data.strip())


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        _age(made)
        yield made
        transaction.set_rollback(True)


def _age(world):
    """Let something be overdue, planned, judged and revised, so that pages have dates and times to tell."""
    long_ago = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    for days in (0.1, 6, 15, 40, 800):
        FollowupFactory(assignee=world.people[SUPERUSER], next_due_at=clock.now() - timedelta(days=days))
    judged = {"at": long_ago, "verdict": "defer", "until": long_ago}
    Judgement.objects.create(
        invitation_id=world.parts["invitation.pk"],
        trace=[{"rule": "floor", "value": long_ago.isoformat(), "passed": True}],
        **judged,
    )
    visited = {"invitation_id": world.parts["invitation.pk"], "at": long_ago, "user_agent": "Firefox"}
    for method, verdict in (("GET", "unsure"), ("HEAD", "machine"), ("POST", "human")):
        LinkVisit.objects.create(method=method, verdict=verdict, evidence=list(REASONS), **visited)
    answer = Response.objects.get(pk=world.parts["answer_id"])
    answer.is_provisional, answer.suspicion = True, ["gesture", "quick"]
    answer.save(update_fields=["is_provisional", "suspicion"])
    Relabelling.objects.create(
        response=answer, by=world.people[SUPERUSER], reason="77", before="human", after="machine", suspicion=["gesture"]
    )
    waiting = FollowupFactory(assignee=world.people[SUPERUSER])
    waiting.wait(by=world.people[SUPERUSER])


def pages(world):
    """Return the addresses of all pages, by name."""
    found = {name: path(world, name, route) for name, route in NAMED.items() if not FOR_MACHINES.match(name)}
    for label, model in models_of_the_admin().items():
        if FOR_MACHINES.match(label):
            continue
        beginning = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found[f"{label} list"] = reverse(f"{beginning}_changelist")
        found[f"{label} add"] = reverse(f"{beginning}_add")
        if (row := model._default_manager.first()) is not None:
            found[f"{label} change"] = reverse(f"{beginning}_change", args=[row.pk])
    return found


def texts_of(world, language):
    """Return what each page says to a reader of a language, by name; pages that answer otherwise are left out."""
    reader = User.objects.get(pk=world.people[SUPERUSER].pk)
    reader.language = language
    reader.save(update_fields=["language"])
    client = Client(headers={"accept-language": language})
    client.force_login(reader)
    said = {}
    for name, address in pages(world).items():
        with transaction.atomic():
            answer = client.get(address)
            transaction.set_rollback(True)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            said[name] = Words(answer.content.decode()).found
    return said


def found_in(said, pattern):
    wrong = {text: name for name, texts in said.items() for text in texts if re.search(pattern, text)}
    return {f"{name}: {text[:80]}" for text, name in wrong.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_units_on_every_page_are_those_of_the_language(world, language):
    said = texts_of(world, language)

    assert len(said) > 80
    for what, pattern in WRONG_EVERYWHERE.items():
        assert not (wrong := found_in(said, pattern)), "\n".join([what, *sorted(wrong)])
    if language != "en":
        assert not (wrong := found_in(said, ENGLISH_UNIT)), "\n".join(sorted(wrong))


def words_of_rows():
    """Return the words that rows bring along: names, addresses, texts of surveys."""
    rows = [row for model in models_of_the_admin().values() for row in model._default_manager.values_list()]
    return {
        word
        for row in rows
        for value in row
        for word in LATIN_WORD.findall(json.dumps(value, default=str, ensure_ascii=False))
    }


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_no_word_in_latin_letters_is_left_on_a_page_in_cyrillic_ones(world, language):
    ours = words_of_rows() | NAMES
    said = texts_of(world, language)

    left = {
        text: f"{name}: {text[:90]}"
        for name, texts in said.items()
        for text in texts
        if not FOR_CUSTOMERS.match(name) and {word for word in LATIN_WORD.findall(text) if word not in ours}
    }

    assert not left, "\n".join(sorted(left.values()))


@pytest.mark.parametrize("language", ["uk", "ru", "lt"])
def test_nothing_that_has_a_translation_stands_in_english(world, language):
    catalogue = trans_real.translation(language)._catalog
    ours = words_of_rows() | NAMES
    said = texts_of(world, language)

    left = {
        f"{name}: {text}"
        for name, texts in said.items()
        for text in texts
        if not FOR_CUSTOMERS.match(name) and catalogue.get(text, text) != text and text not in ours
    }

    assert not left, "\n".join(sorted(left))
