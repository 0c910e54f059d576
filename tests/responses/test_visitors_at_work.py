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
SLACK = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"
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


def link_previewer(link):
    Visitor(link, CLOUD, SLACK).get()


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
    gateway_that_opens_all_links: None,
    gateway_that_asks_for_the_head_first: None,
    gateway_that_runs_scripts_and_submits: None,
    gateway_that_runs_scripts_and_takes_its_time: None,
    gateway_that_submits_without_scripts: None,
    gateway_that_presses_the_button: None,
    link_previewer: None,
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
    assert Response.objects.exclude(is_provisional=True).count() == 7


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
