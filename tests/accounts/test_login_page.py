import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "uk", "ru", "lt"])
def test_the_login_page_says_each_thing_once(client, language):
    page = client.get("/accounts/login/", headers={"accept-language": language})

    assert page.text.count('href="/accounts/password/reset/"') == 1
    assert "placeholder" not in page.text


def test_settings_name_what_happens_without_a_choice_and_group_the_zones(client, owner):
    client.force_login(owner)

    form = client.get("/me/settings/").context["form"]

    labels = ["Language", "Time zone", "Theme", "Notices by e-mail", "Signature"]
    assert [str(field.label) for field in form] == labels
    assert dict(form.fields["language"].choices)[""] == "As the browser says"
    zones = dict(form.fields["timezone"].choices)
    assert zones[""] == "UTC"
    assert ("Europe/Vilnius", "Vilnius") in zones["Europe"]
    assert ("America/New_York", "New York") in zones["America"]
    assert client.post("/me/settings/", {"name": "Olena", "timezone": "Europe/Vilnius"}).status_code == 302


def test_an_administrator_is_not_told_to_ask_an_administrator(client, administrator, owner):
    client.force_login(administrator)
    refused = client.get("/admin/followups/followup/add/")
    assert refused.status_code == 403
    assert "Ask an administrator" not in refused.text

    client.force_login(owner)
    assert "Ask an administrator" in client.get("/dashboard/").text
