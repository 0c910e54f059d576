"""A playbook may be for the customers of a segment; whoever is in it when the answer is routed counts."""

import pytest

from accounts import clock
from followups.models import Playbook
from followups.playbooks.forms import PlaybookForm
from followups.playbooks.rules import Playbooks
from followups.playbooks.workload import workload
from followups.routes import Desk
from surveys.models import CustomerSegment
from tests.factories import ContactFactory, PlaybookFactory, ResponseFactory, UserFactory

pytestmark = pytest.mark.django_db


def segment(name="Lithuanians", **fields):
    kept = {"conditions": {"language": "lt"}, "is_shared": True, **fields}
    return CustomerSegment.objects.create(owner=UserFactory(), name=name, **kept)


@pytest.fixture
def playbook():
    Playbook.objects.update(is_active=False)
    return PlaybookFactory(survey=None, category="", name="Own", segment=segment())


def answer(language="lt", **fields):
    now = clock.now()
    known = {"score": 2, "settled_at": now, "answered_at": now, "contact": ContactFactory(language=language)}
    return ResponseFactory(**known | fields)


def followed(*answers):
    return [route.playbook for route in Desk.at(clock.now()).routes(answers)]


def test_it_is_followed_by_those_in_the_segment_alone(playbook):
    other = PlaybookFactory(survey=None, category="", name="Rest", position=playbook.position + 1)

    assert followed(answer(), answer("uk"), answer(contact=None)) == [playbook, other, other]


def test_of_two_segments_each_has_its_own(playbook):
    second = PlaybookFactory(
        survey=None, category="", name="Two", segment=segment("Ukrainians", conditions={"language": "uk"})
    )

    assert followed(answer("uk"), answer("lt"), answer("en")) == [second, playbook, None]


def test_a_segment_that_means_nothing_any_more_holds_nobody(playbook):
    CustomerSegment.objects.update(conditions={"language": "lt", "product": "999999"})

    assert followed(answer()) == [None]


def test_more_answers_take_no_more_queries_and_segments_their_own(playbook, django_assert_num_queries):
    PlaybookFactory(survey=None, category="", segment=segment("Ukrainians", conditions={"language": "uk"}))
    desk, answers = Desk.at(clock.now()), [answer() for _each in range(3)]
    # The topics, what segments may be chosen by (six), and one for each of both.
    with django_assert_num_queries(9):
        desk.routes(answers[:1])
    with django_assert_num_queries(9):
        desk.routes(answers)
    Playbook.objects.update(segment=None)
    bare = Desk.at(clock.now())
    with django_assert_num_queries(1):
        bare.routes(answers)


def test_the_preview_counts_the_same(playbook):
    answer(), answer("uk")

    run = workload(Playbooks.active(), now=clock.now())

    assert (run.taken, run.without_playbook) == ({playbook: 1}, 1)


def test_only_segments_for_everybody_are_offered_and_its_own(playbook):
    mine = segment("Mine", is_shared=False)

    assert list(PlaybookForm(instance=playbook).fields["segment"].queryset) == [playbook.segment]
    playbook.segment = mine
    assert set(PlaybookForm(instance=playbook).fields["segment"].queryset) == set(CustomerSegment.objects.all())
