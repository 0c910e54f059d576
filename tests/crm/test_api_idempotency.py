import threading

import pytest
from django.db import connection, transaction

from accounts.models import IdempotentRequest
from crm.models import Company
from tests.crm.conftest import client_of

pytestmark = pytest.mark.django_db

ONE = "/api/v1/companies/1/"
BULK = "/api/v1/companies/bulk/"


def send(client, body, key="k-1", address=ONE):
    method = client.post if address == BULK else client.put
    return method(address, body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [(ONE, {"name": "One"}, 201), (BULK, {"rows": [{"external_id": "1", "name": "One"}, {"external_id": "2"}]}, 200)],
)
def test_a_repeat_gets_the_first_answer_and_changes_nothing(api, address, body, status):
    first = send(api, body, address=address)
    Company.objects.update(name="Changed since")

    again = send(api, body, address=address)

    assert [first.status_code, again.status_code] == [status, status]
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Company.objects.get().name == "Changed since"


@pytest.mark.parametrize(("address", "body"), [(ONE, {"name": "Two"}), ("/api/v1/companies/2/", {"name": "One"})])
def test_a_key_is_not_taken_for_another_request(api, address, body):
    send(api, {"name": "One"})

    answer = send(api, body, address=address)

    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "idempotency_key_reused"
    assert list(Company.objects.values_list("external_id", "name")) == [("1", "One")]


def test_each_client_has_its_own_keys(api, other_api):
    assert send(api, {"name": "One"}).status_code == 201
    assert send(other_api, {"name": "Two"}).status_code == 201


def test_a_refused_request_may_be_corrected_under_the_same_key(api):
    assert send(api, {"name": ""}).status_code == 400
    assert not IdempotentRequest.objects.exists()

    assert send(api, {"name": "One"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ"])
def test_an_impossible_key_is_refused(api, key):
    answer = api.put(ONE, {"name": "One"}, HTTP_IDEMPOTENCY_KEY=key)

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["Idempotency-Key"]
    assert not Company.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_still_being_worked_on_is_not_begun_again():
    api = client_of()
    answers = []

    def from_elsewhere():
        try:
            answers.append(send(api, {"name": "One"}))
        finally:
            connection.close()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{api.key.pk}:k-1"])
        thread = threading.Thread(target=from_elsewhere)
        thread.start()
        thread.join()

    assert answers[0].status_code == 409
    assert answers[0].json()["error"]["code"] == "in_progress"
    assert send(api, {"name": "One"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_eight_repeats_at_once_are_done_once():
    api = client_of()
    answers = []

    def repeat():
        try:
            answers.append(send(api, {"name": "One"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=repeat) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len([answer for answer in done if "Idempotency-Replayed" not in answer]) == 1
    assert all(answer.json() == done[0].json() for answer in done)
    assert Company.objects.count() == IdempotentRequest.objects.count() == 1
