"""Pages are few files, and small ones."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from nps_project.bundles import BUNDLES, IMPORT
from tests.factories import FollowupFactory, InvitationFactory

STYLES = Path(__file__).resolve().parent.parent / "static" / "css"
TEMPLATES = STYLES.parents[1] / "templates"
IN_PRODUCTION = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


@pytest.fixture
def collected(tmp_path):
    """Static files as collectstatic leaves them, collected twice as after an upgrade."""
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=IN_PRODUCTION):
        for _time in range(2):
            call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin", "drf*", "rest*"])
        yield tmp_path


def test_the_style_sheet_names_every_part():
    parts = set(IMPORT.findall((STYLES / "plumb.css").read_text()))

    assert parts == {str(path.relative_to(STYLES)) for path in STYLES.rglob("*.css")} - {
        "plumb.css", "survey.css", "kiosk.css", "sheet.css", "sheet-a6.css",
        *(f"admin/{path.name}" for path in (STYLES / "admin").iterdir()),
    }  # fmt: skip


def test_collecting_makes_one_style_sheet_of_all_parts(collected):
    [bundle] = (path for path in (collected / "css").glob("plumb.*.css"))
    whole = bundle.read_text()

    assert BUNDLES == ("css/plumb.css",)
    assert "@import" not in whole
    for part in IMPORT.findall((STYLES / "plumb.css").read_text()):
        assert (STYLES / part).read_text() in whole
    assert Path(finders.find("css/plumb.css")).read_text() == whole
    assert whole.index("@layer reset, tokens") < whole.index("@layer reset {")
    assert len(gzip.decompress(bundle.with_suffix(".css.gz").read_bytes())) == len(whole.encode())


def test_every_badge_has_a_colour():
    named = re.compile(r"badge--[a-z]+")
    used = {badge for path in TEMPLATES.rglob("*.html") for badge in named.findall(path.read_text())}

    assert used <= set(named.findall((STYLES / "components" / "badge.css").read_text()))


@pytest.mark.django_db
def test_a_staff_page_asks_for_one_style_sheet_five_scripts_at_most_and_an_icon(collected, client, owner):
    client.force_login(owner)
    followup = FollowupFactory(assignee=owner, team=owner.team)

    for address in ("/inbox/", followup.get_absolute_url(), "/contacts/", "/me/settings/"):
        markup = client.get(address).content.decode()
        assert len(re.findall(r'rel="stylesheet"', markup)) == 1, address
        assert len(re.findall(r"<script", markup)) <= 5, address


@pytest.fixture
def ask(client, owner):
    client.force_login(owner)

    def ask(address, **headers):
        return client.get(address, headers={"accept-encoding": "gzip"} | headers)

    return ask


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["same-origin", "none"])
def test_pages_are_compressed_for_those_who_asked_from_here(ask, asked):
    answer = ask("/contacts/?q=Ona", **{"sec-fetch-site": asked})

    assert answer["Content-Encoding"] == "gzip"
    assert "Ona" in gzip.decompress(answer.content).decode()


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["cross-site", "same-site"])
def test_what_another_site_opens_betrays_nothing_by_its_size(ask, asked):
    answer = ask("/contacts/?q=Ona", **{"sec-fetch-site": asked})

    assert "Content-Encoding" not in answer


@pytest.mark.django_db
def test_pages_whose_address_is_a_key_and_those_of_logins_are_not_compressed(ask):
    invitation = InvitationFactory(status="sent")

    for address in (invitation.path, invitation.path.replace("/s/", "/u/"), "/accounts/password/change/"):
        assert "Content-Encoding" not in ask(address), address


@pytest.mark.django_db
def test_the_same_page_is_padded_to_a_size_of_its_own_each_time(ask):
    assert len({len(ask("/contacts/").content) for _time in range(8)}) > 1
