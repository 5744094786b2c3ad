"""The main job, from end to end, in a real browser: enter, follow, review, publish, read, verify."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from config.launcher.product import Product
from config.launcher.state import PROJECT as ROOT
from tests.conftest import SHARED_DATA
from tests.flows.conftest import PHONE, sign_in, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("product")]
MINE, SLUG = "Anta Killa", "anta-killa"
PERU = SHARED_DATA / "peru_minem_cpim_2025/proyectos_mineros_wide.csv"
NETHERLANDS = SHARED_DATA / "netherlands_eiti/payments.json"
FOLLOWS_WITHIN_SECONDS = 10
REASON = (
    "The bank's slips of June and the assembly's minutes agree: the money arrived late through no fault of the mine, "
    "see the disbursements of 30 June 2025."
)


def import_file(page: Page, path: Path, what: str, rows: int, **fixed: str) -> None:
    """Hand in a file, take the proposed columns, and import what is ready; every row ends somewhere."""
    page.goto("/en/work/imports/new/")
    page.get_by_label(what).check()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    check = page.get_by_role("button", name="Check the rows")
    open_when_ready(check)
    for field, value in fixed.items():
        page.locator(f'[name="{field}.fixed"]').fill(value)
    page.get_by_label("Who says what the file says").select_option("authority")
    check.click()
    confirm = page.get_by_role("button", name=re.compile(r"^Import [\d,]+ ready rows$"))
    open_when_ready(confirm)
    confirm.click()
    done = page.get_by_text(re.compile(r"[\d,]+ rows imported"))
    open_when_ready(done)
    counts = re.search(
        r"([\d,]+) rows imported, ([\d,]+) refused with a reason, ([\d,]+) skipped by you, of ([\d,]+) in the file",
        page.get_by_role("main").inner_text(),
    )
    assert counts
    imported, refused, skipped, total = (int(text.replace(",", "")) for text in counts.groups())
    assert imported + refused + skipped == total == rows
    assert imported >= rows - 1


def open_when_ready(wanted: Locator) -> None:
    """The page of an import refreshes itself while the worker works."""
    wanted.first.wait_for(timeout=60_000)


def enter_disbursement(page: Page) -> None:
    """What the company says it paid at the end of 2025, and what the community says arrived."""
    page.goto(f"/en/work/projects/{SLUG}/")
    page.get_by_role("link", name="Add Payment").click()
    obligation = page.get_by_label(re.compile("^Obligation"))
    owed = obligation.locator("option", has_text="31 December 2025").filter(has_text="Qhana Uma").first
    obligation.select_option(value=owed.get_attribute("value"))
    page.get_by_label("The payer says: paid").fill("450000")
    page.locator("[name=paid_on]").fill("2025-12-29")
    page.get_by_label("The recipient says: received").fill("400000")
    page.locator("[name=received_on]").fill("2026-01-04")
    page.get_by_label("Purpose").select_option("education")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Needed, because the recipient’s word is typed above.").first).to_be_visible()
    page.locator("[name=recipient-known_by][value=told]").check()
    page.get_by_label(re.compile("^Who of the recipient said it")).fill("The president")
    page.locator("[name=recipient-stated_on]").fill("2026-01-05")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved:")).to_be_visible()


def standing_card(page: Page) -> str:
    """The address of the 2025 scorecard on the project's page, as htmx keeps it fresh."""
    link = page.get_by_role("row").filter(has_text="2025").get_by_role("link", name="2025")
    return str(link.get_attribute("href"))


def watch_it_follow(page: Page, before: str) -> str:
    """The scorecard of the year is replaced on the open page, without a reload."""
    page.goto(f"/en/work/projects/{SLUG}/")
    began = time.monotonic()
    while (now := standing_card(page)) == before:
        assert time.monotonic() - began < FOLLOWS_WITHIN_SECONDS, "the scorecard did not follow"
        page.wait_for_timeout(200)
    return now


def review(page: Page, card: str) -> None:
    """Rosa opens each indicator, overrides one with a reason, accepts the others, and approves."""
    page.goto(card)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{MINE}, 2025")
    page.goto(f"{card}R02/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{MINE}, 2025: R02")
    form = page.locator("#i-R02 form")
    expect(form.get_by_label(re.compile("^New score"))).to_be_hidden()
    expect(form.get_by_label(re.compile("^Question, or reason"))).to_be_hidden()
    form.get_by_label("Ask the company a question").check()
    expect(form.get_by_label(re.compile("^New score"))).to_be_hidden()
    expect(form.get_by_label(re.compile("^Question, or reason"))).to_be_visible()
    form.get_by_label("Override the score").check()
    form.get_by_label(re.compile("^New score")).fill("60")
    form.get_by_label(re.compile("^Question, or reason")).fill("Too short.")
    form.get_by_role("button", name="Save and go to next").click()
    expect(page.get_by_text("Write at least 80 characters").first).to_be_visible()
    form.get_by_label(re.compile("^Question, or reason")).fill(REASON)
    form.get_by_role("button", name="Save and go to next").click()
    page.goto(card)
    codes = [str(item.get_attribute("id")).removeprefix("i-") for item in page.locator("ol.indicators > li").all()]
    for code in codes:
        page.goto(f"{card}{code}/")
    page.goto(card)
    page.get_by_role("button", name=re.compile(r"^Accept \d+ undecided facts?$")).click()
    for code in still_asked(page):  # what is in question is not accepted by the way
        open_indicator(page, code)
        form = page.locator(f"#i-{code} form")
        form.get_by_label("Accept the computed score").check()
        form.get_by_role("button", name="Save and go to next").click()
        page.goto(card)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. Another reviewer publishes it.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def open_indicator(page: Page, code: str) -> None:
    """Open the working and the decision of one indicator."""
    details = page.locator(f"#i-{code} details").first
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()


def still_asked(page: Page) -> list[str]:
    """Indicators about which a question is open."""
    asked = page.locator("ol.indicators > li").filter(
        has=page.locator(".indicator-decision", has_text="Question asked")
    )
    return [str(item.get_attribute("id")).removeprefix("i-") for item in asked.all()]


def publish(page: Page, card: str) -> None:
    """Julián, who did not approve it, publishes."""
    page.goto(card)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. Anyone can read it now.")).to_be_visible()


def read_it_signed_out(phone: Page) -> str:
    """On a phone, without JavaScript, without a cookie; gives the page's fingerprint."""
    phone.goto(f"/en/projects/{SLUG}/?year=2025")
    expect(phone.get_by_role("heading", level=1)).to_contain_text(MINE)
    more = phone.get_by_role("region", name="More about this mine")
    more.get_by_role("link", name=re.compile("^Money")).click()
    money = phone.get_by_role("main").inner_text()
    assert "450,000" in money
    assert "The company says so; no paper." in money
    assert "writes that the recipient says so, by word of mouth on 5 January 2026; no paper." in money
    assert "The president" not in money
    phone.goto(f"/en/projects/{SLUG}/?year=2025")
    assert "invented" in phone.locator("body").inner_text().lower()
    more.get_by_role("link", name=re.compile("^Grades")).click()
    assert REASON[:60] in phone.content()
    phone.goto(f"/en/projects/{SLUG}/data/?year=2025")
    assert phone.context.cookies() == []
    wide = phone.locator("html").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 0
    shown = phone.get_by_text(re.compile("^SHA-256 ")).inner_text().removeprefix("SHA-256")
    fingerprint = re.sub(r"\s", "", shown)
    assert re.fullmatch("[0-9a-f]{64}", fingerprint)
    return fingerprint


def test_from_a_disbursement_to_a_public_page(product: Product, open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    if SHARED_DATA.exists():
        import_file(page, PERU, "Mining projects", 67)
        import_file(page, NETHERLANDS, "Payments", 2627, currency="EUR")
    else:
        warnings.warn("The two real files are not beside this checkout: their import was skipped", stacklevel=1)
    page.goto(f"/en/work/projects/{SLUG}/")
    before = standing_card(page)
    enter_disbursement(page)
    card = watch_it_follow(page, before)
    sign_out(page)

    sign_in(page, "rosa")
    review(page, card)
    sign_out(page)

    sign_in(page, "julian")
    publish(page, card)
    sign_out(page)
    page.context.close()

    phone = open_page(PHONE, javascript=False)
    fingerprint = read_it_signed_out(phone)
    phone.goto("/en/verify/")
    phone.get_by_label(re.compile("^Fingerprint")).fill(fingerprint)
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_text("This is a real publication.")).to_be_visible()
    expect(phone.get_by_role("link", name=f"{MINE}, 2025")).to_be_visible()
    assert phone.context.cookies() == []

    verified = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "verify_publications", "--head", fingerprint],
        env=product.servers.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert f"Head: {fingerprint}" in verified.stdout
