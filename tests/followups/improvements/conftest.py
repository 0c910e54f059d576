import pytest

from followups.improvements import changes
from responses.models import ResponseTopic, Topic
from surveys.models import AskingPolicy
from tests.factories import ResponseFactory


@pytest.fixture
def improvement(owner):
    """Proposed by an agent, without an owner and for all teams."""
    delivery = Topic.objects.get(slug="delivery")
    return changes.propose(by=owner, topics=[delivery], title="Deliver on the day", why="Half of all vans are late.")


@pytest.fixture
def complain(db):
    """Make answers of customers who complained that delivery is late; asked long ago, unless `asked_at` says."""

    def complain(number=1, *, topic="delivery", **facts):
        facts = {"score": 3, "comment": "Late again."} | facts
        made = [ResponseFactory(**facts) for _number in range(number)]
        about = Topic.objects.get(slug=topic)
        for response in made:
            ResponseTopic.objects.create(response=response, topic=about, source="tapped")
        return made

    return complain


@pytest.fixture
def no_floor(db):
    """Let anybody be written to however lately they were asked."""
    policy = AskingPolicy.current()
    policy.floor_days = 0
    policy.save()
