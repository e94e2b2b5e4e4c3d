"""Ten organizations of very different look: the whole journey of each, every page accessible and nowhere too wide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from linkflow.domain.journey import Step
from linkflow.testing.pages import Customer, Words
from linkflow.testing.site import Site, running_site
from tests.accessible import assert_accessible, assert_fits
from tests.config.test_ten_organizations import FOLDER

pytestmark = pytest.mark.slow
WIDTHS = (320, 768, 1440)
SLUGS = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, linkflow_environment: Mapping[str, str]) -> Iterator[Site]:
    """In place of the one all other walks use: these are its organizations."""
    environment = {**linkflow_environment, "LINKFLOW_ORGANIZATIONS_DIR": str(FOLDER)}
    with running_site(tmp_path_factory.mktemp("ten"), environment) as running:
        yield running


@dataclass
class Judging:
    """Looks at each page once, at every width."""

    seen: list[str] = field(default_factory=list)

    def __call__(self, page: Page) -> None:
        name = str(page.locator("main").get_attribute("data-page"))
        if name in self.seen:
            return
        self.seen.append(name)
        for width in WIDTHS:
            assert_fits(page, {"width": width, "height": 900})
        assert_accessible(page)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_whole_journey_in_the_look_of(site: Site, page: Page, slug: str) -> None:
    organization, contact = site.ctx.organizations()[slug], f"{slug}@example.com"
    judging = Judging()
    customer = Customer(page, words=Words.of(organization.default_language), look=judging)
    asked = site.ask("both", organization=slug, contact=contact, mail=True)
    customer.open(site.mailbox.wait_for(contact).link)
    customer.start()
    if organization.feel.one_time_code:
        customer.at("code")
        customer.enter_code(site.mailbox.wait_for(contact, number=2).code)
    customer.connect(email="owner@example.com")
    site.wait_until_read(asked)
    for step in (Step.SUMMARY, Step.EXIT):
        page.goto(f"{site.place.portal}/r/{asked.request_id}/{step.value}")
        customer.at(step.value)
    page.goto(f"{site.place.portal}/other-browser/{slug}")
    customer.at("other-browser")
    chosen = set() if organization.software.preselected else {"software"}
    assert {"welcome", "consent", "confirm-company", "connected", "summary"} | chosen <= set(judging.seen)
