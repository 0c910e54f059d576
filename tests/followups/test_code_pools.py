from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts import clock, company_clock
from accounts.models import SecurityEvent
from followups.compensations import codes
from followups.compensations.codes import NoCodeLeft, TakenIn
from followups.models import CodePool, PoolCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return CodePool.objects.create(name="Voucher", amount=20, currency="EUR", few=2)


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM followups_poolcode")
        return [row[0] for row in cursor.fetchall()]


def test_the_good_rows_are_taken_and_each_bad_one_is_named(pool):
    text = "\n".join(["code;note", "AAA-1;first", '"BBB-2";x', "", "AAA-1", "C C", ";none", "x" * 65, "дар-3"])

    done = codes.take_in(pool, text)

    assert [code.code for code in pool.codes.order_by("pk")] == ["AAA-1", "BBB-2", "дар-3"]
    assert (done.taken, done.repeated) == (3, [5])
    assert done.bad == {
        6: "white space or characters that cannot be seen inside",
        7: "no code in the first column",
        8: "longer than 64 characters",
    }


def test_the_same_file_again_adds_nothing_whichever_pool_it_is_for(pool):
    codes.take_in(pool, "AAA-1\nBBB-2")
    other = CodePool.objects.create(name="Other")

    assert codes.take_in(other, "AAA-1\nBBB-2\nCCC-3") == TakenIn(1, [1, 2], {})
    assert codes.take_in(pool, "AAA-1\nBBB-2") == TakenIn(0, [1, 2], {})


def test_codes_are_known_again_after_the_key_was_changed(pool, settings):
    codes.take_in(pool, "AAA-1")
    settings.ENCRYPTION_KEY_FALLBACKS = [settings.ENCRYPTION_KEY]
    settings.ENCRYPTION_KEY = "another-key-that-is-long-enough-for-the-checks-0123456789"

    assert codes.take_in(pool, "AAA-1").taken == 0


def test_nobody_reads_a_code_in_the_database(pool):
    codes.take_in(pool, "AAA-1")

    assert "AAA-1" not in stored()[0]
    assert "AAA-1" not in str(PoolCode.objects.get())


@pytest.mark.parametrize("text", ["\x00\ufeff\n\u202e\n", "=cmd()|'x'!A1\n<script>\n", "\ud800\n"])
def test_what_is_no_text_breaks_nothing(pool, text):
    done = codes.take_in(pool, text)

    assert done.taken + len(done.bad) <= 2


def test_too_long_a_file_is_refused_whole(pool, monkeypatch):
    monkeypatch.setattr(codes, "MOST_ROWS", 2)

    with pytest.raises(ValueError, match="at most 2 rows"):
        codes.take_in(pool, "A\nB\nC")
    assert pool.codes.count() == 0


def test_each_code_is_claimed_once_and_then_none_is_left(pool):
    codes.take_in(pool, "AAA-1\nBBB-2")

    assert [codes.claim(pool).code for _ in range(2)] == ["AAA-1", "BBB-2"]
    with pytest.raises(NoCodeLeft):
        codes.claim(pool)


@pytest.mark.parametrize("change", ["expired", "off"])
def test_a_pool_that_is_over_gives_nothing(pool, change):
    codes.take_in(pool, "AAA-1")
    today = company_clock.today(clock.now())
    changes = {"is_active": False} if change == "off" else {"expires_on": today - timedelta(days=1)}
    CodePool.objects.filter(pk=pool.pk).update(**changes)

    with pytest.raises(NoCodeLeft):
        codes.claim(pool)
    assert PoolCode.objects.filter(given_at=None).count() == 1


def test_a_pool_gives_on_its_last_day(pool):
    codes.take_in(pool, "AAA-1")
    CodePool.objects.filter(pk=pool.pk).update(expires_on=company_clock.today(clock.now()))

    assert codes.claim(pool).code == "AAA-1"


def sent(**changes):
    fields = {"name": "Voucher", "kind": "discount", "amount": "20", "currency": "EUR", "few": "20", "is_active": "on"}
    return fields | changes


def test_an_administrator_uploads_codes_and_hears_what_became_of_each(client, administrator):
    client.force_login(administrator)
    file = SimpleUploadedFile("codes.csv", "AAA-1\nAAA-1\nB B\n".encode("utf-16"))

    page = client.post(reverse("admin:followups_codepool_add"), sent(file=file, secret_codes="CCC-3"), follow=True)

    said = " ".join(str(message) for message in page.context["messages"])
    assert CodePool.objects.get().codes.count() == 2
    assert "2 codes are new." in said
    assert "stand twice: row 2." in said
    assert "cannot be seen inside: row 3." in said
    assert "AAA-1" not in page.text
    assert not any("AAA-1" in str(event.details) + event.subject for event in SecurityEvent.objects.all())


def test_the_list_of_pools_counts_and_warns(client, administrator, pool):
    codes.take_in(pool, "AAA-1\nBBB-2\nCCC-3")
    codes.claim(pool)
    client.force_login(administrator)

    page = client.get(reverse("admin:followups_codepool_changelist")).text

    assert "2, few" in page
    assert "AAA-1" not in page
    assert "AAA-1" not in client.get(reverse("admin:followups_codepool_change", args=[pool.pk])).text


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_nobody_else_sees_or_changes_pools(client, request, pool, role):
    client.force_login(request.getfixturevalue(role))

    assert client.get(reverse("admin:followups_codepool_change", args=[pool.pk])).status_code in (302, 403)
    assert client.post(reverse("admin:followups_codepool_add"), sent(name="Mine")).status_code in (302, 403)
    assert CodePool.objects.count() == 1
