"""Take the pictures of the documentation from a demo of its own: ``make pictures``.

The demo company is loaded into a fresh database, with its seed, at one moment of Plumb's clock to within a minute.
In pictures taken anew names and numbers may move a little, days do not. Writes docs/img/*.webp, and removes there what
is no picture of the list.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, sync_playwright

from demo.logins import LOGINS
from workshop.ground import Interrupted, listen_for_signals
from workshop.home import LOCAL, PROJECT
from workshop.stack import fresh_stack
from workshop.trouble import Trouble

DIRECTORY = LOCAL / "pictures"
FOLDER = PROJECT / "docs" / "img"
# A Thursday, when people are at work.
MOMENT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LOADING = timedelta(minutes=10)
DESKTOP = ViewportSize(width=1280, height=860)
TALL = ViewportSize(width=1280, height=1180)
PHONE = ViewportSize(width=390, height=780)
# Beat lets a worker write down that both are alive every twenty seconds; until then a page says that they are away.
PULSE = 25

EXPORT: list[FilePayload] = [
    {
        "name": "contacts.csv",
        "mimeType": "text/csv",
        "buffer": (
            "contact_id,account,first_name,last_name,email,phone\n"
            "K1,Ąžuolas,Ona,Petraitė,ona@azuolas.example,+37060000000\n"
            "K2,Дніпро,Олег,Бондар,oleh@dnipro.example,+380440000000\n"
        ).encode(),
    },
    {
        "name": "deals.csv",
        "mimeType": "text/csv",
        "buffer": (
            b"opportunity_id,contact_id,product,deal_stage,close_date,close_value\n"
            b"D1,K1,Rise Desk,Won,2026-11-18,1250.50\nD2,K2,Hush Pod,Won,2026-11-19,8400\n"
        ),
    },
]


def press_first_followup_with_words(page: Page) -> None:
    page.goto("/inbox/?comment=yes")
    page.locator("main a[href^='/inbox/'][href*='/?']").locator("visible=true").first.click()
    page.get_by_role("heading", name="What to do").wait_for()


def press_first_trigger(page: Page) -> None:
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()


def pass_over_the_pulse(page: Page) -> None:
    """Beat and worker are seen by the clock on the wall, whatever it is for Plumb."""
    page.locator("main h2").first.evaluate("heading => scrollTo(0, heading.getBoundingClientRect().top - 40)")


def wait_for_requests(page: Page) -> None:
    page.locator(".opblock").first.wait_for()


def drop_export(page: Page) -> None:
    page.locator("#id_csv_files").set_input_files(EXPORT)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Match the columns").wait_for()


class Picture(NamedTuple):
    """`name`: of the file, without its end; `role`: who looks, as in `LOGINS`; `way`: what is done there first."""

    name: str
    role: str
    path: str
    viewport: ViewportSize = DESKTOP
    way: Callable[[Page], None] | None = None


PICTURES = [
    Picture("inbox", "agent", "/inbox/"),
    Picture("inbox-phone", "agent", "/inbox/", PHONE),
    Picture("followup", "agent", "/inbox/", TALL, press_first_followup_with_words),
    Picture("dashboard", "head of all teams", "/dashboard/", TALL),
    Picture("dashboard-phone", "head of all teams", "/dashboard/", PHONE),
    Picture("answers", "head of all teams", "/answers/"),
    Picture("setup", "administrator", "/setup/"),
    Picture("trigger", "administrator", "/admin/surveys/trigger/", DESKTOP, press_first_trigger),
    Picture("pipeline", "administrator", "/setup/why/", DESKTOP, pass_over_the_pulse),
    Picture("import", "administrator", "/admin/crm/importrun/add/", TALL, drop_export),
    Picture("api", "administrator", "/api/v1/docs/", DESKTOP, wait_for_requests),
    *(
        Picture(f"survey-{language}", "administrator", f"/s/preview/1/?language={language}", PHONE)
        for language in ("en", "uk", "ru", "lt")
    ),
]


def run() -> None:
    chromium = os.environ.get("CHROMIUM")
    if not chromium:
        raise Trouble(
            "There is no Chromium; install it (apt install chromium-headless-shell) or set CHROMIUM=/path/to/it."
        )
    with contextlib.ExitStack() as cleanup:
        stack = cleanup.enter_context(fresh_stack(DIRECTORY))
        stack.prepare()
        set_clock(MOMENT - LOADING)
        stack.manage("load_demo", "--i-know")
        set_clock(MOMENT)
        stack.start()
        time.sleep(PULSE)
        with sync_playwright() as playwright:
            take_all(playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]), stack.web_url)
    for path in FOLDER.iterdir():
        if path.name not in {f"{picture.name}.webp" for picture in PICTURES}:
            path.unlink()


def set_clock(moment: datetime) -> None:
    """Let it be this moment for Plumb."""
    (DIRECTORY / "clock-offset").write_text(str((moment - datetime.now(UTC)).total_seconds()))


def take_all(browser: Browser, address: str) -> None:
    for role, email, password in LOGINS:
        wanted = [picture for picture in PICTURES if picture.role == role]
        if not wanted:
            continue
        page = browser.new_page(base_url=address, locale="en-GB", color_scheme="light", reduced_motion="reduce")
        page.goto("/accounts/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", password)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Skip the tour").click()
        for picture in wanted:
            take(page, picture)
        page.close()


def take(page: Page, picture: Picture) -> None:
    page.set_viewport_size(picture.viewport)
    page.goto(picture.path)
    if picture.way is not None:
        picture.way(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    drawn = Image.open(BytesIO(page.screenshot(animations="disabled")))
    path = FOLDER / f"{picture.name}.webp"
    drawn.convert("RGB").save(path, lossless=True, method=6)
    print(f"{path.relative_to(PROJECT)} ({path.stat().st_size // 1024} KB)", flush=True)


def main() -> int:
    listen_for_signals()
    try:
        run()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Interrupted as request:
        return 128 + request.number
    return 0


if __name__ == "__main__":
    sys.exit(main())
