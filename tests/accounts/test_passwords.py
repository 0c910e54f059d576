import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Brand, User
from delivery.models import Message
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jonas():
    Brand.objects.create(name="Alder Workspace", slug="alder")
    ProductFactory(name="Žalia arbata „Pro“")
    return User.objects.create_user("j.kazlauskas@alder.example", None, name="Jonas Kazlauskas")


@pytest.mark.parametrize(
    "password",
    [
        "plumbplumb", "Plumb-Plumb-2026", "pl0mbplumb!!", "jonaskazlauskas", "Kazlauskas1985", "J0n4s.K4zl4usk4s",
        "kazlauskas.jonas", "Jönas Kázlauskas", "alder workspace", "AlderWorkspace1", "workspace2026", "alder.example1",
        "zalia arbata", "Žalia-arbata-pro", "aaaaaaaaaaaa", "ababababab", "abcabcabcabc", "passwordpassword",
        "Passw0rdPassw0rd", "password2026", "пароль123456", "qwertyqwerty1", "йцукенйцукен", "slaptažodis1",
        "12345678901", "98765432109", "abcdefghijkl", "1111111112", "welcome-admin",
    ],
)  # fmt: skip
def test_what_somebody_near_would_try_first_is_refused(jonas, password):
    with pytest.raises(ValidationError):
        validate_password(password, jonas)


@pytest.mark.parametrize(
    "password",
    [
        "seven green lamps hum", "k7#mQz!p2vXw", "ruoniai mėgsta šaltį", "тихий вечір над Прутом", "xkcd-staple-horse",
        "my alder tree drinks rain", "jonas likes purple boats", "correct horse battery", "Tr0ub4dor&3-longer",
    ],
)  # fmt: skip
def test_a_phrase_of_ones_own_is_taken(jonas, password):
    validate_password(password, jonas)


def test_every_page_that_sets_a_password_asks(client, jonas, administrator):
    client.force_login(administrator)
    weak = {"password1": "jonaskazlauskas", "password2": "jonaskazlauskas"}

    by_admin = client.post(
        reverse("admin:auth_user_password_change", args=[jonas.pk]),
        {**weak, "usable_password": "true", "set-password": "1"},
    )
    jonas.set_password("seven green lamps hum")
    jonas.save()
    client.force_login(jonas)
    own = client.post(reverse("account_change_password"), {"oldpassword": "seven green lamps hum", **weak})

    for answer in (by_admin, own):
        assert "those are tried first" in answer.content.decode().replace("&#x27;", "'")
    jonas.refresh_from_db()
    assert jonas.check_password("seven green lamps hum")


def test_a_reset_writes_to_people_with_an_account_and_to_no_stranger(client, owner):
    said = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in ("stranger@outside.example", "owner@plumb.example")
    ]

    assert list(Message.objects.values_list("to_address", flat=True)) == ["owner@plumb.example"]
    assert [b"stranger" in page or b"sign up" in page for page in said] == [False, False]
