"""Where only CSAT or CES is asked, no page of the numbers speaks of recommending."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from tests.analytics.answers import answer, manager_called, version_of
from tests.factories import FollowupFactory, SurveyFactory

pytestmark = pytest.mark.django_db

PAGES = (
    "dashboard", "trend", "crossed", "why", "topics", "drivers", "silence", "fair", "funnel", "alarms", "integrity",
    "experiments", "casework", "recovery", "compensations", "passives", "reviews", "report", "planner",
    "answers", "companies", "mine",
)  # fmt: skip
OF_RECOMMENDING = re.compile(r"promoters?|detractors?|passives?|\bNPS\b|0–10", re.IGNORECASE)


def said(response):
    """What stands on the page itself, without the ways to other pages and what may be chosen."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    for part in ("nav", "select", "datalist", "script"):
        main = re.sub(rf"<{part}\b.*?</{part}>", "", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


@pytest.mark.parametrize("metric", ["csat", "ces"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_another_metric_speaks_of_recommending(client, ceo, page, metric):
    version = version_of(SurveyFactory(metric=metric))
    for months in range(3):
        at = clock.now() - timedelta(days=2 + 30 * months)
        told = answer(
            version,
            [1, 2, 3, 4, 5, 5, 5] * 6,
            at=at,
            metric=metric,
            comment="The delivery was late",
            manager=manager_called(f"Manager {months}"),
        )
        FollowupFactory(response=told[0])
    client.force_login(ceo)

    response = client.get(reverse(page), {"metric": metric, "period": "90d"}, follow=True)

    assert response.status_code == 200
    text = said(response)
    assert [text[max(0, found.start() - 60) : found.end() + 40] for found in OF_RECOMMENDING.finditer(text)] == []
