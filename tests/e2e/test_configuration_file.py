"""A file of the configuration is taken along, brought, looked at value by value, and taken in."""

import json

import pytest
from playwright.sync_api import expect

from accounts import clock
from onboarding.configuration import document
from surveys.models import AskingPolicy
from surveys.services import draft_of
from tests.e2e.conftest import DESKTOP, PHONE, fits
from tests.factories import PlaybookFactory, TriggerFactory


@pytest.fixture
def staging(ceo, tmp_path):
    """A file from an installation where some things are otherwise, and where there is a trigger more."""
    PlaybookFactory(name="Angry customers", instructions={"en": "Call.", "uk": "Зателефонуйте."})
    trigger = TriggerFactory(name="Five days after a purchase with a long name of its own", is_active=True)
    draft_of(trigger.survey)
    file = document.read(document.write(now=clock.now()).encode())
    file["asking_policy"][0]["floor_days"] = 12
    file["playbooks"][-1]["instructions"] = {"en": "Call today, and listen first.", "uk": "Зателефонуйте сьогодні."}
    file["triggers"].append({**file["triggers"][0], "name": "Ten days", "delay": "10 00:00:00"})
    file["waves"] = [{"name": "Of nobody", "survey": "No such survey"}]
    survey = next(row for row in file["surveys"] if row["name"] == trigger.survey.name)
    survey["wording"]["en"]["question"] = "How likely are you to tell your friends about {brand}?"
    path = tmp_path / "staging.json"
    path.write_text(json.dumps(file))
    return path


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "none"])
@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_a_file_is_brought_looked_at_and_taken_in(
    open_page, ceo, staging, assert_accessible, viewport, scheme, javascript
):
    page = open_page("/setup/configuration/", user=ceo, viewport=viewport, scheme=scheme, javascript=javascript)
    look(page, assert_accessible if javascript else None)
    page.get_by_label("File").set_input_files(staging)
    page.get_by_role("button", name="See what it would change").click()

    expect(page.get_by_text("Not here: survey “No such survey”.")).to_be_visible()
    expect(page.get_by_label("Take it in: Of nobody")).not_to_be_checked()
    expect(page.get_by_label("Take it in: Ten days")).to_be_checked()
    page.get_by_text("Everything about it").first.click()
    look(page, assert_accessible if javascript else None)
    page.get_by_label("Take it in: Ten days").uncheck()
    page.get_by_role("button", name="Take in what is ticked").click()

    expect(page.get_by_text("3 changes are made.")).to_be_visible()
    assert AskingPolicy.current().floor_days == 12


def look(page, assert_accessible):
    assert fits(page)
    if assert_accessible:
        assert_accessible(page)
