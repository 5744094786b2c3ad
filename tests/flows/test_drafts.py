"""What is typed is kept in the browser: over an expired session, apart for two tabs and two people, until it is saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import PASSWORD, sign_in, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("product")]
FORM = "/en/work/projects/anta-killa/disclosures/add/"
FORM_OF_BOTH = "/en/work/projects/yana-phuyu/disclosures/add/"
OFFER = "You began this form before and did not save it."
RESTORE = "Fill in what I had typed"


def end_session(page: Page) -> None:
    """As when twelve hours have gone by."""
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, name: str = "ana") -> None:
    """On the page that asks for it, which leads back to where one was."""
    page.locator("[name=login]").fill(f"{name}@demo.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def type_title(page: Page, words: str) -> None:
    """Key by key, as people do."""
    page.locator("[name=title]").press("End")
    page.locator("[name=title]").press_sequentially(words)


@pytest.mark.promise("typed")
def test_what_was_typed_outlives_the_session_and_goes_when_it_is_saved(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto(FORM)
    type_title(page, "Report of 2019")
    page.locator("[name=period_end]").fill("2019-12-31")
    page.locator("[name=published_on]").fill("2020-06-30")
    end_session(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("your session has ended")).to_be_visible()
    expect(page.get_by_text("What you had typed there is kept in this browser")).to_be_visible()
    sign_in_again(page)
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.get_by_role("button", name=RESTORE).click()
    expect(page.locator("[name=title]")).to_have_value("Report of 2019")
    page.locator("[name=source-voice]").select_option("company")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved:")).to_be_visible()
    page.goto(FORM)
    expect(page.get_by_text(OFFER)).to_be_hidden()


@pytest.mark.promise("form-once")
def test_two_clicks_and_going_back_to_save_again_make_one_record(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto(FORM)
    type_title(page, "Report that is saved once")
    page.locator("[name=period_end]").fill("31/12/2018")
    page.locator("[name=published_on]").fill("30/6/2019")
    page.locator("[name=source-voice]").select_option("company")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.get_by_text("Saved:")).to_be_visible()
    saved = page.url
    page.go_back()
    expect(page.locator("[name=title]")).to_have_value("Report that is saved once")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(saved)
    page.goto("/en/work/projects/anta-killa/disclosures/?q=saved+once")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_what_was_chosen_is_named_where_a_browser_does_not_keep_it(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto("/en/work/projects/anta-killa/phases/add/")
    page.locator("[name=source-uploads]").set_input_files({"name": "img.png", "mimeType": "image/png", "buffer": b"x"})
    page.locator("[name=starts_on]").fill("1/2/2003")
    page.reload()
    page.get_by_role("button", name=RESTORE).click()
    expect(page.get_by_text("Choose these again: img.png")).to_be_visible()
    expect(page.locator("[name=starts_on]")).to_be_focused()


def test_the_sign_in_page_promises_no_draft_where_there_is_none(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(FORM)
    expect(page.get_by_text("needs you to sign in")).to_be_visible()
    expect(page.get_by_text("What you had typed there")).to_be_hidden()


def test_a_refused_form_keeps_one_draft_and_saving_another_form_leaves_it(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto(FORM)
    type_title(page, "Half a report")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text(OFFER)).to_be_hidden()
    type_title(page, " and more")
    page.goto("/en/work/projects/anta-killa/agreements/add/")
    page.locator("[name=title]").fill("Agreement on dust")
    page.locator("[name=signed_on]").fill("2021-05-05")
    page.locator("[name=communities]").first.check()
    page.locator("[name=source-voice]").select_option("monitor")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved:")).to_be_visible()
    page.goto(FORM)
    page.get_by_role("button", name=RESTORE).click()
    expect(page.locator("[name=title]")).to_have_value("Half a report and more")
    page.reload()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text(OFFER)).to_be_hidden()


def test_two_tabs_keep_two_drafts(open_page: Callable[..., Page]) -> None:
    one = open_page()
    sign_in(one, "ana")
    other = one.context.new_page()
    for tab, words in ((one, "First tab"), (other, "Second tab")):
        tab.goto(FORM)
        type_title(tab, words)
    type_title(one, ", later")
    other.close()
    one.reload()
    one.get_by_role("button", name=RESTORE).click()
    expect(one.locator("[name=title]")).to_have_value("Second tab")
    one.reload()
    one.get_by_role("button", name="Discard").click()
    one.get_by_role("button", name=RESTORE).click()
    expect(one.locator("[name=title]")).to_have_value("First tab, later")


def test_a_draft_is_for_whoever_typed_it_and_goes_with_signing_out(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto(FORM_OF_BOTH)
    type_title(page, "Only for Ana")
    end_session(page)
    page.goto(FORM_OF_BOTH)
    sign_in_again(page, "wilma")
    expect(page.locator("[name=title]")).to_be_visible()
    expect(page.get_by_text(OFFER)).to_be_hidden()
    end_session(page)
    page.goto(FORM_OF_BOTH)
    sign_in_again(page)
    expect(page.get_by_text(OFFER)).to_be_visible()
    sign_out(page)
    sign_in(page, "ana")
    page.goto(FORM_OF_BOTH)
    expect(page.get_by_text(OFFER)).to_be_hidden()


def test_pasted_rows_are_kept_until_they_are_handed_in(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto("/en/work/imports/new/")
    page.locator("[name=pasted]").fill("Name\tCountry\nDraft mine\tPE")
    end_session(page)
    page.get_by_role("button", name="Read the file").click()
    sign_in_again(page)
    page.get_by_role("button", name=RESTORE).click()
    expect(page.locator("[name=pasted]")).to_have_value("Name\tCountry\nDraft mine\tPE")
    page.locator("[name=target]").first.check()
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url(lambda address: "/new/" not in address)
    page.goto("/en/work/imports/new/")
    expect(page.get_by_text(OFFER)).to_be_hidden()


def open_scorecard(page: Page, mine: str) -> None:
    """One that waits for a reviewer, once the demo's worker has made it."""
    link = page.get_by_role("row").filter(has_text="To review").get_by_role("link", name=mine).first
    for _try in range(60):
        page.goto("/en/work/scorecards/?step=open")
        if link.count():
            break
        page.wait_for_timeout(1000)
    link.click()


def test_the_reason_of_a_score_outlives_the_session_even_where_it_was_refused_before(
    open_page: Callable[..., Page],
) -> None:
    """A scorecard has many forms; the one that was typed into opens and offers its words."""
    page = open_page()
    sign_in(page, "rosa")
    open_scorecard(page, "Yana Phuyu")
    card = page.url
    page.goto(f"{card}L01/")
    page.goto(card)
    fact = page.locator("#i-L01")
    fact.locator("summary").first.click()
    fact.get_by_label("Override the score").check()
    fact.locator("[name=L01-score]").fill("60")
    fact.locator("[name=L01-reason]").fill("Folio 12")
    fact.get_by_role("button", name="Save and go to next").click()
    expect(page.get_by_text("Write at least 80 characters").first).to_be_visible()
    fact.locator("[name=L01-reason]").press_sequentially("See: ")
    end_session(page)
    fact.get_by_role("button", name="Save and go to next").click()
    expect(page.get_by_text("What you had typed there is kept in this browser")).to_be_visible()
    sign_in_again(page, "rosa")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Yana Phuyu")
    fact.get_by_role("button", name=RESTORE).click()
    expect(fact.locator("[name=L01-score]")).to_have_value("60")
    expect(fact.locator("[name=L01-reason]")).to_have_value("See: Folio 12")
