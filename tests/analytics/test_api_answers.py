import threading

import pytest
from django.db import connection, transaction

from accounts.models import SecurityEvent
from analytics import services
from analytics.explorer import columns
from analytics.models import AnswerChange
from responses.models import Response, ResponseTopic, Topic
from tests.analytics.answers import answer, manager_called, version_of
from tests.crm.conftest import client_of
from tests.factories import CompanyFactory, ContactFactory, FollowupFactory, ProductFactory, TouchpointFactory

LIST = "/api/v1/responses/"
PERSONAL = {column.name for column in columns.OF_API if column.is_personal}


@pytest.fixture
def api(db):
    return client_of(scopes=["all_answers", "personal"])


def read(api, status=200, **query):
    answered = api.get(LIST, query)
    assert answered.status_code == status, answered.content
    return answered.json()


def ids(page):
    return [row["id"] for row in page["results"]]


def walk(api, **query):
    """All pages, as a client follows them."""
    page = read(api, **query)
    pages = [page]
    while page["next"]:
        page = api.get(page["next"]).json()
        pages.append(page)
    return pages


def test_a_row_says_what_an_export_says_and_when_it_changed(api, version):
    company = CompanyFactory(name="Beržas", source="hubspot", external_id="c-1")
    contact = ContactFactory(first_name="Ona", last_name="Petraitė", source="hubspot", external_id="p-1")
    ona = manager_called("Ona Manager")
    facts = {"contact": contact, "company": company, "manager": ona, "team": ona.team, "product": ProductFactory()}
    (one,) = answer(version, [3], comment="Slow", amount="1250.00", currency="EUR", **facts)
    ResponseTopic.objects.create(response=one, topic=Topic.objects.get(slug="delivery"), source="tapped")
    FollowupFactory(response=one, team=ona.team)

    (row,) = read(api)["results"]
    alone = api.get(f"{LIST}{one.pk}/").json()

    assert list(row) == [column.name for column in columns.OF_API]
    assert alone == row
    told = {name: row[name] for name in ("id", "score", "score_now", "category", "comment", "topics", "amount")}
    assert told == {
        "id": one.pk, "score": 3, "score_now": 3, "category": "detractor", "comment": "Slow", "topics": ["delivery"],
        "amount": "1250.00",
    }  # fmt: skip
    assert (row["contact"], row["contact_source"], row["contact_external_id"]) == ("Ona Petraitė", "hubspot", "p-1")
    assert (row["company"], row["company_external_id"], row["manager"]) == ("Beržas", "c-1", "Ona Manager")
    assert (row["followup"], row["is_counted"], row["in_doubt"]) == ("new", True, False)
    assert row["updated_at"] == AnswerChange.objects.get().at.isoformat().replace("+00:00", "Z")


def test_no_program_is_told_what_invented_customers_answered(api, version):
    (real,) = answer(version, [3], contact=ContactFactory(source="hubspot", external_id="p-1"))
    (nobody,) = answer(version, [4])
    (sample,) = answer(version, [9], contact=ContactFactory(source="sample", external_id="p-1"))

    assert sorted(ids(read(api))) == [real.pk, nobody.pk]
    assert api.get(f"{LIST}{sample.pk}/").status_code == 404


def test_a_key_without_the_scope_reads_no_answer(version):
    (one,) = answer(version, [3])

    for scopes in (["read"], ["write"], ["personal"]):
        api = client_of(scopes=scopes)
        assert read(api, status=403)["error"]["code"] == "permission_denied"
        assert api.get(f"{LIST}{one.pk}/").status_code == 403


def test_a_key_of_answers_reads_those_of_its_own_customers_and_no_contacts(version):
    (own,) = answer(version, [3], contact=ContactFactory(source="hubspot", external_id="1"))
    (other,) = answer(version, [9], contact=ContactFactory(source="pipedrive", external_id="1"))
    answer(version, [8])
    api = client_of(scopes=["answers"])

    assert ids(read(api)) == [own.pk]
    assert api.get(f"{LIST}{other.pk}/").json()["error"]["code"] == "not_found"
    assert api.get("/api/v1/contacts/").status_code == 403


def test_without_the_scope_nothing_says_who_answered_or_with_which_words(version):
    contact = ContactFactory(source="hubspot", external_id="p-1")
    answer(version, [3], comment="Slow, says Ona Petraitė", contact=contact)
    api = client_of(scopes=["answers"])

    (row,) = read(api)["results"]
    refused = read(api, status=400, contact="p-1", q="slow", manager="a@plumb.example")

    assert PERSONAL.isdisjoint(row)
    assert {"comment", "contact", "contact_external_id", "company", "manager", "deal_external_id"} <= PERSONAL
    assert list(refused["error"]["fields"]) == ["contact", "manager", "q"]


def test_tests_are_told_nobody(api, version):
    answer(version, [3], origin="test")

    assert read(api)["results"] == []


def test_each_filter_keeps_what_it_names(api, version):
    ona = manager_called("Ona")
    contact = ContactFactory(source="hubspot", external_id="p-1")
    touchpoint = TouchpointFactory(contact=contact, kind="renewal", deal=None)
    product = ProductFactory(source="hubspot", external_id="gtx")
    facts = {"manager": ona, "team": ona.team, "product": product, "campaign": "Spring", "medium": "sms"}
    (one,) = answer(version, [2], comment="Pristatymas vėlavo", contact=contact, touchpoint_kind="renewal", **facts)
    answer(version_of(), [9])
    ResponseTopic.objects.create(response=one, topic=Topic.objects.get(slug="delivery"), source="tapped")
    FollowupFactory(response=one, team=ona.team, root_cause_id="delivery")
    queries = {
        "category": "detractor", "score_to": 2, "survey": version.survey.name, "team": ona.team.name,
        "manager": ona.email, "product": "gtx", "campaign": "Spring", "medium": "sms", "touchpoint": touchpoint.kind,
        "topic": "delivery", "followup": "new", "root_cause": "delivery", "contact": "p-1", "q": "pristatymo",
    }  # fmt: skip

    for name, value in queries.items():
        assert ids(read(api, **{name: value})) == [one.pk], name
    assert len(ids(read(api, metric="nps", is_counted="true", language="en", origin="invited"))) == 2
    assert ids(read(api, answered_before="2020-01-01T00:00:00Z")) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("updated_since", "yesterday"), ("as_of", "000000000000-5"), ("scroe", "3"), ("score_from", "11"),
        ("category", "angry"), ("cursor", "x"), ("page_size", "0"), ("is_counted", "perhaps"), ("score_to", "9.5"),
        ("kind", "transactionl"), ("origin", "test"), ("medium", "pigeon"), ("root_cause", "weather"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(api, name, value):
    error = read(api, status=400, **{name: value})["error"]

    assert (error["code"], list(error["fields"])) == ("invalid", [name])


@pytest.mark.django_db(transaction=True)
def test_a_walk_shows_each_answer_once_whatever_is_written_meanwhile():
    api, version = client_of(scopes=["all_answers"]), version_of()
    there = answer(version, [9, 8, 7, 6, 5])
    first = read(api, page_size=2)

    (new,) = answer(version, [3])
    Response.objects.filter(pk__in=[there[0].pk, there[-1].pk]).update(score=1)
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    assert ids(first) + ids(second) + ids(third) == [one.pk for one in reversed(there)]
    assert third["next"] is None
    assert first["as_of"] == second["as_of"] == third["as_of"]
    assert {new.pk, there[0].pk, there[-1].pk} <= set(ids(read(api, updated_since=first["as_of"])))


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_missed_by_nobody_who_asks_from_the_mark_on():
    api, version = client_of(scopes=["all_answers"]), version_of()
    late, early, quiet = answer(version, [3, 4, 5])
    may_end, has_written = threading.Event(), threading.Event()

    def slowly():
        try:
            with transaction.atomic():
                Response.objects.filter(pk=late.pk).update(score=10)
                has_written.set()
                may_end.wait(20)
        finally:
            connection.close()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert has_written.wait(20)
    Response.objects.filter(pk=early.pk).update(score=9)
    before = read(api)
    moment = max(row["updated_at"] for row in before["results"])
    may_end.set()
    slow.join()
    after = read(api, updated_since=before["as_of"])

    assert {row["id"]: row["score"] for row in before["results"]} == {late.pk: 3, early.pk: 9, quiet.pk: 5}
    # Other tests may hold older transactions of the same server open: then what was seen before may come again.
    assert {late.pk: 10, early.pk: 9}.items() <= {row["id"]: row["score"] for row in after["results"]}.items()
    # The moment alone would have missed it: it was written before what was seen.
    assert late.pk not in ids(read(api, updated_since=moment))


@pytest.mark.django_db(transaction=True)
def test_what_is_trimmed_is_found_all_the_same():
    api, version = client_of(scopes=["all_answers"]), version_of()
    one, _other = answer(version, [3, 4])
    mark = read(api)["as_of"]
    for score in (5, 6, 7):
        Response.objects.filter(pk=one.pk).update(score=score)
    changed_at = read(api)["results"][-1]["updated_at"]

    trimmed = services.trim_answer_changes()

    assert trimmed == 3
    assert AnswerChange.objects.count() == 2
    assert one.pk in ids(read(api, updated_since=mark))
    assert ids(read(api, updated_since=changed_at)) == [one.pk]
    assert services.trim_answer_changes() == 0


def test_the_mark_of_another_database_is_refused(api, version):
    answer(version, [3])
    database, xact = read(api)["as_of"].split("-")

    for mark in (f"000000000000-{xact}", f"{database}-{int(xact) + 10_000}"):
        error = read(api, status=400, updated_since=mark)["error"]
        assert error["fields"] == {
            "updated_since": "This mark is of another database. Read everything anew, without updated_since."
        }


def test_who_takes_answers_along_is_written_down_once_a_walk(api, version):
    answer(version, [3, 4, 5])

    walk(api, page_size=1)
    read(api, category="promoter")

    (event,) = SecurityEvent.objects.filter(kind=SecurityEvent.Kind.EXPORTED)
    assert (event.means, event.subject) == (api.key.name, "api/v1/responses")
    assert event.details == {"filters": {"page_size": "1"}}


def test_a_page_costs_as_many_queries_with_three_answers_as_with_one(api, version, django_assert_num_queries):
    answer(version, [3])
    read(api)
    with django_assert_num_queries(6):
        read(api)

    answer(version, [4, 5])
    with django_assert_num_queries(6):
        read(api)


def test_no_address_is_taken_for_a_number(api):
    assert api.get(f"{LIST}{10**30}/").status_code == 404
    assert api.get(f"{LIST}x/").json()["error"]["code"] == "not_found"
    assert api.post(LIST, {}).status_code in (403, 405)
