"""Every kind of page: readable by everybody, on every width, in both languages, and without a cookie in public."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from compliance.public_pages.sections import PAGES
from config.launcher.product import Product
from tests.flows.conftest import DESK, PHONE, Visitor, sign_in, sign_out, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("product")]
LAPTOP = 1024
WIDTHS = (320, PHONE, LAPTOP, DESK)
PUBLIC = {
    "home": "/{}/",
    "list": "/{}/projects/",
    "project": "/{}/projects/puka-willka/",
    **{page.name: f"/{{}}/projects/puka-willka/{page.name}/" for page in PAGES},
    "a mine that closes": "/{}/projects/khallki-pampa/closure/",
    "communities": "/{}/communities/",
    "community": "/{}/communities/wayrapampa/",
    "community with a dispute": "/{}/communities/titi-wayqo/",
    "verify": "/{}/verify/",
    "how we grade": "/{}/how-we-grade/",
    "frameworks": "/{}/how-we-grade/frameworks/",
    "a framework": "/{}/how-we-grade/frameworks/consolidated-mining-standard-1/",
}
MONITOR = {
    "projects": "/{}/work/projects/",
    "desk": "/{}/work/projects/puka-willka/",
    "ledger": "/{}/work/projects/puka-willka/disbursements/",
    "imports": "/{}/work/imports/",
    "promises": "/{}/work/projects/puka-willka/commitments/",
    "own account": "/{}/work/own/",
    "password": "/{}/account/password/change/",
    "second factor": "/{}/account/2fa/",
    "refused": "/{}/work/people/",
}
ADMINISTRATOR = {
    "people": "/{}/work/people/",
    "person": "/{}/work/people/1/",
    "audit trail": "/{}/work/audit/",
    "runs": "/{}/work/runs/",
}
TEXT_SPACING = """() => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}")
  document.adoptedStyleSheets = [sheet]
  return document.documentElement.scrollWidth - document.documentElement.clientWidth
}"""
"""What WCAG 1.4.12 lets readers ask for, and how far the page then overflows."""
CUT_WORDS = """() => {
  const found = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    for (const word of texts.currentNode.textContent.matchAll(/[\\p{L}\\d.,]{4,}/gu)) {
      const range = document.createRange()
      range.setStart(texts.currentNode, word.index)
      range.setEnd(texts.currentNode, word.index + word[0].length)
      const lines = new Set([...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.top)))
      if (lines.size > 1) found.push(word[0])
    }
  }
  return found
}"""
"""Words and numbers that begin on one line and end on the next."""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def look_at(page: Page, name: str) -> list[str]:
    """Accessibility on a phone and a desk, and no sideways scroll on any width; what is wrong, in words.

    The words differ by language and the layout by width, so axe looks at the desk in English alone.
    """
    wrong = []
    spanish = page.locator("html").get_attribute("lang") == "es"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wrong.append(f"{name} at {width}: {over} px too wide")
        if width in (320, LAPTOP) or (width == DESK and spanish):
            continue
        found = Axe().run(page, options=RULES).response["violations"]
        for violation in found:
            where = "; ".join(str(node["target"]) for node in violation["nodes"][:4])
            wrong.append(f"{name} at {width}: {violation['id']}: {violation['help']}: {where}")
    return wrong


@pytest.mark.parametrize("language", ["en", "es"])
def test_public_pages_are_accessible_fit_every_width_and_set_no_cookie(
    open_page: Callable[..., Page], language: str
) -> None:
    page = open_page()
    wrong = []
    for name, address in PUBLIC.items():
        page.goto(address.format(language))
        expect(page.locator("html")).to_have_attribute("lang", language)
        wrong += look_at(page, name)
        assert page.context.cookies() == [], name
    page.goto(f"/{language}/account/login/")
    wrong += look_at(page, "sign-in")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("address", ["/es/projects/titi-pallay/money/", "/es/projects/puka-willka/owners/"])
def test_payments_of_earlier_years_and_owners_in_the_tree_keep_their_words_whole(
    open_page: Callable[..., Page], address: str, width: int
) -> None:
    page = open_page(width)
    page.goto(address)
    assert page.evaluate(CUT_WORDS) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_public_pages_fit_a_phone_with_the_spacing_that_readers_may_ask_for(
    open_page: Callable[..., Page], language: str
) -> None:
    page = open_page(PHONE)
    for name, address in PUBLIC.items():
        page.goto(address.format(language))
        assert page.evaluate(TEXT_SPACING) <= 0, name


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_of_a_monitor_are_accessible_and_fit_every_width(open_page: Callable[..., Page], language: str) -> None:
    page = open_page()
    sign_in(page, "ana")
    wrong = []
    for name, address in MONITOR.items():
        page.goto(address.format(language))
        wrong += look_at(page, name)
    page.goto(f"/{language}/work/projects/puka-willka/employment/add/")
    page.locator("[name=total_fte]").fill("10")
    page.locator("[name=district_fte]").fill("-3")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#errors")).to_be_visible()
    wrong += look_at(page, "form with errors")
    page.goto(f"/{language}/work/projects/puka-willka/disbursements/")
    page.locator("main table tbody a").first.click()
    expect(page).to_have_url(re.compile(r"/disbursements/\d+/$"))
    wrong += look_at(page, "one payment")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_of_an_administrator_are_accessible_and_fit_every_width(
    open_page: Callable[..., Page], language: str
) -> None:
    page = open_page()
    sign_in(page, "elena")
    wrong = []
    for name, address in ADMINISTRATOR.items():
        page.goto(address.format(language))
        wrong += look_at(page, name)
    assert not wrong, "\n".join(wrong)


def test_on_a_phone_the_header_takes_two_rows_and_a_record_leads_back_to_its_list(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(PHONE)
    sign_in(page, "ana")
    page.goto("/en/work/projects/puka-willka/commitments/")
    page.locator("main table tbody a").first.click()
    box = page.locator("header.top").bounding_box()
    assert box
    assert box["height"] < 130
    page.locator(".crumb a:visible").click()
    expect(page).to_have_url(re.compile(r"/puka-willka/commitments/$"))
    sign_out(page)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_reviewers_page_is_accessible_and_fits_every_width(open_page: Callable[..., Page], language: str) -> None:
    page = open_page()
    sign_in(page, "rosa")
    page.goto(f"/{language}/work/scorecards/")
    wrong = look_at(page, "queue")
    wanted = page.locator("main table").get_by_role("link", name="Musuq Chaski").first

    def listed() -> bool:
        page.reload()
        return wanted.is_visible()

    wait_until(listed, 60, "the demo's worker gets to this mine")
    wanted.click()
    expect(page.locator("ol.indicators")).to_be_visible()
    wrong += look_at(page, "review")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/en/projects/puka-willka/?year=2024", "/en/communities/wayrapampa/", "/en/verify/"])
def test_the_language_switch_keeps_the_page(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(PHONE, javascript=False)
    page.goto(path)
    page.get_by_role("link", name="Español").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.url.endswith(path.replace("/en/", "/es/"))
    page.get_by_role("link", name="English").first.click()
    assert page.url.endswith(path)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_public_answer_carries_a_cookie(product: Product, language: str) -> None:
    for address in PUBLIC.values():
        visitor = Visitor(product.address)
        assert visitor.get(address.format(language)).status == 200
        assert not list(visitor.cookies)
