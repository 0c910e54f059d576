import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from accounts import secrets
from accounts.secrets import EncryptedTextField, SecretUnreadable

OLD, NEW = "old-key-old-key-old-key-old-key-old-key-old-key", "new-key-new-key-new-key-new-key-new-key-new-key"


@pytest.fixture
def hook(db):
    """A model with a secret, in a table of its own."""
    with isolate_apps("accounts"):

        class Hook(models.Model):
            secret = EncryptedTextField(blank=True)

            class Meta:
                app_label = "accounts"

        with connection.schema_editor() as editor:
            editor.create_model(Hook)
        yield Hook


def stored(hook):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_hook WHERE id = %s", [hook.pk])
        return cursor.fetchone()[0]


def test_a_secret_is_read_again_but_the_database_does_not_hold_it(hook):
    made = hook.objects.create(secret="https://hooks.example/T0/ąž")

    assert made.secret == "https://hooks.example/T0/ąž"
    assert hook.objects.get().secret == "https://hooks.example/T0/ąž"
    assert "hooks" not in stored(made)


def test_no_secret_stays_no_secret(hook):
    made = hook.objects.create()

    assert (hook.objects.get().secret, stored(made)) == ("", "")


def test_saving_a_row_again_keeps_the_cipher_text(hook):
    made = hook.objects.create(secret="once")
    before = stored(made)

    hook.objects.get().save()

    assert stored(made) == before


def test_the_same_secret_never_looks_the_same(hook):
    assert stored(hook.objects.create(secret="twin")) != stored(hook.objects.create(secret="twin"))


def test_nobody_searches_for_a_secret(hook):
    with pytest.raises(FieldError):
        hook.objects.filter(secret="x").exists()


def test_an_older_key_still_opens_until_it_is_taken_out(settings):
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_FALLBACKS = OLD, []
    sealed = secrets.seal("kept")

    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_FALLBACKS = NEW, [OLD]
    assert secrets.unseal(sealed) == "kept"
    resealed = secrets.reseal(sealed)

    settings.ENCRYPTION_KEY_FALLBACKS = []
    assert secrets.unseal(resealed) == "kept"
    with pytest.raises(SecretUnreadable):
        secrets.unseal(sealed)


def test_a_secret_that_no_key_opens_breaks_no_list(hook, settings):
    hook.objects.create(secret="lost")
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_FALLBACKS = NEW, []
    hook.objects.create(secret="found")

    lost, found = hook.objects.order_by("pk")

    assert found.secret == "found"
    with pytest.raises(SecretUnreadable):
        _read = lost.secret
