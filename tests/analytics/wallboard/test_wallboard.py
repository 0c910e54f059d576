import logging
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts import clock, logs, tokens
from accounts.models import SecurityEvent
from analytics.goals import book
from analytics.models import Wallboard
from nps_project import request_log
from tests.analytics.answers import answer, scores
from tests.analytics.reading import Page
from tests.factories import CompanyFactory, ContactFactory, ProductFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(client, ceo):
    def make(user=None, status=200, **typed):
        client.force_login(user or ceo)
        usual = {"name": "Lobby", "team": "", "metric": "nps", "days": "90d", "language": "", "theme": ""}
        answered = client.post(reverse("wallboard_links"), {**usual, **typed})
        assert answered.status_code == status, answered.content.decode()[:2000]
        client.logout()
        found = re.search(r"/wall/([\w-]+)/", answered.content.decode())
        return found and found[0]

    return make


def test_a_link_shows_the_number_to_whoever_has_it(client, make, version, team):
    answer(version, scores(60, 20, 20), team=team)
    link = make()

    page = Page(client.get(link))

    assert (page.figures["value"], page.figures["answers"]) == ("40.0", "100")
    assert "95% interval: 24 to 54" in page.text or "95% interval:" in page.text
    assert "chart__svg--wide" in page.html
    assert "Lobby" in page.text


def test_it_names_no_customer_and_no_colleague(client, make, version, team, owner):
    answer(
        version,
        scores(60, 20, 20),
        team=team,
        manager=owner,
        comment="Olena saved us.",
        product=ProductFactory(name="GTX Pro"),
        company=CompanyFactory(name="Baltic Foods"),
        contacts=ContactFactory.create_batch(100, first_name="Petronėlė"),
    )
    link = make(team=team.pk)

    text = client.get(link).content.decode()

    for name in ("Olena", "Petronėlė", "Baltic Foods", "GTX Pro", "Ada"):
        assert name not in text


def test_a_team_has_its_own_numbers(client, make, version, team):
    answer(version, scores(9), team=team)
    answer(version, scores(0, 0, 9), team=TeamFactory())

    assert Page(client.get(make(team=team.pk))).figures["value"] == "100.0"


def test_below_five_answers_there_is_no_number(client, make, version):
    answer(version, scores(4))

    page = Page(client.get(make()))

    assert "value" not in page.figures
    assert page.figures["answers"] == "4"
    assert Page(client.get(make(metric="csat"))).figures["answers"] == "0"


def test_goals_stand_on_it_in_words(client, make, version, team, ceo):
    answer(version, scores(180, 20), team=team)
    book.aim(team=team, metric="nps", span="month", start=clock.now().date().replace(day=1), target=40, by=ceo)

    page = Page(client.get(make(team=team.pk)))

    assert 'data-goal="on target so far"' in page.html


def test_the_secret_has_256_bits_and_is_kept_as_a_hash(make):
    token = make().split("/")[2]

    assert len(token) == 43
    row = Wallboard.objects.values().get()
    assert bytes(row["token_hash"]) == tokens.digest(token)
    assert token not in str(row)


def test_the_page_is_in_no_cache_and_no_index_and_asks_for_no_cookie(client, make, version):
    answer(version, scores(9))
    link = make()
    client.cookies.clear()

    for address in (link, "/wall/" + "x" * 43 + "/"):
        answered = client.get(address)
        assert answered["Cache-Control"] == "no-store"
        assert answered["X-Robots-Tag"] == "noindex, nofollow"
        assert answered["Referrer-Policy"] == "no-referrer"
        assert not answered.cookies
        assert '<meta name="robots" content="noindex, nofollow">' in answered.content.decode()


def test_it_refreshes_itself_without_inline_script(client, make, version):
    answer(version, scores(9))

    text = client.get(make()).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="300"></noscript>' in text
    assert re.findall(r"<script[^>]*>", text) == ['<script type="module" src="/static/js/wallboard.js">']
    assert "style=" not in text


def test_a_revoked_link_leads_nowhere(client, make, ceo, version):
    answer(version, scores(9))
    link, board = make(), Wallboard.objects.get()
    client.force_login(ceo)
    for _twice in range(2):
        client.post(reverse("wallboard_revocation", args=[board.pk]))
    client.logout()

    answered = client.get(link)

    assert answered.status_code == 404
    assert "Lobby" not in answered.content.decode()
    assert SecurityEvent.objects.filter(kind="key_revoked").count() == 1


def test_no_token_reaches_the_log(client, make, version, caplog, monkeypatch):
    answer(version, scores(9))
    link, lines = make(), []
    monkeypatch.setattr(request_log.log, "info", lambda _event, **line: lines.append(line), raising=False)
    caplog.set_level(logging.INFO)

    client.get(link)
    client.get("/wall/not-a-token-of-anybody/")

    assert [line["route"] for line in lines] == ["wallboard", "wallboard"]
    assert link.split("/")[2] not in str(lines)
    assert logs.hide(f"Not Found: {link}") == "Not Found: /wall/***/"
    assert logs.hide("GET /wall/not-a-token-of-anybody/ 404") == "GET /wall/***/ 404"


def test_links_are_made_and_revoked_by_those_who_may_within_reach(client, make, ceo, manager, owner, team):
    other = TeamFactory()
    make(team=other.pk, name="Theirs")
    theirs = Wallboard.objects.get()
    for person in (manager, owner):
        make(person, status=403)
        client.force_login(person)
        assert client.get(reverse("wallboards")).status_code == 403
        assert client.post(reverse("wallboard_revocation", args=[theirs.pk])).status_code == 403
    manager.user_permissions.add(Permission.objects.get(codename="make_wallboards"))

    assert make(manager, team=team.pk, name="Ours")
    assert make(manager, team="", status=400) is None
    assert make(manager, team=other.pk, status=400) is None
    client.force_login(manager)
    assert client.post(reverse("wallboard_revocation", args=[theirs.pk])).status_code == 404
    text = client.get(reverse("wallboards")).content.decode()
    assert "Ours" in text
    assert "Theirs" not in text
    assert Wallboard.objects.open().count() == 2


def test_the_link_is_shown_once(client, make, ceo):
    link = make()
    client.force_login(ceo)

    assert link not in client.get(reverse("wallboards")).content.decode()
    assert SecurityEvent.objects.get(kind="key_issued").subject.endswith("Lobby")


def test_it_speaks_its_own_language_and_wears_its_own_theme(client, make, version):
    answer(version, scores(9))

    text = client.get(make(language="uk", theme="dark")).content.decode()

    assert '<html lang="uk" data-theme="dark">' in text
    assert "Lobby" in text


def test_that_it_was_looked_at_is_noted_now_and_then(client, make, monkeypatch):
    link = make()
    assert Wallboard.objects.get().seen_at is None
    client.get(link)
    first = Wallboard.objects.get().seen_at
    monkeypatch.setattr(clock, "now", lambda: first + Wallboard.SEEN_EVERY / 2)
    client.get(link)

    assert Wallboard.objects.get().seen_at == first


def test_nothing_can_be_posted_to_it(client, make):
    assert client.post(make()).status_code == 405


def test_whoever_logs_in_sees_the_same(client, make, version):
    answer(version, scores(9))
    link = make()
    client.force_login(UserFactory())

    assert client.get(link).status_code == 200
