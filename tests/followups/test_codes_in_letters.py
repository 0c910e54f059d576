from uuid import uuid4

import pytest

from accounts import clock
from delivery import composers
from delivery.composers import Unsendable
from delivery.models import Message
from followups import services
from followups.compensations import codes, gifts
from followups.compensations.gifts import Gift
from followups.letters.replies import StaffReply
from followups.models import Activity, CodePool, Compensation, PoolCode, ReplyTemplate

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    pool = CodePool.objects.create(name="Voucher", amount=20, currency="EUR", few=2)
    codes.take_in(pool, "AAA-1\nBBB-2")
    return pool


def send(client, followup, **changes):
    form = {"key": str(uuid4()), "subject": "Sorry", "message": "Take {compensation}: {code}", "gives": ""}
    return client.post(f"/inbox/{followup.pk}/replies/", form | changes, follow=True)


def letter(message):
    return composers.compose([message])[message.pk]


def test_a_letter_brings_its_code_and_only_the_letter_names_it(client, owner, followup, pool):
    client.force_login(owner)

    send(client, followup, gives=f"pool-{pool.pk}")

    message, given = Message.objects.get(), Compensation.objects.get()
    assert letter(message).text.startswith("Take discount 20 EUR: AAA-1\n")
    assert given.code.code == "AAA-1"
    assert "AAA-1" not in str(message.context)
    assert not any("AAA-1" in f"{activity.text}{activity.change}" for activity in Activity.objects.all())


def test_the_same_form_again_gives_and_sends_nothing_more(client, owner, followup, pool):
    client.force_login(owner)
    key = str(uuid4())

    for _ in range(2):
        send(client, followup, key=key, gives=f"pool-{pool.pk}")

    assert Message.objects.count() == Compensation.objects.count() == 1
    assert PoolCode.objects.filter(given_at=None).count() == 1


def test_killed_between_code_and_letter_it_loses_neither(client, owner, followup, pool, monkeypatch):
    def die(_messages):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("delivery.services.outbox.put", die)
        with pytest.raises(RuntimeError):
            reply(owner, followup, pool)

    assert Message.objects.count() == Compensation.objects.count() == followup.activities.count() == 0
    assert PoolCode.objects.filter(given_at=None).count() == 2

    reply(owner, followup, pool)
    assert Compensation.objects.get().code.code == "AAA-1"


def reply(owner, followup, pool):
    return services.reply(
        followup=followup, said=StaffReply(subject="S", text="{code}"), key=str(uuid4()), by=owner, gives=pool
    )


def test_what_was_given_before_may_go_with_a_letter(client, owner, followup, pool):
    given = gifts.give(followup=followup, gift=Gift(pool=pool), key=uuid4(), by=owner)
    client.force_login(owner)

    send(client, followup, gives=f"given-{given.pk}")

    assert "AAA-1" in letter(Message.objects.get()).text
    assert Compensation.objects.count() == 1


def test_what_was_withdrawn_meanwhile_is_not_sent(client, owner, followup, pool):
    client.force_login(owner)
    send(client, followup, gives=f"pool-{pool.pk}")
    Compensation.objects.get().withdraw(reason="Wrong customer.", by=owner, at=clock.now())

    composed = letter(Message.objects.get())

    assert isinstance(composed, Unsendable)
    assert composed.called_off


def test_the_words_are_the_customers(client, owner, followup, pool):
    followup.response.language = "uk"
    followup.response.save(update_fields=["language"])
    client.force_login(owner)

    send(client, followup, gives=f"pool-{pool.pk}")

    assert "знижка 20 EUR: AAA-1" in letter(Message.objects.get()).text


@pytest.mark.parametrize(
    ("message", "gives", "said"),
    [
        ("Take {code}", "", "Choose below what {code} and {compensation} stand for."),
        ("Take this", "pool", "Write {code} where the code is to stand."),
        ("Take {code}", "refund", "What it gives has no code: take {code} out."),
    ],
)
def test_a_letter_says_what_it_gives_and_gives_what_it_says(client, owner, followup, pool, message, gives, said):
    if gives == "refund":
        gives = f"given-{gifts.give(followup=followup, gift=Gift('refund', 5, 'EUR'), key=uuid4(), by=owner).pk}"
    client.force_login(owner)

    page = send(client, followup, message=message, gives=f"pool-{pool.pk}" if gives == "pool" else gives)

    assert said in page.text
    assert Message.objects.count() == 0
    assert PoolCode.objects.filter(given_at=None).count() == 2


def test_a_preview_gives_nothing_and_shows_no_code(client, owner, followup, pool):
    client.force_login(owner)

    page = send(client, followup, gives=f"pool-{pool.pk}", preview="1")

    assert "Take discount 20 EUR: ••••••" in page.text
    assert Compensation.objects.count() == Message.objects.count() == 0


def test_somebody_elses_gift_does_not_go_with_this_letter(client, owner, followup, pool):
    other = gifts.offer(contact=followup.response.contact, gift=Gift(pool=pool), key=uuid4())
    client.force_login(owner)

    send(client, followup, gives=f"given-{other.pk}")

    assert Message.objects.count() == 0


def test_a_template_keeps_the_fields_until_something_is_given(client, owner, followup, pool):
    template = ReplyTemplate(name="Sorry", language="en", subject="Sorry", text="{first_name}: {compensation}, {code}")
    template.full_clean()
    template.save()
    client.force_login(owner)

    page = client.get(f"/inbox/{followup.pk}/?template={template.pk}").text

    assert "Ona: {compensation}, {code}" in page
