import pytest
from django.urls import reverse

from delivery.models import TelegramBot
from tests.factories import BrandFactory
from tests.fakes.telegram import TOKEN, FakeTelegram

pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram(monkeypatch):
    with FakeTelegram() as server:
        monkeypatch.setattr("delivery.media.telegram.api.HOST", server.url)
        yield server


@pytest.fixture
def staff(client, administrator):
    client.force_login(administrator)
    return client


def saved(client, *, bot=None, **told):
    url = (
        reverse("admin:delivery_telegrambot_change", args=[bot.pk])
        if bot
        else reverse("admin:delivery_telegrambot_add")
    )
    return client.post(url, {"is_active": "on", "token": "", **told}, follow=True)


def test_a_token_is_all_it_takes(staff, telegram):
    page = saved(staff, brand=BrandFactory().pk, token=TOKEN).content.decode()

    bot = TelegramBot.objects.get()
    assert (bot.number, bot.username, bot.hearing, bot.error) == (7000000001, "plumb_test_bot", "polling", "")
    assert "https://t.me/plumb_test_bot" in page
    assert TOKEN not in page
    assert TOKEN not in staff.get(reverse("admin:delivery_telegrambot_change", args=[bot.pk])).content.decode()


def test_a_token_that_telegram_does_not_know_is_told_beside_it(staff, telegram):
    page = saved(staff, brand=BrandFactory().pk, token="123456:" + "x" * 35).content.decode()

    assert "Telegram does not take this token: Unauthorized" in page
    assert not TelegramBot.objects.exists()


@pytest.mark.parametrize("token", ["", "secret", "123:abc", "123456:" + "ї" * 35])
def test_what_is_no_token_is_refused_at_the_door(staff, telegram, token):
    saved(staff, brand=BrandFactory().pk, token=token)

    assert not TelegramBot.objects.exists()
    assert telegram.calls == []


def test_one_bot_speaks_for_one_brand(staff, telegram):
    saved(staff, brand=BrandFactory().pk, token=TOKEN)

    page = saved(staff, brand=BrandFactory().pk, token=TOKEN).content.decode()

    assert "This bot speaks for another brand already" in page
    assert TelegramBot.objects.count() == 1


def test_a_bot_is_saved_while_telegram_is_away(staff, telegram):
    telegram.script = ["hang-up"] * 3

    page = saved(staff, brand=BrandFactory().pk, token=TOKEN).content.decode()

    assert "Telegram did not answer well" in page
    assert TelegramBot.objects.get().number is None
    assert not TelegramBot.objects.in_use().exists()


def test_connecting_again_renews_the_secret(staff, telegram):
    saved(staff, brand=BrandFactory().pk, token=TOKEN)
    bot = TelegramBot.objects.get()
    before = bot.webhook_secret

    action = {"action": "connect_again", "_selected_action": bot.pk}
    staff.post(reverse("admin:delivery_telegrambot_changelist"), action)

    bot.refresh_from_db()
    assert bot.webhook_secret != before


def test_a_new_token_of_the_same_bot_leaves_it_in_use_while_telegram_is_away(staff, telegram):
    saved(staff, brand=BrandFactory().pk, token=TOKEN)
    bot = TelegramBot.objects.get()
    telegram.script = ["hang-up"] * 3

    saved(staff, bot=bot, brand=bot.brand_id, token=TOKEN[:-3] + "new")

    assert TelegramBot.objects.in_use().get().token == TOKEN[:-3] + "new"
    assert TelegramBot.objects.get().number == bot.number


def test_a_token_of_another_bot_is_learnt_anew(staff, telegram):
    saved(staff, brand=BrandFactory().pk, token=TOKEN)
    bot = TelegramBot.objects.get()
    telegram.script = ["hang-up"] * 3

    saved(staff, bot=bot, brand=bot.brand_id, token="7000000002:" + TOKEN.partition(":")[2])

    assert (TelegramBot.objects.get().number, TelegramBot.objects.get().username) == (None, "")
