"""Every accounting product there is a fake of: from the link through the vendor's own pages to both reports.

linkflow runs with its own catalogue, in which the addresses lead to the fakes and nothing limits calls a minute.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkflow.services.requesting import Asked
from linkflow.testing.pages import Customer, Software
from linkflow.testing.portal_pages import Portal
from linkflow.testing.processes import free_ports
from linkflow.testing.site import Site, running_site
from tests.e2e.figures import FINANCIALS, SPEND, TODAY, assert_nothing_else_shown
from tests.e2e.vendor_figures import assert_financials, assert_spend
from tests.vendors import make, vendor_ids
from tests.vendors.kit import GROUP, OWNER
from tests.vendors.overlay import write_overlay
from tests.vendors.process import Control, vendor_process

BILLS = 60
ABRA, CODFATHER = "Abra Kebabra Ltd", "The Codfather Ltd"
PortalOf = Callable[..., Portal]


@dataclass(frozen=True)
class Place:
    """A running linkflow, and the ports on which it looks for the fakes."""

    site: Site
    ports: Mapping[str, int]
    folder: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, linkflow_environment: Mapping[str, str]) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("vendors")
    ports = {software: free_ports() for software in vendor_ids()}
    urls = {software: f"http://localhost:{port}" for software, port in ports.items()}
    environment = {**linkflow_environment, **write_overlay(folder / "software", urls, limits=False)}
    with running_site(tmp_path_factory.mktemp("linkflow"), environment) as site:
        yield Place(site, ports, folder)


@pytest.fixture
def site(place: Place) -> Site:
    """In place of the one all other walks use."""
    return place.site


@pytest.fixture(params=[*(pytest.param(one, marks=pytest.mark.slow) for one in vendor_ids()[:-1]), vendor_ids()[-1]])
def software(request: pytest.FixtureRequest) -> str:
    """Each in turn; one of them is enough for every day."""
    return str(request.param)


@pytest.fixture
def vendor(place: Place, software: str) -> Iterator[Control]:
    with vendor_process(software, place.folder, port=place.ports[software], bills=BILLS, today=TODAY) as control:
        yield control


def to_the_vendor(site: Site, customer: Customer, software: str, *, kind: str, company: str) -> Asked:
    """From the link to the vendor's first page."""
    asked, product = site.ask(kind, company=company), site.ctx.catalogue[software]
    customer.open(asked.link)
    customer.start()
    customer.choose_software(product.name)
    for one in product.asked:
        customer.say(one.name, next(iter(one.values)))
    customer.accept()
    return asked


def test_books_are_shared_and_both_reports_are_those_of_the_books(
    site: Site, vendor: Control, software: str, customer: Customer, portal: PortalOf
) -> None:
    asked = to_the_vendor(site, customer, software, kind="both", company=ABRA)
    customer.authorise(email=OWNER)
    customer.confirm_company()
    customer.at("connected")
    site.wait_until_read(asked, seconds=120)
    fake = make(software, size=BILLS, today=TODAY)
    records = fake.kept(fake.people[OWNER][0])
    manager = portal()
    manager.open_company(asked.company_id)
    product = site.ctx.catalogue[software]
    assert_financials(manager, ABRA, product.name, records)
    assert_spend(manager, records, not_available=product.not_available)
    assert_nothing_else_shown(manager, FINANCIALS | SPEND)
    assert {one["status"] for one in vendor.requests()} <= {200, 302}


@pytest.mark.slow
def test_of_two_companies_the_one_that_was_meant_is_read(
    site: Site, vendor: Control, software: str, customer: Customer, portal: PortalOf
) -> None:
    """Chosen at the vendor where it asks, else here."""
    asked = to_the_vendor(site, customer, software, kind="financials", company=CODFATHER)
    fake = make(software, size=BILLS, today=TODAY)
    customer.authorise(*([] if fake.quirks.chooses == "nothing" else [CODFATHER]), email=GROUP)
    customer.confirm_company(CODFATHER)
    customer.at("connected")
    site.wait_until_read(asked, seconds=120)
    manager = portal()
    manager.open_company(asked.company_id)
    assert_financials(manager, CODFATHER, site.ctx.catalogue[software].name, fake.kept(fake.people[GROUP][1]))


@pytest.mark.slow
def test_a_no_at_the_vendor_leads_back_and_nothing_was_read(
    site: Site, vendor: Control, software: str, customer: Customer
) -> None:
    """Also where the vendor forgets to say what its no is an answer to."""
    to_the_vendor(site, customer, software, kind="financials", company=ABRA)
    at_the_vendor = Software(customer.page)
    at_the_vendor.sign_in(OWNER)
    at_the_vendor.decline()
    with_state = make(software).quirks.state_on_denial
    customer.at("declined-at-software" if with_state else "access-not-allowed")
    assert {one["address"].split("/")[0] for one in vendor.requests() if one["method"] == "GET"} <= {
        make(software).quirks.authorize.split("/")[0]
    }
    assert vendor.grants() == []
