"""Recorded ways of people and machines, played over real HTTP: who counts, and who is taken for whom."""

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import requests

from accounts import clock
from responses.evidence import sweep
from responses.models import LinkVisit, Response
from tests.factories import InvitationFactory

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = "Mozilla/5.0 (iPhone) AppleWebKit/605.1 (KHTML, like Gecko) Version/19.0 Mobile Safari/604.1"
# What fetches the card of a link, as each messenger's servers or apps call themselves.
PREVIEWERS = {
    "Slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Telegram": "TelegramBot (like TwitterBot)",
    "WhatsApp": "WhatsApp/2.23.20.0 A",
    "Signal": "WhatsApp/2",
    "Messenger": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "iMessage": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1"
    " Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Teams": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Discord": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LINE": "facebookexternalhit/1.1;line-poker/1.0",
    "LinkedIn": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Jakarta Commons-HttpClient/3.1 +http://www.linkedin.com)",
    "VK": "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Iframely": "Iframely/1.3.1 (+https://iframely.com/docs/about)",
}
CUBOT = "Mozilla/5.0 (Linux; Android 14; CUBOT KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Mobile"
# The browsers within messengers, in which people answer.
INSIDE = {
    "Telegram": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/156.0 Mobile Safari/537.36 Telegram-Android/11.4 (Google Pixel 9; Android 15; SDK 35; HIGH)",
    "Messenger": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Mobile/22A [FBAN/MessengerForiOS;FBAV/480.0;FBDV/iPhone17,1;FBMD/iPhone;FBLC/uk_UA]",
    "Viber": "Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0"
    " Mobile Safari/537.36 Viber/24.1",
}
HOME, MOBILE, CLOUD = "203.0.113.7", "192.0.2.55", "198.51.100.9"
TOUCHED = {"scripted": "1", "gesture": "touch"}
SCRIPTED = {"scripted": "1", "gesture": ""}
READ = 4


class Fields(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.found[given["name"]] = given.get("value") or ""


class Visitor:
    """A browser, or what looks like one, somewhere. Waiting moves the page back instead of sleeping."""

    def __init__(self, link, address, browser):
        self.link = link
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"User-Agent": browser, "X-Forwarded-For": address})

    def head(self):
        self.session.head(self.link, timeout=10)

    def get(self, path=""):
        answer = self.session.get(self.link + path, timeout=10)
        assert answer.status_code == 200
        return Fields(answer.text).found

    def send(self, page, seconds, **given):
        shown = int(page["shown"]) - 1000 * seconds
        answer = self.session.post(self.link, data={**page, **given, "shown": shown}, timeout=10)
        assert answer.status_code == 200
        return Fields(answer.text).found

    def open_all_links(self):
        for score in range(11):
            self.get(f"?score={score}")
        return self.get("d/")


def impatient_person(link):
    phone = Visitor(link, MOBILE, IPHONE)
    for score in (10, 8, 9):
        page = phone.get(f"?score={score}")
    phone.send(page, 0, **TOUCHED)


def person_without_scripts(link):
    browser = Visitor(link, HOME, FIREFOX)
    why = browser.send(browser.get("?score=9"), READ)
    browser.send(why, READ, comment="Good")


def impatient_person_without_scripts(link):
    browser = Visitor(link, HOME, FIREFOX)
    for score in (7, 8, 9):
        page = browser.get(f"?score={score}")
    browser.send(page, 2)


def person_on_two_devices(link):
    phone, desk = Visitor(link, MOBILE, IPHONE), Visitor(link, HOME, CHROME)
    phone.send(phone.get("?score=6"), READ, **TOUCHED)
    desk.send(desk.get(), READ, score="9", **TOUCHED)


def person_behind_a_gateway(link):
    Visitor(link, CLOUD, CHROME).open_all_links()
    browser = Visitor(link, HOME, CHROME)
    browser.send(browser.get("?score=9"), READ, **TOUCHED)


def person_whose_network_is_the_gateways(link):
    Visitor(link, HOME, CHROME).open_all_links()
    browser = Visitor(link, HOME, CHROME)
    browser.send(browser.get("?score=9"), READ, **TOUCHED)


def gateway_that_opens_all_links(link):
    Visitor(link, CLOUD, CHROME).open_all_links()


def gateway_that_asks_for_the_head_first(link):
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.head()
    gateway.send(gateway.get("?score=0"), READ)


def gateway_that_runs_scripts_and_submits(link):
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.send(gateway.get("?score=0"), 0, **SCRIPTED)


def gateway_that_runs_scripts_and_takes_its_time(link):
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.send(gateway.get("?score=0"), 20, **SCRIPTED)


def gateway_that_submits_without_scripts(link):
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.send(gateway.get("?score=0"), 0)


def gateway_that_presses_the_button(link):
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.open_all_links()
    gateway.send(gateway.get("?score=0"), 0, scripted="1", gesture="pointer")


def gateway_that_posts_after_the_person(link):
    person = Visitor(link, HOME, CHROME)
    person.send(person.get("?score=9"), READ, **TOUCHED)
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.send(gateway.get("?score=0"), 0, **SCRIPTED)
    gateway.send(gateway.get("?score=0"), READ)


def previewer_of(messenger):
    """Return what its servers do with a link, and some apps on the phone of whoever sends it on."""

    def play(link):
        Visitor(link, CLOUD, PREVIEWERS[messenger]).get()
        Visitor(link, MOBILE, PREVIEWERS[messenger]).get("?score=10")

    return named(f"previewer of {messenger}", play)


def person_whose_phone_is_named_like_a_robot(link):
    phone = Visitor(link, MOBILE, CUBOT)
    phone.send(phone.get("?score=9"), READ, **TOUCHED)


def person_inside(messenger):
    """Return what a person does whose own phone drew the preview a moment before."""

    def play(link):
        Visitor(link, MOBILE, PREVIEWERS["iMessage"]).get()
        phone = Visitor(link, MOBILE, INSIDE[messenger])
        phone.send(phone.get("?score=9"), READ, **TOUCHED)

    return named(f"person inside {messenger}, after the preview", play)


def person_without_scripts_after_the_preview(link):
    Visitor(link, MOBILE, PREVIEWERS["WhatsApp"]).get()
    phone = Visitor(link, MOBILE, IPHONE)
    phone.send(phone.get("?score=9"), READ)


def named(name, play):
    play.__name__ = name
    return play


def slow_gateway_minutes_later(link):
    LinkVisit.objects.update(at=clock.now() - timedelta(minutes=9))
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.get("d/")
    LinkVisit.objects.update(at=clock.now() - timedelta(minutes=5))
    gateway.send(gateway.get("?score=0"), 120)


def gateway_that_submits_first_and_opens_the_rest_later(link):
    gateway = Visitor(link, CLOUD, CHROME)
    gateway.send(gateway.get("?score=0"), READ)
    LinkVisit.objects.update(at=clock.now() - timedelta(minutes=3))
    gateway.open_all_links()


# Who plays, and which score has to count in the end: None for none.
BEHAVIOURS: dict[Callable[[str], None], int | None] = {
    impatient_person: 9,
    person_without_scripts: 9,
    impatient_person_without_scripts: 9,
    person_on_two_devices: 9,
    person_behind_a_gateway: 9,
    person_whose_network_is_the_gateways: 9,
    gateway_that_posts_after_the_person: 9,
    **{person_inside(messenger): 9 for messenger in INSIDE},
    person_without_scripts_after_the_preview: 9,
    person_whose_phone_is_named_like_a_robot: 9,
    gateway_that_opens_all_links: None,
    gateway_that_asks_for_the_head_first: None,
    gateway_that_runs_scripts_and_submits: None,
    gateway_that_runs_scripts_and_takes_its_time: None,
    gateway_that_submits_without_scripts: None,
    gateway_that_presses_the_button: None,
    **{previewer_of(messenger): None for messenger in PREVIEWERS},
    slow_gateway_minutes_later: None,
    gateway_that_submits_first_and_opens_the_rest_later: None,
}


@pytest.fixture
def proxied(settings):
    settings.TRUSTED_PROXIES = 1


@pytest.mark.django_db(transaction=True)
def test_no_machine_counts_and_no_person_is_lost(live_server, proxied, capsys):
    counted = {}
    for number, behave in enumerate(BEHAVIOURS):
        invitation = InvitationFactory(contact__email=f"customer@company{number}.example")
        behave(live_server.url + invitation.path)
        sweep.look(now=clock.now() + sweep.LAG)
        answer = Response.objects.counted().filter(invitation=invitation).first()
        counted[behave] = answer.score if answer else None

    with capsys.disabled():
        print(confusion(counted))
    assert counted == BEHAVIOURS
    assert Response.objects.exclude(is_provisional=True).count() == 12


def confusion(counted):
    people = [behave for behave, score in BEHAVIOURS.items() if score is not None]
    machines = [behave for behave, score in BEHAVIOURS.items() if score is None]
    lines = [f"\n{'visitor':54}{'should count':>14}{'counts':>8}"]
    lines += [
        f"{who.__name__.replace('_', ' '):54}{BEHAVIOURS[who]!s:>14}{score!s:>8}" for who, score in counted.items()
    ]
    right = sum(counted[who] == BEHAVIOURS[who] for who in people)
    wrong = sum(counted[who] is not None for who in machines)
    lines.append(f"{'':20}{'counted':>10}{'not counted or wrong':>24}")
    lines.append(f"{'people':20}{right:>10}{len(people) - right:>24}")
    lines.append(f"{'machines':20}{wrong:>10}{len(machines) - wrong:>24}")
    return "\n".join(lines)
