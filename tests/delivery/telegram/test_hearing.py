"""How news of chats comes in: by Telegram's call, or by asking for it."""

import json

import pytest
from django.urls import reverse

from delivery.media.telegram import hearing, joining
from delivery.models import ChatEvent, IncomingText, TelegramBot
from tests.factories import BrandFactory
from tests.fakes.telegram import SECRET_HEADER, TOKEN, FakeTelegram, no, through

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def telegram(client):
    with FakeTelegram() as server:
        server.post_update = through(client)
        yield server


def connected(telegram):
    bot = TelegramBot.objects.create(brand=BrandFactory(), token=TOKEN, base=telegram.url)
    hearing.connect(bot)
    bot.save()
    return bot


@pytest.fixture
def called(telegram, settings):
    settings.BASE_URL = "https://nps.shop.example"
    return connected(telegram)


def post(client, bot, content, secret=None):
    headers = {} if secret is None else {SECRET_HEADER: secret}
    url = reverse("telegram:updates", args=[bot.pk])
    return client.post(url, content, content_type="application/json", headers=headers)


def test_telegram_calls_where_it_can_reach_us(telegram, called):
    assert called.hearing == "webhook"
    assert (called.number, called.username) == (7000000001, "plumb_test_bot")

    told = [telegram.start(1), telegram.write(1, "Hello")]

    assert ChatEvent.objects.get().kind == "start"
    assert IncomingText.objects.get().text == "Hello"
    assert [update.statuses for update in told] == [[204], [204]]


@pytest.mark.parametrize(
    "url", ["http://nps.shop.example", "https://nps.shop.example:9443", "https://localhost", "http://127.0.0.1:8000"]
)
def test_telegram_is_asked_where_it_cannot_reach_us(telegram, settings, url):
    settings.BASE_URL = url

    assert connected(telegram).hearing == "polling"
    assert telegram.bot().webhook is None


@pytest.mark.parametrize("secret", [None, "", "x" * 32, "ключ"])
def test_nobody_else_calls(client, called, secret):
    answer = post(client, called, {"update_id": 1}, secret and secret.encode().decode("latin-1"))

    assert answer.status_code == 403
    assert not ChatEvent.objects.exists()


def test_a_secret_that_was_renewed_opens_nothing(client, called):
    secret = called.webhook_secret
    TelegramBot.objects.update(door=2)

    assert post(client, called, {"update_id": 1}, secret).status_code == 403


@pytest.mark.parametrize("content", ["", "[]", "7", "{", "[" * 100_000, '{"update_id": NaN'])
def test_what_is_no_update_is_refused(client, called, content):
    assert post(client, called, content, called.webhook_secret).status_code == 400


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"update_id": "1"},
        {"update_id": True, "message": {}},
        {"update_id": 2**70, "message": {"chat": {"id": 1, "type": "private"}, "message_id": 1, "text": "x"}},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"chat": {"id": "1", "type": "private"}, "message_id": 1, "text": "x"}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "message_id": 1, "text": ["x"]}},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "channel"}, "message_id": 1, "text": "x"}},
        {"update_id": 1, "callback_query": {"id": 5, "message": {"chat": {"id": 1, "type": "private"}}}},
        {"update_id": 1, "callback_query": {"id": "ї" * 10, "message": {"chat": {"id": 1, "type": "private"}}}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 1, "type": "private"}, "new_chat_member": []}},
        {"update_id": 1, "poll": {"id": "1"}},
    ],
)
def test_what_is_nothing_for_us_is_passed_over(client, called, told):
    assert post(client, called, json.dumps(told), called.webhook_secret).status_code == 204
    assert not ChatEvent.objects.exists()
    assert not IncomingText.objects.exists()


@pytest.mark.parametrize("date", [-1, 0, 10**18, "yesterday", None, 1e400])
def test_an_impossible_moment_is_none(client, called, date):
    message = {"chat": {"id": 1, "type": "private"}, "message_id": 1, "text": "x\x00y\ud800", "date": date}

    content = json.dumps({"update_id": 1, "message": message})
    assert post(client, called, content, called.webhook_secret).status_code == 204

    kept = IncomingText.objects.get()
    assert kept.at <= kept.arrived_at
    assert kept.text == "xy\ufffd"


def test_an_update_that_is_told_twice_is_one_row(telegram, called):
    telegram.start(1, times=3)
    telegram.write(1, "Hello", times=3)

    assert ChatEvent.objects.count() == IncomingText.objects.count() == 1


def test_what_was_asked_for_is_not_asked_again(telegram):
    bot = connected(telegram)
    telegram.start(1)
    for number in range(120):
        telegram.write(1, f"{number} words")

    hearing.ask_all()

    assert IncomingText.objects.count() == 120
    assert telegram.bot().pending == []
    bot.refresh_from_db()
    assert bot.heard_up_to
    assert bot.heard_at


def test_news_of_a_bot_is_lost_by_no_failure(telegram, monkeypatch):
    connected(telegram)
    telegram.start(1)
    with monkeypatch.context() as broken:
        broken.setattr(hearing.arrivals, "keep", lambda *_args, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hearing.ask_all()

    hearing.ask_all()

    assert ChatEvent.objects.get().kind == "start"


def test_a_bot_that_fails_keeps_no_other_from_being_heard(telegram):
    bad = TelegramBot.objects.create(
        brand=BrandFactory(), token="1:" + "x" * 35, base=telegram.url, number=1, hearing="polling"
    )
    connected(telegram)
    telegram.start(1)

    hearing.ask_all()

    assert ChatEvent.objects.count() == 1
    bad.refresh_from_db()
    assert bad.error == "401 Unauthorized"


def test_a_bot_that_is_switched_off_is_not_listened_to(telegram):
    connected(telegram)
    TelegramBot.objects.update(is_active=False)
    telegram.start(1)

    hearing.ask_all()

    assert not ChatEvent.objects.exists()


def test_the_token_of_a_start_is_kept_nowhere(telegram, called):
    payload = joining.payload(called.pk, 12345)
    telegram.start(1, payload)

    row = ChatEvent.objects.get()
    assert row.subject == 12345
    assert payload not in str(ChatEvent.objects.values().get())


def test_connecting_says_what_is_wrong(telegram):
    telegram.scripts["getMe"] = [no(401, "Unauthorized")]
    bot = TelegramBot(brand=BrandFactory(), token=TOKEN, base=telegram.url)
    bot.save()

    with pytest.raises(hearing.FAULTS, match="401 Unauthorized"):
        hearing.connect(bot)


def test_a_failure_that_is_over_shows_no_more(telegram):
    bot = connected(telegram)
    telegram.scripts["getUpdates"] = ["hang-up"]
    hearing.ask_all()
    bot.refresh_from_db()
    assert bot.error

    hearing.ask_all()

    bot.refresh_from_db()
    assert (bot.error, bot.failed_at) == ("", None)


def test_one_bot_of_telegram_speaks_for_one_brand(telegram):
    """Two that were saved while Telegram was away: the second takes nothing from the first."""
    first = connected(telegram)
    second = TelegramBot.objects.create(brand=BrandFactory(name="Another"), token=TOKEN, base=telegram.url)
    calls = len(telegram.calls)

    with pytest.raises(hearing.FAULTS, match="another brand already"):
        hearing.connect(second)

    assert [name for name, _told in telegram.calls[calls:]] == ["getMe"]
    assert first.number == telegram.bot().id


def test_the_menu_of_the_chat_says_how_to_leave_it(telegram):
    connected(telegram)

    named = [told for method, told in telegram.calls if method == "setMyCommands"]
    said = {told.get("language_code"): told["commands"][0]["description"] for told in named}
    assert said == {
        None: "No more messages",
        "uk": "Більше не писати",
        "ru": "Больше не писать",
        "lt": "Daugiau nerašyti",
    }


@pytest.mark.parametrize("command", ["/help", "/settings", "/Help"])
def test_commands_that_every_bot_knows_are_no_words(telegram, called, command):
    telegram.start(1)
    telegram.write(1, command)

    assert list(ChatEvent.objects.values_list("kind", flat=True)) == ["start", "start"]
    assert not IncomingText.objects.exists()


def warnings(caplog):
    return [record.levelname for record in caplog.records if "Telegram tells no news" in record.getMessage()]


@pytest.mark.parametrize("code", [401, 409])
def test_a_bot_that_is_out_of_order_is_logged_once_an_hour(telegram, caplog, code):
    bot = connected(telegram)
    telegram.scripts["getUpdates"] = [no(code, "Out of order")] * 3

    for _time in range(3):
        hearing.ask_all()
    assert warnings(caplog) == ["WARNING"]
    bot.refresh_from_db()
    assert bot.error == f"{code} Out of order"

    hearing.ask_all()
    telegram.scripts["getUpdates"] = [no(code, "Out of order")]
    hearing.ask_all()
    assert len(warnings(caplog)) == 2


def test_every_fault_of_another_kind_is_logged(telegram, caplog):
    connected(telegram)
    telegram.scripts["getUpdates"] = ["hang-up"] * 2

    hearing.ask_all()
    hearing.ask_all()

    assert len(warnings(caplog)) == 2
