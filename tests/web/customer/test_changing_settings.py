"""What a customer meets when software or an organization's switches change while a request is out."""

from dataclasses import replace

import pytest

from linkflow.catalogue import Catalogue
from tests.web.apps import app_for
from tests.web.office import Customer, Office
from tests.web.states import State, attempt_started, exchanging, returned, software_chosen


def without(office: Office, customer: Customer, *, credentials_only: bool = False) -> Customer:
    """The same browser after a restart without the sandbox, or without credentials for it."""
    kept = {name: one for name, one in office.ctx.catalogue.items() if credentials_only or name != "sandbox"}
    ctx = replace(office.ctx, catalogue=Catalogue(kept, credentials=frozenset({"blind_books"})))
    cookie = customer.cookie()
    customer.client = app_for(ctx).test_client()
    customer.client.set_cookie("linkflow", cookie, domain="127.0.0.1")
    return customer


@pytest.mark.parametrize("credentials_only", [True, False])
def test_software_that_is_no_longer_offered_leads_back_to_the_picker(office: Office, credentials_only: bool) -> None:
    customer = software_chosen(office).customer
    page = customer.path
    assert without(office, customer, credentials_only=credentials_only).look(page).name == "software"


@pytest.mark.parametrize(
    ("state", "page", "shown"),
    [(returned, "confirm-company", "software-unavailable"), (exchanging, "leaving", "leaving")],
)
def test_software_that_is_gone_mid_way_ends_on_a_page(office: Office, state: State, page: str, shown: str) -> None:
    customer = state(office).customer
    path = f"{customer.entity_path()}/{page}"
    assert without(office, customer).look(path).name == shown


def test_the_way_out_to_software_that_is_gone_leads_back_to_the_picker(office: Office) -> None:
    customer = attempt_started(office).customer
    assert without(office, customer).look(f"{customer.entity_path()}/leaving").name == "software"
