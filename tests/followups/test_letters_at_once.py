"""Letters under workers that race or are killed: each is taken up once, and none is lost."""

import threading

import pytest
from django.db import connection, transaction

from delivery.media.email import inbox
from delivery.models import IncomingLetter
from followups.letters import arrivals
from followups.models import Activity, CustomerLetter
from tests.followups.mailbag import letter
from tests.followups.test_letters import bag, contact, followup, reply  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def at_once(work):
    """Do `work` in several threads at once, each with a connection of its own; return what went wrong."""
    together, wrong = threading.Barrier(WORKERS), []

    def one():
        try:
            together.wait(timeout=10)
            work()
        except Exception as error:  # noqa: BLE001 told by the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return wrong


def test_readers_and_takers_that_race_make_one_activity_of_each_letter(bag, followup, reply):  # noqa: F811
    bag.drop(*(letter(reply, name=str(number), text=f"Word {number}") for number in range(60)))

    assert at_once(inbox.read_reports) == []
    assert at_once(arrivals.take_due) == []

    assert IncomingLetter.objects.filter(taken_at__isnull=False).count() == 60
    assert Activity.objects.filter(kind="reply").count() == CustomerLetter.objects.count() == 60
    assert len(list((bag.folder / "done").iterdir())) == 60


def test_a_worker_killed_between_writing_down_and_putting_away_repeats_nothing(
    bag, followup, reply, monkeypatch  # noqa: F811
):  # fmt: skip
    class Killed(BaseException):
        pass

    def killed(*_args):
        raise Killed

    bag.drop(letter(reply))
    with monkeypatch.context() as patched:
        patched.setattr("delivery.media.email.mailboxes.Folder.put_away", killed)
        with pytest.raises(Killed):
            inbox.read_reports()
    assert IncomingLetter.objects.count() == 1

    assert bag.take().letters == 1

    assert Activity.objects.filter(kind="reply").count() == 1


def test_a_worker_killed_while_taking_up_leaves_nothing_half_done(bag, followup, reply, monkeypatch):  # noqa: F811
    class Killed(BaseException):
        pass

    def killed(*_args, **_kwargs):
        raise Killed

    bag.drop(letter(reply))
    inbox.read_reports()
    with monkeypatch.context() as patched:
        patched.setattr("followups.letters.arrivals._enter", killed)
        with pytest.raises(Killed), transaction.atomic():
            arrivals.take_due()
    assert not CustomerLetter.objects.exists()

    arrivals.take_due()

    assert Activity.objects.filter(kind="reply").count() == 1
