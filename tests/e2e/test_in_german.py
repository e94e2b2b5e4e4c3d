"""A customer whose browser asks for English switches to German on the first page, without JavaScript, for good."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from linkflow.languages import translations
from linkflow.testing.pages import Customer, Words
from linkflow.testing.site import Site, running_site
from tests.config.test_ten_organizations import FOLDER

pytestmark = pytest.mark.slow
GERMAN = translations("de").gettext
SLUG, CONTACT = "everything", "everything@example.com"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, linkflow_environment: Mapping[str, str]) -> Iterator[Site]:
    """With an organization that offers seven languages."""
    environment = {**linkflow_environment, "LINKFLOW_ORGANIZATIONS_DIR": str(FOLDER)}
    with running_site(tmp_path_factory.mktemp("german"), environment) as running:
        yield running


def is_german(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "de", page.url
    expect(page.locator(".skip")).to_have_text(GERMAN("Skip to the content"))


def switch(page: Page, name: str) -> None:
    page.locator(".tongue summary").click()
    page.get_by_role("button", name=name, exact=True).click()


def test_the_whole_journey_in_german(site: Site, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(java_script_enabled=False).new_page()
    customer = Customer(page, words=Words.of("de"))
    asked = site.ask("both", organization=SLUG, contact=CONTACT, mail=True)
    customer.open(site.mailbox.wait_for(CONTACT).link)
    assert page.locator("html").get_attribute("lang") == "en-GB"
    link = page.url
    switch(page, "Deutsch")
    assert page.url == link
    is_german(page)
    customer.look = is_german
    customer.start()
    customer.at("code")
    customer.enter_code(site.mailbox.wait_for(CONTACT, number=2).code)
    customer.connect(email="owner@example.com")
    connected = site.mailbox.wait_for(CONTACT, number=3)
    assert 'lang="de"' in connected.html
    assert "Abra Kebabra" in connected.text
    site.wait_until_read(asked)
    page.goto(f"{site.place.portal}/r/{asked.request_id}/summary")
    customer.at("summary")
    expect(page.locator("h1")).to_be_visible()
    switch(page, "Français")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.url.endswith("/summary")
