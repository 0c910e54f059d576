"""An import of people gives nobody more than its administrator may give, and leaves word of what it changed."""

import pytest

from accounts import clock
from accounts.models import SecurityEvent, Team, User
from crm.imports import people, runs
from crm.imports.files import uploads
from crm.models import ImportRun
from crm.upsert import RowOutcome
from delivery.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MAPPING = """
source = "hr"
[[table]]
file = "p.csv"
to = "person"
columns = { external_id = "id", name = "name", email = "email" }
"""


@pytest.fixture
def root():
    return UserFactory(email="root@plumb.example", name="Root Super", is_superuser=True, is_staff=True)


def imported(by, *rows):
    run = ImportRun.objects.create(mapping=MAPPING, source="hr", started_by=by)
    text = "id,name,email\n" + "".join(f"{row}\n" for row in rows)
    runs.execute(run, uploads({"p.csv": text.encode()}))
    run.refresh_from_db()
    return run.counts["p.csv"]


def as_it_was(root):
    root.refresh_from_db()
    return (root.source, root.external_id, root.email, root.name, root.is_active, root.is_superuser) == (
        "", None, "root@plumb.example", "Root Super", True, True,
    )  # fmt: skip


def test_a_superuser_is_neither_adopted_nor_renamed_nor_moved(administrator, root):
    first = imported(administrator, "r1,Root Super,root@plumb.example")
    second = imported(administrator, "r1,Root Super,attacker@outside.example")

    assert (first, second) == ({"rejected": 1}, {"created": 1})
    assert as_it_was(root)
    assert not User.objects.get(email="attacker@outside.example").is_superuser


@pytest.mark.parametrize("row", ["r1,Renamed,", "r1,,attacker@outside.example", "r1,Renamed,root@plumb.example"])
def test_one_who_became_a_superuser_later_is_out_of_reach_too(administrator, row):
    risen = UserFactory(email="root@plumb.example", name="Root", source="hr", external_id="r1", is_superuser=True)

    assert imported(administrator, row) == {"rejected": 1}
    assert imported(None, row) == {"rejected": 1}

    risen.refresh_from_db()
    assert (risen.email, risen.name) == ("root@plumb.example", "Root")


def test_a_row_that_is_refused_stops_only_itself(administrator, root):
    counts = imported(administrator, "r1,Root,root@plumb.example", "r2,Ona,ona@plumb.example")

    assert counts == {"rejected": 1, "created": 1}
    assert as_it_was(root)


def test_a_row_that_is_refused_brings_no_team_and_no_lead_along(root):
    rows = [
        {"external_id": "r1", "email": root.email, "team": "Of nobody", "team_lead": "boss"},
        {"external_id": "r2", "name": "Ona", "team": "North", "team_lead": "r2"},
    ]

    refused, taken = people.take_over(rows, source="hr", now=clock.now())

    assert (refused.outcome, taken.outcome) == (RowOutcome.REJECTED, RowOutcome.CREATED)
    assert list(Team.objects.values_list("name", "lead__name")) == [("North", "Ona")]
    assert not User.objects.filter(external_id="boss").exists()


def test_a_superuser_who_is_named_unchanged_is_left_alone():
    UserFactory(email="root@plumb.example", name="Root", source="hr", external_id="r1", is_superuser=True)

    (result,) = people.take_over([{"external_id": "r1", "name": "Root"}], source="hr", now=clock.now())

    assert result.outcome == RowOutcome.UNCHANGED


def test_a_changed_login_is_written_down_and_told_to_both_mailboxes(administrator):
    ona = User.objects.create_user(
        "ona@plumb.example", "a long enough phrase", name="Ona", source="hr", external_id="o"
    )

    imported(administrator, "o,Ona,ona.new@plumb.example")

    ona.refresh_from_db()
    event = SecurityEvent.objects.get(kind="address_changed")
    assert (event.by, event.means, event.about) == (administrator, "import hr", ona)
    assert event.details == {"email": ["ona@plumb.example", "ona.new@plumb.example"]}
    assert {message.to_address for message in Message.objects.all()} == {"ona@plumb.example", "ona.new@plumb.example"}


def test_nobody_gets_a_role_or_a_password_by_an_import(administrator):
    imported(administrator, "n,New,new@plumb.example")

    new = User.objects.get(email="new@plumb.example")
    assert (new.groups.count(), new.is_staff, new.is_superuser, new.has_usable_password()) == (0, False, False, False)
