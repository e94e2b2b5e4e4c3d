"""Where a product's addresses depend on the customer, the consent asks; what is said there is kept, and only that."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from linkflow.catalogue import Catalogue
from linkflow.domain.software_inputs import Input, InputSource
from linkflow.services import requesting
from linkflow.services.requesting import Ask
from tests.web.apps import app_for
from tests.web.office import BOTH, Customer, Office

REGION = Input(
    name="region",
    source=InputSource.CUSTOMER,
    label={"en": "Where your books are", "fr": "Où sont vos comptes"},
    values={"eu": "europe", "us": "america"},
    labels={"eu": {"en": "Europe", "fr": "L’Europe"}, "us": "America"},
)
FIRM = Input(
    name="firm",
    source=InputSource.CUSTOMER,
    label="The name in its address",
    hint="What stands before .books.example",
    pattern="[a-z][a-z0-9-]{1,30}",
)
RIGHT = {"asked_region": "eu", "asked_firm": "bakery"}


def asking(office: Office, *inputs: Input, settings: dict[str, Any] | None = None) -> Office:
    """The office after its software has been found to have these inputs."""
    known = office.ctx.catalogue["sandbox"]
    assert known.oauth is not None
    where = "/".join(f"{{{one.name}}}" for one in inputs)
    oauth = replace(known.oauth, authorize_url=f"{office.software.issuer}/{where}/authorize")
    changed = replace(known, inputs=inputs, oauth=oauth)
    catalogue = Catalogue({**office.ctx.catalogue, "sandbox": changed}, credentials=frozenset({"sandbox"}))
    ctx = replace(office.ctx, catalogue=catalogue, settings=office.ctx.settings.model_copy(update=settings or {}))
    return replace(office, ctx=ctx, app=app_for(ctx))


@pytest.fixture
def at_consent(office: Office) -> Callable[..., tuple[Office, Customer]]:
    def arrived(*inputs: Input, **settings: Any) -> tuple[Office, Customer]:
        changed = asking(office, *inputs, settings=settings)
        return changed, changed.choose(changed.follow(changed.ask()))

    return arrived


def test_what_is_answered_stands_in_the_address_the_attempt_and_the_consent(at_consent: Any) -> None:
    office, customer = at_consent(REGION, FIRM)
    assert "What stands before .books.example" in customer.page.text
    office.consent(customer, **RIGHT)
    assert customer.authorize_url.startswith(f"{office.software.issuer}/europe/bakery/authorize?")
    assert json.loads(office.values("SELECT inputs FROM attempts")[0]) == {"region": "eu", "firm": "bakery"}
    (text,) = office.values("SELECT text FROM consents")
    assert text.endswith(
        "What you said before signing in\n- Where your books are: Europe\n- The name in its address: bakery"
    )
    assert office.returned(customer).name == "confirm-company"
    assert json.loads(office.values("SELECT callback_params FROM grants")[0]) == {"region": "eu", "firm": "bakery"}


def test_what_is_wrong_is_told_with_everything_else_and_what_was_typed_stays(at_consent: Any) -> None:
    office, customer = at_consent(REGION, FIRM)
    customer.press(declared_name="", may_share="yes", asked_region="mars", asked_firm="evil.example/?")
    assert customer.page.status_code == 422
    told = customer.page.text
    assert "There are 3 problems" in told
    assert 'value="evil.example/?"' in told
    places = [told.index(f'href="#{name}"') for name in ("asked_region", "asked_firm", "declared_name")]
    assert places == sorted(places), "in the page's order"
    customer.press(declared_name="Anna Abra", may_share="yes", asked_region="", asked_firm="")
    assert customer.page.text.count("Answer this: it decides") == 4, "in the summary and beside each field"
    assert office.count("consents") == office.count("attempts") == 0
    assert office.consent(customer, **RIGHT).name == "leaving"


def test_what_the_operator_has_fixed_is_not_asked_and_counts_before_what_is_sent(at_consent: Any) -> None:
    fixed = {"organization_inputs": {"northbank": {"sandbox": {"region": "us"}}}}
    office, customer = at_consent(REGION, FIRM, **fixed)
    assert 'name="asked_region"' not in customer.page.text
    office.consent(customer, asked_firm="bakery")
    assert customer.authorize_url.startswith(f"{office.software.issuer}/america/bakery/")
    assert "Where your books are" not in office.values("SELECT text FROM consents")[0]


def test_what_was_answered_before_stands_there_when_the_sign_in_is_begun_again(at_consent: Any) -> None:
    office, customer = at_consent(REGION, FIRM)
    office.consent(customer, **RIGHT)
    customer.come_back(office.software.refuse(customer.authorize_url, "server_error"))
    customer.look(customer.entity_path() + "/consent")
    assert customer.forms[-1].fields["asked_firm"] == "bakery"
    assert '<option value="eu" selected>' in customer.page.text


def test_sharing_more_over_a_sign_in_there_is_asks_nothing(at_consent: Any) -> None:
    office, customer = at_consent(REGION)
    office.consent(customer, asked_region="eu")
    office.returned(customer).press("tenant=tenant-1")
    office.write("UPDATE grants SET scopes='offline_access company.read financials.read spend.read'")
    company = office.values("SELECT id FROM companies")[0]
    more = requesting.ask(office.ctx, office.account(), company, Ask(data_types=BOTH, name="More"))
    customer.look(more.link).press()
    assert customer.name == "consent"
    assert "asked_region" not in customer.page.text
    assert office.consent(customer).name == "connected"
