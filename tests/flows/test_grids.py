"""A table that is typed like a spreadsheet, in a real browser: by keyboard alone, pasted, kept as a draft, and without a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import PHONE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("product")]
TABLE = "/en/work/projects/anta-killa/employment/grid/{}/"
EMPLOYERS = (
    ("Banco de Yunhe (demo)", "180", "64", "105", "123", "170", "22"),
    ("Boreal Magnetics (demo)", "66", "22", "41", "49", "66", "4"),
    ("Contratistas Warma Sur (demo)", "40", "31", "37", "39", "40", "29"),
    ("Firnhorn Rohstoffe (demo)", "86", "9", "23", "34", "86", "7"),
    ("Hierro Khallki Pampa (demo)", "686", "118", "214", "288", "677", "141"),
)


def focused(page: Page) -> tuple[str, str]:
    """The name of the box or button where one is, and what it sends."""
    name, value = page.evaluate("[document.activeElement.name || '', document.activeElement.value || '']")
    return name, value


def tab_to(page: Page, name: str, value: str | None = None, key: str = "Tab") -> None:
    """With the Tab key, as far as it takes."""
    for _press in range(150):
        where = focused(page)
        if where[0] == name and value in (None, where[1]):
            return
        page.keyboard.press(key)
    pytest.fail(f"the Tab key does not lead to {name}")


def type_line(page: Page, cells: Sequence[str]) -> None:
    """Name, yes for contractors' workers, and the figures; then back to where the line begins."""
    page.keyboard.type(cells[0])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("y")
    for text in cells[1:]:
        page.keyboard.press("ArrowRight")
        page.keyboard.type(text)
    for _cell in cells:
        page.keyboard.press("ArrowLeft")


def column(page: Page, name: str) -> list[str]:
    """What stands in the boxes of a column that say anything."""
    return [text for box in page.locator(f"td [data-column={name}]").all() if (text := box.input_value())]


def total(page: Page, name: str) -> str:
    """The sum below a column."""
    return page.locator(f"[data-total={name}] .sum").inner_text()


def save(page: Page) -> None:
    """Say who says so, and save."""
    page.locator("[name=source-voice]").select_option("company")
    page.get_by_role("button", name="Save the table").click()
    expect(page.get_by_text("Saved:")).to_be_visible()


def test_a_monitor_enters_a_quarter_of_five_employers_by_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto(TABLE.format("2026-01-01_2026-03-31"))
    tab_to(page, "new1-employer")
    for number, cells in enumerate(EMPLOYERS, 1):
        assert focused(page)[0] == f"new{number}-employer"
        type_line(page, (*cells[:-1], "412") if number == 2 else cells)
        if number == 3:
            tab_to(page, "do", "more", "Shift+Tab")
        page.keyboard.press("Enter")
    assert total(page, "total_fte") == "1,058"
    assert total(page, "rest") == "19"
    expect(page.locator("[data-grid-status]")).to_contain_text("Kept in this browser")
    tab_to(page, "source-voice")
    page.keyboard.type("The company")
    page.keyboard.press("Control+Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Boreal Magnetics (demo), women (412): More women than workers in all.")
    tab_to(page, "", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == ("new2-women_fte", "412")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Boreal Magnetics (demo), women"
    page.keyboard.type("4")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved: 5 lines added.")).to_be_visible()
    assert column(page, "women_fte") == ["22", "4", "29", "7", "141"]
    page.goto(TABLE.format("2026-04-01_2026-06-30"))
    expect(page.locator("tbody tr").first).to_contain_text("was 180")


def test_cells_are_copied_pasted_taken_back_and_kept_until_they_are_saved(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(TABLE.format("2026-07-01_2026-07-31"))
    page.locator("#block").fill("".join(f"{name}\tno\t{all_of_them}\n" for name, all_of_them, *_rest in EMPLOYERS[:2]))
    page.get_by_role("button", name="Look at what would change").click()
    expect(page.get_by_text("Banco de Yunhe (demo), All workers: – → 180")).to_be_visible()
    page.get_by_role("button", name="Take the 4 cells").click()
    expect(page.get_by_text("You began this form before")).to_be_hidden()
    save(page)
    page.goto(TABLE.format("2026-08-01_2026-08-31"))
    page.get_by_role("button", name="Copy July 2026 into empty cells").click()
    assert column(page, "total_fte") == ["180", "66"]
    page.evaluate("navigator.clipboard.writeText('170\\t60\\n61\\t20')")
    first = page.locator("[data-column=total_fte]").first
    first.focus()
    page.keyboard.press("Control+v")
    expect(first).to_have_value("170")
    assert (column(page, "total_fte"), column(page, "district_fte")) == (["170", "61"], ["60", "20"])
    page.keyboard.press("Control+z")
    assert (column(page, "total_fte"), column(page, "district_fte")) == (["180", "66"], [])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+d")
    assert column(page, "total_fte") == ["180", "180"]
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    assert column(page, "total_fte") == ["180", "180"]
    page.keyboard.press("F2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("5")
    assert column(page, "total_fte") == ["180", "1850"]
    page.keyboard.press("Control+s")
    page.reload()
    page.get_by_role("button", name="Fill in what I had typed").click()
    assert (column(page, "total_fte"), total(page, "total_fte")) == (["180", "1850"], "2,030")
    save(page)
    page.reload()
    expect(page.get_by_text("You began this form before")).to_be_hidden()


def test_without_a_script_on_a_phone_everything_can_be_done(open_page: Callable[..., Page]) -> None:
    page = open_page(PHONE, javascript=False)
    sign_in(page, "ana")
    page.goto(TABLE.format("2026-09-01_2026-09-30"))
    page.locator("[name=new1-employer]").fill("Banco de Yunhe (demo)")
    page.locator("[name=new1-total_fte]").fill("180")
    page.locator("[name=new1-total_fte]").press("Enter")
    assert total(page, "total_fte") == "180"
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Add lines").click()
    page.locator("[name=new8-employer]").fill("Boreal Magnetics (demo)")
    page.locator("[name=new8-total_fte]").fill("66")
    save(page)
    page.goto(TABLE.format("2026-10-01_2026-10-31"))
    page.get_by_role("button", name="Copy September 2026 into empty cells").click()
    assert column(page, "total_fte") == ["180", "66"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_restored_draft_takes_nothing_back_that_somebody_saved_since(open_page: Callable[..., Page]) -> None:
    page, colleague = open_page(), open_page()
    sign_in(page, "ana")
    sign_in(colleague, "ana")
    table = TABLE.format("2026-10-01_2026-10-15")
    page.goto(table)
    page.locator("[name=new1-employer]").fill("Banco de Yunhe (demo)")
    page.locator("[name=new1-total_fte]").fill("180")
    save(page)
    page.evaluate(
        "path => localStorage.setItem(`minka-draft:somebody:${path}:1`, '{broken')", table.removeprefix("/en")
    )
    page.locator("td [data-column=women_fte]").first.fill("22")
    colleague.goto(table)
    colleague.locator("td [data-column=total_fte]").first.fill("190")
    colleague.locator("[name=amend-reason]").fill("A newer return")
    save(colleague)
    page.reload()
    page.get_by_role("button", name="Fill in what I had typed").click()
    assert (column(page, "total_fte"), column(page, "women_fte")) == (["190"], ["22"])
    page.locator("[name=source-reference]").fill("Return of October")
    page.get_by_role("button", name="Add up and check").click()
    page.locator("[name=new1-total_fte]").fill("7")
    page.goto(table)
    page.get_by_role("button", name="Fill in what I had typed").click()
    assert (column(page, "total_fte"), column(page, "women_fte")) == (["190", "7"], ["22"])
    expect(page.locator("[name=source-reference]")).to_have_value("Return of October")


def test_the_script_adds_up_what_is_sure_and_adds_lines_while_there_is_room(open_page: Callable[..., Page]) -> None:
    page = open_page()
    sign_in(page, "ana")
    page.goto(TABLE.format("2026-10-01_2026-10-15").replace("employment", "production"))
    for number, quantity in enumerate(("12,500", "3"), 1):
        page.locator(f"[name=new{number}-quantity]").fill(quantity)
        page.locator(f"[name=new{number}-unit]").select_option("t")
    assert total(page, "quantity") == "3"
    page.locator("[name=new1-quantity]").fill("12500")
    assert total(page, "quantity") == "12,503"
    page.locator("[name=new1-unit]").select_option("g")
    assert total(page, "quantity") == ""
    page.get_by_role("button", name="Add up and check").click()
    assert page.locator("[name=new1-producer]").get_attribute("aria-describedby")
    page.locator("[name=new3-producer]").fill("Nobody of this name")
    page.locator("[name=new3-quantity]").fill("1")
    page.get_by_role("button", name="Add up and check").click()
    for _press in range(20):
        page.get_by_role("button", name="Add lines").click()
    expect(page.locator("[data-grid-status]")).to_contain_text("no room for more lines")
    assert page.locator("[data-line]").count() == 100
    assert page.locator("[name=new100-producer]").get_attribute("aria-describedby") is None
    assert page.locator("[name=new100-producer]").get_attribute("aria-label") == "New line 100, producer"
