"""The button that copies says what came of it: to the eye, and to who listens."""

from playwright.sync_api import Page, expect

from tests.web.office import BASE, Office, on_sqlite
from tests.web.windows import Window, press

pytestmark = on_sqlite
CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => {%s}}})"
TAKES, REFUSES = "window.taken = text", "throw new Error('not allowed')"
SELECTED = "getSelection().toString()"


def opened(page: Page, path: str, *, clipboard: str) -> Page:
    page.add_init_script(CLIPBOARD % clipboard)
    page.goto(f"{BASE}{path}")
    return page


def test_a_copied_address_is_marked_and_told(office: Office, window: Window) -> None:
    office.ask()
    page = opened(window(office.user()), "/portal/companies", clipboard=TAKES)
    button = page.get_by_role("button", name="Copy the address of")
    button.click()
    expect(page.locator("#copied")).to_have_text("Copied")
    assert str(button.locator("use").get_attribute("href")).endswith("#check")
    assert "@" in page.evaluate("window.taken")


def test_one_that_was_refused_is_selected_and_not_called_copied(office: Office, window: Window) -> None:
    asked = office.ask()
    page = opened(window(office.user()), "/portal/companies", clipboard=REFUSES)
    button = page.get_by_role("button", name="Copy the address of")
    button.click()
    expect(page.locator("#copied")).to_contain_text("Not copied")
    assert str(button.locator("use").get_attribute("href")).endswith("#copy")
    assert "@" in page.evaluate(SELECTED)
    page.goto(f"{BASE}/portal/requests/{asked.request_id}")
    press(page, "Show the link")
    press(page, "Copy")
    expect(page.locator("#copied")).to_contain_text("Not copied")
    assert "/l/" in page.evaluate("(field => field.value.slice(field.selectionStart, field.selectionEnd))(link)")
