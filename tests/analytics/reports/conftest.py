import re

import pytest
from django.urls import reverse

from accounts import company_clock
from analytics.dashboard.filters import lists_for, teams_in_reach
from analytics.reports import facts
from analytics.reports.forms import ReportForm, of_report, scope_of
from responses.models import Response, ResponseTopic, Topic
from tests.analytics.answers import NOW, answer, at, manager_called, scores
from tests.analytics.reading import Page
from tests.factories import ChannelFactory

MAY, JUNE = at("2026-05-10T10:00"), at("2026-06-10T10:00")
LAST = "period=last-month"
LATE = "It came two weeks late and nobody said a word."


@pytest.fixture
def report(client, ceo):
    """Open the report as somebody and read it."""

    def report(query=LAST, user=None, status=200):
        client.force_login(user or ceo)
        response = client.get(f"{reverse('report')}?{query}")
        assert response.status_code == status, response.content.decode()[:2000]
        return Page(response)

    return report


@pytest.fixture
def company(version):
    """Two months: in June Viktor is far below the others, a weak channel has grown, and “delivery” is complained of."""
    answer(version, [8], at=at("2026-04-02T10:00"))
    partner, web = (ChannelFactory(name=name) for name in ("Partner", "Web"))
    usual, bad = manager_called("Rasa"), manager_called("Viktor")
    for moment, partners in ((MAY, 1), (JUNE, 6)):
        answer(version, scores(60, 20, 20), at=moment, manager=usual, team=usual.team, channel=web)
        answer(version, scores(5 * partners, 5 * partners, 20 * partners), at=moment, channel=partner)
    answer(version, scores(60, 20, 20), at=MAY, manager=bad, team=bad.team, channel=web)
    answer(version, scores(15, 20, 65), at=JUNE, manager=bad, team=bad.team, channel=web, comment=LATE)
    say("delivery", score__lte=6)
    say("quality", score__gte=9)
    return bad


def say(slug, **which):
    """Let those answers of June name a topic."""
    topic = Topic.objects.get(slug=slug)
    found = Response.objects.filter(answered_at=JUNE, **which)
    ResponseTopic.objects.bulk_create(
        [ResponseTopic(response=response, topic=topic, source="tapped") for response in found]
    )


def facts_of(person, query):
    """What a report rests on as somebody would see it."""
    form = ReportForm(query, lists=lists_for(person), teams=teams_in_reach(person), today=NOW.date())
    assert form.is_valid(), form.errors
    return facts.read(form, company_clock.zone(), of_report(query), scope_of(form), person)


def names(page, section):
    """What the sentences of a section are about."""
    part = page.html.split(f'id="{section}"')[1].split("</section>")[0]
    return re.findall(r'data-name="([^"]*)"', part)
