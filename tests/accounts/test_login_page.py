import time

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_the_login_page_says_each_thing_once(client, language):
    page = client.get("/accounts/login/", headers={"accept-language": language})

    assert page.text.count('href="/accounts/password/reset/"') == 1
    assert "placeholder" not in page.text


def test_no_password_page_says_a_thing_twice(client, owner):
    owner.set_password("seven green lamps hum")
    owner.save()
    client.force_login(owner)

    pages = [client.get(f"/accounts/{page}/") for page in ("reauthenticate", "password/change", "password/reset")]
    owner.set_unusable_password()
    owner.save()
    client.force_login(owner)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(owner.pk)
    session.save()
    pages.append(client.get("/accounts/password/set/"))

    assert [page.status_code for page in pages] == [200] * 4
    assert [page.request["PATH_INFO"] for page in pages if "placeholder" in page.text] == []
    assert "password/reset" not in pages[0].text


def test_settings_name_what_happens_without_a_choice(client, owner):
    client.force_login(owner)

    form = client.get("/me/settings/").context["form"]

    labels = ["Language", "Time zone", "Theme", "Notices by e-mail", "Praise by e-mail", "Signature"]
    assert [str(field.label) for field in form] == labels
    assert dict(form.fields["language"].choices)[""] == "As the browser says"
    assert "shown in UTC" in form.fields["timezone"].help_text
    assert client.post("/me/settings/", {"name": "Olena", "timezone": "Europe/Vilnius"}).status_code == 302


def test_an_administrator_is_not_told_to_ask_an_administrator(client, administrator, owner):
    client.force_login(administrator)
    refused = client.get("/admin/followups/followup/add/")
    assert refused.status_code == 403
    assert "Ask an administrator" not in refused.text

    client.force_login(owner)
    assert "Ask an administrator" in client.get("/dashboard/").text
